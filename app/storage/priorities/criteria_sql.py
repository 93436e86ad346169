"""Criteria as SQL: conditions, steps and the three answers, set-wise over work tables.

The work tables (``work_*``, always temporary, in memory) are filled by ``app.storage.priorities.priority_work``;
how facts are read stands in ``criteria_signals``, what is measured of them in ``criteria_measures``.
Nothing here decides how many points a finding is worth.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from app.domain.covering import Cover, Covered, cover
from app.domain.criteria import Condition, Criterion, Measure, Signal
from app.storage.priorities.criteria_measures import RECENT_DAYS, Measures
from app.storage.priorities.criteria_signals import Statement


@dataclass(frozen=True)
class Compiler(Measures):
    """Turns criteria into SQL for one as-of day."""

    def cover(self, criterion: Criterion, coverage: Mapping[str, Covered]) -> Cover:
        """How far the deliveries speak about what the criterion's own signal reads."""
        return cover(criterion, coverage, self.as_of, self.reach(criterion.signal))

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

    def noted(self, criterion: Criterion, sql: Statement) -> str | None:
        """The statement that keeps what is measured, where being measured is also being told; else None.

        ``found`` and ``unknown`` then read it instead of measuring twice.
        """
        signal = criterion.signal
        alike = signal.measure in (Measure.CHANGE, Measure.GROWTH) or signal.where == signal.known
        if criterion.silence != "cannot_tell" or not alike or signal.measure in (Measure.ABSENT, Measure.SIBLINGS):
            return None
        measured = self.measured(signal, criterion.steps, sql)
        return f"INSERT INTO temp.work_measured SELECT child, value, n, first, last, rise FROM ({measured})"

    def found(self, criterion: Criterion, sql: Statement, noted: bool = False) -> str:
        """The statement that notes for whom a criterion of this number holds, and which step."""
        if criterion.signal.measure is Measure.ABSENT:
            measured = self._absent(criterion, sql)
        elif noted:
            measured = "SELECT * FROM temp.work_measured"
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

    def unknown(self, criterion: Criterion, covered: Cover, sql: Statement, noted: bool = False) -> str | None:
        """The statement that notes for whom nobody can tell, or None if that cannot be."""
        reasons = self._reasons_for_unknown(criterion, covered, sql, noted)
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

    def _reasons_for_unknown(self, criterion: Criterion, covered: Cover, sql: Statement, noted: bool) -> list[str]:
        if not covered:
            return ["1"]
        reasons: list[str] = []
        on_roster = "1"
        if criterion.roster:
            listed = sql.put_all(criterion.roster)
            on_roster = f"g.child IN (SELECT person_id FROM temp.work_roster WHERE extract IN {listed})"
            if criterion.outside == "cannot_tell":
                reasons.append(f"NOT {on_roster}")
        if covered is not Cover.WHOLE:
            return [*reasons, on_roster]
        if criterion.silence == "cannot_tell":
            told = "SELECT child FROM temp.work_measured" if noted else self._told(criterion, sql)
            reasons.append(f"({on_roster} AND g.child NOT IN (SELECT child FROM ({told})))")
        if criterion.signal.measure is Measure.ABSENT:
            reasons.append(f"({self._hidden(criterion, sql)})")
        return reasons

    def _told(self, criterion: Criterion, sql: Statement) -> str:
        """A query of the children of whom the signal's kind says anything known at all."""
        signal = criterion.signal
        if signal.measure in (Measure.CHANGE, Measure.GROWTH):
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
        elif signal.measure is Measure.GROWTH:
            queries.append(
                f"SELECT r.child, r.start, r.fact_id FROM ({self.readings(signal, sql)}) r JOIN temp.work_found f"
                f" ON f.no = {number} AND f.child = r.child WHERE r.start BETWEEN f.first AND f.last"
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
