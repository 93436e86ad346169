"""Days as they are kept: ISO text, whose unknown month or day is ``00``."""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def day_of(text: str) -> date:
    """The day of a full ISO text. ValueError where it is partial or no date."""
    return date.fromisoformat(text)


def possible_days(text: str) -> tuple[date, date] | None:
    """The first and last day that a possibly partial ISO text can mean; None without a year."""
    parts = text.split("-")
    if len(parts) != 3 or not all(part.isdecimal() for part in parts) or int(parts[0]) == 0:
        return None
    year, month, day = map(int, parts)
    if not month:
        return date(year, 1, 1), date(year, 12, 31)
    if not day:
        return date(year, month, 1), date(year, month, monthrange(year, month)[1])
    return date(year, month, day), date(year, month, day)


def full_day(text: str) -> date | None:
    """The day of an ISO text, or None where it is empty or only partly known."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
