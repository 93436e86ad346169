"""A child people work with keeps its records when somebody moves in whom they would fit as well."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from app.domain.decisions import Decision, DecisionKind
from app.services.casework import reviewing
from app.services.deriving import rebuilding
from app.services.links import pairs
from app.storage.offices.office import Office
from app.storage.offices.verify import verify
from tests.builders import (
    ATTENDANCE,
    NOW,
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

HOME = "みらい市緑町4番5号"
BORN = "2015-05-05"
AOI = resident("201", "森 葵", "モリ アオイ", BORN, address=HOME, guardian="森 健")
NAMESAKE = resident("202", "森 碧", "モリ アオイ", BORN, address=HOME, guardian="森 健")
OTHER = resident("301", "井波 紗英", "イナミ サエ", "2017-03-03", sex="女", address="みらい市南町7番1号")
IN_KANA = pupil("2", "モリ アオイ", "モリ アオイ", BORN, address="緑町4-5", guardian="森 健")
AT_SCHOOL = frozenset({("resident_register", "201"), ("school_register", "2")})
WATCH = Decision(DecisionKind.WATCH, "担任に確かめる。", date(2026, 10, 31), date(2026, 11, 20), ())


def test_whoever_moves_in_takes_no_record_from_a_child_people_work_with(fresh_folder: Path, tmp_path: Path) -> None:
    with opened(fresh_folder) as office:
        _a_month_later(office, tmp_path)


def _a_month_later(office: Office, tmp_path: Path) -> None:
    bring_in(
        office,
        extract(tmp_path / "r.csv", REGISTER, [AOI, OTHER]),
        extract(tmp_path / "s.csv", SCHOOL, [IN_KANA]),
        extract(tmp_path / "a.csv", ATTENDANCE, [month("2", "2026", "10", sick="9")]),
    )
    child = person_of(office, "school_register", "2")
    reviewing.decide(office, child, WATCH, NOW, on_screen="")
    bring_in(office, extract(tmp_path / "r2.csv", REGISTER, [AOI, OTHER, NAMESAKE]), as_of=date(2026, 11, 30))
    assert AT_SCHOOL in groups(office)
    assert person_of(office, "school_register", "2") == child
    assert len(reviewing.child_file(office, child, NOW).decisions) == 1
    assert [line.reason for line in pairs.queue(office)] == ["two_register_entries"]
    assert rebuilding.differences(office) == []
    assert verify(office) == []
