"""Protecting: whose whereabouts are not shown, who says so, and how that ends.

Anybody who works with children protects at once, alone. Ending it takes two leads: one asks and is shown every
source that says "protected", the other lifts exactly these. What was not named stays in force.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.domain import ids
from app.domain.dates import full_day
from app.domain.entries import Kind
from app.domain.message import Refused, WrongUse
from app.services.answers.outcomes import Changes, Outcome
from app.services.deriving.rebuilding import catch_up
from app.storage.batches.line_runs import batches_of
from app.storage.offices.office import Office
from app.storage.truth.desk import id_text

CHANGES = frozenset({"protection"})


@dataclass(frozen=True)
class Source:
    """Something that says "protected": a row of an extract, or somebody in the office.

    ``ref`` names it in a lifting. ``person`` and ``name`` are whom it was said of: a household shares it.
    """

    ref: str
    person: int
    name: str
    extract: str = ""
    since: date | None = None
    until: date | None = None
    author: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Lifting:
    """A lead asked that the protection be lifted; another one has to agree. ``complete``: nothing came since."""

    request: str
    author: str
    recorded: datetime
    reason: str
    own: bool
    complete: bool


@dataclass(frozen=True)
class Protection:
    """What stands about a person's protection. ``may_lift``: this member may ask for, or agree to, its end."""

    person: int
    protected: bool
    sources: tuple[Source, ...]
    lifting: Lifting | None
    may_protect: bool
    may_lift: bool


_ROWS = """
    SELECT p.row_id, n.person_id, n.name, r.extract, r.protected_until,
        (SELECT min(b.as_of) FROM batch AS b
         WHERE b.batch_id IN ({batches}) AND b.state = 'published')
    FROM view.record AS r JOIN view.protecting AS p USING (record_id)
    JOIN view.person AS n ON n.person_id = r.person_id
    WHERE r.person_id IN ({persons}) AND p.row_id NOT IN (SELECT row_id FROM lifted_row)
    ORDER BY n.person_id <> {first}, n.birth, 6, p.row_id
"""
_HANDS = """
    SELECT p.entry, n.person_id, n.name, p.recorded, m.name, p.reason FROM protection AS p
    JOIN view.person AS n ON n.person_id = p.person_id LEFT JOIN member AS m ON m.id = p.author
    WHERE p.person_id IN ({persons}) AND p.lifted IS NULL ORDER BY p.recorded, p.entry
"""


def standing(office: Office, person_id: int) -> Protection:
    """Who says that this person is protected, and whether somebody asked to end it. WrongUse for nobody."""
    office.demand("see", "child")
    with office.reading() as db:
        row = db.execute("SELECT protected FROM view.person WHERE person_id = ?", (person_id,)).fetchone()
        if row is None:
            raise WrongUse("child.unknown", child=ids.code(person_id))
        sources = _sources(db, person_id)
        return Protection(
            person_id,
            bool(row[0]),
            sources,
            _lifting(office, db, person_id, sources),
            office.member.may("note"),
            office.member.may("unveil"),
        )


def _sources(db: Any, person_id: int) -> tuple[Source, ...]:
    persons = ", ".join(map(str, sorted({person_id, *_household(db, person_id)})))
    rows = db.execute(_ROWS.format(persons=persons, first=int(person_id), batches=batches_of("p.row_id"))).fetchall()
    found = [
        Source(f"row:{ids.code(row)}", person, name, extract=extract, since=_day(since), until=full_day(until))
        for row, person, name, extract, until, since in rows
    ]
    hands = db.execute(_HANDS.format(persons=persons)).fetchall()
    return tuple(found) + tuple(
        Source(f"entry:{id_text(entry)}", person, name, since=_day(recorded), author=author or "", reason=reason)
        for entry, person, name, recorded, author, reason in hands
    )


def _household(db: Any, person_id: int) -> list[int]:
    rows = db.execute(
        "SELECT theirs.person_id FROM view.household AS mine JOIN view.household AS theirs"
        " ON theirs.household = mine.household WHERE mine.person_id = ?",
        (person_id,),
    ).fetchall()
    return [row[0] for row in rows]


def _day(text: str | None) -> date | None:
    return full_day((text or "")[:10])


def _lifting(office: Office, db: Any, person_id: int, sources: Sequence[Source]) -> Lifting | None:
    row = db.execute(
        "SELECT l.entry, m.name, l.recorded, l.reason, l.author, l.seen FROM lifting AS l"
        " LEFT JOIN member AS m ON m.id = l.author WHERE l.person_id = ? AND l.done IS NULL"
        " ORDER BY l.recorded DESC, l.entry DESC LIMIT 1",
        (person_id,),
    ).fetchone()
    if row is None or not sources:
        return None
    seen = set(json.loads(row[5]))
    return Lifting(
        id_text(row[0]),
        row[1] or "",
        datetime.fromisoformat(row[2]),
        row[3],
        row[4] == office.member.id,
        {one.ref for one in sources} <= seen,
    )


# ---------------------------------------------------------------------------- acts


def protect(office: Office, person_id: int, reason: str, now: datetime) -> Outcome[str]:
    """From now on this person's whereabouts, and the household's, are shown nowhere. One person's act."""
    _check_reason(reason)
    standing(office, person_id)
    entry = office.write(Kind.PROTECTION_SET, {"person": ids.code(person_id), "reason": reason.strip()}, time=now)
    return _done(office, person_id, entry.id)


def ask_lifting(office: Office, person_id: int, reason: str, seen: Sequence[str], now: datetime) -> Outcome[str]:
    """A lead asks that these sources count no more; nothing changes until another lead agrees.

    WrongUse where ``seen`` is not everything that stands.
    """
    _check_reason(reason)
    if set(seen) != {one.ref for one in standing(office, person_id).sources} or not seen:
        raise WrongUse("protection.changed_since")
    said = {"person": ids.code(person_id), "reason": reason.strip(), "seen": sorted(seen)}
    entry = office.write(Kind.PROTECTION_LIFT_ASKED, said, time=now)
    return Outcome(entry.id, Changes(CHANGES, frozenset({person_id})))


def lift(office: Office, person_id: int, request: str, now: datetime) -> Outcome[str]:
    """Another lead agrees. Refused for the one who asked, and where another source spoke up since."""
    asked = standing(office, person_id).lifting
    if asked is None or asked.request != request:
        raise WrongUse("protection.no_request")
    if not asked.complete:
        raise Refused("protection.changed_since")
    entry = office.write(Kind.PROTECTION_LIFTED, {"person": ids.code(person_id), "request": request}, time=now)
    return _done(office, person_id, entry.id)


def _done(office: Office, person_id: int, entry: str) -> Outcome[str]:
    persons = catch_up(office)
    return Outcome(entry, Changes(CHANGES, persons | {person_id}))


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise WrongUse("protection.reason_missing")
