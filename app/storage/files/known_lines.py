"""Lines as they were delivered before: a line that comes again, byte for byte, is not read again.

Beside a batch stands, for each of its sound lines, a keyed digest of the line's bytes and what it was
read as. All of it can be thrown away: then the next delivery is read in full. A line is known only in
a file that is read by exactly the same rules (``mark``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from app.storage.digests import Digester
from app.storage.files.delimited import BLOCK, Encoding, byte_lines

LINE = np.dtype(
    [
        ("line", "<u4"),
        ("raw", "<u8"),
        ("raw2", "<u8"),
        ("digest", "V16"),
        ("key", "<i8"),
        ("record", "<i8"),
        ("said", "u1"),
    ]
)
"""One sound line of a batch: its number, the two halves of its keyed digest, the digest of its row, its
natural key, its record (-1 for none), and how many facts it says."""

RAW = np.dtype([("raw", "<u8"), ("raw2", "<u8")])
PART = 20_000
"""Lines in one stored part: as much as a short transaction writes."""
_AT_HAND = 4
_TRIED = 6

Lines = npt.NDArray[Any]


def line_digests(stream: BinaryIO, encoding: Encoding, digester: Digester) -> Lines:
    """The keyed digests of all lines of a file, as an editor counts them (``RAW``)."""
    stream.seek(encoding.skip)
    found, rest = bytearray(), b""
    while block := stream.read(BLOCK):
        whole = rest + block
        lines = _split(whole, encoding)
        rest = lines.pop()
        found += digester.lines(lines)
    if rest:
        found += digester.lines([rest])
    return np.frombuffer(bytes(found), RAW)


def _split(data: bytes, encoding: Encoding) -> list[bytes]:
    """The lines without their line feeds; what stands behind the last one comes last."""
    if encoding.unit == 1:
        return data.split(b"\n")
    lines = list(byte_lines(data, encoding))
    if not lines or lines[-1].endswith(encoding.newline):
        lines.append(b"")
    return [*(line[: -encoding.unit] for line in lines[:-1]), lines[-1]]


@dataclass(frozen=True)
class Known:
    """Which lines of a file stood in a delivery before. ``at``: for each line of the file the place
    among that delivery's sound lines, or -1. ``count``: how many are known."""

    batch_id: int
    at: npt.NDArray[np.int64]
    count: int
    _kept: _Kept

    def flags(self, header_line: int) -> bytearray:
        """For each line of the file below the header whether it is known."""
        said = self.at >= 0
        said[:header_line] = False
        return bytearray(said.astype(np.uint8).tobytes())

    def lines(self, runs: Iterable[tuple[int, int]]) -> tuple[Lines, npt.NDArray[np.int64]]:
        """What these known lines (first line, how many) were read as, and their numbers in this file."""
        numbers = np.concatenate([np.arange(first, first + count, dtype=np.int64) for first, count in runs])
        return self._kept.take(self.at[numbers - 1]), numbers


class _Kept:
    """The sound lines of one batch as they are stored, part by part."""

    def __init__(self, connection: Any, batch_id: int) -> None:
        self._connection, self._batch = connection, batch_id
        # Whose whereabouts are sealed is read anew each time: the row as it is kept cannot be judged again.
        sealed = [row[0] for row in connection.execute("SELECT record_id FROM record_key").fetchall()]
        parts, shut = [np.empty(0, RAW)], [np.empty(0, bool)]
        for part in range(self._parts()):
            lines = self._read(part)
            parts.append(lines[["raw", "raw2"]].astype(RAW))
            shut.append(np.isin(lines["record"], np.array(sealed, np.int64)))
        self._raws, self._shut = np.concatenate(parts), np.concatenate(shut)
        self._order = np.argsort(self._raws["raw"], kind="stable")
        self._sorted = self._raws["raw"][self._order]
        self._part = lru_cache(maxsize=_AT_HAND)(self._read)

    def _parts(self) -> int:
        query = "SELECT count(*) FROM known_line WHERE batch_id = ?"
        return int(self._connection.execute(query, (self._batch,)).fetchone()[0])

    def _read(self, part: int) -> Lines:
        query = "SELECT lines FROM known_line WHERE batch_id = ? AND part = ?"
        return np.frombuffer(self._connection.execute(query, (self._batch, part)).fetchone()[0], LINE)

    def find(self, raws: Lines) -> npt.NDArray[np.int64]:
        """For each digest its place among these lines, or -1."""
        if not len(self._sorted):
            return np.full(len(raws), -1, np.int64)
        places = np.minimum(np.searchsorted(self._sorted, raws["raw"]), len(self._sorted) - 1)
        found = self._order[places].astype(np.int64)
        alike = (self._raws["raw"][found] == raws["raw"]) & (self._raws["raw2"][found] == raws["raw2"])
        return np.where(alike & ~self._shut[found], found, -1)

    def take(self, places: npt.NDArray[np.int64]) -> Lines:
        """The lines at these places."""
        taken = np.empty(len(places), LINE)
        of_part = places // PART
        for part in np.unique(of_part).tolist():
            here = of_part == part
            taken[here] = self._part(part)[places[here] - part * PART]
        return taken


def known_lines(connection: Any, extract: str, file: str, as_of: str, mark: bytes, raws: Lines) -> Known | None:
    """The delivery of this extract that most of these lines stood in, if one was read by the same rules.

    Only one of an earlier or the same day: what a line may say (no day ahead of the extract's own) only grows.
    """
    found = connection.execute(
        "SELECT b.batch_id FROM batch AS b JOIN known_file AS k USING (batch_id) WHERE b.extract = ?"
        " AND b.state = 'published' AND b.as_of <= ? AND k.mark = ?"
        " ORDER BY b.file = ? DESC, b.as_of DESC, b.batch_id DESC LIMIT ?",
        (extract, as_of, mark, file, _TRIED),
    ).fetchall()
    best: Known | None = None
    for (batch,) in found:
        kept = _Kept(connection, batch)
        at = kept.find(raws)
        count = int(np.count_nonzero(at >= 0))
        if count and (best is None or count > best.count):
            best = Known(batch, at, count, kept)
        if best is not None and best.count * 2 > len(raws):
            break
    return best


class Seen:
    """The natural keys that a file has shown so far, and on which line last: 16 bytes for each."""

    def __init__(self) -> None:
        self._heaps: list[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]] = []

    def twice(self, keys: npt.NDArray[np.int64]) -> set[int]:
        """Those of these keys that were shown before, or stand among them twice."""
        ordered = np.sort(keys)
        again = set(ordered[1:][ordered[1:] == ordered[:-1]].tolist())
        for held, _ in self._heaps:
            places = np.minimum(np.searchsorted(held, ordered), len(held) - 1)
            again.update(ordered[held[places] == ordered].tolist())
        return again

    def before(self, key: int) -> list[int]:
        """The lines on which this key was shown, rising."""
        lines: list[int] = []
        for held, at in self._heaps:
            left, right = np.searchsorted(held, key, "left"), np.searchsorted(held, key, "right")
            lines += at[left:right].tolist()
        return sorted(lines)

    def add(self, keys: npt.NDArray[np.int64], lines: npt.NDArray[np.int64]) -> None:
        """Remember these keys; heaps of like size are merged, so that there are few."""
        if not len(keys):
            return
        order = np.argsort(keys, kind="stable")
        self._heaps.append((keys[order], lines[order]))
        while len(self._heaps) > 1 and len(self._heaps[-2][0]) < 2 * len(self._heaps[-1][0]):
            (held, at), (more, there) = self._heaps[-2:]
            merged, numbers = np.concatenate([held, more]), np.concatenate([at, there])
            order = np.argsort(merged, kind="stable")
            self._heaps[-2:] = [(merged[order], numbers[order])]
