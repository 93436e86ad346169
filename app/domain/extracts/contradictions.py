"""What the cells of one row may contradict in each other, as the profile's checks say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from app.domain.ages import fiscal_year, grade_on
from app.domain.extracts.cells import Flawed
from app.domain.extracts.dates import Day
from app.domain.extracts.profile import Check, Profile


class Contradiction(Protocol):
    """A check bound to the slots of one file."""

    def flaw(self, values: Sequence[Any]) -> Flawed | None:
        """What is wrong with a row of these values, or None."""

    def slot(self, values: Sequence[Any]) -> int:
        """The cell to show for it."""


def find_contradictions(profile: Profile, slots: Mapping[str, int], as_of: date) -> list[Contradiction]:
    """Bind the checks whose columns the file has. A total counts what is there of its columns."""
    found: list[Contradiction] = [_MonthAhead(rule.month, slots, as_of) for rule in profile.facts if rule.month]
    for check in profile.checks:
        if check.total:
            total = [slots[name] for name in check.total if name in slots]
            if total and all(name in slots for name in check.limit):
                found.append(_TooMany(check, total, [slots[name] for name in check.limit]))
        elif all(name in slots for name in check.columns):
            found.append(_bind(check, slots, as_of))
    return found


def _bind(check: Check, slots: Mapping[str, int], as_of: date) -> Contradiction:
    if check.day:
        return _TooEarly(check, slots[check.day], slots[check.not_before])
    if check.filled:
        return _OutOfPlace(check, slots[check.filled], slots[check.although])
    return _OtherGrade(check, slots[check.grade], slots[check.birth], as_of)


class _TooMany:
    def __init__(self, check: Check, total: list[int], limit: list[int]) -> None:
        self._check, self._total, self._limit = check, total, limit
        self._columns = "、".join(check.limit)

    def flaw(self, values: Sequence[Any]) -> Flawed | None:
        most = 0.0
        for slot in self._limit:
            if values[slot] is None:
                return None
            most += values[slot]
        total = 0.0
        for slot in self._total:
            total += values[slot] or 0.0
        if total <= most:
            return None
        args = {"total": f"{total:g}", "limit": f"{most:g}", "columns": self._columns}
        return Flawed(None, self._check.reason, self._check.rejects, args)

    def slot(self, values: Sequence[Any]) -> int:
        return max(self._total, key=lambda slot: values[slot] or 0.0)


class _TooEarly:
    def __init__(self, check: Check, day: int, not_before: int) -> None:
        self._check, self._day, self._not_before = check, day, not_before

    def flaw(self, values: Sequence[Any]) -> Flawed | None:
        day: Day | None = values[self._day]
        other: Day | None = values[self._not_before]
        if day is None or other is None or day.last >= other.first:
            return None
        args = {"other": self._check.not_before, "day": other.iso}
        return Flawed(None, self._check.reason, self._check.rejects, args)

    def slot(self, values: Sequence[Any]) -> int:
        return self._day


class _OutOfPlace:
    def __init__(self, check: Check, filled: int, although: int) -> None:
        self._check, self._filled, self._although = check, filled, although
        self._words = frozenset(check.words)

    def flaw(self, values: Sequence[Any]) -> Flawed | None:
        if values[self._filled] is None or values[self._although] not in self._words:
            return None
        args = {"other": self._check.although, "word": values[self._although]}
        return Flawed(None, self._check.reason, self._check.rejects, args)

    def slot(self, values: Sequence[Any]) -> int:
        return self._filled


class _OtherGrade:
    def __init__(self, check: Check, grade: int, birth: int, as_of: date) -> None:
        self._check, self._grade, self._birth, self._as_of = check, grade, birth, as_of

    def flaw(self, values: Sequence[Any]) -> Flawed | None:
        grade, birth = values[self._grade], values[self._birth]
        if grade is None or birth is None or birth.partial or self._as_of == date.max:
            return None
        expected = grade_on(birth.first, self._as_of)
        if expected == grade:
            return None
        args = {"expected": expected, "year": fiscal_year(self._as_of)}
        return Flawed(None, self._check.reason, self._check.rejects, args)

    def slot(self, values: Sequence[Any]) -> int:
        return self._grade


class _MonthAhead:
    """A monthly count of a month that had not begun on the extract's own day."""

    def __init__(self, month: tuple[str, str], slots: Mapping[str, int], as_of: date) -> None:
        self._year, self._month = slots[month[0]], slots[month[1]]
        self._last = (as_of.year, as_of.month)
        self._as_of = as_of

    def flaw(self, values: Sequence[Any]) -> Flawed | None:
        year, month = values[self._year], values[self._month]
        if year is None or month is None:
            return None
        if (year if month >= 4 else year + 1, month) <= self._last:
            return None
        return Flawed(None, "cell.date.after_extract", True, {"as_of": self._as_of.isoformat()})

    def slot(self, values: Sequence[Any]) -> int:
        return self._month
