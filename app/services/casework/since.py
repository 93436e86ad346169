"""What colleagues recorded about a child since somebody began to look: seen once before deciding.

A page, and a draft that waited for days, know the newest entry there was. What others recorded later
is shown first; a verb that is told this number refuses while it is not the newest.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.domain import ids
from app.domain.dates import full_day
from app.domain.entries import Entry, Kind
from app.domain.message import Refused
from app.storage.offices.office import Office
from app.storage.truth.journal import Derive

_ACTS = (
    Kind.DECISION_RECORDED, Kind.DECISION_WITHDRAWN, Kind.CONTACT_NOTED, Kind.CONTACT_WITHDRAWN, Kind.FOLLOW_UP_MOVED,
    Kind.PLAN_MADE,
)  # fmt: skip


@dataclass(frozen=True)
class ColleagueAct:
    """``kind`` is an entry's kind, ``what`` its decision or kind of contact, ``words`` what was written."""

    seq: int
    author: str
    time: datetime
    kind: str
    what: str
    words: str
    next: date | None


def acts_since(office: Office, person_id: int, seq: int) -> tuple[ColleagueAct, ...]:
    """What others recorded about this child after that entry, oldest first."""
    office.demand("see", "child")
    return _acts(office.reader(), office.member.id, person_id, seq)


def unseen(office: Office, persons: dict[int, int | None]) -> Derive | None:
    """For a verb about these children, each with the newest entry that its author had seen.

    What it gives runs within the transaction and raises Refused where a colleague was faster. None
    where nobody said what was seen.
    """
    told = {person: seq for person, seq in persons.items() if seq is not None}
    if not told:
        return None

    def check(connection: Any, made: list[Entry]) -> None:
        if not any(entry.fresh for entry in made):
            return
        for person, seq in told.items():
            found = _acts(connection, office.member.id, person, seq)
            if found:
                raise Refused("decision.colleague_since", author=found[-1].author, time=found[-1].time)

    return check


def _acts(db: Any, me: str, person_id: int, seq: int) -> tuple[ColleagueAct, ...]:
    rows = db.execute(
        f"SELECT e.seq, coalesce(m.name, ''), e.time, e.kind, e.payload FROM entry AS e"
        f" LEFT JOIN member AS m ON m.id = e.author WHERE e.seq > ? AND e.author <> ? AND e.payload IS NOT NULL"
        f" AND e.kind IN ({', '.join('?' * len(_ACTS))}) AND json_extract(e.payload, '$.person') = ? ORDER BY e.seq",
        (seq, me, *map(str, _ACTS), ids.code(person_id)),
    ).fetchall()
    return tuple(_act(row) for row in rows)


_WORDS: dict[str, Callable[[dict[str, Any]], str]] = {
    Kind.CONTACT_NOTED: lambda said: str(said.get("words") or ""),
    Kind.PLAN_MADE: lambda said: "",
}


def _act(row: Any) -> ColleagueAct:
    seq, author, time, kind, payload = row
    said = json.loads(payload)
    words = _WORDS.get(kind, lambda told: str(told.get("reason") or ""))(said)
    what = str(said.get("decision") or said.get("contact") or "")
    result = str(said.get("result") or "")
    day = said.get("day") if kind == Kind.FOLLOW_UP_MOVED else said.get("next")
    moment = datetime.fromisoformat(time).astimezone()
    return ColleagueAct(seq, author, moment, kind, f"{what}:{result}" if result else what, words, full_day(day or ""))
