"""What stands beside a pair in question: the two households, and whom else the records resemble. Only reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.services.links.comparing import said_alike
from app.services.links.link_answers import Candidate, KinLine

MOST_CANDIDATES = 5

_KIN = """
    SELECT DISTINCT n.person_id, n.name, n.kana, theirs.relation, n.birth
    FROM {schema}.household AS mine JOIN {schema}.household AS theirs ON theirs.household = mine.household
    JOIN {schema}.person AS n ON n.person_id = theirs.person_id AND n.dead = 0
    WHERE mine.person_id = ? AND theirs.person_id <> ? ORDER BY n.birth, n.person_id
"""


def kin(db: Any, person: int, other: int) -> tuple[KinLine, ...]:
    mine = [row for row in _household(db, "view", person) if row[0] != other]
    theirs = {row[0]: row for row in _household(db, "view", other)}
    asked = {frozenset(one) for one in _open_between(db, "view", "person_a, person_b", mine, theirs)}
    return tuple(KinLine(row[0], row[1], row[3], row[4], _match(row, theirs, asked)) for row in mine)


def _household(db: Any, schema: str, person: int) -> list[Sequence[Any]]:
    return list(db.execute(_KIN.format(schema=schema), (person, person)).fetchall())


def _match(row: Sequence[Any], theirs: Mapping[int, Sequence[Any]], asked: set[frozenset[int]]) -> str:
    if any(frozenset((row[0], one)) in asked for one in theirs):
        return "open"  # also where this person is in both: then another one is who may be the same
    if row[0] in theirs:
        return "same"
    return "alike" if any(row[2] and said_alike(row[2], one[2]) for one in theirs.values()) else ""


def open_siblings(db: Any, person: int, other: int, schema: str = "view") -> tuple[tuple[int, int], ...]:
    """Pairs of records in question between the two households, beside the two persons themselves."""
    mine = [row for row in _household(db, schema, person) if row[0] != other]
    theirs = [row[0] for row in _household(db, schema, other) if row[0] != person]
    found = _open_between(db, schema, "a, b", mine, theirs)
    return tuple((a, b) for a, b in found)


def _open_between(
    db: Any, schema: str, what: str, mine: Iterable[Sequence[Any]], theirs: Iterable[int]
) -> list[Sequence[int]]:
    left, right = ", ".join(str(row[0]) for row in mine), ", ".join(map(str, theirs))
    return list(
        db.execute(
            f"SELECT {what} FROM {schema}.review WHERE person_a IN ({left}) AND person_b IN ({right})"
            f" OR person_b IN ({left}) AND person_a IN ({right}) ORDER BY a, b"
        ).fetchall()
    )


def others(db: Any, persons: tuple[int, int], records: tuple[int, int]) -> tuple[Candidate, ...]:
    """Other persons whom one of the two records resembles."""
    rows = db.execute(
        "SELECT DISTINCT n.person_id, n.name, n.birth, mine.record_id, e.state FROM edge AS e"
        " JOIN view.record AS mine ON mine.record_id IN (e.a, e.b) AND mine.record_id IN (?1, ?2)"
        " JOIN view.record AS o ON o.record_id IN (e.a, e.b) AND o.record_id <> mine.record_id"
        " JOIN view.person AS n ON n.person_id = o.person_id"
        " WHERE (e.a IN (?1, ?2) OR e.b IN (?1, ?2)) AND n.person_id NOT IN (?3, ?4)"
        " AND e.run_id = (SELECT max(run_id) FROM edge AS x JOIN link_run AS l USING (run_id)"
        "  WHERE x.a = e.a AND x.b = e.b AND l.entry IS NOT NULL) AND e.state <> 'withdrawn'"
        " ORDER BY e.weight DESC, n.person_id",
        (*records, *persons),
    ).fetchall()
    parted = {
        frozenset(row) for row in db.execute("SELECT a, b FROM ruling WHERE withdrawn = 0 AND same = 0").fetchall()
    }
    found: dict[tuple[int, str], Candidate] = {}
    for person, name, birth, record, _ in rows:
        side = "a" if record == records[0] else "b"
        settled = any(record in one for one in parted)
        found.setdefault((person, side), Candidate(person, name, birth, side, settled))
    return tuple(found.values())[:MOST_CANDIDATES]
