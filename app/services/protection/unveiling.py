"""Unveiling: what is hidden of one child is shown to one member, for a reason, until a time.

A lead opens whereabouts; a worker asks a lead, who grants or refuses. A sector that is closed to a role is
opened by whoever needs it (break-glass). Every step is an entry; when the time is over nothing has to be
done: what is asked after it is answered as before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.domain import entries, ids
from app.domain.entries import Kind
from app.domain.message import Refused, WrongUse
from app.domain.whereabouts import FIELDS, OPENING
from app.services.answers.outcomes import Changes, Outcome
from app.services.deriving.profiles_in_force import profiles_of_view
from app.services.deriving.rows import RowBook
from app.storage.batches.sealed_rows import granted_keys, keys_granted
from app.storage.offices.office import Office
from app.storage.truth import protections
from app.storage.truth.desk import id_text

CHANGES = frozenset({"opening"})


@dataclass(frozen=True)
class Opening:
    """Who may see ``what`` (whereabouts, or a sector) of a child until when."""

    entry: str
    what: str
    until: datetime
    reason: str


@dataclass(frozen=True)
class Wish:
    """A worker asks to see where a child is. ``state``: ``waiting``, ``granted`` or ``refused``."""

    request: str
    person: int
    name: str
    author: str
    recorded: datetime
    reason: str
    state: str
    words: str


@dataclass(frozen=True)
class Standing:
    """What a member may see of a child beyond the usual, and how to get there.

    ``may_open``: alone, with a reason; else a lead is asked. ``wish``: the member's own last one.
    ``wishes``: what waits for a lead.
    """

    person: int
    protected: bool
    may_open: bool
    minutes: int
    opening: Opening | None
    sectors: tuple[Opening, ...]
    wish: Wish | None
    wishes: tuple[Wish, ...]


@dataclass(frozen=True)
class Place:
    """Where one source says that a person is. Texts as they came; ``name`` only where the surname is hidden."""

    extract: str
    postal: str
    address: str
    phone: str
    facility: str
    school_class: str
    name: str = ""


def standing(office: Office, person_id: int, now: datetime) -> Standing:
    """What is open to this member now, and what was asked. WrongUse for nobody."""
    office.demand("see", "child")
    with office.reading() as db:
        row = db.execute("SELECT protected FROM view.person WHERE person_id = ?", (person_id,)).fetchone()
        if row is None:
            raise WrongUse("child.unknown", child=ids.code(person_id))
        mine = openings(office, db, person_id, now)
        lead = office.member.may("unveil")
        own = _wishes(db, "w.person_id = ? AND w.author = ?", (person_id, office.member.id))
        return Standing(
            person_id,
            bool(row[0]),
            lead,
            protections.minutes(db),
            next((one for one in mine if one.what == OPENING), None),
            tuple(one for one in mine if one.what != OPENING),
            own[0] if own else None,
            _wishes(db, "w.person_id = ? AND w.answer IS NULL", (person_id,)) if lead else (),
        )


def openings(office: Office, db: Any, person_id: int, now: datetime) -> tuple[Opening, ...]:
    """What is open of this child to this member at this moment, the longest first."""
    moment = entries.moment(now)
    rows = db.execute(
        "SELECT entry, what, until, reason FROM opening WHERE member = ? AND person_id = ? AND closed IS NULL"
        " AND begun <= ? AND until > ? ORDER BY until DESC, entry",
        (office.member.id, person_id, moment, moment),
    ).fetchall()
    return tuple(Opening(id_text(row[0]), row[1], datetime.fromisoformat(row[2]), row[3]) for row in rows)


def waiting(office: Office) -> tuple[Wish, ...]:
    """Every wish that waits for a lead, oldest first; a worker's own otherwise."""
    db = office.reader()
    if office.member.may("unveil"):
        return _wishes(db, "w.answer IS NULL", ())[::-1]
    return _wishes(db, "w.answer IS NULL AND w.author = ?", (office.member.id,))[::-1]


def _wishes(db: Any, where: str, values: tuple[object, ...]) -> tuple[Wish, ...]:
    rows = db.execute(
        "SELECT w.entry, w.person_id, coalesce(n.name, ''), coalesce(m.name, ''), w.recorded, w.reason, w.granted,"
        " w.words FROM opening_wish AS w LEFT JOIN member AS m ON m.id = w.author"
        f" LEFT JOIN view.person AS n ON n.person_id = w.person_id WHERE {where}"
        " ORDER BY w.recorded DESC, w.entry DESC",
        values,
    ).fetchall()
    state = {None: "waiting", 0: "refused", 1: "granted"}
    return tuple(
        Wish(id_text(row[0]), row[1], row[2], row[3], datetime.fromisoformat(row[4]), row[5], state[row[6]], row[7])
        for row in rows
    )


# ---------------------------------------------------------------------------- acts


def open_for_me(office: Office, person_id: int, what: str, reason: str, now: datetime) -> Outcome[str]:
    """Open whereabouts (a lead) or a closed sector (whoever needs it) to oneself, for as long as policy says."""
    _check_reason(reason)
    standing(office, person_id, now)
    return _open(office, person_id, office.member.id, what, reason, now, {})


def ask(office: Office, person_id: int, reason: str, now: datetime) -> Outcome[str]:
    """Ask a lead to see where a child is."""
    _check_reason(reason)
    stands = standing(office, person_id, now)
    if stands.wish is not None and stands.wish.state == "waiting":
        raise WrongUse("opening.asked_already")
    entry = office.write(Kind.OPENING_ASKED, {"person": ids.code(person_id), "reason": reason.strip()}, time=now)
    return Outcome(entry.id, Changes(CHANGES, frozenset({person_id})))


def grant(office: Office, request: str, now: datetime) -> Outcome[str]:
    """A lead grants what was asked; the time begins now."""
    person, member, reason = _wish(office, request)
    with office.reading() as db:
        records = [row[0] for row in db.execute("SELECT record_id FROM view.record WHERE person_id = ?", (person,))]
        given = granted_keys(db, office.id, office.held.keys, records, member)
    return _open(office, person, member, OPENING, reason, now, {"request": request, "keys": given})


def refuse(office: Office, request: str, reason: str, now: datetime) -> Outcome[str]:
    """A lead says no, and why."""
    _check_reason(reason)
    person, _, _ = _wish(office, request)
    said = {"person": ids.code(person), "request": request, "reason": reason.strip()}
    entry = office.write(Kind.OPENING_REFUSED, said, time=now)
    return Outcome(entry.id, Changes(CHANGES, frozenset({person})))


def close(office: Office, person_id: int, opening: str, now: datetime) -> Outcome[str]:
    """Close it before its time."""
    said = {"person": ids.code(person_id), "opening": opening}
    entry = office.write(Kind.OPENING_CLOSED, said, time=now)
    return Outcome(entry.id, Changes(CHANGES, frozenset({person_id})))


def minutes(office: Office) -> int:
    """For how many minutes an opening lasts."""
    return protections.minutes(office.reader())


def set_minutes(office: Office, lasts: int, now: datetime) -> Outcome[str]:
    """Lay down for how long an opening lasts. Refused but for administrators; WrongUse beyond the limits."""
    if not protections.LEAST <= lasts <= protections.MOST:
        raise WrongUse("opening.range", least=protections.LEAST, most=protections.MOST)
    entry = office.write(Kind.SETTING_CHANGED, {"key": protections.POLICY, "value": lasts}, time=now)
    return Outcome(entry.id, Changes(frozenset({"setting"})))


def _open(
    office: Office, person: int, member: str, what: str, reason: str, now: datetime, more: dict[str, object]
) -> Outcome[str]:
    until = now + timedelta(minutes=protections.minutes(office.reader()))
    said = {
        "person": ids.code(person), "member": member, "what": what, "reason": reason.strip(),
        "until": entries.moment(until), **more,
    }  # fmt: skip
    entry = office.write(Kind.OPENING_MADE, said, time=now)
    return Outcome(entry.id, Changes(CHANGES, frozenset({person})))


def _wish(office: Office, request: str) -> tuple[int, str, str]:
    entry = office.entry(request)
    if entry is None or entry.kind is not Kind.OPENING_ASKED:
        raise WrongUse("opening.no_wish")
    return ids.number(str(entry.payload["person"])), entry.author, str(entry.payload["reason"])


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise WrongUse("protection.reason_missing")


# ---------------------------------------------------------------------------- seeing


_RECORDS = """
    SELECT r.extract, o.header_id, o.cells, s.renamed FROM view.record AS r JOIN row AS o ON o.row_id = r.row_id
    JOIN view.shielded AS s ON s.record_id = r.record_id WHERE r.person_id = ?
    ORDER BY r.present DESC, r.extract, r.record_id
"""


def whereabouts(office: Office, person_id: int, now: datetime) -> tuple[Place, ...]:
    """Where the sources say that a protected person is. Refused unless it is open to this member now.

    That it was looked at stands in the access log before this returns.
    """
    with office.reading() as db:
        opened = [one.entry for one in openings(office, db, person_id, now) if one.what == OPENING]
    if not opened:
        raise Refused("opening.not_open")
    office.log_view(person_id, "whereabouts", time=now)
    entry = office.entry(opened[0])
    with office.view_writer() as db:
        if office.held.keys.compartment is None and entry is not None:
            db.key_of = keys_granted(entry.payload, office.id, office.held.bundle)
        book = RowBook(db, profiles_of_view(db))
        rows = db.execute(_RECORDS.replace("view.", "main.").replace("JOIN row", "JOIN truth.row"), (person_id,))
        found = [_place(book, *row) for row in rows.fetchall()]
    return tuple(dict.fromkeys(one for one in found if one is not None))


def _place(book: RowBook, extract: str, header: int, cells: bytes, renamed: int) -> Place | None:
    block = book.identity(extract, header, cells).block
    if block is None:
        return None
    said = {name: str(getattr(block, name)) for name in FIELDS} | {"name": block.name if renamed else ""}
    return Place(extract, **said) if any(said.values()) else None
