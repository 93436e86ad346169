"""How far the deliveries speak about a criterion's window: nowhere, with holes, or throughout.

What happened is told by the facts there are; that nothing happened, or so much and no more, can only be
told where the whole window is spoken about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

from app.domain.criteria import Criterion, Measure, Span

FRESH_DAYS = 120
"""A present state (who is enrolled) is taken from a delivery at most this many days old."""
SHORTEST_GAP_DAYS = 7
"""A shorter hole between two covered stretches is none."""
LATE_DAYS = 75
"""A monthly count comes within so many days after its month; what comes later is a hole at the end."""
MONTHLY = frozenset({"attendance", "childcare_attendance"})
"""Kinds whose facts count a whole month: the month's last day is the day of the fact."""
_SUMMING = (Measure.COUNT, Measure.SUM, Measure.MAX, Measure.MIN, Measure.ABSENT, Measure.CHANGE)
"""What a hole in the middle can change; the latest value is the latest."""
_ADDING = (Measure.COUNT, Measure.SUM)


class Cover(IntEnum):
    """``NONE``: an extract that is needed never came, or not about this window. ``HOLED``: it came, with
    a hole within the window: what is found stands, what is not found is not known. ``BLIND``: as before,
    and what is found is no more to be trusted. ``WHOLE``: nothing is missing."""

    NONE = 0
    BLIND = 1
    HOLED = 2
    WHOLE = 3


@dataclass(frozen=True)
class Covered:
    """The first and the last covered day (ISO) of an extract, and the stretches between them of which nobody
    told us."""

    first: str
    last: str
    gaps: tuple[tuple[str, str], ...] = ()

    def holed(self, start: str) -> bool:
        """Whether a hole reaches beyond this day."""
        return any(end >= start for _first, end in self.gaps)


def cover(criterion: Criterion, coverage: Mapping[str, Covered], as_of: date, reach: date | None) -> Cover:
    """How far the extracts that a criterion needs speak about its window.

    What happened needs a delivery that reaches into the window; that nothing happened needs recent ones that
    span it. ``reach``: the first day that the signal reads, None where that hangs on the child.
    """
    if not _reached(criterion, coverage, as_of):
        return Cover.NONE
    signal = criterion.signal
    if signal.measure not in _SUMMING or (reach is None and signal.window.span is not Span.EVER):
        return Cover.WHOLE
    start = reach.isoformat() if reach else ""
    holed = any(coverage[extract].holed(start) for extract in criterion.needs)
    latest = (as_of - timedelta(days=LATE_DAYS)).isoformat() if signal.kind in MONTHLY else ""
    if not holed and all(coverage[extract].last >= latest for extract in criterion.needs):
        return Cover.WHOLE
    return Cover.BLIND if _misled(criterion, holed) else Cover.HOLED


def _reached(criterion: Criterion, coverage: Mapping[str, Covered], as_of: date) -> bool:
    window = criterion.signal.window
    start = window.start(as_of)
    latest = as_of - timedelta(days=FRESH_DAYS)
    if start is None and window.span is Span.NOW:
        start = latest
    absence = criterion.signal.measure is Measure.ABSENT
    for extract in criterion.needs:
        found = coverage.get(extract)
        if found is None:
            return False
        if start is not None and found.last < start.isoformat():
            return False
        if absence and found.last < latest.isoformat():
            return False
        if absence and window.span is Span.DAYS and start and found.first > start.isoformat():
            return False
    return True


def _misled(criterion: Criterion, holed: bool) -> bool:
    """Whether what nobody told us can make a criterion hold that does not: a sum is too small, the year it is
    held against had less (where the hole is not at the end alone), what is absent was not told."""
    measure = criterion.signal.measure
    few = measure in _ADDING and any(step.at_most is not None for step in criterion.steps)
    return few or measure is Measure.ABSENT or (holed and measure is Measure.CHANGE)


def covered_of(spans: Mapping[str, list[tuple[str, str]]]) -> dict[str, Covered]:
    """Extract -> what is covered, from its covered stretches (ISO, both days included) in their order."""
    found = {}
    for extract, stretches in spans.items():
        gaps: list[tuple[str, str]] = []
        last = ""
        for start, end in stretches:
            if last and _days(last, start) > SHORTEST_GAP_DAYS:
                gaps.append((_moved(last, 1), _moved(start, -1)))
            last = max(last, end)
        found[extract] = Covered(stretches[0][0], last, tuple(gaps))
    return found


def _days(last: str, start: str) -> int:
    """How many days lie between the end of one stretch and the beginning of the next."""
    return (date.fromisoformat(start) - date.fromisoformat(last)).days - 1


def _moved(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()
