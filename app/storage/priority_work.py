"""The work tables of a run of priority: who is asked about, what is known, what each criterion answers.

A run reads the view's persons, households, records, facts and coverage (schema ``source``). Work
tables are temporary, hold only what the criteria read, and are gone afterwards. How answers become
points and results stands in ``app.storage.priority_sql``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from app.domain.ages import grade_index
from app.domain.criteria import Criterion, Measure, Who
from app.domain.facts import GROWTH_KINDS, NUMBER_SLOTS, WORD_SLOTS
from app.domain.growth import FEMALE, MALE, by_month
from app.domain.priority import Look
from app.domain.purposes import EVERYBODY, reads
from app.domain.sectors import SECTORS
from app.domain.weighing import band_of
from app.storage.criteria_signals import KIND_NUMBERS, MONTHLY, Statement
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
        born = date.fromisoformat(birth)
        months = (self.as_of.year - born.year) * 12 + self.as_of.month - born.month
        months -= self.as_of.day < born.day
        grade = grade_index(born, self.as_of)
        known = sex if sex in (MALE, FEMALE) else ""
        return person, birth, known, months, grade, band_of(grade), settled or "", here, uncertain

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

    def coverage(self) -> dict[str, tuple[str, str]]:
        """The first and last covered day (ISO) of each extract, up to the as-of day.

        For a day in the past this counts what came later about that time: how the day looks
        now, not what the office could know then.
        """
        rows = self._run(
            f'SELECT extract, min(start), min(max("end"), :day) FROM {self.source}.coverage'
            " WHERE start <= :day GROUP BY extract",
            {"day": self.as_of.isoformat()},
        )
        return {extract: (start, end) for extract, start, end in rows}

    # ------------------------------------------------------------------ the criteria

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
        covered: bool,
        evidence: bool = True,
        silent: Mapping[int, frozenset[tuple[str, str]]] | None = None,
    ) -> dict[int, int]:
        """Answer one criterion for all children; gives how many can be told, by age band.

        Where what it reads is ``silent`` nobody can tell, and where nothing is covered, nothing is
        taken to be absent.
        """
        quiet = dict(silent or {})
        off = reads(criterion, quiet.pop(EVERYBODY, frozenset()))
        covered = covered and not off
        if not self._scope(criterion):
            return {}
        sql = Statement()
        if not off and (covered or criterion.signal.measure is not Measure.ABSENT):
            self._run(compiler.found(criterion, sql), sql.values)
        sql = Statement()
        unknown = compiler.unknown(criterion, covered, sql)
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

    def take_over(self, keys: Iterable[str]) -> None:
        """Take the stored findings of these criteria as they stand, without their facts."""
        self._run(
            "INSERT INTO temp.work_found SELECT q.no, f.person_id, c.band, f.step, f.value, f.count, f.first, f.last,"
            " f.fresh, f.rise"
            f" FROM {self.source}.finding f JOIN temp.work_criterion q ON q.key = f.criterion"
            " JOIN temp.work_child c ON c.person_id = f.person_id"
            " WHERE f.answer = 'holds' AND f.criterion IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted(keys)),),
        )

    def keep_only(self, children: Iterable[int]) -> None:
        """Forget the findings of all others: they are weighed as they were."""
        self._run("CREATE TEMP TABLE IF NOT EXISTS work_touched (child INTEGER PRIMARY KEY)")
        self._run("DELETE FROM temp.work_touched")
        self.connection.executemany("INSERT INTO temp.work_touched VALUES (?)", ((child,) for child in children))
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
