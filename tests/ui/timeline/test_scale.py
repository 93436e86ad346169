"""Days to pixels and back, and what can be said at which zoom."""

from __future__ import annotations

from datetime import date

import pytest

from ui.timeline.scale import (
    Bounds,
    Preset,
    Stage,
    birthdays,
    fit,
    month_span,
    months,
    panned,
    preset_scale,
    school_years,
    showing,
    zoomed,
)

TODAY = date(2026, 11, 24).toordinal()
BOUNDS = Bounds(date(2016, 9, 1).toordinal(), TODAY, TODAY + 120)


def test_a_pixel_leads_back_to_its_day() -> None:
    scale = preset_scale(Preset.THREE_YEARS, BOUNDS, 880)
    assert scale.day(scale.x(TODAY)) == pytest.approx(TODAY)


@pytest.mark.parametrize(
    ("preset", "stage"),
    [
        (Preset.ALL, Stage.GLYPHS),
        (Preset.THREE_YEARS, Stage.SHORT),
        (Preset.YEAR, Stage.FULL),
        (Preset.QUARTER, Stage.FULL),
    ],
)
def test_each_preset_shows_today_and_says_as_much_as_fits(preset: Preset, stage: Stage) -> None:
    scale = preset_scale(preset, BOUNDS, 880)
    assert scale.left < TODAY < scale.right
    assert scale.stage is stage


def test_far_away_only_density_is_left() -> None:
    assert fit(BOUNDS.first, BOUNDS.first + 18 * 365, 880).stage is Stage.DENSITY


def test_zooming_keeps_the_day_under_the_mouse() -> None:
    scale = preset_scale(Preset.THREE_YEARS, BOUNDS, 880)
    day = scale.day(300)
    assert zoomed(scale, 1.4, 300, BOUNDS).day(300) == pytest.approx(day)


def test_nobody_gets_lost_before_birth_or_far_in_the_future() -> None:
    scale = preset_scale(Preset.YEAR, BOUNDS, 880)
    assert panned(scale, -1e6, BOUNDS).left == BOUNDS.first
    assert panned(scale, 1e6, BOUNDS).right == pytest.approx(BOUNDS.last)
    assert zoomed(scale, 1e-6, 0, BOUNDS).right == pytest.approx(BOUNDS.last)


def test_a_fact_out_of_sight_is_panned_to_with_a_margin() -> None:
    scale = preset_scale(Preset.QUARTER, BOUNDS, 880)
    there = showing(scale, BOUNDS.first + 400, BOUNDS.first + 401, BOUNDS)
    assert there.x(BOUNDS.first + 400) == pytest.approx(60)
    assert showing(there, BOUNDS.first + 410, BOUNDS.first + 411, BOUNDS) is there


def test_months_and_school_years_in_sight() -> None:
    scale = fit(date(2026, 3, 15).toordinal(), date(2026, 5, 2).toordinal(), 400)
    assert [month.month for month in months(scale)] == [3, 4, 5]
    assert [year for year, _first, _last in school_years(scale)] == [2025, 2026]


def test_a_birthday_on_29_february_counts_on_1_march() -> None:
    scale = fit(date(2025, 1, 1).toordinal(), date(2025, 12, 31).toordinal(), 400)
    assert birthdays(date(2020, 2, 29), scale) == [(date(2025, 3, 1).toordinal(), 5)]


def test_december_ends_on_the_31st() -> None:
    first, last = month_span(date(2026, 12, 5).toordinal())
    assert (date.fromordinal(first), date.fromordinal(last)) == (date(2026, 12, 1), date(2026, 12, 31))
