"""A very small municipality: a few households straight in the derived tables of a view."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import sqlcipher3

from app.domain.ages import last_day_as_child
from app.domain.criteria import Criterion
from app.domain.extracts.profile import Profile
from app.domain.facts import KINDS, NUMBER_SLOTS, WORD_SLOTS
from app.domain.weighing import PrioritySettings
from app.services.priority.prioritising import RunSummary, prioritise
from app.storage.definitions.criteria_files import load_criteria
from app.storage.definitions.profiles import shipped_profiles

AS_OF = date(2026, 10, 31)
PROFILES: dict[str, Profile] = shipped_profiles()
FOURTH_GRADER = date(2016, 9, 28)
VIEW = Path(__file__).parents[2] / "app" / "storage" / "offices" / "view.sql"


@dataclass
class Town:
    """Households, facts and coverage are added by hand; everything is covered unless said."""

    db: Any = field(default_factory=lambda: sqlcipher3.connect(":memory:"))
    people: int = 0
    facts: int = 0

    def __post_init__(self) -> None:
        self.db.executescript(VIEW.read_text(encoding="utf-8"))
        for extract in PROFILES:
            self.covered(extract, date(2000, 1, 1), AS_OF)

    def person(self, birth: date, household: str = "", relation: str = "子", /, **state: Any) -> int:
        """Somebody, with a household of their own unless one is named."""
        self.people += 1
        row = {
            "person_id": self.people, "name": "", "kana": "", "sex": "", "dead": 0,
            "moved_out": 0, "protected": 0, "protected_until": "", "facility": "", "grade": "",
            "school_class": "", "has_register": 1, "uncertain": 0, "birth": birth.isoformat(),
            "born": birth.isoformat(), "last_child_day": last_day_as_child(birth).isoformat(),
            "household": household or f"h{self.people}", **state,
        }  # fmt: skip
        self._insert("person", row)
        self.db.execute("INSERT INTO household VALUES (?, ?, ?)", (row["household"], self.people, relation))
        return self.people

    def child(self, birth: date = FOURTH_GRADER, household: str = "", /, **state: Any) -> int:
        """A child whom the register and every department's roster know."""
        child = self.person(birth, household, **state)
        for extract in ("resident_register", "school_register", "childcare", "infant_checkup"):
            self.known_to(child, extract)
        return child

    def known_to(self, person: int, extract: str) -> None:
        """Give the person a record of an extract."""
        columns = [row[1] for row in self.db.execute("PRAGMA table_info(record)")]
        row = dict.fromkeys(columns, "") | {
            "record_id": person * 100 + list(PROFILES).index(extract),
            "extract": extract, "person_id": person, "present": 1, "row_id": 0, "damaged": 0,
        }  # fmt: skip
        self._insert("record", row)

    def unknown_to(self, person: int, extract: str) -> None:
        """Take the person's record of an extract away."""
        self.db.execute("DELETE FROM record WHERE person_id = ? AND extract = ?", (person, extract))

    def fact(self, person: int, kind: str, start: date, end: date | None = None, /, **said: Any) -> int:
        """One fact of a person; gives its id."""
        self.facts += 1
        row: dict[str, Any] = {f"n{n}": None for n in range(1, NUMBER_SLOTS + 1)}
        row |= {f"w{n}": None for n in range(1, WORD_SLOTS + 1)}
        row |= {KINDS[kind].slot(name): value for name, value in said.items()}
        row |= {
            "person_id": person, "start": start.isoformat(), "fact_id": self.facts,
            "record_id": person * 100, "kind": kind, "end": end.isoformat() if end else None,
            "row_id": self.facts,
        }  # fmt: skip
        self._insert("fact", row)
        return self.facts

    def month(self, person: int, year: int, month: int, **said: float) -> int:
        """A month of school attendance."""
        start = date(year, month, 1)
        end = (start + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        return self.fact(person, "attendance", start, end, **said)

    def covered(self, extract: str, start: date, end: date) -> None:
        """Replace what the deliveries of an extract speak about."""
        self.not_delivered(extract)
        self.also_covered(extract, start, end)

    def also_covered(self, extract: str, start: date, end: date) -> None:
        """One more stretch that the deliveries of an extract speak about."""
        columns = [row[1] for row in self.db.execute("PRAGMA table_info(coverage)")]
        row = dict.fromkeys(columns, "") | {
            "extract": extract, "start": start.isoformat(), "end": end.isoformat(),
            "as_of": end.isoformat(), "batch_id": 1,
        }  # fmt: skip
        self._insert("coverage", row)

    def not_delivered(self, extract: str) -> None:
        """Nothing of this extract was ever handed over."""
        self.db.execute("DELETE FROM coverage WHERE extract = ?", (extract,))

    def prioritise(
        self,
        *criteria: Criterion,
        as_of: date = AS_OF,
        settings: PrioritySettings | None = None,
        **more: Any,
    ) -> RunSummary:
        """Work out the priorities, by the shipped criteria unless some are given."""
        return prioritise(self.db, criteria or load_criteria(), as_of, settings or PrioritySettings(), **more)

    def findings(self, person: int, schema: str = "main") -> dict[str, dict[str, Any]]:
        """What was found for a person, by criterion."""
        rows = self._rows(f"SELECT * FROM {schema}.finding WHERE person_id = ?", person)
        return {row["criterion"]: {**row, "facts": json.loads(row["facts"])} for row in rows}

    def priority(self, person: int, schema: str = "main") -> dict[str, Any]:
        """The person's line of the ranking; {} for none."""
        rows = self._rows(f"SELECT * FROM {schema}.priority WHERE person_id = ?", person)
        return rows[0] if rows else {}

    def ranking(self) -> list[int]:
        """Everybody ranked, first first."""
        rows = self.db.execute("SELECT person_id FROM main.priority ORDER BY rank")
        return [person for (person,) in rows]

    def _rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        cursor = self.db.execute(query, values)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    def _insert(self, table: str, row: dict[str, Any]) -> None:
        names = ", ".join(f'"{name}"' for name in row)
        places = ", ".join("?" * len(row))
        self.db.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", list(row.values()))
