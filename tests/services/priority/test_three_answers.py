"""Holds, does not hold, cannot tell: of every criterion, and so of every measure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.domain.ages import grade_index
from app.domain.criteria import Criterion, Measure
from app.domain.facts import KINDS
from app.domain.purposes import EVERYBODY
from app.domain.weighing import PrioritySettings
from app.storage.definitions.criteria_files import load_criteria
from tests.services.firing import fire, fitting_birth
from tests.services.town import AS_OF, PROFILES, Town

CRITERIA = load_criteria()
SHELF = {criterion.key: criterion for criterion in CRITERIA}
ALONE = [one for one in CRITERIA if one.signal.measure is not Measure.SIBLINGS]


def every(criteria: list[Criterion] | tuple[Criterion, ...]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("criterion", criteria, ids=lambda criterion: criterion.key)


def answer(town: Town, child: int, criterion: Criterion) -> str:
    town.prioritise(*(CRITERIA if criterion.signal.measure is Measure.SIBLINGS else (criterion,)))
    return str(town.findings(child).get(criterion.key, {"answer": "does_not_hold"})["answer"])


def test_every_measure_is_among_them() -> None:
    shipped = {signal.measure for criterion in CRITERIA for signal in criterion.signals()}
    assert set(Measure) - shipped <= {Measure.DAYS_SINCE}


@every(CRITERIA)
def test_it_holds_where_its_facts_are(criterion: Criterion) -> None:
    town = Town()
    assert answer(town, fire(town, criterion, SHELF), criterion) == "holds"


@every(CRITERIA)
def test_without_deliveries_nobody_can_tell(criterion: Criterion) -> None:
    town = Town()
    child = town.child(fitting_birth(criterion))
    for extract in PROFILES:
        town.not_delivered(extract)
    assert answer(town, child, criterion) == "cannot_tell"


@every(CRITERIA)
def test_any_delivery_that_is_missing_leaves_it_open(criterion: Criterion) -> None:
    for extract in criterion.needs:
        town = Town()
        child = town.child(fitting_birth(criterion))
        town.not_delivered(extract)
        assert answer(town, child, criterion) == "cannot_tell", extract


@every(CRITERIA)
def test_of_another_age_it_says_nothing(criterion: Criterion) -> None:
    town = Town()
    births = (date(2026, 10, 20), date(2024, 2, 1), date(2019, 9, 1), date(2013, 9, 1), date(2009, 1, 20))
    others = [town.child(birth) for birth in births if not criterion.ages.include(*_age(birth))]
    town.prioritise(*(CRITERIA if criterion.signal.measure is Measure.SIBLINGS else (criterion,)))
    assert all(criterion.key not in town.findings(child) for child in others)


@every(ALONE)
def test_where_its_item_may_not_be_used_nobody_can_tell(criterion: Criterion) -> None:
    town = Town()
    child = fire(town, criterion, SHELF)
    kind = KINDS[criterion.signal.kind]
    for attribute in (*kind.numbers, *kind.words, ""):
        town.db.execute("INSERT INTO silent VALUES (?, ?, ?)", (EVERYBODY, kind.name, attribute))
    assert answer(town, child, criterion) == "cannot_tell"


@every(ALONE)
def test_where_the_criterion_is_switched_off_it_gives_no_points(criterion: Criterion) -> None:
    town = Town()
    child = fire(town, criterion, SHELF)
    town.prioritise(criterion, settings=replace(PrioritySettings(), disabled=(criterion.key,)))
    assert town.findings(child) == {}
    assert town.priority(child)["points"] == 0


def _age(birth: date) -> tuple[int, int]:
    months = (AS_OF.year - birth.year) * 12 + AS_OF.month - birth.month - (AS_OF.day < birth.day)
    return months, grade_index(birth, AS_OF)


# ---------------------------------------------------------------------- what nobody told us within the window

MONTHLY = [one for one in ALONE if one.signal.kind in ("attendance", "childcare_attendance")]


def _with_a_hole(town: Town, criterion: Criterion) -> None:
    """Of July and August nobody told us; before and after somebody did."""
    extract = "attendance" if criterion.signal.kind == "attendance" else "childcare_attendance"
    town.covered(extract, date(2000, 1, 1), date(2026, 6, 30))
    town.also_covered(extract, date(2026, 9, 1), AS_OF)


@every(MONTHLY)
def test_with_months_missing_in_the_middle_nobody_can_tell_that_it_does_not_hold(criterion: Criterion) -> None:
    town = Town()
    child = town.child(fitting_birth(criterion))
    for condition in (criterion.only_if, criterion.also):
        for signal in condition.positive_signals() if condition else ():
            if signal.kind == "childcare_use":
                town.fact(child, "childcare_use", date(2026, 4, 1), None, state="在園")
    quiet = dict.fromkeys(criterion.signal.attributes, 0)
    kind = criterion.signal.kind
    town.fact(child, kind, date(2026, 10, 1), date(2026, 10, 31), **quiet)
    town.fact(child, kind, date(2025, 9, 1), date(2025, 9, 30), **quiet)
    whole = answer(town, child, criterion)
    _with_a_hole(town, criterion)
    assert answer(town, child, criterion) == "cannot_tell"
    assert whole == "does_not_hold", "with every month told it can be"


@every([one for one in MONTHLY if one.signal.measure is not Measure.CHANGE])
def test_what_is_found_beside_a_hole_stands(criterion: Criterion) -> None:
    town = Town()
    child = fire(town, criterion, SHELF)
    _with_a_hole(town, criterion)
    assert answer(town, child, criterion) == "holds"


def test_more_than_a_year_ago_cannot_be_told_where_that_year_has_a_hole() -> None:
    town = Town()
    criterion = SHELF["absence_rising"]
    child = fire(town, criterion, SHELF)
    town.covered("attendance", date(2000, 1, 1), date(2025, 6, 30))
    town.also_covered("attendance", date(2025, 9, 1), AS_OF)
    assert answer(town, child, criterion) == "cannot_tell"


@every(MONTHLY)
def test_where_the_last_months_have_not_come_nobody_can_tell(criterion: Criterion) -> None:
    town = Town()
    child = town.child(fitting_birth(criterion))
    town.fact(child, "childcare_use", date(2026, 4, 1), None, state="在園")
    quiet = dict.fromkeys(criterion.signal.attributes, 0)
    town.fact(child, criterion.signal.kind, date(2026, 7, 1), date(2026, 7, 31), **quiet)
    extract = "attendance" if criterion.signal.kind == "attendance" else "childcare_attendance"
    town.covered(extract, date(2000, 1, 1), date(2026, 7, 31))
    assert answer(town, child, criterion) == "cannot_tell"
