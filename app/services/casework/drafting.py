"""Drafts: what somebody is writing about a child and has not recorded. Kept on this PC, sealed, no entry.

A draft belongs to one member, one child and one form. It outlives a crash, a lock and a restart; it goes
when it is recorded or thrown away on purpose. What it holds is the form's own business: JSON.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain import entries
from app.domain.message import WrongUse
from app.storage import casework
from app.storage.office import Office

FORMS = ("decision", "contact", "plan")
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
    me = office.member.id
    office.aside(lambda connection: casework.drop_draft(connection, me, person_id, form))


def drafts_of(office: Office, person_id: int) -> dict[str, Draft]:
    """One's own drafts about a child by form. One that was recorded just before a crash is none any more."""
    found = office.reader().execute(
        "SELECT form, saved, content FROM draft WHERE member = ? AND person_id = ?", (office.member.id, person_id)
    )
    drafts = {}
    for form, saved, content in found.fetchall():
        said = _read(content)
        if said is not None and not _recorded(office, form, str(said.get("ref") or "")):
            drafts[form] = Draft(person_id, form, datetime.fromisoformat(saved).astimezone(), said)
    return drafts


def waiting(office: Office) -> tuple[DraftLine, ...]:
    """One's own drafts of all children, the newest first."""
    rows = office.reader().execute(
        "SELECT d.person_id, d.form, d.saved, coalesce(n.name, '') FROM draft AS d"
        " LEFT JOIN view.person AS n ON n.person_id = d.person_id WHERE d.member = ? ORDER BY d.saved DESC",
        (office.member.id,),
    )
    return tuple(
        DraftLine(row[0], row[1], datetime.fromisoformat(row[2]).astimezone(), row[3]) for row in rows.fetchall()
    )


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


def _recorded(office: Office, form: str, ref: str) -> bool:
    if not ref or form not in _RECORDED:
        return False
    return office.reader().execute(_RECORDED[form], {"ref": ref}).fetchone() is not None
