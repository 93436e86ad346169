"""Persons and households, put together from the records that are linked.

Which record's words are shown is a fixed order of trust (the register first), sound names before
damaged ones. Whoever any record says is protected, is.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import jaconv

from app.domain.ages import last_day_as_child
from app.domain.dates import full_day, possible_days

TRUST = (
    "resident_register",
    "school_register",
    "childcare",
    "infant_checkup",
    "immunisation",
    "child_allowance",
    "public_assistance",
    "consultation",
    "pregnancy",
)
_LEFT = ("転出", "職権消除")
_DEAD = "死亡"


class _Record(NamedTuple):
    person_id: int
    extract: str
    present: int
    name: str
    kana: str
    birth: str
    sex: str
    household: str
    relation: str
    facility: str
    grade: str
    school_class: str
    protected: int | None
    protected_until: str
    damaged: int


_RECORDS = f"SELECT {', '.join(_Record._fields)} FROM record {{which}} ORDER BY person_id, record_id"


def derive_persons(db: Any, touched: bool) -> None:
    """Write ``person`` and ``household`` for the persons in ``temp.persons``, or for all."""
    which = "WHERE person_id IN (SELECT id FROM temp.persons)" if touched else ""
    db.execute(f"DELETE FROM person {which}")
    db.execute(f"DELETE FROM household {which}")
    last_change = _last_changes(db, which)
    cursor = db.execute(_RECORDS.format(which=which))
    people = groupby(_fetch(cursor), key=lambda record: record.person_id)
    persons: list[tuple[object, ...]] = []
    members: list[tuple[str, int, str]] = []
    for person_id, group in people:
        records = sorted(group, key=_trust)
        persons.append(_person(person_id, records, last_change.get(person_id)))
        members.extend(_memberships(person_id, records))
    db.executemany(f"INSERT INTO person VALUES ({', '.join('?' * 17)})", persons)
    db.executemany("INSERT OR IGNORE INTO household VALUES (?, ?, ?)", members)


def count_doubts(db: Any) -> None:
    """How many open reviews touch each person."""
    db.execute("UPDATE person SET uncertain = 0 WHERE uncertain <> 0")
    db.execute(
        "UPDATE person SET uncertain = (SELECT count(*) FROM review"
        " WHERE person_a = person.person_id OR person_b = person.person_id)"
        " WHERE person_id IN (SELECT person_a FROM review UNION SELECT person_b FROM review)"
    )


def _fetch(cursor: Any) -> Iterator[_Record]:
    while rows := cursor.fetchmany(5000):
        yield from (_Record(*row) for row in rows)


def _trust(record: _Record) -> tuple[int, int, int]:
    return (0 if record.present else 1, record.damaged, trust(record.extract))


def trust(extract: str) -> int:
    """The place of an extract's words before those of others; an office's own kinds come last."""
    return TRUST.index(extract) if extract in TRUST else len(TRUST)


def _last_changes(db: Any, which: str) -> dict[int, str]:
    """The reason of each person's newest entry in the register."""
    extra = which.replace("WHERE", "AND")
    rows = db.execute(
        "SELECT person_id, w1 FROM fact WHERE kind = 'residence_change' AND w1 IS NOT NULL"
        f" {extra} ORDER BY person_id, start, fact_id"
    ).fetchall()
    return dict(rows)


def _person(person_id: int, records: Sequence[_Record], last_change: str | None) -> tuple[object, ...]:
    birth = _first(records, "birth", lambda text: full_day(text) is not None)
    days = possible_days(birth)
    return (
        person_id,
        " ".join(records[0].name.split()),
        _kana(records),
        birth,
        days[0].isoformat() if days else None,
        _first(records, "sex"),
        last_day_as_child(days[1]).isoformat() if days else None,
        int(last_change == _DEAD),
        int(last_change in _LEFT),
        int(any(record.protected for record in records)),
        max(record.protected_until for record in records),
        _first(records, "household"),
        _first(records, "facility"),
        _first(records, "grade"),
        _first(records, "school_class"),
        int(any(record.extract == "resident_register" for record in records)),
        0,
    )


def _kana(records: Sequence[_Record]) -> str:
    """The reading that came with the shown name, or the first other one, in hiragana."""
    return reading(records[0].kana or _first(records, "kana"))


def reading(kana: str) -> str:
    """A reading as it is shown: in hiragana, its parts one blank apart."""
    return str(jaconv.kata2hira(" ".join(unicodedata.normalize("NFKC", kana).split())))


def _first(records: Sequence[_Record], field: str, sound: Callable[[str], bool] = bool) -> str:
    values = [getattr(record, field) for record in records]
    return next((value for value in values if sound(value)), next((v for v in values if v), ""))


def _memberships(person_id: int, records: Sequence[_Record]) -> Iterator[tuple[str, int, str]]:
    for record in records:
        if record.household and record.present:
            yield (record.household, person_id, record.relation)
