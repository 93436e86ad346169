"""A lead imports what the departments sent: every row is accounted for, and nothing twice."""

from __future__ import annotations

from pathlib import Path

from app.services.answers.caseload import CaseloadQuery
from app.services.casework import caseload
from app.services.deriving import rebuilding
from app.services.imports.batches import rejection_lines
from app.storage.offices.office import Office
from tests.builders import (
    AS_OF,
    ATTENDANCE,
    REGISTER,
    SCHOOL,
    bring_in,
    extract,
    groups,
    month,
    opened,
    person_of,
    pupil,
    resident,
)


def test_every_row_is_accepted_waiting_or_rejected(fresh: Office, extracts: Path) -> None:
    report = bring_in(fresh, extracts)
    assert {one.outcome for one in report.files} == {"imported"}
    assert len({one.extract for one in report.files}) == 18
    for one in report.files:
        assert one.rows == one.accepted + one.waiting + one.rejected
    stored = fresh.reader().execute("SELECT count(*) FROM batch_row").fetchone()[0]
    assert stored == sum(one.rows for one in report.files)


def test_the_same_files_again_change_nothing(office: Office, extracts: Path) -> None:
    before = rebuilding.digests(office.reader(), "view"), office.last_seq()
    report = bring_in(office, extracts)
    assert {one.outcome for one in report.files} == {"unchanged"}
    assert before == (rebuilding.digests(office.reader(), "view"), office.last_seq())


def test_rejections_name_file_line_column_and_value(fresh: Office, tmp_path: Path) -> None:
    rows = [month("1001", "2026", "5"), month("1001", "2026", "13"), month("1001", "2026", "6", sick="23")]
    bring_in(fresh, extract(tmp_path / "shukketsu.csv", ATTENDANCE, rows))
    found = {(line[2], line[3], line[4], line[6]) for line in rejection_lines(fresh)}
    assert (3, "月", "13", "rejected") in found
    assert any(line == 4 and outcome == "rejected" for line, _, _, outcome in found)
    assert (2, "学籍番号", "1001", "waiting") in found


def test_waiting_rows_are_taken_up_when_their_roster_arrives(fresh: Office, tmp_path: Path) -> None:
    attendance = extract(tmp_path / "a.csv", ATTENDANCE, [month("1001", "2026", "5", sick="8")])
    assert bring_in(fresh, attendance).files[0].waiting == 1
    roster = extract(tmp_path / "s.csv", SCHOOL, [pupil("1001", "小暮 颯太", "コグレ ソウタ", "2016-09-28")])
    bring_in(fresh, roster)
    child = person_of(fresh, "school_register", "1001")
    found = fresh.reader().execute("SELECT kind, n2 FROM view.fact WHERE person_id = ?", (child,)).fetchall()
    assert ("attendance", 8.0) in found


def test_a_ledger_correction_counts_and_a_gone_snapshot_row_ends(fresh: Office, tmp_path: Path) -> None:
    roster = [pupil("1", "小暮 颯太", "コグレ ソウタ", "2016-09-28"), pupil("2", "森 葵", "モリ アオイ", "2015-05-05")]
    bring_in(fresh, extract(tmp_path / "s1.csv", SCHOOL, roster))
    bring_in(fresh, extract(tmp_path / "a1.csv", ATTENDANCE, [month("1", "2026", "5", sick="8")]))
    bring_in(fresh, extract(tmp_path / "a2.csv", ATTENDANCE, [month("1", "2026", "5", sick="3")]))
    bring_in(fresh, extract(tmp_path / "s2.csv", SCHOOL, roster[:1]))
    child = person_of(fresh, "school_register", "1")
    days = fresh.reader().execute("SELECT n2 FROM view.fact WHERE person_id = ? AND kind = 'attendance'", (child,))
    assert days.fetchall() == [(3.0,)]
    present = dict(fresh.reader().execute("SELECT local_id, present FROM view.record").fetchall())
    assert present == {"1": 1, "2": 0}


def test_files_in_any_order_give_the_same_persons(fresh_folder: Path, extracts: Path, office: Office) -> None:
    with opened(fresh_folder) as other:
        for path in sorted(extracts.iterdir(), reverse=True):
            bring_in(other, path)
        assert groups(other) == groups(office)
        assert rebuilding.differences(other) == []


def test_a_rebuild_gives_the_same_view(office: Office) -> None:
    assert rebuilding.differences(office) == []


def test_whoever_was_ever_protected_stays_protected(fresh: Office, tmp_path: Path) -> None:
    protected = resident("1", "小暮 颯太", "コグレ ソウタ", "2016-09-28", protected="有")
    bring_in(fresh, extract(tmp_path / "r1.csv", REGISTER, [protected]))
    lifted = resident("1", "小暮 颯太", "コグレ ソウタ", "2016-09-28", protected="無")
    bring_in(fresh, extract(tmp_path / "r2.csv", REGISTER, [lifted]))
    found = fresh.reader().execute("SELECT protected FROM view.person").fetchall()
    assert found == [(1,)]


def test_a_file_with_individual_numbers_leaves_nothing_behind(fresh: Office, tmp_path: Path) -> None:
    header = [*REGISTER, "個人番号"]
    row = [*resident("1", "小暮 颯太", "コグレ ソウタ", "2016-09-28"), "123456789018"]
    report = bring_in(fresh, extract(tmp_path / "r.csv", header, [row]))
    assert report.files[0].outcome == "refused"
    for table in ("row", "batch", "batch_row", "row_problem"):
        assert fresh.reader().execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


def test_the_newest_row_of_the_register_is_shown_wherever_it_stands(fresh: Office, tmp_path: Path) -> None:
    new = resident("1", "岡 結愛", "オカ ユア", "2016-11-06", day="2024-05-01", reason="転居", address="青葉2-2-2")
    old = resident("1", "清水 結愛", "シミズ ユア", "2016-11-06", day="2019-04-01", reason="転入", address="西町1-1-1")
    bring_in(fresh, extract(tmp_path / "r.csv", REGISTER, [new, old]))
    found = fresh.reader().execute("SELECT name, address FROM view.record").fetchall()
    assert found == [("岡 結愛", "青葉2-2-2")]


def test_a_birth_date_known_in_part_does_not_hide_a_child(fresh: Office, tmp_path: Path) -> None:
    rows = [pupil("1", "森 葵", "モリ アオイ", "2015年00月00日"), pupil("2", "森 翔", "モリ ショウ", "平成24年5月不詳")]
    bring_in(fresh, extract(tmp_path / "s.csv", SCHOOL, rows))
    listed = caseload.listing(fresh, CaseloadQuery(view="all"), AS_OF).ids
    assert len(listed) == 2


def test_a_snapshot_without_rows_does_not_end_everybody(fresh: Office, tmp_path: Path) -> None:
    roster = [pupil("1", "小暮 颯太", "コグレ ソウタ", "2016-09-28")]
    bring_in(fresh, extract(tmp_path / "s1.csv", SCHOOL, roster))
    report = bring_in(fresh, extract(tmp_path / "s2.csv", SCHOOL, []))
    assert report.files[0].outcome == "refused"
    assert fresh.reader().execute("SELECT present FROM view.record").fetchall() == [(1,)]
