"""An opened department file: what it is, and its rows below the header, some at a time.

Made by ``app.storage.files.source_files``, which looks a file over before anybody reads it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from types import TracebackType
from typing import BinaryIO

from app.domain.extracts.profile import Profile
from app.domain.message import Refused
from app.storage.digests import Digester
from app.storage.files.delimited import Encoding, Row
from app.storage.files.known_lines import PART, Lines, line_digests
from app.storage.files.workbooks import Workbook


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows: their lines (as an editor or a spreadsheet counts) and their cells.

    ``damage``: index within the chunk -> reason key, for rows that could not be read soundly.
    ``whole``: index -> the cells as the file has them, where some are withheld; never to be stored.
    ``several``: which rows go over several lines. ``runs``: known lines among and after these rows that
    were not read: the first of them and how many.
    """

    lines: list[int]
    cells: list[tuple[str, ...]]
    damage: dict[int, str]
    whole: dict[int, tuple[str, ...]] = field(default_factory=dict)
    several: frozenset[int] = frozenset()
    runs: tuple[tuple[int, int], ...] = ()


@dataclass
class Source:
    """An opened department file. Use it as a context manager, or ``close`` it.

    ``encoding`` is ``utf-8 cp932 utf-16-le utf-16-be`` or ``xlsx``; ``delimiter`` is "" for a
    workbook. ``title_day``: the extract's own day from a title line (出力日); ``title_problem``:
    what stood there when it was no day. ``digest``: SHA-256 of the file's bytes. ``whole_header``: as the
    file prints it, where columns are withheld. ``text``: how a text file's bytes are read.
    ``written``: when the file was last written to, as it was opened.
    """

    name: str
    profile: Profile
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    header_line: int
    title_day: date | None
    title_problem: str
    digest: bytes
    size: int
    below: Callable[[bytearray | None], Iterator[Row]] = field(repr=False)
    stream: BinaryIO = field(repr=False)
    whole_header: tuple[str, ...] = ()
    text: Encoding | None = None
    written: int = 0
    book: Workbook | None = field(default=None, repr=False)

    def chunks(self, size: int = 2000, known: bytearray | None = None) -> Iterator[Chunk]:
        """The rows below the header, ``size`` at a time; from the start at each call, one call at a time.

        ``known``: for each line of the file whether it need not be read.
        """
        remaining = (row for row in self.below(known) if row.line > self.header_line)
        while batch := _some(remaining, size):
            yield _chunk(batch)
        now = os.fstat(self.stream.fileno())
        if now.st_size != self.size or now.st_mtime_ns != self.written:  # somebody is still writing it
            raise Refused("file.changing", file=self.name)

    def without(self, off: Sequence[int]) -> Source:
        """The same file as if these columns had never been in it; shares the open file.

        Where a row is too short or damaged, nobody can say which cell belongs to which column: its
        cells are left empty.
        """
        gone, width = frozenset(off), len(self.header)
        said = "\x1f".join(self.header[at] for at in sorted(gone))
        inner = self.below

        def rows(known: bytearray | None = None) -> Iterator[Row]:
            for row in inner(known):
                line, cells, damage, _, lines, _ = row
                if row.known or line <= self.header_line:
                    yield row
                elif damage or len(cells) < width:
                    yield Row(line, ("",) * min(len(cells), width - len(gone)), damage, cells, lines)
                else:
                    kept = tuple(cells[at] for at in range(width) if at not in gone)
                    yield Row(line, kept, damage, cells, lines)

        return replace(
            self,
            header=tuple(text for at, text in enumerate(self.header) if at not in gone),
            whole_header=self.header,
            digest=hashlib.sha256(self.digest + said.encode("utf-8", "surrogatepass")).digest(),
            below=rows,
        )

    def line_digests(self, digester: Digester) -> Lines | None:
        """The keyed digests of all lines of a text file; None for a workbook."""
        return line_digests(self.stream, self.text, digester) if self.text else None

    def close(self) -> None:
        """Let go of the file."""
        self.stream.close()
        if self.book is not None:
            self.book.close()

    def __enter__(self) -> Source:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _some(rows: Iterator[Row], size: int) -> list[Row]:
    """The next rows: so many that were read, or a part of known lines."""
    batch: list[Row] = []
    read = known = 0
    for row in rows:
        batch.append(row)
        known += row.known
        read += not row.known
        if read >= size or known >= PART:
            break
    return batch


def _chunk(batch: Sequence[Row]) -> Chunk:
    read = [row for row in batch if not row.known]
    return Chunk(
        [row.line for row in read],
        [row.cells for row in read],
        {at: row.damage for at, row in enumerate(read) if row.damage},
        {at: row.whole for at, row in enumerate(read) if row.whole},
        frozenset(at for at, row in enumerate(read) if row.lines > 1),
        tuple((row.line, row.known) for row in batch if row.known),
    )
