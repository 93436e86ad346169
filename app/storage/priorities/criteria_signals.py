"""Signals as SQL: the facts of one kind, of one child or its kin, seen through a window.

A query of a signal gives child, fact_id, start, day and v (NULL: not known). What is measured of the
facts stands in ``app.storage.priorities.criteria_measures``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from app.domain.covering import MONTHLY as MONTHLY
from app.domain.criteria import Accepted, Measure, Signal, Span, Step, Who
from app.domain.facts import KINDS

KIND_NUMBERS = {kind: number for number, kind in enumerate(sorted(KINDS))}


@dataclass
class Statement:
    """One SQL text under way and the values bound to it by name."""

    values: dict[str, object] = field(default_factory=dict)

    def put(self, value: object) -> str:
        """The placeholder for a value."""
        name = f"v{len(self.values)}"
        self.values[name] = value
        return f":{name}"

    def put_all(self, values: tuple[object, ...]) -> str:
        """Placeholders for a list in parentheses."""
        return "(" + ", ".join(self.put(value) for value in values) + ")"


@dataclass(frozen=True)
class Signals:
    """Turns signals into SQL for one as-of day.

    ``numbers`` numbers the criteria by key; ``since`` is the first covered day (ISO) of extracts.
    """

    as_of: date
    numbers: Mapping[str, int]
    since: Mapping[str, str]

    def rows(self, signal: Signal, steps: tuple[Step, ...], sql: Statement) -> str:
        """A query of the signal's facts: child, fact_id, start, day, v (NULL: not known)."""
        day = 's."end"' if signal.kind in MONTHLY else "s.start"
        tests = [
            *self._people(signal, sql),
            *self._window(signal, sql),
            *(self._word(signal.kind, name, words, sql) for name, words in signal.where.items()),
        ]
        if signal.ongoing:
            tests.append(f'(s."end" IS NULL OR s."end" >= {sql.put(self.as_of.isoformat())})')
        return (
            f"SELECT c.person_id AS child, s.fact_id, s.start, {day} AS day,"
            f" {_value(signal, steps, sql)} AS v"
            f" FROM {_source(signal)} AND s.kind = {KIND_NUMBERS[signal.kind]}"
            + "".join(f" AND {test}" for test in tests)
        )

    def _people(self, signal: Signal, sql: Statement) -> list[str]:
        tests = {
            Who.CHILD: [],
            Who.HOME: [],
            Who.HOUSEHOLD: ["k.own = 0"],
            Who.ADULTS: ["k.own = 0", "k.is_child = 0"],
            Who.SIBLINGS: ["k.own = 0", "k.is_child = 1"],
        }[signal.who]
        if signal.relation:
            tests = [*tests, f"k.relation IN {sql.put_all(signal.relation)}"]
        return tests

    def _window(self, signal: Signal, sql: Statement) -> list[str]:
        window = signal.window
        start = self.reach(signal)
        if start is not None:
            return [f"s.start >= {sql.put(start.isoformat())}"]
        if window.span is Span.NOW:
            return [f'(s."end" IS NULL OR s."end" >= {sql.put(self.as_of.isoformat())})']
        if window.span is Span.MONTHS_OF_AGE:
            first, last = window.months
            return [
                f"s.start >= date(c.birth, '+{first} months')",
                f"s.start < date(c.birth, '+{last + 1} months')",
            ]
        if window.span is Span.AROUND_BIRTH:
            return [
                f"s.start >= date(c.birth, '-{window.days} days')",
                "s.start <= date(c.birth, '+31 days')",
            ]
        return []

    def reach(self, signal: Signal) -> date | None:
        """The first day whose facts this signal reads, None where it has no such bound."""
        start = signal.window.start(self.as_of)
        if start is not None and signal.measure is Measure.CHANGE and signal.against == "year":
            return year_before(start)
        return start

    def _word(self, kind: str, name: str, words: Accepted, sql: Statement) -> str:
        slot = f"s.{KINDS[kind].slot(name)}"
        if words == "known":
            return f"{slot} IS NOT NULL"
        if words == "unknown":
            return f"{slot} IS NULL"
        if words == "past":
            return f"{slot} <= {sql.put(self.as_of.isoformat())}"
        whole = tuple(word for word in words if word and not word.endswith("*"))
        tests = [f"{slot} IN {sql.put_all(whole)}"] if whole else []
        tests += [f"{slot} GLOB {sql.put(word)}" for word in words if word.endswith("*")]
        if "" in words:
            tests.append(f"{slot} IS NULL")
        return f"({' OR '.join(tests)})"


ASKED = "temp.work_scope w CROSS JOIN temp.work_child c ON c.person_id = w.child"
"""The children (c) of whom the criterion at hand speaks: nobody else is measured."""


def _source(signal: Signal) -> str:
    """The tables that lead from the children (c) to facts (s), joined in the order that is fast."""
    if signal.who is Who.CHILD:
        return f"{ASKED} CROSS JOIN temp.work_sign s ON s.person_id = c.person_id"
    return (
        "temp.work_scope w CROSS JOIN temp.work_kin k ON k.child = w.child"
        " CROSS JOIN temp.work_child c ON c.person_id = k.child"
        " CROSS JOIN temp.work_sign s ON s.person_id = k.person_id"
    )


def _value(signal: Signal, steps: tuple[Step, ...], sql: Statement) -> str:
    """What one fact contributes: 1, a number, the sum of its known numbers, a word's step."""
    if not signal.attributes:
        return "1"
    kind = KINDS[signal.kind]
    slots = [f"s.{kind.slot(name)}" for name in signal.attributes]
    worded = [(number, step) for number, step in enumerate(steps, 1) if step.words]
    if worded:
        cases = " ".join(f"WHEN {slots[0]} IN {sql.put_all(step.words)} THEN {number}" for number, step in worded)
        return f"CASE WHEN {slots[0]} IS NULL THEN NULL {cases} ELSE 0 END"
    if len(slots) == 1:
        return slots[0]
    known = f"coalesce({', '.join(slots)}) IS NOT NULL"
    return f"CASE WHEN {known} THEN " + " + ".join(f"coalesce({s}, 0)" for s in slots) + " END"


def year_before(day: date) -> date:
    """The same day a year earlier; 29 February becomes 28 February."""
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)
