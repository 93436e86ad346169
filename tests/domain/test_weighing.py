"""How signs become points: the arithmetic that is shown to people."""

from __future__ import annotations

import pytest

from app.domain.priority import Level
from app.domain.weighing import (
    BANDS,
    PrioritySettings,
    band_of,
    breadth_factor,
    level_of,
    place_key,
    rarity,
    share,
)

USUAL = PrioritySettings()


def test_a_sign_of_one_in_ten_says_one_and_of_one_in_a_hundred_two() -> None:
    assert rarity(0.10) == pytest.approx(1)
    assert rarity(0.01) == pytest.approx(2)


def test_the_rarest_sign_says_no_more_than_one_in_a_hundred() -> None:
    assert rarity(0.0) == rarity(0.0001) == rarity(0.01)


def test_the_rarer_a_sign_the_more_it_says() -> None:
    said = [rarity(part / 100) for part in range(1, 90)]
    assert said == sorted(said, reverse=True)
    assert rarity(1.0) > 0


def test_one_child_more_hardly_moves_the_share_in_a_small_office() -> None:
    few = share(shown=1, told=5, shown_all=10, told_all=200)
    fewer = share(shown=0, told=5, shown_all=9, told_all=200)
    assert abs(few - fewer) < 0.05
    assert share(0, 0, 0, 0) > 0


def test_in_a_large_office_the_share_is_what_is_counted() -> None:
    assert share(300, 3000, 400, 9000) == pytest.approx(0.1, abs=0.005)


def test_breadth_starts_with_the_second_sector() -> None:
    factors = [breadth_factor(sectors, USUAL) for sectors in range(6)]
    assert factors[0] == factors[1] == 1
    assert factors[1:] == sorted(factors[1:])
    assert factors[3] == pytest.approx(1.2)


@pytest.mark.parametrize(
    ("points", "level"),
    [(0, Level.NONE), (1, Level.LOW), (8, Level.LOW), (9, Level.MIDDLE), (15, Level.HIGH)],
)
def test_levels_follow_the_limits_of_the_office(points: int, level: Level) -> None:
    assert level_of(points, False, USUAL) is level


def test_urgent_stands_above_points() -> None:
    assert level_of(1, True, USUAL) is Level.URGENT


def test_every_class_of_childhood_lies_in_one_band() -> None:
    assert [band_of(grade) for grade in range(18)] == sorted(band_of(grade) for grade in range(18))
    assert {band_of(grade) for grade in range(18)} == set(range(len(BANDS)))
    assert band_of(-1) == 0


def test_settings_come_back_from_the_journal() -> None:
    settings = PrioritySettings(high=20, disabled=("moves",))
    assert PrioritySettings.from_json(settings.as_json()) == settings
    assert PrioritySettings.from_json({"high": 20, "from_the_future": 1}).high == 20


def test_the_list_goes_by_level_points_exact_points_breadth_and_then_the_child() -> None:
    first_to_last = [
        place_key(Level.URGENT, 1, 1.0, 0, 9),
        place_key(Level.HIGH, 40, 39.6, 3, 9),
        place_key(Level.HIGH, 40, 39.5, 3, 9),
        place_key(Level.HIGH, 40, 39.5, 2, 9),
        place_key(Level.HIGH, 40, 39.5, 2, 10),
        place_key(Level.HIGH, 39, 39.4, 5, 1),
        place_key(Level.LOW, 5, 5.2, 1, 2**62),
        place_key(Level.NONE, 0, 0.0, 0, 1),
    ]
    assert first_to_last == sorted(first_to_last)
    assert len(set(first_to_last)) == len(first_to_last)
