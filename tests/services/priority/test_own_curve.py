"""Height and weight against the child's own curve: falls are found, slips of the pen make none."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.criteria import Criterion
from app.storage.definitions.criteria_files import load_criteria
from tests.services.town import Town

RULES = {criterion.key: criterion for criterion in load_criteria()}
BIRTH = date(2016, 6, 1)
"""A boy in 小4 on the day of the town."""

SCHOOL_DAYS = (date(2023, 5, 15), date(2024, 5, 15), date(2025, 5, 15), date(2026, 5, 15))
USUAL = (22.5, 25.3, 28.5, 31.9)


def grown(*weights: float | None, rule: str = "school_weight", **more: float) -> tuple[str, float | None]:
    """The answer of a rule for a boy with these weights at school, the last of this May; and its value."""
    town = Town()
    child = town.child(BIRTH, sex="M")
    for day, weight in zip(SCHOOL_DAYS[-len(weights) :], weights, strict=True):
        if weight is not None:
            town.fact(child, "school_checkup", day, weight=weight, **more)
    return answer(town, child, RULES[rule])


def answer(town: Town, child: int, rule: Criterion) -> tuple[str, float | None]:
    town.prioritise(rule)
    found = town.findings(child).get(rule.key)
    return (found["answer"], found["value"]) if found else ("does_not_hold", None)


def test_a_child_who_keeps_its_place_shows_nothing() -> None:
    assert grown(*USUAL) == ("does_not_hold", None)


def test_a_small_child_who_keeps_its_place_shows_nothing() -> None:
    assert grown(*(0.75 * usual for usual in USUAL)) == ("does_not_hold", None)


def test_falling_behind_the_own_curve_is_found_in_per_cent_of_the_weight() -> None:
    said, value = grown(*USUAL[:3], 0.85 * USUAL[3])
    assert said == "holds"
    assert value == pytest.approx(-15, abs=1)


def test_one_wrong_earlier_figure_makes_no_fall() -> None:
    assert grown(USUAL[0], USUAL[1], 38.5, USUAL[3]) == ("does_not_hold", None)
    assert grown(None, USUAL[1], 38.5, USUAL[3]) == ("does_not_hold", None)


def test_one_wrong_earlier_figure_hides_no_fall() -> None:
    said, value = grown(USUAL[0], USUAL[1], 19.5, 0.8 * USUAL[3])
    assert said == "holds"
    assert value == pytest.approx(-20, abs=2)


@pytest.mark.parametrize("slip", [3.19, 319.0, 15.0, 132.4])
def test_a_last_figure_that_no_child_has_is_not_read(slip: float) -> None:
    """A point too many, a point too few, half a child, the height in the weight's place."""
    said, _ = grown(*USUAL[:3], slip)
    assert said in ("does_not_hold", "cannot_tell")


def test_a_fall_that_no_child_makes_cannot_be_told() -> None:
    assert grown(45.0, 50.0, 55.0, 30.0)[0] == "cannot_tell"


def test_with_one_figure_or_none_nobody_can_tell() -> None:
    assert grown(31.9)[0] == "cannot_tell"
    assert grown(None)[0] == "cannot_tell"


def test_two_figures_of_one_day_are_one() -> None:
    town = Town()
    child = town.child(BIRTH, sex="M")
    for weight in (31.0, 25.0):
        town.fact(child, "school_checkup", SCHOOL_DAYS[3], weight=weight)
    assert answer(town, child, RULES["school_weight"])[0] == "cannot_tell"


def test_an_old_last_figure_says_nothing_of_today() -> None:
    town = Town()
    child = town.child(BIRTH, sex="M")
    for day, weight in zip(SCHOOL_DAYS[:2], (25.0, 20.0), strict=True):
        town.fact(child, "school_checkup", day, weight=weight)
    assert answer(town, child, RULES["school_weight"])[0] == "cannot_tell"


def test_the_curve_begins_at_the_infant_check_up() -> None:
    """First grade: one figure at school, and the check-up at three before it."""
    town = Town()
    born = date(2019, 6, 1)
    child = town.child(born, sex="F")
    earlier = town.fact(child, "infant_checkup", date(2022, 12, 1), weight=14.0, state="受診")
    now = town.fact(child, "school_checkup", date(2026, 5, 15), weight=17.0)
    said, value = answer(town, child, RULES["school_weight"])
    assert said == "holds"
    assert value is not None
    assert -25 < value < -18
    assert sorted(town.findings(child)["school_weight"]["facts"]) == [earlier, now]


def test_a_preschool_weight_alone_is_not_told_at_school() -> None:
    town = Town()
    child = town.child(date(2019, 6, 1), sex="F")
    for day, weight in ((date(2025, 6, 1), 18.0), (date(2026, 2, 1), 14.0)):
        town.fact(child, "infant_checkup", day, weight=weight, state="受診")
    assert answer(town, child, RULES["school_weight"])[0] == "cannot_tell"


def test_losing_weight_is_found_and_gaining_is_not() -> None:
    assert grown(*USUAL, rule="school_weight_loss") == ("does_not_hold", None)
    assert grown(28.0, 31.0, 29.0, rule="school_weight_loss") == ("does_not_hold", None)
    said, value = grown(28.0, 31.0, 26.6, rule="school_weight_loss")
    assert said == "holds"
    assert value == pytest.approx(-5, abs=0.1)


def test_an_infant_who_falters_is_found() -> None:
    town = Town()
    child = town.child(date(2025, 3, 1), sex="F")
    for day, weight in ((date(2025, 6, 20), 6.3), (date(2026, 9, 20), 8.1)):
        town.fact(child, "infant_checkup", day, weight=weight, state="受診")
    said, value = answer(town, child, RULES["infant_weight"])
    assert said == "holds"
    assert value is not None
    assert -25 < value < -15


def test_height_that_stops_is_found() -> None:
    town = Town()
    child = town.child(BIRTH, sex="M")
    for day, height in zip(SCHOOL_DAYS, (119.5, 125.3, 128.0, 129.5), strict=True):
        town.fact(child, "school_checkup", day, height=height)
    said, value = answer(town, child, RULES["school_height"])
    assert said == "holds"
    assert value is not None
    assert -6 < value < -3


def test_facts_after_the_day_in_view_are_not_known_yet() -> None:
    town = Town()
    child = town.child(BIRTH, sex="M")
    for day, weight in zip(SCHOOL_DAYS, (*USUAL[:3], 25.0), strict=True):
        town.fact(child, "school_checkup", day, weight=weight)
    town.prioritise(RULES["school_weight"], as_of=date(2026, 5, 1))
    assert "school_weight" not in town.findings(child)
