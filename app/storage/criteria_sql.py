"""Criteria as SQL: set-wise statements over work tables of the children's facts.

Here a criterion's signals, conditions and three answers become SQL text with bound values. The
work tables (``work_*``, always temporary, in memory) are filled by ``app.storage.priority_sql``;
nothing here decides how many points a finding is worth.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from app.domain.criteria import (
    Accepted,
    Condition,
    Criterion,
    Measure,
    Signal,
    Span,
    Step,
    Who,
)
from app.domain.facts import KINDS

KIND_NUMBERS = {kind: number for number, kind in enumerate(sorted(KINDS))}
MONTHLY = frozenset({"attendance", "childcare_attendance"})
"""Kinds whose facts count a whole month: the month's last day is the day of the fact."""

FRESH_DAYS = 120
"""A present state (who is enrolled) is taken from a delivery at most this many days old."""
RECENT_DAYS = 92
"""What lies no longer back than this is recent; as many days before it are what it is held against."""
_RUNNING = (Span.EVER, Span.SCHOOL_YEAR, Span.TERM, Span.DAYS)
SETTLED_DAYS = 365
"""A child who came less than this ago may have been seen elsewhere: absence cannot be told."""


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
class Compiler:
    """Turns criteria into SQL for one as-of day.

    ``numbers`` numbers the criteria by key; ``since`` is the first covered day (ISO) of extracts.
    """

    as_of: date
    numbers: Mapping[str, int]
    since: Mapping[str, str]

    # ------------------------------------------------------------------ the facts of a signal

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
            return _year_before(start)
        return start

    def _word(self, kind: str, name: str, words: Accepted, sql: Statement) -> str:
        slot = f"s.{KINDS[kind].slot(name)}"
        if words == "known":
            return f"{slot} IS NOT NULL"
        if words == "unknown":
            return f"{slot} IS NULL"
        if words == "past":
            return f"{slot} <= {sql.put(self.as_of.isoformat())}"
        known = f"{slot} IN {sql.put_all(tuple(word for word in words if word))}"
        return f"({known} OR {slot} IS NULL)" if "" in words else known

    # ------------------------------------------------------------------ measures

    def measured(self, signal: Signal, steps: tuple[Step, ...], sql: Statement) -> str:
        """A query of the measure: child, value, n, first, last, rise; only children with a value.

        ``rise`` is whether it got more of late: the last three months against the three before.
        """
        if signal.measure is Measure.SIBLINGS:
            return self._siblings(signal, sql)
        rows = self.rows(signal, steps, sql)
        if signal.measure is Measure.CHANGE and signal.against == "year":
            return self._change_in_a_year(signal, rows, sql)
        if signal.measure in (Measure.LATEST, Measure.CHANGE):
            return self._by_day(signal, steps, rows)
        value = {
            Measure.COUNT: "count(*)",
            Measure.SUM: "sum(v)",
            Measure.MAX: "max(v)",
            Measure.MIN: "min(v)",
            Measure.DAYS_SINCE: (f"julianday({sql.put(self.as_of.isoformat())}) - julianday(max(day))"),
        }[signal.measure]
        return (
            f"SELECT child, {value} AS value, sum(v <> 0) AS n,"
            " min(CASE WHEN v <> 0 THEN start END) AS first,"
            f" max(CASE WHEN v <> 0 THEN day END) AS last, {self._rise(signal, sql)} AS rise"
            f" FROM ({rows}) WHERE v IS NOT NULL GROUP BY child"
        )

    def _rise(self, signal: Signal, sql: Statement) -> str:
        if signal.measure not in (Measure.COUNT, Measure.SUM) or signal.window.span not in _RUNNING:
            return "0"
        middle = sql.put((self.as_of - timedelta(days=RECENT_DAYS)).isoformat())
        start = sql.put((self.as_of - timedelta(days=2 * RECENT_DAYS)).isoformat())
        late = f"coalesce(sum(CASE WHEN start > {middle} THEN v END), 0)"
        early = f"coalesce(sum(CASE WHEN start > {start} AND start <= {middle} THEN v END), 0)"
        return f"({late} >= 2 AND {late} > 1.5 * {early})"

    def _by_day(self, signal: Signal, steps: tuple[Step, ...], rows: str) -> str:
        """The latest value, or the latest against the one before; equal days are one value."""
        one = "max(v)" if any(step.words for step in steps) else "avg(v)"
        days = (
            f"SELECT child, start, max(day) AS day, {one} AS v, count(*) AS n,"
            " row_number() OVER (PARTITION BY child ORDER BY start DESC) AS back"
            f" FROM ({rows}) WHERE v IS NOT NULL GROUP BY child, start"
        )
        if signal.measure is Measure.LATEST:
            return f"SELECT child, v AS value, n, start AS first, day AS last, 0 AS rise FROM ({days}) WHERE back = 1"
        now = "max(CASE WHEN back = 1 THEN v END)"
        then = "max(CASE WHEN back = 2 THEN v END)"
        value = f"100.0 * ({now} - {then}) / {then}" if signal.relative else f"{now} - {then}"
        return (
            f"SELECT child, {value} AS value, sum(n) AS n, min(start) AS first, max(day) AS last, 1 AS rise"
            f" FROM ({days}) WHERE back <= 2 GROUP BY child HAVING count(*) = 2"
        )

    def _change_in_a_year(self, signal: Signal, rows: str, sql: Statement) -> str:
        start = signal.window.start(self.as_of)
        if start is None:
            raise ValueError(f"{signal.kind}: a change in a year needs a window of days")
        begin = sql.put(start.isoformat())
        end = sql.put(_year_before(self.as_of).isoformat())
        now = f"CASE WHEN start >= {begin} THEN v END"
        then = f"CASE WHEN day <= {end} THEN v END"
        return (
            f"SELECT child, sum({now}) - sum({then}) AS value, sum(v <> 0) AS n,"
            " min(start) AS first, max(day) AS last, 1 AS rise"
            f" FROM ({rows}) WHERE v IS NOT NULL GROUP BY child"
            f" HAVING count({now}) > 0 AND count({then}) > 0"
        )

    def _siblings(self, signal: Signal, sql: Statement) -> str:
        numbers = tuple(self.numbers[key] for key in signal.criteria if key in self.numbers)
        return (
            "SELECT k.child, count(*) AS value, count(DISTINCT k.person_id) AS n,"
            " min(f.first) AS first, max(f.last) AS last, 0 AS rise FROM temp.work_kin k"
            " JOIN temp.work_found f ON f.child = k.person_id"
            f" WHERE k.own = 0 AND k.is_child = 1 AND f.no IN {sql.put_all(numbers)}"
            " GROUP BY k.child"
        )

    def _absent(self, criterion: Criterion, sql: Statement) -> str:
        signal = criterion.signal
        first, last = self._expected(signal, sql)
        rows = self.rows(signal, (), sql)
        return (
            f"SELECT c.person_id AS child, c.months AS value, 0 AS n, {first} AS first,"
            f" {last} AS last, 0 AS rise FROM temp.work_child c WHERE NOT ({self._hidden(criterion, sql)})"
            f" AND c.person_id NOT IN (SELECT child FROM ({rows}))"
        )

    def _expected(self, signal: Signal, sql: Statement) -> tuple[str, str]:
        """The span in which a fact was expected, as SQL over ``c``."""
        if signal.window.span is Span.MONTHS_OF_AGE:
            months = signal.window.months
            first = f"date(c.birth, '+{months[0]} months')"
            return first, f"date(c.birth, '+{months[1] + 1} months', '-1 day')"
        start = signal.window.start(self.as_of)
        begin = sql.put(start.isoformat()) if start else "c.birth"
        return f"max({begin}, c.birth)", sql.put(self.as_of.isoformat())

    def _hidden(self, criterion: Criterion, sql: Statement) -> str:
        """Whether a thing may well have happened where we do not look, as SQL over ``c``.

        Not (or no more) in the register, a link still in question, come from elsewhere too short
        a time ago, or expected before the deliveries begin: then its absence says nothing.
        """
        window = criterion.signal.window
        tests = ["c.here = 0", "c.uncertain > 0"]
        if window.span is Span.MONTHS_OF_AGE:
            settled = f"date(c.birth, '+{window.months[0]} months')"
            begins = (self.since.get(extract, "9999") for extract in criterion.needs)
            since = max(begins, default="")
            tests.append(f"{settled} < {sql.put(since)}")
        else:
            days = FRESH_DAYS if window.span is Span.NOW else window.days or SETTLED_DAYS
            day = self.as_of - timedelta(days=min(days, SETTLED_DAYS))
            settled = sql.put(day.isoformat())
        return " OR ".join([*tests, f"c.settled > {settled}"])

    # ------------------------------------------------------------------ conditions and steps

    def condition(self, condition: Condition, child: str, sql: Statement) -> str:
        """A condition as a test of the SQL expression ``child``."""
        if condition.negated is not None:
            return f"NOT ({self.condition(condition.negated, child, sql)})"
        if condition.signal is not None:
            return self._holds(condition.signal, child, sql)
        joint = " AND " if condition.all else " OR "
        parts = condition.all or condition.any
        return "(" + joint.join(self.condition(part, child, sql) for part in parts) + ")"

    def _holds(self, signal: Signal, child: str, sql: Statement) -> str:
        if signal.measure is Measure.ABSENT:
            return f"{child} NOT IN (SELECT child FROM ({self.rows(signal, (), sql)}))"
        tests = []
        if signal.at_most is not None:
            tests.append(f"value <= {sql.put(signal.at_most)}")
        if signal.at_least is not None or not tests:
            tests.append(f"value >= {sql.put(signal.at_least or 1)}")
        measured = self.measured(signal, (), sql)
        return f"{child} IN (SELECT child FROM ({measured}) WHERE {' AND '.join(tests)})"

    def found(self, criterion: Criterion, sql: Statement) -> str:
        """The statement that notes for whom a criterion of this number holds, and which step."""
        if criterion.signal.measure is Measure.ABSENT:
            measured = self._absent(criterion, sql)
        else:
            measured = self.measured(criterion.signal, criterion.steps, sql)
        tests = [
            self.condition(condition, "a.child", sql)
            for condition in (criterion.only_if, criterion.also)
            if condition is not None
        ]
        step = _step(criterion, sql)
        recent = sql.put((self.as_of - timedelta(days=RECENT_DAYS)).isoformat())
        return (
            "INSERT INTO temp.work_found (no, child, band, step, value, n, first, last, fresh, rise)"
            f" SELECT {self.numbers[criterion.key]}, a.child, g.band, {step} AS step,"
            f" a.value, a.n, a.first, a.last, a.n > 0 AND a.last > {recent}, a.rise FROM ({measured}) a"
            " JOIN temp.work_scope g ON g.child = a.child WHERE step > 0" + "".join(f" AND {test}" for test in tests)
        )

    def of_child(self, criterion: Criterion, person: int, sql: Statement) -> str:
        """A query of what a criterion measures of one child, where its conditions hold."""
        measured = self.measured(criterion.signal, criterion.steps, sql)
        tests = [f"a.child = {sql.put(person)}"]
        for condition in (criterion.only_if, criterion.also):
            if condition is not None:
                tests.append(self.condition(condition, "a.child", sql))
        return f"SELECT a.value FROM ({measured}) a WHERE {' AND '.join(tests)}"

    # ------------------------------------------------------------------ cannot tell

    def unknown(self, criterion: Criterion, covered: bool, sql: Statement) -> str | None:
        """The statement that notes for whom nobody can tell, or None if that cannot be."""
        reasons = self._reasons_for_unknown(criterion, covered, sql)
        if not reasons:
            return None
        number = self.numbers[criterion.key]
        text = (
            f"INSERT INTO temp.work_unknown (no, child) SELECT {number}, g.child"
            " FROM temp.work_scope g JOIN temp.work_child c ON c.person_id = g.child"
            f" WHERE ({' OR '.join(reasons)})"
            f" AND g.child NOT IN (SELECT child FROM temp.work_found WHERE no = {number})"
        )
        if criterion.only_if is not None and covered:
            text += f" AND {self.condition(criterion.only_if, 'g.child', sql)}"
        return text

    def _reasons_for_unknown(self, criterion: Criterion, covered: bool, sql: Statement) -> list[str]:
        if not covered:
            return ["1"]
        reasons = []
        on_roster = "1"
        if criterion.roster:
            listed = sql.put_all(criterion.roster)
            on_roster = f"g.child IN (SELECT person_id FROM temp.work_roster WHERE extract IN {listed})"
            if criterion.outside == "cannot_tell":
                reasons.append(f"NOT {on_roster}")
        if criterion.silence == "cannot_tell":
            told = self._told(criterion, sql)
            reasons.append(f"({on_roster} AND g.child NOT IN (SELECT child FROM ({told})))")
        if criterion.signal.measure is Measure.ABSENT:
            reasons.append(f"({self._hidden(criterion, sql)})")
        return reasons

    def _told(self, criterion: Criterion, sql: Statement) -> str:
        """A query of the children of whom the signal's kind says anything known at all."""
        signal = criterion.signal
        if signal.measure is Measure.CHANGE:
            return self.measured(signal, criterion.steps, sql)
        rows = self.rows(replace(signal, where=signal.known), criterion.steps, sql)
        return f"SELECT child FROM ({rows}) WHERE v IS NOT NULL"

    # ------------------------------------------------------------------ evidence

    def evidence(self, criterion: Criterion, sql: Statement) -> list[str]:
        """Queries of the facts behind the findings of a criterion: child, start, fact_id."""
        number = self.numbers[criterion.key]
        signal = criterion.signal
        queries = []
        if signal.measure is Measure.SIBLINGS:
            numbers = tuple(self.numbers[key] for key in signal.criteria if key in self.numbers)
            queries.append(
                "SELECT f.child, e.start, e.fact_id FROM temp.work_found f"
                " JOIN temp.work_kin k ON k.child = f.child AND k.own = 0 AND k.is_child = 1"
                " JOIN temp.work_evidence e ON e.child = k.person_id"
                f" WHERE f.no = {number} AND e.no IN {sql.put_all(numbers)}"
            )
        elif signal.measure is not Measure.ABSENT:
            queries.append(
                "SELECT r.child, r.start, r.fact_id FROM"
                f" ({self.rows(signal, criterion.steps, sql)}) r JOIN temp.work_found f"
                f" ON f.no = {number} AND f.child = r.child"
                f" WHERE {_behind(criterion)}"
            )
        if criterion.also is not None:
            for part in criterion.also.positive_signals():
                if part.measure is not Measure.SIBLINGS:
                    queries.append(
                        "SELECT r.child, r.start, r.fact_id FROM"
                        f" ({self.rows(part, (), sql)}) r JOIN temp.work_found f"
                        f" ON f.no = {number} AND f.child = r.child WHERE r.v <> 0"
                    )
        return queries


def _source(signal: Signal) -> str:
    """The tables that lead from children (c) to facts (s), joined in the order that is fast."""
    if signal.who is Who.CHILD:
        return "temp.work_child c CROSS JOIN temp.work_sign s ON s.person_id = c.person_id"
    return (
        "temp.work_kin k CROSS JOIN temp.work_child c ON c.person_id = k.child"
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


def _step(criterion: Criterion, sql: Statement) -> str:
    """The number of the gravest step that the value reaches, 0 for none."""
    cases = []
    for number, step in reversed(list(enumerate(criterion.steps, 1))):
        if criterion.signal.measure is Measure.ABSENT:
            return "1"
        if step.words:
            cases.append(f"WHEN a.value = {number} THEN {number}")
        elif step.at_least is not None:
            cases.append(f"WHEN a.value >= {sql.put(step.at_least)} THEN {number}")
        else:
            cases.append(f"WHEN a.value <= {sql.put(step.at_most)} THEN {number}")
    return f"CASE {' '.join(cases)} ELSE 0 END"


def _behind(criterion: Criterion) -> str:
    """Which of a signal's facts (r) carry the finding (f)."""
    signal = criterion.signal
    if signal.measure in (Measure.LATEST, Measure.DAYS_SINCE):
        return "r.v IS NOT NULL AND r.day = f.last"
    if signal.measure is Measure.CHANGE and signal.against == "previous":
        return "r.v IS NOT NULL AND (r.day = f.last OR r.start = f.first)"
    if signal.measure in (Measure.MAX, Measure.MIN):
        return "r.v = f.value"
    return "r.v <> 0"


def _year_before(day: date) -> date:
    """The same day a year earlier; 29 February becomes 28 February."""
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)
