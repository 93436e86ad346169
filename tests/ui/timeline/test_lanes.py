"""What of a child's file stands on the timeline, and as what."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.domain.facts import KINDS
from app.domain.sectors import Sector
from app.services.answers.child import ChildFile, Gap
from tests.ui.sample_child import TODAY, child_with, sample_child
from ui.timeline.lanes import Lane, Lanes, LaneState, Row, Shape
from ui.timeline.reach import common_holes
from ui.timeline.rows import lanes_of, own_curve, packed


def lane(lanes: Lanes, key: str) -> Lane:
    return next(one for one in lanes.lanes if one.key == key)


def row(lanes: Lanes, lane_key: str, key: str) -> Row:
    return next(one for one in lane(lanes, lane_key).rows if one.key == key)


def everything(file: ChildFile) -> int:
    return len(file.facts) + len(file.decisions) + len(file.contacts)


@pytest.mark.parametrize("file", [sample_child(), child_with(500)], ids=["sample", "strewn"])
def test_every_fact_is_counted_exactly_once(file: ChildFile) -> None:
    lanes = lanes_of(file)
    assert lanes.total == everything(file)
    assert set(lanes.fact_places) == {line.fact.id for line in file.facts}


def test_every_kind_of_fact_has_a_place() -> None:
    kinds = {line.fact.kind for line in child_with(len(KINDS)).facts}
    assert kinds == set(KINDS)


def test_every_fact_can_be_walked_to() -> None:
    lanes = lanes_of(sample_child())
    walked = {line.fact.id for place in lanes.walk for line in lanes.item(place).facts}
    assert walked == set(lanes.fact_places)
    assert all(place in lanes.walk_index for places in lanes.fact_places.values() for place in places)


def test_the_lanes_stand_in_their_fixed_order() -> None:
    keys = [one.key for one in lanes_of(sample_child()).lanes]
    assert keys == ["register", "education", "childcare", "welfare", "medical", "outreach"]


def test_an_empty_cell_is_unknown_and_no_zero() -> None:
    file = sample_child()
    line = next(one for one in file.facts if one.fact.kind == "attendance")
    bare = replace(line, fact=replace(line.fact, attributes={"school_days": 20.0}))
    absence = row(lanes_of(replace(file, facts=(bare,))), "education", "absence")
    assert absence.items[0].value is None
    assert absence.items[0].shape is Shape.BAR


def test_a_month_without_school_days_is_told_apart_from_one_without_absence() -> None:
    absence = row(lanes_of(sample_child()), "education", "absence")
    shapes = {date.fromordinal(item.start): item.shape for item in absence.items}
    assert shapes[date(2026, 8, 1)] is Shape.NOTHING
    assert shapes[date(2026, 4, 1)] is Shape.BAR


def test_a_hole_stands_only_where_every_source_of_the_row_is_silent() -> None:
    one = [Gap("a", Sector.WELFARE, date(2026, 1, 1), date(2026, 3, 31))]
    other = [Gap("b", Sector.WELFARE, date(2026, 3, 1), date(2026, 5, 31))]
    holes = common_holes([one, other])
    assert [(date.fromordinal(h.start), date.fromordinal(h.end)) for h in holes] == [
        (date(2026, 3, 1), date(2026, 3, 31))
    ]
    assert common_holes([one, []]) == ()


def test_infant_check_ups_do_not_hide_that_the_school_told_nothing() -> None:
    weight = row(lanes_of(sample_child()), "medical", "weight")
    assert date(2025, 10, 1).toordinal() in {hole.start for hole in weight.holes}


def test_what_lasts_ends_where_the_data_ends() -> None:
    aid = row(lanes_of(sample_child()), "welfare", "aid")
    assert max(item.end for item in aid.items) == date(2026, 11, 10).toordinal()


def test_a_state_ends_when_the_next_one_begins() -> None:
    aid = row(lanes_of(sample_child()), "welfare", "aid")
    first = next(item for item in aid.items if item.start == date(2024, 7, 1).toordinal())
    assert date.fromordinal(first.end) == date(2026, 6, 30)


def test_months_in_arrears_are_one_span_that_reaches_back() -> None:
    arrears = row(lanes_of(sample_child()), "education", "arrears")
    assert len(arrears.items) == 1
    assert arrears.items[0].value == 4
    assert arrears.items[0].counts == 4


def test_overlapping_spans_do_not_cover_each_other() -> None:
    aid = row(lanes_of(sample_child()), "welfare", "aid")
    items, lines = packed(aid.items)
    assert lines == 2
    for one in items:
        for other in items:
            if one is not other and one.line == other.line:
                assert one.end < other.start or other.end < one.start


def test_the_own_curve_needs_two_values_older_than_a_year() -> None:
    weight = row(lanes_of(sample_child()), "medical", "weight")
    assert own_curve(weight.items) is not None
    assert own_curve(weight.items[-3:]) is None


def test_a_lane_that_nobody_delivered_says_so() -> None:
    file = replace(sample_child(), facts=(), decisions=(), contacts=(), next_day=None)
    states = {one.key: one.state for one in lanes_of(file).lanes}
    assert states["childcare"] is LaneState.NOT_APPLICABLE
    assert states["welfare"] is LaneState.NOTHING, "two weeks that did not come yet are hatched, and no more"
    never = (Gap("welfare_assistance", Sector.WELFARE, date(2020, 1, 1), date(2026, 12, 31)),)
    states = {one.key: one.state for one in lanes_of(replace(file, gaps=never)).lanes}
    assert states["welfare"] is LaneState.NO_DATA
    assert states["register"] is LaneState.NOTHING
    assert states["outreach"] is LaneState.NOTHING


def test_the_planned_day_stands_among_the_decisions_and_is_no_fact() -> None:
    decisions = row(lanes_of(sample_child()), "outreach", "decisions")
    planned = [item for item in decisions.items if item.shape is Shape.PLANNED]
    assert [item.counts for item in planned] == [0]


def test_without_a_birth_date_there_is_still_a_timeline() -> None:
    lanes = lanes_of(replace(sample_child(), birth=None))
    assert lanes.birth is None
    assert lanes.first < TODAY.toordinal() < lanes.last
