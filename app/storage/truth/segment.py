"""A device's segment file: sealed groups of operations, one after another, each synced to the disk.

A frame is a length (4 bytes) and a sealed group; a group is applied whole or not at all. Nothing
here knows what an operation means.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.storage.folder import sync_folder
from app.storage.keyring import keys
from app.storage.keyring.slots import OfficeKeys

_LENGTH = struct.Struct(">I")
_FRAME_MAX = 64_000_000


@dataclass(frozen=True)
class Frame:
    """One group as found: where it starts and ends, and its content (None: does not open)."""

    start: int
    end: int
    plain: bytes | None


def segment_key(held: OfficeKeys) -> bytes:
    """The key that seals the frames of an epoch."""
    return keys.derived(held.office, "segment")


class Segment:
    """The file of one device. ``key`` seals its frames; ``office`` and ``device`` are bound in."""

    def __init__(self, path: Path, key: bytes, office: str, device: str) -> None:
        self.path = path
        self._key = key
        self._label = f"kizuki segment 1 {office} {device}".encode()

    def create(self) -> None:
        """An empty file, its name synced."""
        self.path.parent.mkdir(exist_ok=True)
        self.path.touch()
        sync_folder(self.path.parent)
        sync_folder(self.path.parent.parent)

    def size(self) -> int:
        """Bytes in the file; 0 when it is gone."""
        try:
            return self.path.stat().st_size
        except FileNotFoundError:
            return 0

    def sealed(self, plain: bytes) -> bytes:
        """A frame ready to be appended."""
        body = keys.seal(self._key, plain, self._label)
        return _LENGTH.pack(len(body)) + body

    def opened(self, frame: bytes) -> bytes:
        """What a frame made by ``sealed`` holds."""
        plain = keys.unseal(self._key, frame[_LENGTH.size :], self._label)
        if plain is None:
            raise AssertionError("a frame just sealed must open")
        return plain

    def append(self, frame: bytes) -> int:
        """Append and fsync; returns the new size. On an OSError the file is as it was before."""
        descriptor = os.open(self.path, os.O_WRONLY | getattr(os, "O_BINARY", 0))
        try:
            before = os.lseek(descriptor, 0, os.SEEK_END)
            try:
                rest = memoryview(frame)
                while rest:
                    rest = rest[os.write(descriptor, rest) :]
                os.fsync(descriptor)
            except OSError:
                os.ftruncate(descriptor, before)
                raise
        finally:
            os.close(descriptor)
        return before + len(frame)

    def cut(self, size: int, *, keep: bool = False) -> None:
        """Shorten to ``size`` bytes; ``keep`` lays what is cut aside, still sealed."""
        with open(self.path, "r+b") as file:
            if keep:
                file.seek(size)
                with open(self.path.with_suffix(".cut"), "ab") as aside:
                    aside.write(file.read())
            file.truncate(size)
            file.flush()
            os.fsync(file.fileno())

    def frames(self, start: int = 0) -> Iterator[Frame]:
        """The frames from ``start`` on; the last may be torn (``plain`` None, ``end`` the file's end)."""
        if self.size() <= start:
            return
        with open(self.path, "rb") as file:
            file.seek(start)
            size = self.size()
            while start < size:
                body = self._body(file.read(_LENGTH.size), size - start)
                if body is None:
                    yield Frame(start, size, None)
                    return
                end = start + _LENGTH.size + body
                plain = keys.unseal(self._key, file.read(body), self._label)
                yield Frame(start, end, plain)
                start = end

    def _body(self, head: bytes, room: int) -> int | None:
        if len(head) < _LENGTH.size:
            return None
        (length,) = _LENGTH.unpack(head)
        sound = 0 < length <= min(_FRAME_MAX, room - _LENGTH.size)
        return int(length) if sound else None
