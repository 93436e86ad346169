"""Follow-ups: what was agreed for which day, what is overdue, and who has no next date though work goes on.

Nothing is ticked off here: a contact that reached somebody or a decision does it, or it is moved to
another day with a reason. What counts as agreed is said by ``desk`` in office.db.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from app.domain import ids
from app.domain.ages import age_on, grade_on
from app.domain.dates import full_day
from app.domain.decisions import EARLIEST, LATEST
from app.domain.entries import Kind
from app.domain.message import WrongUse
from app.domain.priority import Level
from app.services.answers.outcomes import Changes, Outcome
from app.services.casework.contacts import existing
from app.services.protection.need_to_know import narrowed_to_own
from app.storage.offices.office import Office

GROUPS = ("overdue", "today", "week", "later", "without")
ENDED = ("none", "out_of_scope", "guidance_centre")
"""Decisions after which a child may well have no next date."""
REASON_LIMIT = 1_000


@dataclass(frozen=True)
class FollowUp:
    """One child and what is due. ``kind`` is the decision whose review it is, or ``contact``.

    ``group`` is one of GROUPS, ``step`` what was to be done, in words. Protected whereabouts do not stand here.
    """

    person_id: int
    name: str
    kana: str
    age: int | None
    grade: str
    level: Level
    day: date | None
    kind: str
    group: str
    step: str
    assignee: str
    protected: bool
    last_contact: date | None
    last_contact_kind: str
    last_result: str
    last_seen: date | None
    moved: str = ""


@dataclass(frozen=True)
class FollowUps:
    """All of them by day, and how many are overdue and due today."""

    lines: tuple[FollowUp, ...]
    overdue: int
    today: int

    @property
    def due(self) -> int:
        """What cannot wait: today's and those before."""
        return self.overdue + self.today


_LINES = """
    SELECT d.person_id, n.name, n.kana, n.birth, coalesce(p.level, 'none'), d.next_day, d.next_kind,
        coalesce((SELECT x.step FROM contact AS x WHERE x.person_id = d.person_id
            ORDER BY x.recorded DESC, x.entry DESC LIMIT 1), ''),
        coalesce(a.name, ''), n.protected, d.last_contact, d.last_contact_kind,
        (SELECT x.result FROM contact AS x WHERE x.person_id = d.person_id
            ORDER BY x.day DESC, x.recorded DESC, x.entry DESC LIMIT 1),
        d.last_seen,
        coalesce((SELECT x.reason FROM follow_up_moved AS x WHERE x.person_id = d.person_id AND x.withdrawn = 0
            AND x.day = d.next_day ORDER BY x.recorded DESC, x.entry DESC LIMIT 1), '')
    FROM desk AS d
    JOIN view.person AS n ON n.person_id = d.person_id AND n.dead = 0
    LEFT JOIN view.priority AS p ON p.person_id = d.person_id
    LEFT JOIN assignment AS t ON t.person_id = d.person_id
    LEFT JOIN member AS a ON a.id = t.member
    WHERE (d.next_day IS NOT NULL OR coalesce(d.last_decision, '') NOT IN ('none', 'out_of_scope', 'guidance_centre')
        AND n.moved_out = 0) AND (:all OR t.member = :me)
    ORDER BY d.next_day IS NULL, d.next_day, p.rank IS NULL, p.rank
"""


def listing(office: Office, today: date, everybody: bool = False) -> FollowUps:
    """One's own children's follow-ups, or everybody's, those due first and those without a date last.

    ``today`` also says which school year a child is in.
    """
    office.demand("see", "caseload")
    everybody = everybody and not narrowed_to_own(office)
    rows = office.reader().execute(_LINES, {"all": int(everybody), "me": office.member.id}).fetchall()
    lines = tuple(_line(row, today) for row in rows)
    counted = [line.group for line in lines]
    order = {group: place for place, group in enumerate(GROUPS)}
    ordered = tuple(sorted(lines, key=lambda line: order[line.group]))  # stable: by day within each
    return FollowUps(ordered, counted.count("overdue"), counted.count("today"))


def _line(row: Any, today: date) -> FollowUp:
    birth, day = full_day(row[3]), full_day(row[5] or "")
    return FollowUp(
        person_id=row[0],
        name=row[1],
        kana=row[2],
        age=age_on(birth, today) if birth else None,
        grade=grade_on(birth, today) if birth else "",
        level=Level(row[4]),
        day=day,
        kind=row[6] or "",
        group=group_of(day, today),
        step=row[7],
        assignee=row[8],
        protected=bool(row[9]),
        last_contact=full_day(row[10] or ""),
        last_contact_kind=row[11] or "",
        last_result=row[12] or "",
        last_seen=full_day(row[13] or ""),
        moved=row[14],
    )


def group_of(day: date | None, today: date) -> str:
    """The heading under which a day stands; a week ends on Sunday."""
    if day is None:
        return "without"
    if day < today:
        return "overdue"
    if day == today:
        return "today"
    return "week" if day <= today + timedelta(days=6 - today.weekday()) else "later"


def move(office: Office, person_id: int, day: date, reason: str, now: datetime) -> Outcome[str]:
    """Agree on another day for what is due (or on one where there was none), with the reason; the entry's id."""
    existing(office, person_id)
    if not reason.strip():
        raise WrongUse("follow_up.reason_missing")
    if len(reason) > REASON_LIMIT:
        raise WrongUse("decision.reason_too_long", limit=REASON_LIMIT)
    if day < now.date():
        raise WrongUse("follow_up.in_the_past", day=day)
    if not EARLIEST <= day.year <= LATEST:
        raise WrongUse("decision.day_impossible", day=day)
    before = office.reader().execute("SELECT next_day FROM desk WHERE person_id = ?", (person_id,)).fetchone()
    said = {
        "person": ids.code(person_id), "before": before[0] if before else None, "day": day.isoformat(),
        "reason": reason.strip(),
    }  # fmt: skip
    made = office.write(Kind.FOLLOW_UP_MOVED, said, time=now)
    return Outcome(made.id, Changes(frozenset({"follow_up"}), frozenset({person_id})))


def take_back_move(office: Office, person_id: int, entry: str, reason: str, now: datetime) -> Outcome[str]:
    """The day before counts again; both stay in the journal."""
    said = {"person": ids.code(person_id), "entry": entry, "reason": reason}
    made = office.write(Kind.FOLLOW_UP_WITHDRAWN, said, time=now)
    return Outcome(made.id, Changes(frozenset({"follow_up"}), frozenset({person_id})))
