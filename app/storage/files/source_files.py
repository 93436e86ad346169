"""Department files: opened, looked over, and handed on as rows of text.

``open_source`` finds out what a file is (encoding, delimiter, sheet, title lines, header, profile) and
refuses it whole, in one sentence, when nothing of it may be stored. What a cell means is not
decided here.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from stat import S_ISREG
from typing import BinaryIO

from app.domain.extracts.my_number import column_of_numbers, may_be_in, without_numbers
from app.domain.extracts.profile import Profile
from app.domain.extracts.recognising import Recognition
from app.domain.message import Refused
from app.storage.files.delimited import BLOCK, DELIMITERS, Encoding, Row, possible_encodings, rows, text_blocks
from app.storage.files.source_headers import Found, find_header, nearer, title_day, unknown
from app.storage.files.source_rows import Source
from app.storage.files.workbooks import OLE_MARK, ZIP_MARK, Workbook

_PAGE = re.compile(rb"(\xef\xbb\xbf)?\s*<(!doctype|html|head|table|meta|\?xml|script|body)", re.IGNORECASE)


@dataclass(frozen=True)
class Limits:
    """How much of a file is taken on: bytes, characters of a cell, columns, lines, unpacked bytes,
    bytes of one line, bytes of parts that are nothing but delimiters."""

    size: int = 512 << 20
    cell: int = 64 << 10
    columns: int = 512
    rows: int = 5_000_000
    unpacked: int = 300 << 20
    line: int = 24 << 20
    delimiters: int = 96 << 20


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
    digest, lines, returns, line, empty = hashlib.sha256(), 0, 0, 0, 0
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
            empty += len(block) if _says_nothing(block, unit) else 0
            if empty > limits.delimiters:
                raise Refused("file.only_delimiters", file=name, limit=limits.delimiters >> 20)
            if stream.tell() == len(block) and _PAGE.match(block):
                raise Refused("file.web_page", file=name)
            if unit == 1 and b"\0" in block:
                raise Refused("file.not_text", file=name)
    if lines > limits.rows:
        raise Refused("file.too_many_rows", file=name, limit=limits.rows)
    if not packed and not lines and returns > 1:
        raise Refused("file.old_line_ends", file=name)
    return digest.digest()


def _says_nothing(block: bytes, unit: int) -> bool:
    """Whether 95 of 100 signs are one delimiter. A table of a hundred columns with only its IDs filled has fewer;
    hundreds of megabytes of it take longer to take apart than anybody waits."""
    return any(block.count(sign.encode()) * unit * 100 >= len(block) * 95 for sign in DELIMITERS)


def _open_text(
    path: Path, stream: BinaryIO, profiles: Mapping[str, Profile], limits: Limits, digest: bytes, size: int
) -> Source:
    stream.seek(0)
    nearest: Recognition | None = None
    for encoding in possible_encodings(stream.read(4)):
        for delimiter in DELIMITERS:
            found = find_header(path.name, rows(stream, encoding, delimiter, limits.cell), profiles, limits.columns)
            if isinstance(found, Found):
                break
            nearest = nearer(nearest, found)
        else:
            continue
        break
    else:
        raise unknown(path.name, nearest, profiles)
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
        found = find_header(path.name, book.rows(sheet), profiles, limits.columns)
        if isinstance(found, Found):
            break
        nearest = nearer(nearest, found)
    else:
        raise unknown(path.name, nearest, profiles)
    if book.height(sheet) > limits.rows:
        raise Refused("file.too_many_rows", file=path.name, limit=limits.rows)

    def below(_known: bytearray | None = None) -> Iterator[Row]:
        return book.rows(sheet)

    _refuse_numbers(path.name, found, below())
    return replace(_source(path.name, found, "xlsx", "", digest, size, below, stream), book=book)


def _may_hold_numbers(stream: BinaryIO, encoding: Encoding, delimiter: str) -> bool:
    return any(may_be_in("".join(lines), delimiter) for lines, _ in text_blocks(stream, encoding))


def _refuse_numbers(name: str, found: Found, all_rows: Iterable[Row]) -> None:
    column = column_of_numbers(row.cells for row in all_rows if row.line > found.line)
    if column is not None:
        header = without_numbers(found.header[column]) if column < len(found.header) else str(column + 1)
        raise Refused("file.my_number_values", file=name, column=header)


def _source(
    name: str,
    found: Found,
    encoding: str,
    delimiter: str,
    digest: bytes,
    size: int,
    below: Callable[[bytearray | None], Iterator[Row]],
    stream: BinaryIO,
) -> Source:
    day, problem = title_day(found.titles)
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
        below=below,
        stream=stream,
        written=os.fstat(stream.fileno()).st_mtime_ns,
    )
