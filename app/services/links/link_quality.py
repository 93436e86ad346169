"""How the links stand: counts, and records that share a number but no name. Only reads, and quickly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from app.domain.ages import grade_index
from app.domain.dates import day_of, full_day
from app.linkage.model import shipped_model
from app.services.deriving.models import model_in_force
from app.services.deriving.persons import TRUST
from app.services.links.comparing import said_alike
from app.services.links.quality_answers import Figures, SharedNumber, Tally
from app.storage.offices.office import Office

AGES = ("infant", "nursery", "primary", "secondary", "upper", "adult", "unknown")
_LAST_GRADES = (2, 5, 11, 14, 17)
SINCE = ("month", "quarter", "year", "longer")
_LAST_DAYS = (31, 92, 366)
_SHOWN = 200


def figures(office: Office, today: date) -> Figures:
    """Counts by source, age of the person and time since the record first came; numbers in conflict."""
    with office.reading() as db:
        numbers = _shared_numbers(db)
        model = model_in_force(db, "main").id
        return Figures(
            model=model,
            own_model=model != shipped_model().id,
            tallies=_tallies(db, today),
            numbers=tuple(numbers[:_SHOWN]),
            numbers_more=max(0, len(numbers) - _SHOWN),
        )


_COUNTED = """
    SELECT r.extract, r.birth, f.day, r.state, count(*) FROM view.record AS r LEFT JOIN (
        SELECT w.record_id, min(b.as_of) AS day FROM batch_row AS w JOIN batch AS b USING (batch_id)
        WHERE b.state = 'published' AND w.outcome = 0 GROUP BY w.record_id) AS f USING (record_id)
    GROUP BY r.extract, r.birth, f.day, r.state
"""


def _tallies(db: Any, today: date) -> dict[str, tuple[Tally, ...]]:
    counts: dict[str, dict[str, dict[str, int]]] = {"source": {}, "age": {}, "since": {}}
    for extract, birth, first, state, number in db.execute(_COUNTED).fetchall():
        for kind, group in (("source", extract), ("age", _age(birth, today)), ("since", _since(first, today))):
            by_state = counts[kind].setdefault(group, {})
            by_state[state] = by_state.get(state, 0) + number
    orders: Mapping[str, Sequence[str]] = {"source": TRUST, "age": AGES, "since": SINCE}
    return {
        kind: tuple(
            Tally(group, *(counts[kind][group].get(state, 0) for state in ("linked", "alone", "review")))
            for group in [*(one for one in order if one in counts[kind]), *sorted(counts[kind].keys() - set(order))]
        )
        for kind, order in orders.items()
    }


def _age(birth: str, today: date) -> str:
    day = full_day(birth)
    if day is None:
        return "unknown"
    grade = grade_index(day, today)
    return next((name for last, name in zip(_LAST_GRADES, AGES, strict=False) if grade <= last), "adult")


def _since(first: str | None, today: date) -> str:
    days = (today - day_of(first)).days if first else 0
    return next((name for last, name in zip(_LAST_DAYS, SINCE, strict=False) if days <= last), SINCE[-1])


# ---------------------------------------------------------------- one number, two names


def _shared_numbers(db: Any) -> list[SharedNumber]:
    """One line for each record whose name does not agree with the most trusted one of its number."""
    holders: dict[str, list[Sequence[Any]]] = {}
    for row in db.execute(
        "SELECT register_number, record_id, extract, name, kana, person_id FROM view.record"
        " WHERE register_number IN (SELECT register_number FROM view.record WHERE register_number <> ''"
        "  GROUP BY register_number HAVING count(DISTINCT name) > 1)"
    ).fetchall():
        holders.setdefault(row[0], []).append(row)
    ruled = {frozenset(pair) for pair in db.execute("SELECT a, b FROM ruling WHERE withdrawn = 0").fetchall()}
    found = []
    for number, rows in sorted(holders.items()):
        first, *rest = sorted(rows, key=lambda row: (TRUST.index(row[2]) if row[2] in TRUST else len(TRUST), row[1]))
        for row in rest:
            if not _given_alike(first, row) and frozenset((first[1], row[1])) not in ruled:
                found.append(
                    SharedNumber(first[1], row[1], number, first[3], row[3], first[2], row[2], first[5] == row[5])
                )
    return sorted(found, key=lambda one: (not one.together, one.number, one.b))


def _given_alike(one: Sequence[Any], other: Sequence[Any]) -> bool:
    """Whether name or reading agrees, at least in its last word: families are renamed."""
    for at in (3, 4):
        left, right = one[at], other[at]
        if not left or not right:
            continue
        if said_alike(left, right) or said_alike(_last(left), _last(right)):
            return True
        if said_alike(" ".join(reversed(left.split())), right):  # names from abroad, in either order
            return True
        if any(_ends_alike(whole, part) for whole, part in ((left, right), (right, left)) if len(part.split()) > 1):
            return True
    return False


def _last(name: str) -> str:
    return (name.split() or [""])[-1]


def _ends_alike(whole: str, part: str) -> bool:
    """Whether a name that was perhaps not separated ends with the other's given name."""
    return said_alike(whole[-len(_last(part)) :], _last(part))
