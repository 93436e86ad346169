"""One generation of a backup as a file: the blocks that are new since the generation before, and a table of all.

Every file of the office is cut into blocks of a database page. What is copied is ciphertext, so no key is
needed to write, check or lay out such a file. Layout: magic, blocks, table, head (JSON), and a last line of
fixed length with the head's digest; a file that was cut anywhere has no such line and is none.
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from app.domain.entries import canonical
from app.domain.message import Refused

BLOCK = 4096
"""Bytes; the size of a page of the databases, so that a changed page is a changed block."""
DATABASE = ("office.db", "office.db-wal")
MAGIC = b"kizuki generation 1\n"
VERSION = 1
_DIGEST = 16
_LINE = struct.Struct(f">I{_DIGEST}s")  # a block's place in its file, and what it is
_END = struct.Struct(">32sI8s")
_LAST = b"KZKI-END"
_HEAD_MOST = 4_000_000

Names = Mapping[str, Path]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Part:
    """One file of the office in a generation: its whole size and digest, and how many blocks are here."""

    size: int
    sha256: str
    blocks: int


@dataclass(frozen=True)
class Generation:
    """What a generation's head says. ``base`` is the id of the one it continues, "" for a full one.

    ``view``: the number of the derived tables then, which changes with each publication of bulk rows.
    """

    path: Path
    id: str
    office: str
    made: str
    base: str
    view: int
    parts: Mapping[str, Part]
    table_at: int
    size: int

    @property
    def pages(self) -> bool:
        """Whether it brings blocks of the database, not only entries and keys."""
        return any(part.blocks for name, part in self.parts.items() if name in DATABASE)

    @property
    def full(self) -> bool:
        """Whether it needs no other."""
        return not self.base


class TooLargeError(Exception):
    """The generation would hold more new blocks than it may: a full one is better."""


def digest_of(block: bytes) -> bytes:
    """What a block is known by."""
    return hashlib.sha256(block).digest()[:_DIGEST]


# ---------------------------------------------------------------------------- writing


class _Writer:
    """A generation in the making: blocks first, then the table, the head and the last line."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out, self._table, self.fresh = out, bytearray(), 0
        self.parts: dict[str, dict[str, object]] = {}
        out.write(MAGIC)

    def block(self, at: int, digest: bytes, block: bytes) -> None:
        self._table += _LINE.pack(at, digest)
        self._out.write(block)
        self.fresh += len(block)

    def end(self, said: Mapping[str, object]) -> None:
        table = bytes(self._table)
        head = canonical(
            {**said, "version": VERSION, "files": self.parts, "table": hashlib.sha256(table).hexdigest()}
        )  # fmt: skip
        self._out.write(table + head + _END.pack(hashlib.sha256(head).digest(), len(head), _LAST))
        self._out.flush()
        os.fsync(self._out.fileno())


def write(
    path: Path, files: Names, known: Mapping[str, list[bytes]], said: Mapping[str, object], *,
    most: int | None, progress: Progress, upto: Mapping[str, int] | None = None,
) -> None:  # fmt: skip
    """Write what of ``files`` is not ``known`` (name -> digests of blocks); ``said`` goes into the head.

    ``most``: bytes of new blocks at most, else TooLargeError. ``upto``: of these names only so many bytes. The
    file is synced; OSError passes.
    """
    whole, done = sum(source.stat().st_size for source in files.values()), 0
    with open(path, "wb") as out:
        writer = _Writer(out)
        for name in sorted(files):
            before, seen, blocks, size, at = known.get(name, []), hashlib.sha256(), 0, 0, 0
            left = (upto or {}).get(name)
            with open(files[name], "rb") as source:
                while block := source.read(BLOCK if left is None else min(BLOCK, left - size)):
                    seen.update(block)
                    size += len(block)
                    digest = digest_of(block)
                    if at >= len(before) or before[at] != digest:
                        writer.block(at, digest, block)
                        blocks += 1
                    if most is not None and writer.fresh > most:
                        raise TooLargeError
                    at += 1
                    if at % 512 == 0:
                        progress(done + size, whole)
            done += size
            writer.parts[name] = {"bytes": size, "sha256": seen.hexdigest(), "blocks": blocks}
        writer.end(said)


def rewrite(path: Path, chain: list[Generation], against: list[Generation], *, pages: bool) -> None:
    """The newest of ``chain`` once more, its database relative to the newest of ``against``.

    ``pages``: bring every block that differs; else none, and the database is that of ``against``.
    Everything else stays as it is. Every block is checked on the way. Refused if one is damaged.
    """
    last, before = chain[-1], against[-1]
    here, there = layout(chain), layout(against)
    with _Reading(chain) as blocks, open(path, "wb") as out:
        writer = _Writer(out)
        names = [name for name in last.parts if pages or name not in DATABASE]
        names += [name for name in before.parts if not pages and name in DATABASE]
        for name in sorted(names):
            if not pages and name in DATABASE:
                part = before.parts[name]
                writer.parts[name] = {"bytes": part.size, "sha256": part.sha256, "blocks": 0}
                continue
            part, count = last.parts[name], 0
            known = there.digests.get(name, []) if name in DATABASE else []
            for at, digest in enumerate(here.digests[name]):
                own = here.places[name][at][0] == len(chain) - 1
                changed = at >= len(known) or known[at] != digest if name in DATABASE else own
                if changed:
                    writer.block(at, digest, blocks.block(name, at, here, part.size))
                    count += 1
            writer.parts[name] = {"bytes": part.size, "sha256": part.sha256, "blocks": count}
        said = {"id": last.id, "office": last.office, "made": last.made, "base": last.base, "view": last.view}
        writer.end(said)


# ---------------------------------------------------------------------------- reading


def is_one(path: Path) -> bool:
    """Whether a file begins like a generation."""
    with open(path, "rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def read(path: Path) -> Generation:
    """The head of a generation. Refused: ``backup.damaged``, ``office.newer``; OSError passes."""
    damaged = Refused("backup.damaged", file=path.name)
    with open(path, "rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        if size < len(MAGIC) + _END.size or file.read(len(MAGIC)) != MAGIC:
            raise damaged
        file.seek(size - _END.size)
        digest, length, last = _END.unpack(file.read(_END.size))
        if last != _LAST or not 0 < length <= min(_HEAD_MOST, size - _END.size - len(MAGIC)):
            raise damaged
        file.seek(size - _END.size - length)
        head = file.read(length)
    if hashlib.sha256(head).digest() != digest:
        raise damaged
    try:
        said = json.loads(head)
        if said["version"] > VERSION:
            raise Refused("office.newer", file=path.name)
        parts = {
            str(name): Part(int(one["bytes"]), str(one["sha256"]), int(one["blocks"]))
            for name, one in said["files"].items()
        }
        table = sum(part.blocks for part in parts.values()) * _LINE.size
        at = size - _END.size - length - table
        found = Generation(
            path, str(said["id"]), str(said["office"]), str(said["made"]), str(said["base"]), int(said["view"]),
            parts, at, size,
        )  # fmt: skip
        wanted = str(said["table"])
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise damaged from error
    sound = at >= len(MAGIC) and all(_belongs(name) for name in parts) and "keys.json" in parts
    if not sound or hashlib.sha256(_table(found)).hexdigest() != wanted:
        raise damaged
    return found


def _belongs(name: str) -> bool:
    """Only names that belong into an office's folder pass."""
    parts = name.split("/")
    plain = all(part not in ("", ".", "..") and "\\" not in part and ":" not in part for part in parts)
    return plain and (len(parts) == 1 or (len(parts) == 2 and parts[0] == "segments"))


def _table(generation: Generation) -> bytes:
    lines = sum(part.blocks for part in generation.parts.values())
    with open(generation.path, "rb") as file:
        file.seek(generation.table_at)
        return file.read(lines * _LINE.size)


@dataclass
class Layout:
    """Where each block of each file lies: its digest, and the generation and offset that hold it."""

    digests: dict[str, list[bytes]]
    places: dict[str, list[tuple[int, int]]]


def layout(chain: list[Generation]) -> Layout:
    """The blocks of the newest of a chain, which begins with a full one. Refused for one that has gaps."""
    found = Layout({}, {})
    for number, generation in enumerate(chain):
        table, at, offset = _table(generation), 0, len(MAGIC)
        digests: dict[str, list[bytes]] = {}
        places: dict[str, list[tuple[int, int]]] = {}
        for name in sorted(generation.parts):
            part = generation.parts[name]
            count = -(-part.size // BLOCK)
            digests[name] = (found.digests.get(name, []) + [b""] * count)[:count]
            places[name] = (found.places.get(name, []) + [(-1, 0)] * count)[:count]
            for _ in range(part.blocks):
                index, digest = _LINE.unpack_from(table, at)
                at += _LINE.size
                if index >= count:
                    raise Refused("backup.damaged", file=generation.path.name)
                digests[name][index], places[name][index] = digest, (number, offset)
                offset += min(BLOCK, part.size - index * BLOCK)
        found = Layout(digests, places)
    if any(number < 0 for places in found.places.values() for number, _ in places):
        raise Refused("backup.damaged", file=chain[-1].path.name)
    return found


class _Reading:
    """The files of a chain, open: each block checked against its digest."""

    def __init__(self, chain: list[Generation]) -> None:
        self._chain, self._streams = chain, [open(one.path, "rb") for one in chain]  # noqa: SIM115

    def __enter__(self) -> _Reading:
        return self

    def __exit__(self, *_what: object) -> None:
        for stream in self._streams:
            stream.close()

    def block(self, name: str, at: int, where: Layout, size: int) -> bytes:
        number, offset = where.places[name][at]
        self._streams[number].seek(offset)
        block = self._streams[number].read(min(BLOCK, size - at * BLOCK))
        if digest_of(block) != where.digests[name][at]:
            raise Refused("backup.damaged", file=self._chain[number].path.name)
        return block


def lay_out(chain: list[Generation], name: str, where: Layout, out: IO[bytes]) -> None:
    """Write one file of the newest generation to ``out``, every block and the whole checked. Refused if damaged."""
    part, whole = chain[-1].parts[name], hashlib.sha256()
    with _Reading(chain) as blocks:
        for at in range(len(where.places[name])):
            block = blocks.block(name, at, where, part.size)
            whole.update(block)
            out.write(block)
    if whole.hexdigest() != part.sha256:
        raise Refused("backup.damaged", file=chain[-1].path.name)


def check_own(chain: list[Generation]) -> None:
    """Read back what the newest generation's own file holds. Refused if it is damaged."""
    where, newest = layout(chain), len(chain) - 1
    with _Reading(chain) as blocks:
        for name, part in chain[-1].parts.items():
            for at, (number, _offset) in enumerate(where.places[name]):
                if number == newest:
                    blocks.block(name, at, where, part.size)
