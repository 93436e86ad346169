"""Of one month in the middle nobody told us: the timeline says so for exactly that month, and no criterion takes
it for quiet, until the month arrives."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from app.services.casework import reviewing
from app.services.deriving import rebuilding
from app.services.imports import received
from app.storage.offices.office import Office
from tests.builders import AS_OF, ATTENDANCE, NOW, SCHOOL, bring_in, extract, month, person_of, pupil


def _told(office: Office, person: int) -> str:
    row = office.reader().execute(
        "SELECT answer FROM view.finding WHERE person_id = ? AND criterion = 'absence_days'", (person,)
    )
    return str((row.fetchone() or ("does_not_hold",))[0])


def test_a_hole_is_hatched_and_leaves_criteria_open_until_it_is_filled(fresh: Office, tmp_path: Path) -> None:
    """August has no school: that nobody speaks of it is no hole."""
    roster = extract(tmp_path / "school.csv", SCHOOL, [pupil("P1", "青木 一", "アオキ ハジメ", "2016-05-01")])
    some = [month("P1", "2026", one) for one in ("4", "5", "7", "9", "10")]
    bring_in(fresh, roster, extract(tmp_path / "some.csv", ATTENDANCE, some))
    person = person_of(fresh, "school_register", "P1")
    june = (date(2026, 6, 1), date(2026, 6, 30))
    gaps = [
        (one.start, one.end) for one in reviewing.child_file(fresh, person, NOW).gaps if one.extract == "attendance"
    ]
    before = (date(2023, 4, 1), date(2026, 3, 31))
    assert gaps == [before, june], "of the school years before the first delivery nobody told us either"
    line = next(one for one in received.arrived(fresh, AS_OF) if one.extract == "attendance")
    assert line.gaps == (june,)
    assert _told(fresh, person) == "cannot_tell"
    assert rebuilding.differences(fresh) == []

    bring_in(fresh, extract(tmp_path / "june.csv", ATTENDANCE, [month("P1", "2026", "6")]))
    gaps = [
        (one.start, one.end) for one in reviewing.child_file(fresh, person, NOW).gaps if one.extract == "attendance"
    ]
    assert gaps == [before]
    assert _told(fresh, person) == "does_not_hold"


def test_what_is_found_beside_the_hole_stands(fresh: Office, tmp_path: Path) -> None:
    roster = extract(tmp_path / "school.csv", SCHOOL, [pupil("P1", "青木 一", "アオキ ハジメ", "2016-05-01")])
    some = [month("P1", "2026", one, sick="9") for one in ("4", "5", "7", "9", "10")]
    bring_in(fresh, roster, extract(tmp_path / "some.csv", ATTENDANCE, some))
    assert _told(fresh, person_of(fresh, "school_register", "P1")) == "holds"
