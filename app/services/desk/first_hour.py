"""The guided first hour: steps that a new colleague tries, and which of them the journal shows as done.

Nothing is kept beside the journal and the access log: a step is done when it was really done, once.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.services.desk.demonstrating import OFFICE
from app.services.desk.remembering import chosen
from app.storage.offices.office import Office


@dataclass(frozen=True)
class Step:
    """One step: its words' key (``hour.<key>``), where it is done, and whether it was."""

    key: str
    page: str
    done: bool


@dataclass(frozen=True)
class FirstHour:
    """The steps in their order; ``demo``: this is the office made for practice."""

    steps: tuple[Step, ...]
    demo: bool

    @property
    def left(self) -> int:
        """How many are still to be tried."""
        return sum(not one.done for one in self.steps)


_LOOKED = "SELECT 1 FROM access WHERE author = ? AND what LIKE '{what}%' LIMIT 1"
_ACTED = "SELECT 1 FROM entry WHERE author = ? AND time >= {since} AND kind IN ({kinds}) LIMIT 1"
_VIEWED = (
    "SELECT 1 FROM entry WHERE author = ? AND kind = 'setting.changed' AND payload IS NOT NULL"
    " AND json_extract(payload, '$.key') LIKE '%views.%' LIMIT 1"
)
_UNDONE = (
    "SELECT 1 FROM entry WHERE author = ? AND (kind IN ('decision.withdrawn', 'contact.withdrawn',"
    " 'follow_up.withdrawn', 'plan.withdrawn', 'ruling.withdrawn')"
    " OR (payload IS NOT NULL AND json_extract(payload, '$.undoes') IS NOT NULL)) LIMIT 1"
)
# What the demo did when it was made is nobody's practice: only what came after the first look counts.
_SINCE = "coalesce((SELECT min(time) FROM access WHERE author = entry.author AND what LIKE 'child%'), '9')"


def first_hour(office: Office) -> FirstHour:
    """What this member has tried already."""
    lead = office.member.may("assign")
    steps = [
        Step("open", "caseload", _any(office, _LOOKED.format(what="child"))),
        Step("search", "caseload", _any(office, _LOOKED.format(what="search"))),
        Step("contact", "caseload", _acted(office, "contact.noted")),
        Step("decide", "caseload", _acted(office, "decision.recorded")),
        Step("undo", "caseload", _any(office, _UNDONE)),
        Step("view", "caseload", _any(office, _VIEWED)),
        *((Step("assign", "caseload", _acted(office, "assignment.made")),) if lead else ()),
        Step("link", "links", _acted(office, "ruling.made")),
        Step("look", "settings", chosen(office, "look") is not None),
    ]
    return FirstHour(tuple(steps), office.name == OFFICE)


def _acted(office: Office, kind: str) -> bool:
    return _any(office, _ACTED.format(since=_SINCE, kinds=f"'{kind}'"))


def _any(office: Office, sql: str) -> bool:
    return office.reader().execute(sql, (office.member.id,)).fetchone() is not None
