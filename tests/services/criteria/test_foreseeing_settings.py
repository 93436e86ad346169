"""What a change of criteria would do is what the next run does, and nothing is stored before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from app.domain.criteria import Criterion
from app.domain.criteria_reading import adapted
from app.domain.weighing import PrioritySettings
from app.services.priority.prioritising import foresee
from app.storage.definitions.criteria_files import load_criteria
from tests.services.town import AS_OF, Town

SHELF = load_criteria()
PLAIN = PrioritySettings()


def town_of_siblings() -> Town:
    """Sixty pupils in thirty households, with more and less absence, arrears and visits."""
    town = Town()
    for number in range(60):
        child = town.child(date(2013, 5, 1) + timedelta(days=number * 30), f"h{number // 2}")
        town.month(child, 2026, 9, sick=number % 9, late=number % 5)
        town.month(child, 2026, 10, sick=number % 4, other=number % 7 == 0)
        if number % 6 == 0:
            town.fact(child, "school_arrears", date(2026, 7, 31), months=number % 5)
        for visit in range(number % 8):
            town.fact(child, "nurse_visit", AS_OF - timedelta(days=visit * 9), reason="相談")
        if number % 11 == 0:
            town.fact(child, "consultation", date(2026, 5, 1), date(2026, 6, 1), type="養護")
    return town


def steps(key: str, *thresholds: float) -> tuple[Criterion, ...]:
    changes = {"steps": [{"at_least": value} for value in thresholds]}
    return tuple(adapted(one, changes) if one.key == key else one for one in SHELF)


CHANGES: dict[str, tuple[tuple[Criterion, ...], PrioritySettings]] = {
    "a lower threshold": (steps("absence_days", 2, 6), PLAIN),
    "a higher threshold": (steps("nurse_room", 7), PLAIN),
    "one switched off": (tuple(one for one in SHELF if one.key != "lateness"), PLAIN),
    "only the limits": (SHELF, replace(PLAIN, high=8, middle=4)),
    "a wider breadth": (SHELF, replace(PLAIN, breadth_step=0.5, rare_share=0.2)),
    "one urgent": (tuple(replace(one, urgent=one.key == "school_fees") for one in SHELF), PLAIN),
}


def stands(town: Town, child: int) -> tuple[Any, ...]:
    line = town.priority(child)
    return line["level"], line["points"], line["weight"], line["breadth"]


@pytest.mark.parametrize("change", CHANGES)
def test_foreseen_is_what_the_run_comes_to(change: str) -> None:
    town = town_of_siblings()
    town.prioritise()
    before = {child: stands(town, child) for child in town.ranking()}
    rules, settings = CHANGES[change]
    seen = foresee(town.db, (SHELF, PLAIN), (rules, settings), AS_OF, source="main")
    assert {child: stands(town, child) for child in town.ranking()} == before
    assert town.db.execute("SELECT count(*) FROM temp.sqlite_master WHERE name LIKE 'work%'").fetchone() == (0,)
    town.prioritise(*rules, settings=settings)
    after = {child: stands(town, child) for child in town.ranking()}
    foreseen = {child: (one.level.value, one.points, one.weight, one.breadth) for child, one in seen.items()}
    assert before | foreseen == after
    assert before != after


def test_no_change_touches_nobody() -> None:
    town = town_of_siblings()
    town.prioritise()
    assert foresee(town.db, (SHELF, PLAIN), (SHELF, PLAIN), AS_OF, source="main") == {}
