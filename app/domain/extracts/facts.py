"""From the values of one row to the facts that it says."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from app.domain.extracts.dates import Day
from app.domain.extracts.profile import FactRule


@dataclass(frozen=True, slots=True)
class RawFact:
    """A fact that does not know yet whose it is. Days are full ISO texts.

    ``start`` is None for one that holds from when its row was first delivered. A point that is
    only partly dated spans the days that it can be. ``open_span``: it ends when its row is gone.
    """

    kind: str
    start: str | None
    end: str | None
    attributes: dict[str, float | str]
    open_span: bool = False


class FactMaker:
    """One rule of a profile, bound to the slots that a file's columns have."""

    def __init__(self, rule: FactRule, slots: Mapping[str, int]) -> None:
        self._rule = rule
        self._start = [slots[name] for name in rule.start if name in slots]
        self._end = slots.get(rule.end)
        self._month = None if rule.month is None else (slots[rule.month[0]], slots[rule.month[1]])
        self._attributes = [(attribute, slots[name]) for attribute, name in rule.attributes.items() if name in slots]
        self.day_columns = "、".join(rule.start)

    def is_dated(self, values: Sequence[Any]) -> bool:
        """Whether the fact of a sound row has a day to stand on; else there is none."""
        if self._month is not None or self._rule.undated:
            return True
        return any(values[slot] is not None for slot in self._start)

    def fact(self, values: Sequence[Any]) -> RawFact:
        """The fact of a sound row that is dated."""
        rule = self._rule
        if self._month is not None:
            first, last = _month_days(values[self._month[0]], values[self._month[1]])
            return RawFact(rule.kind, first, last, self._said(values))
        day = next((values[slot] for slot in self._start if values[slot] is not None), None)
        end = values[self._end] if self._end is not None else None
        return RawFact(
            rule.kind,
            None if day is None else day.first.isoformat(),
            _end(day, end, rule.span),
            self._said(values),
            rule.span and end is None,
        )

    def undated_slot(self, values: Sequence[Any]) -> int | None:
        """The first cell that says something of a fact which has no day, if one does."""
        return next((slot for _, slot in self._attributes if values[slot] is not None), None)

    def _said(self, values: Sequence[Any]) -> dict[str, float | str]:
        said: dict[str, float | str] = {}
        for attribute, slot in self._attributes:
            value = values[slot]
            if value is not None:
                said[attribute] = value.iso if type(value) is Day else value
        return said


def _end(day: Day | None, end: Day | None, span: bool) -> str | None:
    if end is not None:
        # An end before the start is warned of; nobody knows then when it ended.
        return end.last.isoformat() if day is None or end.last >= day.first else None
    if day is not None and day.partial and not span:
        return day.last.isoformat()
    return None


@lru_cache(maxsize=4096)
def _month_days(fiscal_year: int, month: int) -> tuple[str, str]:
    year = fiscal_year if month >= 4 else fiscal_year + 1
    return f"{year:04}-{month:02}-01", f"{year:04}-{month:02}-{monthrange(year, month)[1]:02}"
