"""Keyed digests: the names of rows, records, facts and persons, and Merkle roots over them.

All ids are 63-bit numbers out of HMAC-SHA256 under the office's digest key, so two PCs of one
office agree on them and nobody else can guess them from a name.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from functools import lru_cache

_UNIT = "\x1f"


def _joined(parts: Sequence[str]) -> bytes:
    """One spelling for one list of texts, whatever stands in them."""
    text = _UNIT.join(parts)
    if text.count(_UNIT) != len(parts) - 1:
        text = "\x1e" + _UNIT.join(part.replace("\x1b", "\x1b2").replace(_UNIT, "\x1b1") for part in parts)
    elif text.startswith("\x1e"):
        text = "\x1e\x1e" + text
    return str(len(parts)).encode() + b":" + text.encode("utf-8", "surrogatepass")


class Digester:
    """Makes ids. ``key`` is the office's digest key, 32 bytes; it may go to a worker process."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._head = lru_cache(maxsize=256)(self._head_of)

    def _mac(self, message: bytes) -> bytes:
        return hmac.digest(self._key, message, "sha256")

    def _number(self, message: bytes) -> int:
        return int.from_bytes(self._mac(message)[:8], "big") >> 1

    def _head_of(self, extract: str, header: tuple[str, ...]) -> bytes:
        return b"row\0" + self._mac(b"header\0" + extract.encode() + b"\0" + _joined(header))

    def row(self, extract: str, header: Sequence[str], cells: Sequence[str]) -> tuple[int, bytes]:
        """``(row_id, digest)`` of a row as received: 63-bit number and 16 bytes of the same digest."""
        mac = self._mac(self._head(extract, tuple(header)) + _joined(cells))
        return int.from_bytes(mac[:8], "big") >> 1, mac[:16]

    def record(self, extract: str, local_id: str) -> int:
        """The record that one source system knows under this local id."""
        return self._number(f"record\0{extract}\0{local_id}".encode("utf-8", "surrogatepass"))

    def key(self, extract: str, natural_key: str) -> int:
        """A row's natural key within its extract."""
        return self._number(f"key\0{extract}\0{natural_key}".encode("utf-8", "surrogatepass"))

    def fact(self, row_id: int, n: int) -> int:
        """The n-th fact that a row says."""
        return self._number(b"fact\0" + row_id.to_bytes(8, "big") + n.to_bytes(4, "big"))

    def person(self, record_id: int) -> int:
        """The person founded by this record."""
        return self._number(b"person\0" + record_id.to_bytes(8, "big"))

    def lot(self, drawing: str, person_id: int) -> int:
        """The lot that a person draws in this drawing: chance that nobody can steer, the same on each PC."""
        return self._number(b"lot\0" + drawing.encode() + b"\0" + person_id.to_bytes(8, "big"))

    def file(self, content_digest: bytes) -> bytes:
        """16 bytes that recognise a file's content (given its SHA-256) without revealing it."""
        return self._mac(b"file\0" + content_digest)[:16]


class Merkle:
    """A Merkle root that is fed leaf by leaf; keeps one digest per level.

    Leaves are told apart from inner nodes, and an odd node moves up unchanged (as in RFC 9162).
    """

    def __init__(self) -> None:
        self._peaks: list[tuple[int, bytes]] = []
        self.count = 0

    def add(self, leaf: bytes) -> None:
        """Feed the next leaf's content."""
        self.count += 1
        level, node = 0, hashlib.sha256(b"\0" + leaf).digest()
        while self._peaks and self._peaks[-1][0] == level:
            node = hashlib.sha256(b"\1" + self._peaks.pop()[1] + node).digest()
            level += 1
        self._peaks.append((level, node))

    def root(self) -> bytes:
        """32 bytes over all leaves so far."""
        if not self._peaks:
            return hashlib.sha256(b"").digest()
        node = self._peaks[-1][1]
        for _, left in reversed(self._peaks[:-1]):
            node = hashlib.sha256(b"\1" + left + node).digest()
        return node


def merkle_root(leaves: Iterable[bytes]) -> bytes:
    """The root over these leaves in their order."""
    tree = Merkle()
    for leaf in leaves:
        tree.add(leaf)
    return tree.root()


def row_leaf(line: int, digest: bytes, outcome: int) -> bytes:
    """What a batch's Merkle tree holds for one line: where it stood, what it said, what became of it."""
    return line.to_bytes(6, "big") + bytes((outcome,)) + digest


def link_leaf(record_id: int, person_id: int) -> bytes:
    """What a link result's Merkle tree holds for one record."""
    return record_id.to_bytes(8, "big") + person_id.to_bytes(8, "big")
