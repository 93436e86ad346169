"""Measures as SQL: what is worked out from the facts of a signal, for every child at once.

A query of a measure gives child, value, n, first, last and rise, only for children with a value.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from app.domain.covering import FRESH_DAYS
from app.domain.criteria import UNHEARD, Criterion, Measure, Signal, Span, Step
from app.domain.facts import GROWTH_KINDS, KINDS
from app.domain.growth import MOST_CHANGE, PLAUSIBLE
from app.storage.priorities.criteria_signals import ASKED, KIND_NUMBERS, Signals, Statement, year_before

RECENT_DAYS = 92
"""What lies no longer back than this is recent; as many days before it are what it is held against."""
_RUNNING = (Span.EVER, Span.SCHOOL_YEAR, Span.TERM, Span.DAYS)
RECENT_READING_DAYS = 550
"""A height or weight says something of today for a year and a half."""
_MONTH = 30.4375
SETTLED_DAYS = 365
"""A child who came less than this ago may have been seen elsewhere: absence cannot be told."""


@dataclass(frozen=True)
class Measures(Signals):
    """Turns measures into SQL for one as-of day."""

    def measured(self, signal: Signal, steps: tuple[Step, ...], sql: Statement) -> str:
        """A query of the measure: child, value, n, first, last, rise; only children with a value.

        ``rise`` is whether it got more of late: the last three months against the three before.
        """
        if signal.measure is Measure.SIBLINGS:
            return self._siblings(signal, sql)
        if signal.measure is Measure.GROWTH:
            return self._growth(signal, sql)
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
        end = sql.put(year_before(self.as_of).isoformat())
        now = f"CASE WHEN start >= {begin} THEN v END"
        then = f"CASE WHEN day <= {end} THEN v END"
        return (
            f"SELECT child, sum({now}) - sum({then}) AS value, sum(v <> 0) AS n,"
            " min(start) AS first, max(day) AS last, 1 AS rise"
            f" FROM ({rows}) WHERE v IS NOT NULL GROUP BY child"
            f" HAVING count({now}) > 0 AND count({then}) > 0"
        )

    # ------------------------------------------------------------------ a child's own curve

    def readings(self, signal: Signal, sql: Statement) -> str:
        """A query of the heights or weights that can be meant: child, fact_id, start, day, v, mean, told.

        ``mean`` is that of children of the age and sex on the day, ``told`` whether the fact is of the
        signal's own kind. Readings far from what any child has at that age are slips and left out.
        """
        attribute = signal.attributes[0]
        slot = f"s.{KINDS[signal.kind].slot(attribute)}"
        least, most = PLAUSIBLE[attribute]
        kinds = ", ".join(str(KIND_NUMBERS[kind]) for kind in GROWTH_KINDS)
        tests = "".join(f" AND {test}" for test in self._window(signal, sql))
        return (
            f"SELECT c.person_id AS child, s.fact_id, s.start, s.start AS day, {slot} AS v, g.mean,"
            f" s.kind = {KIND_NUMBERS[signal.kind]} AS told FROM {ASKED}"
            f" CROSS JOIN temp.work_sign s ON s.person_id = c.person_id AND s.kind IN ({kinds})"
            f" CROSS JOIN temp.work_growth g ON g.attribute = {sql.put(attribute)} AND g.sex = c.sex"
            f" AND g.month = CAST((julianday(s.start) - julianday(c.birth)) / {_MONTH} AS INT)"
            f" WHERE {slot} BETWEEN {least} * g.mean AND {most} * g.mean{tests}"
        )

    def _growth(self, signal: Signal, sql: Statement) -> str:
        """The last reading against the child's own earlier ones, in per cent.

        One wrong earlier figure must not make a fall: of three earlier readings the middle one counts,
        of two the smaller. A change that no child makes is no value. The last reading must be recent.
        """
        v = "v / mean" if signal.against == "curve" else "v"
        days = (
            f"SELECT child, start, avg({v}) AS v, max(told) AS told, count(*) AS n,"
            " row_number() OVER (PARTITION BY child ORDER BY start DESC) AS back"
            f" FROM ({self.readings(signal, sql)}) GROUP BY child, start"
        )
        before = "CASE WHEN back > 1 THEN v END"
        own = f"CASE count({before}) WHEN 3 THEN sum({before}) - min({before}) - max({before}) ELSE min({before}) END"
        now = "max(CASE WHEN back = 1 THEN v END)"
        recent = sql.put((self.as_of - timedelta(days=RECENT_READING_DAYS)).isoformat())
        value = f"round(100.0 * ({now} / ({own}) - 1), 1)"
        earlier = 4 if signal.against == "curve" else 3
        return (
            f"SELECT child, value, n, first, last, 1 AS rise FROM (SELECT child, {value} AS value, sum(n) AS n,"
            " min(start) AS first, max(start) AS last, max(CASE WHEN back = 1 THEN told END) AS told"
            f" FROM ({days}) WHERE back <= {earlier} GROUP BY child HAVING count(*) > 1)"
            f" WHERE told AND last >= {recent} AND abs(value) <= {MOST_CHANGE}"
        )

    # ------------------------------------------------------------------ others, and what is absent

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
        a time ago, expected before the deliveries begin, or (``UNHEARD``) no fact of the kind ever: then its
        absence says nothing.
        """
        window = criterion.signal.window
        tests = ["c.here = 0", "c.uncertain > 0"]
        if criterion.silence == UNHEARD:
            kind = KIND_NUMBERS[criterion.signal.kind]
            tests.append(f"c.person_id NOT IN (SELECT person_id FROM temp.work_sign WHERE kind = {kind})")
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
