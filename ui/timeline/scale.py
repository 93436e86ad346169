"""Days to pixels and back: the visible stretch of time, its zoom, its ticks.

Days are proleptic ordinals (``date.toordinal``), as floats where a pixel falls between two days.
Pure: no Qt, no words. What is drawn at a tick is the painter's business.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import IntEnum, StrEnum
from functools import lru_cache

from app.domain.ages import fiscal_year

DAYS_A_MONTH = 365.25 / 12
_AHEAD = 0.1  # share of a preset that lies in the future, so that planned days are in sight


class Stage(IntEnum):
    """What can be shown at a zoom: bars of density, glyphs, short words, full words."""

    DENSITY = 0
    GLYPHS = 1
    SHORT = 2
    FULL = 3


class Preset(StrEnum):
    """The stretches of time that have a button."""

    ALL = "all"
    THREE_YEARS = "three_years"
    YEAR = "year"
    QUARTER = "quarter"


_PRESET_MONTHS = {Preset.THREE_YEARS: 36.0, Preset.YEAR: 12.0, Preset.QUARTER: 3.0}


@dataclass(frozen=True)
class Bounds:
    """The first and last day that can be reached, and the day up to which is known."""

    first: int
    today: int
    last: int


@dataclass(frozen=True)
class Scale:
    """``left`` is the day at pixel 0, ``per_day`` pixels a day, ``width`` the pixels to fill."""

    left: float
    per_day: float
    width: float

    def x(self, day: float) -> float:
        """The pixel of the beginning of ``day``."""
        return (day - self.left) * self.per_day

    def day(self, x: float) -> float:
        """The day at a pixel."""
        return self.left + x / self.per_day

    @property
    def right(self) -> float:
        """The day at the right edge."""
        return self.left + self.width / self.per_day

    @property
    def per_month(self) -> float:
        """Pixels a month: what decides how much can be said."""
        return self.per_day * DAYS_A_MONTH

    @property
    def stage(self) -> Stage:
        """How much can be said at this zoom (ui.md, Timeline rules)."""
        if self.per_month < 6:
            return Stage.DENSITY
        if self.per_month < 20:
            return Stage.GLYPHS
        return Stage.SHORT if self.per_month <= 60 else Stage.FULL


def fit(first: float, last: float, width: float) -> Scale:
    """The scale that shows exactly ``first`` to ``last`` in ``width`` pixels."""
    width = max(width, 1.0)
    return Scale(first, width / max(last - first, 1.0), width)


def preset_scale(preset: Preset, bounds: Bounds, width: float) -> Scale:
    """The stretch behind a preset button; it ends a little after today."""
    if preset is Preset.ALL:
        return fit(bounds.first, bounds.last, width)
    days = _PRESET_MONTHS[preset] * DAYS_A_MONTH
    right = bounds.today + 1 + days * _AHEAD
    if preset is Preset.QUARTER:
        right = bounds.today + 15
    return fit(right - days, right, width)


def zoomed(scale: Scale, factor: float, anchor_x: float, bounds: Bounds) -> Scale:
    """Zoom so that the day under ``anchor_x`` stays where it is."""
    longest = scale.width / max(bounds.last - bounds.first, 1)
    per_day = min(max(scale.per_day * factor, longest), 40.0)
    anchor = scale.day(anchor_x)
    return clamped(Scale(anchor - anchor_x / per_day, per_day, scale.width), bounds)


def panned(scale: Scale, pixels: float, bounds: Bounds) -> Scale:
    """Move the view by ``pixels`` to the right (later)."""
    return clamped(replace(scale, left=scale.left + pixels / scale.per_day), bounds)


def widened(scale: Scale, width: float, bounds: Bounds) -> Scale:
    """The same stretch of time in another width."""
    return clamped(fit(scale.left, scale.right, width), bounds)


def clamped(scale: Scale, bounds: Bounds) -> Scale:
    """Keep the view inside the bounds; a stretch longer than them starts at their first day."""
    left = min(scale.left, bounds.last - scale.width / scale.per_day)
    return replace(scale, left=max(left, float(bounds.first)))


def showing(scale: Scale, start: float, end: float, bounds: Bounds) -> Scale:
    """Pan as little as needed to have ``start`` to ``end`` in sight, with a margin."""
    margin = 60 / scale.per_day
    left = scale.left
    if end + margin > scale.right:
        left = end + margin - scale.width / scale.per_day
    if start - margin < left:
        left = start - margin
    return clamped(replace(scale, left=left), bounds) if left != scale.left else scale


@lru_cache(maxsize=8)
def _months(first_year: int, last_year: int) -> tuple[date, ...]:
    return tuple(date(y, m, 1) for y in range(first_year, last_year + 1) for m in range(1, 13))


def months(scale: Scale) -> list[date]:
    """The first days of the months in sight, with the one that is cut at the left edge."""
    first = date.fromordinal(max(int(scale.left), 366))
    last = int(scale.right) + 1
    start = first.replace(day=1).toordinal()
    return [m for m in _months(first.year, date.fromordinal(last).year) if start <= m.toordinal() <= last]


def school_years(scale: Scale) -> list[tuple[int, int, int]]:
    """(fiscal year, first ordinal, last ordinal) of the school years in sight."""
    first = fiscal_year(date.fromordinal(max(int(scale.left), 366)))
    last = fiscal_year(date.fromordinal(int(scale.right) + 1))
    return [(year, date(year, 4, 1).toordinal(), date(year + 1, 3, 31).toordinal()) for year in range(first, last + 1)]


def birthdays(birth: date, scale: Scale) -> list[tuple[int, int]]:
    """(ordinal, age) of the birthdays in sight; 29 February counts on 1 March."""
    first = date.fromordinal(max(int(scale.left), 366)).year
    last = date.fromordinal(int(scale.right) + 1).year
    found = []
    for year in range(max(first, birth.year), last + 1):
        day = _birthday(birth, year).toordinal()
        if scale.left <= day <= scale.right:
            found.append((day, year - birth.year))
    return found


def _birthday(birth: date, year: int) -> date:
    try:
        return birth.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def month_span(day: int) -> tuple[int, int]:
    """First and last ordinal of the month that ``day`` lies in."""
    first = date.fromordinal(day).replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    return first.toordinal(), following.toordinal() - 1
