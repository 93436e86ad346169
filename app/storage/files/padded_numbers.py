"""Numbers that a workbook shows with leading zeros: 12 under the format ``00000`` is shown as 00012, and meant so.

The library that reads the cells says only 12. Which columns are shown so stands in the workbook's styles; a
column counts only where all its numbers are shown with the same number of digits.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from posixpath import join, normpath

_FORMAT = re.compile(rb"<(?:\w+:)?numFmt\b[^>]*>")
_XF = re.compile(rb"<(?:\w+:)?xf\b[^>]*>")
_STYLES = re.compile(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_ZEROS = re.compile(rb"(0{2,20})(?:;@)?")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_NUMBER = re.compile(rb'<c r="([A-Z]{1,3})\d+"(?: s="(\d+)")?(?: t="n")?>')
_BLOCK = 1 << 20
_OVERLAP = 64


def padded_columns(packed: zipfile.ZipFile, sheet: int) -> dict[int, int]:
    """Index of a column -> digits, for a sheet by its place in the workbook."""
    digits = _digits_by_style(packed)
    member = _member(packed, sheet) if digits else ""
    if not member:
        return {}
    shown: dict[bytes, set[int]] = {}
    for column, style in _numbers(packed, member):
        shown.setdefault(column, set()).add(digits.get(int(style or 0), 0))
    return {_index(column): found.pop() for column, found in shown.items() if len(found) == 1 and 0 not in found}


def _digits_by_style(packed: zipfile.ZipFile) -> Mapping[int, int]:
    """Style of a cell -> how many digits it shows at least."""
    styles = _read(packed, "xl/styles.xml")
    formats = {}
    for one in _FORMAT.findall(styles):
        zeros = _ZEROS.fullmatch(_attribute(one, b"formatCode"))
        if zeros:
            formats[_attribute(one, b"numFmtId")] = len(zeros[1])
    block = _STYLES.search(styles) if formats else None
    found = _XF.findall(block[0]) if block else []
    numbers = (_attribute(one, b"numFmtId") for one in found)
    return {at: formats[number] for at, number in enumerate(numbers) if number in formats}


def _member(packed: zipfile.ZipFile, sheet: int) -> str:
    """The name of a sheet's file; "" where the workbook does not say."""
    sheets = _SHEET.findall(_read(packed, "xl/workbook.xml"))
    wanted = _attribute(sheets[sheet], rb"\w+:id") if sheet < len(sheets) else b""
    for one in _RELATION.findall(_read(packed, "xl/_rels/workbook.xml.rels")):
        if wanted and _attribute(one, b"Id") == wanted:
            target = _attribute(one, b"Target").decode("utf-8", "replace")
            name = target[1:] if target.startswith("/") else normpath(join("xl", target))
            return name if name in packed.namelist() else ""
    return ""


def _numbers(packed: zipfile.ZipFile, member: str) -> Iterator[tuple[bytes, bytes]]:
    """Column and style of each cell that is a number."""
    rest = b""
    with packed.open(member) as unpacked:
        while block := unpacked.read(_BLOCK):
            whole = rest + block
            end = max(0, len(whole) - _OVERLAP)
            cut = whole.rfind(b"<c ", end)
            end = cut if cut >= 0 else len(whole)
            yield from _NUMBER.findall(whole[:end])
            rest = whole[end:]
    yield from _NUMBER.findall(rest)


def _read(packed: zipfile.ZipFile, name: str) -> bytes:
    return packed.read(name) if name in packed.namelist() else b""


def _attribute(tag: bytes, name: bytes) -> bytes:
    found = re.search(rb"\s" + name + rb"=[\"']([^\"']*)[\"']", tag)
    return found[1] if found else b""


def _index(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
