"""Before a contact with a protected household: against whom it may be protected.

Nothing that arrives says so. What can be told is who stood in the same household, or as the guardian, and is
not of the protected household now: a question to the worker, never an accusation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.linkage import normal
from app.linkage.model import shipped_variants
from app.storage.offices.office import Office


@dataclass(frozen=True)
class Outsider:
    """Somebody who belonged to the household and does not now. ``why``: ``lived_with`` or ``guardian``;
    ``person`` is 0 where only a name is known."""

    person: int
    name: str
    relation: str
    why: str


_EARLIER = """
    WITH inside AS (
        SELECT ?1 AS person_id
        UNION SELECT theirs.person_id FROM view.household AS mine
        JOIN view.household AS theirs ON theirs.household = mine.household
        JOIN view.person AS n ON n.person_id = theirs.person_id AND n.protected = 1
        WHERE mine.person_id = ?1),
    homes AS (
        SELECT DISTINCT s.household FROM view.spelling AS s JOIN view.record AS r USING (record_id)
        WHERE r.person_id IN (SELECT person_id FROM inside) AND s.household <> '')
    SELECT DISTINCT n.person_id, n.name, s.relation FROM homes
    JOIN view.spelling AS s ON s.household = homes.household JOIN view.record AS r USING (record_id)
    JOIN view.person AS n ON n.person_id = r.person_id
    WHERE n.person_id NOT IN (SELECT person_id FROM inside) AND n.dead = 0 AND n.last_child_day < ?2
    ORDER BY n.birth, n.person_id
"""
_GUARDIANS = """
    SELECT DISTINCT s.guardian FROM view.spelling AS s JOIN view.record AS r USING (record_id)
    WHERE r.person_id = ? AND s.guardian <> '' ORDER BY s.record_id, s.row_id
"""
_INSIDE = """
    SELECT DISTINCT s.name FROM view.household AS mine JOIN view.household AS theirs
    ON theirs.household = mine.household JOIN view.record AS r ON r.person_id = theirs.person_id
    JOIN view.spelling AS s USING (record_id) WHERE mine.person_id = ?
"""


def outsiders(office: Office, person_id: int, today: str) -> tuple[Outsider, ...]:
    """Who may be the one that a protected child's household is protected against; () for others.

    ``today``: an ISO day, to tell adults.
    """
    office.demand("see", "child")
    with office.reading() as db:
        row = db.execute("SELECT protected FROM view.person WHERE person_id = ?", (person_id,)).fetchone()
        if row is None or not row[0]:
            return ()
        lived = [Outsider(one[0], one[1], one[2], "lived_with") for one in db.execute(_EARLIER, (person_id, today))]
        return tuple(lived) + _guardians(db, person_id, [one.name for one in lived])


def _guardians(db: Any, person_id: int, known: Sequence[str]) -> tuple[Outsider, ...]:
    """Guardians whom a source names and whom the household does not have."""
    said = {_form(row[0]): row[0] for row in db.execute(_GUARDIANS, (person_id,)).fetchall()}
    inside = {_form(row[0]) for row in db.execute(_INSIDE, (person_id,)).fetchall()} | {_form(one) for one in known}
    return tuple(Outsider(0, name, "", "guardian") for form, name in said.items() if form not in inside)


def _form(name: str) -> str:
    return str(normal.name(name, shipped_variants()).full)
