"""The work tables of a run of priority: who is asked about, what is known, what each criterion answers.

A run reads the view's persons, households, records, facts and coverage (schema ``source``). Work
tables are temporary, hold only what the criteria read, and are gone afterwards. How answers become
points and results stands in ``app.storage.priorities.priority_sql``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from app.domain.ages import grade_index
from app.domain.covering import Covered, covered_of
from app.domain.criteria import Criterion, Measure, Who
from app.domain.facts import GROWTH_KINDS, NUMBER_SLOTS, WORD_SLOTS
from app.domain.growth import FEMALE, MALE, by_month
from app.domain.purposes import EVERYBODY
from app.domain.weighing import band_of
from app.storage.priorities.criteria_signals import KIND_NUMBERS, MONTHLY
from app.storage.priorities.criteria_sql import Compiler

_SLOTS = [f"n{n}" for n in range(1, NUMBER_SLOTS + 1)] + [f"w{n}" for n in range(1, WORD_SLOTS + 1)]
_RESULTS = ("finding", "priority", "rarity")

_WORK = {
    "work_child": """(person_id INTEGER PRIMARY KEY, birth TEXT, sex TEXT, months INT, grade INT,
        band INT, settled TEXT, here INT, uncertain INT)""",
    "work_age": "(born TEXT PRIMARY KEY, months INT, grade INT, band INT) WITHOUT ROWID",
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


@dataclass(frozen=True)
class _Needs:
    """What of a child's surroundings the criteria of a run read; ``rosters`` None is all of them."""

    kin: bool = True
    siblings: bool = True
    rosters: frozenset[str] | None = None
    moves: bool = True

    @classmethod
    def of(cls, asked: Sequence[Criterion] | None) -> _Needs:
        """Of these criteria; of a whole run everything."""
        if asked is None:
            return cls()
        signals = [signal for criterion in asked for signal in criterion.signals()]
        return cls(
            kin=any(one.who is not Who.CHILD for one in signals),
            siblings=any(one.measure is Measure.SIBLINGS for one in signals),
            rosters=frozenset(extract for criterion in asked for extract in criterion.roster),
            moves=any(one.measure is Measure.ABSENT for one in signals),
        )


class WorkTables:
    """One run's tables on a connection. Use ``open`` first and ``close`` last."""

    def __init__(self, connection: Any, as_of: date, source: str, target: str) -> None:
        self.connection = connection
        self.as_of = as_of
        self.source = source
        self.target = target
        self._kin = True

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

    def load_children(self, persons: Sequence[int] | None, asked: Sequence[Criterion] | None = None) -> int:
        """Fill the children (all, or those of the households of ``persons``) and their kin.

        A child whose birth date is known in part is taken to be as old as it can be. With ``asked`` what
        these criteria do not read of kin, rosters and moves is left out. Gives the number of children.
        """
        needs = _Needs.of(asked)
        self._kin = needs.kin or self._objections()
        values: dict[str, object] = {"day": self.as_of.isoformat()}
        among = ""
        if persons is not None:
            among = " AND p.person_id IN (SELECT value FROM json_each(:persons))"
            values["persons"] = json.dumps(sorted(self._with_households(persons)))
        moved_in = self._moved_in() if needs.moves else "''"
        who = f"{self.source}.person p WHERE p.last_child_day >= :day AND p.born <= :day{among}"
        births = self._run(f"SELECT DISTINCT p.born FROM {who}", values).fetchall()
        self.connection.executemany(
            "INSERT INTO temp.work_age VALUES (?, ?, ?, ?)", ((born, *_age(born, self.as_of)) for (born,) in births)
        )
        children = self._run(
            f"INSERT INTO temp.work_child SELECT p.person_id, p.born, iif(p.sex IN ('{MALE}', '{FEMALE}'), p.sex, ''),"
            " (SELECT months FROM temp.work_age a WHERE a.born = p.born),"
            " (SELECT grade FROM temp.work_age a WHERE a.born = p.born),"
            " (SELECT band FROM temp.work_age a WHERE a.born = p.born),"
            f" coalesce({moved_in}, ''), p.has_register AND NOT p.moved_out, p.uncertain FROM {who}"
            f" AND NOT (p.dead AND NOT EXISTS (SELECT 1 FROM {self.source}.fact f"
            "  WHERE f.person_id = p.person_id AND f.kind = 'residence_change'"
            "  AND f.w1 = '死亡' AND f.start > :day)) ORDER BY p.person_id",
            values,
        ).rowcount
        if self._kin or needs.siblings:
            self._load_kin(siblings_only=not self._kin)
        if needs.rosters is None or needs.rosters:
            self._load_rosters(needs.rosters)
        return int(children)

    def _moved_in(self) -> str:
        """The last day that somebody came from elsewhere, as SQL over ``p``."""
        return (
            f"(SELECT max(f.start) FROM {self.source}.fact f WHERE f.person_id = p.person_id"
            " AND f.kind = 'residence_change' AND f.w1 = '転入' AND f.start <= :day)"
        )

    def _objections(self) -> bool:
        """Whether a family said what may not be used: then it counts who lives with whom."""
        query = f"SELECT 1 FROM {self.source}.silent WHERE person_id <> {EVERYBODY} LIMIT 1"
        return self._run(query).fetchone() is not None

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

    def _load_kin(self, siblings_only: bool) -> None:
        mates = (
            f"FROM temp.work_child c CROSS JOIN {self.source}.household a ON a.person_id = c.person_id"
            f" CROSS JOIN {self.source}.household b ON b.household = a.household"
        )
        if siblings_only:
            self._run(
                f"INSERT OR IGNORE INTO temp.work_kin SELECT c.person_id, b.person_id, 0, 1, b.relation {mates}"
                " WHERE b.person_id <> c.person_id AND +b.person_id IN (SELECT person_id FROM temp.work_child)"
            )
            return
        self._run("INSERT INTO temp.work_kin SELECT person_id, person_id, 1, 1, '' FROM temp.work_child")
        self._run(
            "INSERT OR IGNORE INTO temp.work_kin SELECT c.person_id, b.person_id, 0,"
            f" b.person_id IN (SELECT person_id FROM temp.work_child), b.relation {mates}"
        )

    def _load_rosters(self, extracts: frozenset[str] | None) -> None:
        wanted = "" if extracts is None else " WHERE r.extract IN (SELECT value FROM json_each(?))"
        self._run(
            "INSERT OR IGNORE INTO temp.work_roster SELECT r.person_id, r.extract"
            f" FROM temp.work_child c CROSS JOIN {self.source}.record r ON r.person_id = c.person_id{wanted}",
            () if extracts is None else (json.dumps(sorted(extracts)),),
        )

    # ------------------------------------------------------------------ what is known

    def load_facts(self, criteria: Iterable[Criterion], compiler: Compiler, some: bool = False) -> None:
        """Copy the facts that any criterion reads, of children and, where asked, their kin.

        Also who is supported already, unless only ``some`` criteria are asked.
        """
        earliest: dict[str, str] = {} if some else {"consultation": ""}
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
        self._copy_facts(some)

    def _copy_facts(self, some: bool) -> None:
        """Of all kinds in the order of the facts; of few kinds by the index of kinds."""
        slots = ", ".join(f"f.{slot}" for slot in _SLOTS)
        monthly = ", ".join(f"'{kind}'" for kind in sorted(MONTHLY))
        kin = "(SELECT person_id, max(is_child) AS is_child FROM temp.work_kin GROUP BY person_id)"
        people = kin if self._kin else "(SELECT person_id, 1 AS is_child FROM temp.work_child)"
        facts, kinds = f"CROSS JOIN {self.source}.fact f", "temp.work_kind q"
        if some:
            joined = f"{kinds} CROSS JOIN {people} p {facts} INDEXED BY fact_kind"
        else:
            joined = f"{people} p {facts} CROSS JOIN {kinds}"
        self._run(
            'INSERT INTO temp.work_sign SELECT q.no, f.person_id, f.start, f.fact_id, f."end",'
            f" {slots} FROM {joined} WHERE f.person_id = p.person_id AND f.start <= :day"
            " AND f.kind = q.kind AND f.start >= q.earliest"
            f' AND (f.kind NOT IN ({monthly}) OR f."end" <= :day OR f.start <= q.known_to)'
            " AND (p.is_child OR q.others)",
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
