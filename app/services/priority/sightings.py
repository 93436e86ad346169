"""Sightings: what the office saw and decided itself, as the criteria read it, and laid into the view.

A visit that saw the child answers what no department could tell. Contacts and decisions are truth;
a run takes what stands of them, and an act noted later works out this child's priority again. How
rare a sign is does not depend on them, so that a rebuild comes to the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from app.domain.criteria import Criterion
from app.domain.priority import Look

NOTHING_NEEDED = ("none", "out_of_scope")
"""The decisions after which a sign is no longer urgent; any later decision takes their place."""


def looks_of(db: Any, schema: str, until: date | None = None) -> list[Look]:
    """The last sighting of each child, and the decision in force that nothing is needed.

    ``schema`` holds the truth. ``until`` leaves out what came later: for the priorities of another day.
    """
    last = until.isoformat() if until else "9999"
    seen = db.execute(
        f"SELECT person_id, max(day) FROM {schema}.contact WHERE seen = 1 AND day <= ? GROUP BY person_id", (last,)
    ).fetchall()
    decided = db.execute(
        "SELECT person_id, day FROM (SELECT person_id, day, kind, row_number() OVER"
        f" (PARTITION BY person_id ORDER BY recorded DESC, entry DESC) AS place FROM {schema}.decision"
        " WHERE withdrawn = 0 AND day <= ?) WHERE place = 1 AND kind IN (?, ?)",
        (last, *NOTHING_NEEDED),
    ).fetchall()
    return [Look(person, day, True) for person, day in seen] + [Look(person, day, False) for person, day in decided]


def unsettled(db: Any, criteria: Sequence[Criterion], as_of: date) -> list[int]:
    """The children whose findings in ``main`` do not agree with what the office (``truth``) did."""
    asked = [criterion for criterion in criteria if criterion.seen_within]
    if not asked:
        return []
    keys = ", ".join(f"'{criterion.key}'" for criterion in asked)
    rules = {criterion.key: criterion for criterion in asked}
    found = db.execute(
        "SELECT f.person_id, f.criterion, f.answer, f.urgent FROM (SELECT person_id FROM truth.contact WHERE seen = 1"
        " UNION SELECT person_id FROM truth.decision) AS a CROSS JOIN main.finding AS f ON f.person_id = a.person_id"
        f" AND f.criterion IN ({keys})"
    ).fetchall()
    if not found:
        return []
    looks = {(look.person_id, look.own_eyes): look.day for look in looks_of(db, "truth")}
    return sorted({row[0] for row in found if not _agrees(row, rules[row[1]], looks, as_of)})


def _agrees(row: Sequence[Any], criterion: Criterion, looks: Mapping[tuple[int, bool], str], as_of: date) -> bool:
    person, _, answer, urgent = row
    since = (as_of - timedelta(days=criterion.seen_within)).isoformat()
    if looks.get((person, True), "") >= since:
        return False
    calm = looks.get((person, False), "") >= since
    return answer != "holds" or bool(urgent) == (criterion.urgent and not calm)
