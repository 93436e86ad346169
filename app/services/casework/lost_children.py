"""Children of whom no delivery speaks any more, and about whom people decided or noted something.

The import that knew them was withdrawn. What people recorded stays true and must stay reachable: by the
child's number, with a file that holds what was recorded and says that its source is gone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from app.domain import ids
from app.domain.dates import day_of
from app.storage.offices.office import Office

_RECORDED = """
    SELECT person_id, day, 1 AS decided FROM decision WHERE withdrawn = 0
    UNION ALL SELECT person_id, day, 0 FROM contact
"""


@dataclass(frozen=True)
class LostChild:
    """One of them: number, how many decisions and contacts there are, the day of the last."""

    person_id: int
    code: str
    decisions: int
    contacts: int
    last: date


def lost_children(office: Office) -> tuple[LostChild, ...]:
    """All of them, the last recorded first."""
    office.demand("see", "child")
    rows = office.reader().execute(
        f"SELECT person_id, sum(decided), sum(NOT decided), max(day) FROM ({_RECORDED}) AS r"
        " WHERE NOT EXISTS (SELECT 1 FROM view.person AS p WHERE p.person_id = r.person_id)"
        " GROUP BY person_id ORDER BY max(day) DESC, person_id"
    )
    return tuple(LostChild(row[0], ids.code(row[0]), row[1], row[2], day_of(row[3])) for row in rows.fetchall())


def lost_person(db: Any, person_id: int) -> dict[str, Any] | None:
    """What is left to say who a lost child is, as a row of ``view.person``; None where nobody recorded anything."""
    if db.execute(f"SELECT 1 FROM ({_RECORDED}) WHERE person_id = ? LIMIT 1", (person_id,)).fetchone() is None:
        return None
    texts = dict.fromkeys(("kana", "sex", "facility", "school_class", "birth", "protected_until"), "")
    marks = dict.fromkeys(("protected", "dead", "moved_out", "uncertain"), 0)
    return {"person_id": person_id, "name": ids.code(person_id), **texts, **marks}
