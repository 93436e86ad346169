"""Contacts and visits: what was tried, who was met, what comes next; with photographs and scans.

One visit to several siblings is one entry for each of them, with the same words. A contact is never
edited; one that was noted wrongly is taken back with a reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from app.domain import ids, pictures
from app.domain.dates import day_of, full_day
from app.domain.decisions import EARLIEST, LATEST
from app.domain.entries import Kind
from app.domain.message import Refused, WrongUse
from app.services.answers.child import ContactLine, PictureLine
from app.services.answers.outcomes import Changes, Outcome
from app.services.casework.since import unseen
from app.services.priority.runs import heed
from app.storage.offices.office import Office
from app.storage.truth import casework
from app.storage.truth.desk import id_bytes, id_text

KINDS = ("phone", "home_visit", "office_visit", "letter", "school_visit", "agency", "mail")
RESULTS = ("met", "guardian_only", "absent", "refused", "not_reached")
NOBODY = ("absent", "not_reached")
"""Results after which one has to try again."""
IN_A_ROW = 3
"""So many in a row that reached nobody ask what now."""
WORDS_LIMIT, SHORT_LIMIT = 10_000, 300


@dataclass(frozen=True)
class Contact:
    """What is to be noted. ``seen``: the child was seen with one's own eyes.

    ``whom`` was spoken with and ``step`` is what comes next, in words; ``pictures`` were laid in by
    ``keep_picture``.
    """

    kind: str
    result: str
    seen: bool
    day: date
    words: str
    next_day: date | None = None
    whom: str = ""
    step: str = ""
    pictures: tuple[PictureLine, ...] = field(default=())


def check(contact: Contact, today: date) -> None:
    """Raise WrongUse for a contact that nobody could understand later."""
    if contact.kind not in KINDS or contact.result not in RESULTS:
        raise WrongUse("contact.unknown_kind", kind=contact.kind, result=contact.result)
    if contact.day > today:
        raise WrongUse("contact.in_the_future", day=contact.day)
    for day in (contact.day, contact.next_day):
        if day is not None and not EARLIEST <= day.year <= LATEST:
            raise WrongUse("decision.day_impossible", day=day)
    if contact.next_day is not None and contact.next_day < contact.day:
        raise WrongUse("decision.next_before_day", day=contact.day, next=contact.next_day)
    if len(contact.words) > WORDS_LIMIT:
        raise WrongUse("contact.too_long", limit=WORDS_LIMIT)
    if max(len(contact.whom), len(contact.step)) > SHORT_LIMIT:
        raise WrongUse("contact.too_long", limit=SHORT_LIMIT)
    if len(contact.pictures) > pictures.COUNT_LIMIT:
        raise WrongUse("picture.too_many", limit=pictures.COUNT_LIMIT)


def note(
    office: Office,
    person_ids: Sequence[int],
    contact: Contact,
    now: datetime,
    *,
    ref: str | None = None,
    seen_seq: int | None = None,
) -> Outcome[tuple[str, ...]]:
    """Note one contact for each of these children; the entries' ids in their order, all or none.

    A ``ref`` given again changes nothing. ``seen_seq`` is the newest entry that was known of the first
    child: Refused when a colleague recorded something later.
    """
    persons = list(dict.fromkeys(person_ids))
    if not persons:
        raise WrongUse("contact.nobody")
    check(contact, now.date())
    for person in persons:
        existing(office, person)
    _kept(office, contact)
    said = [(Kind.CONTACT_NOTED, _said(contact, person, persons, ref)) for person in persons]
    made = office.write_many(said, time=now, derive=unseen(office, {persons[0]: seen_seq}))
    return Outcome(tuple(one.id for one in made), Changes(frozenset({"contact"}), heed(office) | set(persons)))


def note_contact(
    office: Office,
    person_id: int,
    *,
    kind: str,
    result: str,
    seen: bool,
    day: date,
    words: str,
    next_day: date | None,
    now: datetime,
) -> Outcome[str]:
    """Note a contact of one child; its entry's id."""
    done = note(office, [person_id], Contact(kind, result, seen, day, words, next_day), now)
    return Outcome(done.value[0], done.changes)


def withdraw(office: Office, person_id: int, entries: Sequence[str], reason: str, now: datetime) -> Outcome[str]:
    """Take contacts back, with a reason: as if they had not been noted, and both stay in the journal."""
    if not reason.strip():
        raise WrongUse("decision.reason_missing")
    db = office.reader()
    whose = [
        db.execute("SELECT person_id FROM contact WHERE entry = ?", (id_bytes(entry),)).fetchone() for entry in entries
    ]
    if None in whose or not entries:
        raise WrongUse("contact.unknown")
    persons = {row[0] for row in whose} | {person_id}
    made = office.write_many(
        [
            (Kind.CONTACT_WITHDRAWN, {"person": ids.code(row[0]), "entry": entry, "reason": reason.strip()})
            for row, entry in zip(whose, entries, strict=True)
        ],
        time=now,
    )
    return Outcome(made[0].id, Changes(frozenset({"contact"}), heed(office) | persons))


def _said(contact: Contact, person: int, persons: Sequence[int], ref: str | None) -> dict[str, object]:
    return {
        "person": ids.code(person),
        "contact": contact.kind,
        "result": contact.result,
        "seen": contact.seen,
        "day": contact.day.isoformat(),
        "words": contact.words,
        "next": contact.next_day.isoformat() if contact.next_day else None,
        "whom": contact.whom,
        "step": contact.step,
        "with": [ids.code(one) for one in persons if one != person],
        "pictures": [
            {"digest": one.digest, "name": one.name, "kind": one.kind, "size": one.size} for one in contact.pictures
        ],
        "ref": None if ref is None else f"{ref}:{ids.code(person)}",
    }


def existing(office: Office, person_id: int) -> None:
    """WrongUse when there is no such person."""
    found = office.reader().execute("SELECT 1 FROM view.person WHERE person_id = ?", (person_id,))
    if found.fetchone() is None:
        raise WrongUse("child.unknown", child=ids.code(person_id))


# ---------------------------------------------------------------------------- pictures


def keep_picture(office: Office, data: bytes, name: str) -> PictureLine:
    """Lay a photograph or scan into the encrypted database, to be named by a draft or a contact.

    WrongUse for what is no picture or too large. What nothing names goes with the next draft that is
    dropped.
    """
    found = pictures.look(data, name)
    digest = office.aside(lambda connection: casework.keep_picture(connection, data))
    return PictureLine(digest.hex(), _short(name), found.kind, len(data))


def keep_picture_file(office: Office, path: Path) -> PictureLine:
    """Lay a file's bytes in. Refused when it cannot be read; else like ``keep_picture``."""
    try:
        with path.open("rb") as stream:
            data = stream.read(pictures.BYTES_LIMIT + 1)
    except OSError:
        raise Refused("picture.cannot_read", name=path.name) from None
    return keep_picture(office, data, path.name)


def picture(office: Office, digest: str) -> bytes:
    """The bytes of a picture. Refused when they are not there."""
    office.demand("see", "child")
    found = office.reader().execute("SELECT bytes FROM picture WHERE digest = ?", (bytes.fromhex(digest),)).fetchone()
    if found is None:
        raise Refused("picture.gone")
    return bytes(found[0])


def _kept(office: Office, contact: Contact) -> None:
    for one in contact.pictures:
        found = office.reader().execute("SELECT 1 FROM picture WHERE digest = ?", (bytes.fromhex(one.digest),))
        if found.fetchone() is None:
            raise WrongUse("picture.lost", name=one.name)


def _short(name: str) -> str:
    return "".join(letter for letter in name if letter.isprintable())[-120:]


# ---------------------------------------------------------------------------- reading


def contacts_of(db: Any, person_id: int) -> tuple[ContactLine, ...]:
    """The standing contacts of a child, oldest first."""
    shown: dict[bytes, list[PictureLine]] = {}
    for entry, digest, name, kind, size in db.execute(
        "SELECT a.entry, a.digest, a.name, a.kind, a.size FROM attachment AS a JOIN contact AS c ON c.entry = a.entry"
        " WHERE c.person_id = ? ORDER BY a.entry, a.place",
        (person_id,),
    ):
        shown.setdefault(entry, []).append(PictureLine(digest.hex(), name, kind, size))
    rows = db.execute(
        "SELECT c.entry, m.name, c.recorded, c.kind, c.result, c.seen, c.day, c.words, c.next, c.whom, c.step"
        " FROM contact AS c LEFT JOIN member AS m ON m.id = c.author"
        " WHERE c.person_id = ? ORDER BY c.day, c.recorded",
        (person_id,),
    ).fetchall()
    return tuple(
        ContactLine(
            entry=id_text(row[0]),
            author=row[1] or "",
            recorded=datetime.fromisoformat(row[2]),
            kind=row[3],
            result=row[4],
            seen=bool(row[5]),
            day=day_of(row[6]),
            words=row[7],
            next=full_day(row[8] or ""),
            whom=row[9],
            step=row[10],
            pictures=tuple(shown.get(row[0], ())),
        )
        for row in rows
    )


def in_vain(contacts: Sequence[ContactLine]) -> int:
    """How many contacts in a row, up to the last one, reached nobody."""
    number = 0
    for contact in reversed(contacts):
        if contact.result not in NOBODY:
            break
        number += 1
    return number
