"""Drafts: what somebody is writing about a child and has not recorded. Kept on this PC, sealed, no entry.

A draft belongs to one member, one child and one form. It outlives a crash, a lock and a restart; it goes
when it is recorded or thrown away on purpose. What it holds is the form's own business: JSON. A child who is
one with another since is found by the records: what was written about either is there, and goes nowhere when
they are parted again. A notice that is being taken down is about nobody yet (``NOBODY``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain import entries
from app.domain.message import WrongUse
from app.storage.database import Connection
from app.storage.offices.office import Office
from app.storage.truth import casework

FORMS = ("decision", "contact", "plan", "intake")
NOBODY = 0
_WRITTEN = ("reason", "took_part", "words", "step", "strengths", "needs", "wishes")
"""What somebody wrote in their own words: of two drafts about one child both stand."""
LIMIT = 1_000_000
"""Characters of one draft."""


@dataclass(frozen=True)
class Draft:
    """What was being written in a form, and when it was kept last."""

    person_id: int
    form: str
    saved: datetime
    content: Mapping[str, Any]


@dataclass(frozen=True)
class DraftLine:
    """A draft that waits, with the child's name."""

    person_id: int
    form: str
    saved: datetime
    name: str


def keep(office: Office, person_id: int, form: str, content: Mapping[str, Any], now: datetime) -> datetime:
    """Keep a draft in the place of the one before; when. WrongUse for one beyond all measure."""
    text = json.dumps(content, ensure_ascii=False)
    if form not in FORMS or len(text) > LIMIT:
        raise WrongUse("draft.too_long")
    me, saved = office.member.id, entries.moment(now)
    office.aside(lambda connection: casework.keep_draft(connection, me, person_id, form, saved, text))
    return now


def drop(office: Office, person_id: int, form: str) -> None:
    """Forget a draft: it was recorded, or is thrown away on purpose."""
    me, known_as = office.member.id, _known_as(office, person_id)

    def drop_all(connection: Connection) -> None:
        for one in known_as:
            casework.drop_draft(connection, me, one, form)

    office.aside(drop_all)


def drafts_of(office: Office, person_id: int) -> dict[str, Draft]:
    """One's own drafts about a child by form. One that was recorded just before a crash is none any more."""
    known_as = json.dumps(_known_as(office, person_id))
    found = office.reader().execute(
        "SELECT form, saved, content FROM draft WHERE member = ? AND person_id IN (SELECT value FROM json_each(?))"
        " ORDER BY saved DESC",
        (office.member.id, known_as),
    )
    drafts: dict[str, Draft] = {}
    for form, saved, content in found.fetchall():
        said = _read(content)
        if said is None or _recorded(office, form, str(said.get("ref") or "")):
            continue
        newer = drafts.get(form)
        when = newer.saved if newer else datetime.fromisoformat(saved).astimezone()
        drafts[form] = Draft(person_id, form, when, _both(newer.content, said) if newer else said)
    return drafts


def waiting(office: Office) -> tuple[DraftLine, ...]:
    """One's own drafts of all children, the newest first."""
    db = office.reader()
    rows = db.execute(
        "SELECT d.person_id, d.form, d.saved FROM draft AS d WHERE d.member = ? ORDER BY d.saved DESC",
        (office.member.id,),
    ).fetchall()
    found: dict[tuple[int, str], DraftLine] = {}
    for written_about, form, saved in rows:
        person, name = _now(office, written_about)
        found.setdefault((person, form), DraftLine(person, form, datetime.fromisoformat(saved).astimezone(), name))
    return tuple(found.values())


def _known_as(office: Office, person_id: int) -> list[int]:
    """The child, and everybody whom one of its records once founded and who is no person any more."""
    if person_id == NOBODY:
        return [NOBODY]
    db = office.reader()
    records = db.execute("SELECT record_id FROM view.record WHERE person_id = ?", (person_id,)).fetchall()
    founded = {office.digester.person(record) for (record,) in records} - {person_id}
    gone = [one for one in founded if not _is_there(db, one)]
    return [person_id, *sorted(gone)]


def _now(office: Office, person_id: int) -> tuple[int, str]:
    """Who that person is now, and their name; the same where nobody knows."""
    db = office.reader()
    named = "SELECT person_id, coalesce(name, '') FROM view.person WHERE person_id = ?"
    found = db.execute(named, (person_id,)).fetchone()
    if found is None and person_id != NOBODY:
        for record, person in db.execute("SELECT record_id, person_id FROM view.record").fetchall():
            if office.digester.person(record) == person_id:
                found = db.execute(named, (person,)).fetchone()
                break
    return (found[0], found[1]) if found else (person_id, "")


def _is_there(db: Any, person_id: int) -> bool:
    return db.execute("SELECT 1 FROM view.person WHERE person_id = ?", (person_id,)).fetchone() is not None


def _both(newer: Mapping[str, Any], older: Mapping[str, Any]) -> dict[str, Any]:
    """The newer draft, with the older one's own words below its own."""
    said = dict(newer)
    for name in _WRITTEN:
        mine, other = newer.get(name), older.get(name)
        if isinstance(mine, str) and isinstance(other, str) and other.strip() and other.strip() not in mine:
            said[name] = f"{mine}\n{other}" if mine.strip() else other
    return said


def _read(content: str) -> dict[str, Any] | None:
    try:
        said = json.loads(content)
    except ValueError:
        return None
    return said if isinstance(said, dict) else None


_RECORDED = {
    "decision": "SELECT 1 FROM decision WHERE ref = :ref",
    "contact": "SELECT 1 FROM contact_noted WHERE ref LIKE :ref || ':%'",
    "plan": "SELECT 1 FROM plan WHERE ref = :ref",
}


def notice_in_hand(office: Office) -> Draft | None:
    """The notice that one was taking down, unless it was recorded just before a crash."""
    draft = drafts_of(office, NOBODY).get("intake")
    if draft is None:
        return None
    form = draft.content.get("form")
    seen = form.get("seen") if isinstance(form, dict) else None
    recorded = office.reader().execute(
        "SELECT 1 FROM notice WHERE author = ? AND json_extract(form, '$.seen') = ? AND recorded >= ?",
        (office.member.id, seen, entries.moment(draft.saved)),
    )
    return None if seen and recorded.fetchone() else draft


def _recorded(office: Office, form: str, ref: str) -> bool:
    if not ref or form not in _RECORDED:
        return False
    return office.reader().execute(_RECORDED[form], {"ref": ref}).fetchone() is not None
