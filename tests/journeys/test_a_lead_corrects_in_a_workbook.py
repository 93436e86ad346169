"""A lead saves the rejected rows as a workbook, corrects them there, and brings them in again."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from app.domain.message import Refused
from app.services.deriving import rebuilding
from app.services.imports import previewing, rejections, withdrawing
from app.services.imports.importing import ImportReport
from app.storage.offices.office import Office
from tests.builders import AS_OF, NOW, REGISTER, SCHOOL, bring_in, extract, pupil, resident

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


SEPTEMBER = date(2026, 9, 30)


def saved(office: Office, batch: int, out: Path, language: str = "ja") -> tuple[list[str], list[list[str]]]:
    """The rejected rows of a batch as a spreadsheet opens them."""
    rejections.save(office, batch, out, language=language, purpose=PURPOSE, now=NOW)
    header, *rows = csv.reader(out.read_text("utf-8-sig").splitlines())
    return header, rows


def pupils(*changed: list[str]) -> list[list[str]]:
    sound = [pupil(f"{at:05d}", f"{name} 葵", "", "2016-05-02") for at, name in enumerate("森林原岡辻", 1)]
    return [*changed, *sound[len(changed) :]]


def batch_of(report: ImportReport) -> int:
    assert report.files[0].batch is not None
    return report.files[0].batch.batch_id


def school_of(office: Office, local_id: str) -> str:
    found = office.reader().execute(
        "SELECT f.w2 FROM view.fact AS f JOIN view.record AS r USING (record_id) WHERE r.local_id = ?"
        " AND f.kind = 'enrolment'",
        (local_id,),
    )
    return str(found.fetchone()[0])


@pytest.mark.parametrize("day", [None, AS_OF])
def test_what_was_rejected_in_september_does_not_overrule_october(
    fresh: Office, tmp_path: Path, day: date | None
) -> None:
    old = pupil("00001", "森 葵", "", "2016-13-02", school="旧小学校")
    september = bring_in(fresh, extract(tmp_path / "sep.csv", SCHOOL, pupils(old)), as_of=SEPTEMBER)
    bring_in(fresh, extract(tmp_path / "oct.csv", SCHOOL, pupils()))
    header, rows = saved(fresh, batch_of(september), tmp_path / "r.csv")
    rows[0][3] = "2016-05-02"
    back = extract(tmp_path / "back.csv", header, rows)
    seen = previewing.look(fresh, back, NOW, lambda rows: None, day)
    assert (seen.supplement, seen.as_of, seen.day_from) == (True, SEPTEMBER, "supplement")
    (added,) = bring_in(fresh, back, as_of=day).files
    assert (added.outcome, added.accepted, added.as_of) == ("imported", 1, SEPTEMBER)
    assert school_of(fresh, "00001") == "青葉小学校"
    assert rebuilding.differences(fresh) == []


def test_a_second_file_of_the_same_day_stays_above_what_was_corrected_of_the_first(
    fresh: Office, tmp_path: Path
) -> None:
    old = pupil("00001", "森 葵", "", "2016-13-02", school="旧小学校")
    first = bring_in(fresh, extract(tmp_path / "a.csv", SCHOOL, pupils(old)))
    bring_in(fresh, extract(tmp_path / "b.csv", SCHOOL, pupils()))
    header, rows = saved(fresh, batch_of(first), tmp_path / "r.csv")
    rows[0][3] = "2016-05-02"
    bring_in(fresh, extract(tmp_path / "back.csv", header, rows))
    assert school_of(fresh, "00001") == "青葉小学校"
    assert rebuilding.differences(fresh) == []


@pytest.mark.parametrize("language", ["ja", "en"])
def test_it_ends_nobody_even_where_the_column_of_reasons_was_deleted(
    fresh: Office, tmp_path: Path, language: str
) -> None:
    broken = [pupil(f"{at:05d}", "森 葵", "", "2016-13-02") for at in range(1, 4)]
    report = bring_in(fresh, extract(tmp_path / "a.csv", SCHOOL, pupils(*broken)))
    header, rows = saved(fresh, batch_of(report), tmp_path / "r.csv", language)
    for row in rows:
        row[3] = "2016-05-02"
    (added,) = bring_in(fresh, extract(tmp_path / "back.csv", header[:-1], [row[:-1] for row in rows])).files
    assert (added.outcome, added.accepted, added.supplement) == ("imported", 3, True)
    assert fresh.reader().execute("SELECT count(*) FROM view.record WHERE present = 1").fetchone()[0] == 5


def test_what_is_rejected_again_goes_out_with_its_new_reason_alone(fresh: Office, tmp_path: Path) -> None:
    broken = pupil("00001", "森 葵", "", "2016-13-02")
    report = bring_in(fresh, extract(tmp_path / "a.csv", SCHOOL, pupils(broken)))
    header, rows = saved(fresh, batch_of(report), tmp_path / "r.csv")
    rows[0][3] = "2016-05-32"
    again = bring_in(fresh, extract(tmp_path / "back.csv", header, rows))
    assert again.files[0].rejected == 1
    second, lines = saved(fresh, batch_of(again), tmp_path / "r2.csv")
    assert second == header
    assert lines[0][-2] == "2", "the line of the department's own file"
    assert "2016-05-32" in lines[0][-1]
    assert "13" not in lines[0][-1]


def test_zeros_that_a_spreadsheet_dropped_stand_again_and_corrections_stay(fresh: Office, tmp_path: Path) -> None:
    broken = pupil("00001", "森 葵", "", "2016-13-02", address="1-4-5")
    report = bring_in(fresh, extract(tmp_path / "a.csv", SCHOOL, pupils(broken)))
    header, rows = saved(fresh, batch_of(report), tmp_path / "r.csv")
    # What Excel makes of a text file: numbers without zeros, days where there are none.
    rows[0][0], rows[0][3], rows[0][6] = "1", "2016/5/2", "2001/4/5"
    back = extract(tmp_path / "back.csv", header, rows)
    seen = previewing.look(fresh, back, NOW, lambda rows: None)
    assert [cell.text for cell in seen.first[0].cells[:4]] == ["00001", "森 葵", "", "2016/5/2"]
    (added,) = bring_in(fresh, back).files
    assert (added.accepted, added.rejected) == (1, 0)
    found = fresh.reader().execute("SELECT local_id, birth, address FROM view.record ORDER BY local_id").fetchall()
    assert len(found) == 5, "nobody stands there twice"
    assert found[0] == ("00001", "2016-05-02", "1-4-5")


def test_rows_of_a_withdrawn_delivery_do_not_come_in_behind_it(fresh: Office, tmp_path: Path) -> None:
    broken = pupil("00001", "森 葵", "", "2016-13-02")
    report = bring_in(fresh, extract(tmp_path / "a.csv", SCHOOL, pupils(broken)))
    header, rows = saved(fresh, batch_of(report), tmp_path / "r.csv")
    rows[0][3] = "2016-05-02"
    withdrawing.withdraw(fresh, batch_of(report), "別の月", NOW)
    back = extract(tmp_path / "back.csv", header, rows)
    (refused,) = bring_in(fresh, back).files
    assert refused.refusal is not None
    assert (refused.refusal.key, refused.refusal.values["before"]) == ("file.supplement_withdrawn", "a.csv")
    seen = previewing.look(fresh, back, NOW, lambda rows: None)
    assert seen.refusal is not None
    assert seen.refusal.key == "file.supplement_withdrawn"


def test_what_was_corrected_goes_with_its_delivery_and_comes_back_with_it(fresh: Office, tmp_path: Path) -> None:
    broken = pupil("00001", "森 葵", "", "2016-13-02")
    report = bring_in(fresh, extract(tmp_path / "a.csv", SCHOOL, pupils(broken)))
    header, rows = saved(fresh, batch_of(report), tmp_path / "r.csv")
    rows[0][3] = "2016-05-02"
    bring_in(fresh, extract(tmp_path / "back.csv", header, rows))
    query = "SELECT count(*) FROM view.record WHERE present = 1"
    assert fresh.reader().execute(query).fetchone()[0] == 5
    told = withdrawing.foresee(fresh, batch_of(report))
    gone = withdrawing.withdraw(fresh, batch_of(report), "別の月", NOW).value
    assert (told.facts, told.children) == (gone.facts, gone.children) == (5, 5)
    assert fresh.reader().execute(query).fetchone()[0] == 0
    assert rebuilding.differences(fresh) == []
    back = withdrawing.restore(fresh, batch_of(report), "正しかった", NOW).value
    assert (back.facts, back.children) == (5, 5)
    assert fresh.reader().execute(query).fetchone()[0] == 5
    assert rebuilding.differences(fresh) == []


def test_corrected_rows_do_not_come_back_before_their_delivery(fresh: Office, tmp_path: Path) -> None:
    broken = pupil("00001", "森 葵", "", "2016-13-02")
    report = bring_in(fresh, extract(tmp_path / "a.csv", SCHOOL, pupils(broken)))
    header, rows = saved(fresh, batch_of(report), tmp_path / "r.csv")
    rows[0][3] = "2016-05-02"
    added = bring_in(fresh, extract(tmp_path / "back.csv", header, rows))
    withdrawing.withdraw(fresh, batch_of(added), "直し方が違う", NOW)
    withdrawing.withdraw(fresh, batch_of(report), "別の月", NOW)
    with pytest.raises(Refused, match="base_first"):
        withdrawing.restore(fresh, batch_of(added), "正しかった", NOW)
    withdrawing.restore(fresh, batch_of(report), "正しかった", NOW)
    withdrawing.restore(fresh, batch_of(added), "正しかった", NOW)
    assert fresh.reader().execute("SELECT count(*) FROM view.record WHERE present = 1").fetchone()[0] == 5
    assert rebuilding.differences(fresh) == []
