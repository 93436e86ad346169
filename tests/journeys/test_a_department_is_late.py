"""A lead sees which department is late, and switches an item off and on again in the window's page."""

from __future__ import annotations

from datetime import date, timedelta

from app.services.imports import purposes, received
from app.storage.offices.office import Office
from tests.builders import AS_OF, NOW


def test_a_late_file_is_named_with_its_day(office: Office) -> None:
    on_time = {one.extract: one for one in received.arrived(office, AS_OF)}
    assert on_time["attendance"].state == "ok"
    later = AS_OF + timedelta(days=60)
    late = {one.extract: one for one in received.late(office, later)}
    assert "attendance" in late
    line = late["attendance"]
    assert line.due is not None
    assert line.due < later
    assert [one.state for one in line.months][-1] == "none", "nobody told us of this month"
    assert received.arrived(office, later)[0].state == "late", "late ones stand first"


def test_expected_children_come_from_the_register_and_the_roster(office: Office) -> None:
    lines = {one.extract: one for one in received.arrived(office, AS_OF)}
    school, months = lines["school_register"], lines["attendance"]
    assert school.expected
    assert months.expected
    assert months.missing == sum(max(0, one.expected - one.received) for one in months.ages)
    assert lines["consultation"].expected is None, "nobody is expected there"


def test_an_extract_that_is_off_is_not_late(office: Office) -> None:
    purposes.set_item(
        office, extract="attendance", item="", used=False, purpose="見守り", basis="grounds", words="", now=NOW
    )
    lines = {one.extract: one for one in received.arrived(office, date(2027, 6, 1))}
    assert lines["attendance"].state == "off"
