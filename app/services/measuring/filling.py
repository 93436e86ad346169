"""Filling: an office with as many made-up children as one likes, without importing them.

For measuring only. The facts of ``app.demo.filling`` go straight into the tables of a view, priorities
are worked out as after an import, and the view is published. There are no rows as received behind it:
nothing can be walked back beyond the fact, and ``verify --rebuild`` cannot make it again.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from itertools import islice
from typing import Any

import jaconv

from app.demo.filling import Inhabitant, Said, facts_of, inhabitants, slots
from app.demo.model import MALE
from app.domain.ages import grade_on, last_day_as_child
from app.domain.facts import NUMBER_SLOTS, WORD_SLOTS
from app.services.casework.showing import stage_results
from app.services.deriving.searching import letters
from app.services.priority.prioritising import RunSummary
from app.services.priority.runs import run_act, settings_of, work_out
from app.storage.definitions.profiles import shipped_profiles
from app.storage.offices.office import Office

_AT_ONCE = 20_000
_COVERED_YEARS = 6
_FACT_COLUMNS = (
    "person_id", "start", "fact_id", "record_id", "kind", '"end"', "row_id",
    *(f"n{n}" for n in range(1, NUMBER_SLOTS + 1)), *(f"w{n}" for n in range(1, WORD_SLOTS + 1)),
)  # fmt: skip
_PLACES = {name: place for place, name in enumerate(_FACT_COLUMNS)}


@dataclass(frozen=True)
class Filled:
    """What was filled in."""

    children: int
    persons: int
    facts: int


def fill_office(office: Office, children: int, seed: int, now: datetime) -> tuple[Filled, RunSummary]:
    """Fill a new office's first view with so many children, work out the priorities, publish."""
    as_of = now.date()
    settings = settings_of(office)
    with office.staging() as staging:
        builder = office.new_view()
        try:
            db = builder.connection
            builder.attach_truth(office.folder)
            db.execute("BEGIN")
            filled = fill(db, children, seed, as_of)
            upto = int(db.execute("SELECT coalesce(max(seq), 0) FROM truth.entry").fetchone()[0])
            db.execute("INSERT OR REPLACE INTO meta VALUES ('rulings', ?)", (str(upto),))
            summary = work_out(db, as_of, settings)
            db.execute("COMMIT")
            builder.detach_truth()
            view = builder.finish()
            results = stage_results(office, staging, view, as_of, as_of)
            office.publish([run_act(as_of, settings, upto, results)], view=view, base=builder.beside, time=now)
        except BaseException:
            builder.discard()
            raise
    return filled, summary


def fill(db: Any, children: int, seed: int, as_of: date) -> Filled:
    """Put so many children and their households into the empty tables of a view (schema ``main``)."""
    people = inhabitants(children, seed, as_of)
    _put(db, "person", 17, (_person(one, as_of) for one in people))
    _put(db, "household", 3, ((_household(one), one.number, one.relation) for one in people))
    _put_records(db, people)
    facts = _put_facts(db, people, seed, as_of)
    _put_coverage(db, as_of)
    words = ((one.number, _searched(one.family, one.given)) for one in people)
    db.executemany("INSERT INTO search (rowid, text) VALUES (?, ?)", words)
    return Filled(sum(one.is_child for one in people), len(people), facts)


def _put(db: Any, table: str, columns: int, rows: Iterator[Sequence[object]]) -> None:
    places = ", ".join("?" * columns)
    while some := list(islice(rows, _AT_ONCE)):
        db.executemany(f"INSERT INTO {table} VALUES ({places})", some)


def _person(one: Inhabitant, as_of: date) -> tuple[object, ...]:
    born = one.born.isoformat()
    name, kana = f"{one.family[0]} {one.given[0]}", f"{one.family[1]} {one.given[1]}"
    facility = "第一小学校" if "school_register" in one.extracts else ""
    grade = grade_on(one.born, as_of) if one.is_child else ""
    sex = "M" if one.sex == MALE else "F"
    return (
        one.number, name, jaconv.kata2hira(kana), born, born, sex, last_day_as_child(one.born).isoformat(),
        0, 0, 0, "", _household(one), facility, grade, "", 1, 0,
    )  # fmt: skip


def _household(one: Inhabitant) -> str:
    return f"{one.household:09d}"


def _record(one: Inhabitant, extract: str) -> int:
    return one.number * 4 + ("resident_register", "infant_checkup", "immunisation").index(extract) if extract in (
        "resident_register", "infant_checkup", "immunisation",
    ) else one.number * 4 + 3  # fmt: skip


def _put_records(db: Any, people: Sequence[Inhabitant]) -> None:
    sectors = {key: str(profile.sector) for key, profile in shipped_profiles().items()}
    columns = [row[1] for row in db.execute("PRAGMA main.table_info(record)").fetchall()]
    blank: dict[str, object] = dict.fromkeys(columns, "")
    blank |= {"state": "linked", "present": 1, "row_id": 0, "protected": None, "damaged": 0}
    rows = (
        blank
        | {
            "record_id": _record(one, extract), "extract": extract, "local_id": str(one.number % 10**9),
            "sector": sectors[extract], "person_id": one.number, "name": f"{one.family[0]} {one.given[0]}",
            "birth": one.born.isoformat(), "sex": one.sex, "household": _household(one), "relation": one.relation,
        }
        for one in people
        for extract in one.extracts
    )  # fmt: skip
    _put(db, "record", len(columns), (tuple(row[name] for name in columns) for row in rows))


def _put_facts(db: Any, people: Sequence[Inhabitant], seed: int, as_of: date) -> int:
    """Facts in the order of the table, or filling would take many times as long; how many."""
    rng = random.Random(f"{seed}/facts")
    count = 0

    def rows() -> Iterator[list[object]]:
        nonlocal count
        for one in people:
            for fact in sorted(facts_of(rng, one, as_of), key=lambda fact: fact[1]):
                count += 1
                yield _fact(one, fact, count)

    names = ", ".join(_FACT_COLUMNS)
    places = ", ".join("?" * len(_FACT_COLUMNS))
    source = rows()
    while some := list(islice(source, _AT_ONCE)):
        db.executemany(f"INSERT INTO fact ({names}) VALUES ({places})", some)
    return count


def _fact(one: Inhabitant, fact: Said, number: int) -> list[object]:
    _, start, end, _ = fact
    kind, said = slots(fact)
    row: list[object] = [None] * len(_FACT_COLUMNS)
    row[:7] = (
        one.number, start.isoformat(), number, one.number * 4, kind, end.isoformat() if end else None, 0,
    )  # fmt: skip
    for column, value in said.items():
        row[_PLACES[column]] = value
    return row


def _put_coverage(db: Any, as_of: date) -> None:
    begin = as_of - timedelta(days=_COVERED_YEARS * 365)
    db.executemany(
        "INSERT INTO coverage VALUES (?, ?, ?, ?, ?, ?, 1)",
        [
            (key, str(one.sector), one.rosters[0] if one.rosters else key, begin.isoformat(), *[as_of.isoformat()] * 2)
            for key, one in shipped_profiles().items()
        ],
    )


@cache
def _letters(word: str) -> str:
    return letters(word)


def _searched(family: tuple[str, str], given: tuple[str, str]) -> str:
    return " 〡 ".join(f"{_letters(family[form])} {_letters(given[form])}" for form in (0, 1))
