"""A lead saves the rejected rows as a workbook, corrects them there, and brings them in again."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from app.domain.message import Refused
from app.services.imports import rejections
from app.storage.offices.office import Office
from tests.builders import NOW, REGISTER, bring_in, extract, resident

PURPOSE = "直すため"


def register(folder: Path, *, protected_only: bool = False) -> Path:
    rows = [
        resident("1", "森 葵", "", "2016-05-02"),
        resident("2", "=林 湊", "", "2015-13-11"),
        resident("3", "原 凛", "", "2014-02-30", protected="有"),
    ]
    return extract(folder / "juki.csv", REGISTER, rows[2:] if protected_only else rows)


def test_a_workbook_goes_out_is_corrected_and_comes_back(fresh: Office, tmp_path: Path) -> None:
    report = bring_in(fresh, register(tmp_path)).files[0]
    assert (report.accepted, report.rejected, report.batch is None) == (1, 2, False)
    assert report.batch is not None
    out = tmp_path / "reject.xlsx"
    rejections.save(fresh, report.batch.batch_id, out, language="ja", purpose=PURPOSE, now=NOW)
    header, *rows = CalamineWorkbook.from_path(out).get_sheet_by_index(0).to_python()
    assert header[: len(REGISTER)] == REGISTER
    assert [row[:4] for row in rows] == [["2", "=林 湊", "", "2015-13-11"]], "as it came, and nobody under protection"
    assert rejections.kept_back(fresh, report.batch.batch_id) == 1
    rows[0][3] = "2015-12-11"
    with xlsxwriter.Workbook(tmp_path / "corrected.xlsx", {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate([header, *rows]):
            sheet.write_row(at, 0, row)
    again = bring_in(fresh, tmp_path / "corrected.xlsx").files[0]
    assert (again.outcome, again.accepted, again.rejected, again.supplement) == ("imported", 1, 0, True)
    shown = fresh.reader().execute("SELECT name, present, address <> '' FROM view.record ORDER BY local_id").fetchall()
    assert shown == [("森 葵", 1, 1), ("=林 湊", 1, 1)], "nobody has gone, no cell was lost"


def test_rows_of_the_protected_alone_do_not_go_out(fresh: Office, tmp_path: Path) -> None:
    report = bring_in(fresh, register(tmp_path, protected_only=True)).files[0]
    assert report.batch is not None
    out = tmp_path / "reject.csv"
    with pytest.raises(Refused, match="all_protected"):
        rejections.save(fresh, report.batch.batch_id, out, language="ja", purpose=PURPOSE, now=NOW)
    assert not out.exists()


def test_a_person_known_as_protected_stays_in_whatever_the_row_says(fresh: Office, tmp_path: Path) -> None:
    bring_in(fresh, extract(tmp_path / "a.csv", REGISTER, [resident("3", "原 凛", "", "2014-02-20", protected="有")]))
    rows = [resident("3", "原 凛", "", "2014-02-30", protected="無"), resident("4", "岡 樹", "", "2014-02-31")]
    report = bring_in(fresh, extract(tmp_path / "b.csv", REGISTER, rows)).files[0]
    assert report.batch is not None
    out = tmp_path / "reject.csv"
    rejections.save(fresh, report.batch.batch_id, out, language="ja", purpose=PURPOSE, now=NOW)
    _, *lines = csv.reader(out.read_text("utf-8-sig").splitlines())
    assert [line[0] for line in lines] == ["4"]
