"""Department files: opened, looked over, and handed on as rows of text.

``open_source`` finds out what a file is (encoding, delimiter, sheet, title lines, header, profile) and
refuses it whole, in one sentence, when nothing of it may be stored. What a cell means is not
decided here.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from pathlib import Path
from stat import S_ISREG
from types import TracebackType
from typing import BinaryIO

from app.domain.extracts.dates import UnreadableDate, read_date
from app.domain.extracts.headers import together
from app.domain.extracts.my_number import column_of_numbers, may_be_in, without_numbers
from app.domain.extracts.profile import Profile
from app.domain.extracts.recognising import Recognition, number_column, plan_columns, recognise
from app.domain.message import Refused
from app.storage.delimited import BLOCK, Encoding, Row, possible_encodings, rows, text_blocks
from app.storage.digests import Digester
from app.storage.known_lines import PART, Lines, line_digests
from app.storage.workbooks import OLE_MARK, ZIP_MARK, Workbook

_TITLE_LINES = 5
_HEADER_LENGTH = 24
_NO_HEADER = ("row.broken", "row.unclosed_quote", "row.cell_too_long")
_PAGE = re.compile(rb"(\xef\xbb\xbf)?\s*<(!doctype|html|head|table|meta|\?xml|script|body)", re.IGNORECASE)
_TITLE_DAY = re.compile(r"出力日\s*[:：]?(.*)", re.DOTALL)


@dataclass(frozen=True)
class Limits:
    """How much of a file is taken on: bytes, characters of a cell, columns, lines, unpacked bytes,
    bytes of one line."""

    size: int = 512 << 20
    cell: int = 64 << 10
    columns: int = 512
    rows: int = 5_000_000
    unpacked: int = 300 << 20
    line: int = 24 << 20


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
    _rows: Callable[[bytearray | None], Iterator[Row]] = field(repr=False)
    _stream: BinaryIO = field(repr=False)
    whole_header: tuple[str, ...] = ()
    text: Encoding | None = None
    written: int = 0
    _book: Workbook | None = field(default=None, repr=False)

    def chunks(self, size: int = 2000, known: bytearray | None = None) -> Iterator[Chunk]:
        """The rows below the header, ``size`` at a time; from the start at each call, one call at a time.

        ``known``: for each line of the file whether it need not be read.
        """
        remaining = (row for row in self._rows(known) if row.line > self.header_line)
        while batch := _some(remaining, size):
            yield _chunk(batch)
        now = os.fstat(self._stream.fileno())
        if now.st_size != self.size or now.st_mtime_ns != self.written:  # somebody is still writing it
            raise Refused("file.changing", file=self.name)

    def without(self, off: Sequence[int]) -> Source:
        """The same file as if these columns had never been in it; shares the open file.

        Where a row is too short or damaged, nobody can say which cell belongs to which column: its
        cells are left empty.
        """
        gone, width = frozenset(off), len(self.header)
        said = "\x1f".join(self.header[at] for at in sorted(gone))
        inner = self._rows

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
            _rows=rows,
        )

    def line_digests(self, digester: Digester) -> Lines | None:
        """The keyed digests of all lines of a text file; None for a workbook."""
        return line_digests(self._stream, self.text, digester) if self.text else None

    def close(self) -> None:
        """Let go of the file."""
        self._stream.close()
        if self._book is not None:
            self._book.close()

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


@dataclass(frozen=True)
class _Found:
    """A header among the first rows, with what stood above it."""

    header: tuple[str, ...]
    line: int
    profile: Profile
    titles: list[tuple[str, ...]]


def open_source(path: Path, profiles: Mapping[str, Profile], limits: Limits | None = None) -> Source:
    """Open a CSV file or workbook whose header one of ``profiles`` knows.

    Refused, with ``file`` and one clear reason, for a file that cannot be read, is no table of
    text, is beyond the limits, carries Individual Numbers, or fits no profile (``nearest_ja``,
    ``nearest_en``, ``missing``). The content decides what a file is, never its name.
    """
    limits = limits or Limits()
    try:
        path.name.encode("utf-8")
        if not S_ISREG(path.stat().st_mode):  # opening a pipe would wait for ever, a device never ends
            raise Refused("file.not_a_file", file=path.name)
        stream = path.open("rb")
    except UnicodeEncodeError as error:  # as old zip files leave them; could be neither stored nor shown
        shown = path.name.encode("utf-8", "backslashreplace").decode("utf-8")
        raise Refused("file.unreadable_name", file=shown) from error
    except OSError as error:
        raise Refused("file.unreadable", file=path.name, why=error.strerror or "") from error
    try:
        return _open(path, stream, profiles, limits)
    except OSError as error:
        stream.close()
        raise Refused("file.unreadable", file=path.name, why=error.strerror or "") from error
    except BaseException:
        stream.close()
        raise


def _open(path: Path, stream: BinaryIO, profiles: Mapping[str, Profile], limits: Limits) -> Source:
    size = path.stat().st_size
    if size == 0:
        raise Refused("file.empty", file=path.name)
    if size > limits.size:
        raise Refused("file.too_large", file=path.name, limit=limits.size >> 20)
    head = stream.read(8)
    if head == OLE_MARK:
        raise Refused("file.locked_workbook", file=path.name)
    digest = _digest(path.name, stream, head, limits)
    if os.fstat(stream.fileno()).st_size != size:
        raise Refused("file.changing", file=path.name)
    if head.startswith(ZIP_MARK):
        return _open_workbook(path, stream, profiles, limits, digest, size)
    return _open_text(path, stream, profiles, limits, digest, size)


def _digest(name: str, stream: BinaryIO, head: bytes, limits: Limits) -> bytes:
    """SHA-256 of the whole file; on the way, what no table of text may have."""
    packed = head.startswith(ZIP_MARK)
    unit = possible_encodings(head)[0].unit
    digest, lines, returns, line = hashlib.sha256(), 0, 0, 0
    stream.seek(0)
    while block := stream.read(BLOCK):
        digest.update(block)
        if not packed:
            lines += block.count(b"\n")
            returns += block.count(b"\r")
            end = block.rfind(b"\n")
            line = line + len(block) if end < 0 else len(block) - end
            if line > limits.line:
                raise Refused("file.endless_line", file=name, limit=limits.line >> 20)
            if stream.tell() == len(block) and _PAGE.match(block):
                raise Refused("file.web_page", file=name)
            if unit == 1 and b"\0" in block:
                raise Refused("file.not_text", file=name)
    if lines > limits.rows:
        raise Refused("file.too_many_rows", file=name, limit=limits.rows)
    if not packed and not lines and returns > 1:
        raise Refused("file.old_line_ends", file=name)
    return digest.digest()


def _open_text(
    path: Path, stream: BinaryIO, profiles: Mapping[str, Profile], limits: Limits, digest: bytes, size: int
) -> Source:
    stream.seek(0)
    nearest: Recognition | None = None
    for encoding in possible_encodings(stream.read(4)):
        for delimiter in (",", "\t"):
            found = _find_header(path.name, rows(stream, encoding, delimiter, limits.cell), profiles, limits)
            if isinstance(found, _Found):
                break
            nearest = _nearer(nearest, found)
        else:
            continue
        break
    else:
        raise _unknown(path.name, nearest, profiles)
    width = len(found.header)

    def below(known: bytearray | None = None) -> Iterator[Row]:
        return rows(stream, encoding, delimiter, limits.cell, width, known)

    if _may_hold_numbers(stream, encoding, delimiter):
        _refuse_numbers(path.name, found, below())
    return replace(_source(path.name, found, encoding.name, delimiter, digest, size, below, stream), text=encoding)


def _open_workbook(
    path: Path, stream: BinaryIO, profiles: Mapping[str, Profile], limits: Limits, digest: bytes, size: int
) -> Source:
    book = Workbook(path, unpacked=limits.unpacked, columns=limits.columns, cell=limits.cell)
    try:
        return _sheet_of(path, book, stream, profiles, limits, digest, size)
    except BaseException:
        book.close()
        raise


def _sheet_of(
    path: Path,
    book: Workbook,
    stream: BinaryIO,
    profiles: Mapping[str, Profile],
    limits: Limits,
    digest: bytes,
    size: int,
) -> Source:
    nearest: Recognition | None = None
    for sheet in range(book.sheets):
        found = _find_header(path.name, book.rows(sheet), profiles, limits)
        if isinstance(found, _Found):
            break
        nearest = _nearer(nearest, found)
    else:
        raise _unknown(path.name, nearest, profiles)
    if book.height(sheet) > limits.rows:
        raise Refused("file.too_many_rows", file=path.name, limit=limits.rows)

    def below(_known: bytearray | None = None) -> Iterator[Row]:
        return book.rows(sheet)

    _refuse_numbers(path.name, found, below())
    return replace(_source(path.name, found, "xlsx", "", digest, size, below, stream), _book=book)


def _find_header(
    name: str, first: Iterator[Row], profiles: Mapping[str, Profile], limits: Limits
) -> _Found | Recognition | None:
    """The header among the first rows, else what came nearest to being one."""
    titles: list[tuple[str, ...]] = []
    nearest: Recognition | None = None
    above = islice(first, _TITLE_LINES + 1)
    for row in above:
        if len(row.cells) > limits.columns:
            raise Refused("file.too_many_columns", file=name, limit=limits.columns)
        header = _without_empty_end(row.cells)
        column = number_column(header)
        if column is not None:
            raise Refused("file.my_number_column", file=name, column=without_numbers(column))
        recognition = recognise(profiles.values(), header)
        if recognition.profile is None and titles:
            header = together(titles[-1], header)
            recognition = recognise(profiles.values(), header)
        if recognition.profile is not None:
            second = next(first, None)
            _refuse_second_header(name, second)
            alone = _Found(header, row.line, recognition.profile, titles)
            return _two_rows(alone, second, profiles) or alone
        nearest = _nearer(nearest, recognition)
        titles.append(row.cells)
    return nearest


def _two_rows(alone: _Found, second: Row | None, profiles: Mapping[str, Profile]) -> _Found | None:
    """The header with the row below it, where that says more columns than it says alone."""
    if second is None:
        return None
    header = _without_empty_end(together(alone.header, second.cells))
    profile = recognise(profiles.values(), header).profile
    if profile is None or _known(profile, header) <= _known(alone.profile, alone.header):
        return None
    return _Found(header, second.line, profile, alone.titles)


def _known(profile: Profile, header: tuple[str, ...]) -> int:
    return len(plan_columns(profile, header).positions)


def _refuse_second_header(name: str, row: Row | None) -> None:
    """Some systems print two lines of headers; what the second one says counts too."""
    column = number_column(cell for cell in row.cells if len(cell) <= _HEADER_LENGTH) if row else None
    if column is not None:
        raise Refused("file.my_number_column", file=name, column=without_numbers(column))


def _without_empty_end(cells: tuple[str, ...]) -> tuple[str, ...]:
    end = len(cells)
    while end and not cells[end - 1].strip():
        end -= 1
    return cells[:end]


def _nearer(one: Recognition | None, other: Recognition | None) -> Recognition | None:
    if one is None or one.nearest is None:
        return other
    if other is None or other.nearest is None:
        return one
    return other if len(other.missing) < len(one.missing) else one


def _unknown(name: str, nearest: Recognition | None, profiles: Mapping[str, Profile]) -> Refused:
    if nearest is None or nearest.nearest is None:
        first = dict.fromkeys(next(iter(profile.needed(True))) for profile in profiles.values())
        return Refused("file.no_known_column", file=name, columns="、".join(first))
    names = nearest.nearest.names
    return Refused(
        "file.no_profile",
        file=name,
        nearest_ja=names["ja"],
        nearest_en=names["en"],
        missing="、".join(nearest.missing),
    )


def _may_hold_numbers(stream: BinaryIO, encoding: Encoding, delimiter: str) -> bool:
    return any(may_be_in("".join(lines), delimiter) for lines, _ in text_blocks(stream, encoding))


def _refuse_numbers(name: str, found: _Found, all_rows: Iterable[Row]) -> None:
    column = column_of_numbers(row.cells for row in all_rows if row.line > found.line)
    if column is not None:
        header = without_numbers(found.header[column]) if column < len(found.header) else str(column + 1)
        raise Refused("file.my_number_values", file=name, column=header)


def _source(
    name: str,
    found: _Found,
    encoding: str,
    delimiter: str,
    digest: bytes,
    size: int,
    below: Callable[[bytearray | None], Iterator[Row]],
    stream: BinaryIO,
) -> Source:
    day, problem = _title_day(found.titles)
    return Source(
        name=name,
        profile=found.profile,
        encoding=encoding,
        delimiter=delimiter,
        header=found.header,
        header_line=found.line,
        title_day=day,
        title_problem=problem,
        digest=digest,
        size=size,
        _rows=below,
        _stream=stream,
        written=os.fstat(stream.fileno()).st_mtime_ns,
    )


def _title_day(titles: Iterable[tuple[str, ...]]) -> tuple[date | None, str]:
    """The day beside 出力日, in the same cell or the next filled one, and what stood there if it is none."""
    for cells in titles:
        for at, cell in enumerate(cells):
            found = _TITLE_DAY.search(cell)
            if found is None:
                continue
            said = found[1].strip() or next((one for one in cells[at + 1 :] if one.strip()), "")
            day = _whole_day(said) or _whole_day(said.split()[0] if said else "")
            return day, "" if day else said
    return None, ""


def _whole_day(text: str) -> date | None:
    try:
        day = read_date(text)
    except UnreadableDate:
        return None
    return None if day is None or day.partial else day.first
