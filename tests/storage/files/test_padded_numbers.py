"""A number that the workbook shows with leading zeros is read as it is shown."""

from __future__ import annotations

from pathlib import Path

import xlsxwriter

from app.storage.definitions.profiles import shipped_profiles
from app.storage.files.source_files import open_source

HEADER = ("学籍番号", "来室日", "理由", "備考")
ROWS = ((12, 7), (3400, 8), (123456, 9))


def ids(path: Path) -> list[tuple[str, str]]:
    with open_source(path, shipped_profiles()) as source:
        return [(cells[0], cells[3]) for chunk in source.chunks() for cells in chunk.cells]


def book(path: Path, formats: tuple[str, str, str], *, first: int = 0) -> Path:
    """Two sheets; the second one has the table, each local ID under its own format, the last column under one."""
    with xlsxwriter.Workbook(path) as made:
        made.add_worksheet("表紙").write(0, 0, "来室の一覧")
        sheet = made.add_worksheet("来室")
        three = made.add_format({"num_format": "000"})
        sheet.write_row(first, first, HEADER)
        for at, ((number, note), shown) in enumerate(zip(ROWS, formats, strict=True), first + 1):
            sheet.write_number(at, first, number, made.add_format({"num_format": shown}))
            sheet.write_row(at, first + 1, ("2026-05-01", "相談"))
            sheet.write_number(at, first + 3, note, three)
    return path


def test_zeros_that_are_shown_are_there(tmp_path: Path) -> None:
    seen = [("00012", "007"), ("03400", "008"), ("123456", "009")]
    assert ids(book(tmp_path / "a.xlsx", ("00000",) * 3)) == seen
    assert ids(book(tmp_path / "b.xlsx", ("00000",) * 3, first=2)) != []
    with open_source(book(tmp_path / "c.xlsx", ("00000",) * 3, first=2), shipped_profiles()) as source:
        assert [cells[2] for chunk in source.chunks() for cells in chunk.cells] == ["00012", "03400", "123456"]


def test_a_column_that_is_shown_in_several_ways_stays_as_it_is(tmp_path: Path) -> None:
    assert [one for one, _ in ids(book(tmp_path / "a.xlsx", ("00000", "0", "00000")))] == ["12", "3400", "123456"]
    assert [one for one, _ in ids(book(tmp_path / "b.xlsx", ("0", "0", "General")))] == ["12", "3400", "123456"]
