"""A department file that no profile knows yet: its first rows as text, for somebody to say what they are.

The same checks and limits as for a file that is taken in; a column headed as Individual Numbers, or
full of them, is refused here too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice, zip_longest
from pathlib import Path

from app.domain.extracts.my_number import column_of_numbers
from app.domain.extracts.recognising import number_column
from app.domain.message import Refused
from app.storage.files.delimited import DELIMITERS, Row, possible_encodings, rows
from app.storage.files.source_files import Limits
from app.storage.files.workbooks import OLE_MARK, ZIP_MARK, Workbook

SAMPLED = 20_000
DIFFERENT = 300
"""A column with more different texts than this holds no codes."""
_EACH = 20_000
_TRIED = 200


@dataclass(frozen=True)
class Sample:
    """The first rows of a file. ``delimiter`` is "" for a workbook, of which ``sheet`` is looked at; ``whole``:
    these are all its rows."""

    path: Path
    file: str
    encoding: str
    delimiter: str
    lines: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]
    whole: bool
    sheet: int = 0


@dataclass(frozen=True)
class Tally:
    """All rows of a file, header and titles too, and how often each text stands in each column; None for a column
    with more different ones than codes have."""

    rows: int
    columns: tuple[Mapping[str, int] | None, ...]


def tally(found: Sample, each: Callable[[int], None], limits: Limits | None = None) -> Tally:
    """Count what stands in the columns of the whole file, reading it as ``found`` was read. ``each`` is told the
    rows so far."""
    limits = limits or Limits()
    try:
        if not found.delimiter:
            book = Workbook(found.path, unpacked=limits.unpacked, columns=limits.columns, cell=limits.cell)
            try:
                return _tallied(book.rows(found.sheet), each)
            finally:
                book.close()
        with found.path.open("rb") as stream:
            encoding = next(one for one in possible_encodings(stream.read(4)) if one.name == found.encoding)
            return _tallied(rows(stream, encoding, found.delimiter, limits.cell), each)
    except OSError as error:
        raise Refused("file.unreadable", file=found.file, why=error.strerror or "") from error
    except StopIteration:  # another file stands there now
        raise Refused("file.changing", file=found.file) from None


def _tallied(found: Iterator[Row], each: Callable[[int], None]) -> Tally:
    counts: list[Counter[str] | None] = []
    many = 0
    while some := [row.cells for row in islice(found, _EACH)]:
        many += len(some)
        for at, column in enumerate(zip_longest(*some, fillvalue="")):
            if at == len(counts):
                counts.append(Counter())
            known = counts[at]
            if known is not None:
                known.update(column)
                if len(known) > DIFFERENT:
                    counts[at] = None
        each(many)
    return Tally(many, tuple(counts))


def sample(path: Path, limits: Limits | None = None) -> Sample:
    """Read the first rows. Refused, with ``file``, for what is no table of text or holds Individual Numbers."""
    limits = limits or Limits()
    try:
        size = path.stat().st_size
        if size == 0:
            raise Refused("file.empty", file=path.name)
        if size > limits.size:
            raise Refused("file.too_large", file=path.name, limit=limits.size >> 20)
        with path.open("rb") as stream:
            head = stream.read(8)
        if head == OLE_MARK:
            raise Refused("file.locked_workbook", file=path.name)
        found = _workbook(path, limits) if head.startswith(ZIP_MARK) else _text(path, limits)
    except OSError as error:
        raise Refused("file.unreadable", file=path.name, why=error.strerror or "") from error
    _refuse_numbers(found)
    return found


def _text(path: Path, limits: Limits) -> Sample:
    with path.open("rb") as stream:
        if b"\0" in stream.read(1 << 16) and possible_encodings(_first(path))[0].unit == 1:
            raise Refused("file.not_text", file=path.name)
        stream.seek(0)
        best: tuple[tuple[int, int], str, str] | None = None
        for encoding in possible_encodings(stream.read(4)):
            for mark in DELIMITERS:
                tried = list(islice(rows(stream, encoding, mark, limits.cell), _TRIED))
                bad = sum(one.damage == "row.encoding" for one in tried)
                cells = sum(len(one.cells) - 1 for one in tried)
                if tried and (best is None or (-bad, cells) > best[0]):
                    best = ((-bad, cells), encoding.name, mark)
        if best is None:
            raise Refused("file.empty", file=path.name)
        encoding = next(one for one in possible_encodings(_first(path)) if one.name == best[1])
        return _sample(path, encoding.name, best[2], rows(stream, encoding, best[2], limits.cell), limits)


def _first(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(4)


def _workbook(path: Path, limits: Limits) -> Sample:
    """The sheet with the most cells among its first rows."""
    book = Workbook(path, unpacked=limits.unpacked, columns=limits.columns, cell=limits.cell)
    try:
        best, most = 0, 0
        for sheet in range(book.sheets):
            filled = sum(bool(cell) for row in islice(book.rows(sheet), _TRIED) for cell in row.cells)
            if filled > most:
                best, most = sheet, filled
        if most == 0:
            raise Refused("file.empty", file=path.name)
        return replace(_sample(path, "xlsx", "", book.rows(best), limits), sheet=best)
    finally:
        book.close()


def _sample(path: Path, encoding: str, delimiter: str, found: Iterator[Row], limits: Limits) -> Sample:
    taken = list(islice(found, SAMPLED + 1))
    if max(len(row.cells) for row in taken) > limits.columns:
        raise Refused("file.too_many_columns", file=path.name, limit=limits.columns)
    kept = taken[:SAMPLED]
    shown = path.name.encode("utf-8", "backslashreplace").decode("utf-8")
    return Sample(
        path, shown, encoding, delimiter, tuple(row.line for row in kept), tuple(row.cells for row in kept),
        len(taken) <= SAMPLED,
    )  # fmt: skip


def _refuse_numbers(found: Sample) -> None:
    for row in found.rows[:10]:
        headed = number_column(row)
        if headed is not None:
            raise Refused("file.my_number_column", file=found.file, column=headed.strip())
    column = column_of_numbers(_below(found.rows))
    if column is not None:
        raise Refused("file.my_number_values", file=found.file, column=str(column + 1))


def _below(every: Iterable[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """Rows that are not the first ones: titles and headers are no values."""
    return islice(iter(every), 1, None)
