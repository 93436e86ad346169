"""Hearing a family: what somebody said about a data item, laid into the view for this person alone.

Also what follows when records move between persons of whom one has said something. Nothing is linked
here; who is who stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from typing import Any

from app.domain.extracts.profile import Profile
from app.services.deriving.facts import derive_facts_again
from app.services.deriving.persons import count_doubts, derive_persons
from app.services.deriving.rows import RowBook
from app.services.deriving.withheld import concerned_since, lay_withheld, unheard
from app.storage.digests import Digester

_MOVING = "pregnancy"
"""The kind of fact that hangs on another record than its own row's, when that one is known."""


def hear(db: Any, profiles: dict[str, Profile], digester: Digester, moved: Set[int]) -> frozenset[int]:
    """Lay into the view what families said since, and what follows for persons whose records ``moved``;
    the persons whose facts are other ones now. The caller works their priorities out again."""
    persons = concerned_since(db, moved)
    if persons or unheard(db):
        lay_withheld(db, profiles)
    if persons:
        _derive_again(db, profiles, digester, persons)
    return frozenset(persons)


def _derive_again(db: Any, profiles: dict[str, Profile], digester: Digester, persons: Set[int]) -> None:
    _name(db, "persons", persons)
    _name(db, "heard", _records(db, profiles, digester))
    moving = sorted(key for key, profile in profiles.items() if any(rule.kind == _MOVING for rule in profile.facts))
    db.execute("DELETE FROM fact WHERE person_id IN (SELECT id FROM temp.persons)")
    db.execute("DELETE FROM fact WHERE kind = ?", (_MOVING,))
    which = f"WHERE s.record_id IN (SELECT id FROM temp.heard) OR s.extract IN ({', '.join('?' * len(moving))})"
    derive_facts_again(db, profiles, digester, RowBook(db, profiles), which, moving)
    derive_persons(db, True)
    count_doubts(db)


def _records(db: Any, profiles: Mapping[str, Profile], digester: Digester) -> set[int]:
    """The records on which the rows of these persons stand, also those that only a second roster knows."""
    own = db.execute(
        "SELECT record_id, extract, local_id FROM record WHERE person_id IN (SELECT id FROM temp.persons)"
    ).fetchall()
    found = {row[0] for row in own}
    others = {
        digester.record(profile.rosters[0], local_id)
        for _, extract, local_id in own
        for profile in profiles.values()
        if extract in profile.rosters[1:]
    }
    marks = ", ".join(map(str, others - found))
    known = {row[0] for row in db.execute(f"SELECT record_id FROM record WHERE record_id IN ({marks})").fetchall()}
    return found | (others - known)


def _name(db: Any, table: str, ids: Iterable[int]) -> None:
    db.execute(f"CREATE TEMP TABLE IF NOT EXISTS {table} (id INTEGER PRIMARY KEY)")
    db.execute(f"DELETE FROM temp.{table}")
    db.executemany(f"INSERT INTO temp.{table} VALUES (?)", ((one,) for one in sorted(ids)))
