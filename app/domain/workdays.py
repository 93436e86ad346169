"""Days on which the office works: suggestions for the next date skip weekends and holidays."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

import jpholiday

SUGGESTIONS = ("two_weeks", "one_month", "three_months")
_YEAR_END = {(12, 29), (12, 30), (12, 31), (1, 2), (1, 3)}  # offices are closed by custom of law


def holiday_name(day: date) -> str:
    """The name of a Japanese public holiday, "" on other days."""
    return str(jpholiday.is_holiday_name(day) or "")


def is_workday(day: date) -> bool:
    """Monday to Friday, no public holiday, not the turn of the year (12/29 to 1/3)."""
    return day.weekday() < 5 and not holiday_name(day) and (day.month, day.day) not in _YEAR_END


def next_workday(day: date) -> date:
    """``day`` itself, or the first workday after it."""
    while not is_workday(day):
        day += timedelta(days=1)
    return day


def suggested(kind: str, today: date) -> date:
    """The workday on or after two weeks, one month or three months from ``today``."""
    if kind == "two_weeks":
        return next_workday(today + timedelta(days=14))
    return next_workday(_months_on(today, 1 if kind == "one_month" else 3))


def _months_on(day: date, months: int) -> date:
    index = day.month - 1 + months
    year, month = day.year + index // 12, index % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
