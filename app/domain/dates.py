"""Days as they are kept: ISO text, whose unknown month or day is ``00``."""

from __future__ import annotations

from datetime import date


def day_of(text: str) -> date:
    """The day of a full ISO text. ValueError where it is partial or no date."""
    return date.fromisoformat(text)


def full_day(text: str) -> date | None:
    """The day of an ISO text, or None where it is empty or only partly known."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
