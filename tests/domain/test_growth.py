"""The means that a child's own curve is held against."""

from __future__ import annotations

import pytest

from app.domain.growth import FEMALE, MALE, by_month, mean


@pytest.mark.parametrize(
    ("attribute", "sex", "months", "expected"),
    [
        ("weight", MALE, 3.5, 6.63),
        ("weight", FEMALE, 12.5, 8.71),
        ("height", MALE, 12.5, 74.9),
        ("height", FEMALE, 67.5, 109.3),
        ("weight", MALE, 12 * 14 + 7.5, 53.9),
        ("weight", FEMALE, 12 * 17 + 7.5, 53.0),
    ],
)
def test_the_surveys_own_figures_come_back(attribute: str, sex: str, months: float, expected: float) -> None:
    assert mean(attribute, sex, months) == pytest.approx(expected)


def test_between_two_ages_it_goes_straight() -> None:
    assert mean("height", MALE, 45) == pytest.approx((95.1 + 102.0) / 2)


def test_whose_sex_is_not_known_is_held_against_both() -> None:
    assert mean("weight", "", 3.5) == pytest.approx((6.63 + 6.16) / 2)


@pytest.mark.parametrize(("attribute", "months"), [("weight", 1), ("height", 6), ("weight", 240)])
def test_outside_the_surveys_nobody_can_tell(attribute: str, months: float) -> None:
    assert mean(attribute, MALE, months) is None


def test_children_never_shrink_on_average() -> None:
    curves: dict[tuple[str, str], list[float]] = {}
    for attribute, sex, _, value in by_month():
        curves.setdefault((attribute, sex), []).append(value)
    assert len(curves) == 6
    for values in curves.values():
        assert values == sorted(values)
