"""What each criterion answers, for every child of a run at once: holds, does not hold, cannot tell.

Fills ``work_found``, ``work_unknown`` and ``work_evidence`` from the facts that
``app.storage.priorities.priority_work`` has laid ready. How answers become points stands in
``app.storage.priorities.priority_sql``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from app.domain.covering import Cover
from app.domain.criteria import Criterion, Measure
from app.domain.priority import Look
from app.domain.purposes import EVERYBODY, reads
from app.domain.sectors import SECTORS
from app.storage.priorities.criteria_signals import Statement
from app.storage.priorities.criteria_sql import Compiler
from app.storage.priorities.priority_work import WorkTables


class AnswerTables(WorkTables):
    """The answers of one run on a connection."""

    def number(self, criteria: Sequence[Criterion], numbers: Mapping[str, int]) -> None:
        """Note the criteria under their numbers, for the joins that follow."""
        self.connection.executemany(
            "INSERT INTO temp.work_criterion VALUES (?, ?, ?, ?, ?)",
            [(numbers[c.key], c.key, c.sector.value, int(c.urgent), c.signal.origin) for c in criteria],
        )

    def silent(self) -> dict[int, frozenset[tuple[str, str]]]:
        """What may not be used, as (kind of fact, attribute): for everybody (0), and by person."""
        found: dict[int, set[tuple[str, str]]] = {}
        for person, kind, attribute in self._run(f"SELECT person_id, kind, attribute FROM {self.source}.silent"):
            found.setdefault(person, set()).add((kind, attribute))
        return {person: frozenset(said) for person, said in found.items()}

    def apply(
        self,
        criterion: Criterion,
        compiler: Compiler,
        covered: Cover,
        evidence: bool = True,
        silent: Mapping[int, frozenset[tuple[str, str]]] | None = None,
    ) -> dict[int, int]:
        """Answer one criterion for all children; gives how many can be told, by age band.

        Where what it reads is ``silent`` nobody can tell, and where nothing is covered, nothing is
        taken to be absent. What is missing in the middle leaves open what does not hold.
        """
        quiet = dict(silent or {})
        off = reads(criterion, quiet.pop(EVERYBODY, frozenset()))
        if off:
            covered = Cover.NONE
        if not self._scope(criterion):
            return {}
        noted = bool(covered) and self._note(criterion, compiler)
        sql = Statement()
        trusted = covered is not Cover.BLIND and (covered or criterion.signal.measure is not Measure.ABSENT)
        if not off and trusted:
            self._run(compiler.found(criterion, sql, noted), sql.values)
        sql = Statement()
        unknown = compiler.unknown(criterion, covered, sql, noted)
        if unknown is not None:
            self._run(unknown, sql.values)
        self._hush(criterion, compiler.numbers[criterion.key], quiet)
        sql = Statement()
        number = compiler.numbers[criterion.key]
        for query in compiler.evidence(criterion, sql) if evidence and self._holds(number) else ():
            text = "INSERT OR IGNORE INTO temp.work_evidence SELECT child, {}, start, fact_id"
            self._run(f"{text.format(number)} FROM ({query})", _used(query, sql.values))
        return self._told(number)

    def _scope(self, criterion: Criterion) -> int:
        """Note the children of whom a criterion speaks; how many they are."""
        self._run("DELETE FROM temp.work_scope")
        return int(
            self._run(
                "INSERT INTO temp.work_scope SELECT person_id, band FROM temp.work_child"
                " WHERE months BETWEEN ? AND ? AND grade BETWEEN ? AND ?",
                (*(criterion.ages.months or (-1, 9999)), *(criterion.ages.grades or (-1, 99))),
            ).rowcount
        )

    def _note(self, criterion: Criterion, compiler: Compiler) -> bool:
        """Keep what is measured, if that can be read twice."""
        sql = Statement()
        text = compiler.noted(criterion, sql)
        if text is None:
            return False
        self._run("DELETE FROM temp.work_measured")
        self._run(text, sql.values)
        return True

    def _holds(self, number: int) -> bool:
        """Whether a criterion holds of anybody."""
        return self._run("SELECT 1 FROM temp.work_found WHERE no = ? LIMIT 1", (number,)).fetchone() is not None

    def bands(self) -> list[int]:
        """The age bands of the children of this run."""
        return [band for (band,) in self._run("SELECT DISTINCT band FROM temp.work_child ORDER BY band")]

    def _hush(self, criterion: Criterion, number: int, quiet: Mapping[int, frozenset[tuple[str, str]]]) -> None:
        """Nobody can tell of a child whose family objected, nor that nothing is of one who lives with such."""
        own = [person for person, said in quiet.items() if reads(criterion, said, of_others=False)]
        kin = [person for person, said in quiet.items() if reads(criterion, said, of_others=True)]
        if not own and not kin:
            return
        self._run(
            "DELETE FROM temp.work_found WHERE no = ? AND child IN (SELECT value FROM json_each(?))",
            (number, json.dumps(own)),
        )
        self._run(
            "INSERT OR IGNORE INTO temp.work_unknown SELECT ?1, child FROM temp.work_scope"
            " WHERE (child IN (SELECT value FROM json_each(?2)) OR child IN (SELECT child FROM temp.work_kin"
            " WHERE own = 0 AND person_id IN (SELECT value FROM json_each(?3))))"
            " AND child NOT IN (SELECT child FROM temp.work_found WHERE no = ?1)",
            (number, json.dumps(own), json.dumps(kin)),
        )

    def age_of(self, person: int) -> tuple[int, int]:
        """Months and class index of a child of this run; (-1, -1) for somebody else."""
        row = self._run("SELECT months, grade FROM temp.work_child WHERE person_id = ?", (person,)).fetchone()
        return (row[0], row[1]) if row else (-1, -1)

    def measured(self, criterion: Criterion, compiler: Compiler, person: int) -> float | None:
        """What a criterion measures of one child, if its further conditions hold."""
        self._scope(criterion)
        sql = Statement()
        text = compiler.of_child(criterion, person, sql)
        row = self._run(text, sql.values).fetchone()
        return float(row[0]) if row and row[0] is not None else None

    def _told(self, number: int) -> dict[int, int]:
        rows = self._run(
            "SELECT band, count(*) FROM temp.work_scope WHERE child NOT IN"
            " (SELECT child FROM temp.work_unknown WHERE no = ?) GROUP BY band",
            (number,),
        )
        return dict(rows.fetchall())

    def take_over(self, keys: Iterable[str], touched: bool = False) -> None:
        """Take the stored findings of these criteria as they stand, without their facts; with ``touched``
        only of those children that ``keep_only`` has named."""
        some = "temp.work_touched t CROSS JOIN " if touched else ""
        theirs = " ON f.person_id = t.child" if touched else ""
        self._run(
            "INSERT INTO temp.work_found SELECT q.no, f.person_id, c.band, f.step, f.value, f.count, f.first, f.last,"
            " f.fresh, f.rise"
            f" FROM {some}{self.source}.finding f{theirs} CROSS JOIN temp.work_criterion q ON q.key = f.criterion"
            " CROSS JOIN temp.work_child c ON c.person_id = f.person_id"
            " WHERE f.answer = 'holds' AND f.criterion IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted(keys)),),
        )

    def keep_only(self, children: Iterable[int]) -> None:
        """Forget the findings of all others: they are weighed as they were."""
        self._run("CREATE TEMP TABLE IF NOT EXISTS work_touched (child INTEGER PRIMARY KEY)")
        self._run("DELETE FROM temp.work_touched")
        named = json.dumps(sorted(children))
        self._run("INSERT INTO temp.work_touched SELECT value FROM json_each(?) ORDER BY value", (named,))
        self._run("DELETE FROM temp.work_found WHERE child NOT IN (SELECT child FROM temp.work_touched)")

    def holders(self, numbers: Iterable[int]) -> set[int]:
        """Of whom one of these criteria holds."""
        rows = self._run(
            "SELECT DISTINCT child FROM temp.work_found WHERE no IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted(numbers)),),
        )
        return {child for (child,) in rows}

    def held_before(self, keys: Iterable[str]) -> set[int]:
        """Of whom one of these criteria holds in the stored findings."""
        rows = self._run(
            f"SELECT DISTINCT person_id FROM {self.source}.finding WHERE answer = 'holds'"
            " AND criterion IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted(keys)),),
        )
        return {child for (child,) in rows}

    def everybody(self) -> list[int]:
        """All children of this run."""
        return [child for (child,) in self._run("SELECT person_id FROM temp.work_child")]

    def sums(self) -> dict[int, tuple[int, int, float, int, int]]:
        """For each child with findings: points, whether urgent, exact weight, breadth, and the sectors
        in which something holds: one bit for each, in the order of ``SECTORS``."""
        bits = " + ".join(f"{1 << at} * max(c.sector = '{sector}')" for at, sector in enumerate(SECTORS))
        rows = self._run(
            "SELECT w.child, sum(max(1, CAST(round(w.weight * coalesce(b.factor, 1.0)) AS INTEGER))),"
            " max(c.urgent AND (w.no, w.child) NOT IN (SELECT no, child FROM temp.work_calm)),"
            f" round(sum(w.weight) * coalesce(b.factor, 1.0), 6), coalesce(b.sectors, 0), {bits}"
            " FROM temp.work_point w JOIN temp.work_criterion c ON c.no = w.no"
            " LEFT JOIN temp.work_breadth b ON b.child = w.child GROUP BY w.child"
        ).fetchall()
        return {row[0]: tuple(row[1:]) for row in rows}

    def shown(self) -> list[tuple[int, int, int, int]]:
        """How many children reach exactly a step: number, band, step, children."""
        return self._run("SELECT no, band, step, count(*) FROM temp.work_found GROUP BY no, band, step").fetchall()

    def heed(self, criterion: Criterion, number: int, looks: Iterable[Look]) -> None:
        """Answer a criterion by what the office did itself; what was shown stays counted before.

        Whom somebody has seen is answered "no"; for whom nothing is needed it is not urgent.
        """
        since = (self.as_of - timedelta(days=criterion.seen_within)).isoformat()
        self._run("DELETE FROM temp.work_look")
        self.connection.executemany(
            "INSERT OR REPLACE INTO temp.work_look VALUES (?, ?, ?)",
            ((look.person_id, look.own_eyes, look.day) for look in looks if look.day >= since),
        )
        for table in ("work_found", "work_unknown"):
            self._run(
                f"DELETE FROM temp.{table} WHERE no = ? AND child IN (SELECT child FROM temp.work_look WHERE own_eyes)",
                (number,),
            )
        self._run(
            "INSERT INTO temp.work_calm SELECT no, child FROM temp.work_found WHERE no = ?"
            " AND child IN (SELECT child FROM temp.work_look WHERE NOT own_eyes)",
            (number,),
        )


def _used(query: str, values: Mapping[str, object]) -> dict[str, object]:
    """The bound values that a query names: several queries are built with one list."""
    return {name: value for name, value in values.items() if f":{name}" in query}
