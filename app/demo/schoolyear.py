"""The Japanese school year: which cohort a child belongs to, which grade it is in, which months lie behind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

GRADES = ("小1", "小2", "小3", "小4", "小5", "小6", "中1", "中2", "中3")


def school_year(day: dt.date) -> int:
    """The 年度 of a day: April to March, named after the year of its April."""
    return day.year if day.month >= 4 else day.year - 1


def cohort(born: dt.date) -> int:
    """The 年度 of birth as schools count it: 2 April to 1 April."""
    return born.year if (born.month, born.day) >= (4, 2) else born.year - 1


def first_school_year(born: dt.date) -> int:
    """The 年度 in which a child becomes 小1."""
    return cohort(born) + 7


def grade(born: dt.date, day: dt.date) -> str | None:
    """小1 to 中3 on a day, or None before and after compulsory school."""
    index = school_year(day) - first_school_year(born)
    return GRADES[index] if 0 <= index < len(GRADES) else None


def age(born: dt.date, day: dt.date) -> int:
    """Full years on a day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def months_before(day: dt.date, first_year: int) -> Iterator[dt.date]:
    """First days of all months from April of `first_year` to the last month that was over before `day`'s month."""
    month = dt.date(first_year, 4, 1)
    while month < day.replace(day=1):
        yield month
        month = (month + dt.timedelta(days=32)).replace(day=1)


def weekday(day: dt.date) -> dt.date:
    """The day itself, or the Friday before a weekend."""
    return day - dt.timedelta(days=max(0, day.weekday() - 4))
