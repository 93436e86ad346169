"""Points and results of a run: weighing what the criteria answered, and writing it down.

Results (findings, rarity, priorities) go into the schema ``target``. Weights and levels are reckoned
by the caller; the work tables stand in ``app.storage.priorities.priority_work``, the
answers in ``app.storage.priorities.priority_answers``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from app.domain.sectors import SECTORS
from app.storage.priorities.criteria_signals import KIND_NUMBERS
from app.storage.priorities.priority_answers import AnswerTables
from app.storage.truth.notices import EXTRACT as NOTICE

FACTS_SHOWN = 50


class PriorityTables(AnswerTables):
    """One run's tables on a connection. Use ``open`` first and ``close`` last."""

    # ------------------------------------------------------------------ points

    def weigh(
        self,
        weights: Iterable[tuple[int, int, int, float, bool, float]],
        repeat: float,
        recency: float = 0.0,
        worsening: float = 0.0,
    ) -> None:
        """Weigh every finding, by the weight of each step: number, band, step, weight, rare, share.

        Of a child's findings from the same kind of facts the heaviest counts in full, the others
        count ``repeat`` times as much: they say partly the same thing again. A recent finding counts
        ``recency`` more, one that got more of late ``worsening`` more.
        """
        self.connection.executemany("INSERT INTO temp.work_weight VALUES (?, ?, ?, ?, ?, ?)", weights)
        self._run(
            "INSERT INTO temp.work_point SELECT child, no,"
            " round(CASE place WHEN 1 THEN weight ELSE weight * ? END, 6), rare, share FROM ("
            "  SELECT child, no, weight, rare, share, row_number() OVER"
            "  (PARTITION BY child, origin ORDER BY weight DESC, key) AS place FROM ("
            "  SELECT f.child, f.no, w.weight * (1 + ? * f.fresh) * (1 + ? * f.rise) AS weight, w.rare, w.share,"
            "  c.origin, c.key FROM temp.work_found f JOIN temp.work_criterion c ON c.no = f.no"
            "  JOIN temp.work_weight w ON w.no = f.no AND w.band = f.band AND w.step = f.step))",
            (repeat, recency, worsening),
        )

    def keep_rarity(self, rows: Iterable[tuple[str, int, int, int, int, float]]) -> None:
        """Replace the kept rarity: criterion, band, step, shown, told, share."""
        self._run(f"DELETE FROM {self.target}.rarity")
        self.connection.executemany(f"INSERT INTO {self.target}.rarity VALUES (?, ?, ?, ?, ?, ?)", rows)

    def kept_rarity(self, schema: str = "") -> list[tuple[str, int, int, int, int, float]]:
        """The rarity that the last whole run kept (in the results, or in ``schema``)."""
        return self._run(
            f"SELECT criterion, band, step, shown, told, share FROM {schema or self.target}.rarity"
        ).fetchall()

    def note_breadth(self, factors: Sequence[float]) -> None:
        """Count the sectors with a rare sign; ``factors`` are those for 0, 1, 2.. sectors."""
        self._run(
            "INSERT INTO temp.work_breadth SELECT w.child, count(DISTINCT c.sector), 1.0"
            " FROM temp.work_point w JOIN temp.work_criterion c ON c.no = w.no"
            " WHERE w.rare GROUP BY w.child"
        )
        self.connection.executemany(
            "UPDATE temp.work_breadth SET factor = ? WHERE sectors = ?",
            [(factor, sectors) for sectors, factor in enumerate(factors)],
        )

    # ------------------------------------------------------------------ results

    def write_findings(self) -> None:
        """Replace the findings of the children of this run; in key order, which is far quicker."""
        self._clear("finding")
        self._run(
            f"INSERT INTO {self.target}.finding (person_id, criterion, sector, answer, points,"
            " urgent, first, last, value, count, facts, step, share, fresh, rise)"
            " SELECT f.child, c.key, c.sector, 'holds',"
            " max(1, CAST(round(w.weight * coalesce(b.factor, 1.0)) AS INTEGER)),"
            " c.urgent AND (f.no, f.child) NOT IN (SELECT no, child FROM temp.work_calm),"
            " f.first, f.last, f.value, f.n, coalesce(e.facts, '[]'), f.step, w.share,"
            " f.fresh, f.rise"
            " FROM temp.work_found f JOIN temp.work_criterion c ON c.no = f.no"
            " JOIN temp.work_point w ON w.no = f.no AND w.child = f.child"
            " LEFT JOIN temp.work_breadth b ON b.child = f.child LEFT JOIN ("
            "  SELECT child, no, json_group_array(fact_id) AS facts FROM ("
            "   SELECT child, no, fact_id, row_number() OVER"
            "   (PARTITION BY child, no ORDER BY start DESC, fact_id DESC) AS back"
            f"  FROM temp.work_evidence) WHERE back <= {FACTS_SHOWN} GROUP BY child, no"
            " ) e ON e.child = f.child AND e.no = f.no ORDER BY f.child, c.key"
        )
        self._run(
            f"INSERT INTO {self.target}.finding (person_id, criterion, sector, answer, points,"
            " urgent, facts) SELECT u.child, c.key, c.sector, 'cannot_tell', 0, 0, '[]'"
            " FROM temp.work_unknown u JOIN temp.work_criterion c ON c.no = u.no"
            " ORDER BY u.child, c.key"
        )

    def _clear(self, table: str) -> None:
        self._run(f"DELETE FROM {self.target}.{table} WHERE person_id IN (SELECT person_id FROM temp.work_child)")

    def forget_others(self, persons: Sequence[int] | None) -> None:
        """Drop the results of those who are no children any more (of ``persons``, or all)."""
        for table in ("finding", "priority"):
            if persons is None:
                self._run(f"DELETE FROM {self.target}.{table}")
            else:
                self.connection.executemany(
                    f"DELETE FROM {self.target}.{table} WHERE person_id = ?",
                    [(person,) for person in persons],
                )

    def totals(self) -> list[tuple[Any, ...]]:
        """For each child: id, months, grade, supported, urgent, exact weight, breadth, then for
        each sector in order its points, and for each sector the number of unknown answers."""
        day = self.as_of.isoformat()
        points = ", ".join(f"coalesce(p.p{i}, 0)" for i in range(len(SECTORS)))
        unknown = ", ".join(f"coalesce(p.u{i}, 0)" for i in range(len(SECTORS)))
        return self._run(
            "SELECT c.person_id, c.months, c.grade, c.person_id IN"
            f" (SELECT s.person_id FROM temp.work_sign s WHERE s.kind = {KIND_NUMBERS['consultation']}"
            f'  AND (s."end" IS NULL OR s."end" > :day) AND NOT {self._only_told()}),'
            " coalesce(p.urgent, 0), coalesce(x.weight, 0), coalesce(b.sectors, 0),"
            f" {points}, {unknown} FROM temp.work_child c"
            f" LEFT JOIN ({self._points_by_sector()}) p ON p.person_id = c.person_id"
            " LEFT JOIN temp.work_breadth b ON b.child = c.person_id"
            " LEFT JOIN (SELECT child, sum(weight) AS weight FROM temp.work_point GROUP BY child) x"
            " ON x.child = c.person_id ORDER BY c.person_id",
            {"day": day},
        ).fetchall()

    def _only_told(self) -> str:
        """Whether a consultation is a notice that the office took down: nobody supports the child by that."""
        return (
            f"EXISTS (SELECT 1 FROM {self.source}.fact f JOIN {self.source}.record r ON r.record_id = f.record_id"
            "  WHERE f.person_id = s.person_id AND f.start = s.start AND f.fact_id = s.fact_id"
            f"  AND r.extract = '{NOTICE}')"
        )

    def _points_by_sector(self) -> str:
        sums = ", ".join(
            f"sum(CASE WHEN sector = '{sector}' THEN points END) AS p{i},"
            f" sum(sector = '{sector}' AND answer = 'cannot_tell') AS u{i}"
            for i, sector in enumerate(SECTORS)
        )
        return (
            f"SELECT person_id, max(urgent) AS urgent, {sums} FROM {self.target}.finding"
            " WHERE person_id IN (SELECT person_id FROM temp.work_child) GROUP BY person_id"
        )

    def write_priorities(self, rows: Iterable[Sequence[Any]]) -> None:
        """Replace the priorities of this run's children (in the column order of the table)."""
        self._clear("priority")
        columns = ["person_id", "rank", "level", "points"]
        columns += [f"p_{sector}" for sector in SECTORS] + [f"s_{sector}" for sector in SECTORS]
        columns += ["breadth", "already_supported", "has_unknown", "urgent", "weight"]
        places = ", ".join("?" * len(columns))
        self.connection.executemany(
            f"INSERT INTO {self.target}.priority ({', '.join(columns)}) VALUES ({places})", rows
        )
