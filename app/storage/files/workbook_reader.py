"""The reader of workbooks: a process of its own, with limits and without any key.

A small file can inflate to gigabytes, and one stray cell in the last row makes the sheet a rectangle of
billions. Both are measured in the packed file before the library gets it; whatever that misses ends this
process and not the program. It answers one question at a time: a length and JSON each way.
"""

from __future__ import annotations

import json
import re
import sys
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any, BinaryIO

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from app.domain.message import Refused
from app.storage.files.padded_numbers import padded_columns

MEMORY = 600 << 20
"""Bytes of address space that this process may have (where the system can limit it)."""

_MOST_CELLS = 12_000_000
_MOST_MEMBERS = 5000
_DIRECTORY = 8 << 20
_DIRECTORY_END = b"PK\x05\x06"
_ANSWER = 1 << 20
_TYPE_DECLARATION = re.compile(rb"<\0?!\0?(D\0?O\0?C\0?T|E\0?N\0?T\0?I\0?T)")
_BLOCK = 1 << 20
_CELL_AT = re.compile(rb'\br="([A-Z]{0,3})(\d{1,7})"')


def check_workbook(path: Path, unpacked_limit: int, column_limit: int) -> None:
    """Refused for what is no sound workbook or would not fit into memory. Limits: bytes, columns."""
    try:
        _check_directory(path)
        with zipfile.ZipFile(path) as packed:
            members = packed.infolist()
            if "xl/workbook.xml" not in packed.namelist():
                raise Refused("file.not_a_workbook", file=path.name)
            if any(member.flag_bits & 1 for member in members):
                raise Refused("file.locked_workbook", file=path.name)
            if sum(member.file_size for member in members) > unpacked_limit:
                raise Refused("file.workbook_too_large", file=path.name, limit=unpacked_limit >> 20)
            for member in members:
                with packed.open(member) as unpacked:
                    _check_extent(unpacked, path.name, column_limit, "worksheets/" in member.filename)
    except MemoryError as error:
        raise Refused("file.workbook_too_large", file=path.name, limit=unpacked_limit >> 20) from error
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
        raise Refused("file.damaged_workbook", file=path.name) from error


def _check_directory(path: Path) -> None:
    """How many members there are said to be, before a list of them is made."""
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - 66_000))
        tail = stream.read()
    at = tail.rfind(_DIRECTORY_END)
    if at < 0 or len(tail) < at + 20:
        raise zipfile.BadZipFile("no end of directory")
    members, size = int.from_bytes(tail[at + 10 : at + 12], "little"), int.from_bytes(tail[at + 12 : at + 16], "little")
    if members > _MOST_MEMBERS or size > _DIRECTORY:
        raise zipfile.BadZipFile("too many members")


def _check_extent(unpacked: IO[bytes], name: str, column_limit: int, is_sheet: bool) -> None:
    """Read a member to its end, which proves its stated size, and measure a sheet's rectangle."""
    letters: set[bytes] = set()
    last_row = 0
    rest = b""
    while block := unpacked.read(_BLOCK):
        if _TYPE_DECLARATION.search(rest + block):
            raise Refused("file.workbook_declares", file=name)
        if is_sheet:
            places = _CELL_AT.findall(rest + block)
            letters.update({place[0] for place in places})
            last_row = max(last_row, max((int(place[1]) for place in places), default=0))
        rest = block[-32:]
    columns = max((_column_number(one) for one in letters), default=0)
    if columns > column_limit:
        raise Refused("file.too_many_columns", file=name, limit=column_limit)
    if columns * last_row > _MOST_CELLS:
        raise Refused("file.workbook_too_wide", file=name, rows=last_row)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def sheet_rows(
    sheet: CalamineSheet, cell_limit: int, padded: Mapping[int, int] = MappingProxyType({})
) -> Iterator[tuple[int, list[str]]]:
    """The rows of a sheet under its own row numbers, empty ones left out; a cell is cut beyond the limit.

    ``padded``: column -> digits with which its numbers are shown."""
    if sheet.start is None:
        return
    left = [""] * sheet.start[1]
    for number, values in enumerate(sheet.iter_rows(), start=1):
        cells = [*left, *(cell_text(value)[: cell_limit + 1] for value in values)]
        for at, digits in padded.items():
            value = values[at - len(left)] if len(left) <= at < len(cells) else ""
            if isinstance(value, (int, float)) and cells[at].isdecimal():
                cells[at] = cells[at].zfill(digits)
        if any(cells):
            yield number, cells


def cell_text(value: object) -> str:
    """A cell as text: days in ISO, whole numbers without a point, truth as 1 and 0."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.15g}"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ")
    return value.isoformat() if isinstance(value, date) else str(value)


# ---------------------------------------------------------------------- as a process


def limited() -> None:
    """Let this process have so much memory and no more, and leave no core behind."""
    if sys.platform != "win32":
        import resource

        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def serve(asked: BinaryIO, answers: BinaryIO) -> None:
    """Answer until nobody asks any more."""
    session = _Session()
    while (question := receive(asked)) is not None:
        try:
            answer = session.answer(question)
        except Refused as refused:
            answer = {"refused": [refused.message.key, dict(refused.message.values)]}
        except (CalamineError, MemoryError, ValueError, OSError, OverflowError) as error:
            answer = {"failed": type(error).__name__}
        send(answers, answer)


class _Session:
    """One workbook, and the sheet that is being read."""

    def __init__(self) -> None:
        self._workbook: CalamineWorkbook | None = None
        self._path, self._limit = Path(), 0
        self._rows: Iterator[tuple[int, list[str]]] = iter(())

    def answer(self, question: dict[str, Any]) -> dict[str, Any]:
        what = question["what"]
        if what == "open":
            path = Path(question["path"])
            check_workbook(path, question["unpacked"], question["columns"])
            self._limit = question["cell"]
            self._path = path
            self._workbook = CalamineWorkbook.from_path(path)
            return {"sheets": len(self._workbook.sheet_names)}
        if what == "sheet" and self._workbook is not None:
            sheet = self._workbook.get_sheet_by_index(question["at"])
            with zipfile.ZipFile(self._path) as packed:
                padded = padded_columns(packed, question["at"])
            self._rows = sheet_rows(sheet, self._limit, padded)
            return {"height": sheet.total_height}
        return {"rows": self._some()}

    def _some(self) -> list[tuple[int, list[str]]]:
        """About a megabyte of rows; none at the end."""
        rows, size = [], 0
        for number, cells in self._rows:
            rows.append((number, cells))
            size += sum(map(len, cells)) + 8 * len(cells)
            if size >= _ANSWER:
                break
        return rows


def send(stream: BinaryIO, said: dict[str, Any]) -> None:
    """One message: its length in four bytes, then JSON."""
    data = json.dumps(said, ensure_ascii=True).encode()
    stream.write(len(data).to_bytes(4, "big") + data)
    stream.flush()


def receive(stream: BinaryIO) -> dict[str, Any] | None:
    """The next message, or None when the other side has gone."""
    head = stream.read(4)
    if len(head) < 4:
        return None
    data = stream.read(int.from_bytes(head, "big"))
    said: dict[str, Any] = json.loads(data)
    return said


def run() -> None:
    """What the process does."""
    answers = sys.stdout.buffer
    limited()
    with suppress(BrokenPipeError, KeyboardInterrupt):
        serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    run()
