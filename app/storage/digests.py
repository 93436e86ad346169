"""Keyed digests: the names of rows, records, facts and persons, and Merkle roots over them.

All ids are 63-bit numbers out of BLAKE2b under the office's digest key, so two PCs of one office
agree on them and nobody else can guess them from a name. A row is kept in the form that is digested.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

_UNIT = "\x1f"
_REMEMBERED = 100_000
"""Records whose ids are kept at hand: a child has many rows."""
_LEVEL = 8
_BLOCK = 1 << _LEVEL


def written(parts: Sequence[str]) -> bytes:
    """One spelling for one list of texts, whatever stands in them: how a row's cells are kept."""
    text = _UNIT.join(parts)
    sign = ":"
    if text.count(_UNIT) != len(parts) - 1:
        text, sign = _UNIT.join([part.replace("\x1b", "\x1b2").replace(_UNIT, "\x1b1") for part in parts]), ";"
    return f"{len(parts)}{sign}{text}".encode("utf-8", "surrogatepass")


SEALED = b"\x01"
"""How a row begins of which some cells are sealed (``sealed_rows``)."""


def cells_of(kept: bytes) -> list[str]:
    """The texts that ``written`` spelled; sealed ones are empty."""
    if kept[:1] == SEALED:
        kept = kept[21 : 21 + int.from_bytes(kept[17:21], "big")]
    text = kept.decode("utf-8", "surrogatepass")
    count = text[: len(text) - len(text.lstrip("0123456789"))]
    parts = text[len(count) + 1 :].split(_UNIT) if count != "0" else []
    if text[len(count)] == ";":
        parts = [part.replace("\x1b1", _UNIT).replace("\x1b2", "\x1b") for part in parts]
    return parts


class Digester:
    """Makes ids. ``key`` is the office's digest key, 32 bytes; it may go to a worker process."""

    def __init__(self, key: bytes) -> None:
        self._keyed = hashlib.blake2b(key=key, digest_size=16)
        self._head = lru_cache(maxsize=256)(self._head_of)
        self.record = lru_cache(maxsize=_REMEMBERED)(self._record)

    def _mac(self, message: bytes) -> bytes:
        keyed = self._keyed.copy()
        keyed.update(message)
        return keyed.digest()

    def _number(self, message: bytes) -> int:
        return int.from_bytes(self._mac(message)[:8], "big") >> 1

    def _head_of(self, extract: str, header: tuple[str, ...]) -> bytes:
        return b"row\0" + self._mac(b"header\0" + extract.encode() + b"\0" + written(header))

    def row(self, extract: str, header: Sequence[str], cells: Sequence[str]) -> tuple[int, bytes]:
        """``(row_id, digest)`` of a row as received: 63-bit number and 16 bytes of the same digest."""
        return self.kept_row(extract, header, written(cells))

    def kept_row(self, extract: str, header: Sequence[str], kept: bytes) -> tuple[int, bytes]:
        """The same of a row as ``written`` spells it."""
        mac = self._mac(self._head(extract, tuple(header)) + kept)
        return int.from_bytes(mac[:8], "big") >> 1, mac

    def rows_of(self, extract: str, header: Sequence[str]) -> Callable[[bytes], tuple[int, bytes]]:
        """``kept_row`` for many rows under one header."""
        begun = self._keyed.copy()
        begun.update(self._head(extract, tuple(header)))

        def row(kept: bytes) -> tuple[int, bytes]:
            keyed = begun.copy()
            keyed.update(kept)
            mac = keyed.digest()
            return int.from_bytes(mac[:8], "big") >> 1, mac

        return row

    def searched(self, words: str) -> str:
        """What the access log keeps of the words of a search: alike for alike words, and not to be read."""
        return self._mac(b"search\0" + words.encode("utf-8", "surrogatepass")).hex()

    def _record(self, extract: str, local_id: str) -> int:
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

    def lines(self, lines: Iterable[bytes]) -> bytes:
        """16 bytes for each of these lines of a file, one after the other."""
        keyed, key = hashlib.blake2b, self._mac(b"lines\0")
        return b"".join([keyed(line, key=key, digest_size=16).digest() for line in lines])

    def mark(self, said: bytes) -> bytes:
        """16 bytes that tell by which rules a file was read."""
        return self._mac(b"mark\0" + hashlib.sha256(said).digest())

    def lot(self, drawing: str, person_id: int) -> int:
        """The lot that a person draws in this drawing: chance that nobody can steer, the same on each PC."""
        return self._number(b"lot\0" + drawing.encode() + b"\0" + person_id.to_bytes(8, "big"))

    def file(self, content_digest: bytes) -> bytes:
        """16 bytes that recognise a file's content (given its SHA-256) without revealing it."""
        return self._mac(b"file\0" + content_digest)


_sha = hashlib.sha256


class Merkle:
    """A Merkle root that is fed leaf by leaf; keeps one digest per level, and the leaves of one block.

    Leaves are told apart from inner nodes, and an odd node moves up unchanged (as in RFC 9162).
    """

    def __init__(self) -> None:
        self._peaks: list[tuple[int, bytes]] = []
        self._block: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """Feed the next leaf's content."""
        self._block.append(_sha(b"\0" + leaf).digest())
        if len(self._block) == _BLOCK:
            self._put(_LEVEL, _folded(self._block))
            self._block = []

    def add_all(self, leaves: Iterable[bytes]) -> None:
        """Feed many leaves' contents."""
        waiting = self._block + [_sha(b"\0" + leaf).digest() for leaf in leaves]
        whole = len(waiting) - len(waiting) % _BLOCK
        for start in range(0, whole, _BLOCK):
            self._put(_LEVEL, _folded(waiting[start : start + _BLOCK]))
        self._block = waiting[whole:]

    def _put(self, level: int, node: bytes) -> None:
        while self._peaks and self._peaks[-1][0] == level:
            node = _sha(b"\1" + self._peaks.pop()[1] + node).digest()
            level += 1
        self._peaks.append((level, node))

    def root(self) -> bytes:
        """32 bytes over all leaves so far."""
        nodes = [node for _, node in self._peaks]
        if self._block:
            nodes.append(_folded(self._block))
        if not nodes:
            return _sha(b"").digest()
        node = nodes[-1]
        for left in reversed(nodes[:-1]):
            node = _sha(b"\1" + left + node).digest()
        return node


def _folded(nodes: list[bytes]) -> bytes:
    """The one node over these; an odd one moves up unchanged."""
    while len(nodes) > 1:
        pairs = [_sha(b"\1" + left + right).digest() for left, right in zip(nodes[::2], nodes[1::2], strict=False)]
        nodes = pairs + nodes[len(pairs) * 2 :]
    return nodes[0]


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
