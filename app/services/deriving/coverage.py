"""Coverage: which days the deliveries of each extract speak about.

It tells "nothing happened" from "nobody told us". A monthly count covers the months it names; any
other extract covers the time from its first dated thing to its own day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from app.domain.dates import day_of
from app.domain.extracts.profile import Profile
from app.storage.truth.notices import EXTRACT as NOTICE

MONTHLY = {"attendance": "attendance", "childcare_attendance": "childcare_attendance"}
_HOLIDAY = {"attendance": "08"}
"""The month without school days, which a school may leave out: that nobody speaks of it says nothing."""


def derive_coverage(db: Any, profiles: dict[str, Profile]) -> None:
    """Write ``coverage`` for every extract that was ever delivered."""
    db.execute("DELETE FROM coverage")
    delivered = db.execute(
        "SELECT extract, max(as_of), max(batch_id) FROM laid GROUP BY extract ORDER BY extract"
    ).fetchall()
    for extract, as_of, batch_id in delivered:
        if extract == NOTICE:  # a telephone call says nothing about all the other days
            continue
        profile = profiles[extract]
        for start, end in _spans(db, profile, as_of):
            db.execute(
                "INSERT INTO coverage VALUES (?, ?, ?, ?, ?, ?, ?)",
                (profile.like, str(profile.sector), _roster(profile), start, end, as_of, batch_id),
            )


def _roster(profile: Profile) -> str:
    return profile.rosters[0] if profile.rosters else profile.key


def _spans(db: Any, profile: Profile, as_of: str) -> Iterable[tuple[str, str]]:
    if profile.like in MONTHLY:
        return _months(db, MONTHLY[profile.like])
    kinds = sorted({rule.kind for rule in profile.facts})
    marks = ", ".join("?" * len(kinds))
    first = db.execute(f"SELECT min(start) FROM fact WHERE kind IN ({marks}) AND start > '1900'", kinds).fetchone()[0]
    return [(min(first or as_of, as_of), as_of)]


def _months(db: Any, kind: str) -> Iterator[tuple[str, str]]:
    """Months that follow each other run together into one span."""
    span: tuple[str, str] | None = None
    for start, end in db.execute(
        'SELECT DISTINCT start, "end" FROM fact WHERE kind = ? ORDER BY start', (kind,)
    ).fetchall():
        if span and _follows(kind, span[1], start):
            span = (span[0], end)
            continue
        if span:
            yield span
        span = (start, end)
    if span:
        yield span


def _follows(kind: str, end: str, start: str) -> bool:
    """Whether nothing is left out between two months."""
    after = _next_day(end)
    if after[5:7] == _HOLIDAY.get(kind):
        return start[:4] == after[:4] and start[5:7] in (after[5:7], "09")
    return after == start


def _next_day(text: str) -> str:
    return (day_of(text) + timedelta(days=1)).isoformat()


def uncovered(spans: Iterable[tuple[date, date]], start: date, end: date) -> Iterator[tuple[date, date]]:
    """The stretches of [start, end] that no span covers, in order."""
    at = start
    for first, last in sorted(spans):
        if first > at:
            yield at, min(first - timedelta(days=1), end)
        at = max(at, last + timedelta(days=1))
        if at > end:
            return
    if at <= end:
        yield at, end
