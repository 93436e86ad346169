"""The work tables of a run of priority: who is asked about, what is known, what each criterion answers.

A run reads the view's persons, households, records, facts and coverage (schema ``source``). Work
tables are temporary, hold only what the criteria read, and are gone afterwards. How answers become
points and results stands in ``app.storage.priority_sql``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from app.domain.ages import grade_index
from app.domain.covering import Covered, covered_of
from app.domain.criteria import Criterion, Measure, Who
from app.domain.facts import GROWTH_KINDS, NUMBER_SLOTS, WORD_SLOTS
from app.domain.growth import FEMALE, MALE, by_month
from app.domain.weighing import band_of
from app.storage.criteria_signals import KIND_NUMBERS, MONTHLY
from app.storage.criteria_sql import Compiler

_SLOTS = [f"n{n}" for n in range(1, NUMBER_SLOTS + 1)] + [f"w{n}" for n in range(1, WORD_SLOTS + 1)]
_RESULTS = ("finding", "priority", "rarity")

_WORK = {
    "work_child": """(person_id INTEGER PRIMARY KEY, birth TEXT, sex TEXT, months INT, grade INT,
        band INT, settled TEXT, here INT, uncertain INT)""",
    "work_kin": """(child INT, person_id INT, own INT, is_child INT, relation TEXT,
        PRIMARY KEY (child, person_id)) WITHOUT ROWID""",
    "work_roster": "(person_id INT, extract TEXT, PRIMARY KEY (person_id, extract)) WITHOUT ROWID",
    "work_kind": "(kind TEXT PRIMARY KEY, no INT, earliest TEXT, known_to TEXT, others INT)",
    "work_sign": f"""(kind INT, person_id INT, start TEXT, fact_id INT, "end" TEXT,
        {", ".join(_SLOTS)}, PRIMARY KEY (kind, person_id, start, fact_id)) WITHOUT ROWID""",
    "work_growth": """(attribute TEXT, sex TEXT, month INT, mean REAL,
        PRIMARY KEY (attribute, sex, month)) WITHOUT ROWID""",
    "work_scope": "(child INTEGER PRIMARY KEY, band INT)",
    "work_found": """(no INT, child INT, band INT, step INT, value REAL, n INT, first TEXT,
        last TEXT, fresh INT, rise INT, PRIMARY KEY (no, child)) WITHOUT ROWID""",
    "work_measured": """(child INTEGER PRIMARY KEY, value REAL, n INT, first TEXT, last TEXT,
        rise INT)""",
    "work_unknown": "(no INT, child INT, PRIMARY KEY (no, child)) WITHOUT ROWID",
    "work_evidence": """(child INT, no INT, start TEXT, fact_id INT,
        PRIMARY KEY (child, no, start, fact_id)) WITHOUT ROWID""",
    "work_criterion": "(no INTEGER PRIMARY KEY, key TEXT, sector TEXT, urgent INT, origin TEXT)",
    "work_weight": """(no INT, band INT, step INT, weight REAL, rare INT, share REAL,
        PRIMARY KEY (no, band, step)) WITHOUT ROWID""",
    "work_point": """(child INT, no INT, weight REAL, rare INT, share REAL,
        PRIMARY KEY (child, no)) WITHOUT ROWID""",
    "work_look": "(child INT, own_eyes INT, day TEXT, PRIMARY KEY (child, own_eyes)) WITHOUT ROWID",
    "work_calm": "(no INT, child INT, PRIMARY KEY (no, child)) WITHOUT ROWID",
    "work_breadth": "(child INTEGER PRIMARY KEY, sectors INT, factor REAL)",
}


class WorkTables:
    """One run's tables on a connection. Use ``open`` first and ``close`` last."""

    def __init__(self, connection: Any, as_of: date, source: str, target: str) -> None:
        self.connection = connection
        self.as_of = as_of
        self.source = source
        self.target = target

    def open(self) -> None:
        """Make the empty work tables, and the results' tables in ``temp`` where asked for."""
        self.close()
        for name, shape in _WORK.items():
            self._run(f"CREATE TEMP TABLE {name} {shape}")
        if self.target == "temp":
            for name in _RESULTS:
                self._run(f"DROP TABLE IF EXISTS temp.{name}")
                self._run(self._shape_of(name).replace("CREATE TABLE", "CREATE TEMP TABLE", 1))

    def close(self) -> None:
        """Drop the work tables."""
        for name in (*_WORK, "work_touched"):
            self._run(f"DROP TABLE IF EXISTS temp.{name}")

    def _shape_of(self, name: str) -> str:
        query = f"SELECT sql FROM {self.source}.sqlite_master WHERE type = 'table' AND name = ?"
        return str(self._run(query, (name,)).fetchone()[0])

    def _run(self, text: str, values: Any = ()) -> Any:
        return self.connection.execute(text, values)

    # ------------------------------------------------------------------ who

    def load_children(self, persons: Sequence[int] | None) -> int:
        """Fill the children (all, or those of the households of ``persons``) and their kin.

        A child whose birth date is known in part is taken to be as old as it can be.
        Gives the number of children.
        """
        day = self.as_of.isoformat()
        among, some = "", []
        if persons is not None:
            among = " AND p.person_id IN (SELECT value FROM json_each(?))"
            some = [json.dumps(sorted(self._with_households(persons)))]
        children = self._run(
            f"SELECT p.person_id, p.born, p.sex, p.has_register AND NOT p.moved_out, p.uncertain,"
            f" (SELECT max(f.start) FROM {self.source}.fact f WHERE f.person_id = p.person_id"
            f"  AND f.kind = 'residence_change' AND f.w1 = '転入' AND f.start <= ?)"
            f" FROM {self.source}.person p WHERE p.last_child_day >= ? AND p.born <= ?{among}"
            f" AND NOT (p.dead AND NOT EXISTS (SELECT 1 FROM {self.source}.fact f"
            f"  WHERE f.person_id = p.person_id AND f.kind = 'residence_change'"
            f"  AND f.w1 = '死亡' AND f.start > ?)) ORDER BY p.person_id",
            (day, day, day, *some, day),
        ).fetchall()
        self.connection.executemany(
            "INSERT INTO temp.work_child VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (self._child(*row) for row in children),
        )
        self._load_kin()
        return len(children)

    def _child(
        self, person: int, birth: str, sex: str, here: int, uncertain: int, settled: str | None
    ) -> tuple[object, ...]:
        known = sex if sex in (MALE, FEMALE) else ""
        return person, birth, known, *_age(birth, self.as_of), settled or "", here, uncertain

    def _with_households(self, persons: Sequence[int]) -> set[int]:
        wanted = set(persons)
        for person in persons:
            mates = self._run(
                f"SELECT b.person_id FROM {self.source}.household a"
                f" JOIN {self.source}.household b ON b.household = a.household"
                " WHERE a.person_id = ?",
                (person,),
            )
            wanted.update(mate for (mate,) in mates)
        return wanted

    def _load_kin(self) -> None:
        self._run("INSERT INTO temp.work_kin SELECT person_id, person_id, 1, 1, '' FROM temp.work_child")
        self._run(
            "INSERT OR IGNORE INTO temp.work_kin SELECT c.person_id, b.person_id, 0,"
            " b.person_id IN (SELECT person_id FROM temp.work_child), b.relation"
            f" FROM temp.work_child c CROSS JOIN {self.source}.household a"
            " ON a.person_id = c.person_id"
            f" CROSS JOIN {self.source}.household b ON b.household = a.household"
        )
        self._run(
            "INSERT OR IGNORE INTO temp.work_roster SELECT r.person_id, r.extract"
            f" FROM temp.work_child c CROSS JOIN {self.source}.record r"
            " ON r.person_id = c.person_id"
        )

    # ------------------------------------------------------------------ what is known

    def load_facts(self, criteria: Iterable[Criterion], compiler: Compiler) -> None:
        """Copy the facts that any criterion reads, of children and, where asked, their kin."""
        earliest: dict[str, str] = {"consultation": ""}
        others: set[str] = set()
        grows = False
        for criterion in criteria:
            for signal in criterion.signals():
                if signal.measure is Measure.SIBLINGS:
                    continue
                start = compiler.reach(signal)
                begin = start.isoformat() if start else ""
                growing = signal.measure is Measure.GROWTH
                for kind in GROWTH_KINDS if growing else (signal.kind,):
                    earliest[kind] = min(begin, earliest.get(kind, begin))
                grows = grows or growing
                if signal.who is not Who.CHILD:
                    others.add(signal.kind)
        reach = self._delivered_to()
        self.connection.executemany(
            "INSERT INTO temp.work_kind VALUES (?, ?, ?, ?, ?)",
            [
                (kind, KIND_NUMBERS[kind], begin, reach.get(kind, ""), kind in others)
                for kind, begin in sorted(earliest.items())
            ],
        )
        if grows:
            self.connection.executemany("INSERT INTO temp.work_growth VALUES (?, ?, ?, ?)", by_month())
        self._copy_facts()

    def _copy_facts(self) -> None:
        slots = ", ".join(f"f.{slot}" for slot in _SLOTS)
        monthly = ", ".join(f"'{kind}'" for kind in sorted(MONTHLY))
        self._run(
            f'INSERT INTO temp.work_sign SELECT q.no, f.person_id, f.start, f.fact_id, f."end",'
            f" {slots} FROM (SELECT person_id, max(is_child) AS is_child FROM temp.work_kin"
            f" GROUP BY person_id) p CROSS JOIN {self.source}.fact f"
            " ON f.person_id = p.person_id AND f.start <= :day"
            " CROSS JOIN temp.work_kind q ON q.kind = f.kind AND f.start >= q.earliest"
            f' AND (f.kind NOT IN ({monthly}) OR f."end" <= :day OR f.start <= q.known_to)'
            " WHERE p.is_child OR q.others",
            {"day": self.as_of.isoformat()},
        )

    def _delivered_to(self) -> dict[str, str]:
        """The last day that a delivery made by the as-of day speaks about, by extract."""
        rows = self._run(
            f'SELECT extract, max("end") FROM {self.source}.coverage WHERE as_of <= ? GROUP BY extract',
            (self.as_of.isoformat(),),
        )
        return dict(rows.fetchall())

    def coverage(self) -> dict[str, Covered]:
        """What is covered of each extract, up to the as-of day.

        For a day in the past this counts what came later about that time: how the day looks
        now, not what the office could know then.
        """
        rows = self._run(
            f'SELECT extract, start, min("end", :day) FROM {self.source}.coverage'
            " WHERE start <= :day ORDER BY extract, start",
            {"day": self.as_of.isoformat()},
        )
        spans: dict[str, list[tuple[str, str]]] = {}
        for extract, start, end in rows:
            spans.setdefault(extract, []).append((start, end))
        return covered_of(spans)


@lru_cache(maxsize=20_000)
def _age(birth: str, as_of: date) -> tuple[int, int, int]:
    """Full months, class index and age band; many children share a birthday."""
    born = date.fromisoformat(birth)
    months = (as_of.year - born.year) * 12 + as_of.month - born.month - (as_of.day < born.day)
    grade = grade_index(born, as_of)
    return months, grade, band_of(grade)
