"""Workbooks (.xlsx): the rows of a sheet as text, after a look at what opening it would cost.

A small file can inflate to gigabytes, and one stray cell in the last row makes the sheet a
rectangle of billions. Both are measured in the packed file before the reader gets it.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import IO

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from app.domain.message import Refused
from app.storage.delimited import Row

ZIP_MARK = b"PK"
OLE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""What old .xls files begin with, and workbooks that are locked with a password."""

_MOST_CELLS = 15_000_000
_BLOCK = 1 << 20
_CELL_AT = re.compile(rb'\br="([A-Z]{0,3})(\d{1,7})"')


def check_workbook(path: Path, unpacked_limit: int, column_limit: int) -> None:
    """Refused for what is no sound workbook or would not fit into memory. Limits: bytes, columns."""
    try:
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
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
        raise Refused("file.damaged_workbook", file=path.name) from error


def _check_extent(unpacked: IO[bytes], name: str, column_limit: int, is_sheet: bool) -> None:
    """Read a member to its end, which proves its stated size, and measure a sheet's rectangle."""
    letters: set[bytes] = set()
    last_row = 0
    rest = b""
    while block := unpacked.read(_BLOCK):
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


def sheets(path: Path) -> Iterator[CalamineSheet]:
    """The sheets of a checked workbook, one after the other in its own order."""
    try:
        workbook = CalamineWorkbook.from_path(path)
        for name in workbook.sheet_names:
            yield workbook.get_sheet_by_name(name)
    except CalamineError as error:
        raise Refused("file.damaged_workbook", file=path.name) from error


def sheet_rows(sheet: CalamineSheet, cell_limit: int) -> Iterator[Row]:
    """The rows of a sheet under its own row numbers, empty ones left out."""
    if sheet.start is None:
        return
    left = ("",) * sheet.start[1]
    for number, values in enumerate(sheet.iter_rows(), start=1):
        cells = (*left, *map(cell_text, values))
        if any(cells):
            damage = "row.cell_too_long" if max(map(len, cells)) > cell_limit else ""
            yield Row(number, cells, damage)


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
