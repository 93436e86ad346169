"""The team: who has how many children, what waits, who is away, and giving the children of one to the others.

Figures are there to share a load, never to judge a person. A plan for reassigning is only laid out here: a lead
looks at it, changes it line by line, and gives the children in one act that is undone as one.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from app.domain import ids
from app.domain.ages import age_on, grade_on
from app.domain.dates import full_day
from app.domain.entries import Kind
from app.domain.message import Refused, WrongUse
from app.domain.priority import Level
from app.domain.roles import MAY, Member
from app.services.answers.caseload import CaseloadQuery
from app.services.answers.outcomes import Changes, Outcome
from app.services.casework import assigning, caseload
from app.services.casework.selecting import DEFAULT_CAPACITY, decided_on
from app.services.casework.sharing import MOST, Plan, had_before, schools_of, siblings_of
from app.storage.offices.office import Office

SETTING = "team"
"""What a lead laid down: how many children each member is meant to have, and who is away."""
UNSEEN_DAYS = 30
WORDS_LIMIT = 200
LENT_BEFORE = 31
"""So many days before an absence its children may have been given to the others already."""


@dataclass(frozen=True)
class Away:
    """From the first to the last day that somebody is not there, and why, in a few words."""

    first: date
    last: date
    words: str = ""

    def on(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True)
class Load:
    """One member's children, or nobody's (``name`` ""). ``limit`` None: none was agreed. ``here``: still works here.

    ``reviewed``: how many of them somebody decided on this month; ``new``: of how many something new has arrived.
    ``lent``: the children that others have since an absence that is over.
    """

    name: str
    roles: frozenset[str]
    levels: Mapping[Level, int]
    total: int
    overdue: int
    unseen: int
    due_soon: int
    limit: int | None = None
    away: Away | None = None
    here: bool = True
    reviewed: int = 0
    new: int = 0
    lent: tuple[int, ...] = ()

    @property
    def over(self) -> int:
        """By how many more than agreed; 0 where none was agreed."""
        return max(0, self.total - self.limit) if self.limit is not None else 0


@dataclass(frozen=True)
class Figures:
    """What the whole team has before it. ``oldest``: by how many days the longest overdue one is late."""

    overdue: int
    oldest: int
    unseen: int
    unseen_high: int
    unassigned: int
    looked_at: int
    capacity: int


@dataclass(frozen=True)
class Team:
    """The members by name, nobody's children last."""

    loads: tuple[Load, ...]
    figures: Figures


@dataclass(frozen=True)
class Suggestion:
    """To whom a child could go and why: ``sibling before school room least``; ``about`` names the sibling or school."""

    person_id: int
    name: str
    level: Level
    age: int | None
    grade: str
    to: str
    why: str
    about: str = ""


@dataclass
class _Case:
    person_id: int
    member: str
    level: Level
    next_day: date | None
    last_seen: date | None


_CASES = """
    SELECT a.person_id, a.member, coalesce(p.level, 'none'), d.next_day, d.last_seen FROM assignment AS a
    LEFT JOIN view.priority AS p ON p.person_id = a.person_id
    LEFT JOIN desk AS d ON d.person_id = a.person_id
    WHERE a.member <> ''
"""


def team(office: Office, today: date) -> Team:
    """How the load lies on ``today``."""
    office.demand("see", "caseload")
    db = office.reader()
    cases = [
        _Case(row[0], row[1], Level(row[2]), full_day(row[3] or ""), full_day(row[4] or ""))
        for row in db.execute(_CASES).fetchall()
    ]
    by_member: dict[str, list[_Case]] = defaultdict(list)
    for case in cases:
        by_member[case.member].append(case)
    said = _said(office)
    month = _Month(decided_on(db, today), frozenset(_listed(office, CaseloadQuery(view="all", only_new=True), today)))
    lent = back_again(office, today)
    loads = [
        replace(_load(one, by_member[one.id], said, month, today), lent=lent.get(one.name, ()))
        for one in office.members()
        if by_member[one.id] or (one.active and not MAY["see"].isdisjoint(one.roles))
    ]
    free = _listed(office, CaseloadQuery(view="unassigned"), today)
    reviewed, new = month.of(free)
    loads.append(Load("", frozenset(), _levels_of(db, free), len(free), 0, 0, 0, reviewed=reviewed, new=new))
    return Team(tuple(loads), _figures(office, cases, len(free), today))


def _listed(office: Office, query: CaseloadQuery, today: date) -> Sequence[int]:
    return tuple(caseload.listing(office, query, today).ids)


@dataclass(frozen=True)
class _Month:
    """Whom somebody decided on this month, and of whom something new has arrived."""

    decided: frozenset[int]
    new: frozenset[int]

    def of(self, persons: Iterable[int]) -> tuple[int, int]:
        """(reviewed, new) among these."""
        these = frozenset(persons)
        return len(these & self.decided), len(these & self.new)


def _load(member: Member, cases: Sequence[_Case], said: _Said, month: _Month, today: date) -> Load:
    soon = today + timedelta(days=7)
    reviewed, new = month.of(case.person_id for case in cases)
    away = said.away.get(member.id)
    return Load(
        name=member.name,
        roles=frozenset(str(role) for role in member.roles),
        levels=Counter(case.level for case in cases),
        total=len(cases),
        overdue=sum(_is_late(case, today) for case in cases),
        unseen=sum(_is_unseen(case, today) for case in cases),
        due_soon=sum(case.next_day is not None and today <= case.next_day <= soon for case in cases),
        limit=said.limits.get(member.id),
        away=away if away is not None and away.last >= today else None,
        here=member.active,
        reviewed=reviewed,
        new=new,
    )


def _is_late(case: _Case, today: date) -> bool:
    return case.next_day is not None and case.next_day < today


def _is_unseen(case: _Case, today: date) -> bool:
    return case.last_seen is None or (today - case.last_seen).days > UNSEEN_DAYS


def _figures(office: Office, cases: Iterable[_Case], unassigned: int, today: date) -> Figures:
    late = [(today - case.next_day).days for case in cases if case.next_day is not None and case.next_day < today]
    unseen = [case for case in cases if _is_unseen(case, today)]
    return Figures(
        overdue=len(late),
        oldest=max(late, default=0),
        unseen=len(unseen),
        unseen_high=sum(case.level in (Level.URGENT, Level.HIGH) for case in unseen),
        unassigned=unassigned,
        looked_at=len(decided_on(office.reader(), today)),
        capacity=int(office.setting("capacity", DEFAULT_CAPACITY)),
    )


def _levels_of(db: Any, persons: Sequence[int]) -> dict[Level, int]:
    rows = db.execute(
        "SELECT level, count(*) FROM view.priority WHERE person_id IN (SELECT value FROM json_each(?)) GROUP BY level",
        (json.dumps(list(persons)),),
    )
    return {Level(level): many for level, many in rows.fetchall()}


# ---------------------------------------------------------------------------- what a lead laid down


@dataclass(frozen=True)
class _Said:
    limits: Mapping[str, int] = field(default_factory=dict)
    away: Mapping[str, Away] = field(default_factory=dict)

    def value(self) -> dict[str, object]:
        away = {
            member: {"first": one.first.isoformat(), "last": one.last.isoformat(), "words": one.words}
            for member, one in sorted(self.away.items())
        }
        return {"limits": dict(sorted(self.limits.items())), "away": away}


def _said(office: Office) -> _Said:
    said = office.setting(SETTING, {})
    if not isinstance(said, Mapping):
        return _Said()
    limits = {str(one): many for one, many in dict(said.get("limits") or {}).items() if isinstance(many, int)}
    away = {}
    for one, told in dict(said.get("away") or {}).items():
        first, last = full_day(str(told.get("first", ""))), full_day(str(told.get("last", "")))
        if first and last:
            away[str(one)] = Away(first, last, str(told.get("words", "")))
    return _Said(limits, away)


def set_limit(office: Office, name: str, limit: int | None, now: datetime) -> Outcome[str]:
    """Agree how many children a member is meant to have; None takes it back. Refused but for a lead."""
    if limit is not None and not 0 <= limit <= MOST:
        raise WrongUse("team.limit_range", most=MOST)
    said, member = _said(office), _member(office, name)
    limits = {**said.limits, member.id: limit}
    return _set(office, replace(said, limits={one: many for one, many in limits.items() if many is not None}), now)


def set_away(office: Office, name: str, away: Away | None, now: datetime) -> Outcome[str]:
    """Say when a member is not there; None: they are. Nothing is reassigned by that. Refused but for a lead."""
    if away is not None and away.last < away.first:
        raise WrongUse("team.away_order")
    if away is not None and len(away.words) > WORDS_LIMIT:
        raise WrongUse("team.words_too_long", most=WORDS_LIMIT)
    said, member = _said(office), _member(office, name)
    kept = {one: told for one, told in said.away.items() if one != member.id}
    return _set(office, replace(said, away={**kept, member.id: away} if away is not None else kept), now)


def _set(office: Office, said: _Said, now: datetime) -> Outcome[str]:
    entry = office.write(Kind.SETTING_CHANGED, {"key": SETTING, "value": said.value()}, time=now)
    return Outcome(entry.id, Changes(frozenset({"team"})))


def _member(office: Office, name: str) -> Member:
    for one in office.members():
        if one.name == name:
            return one
    raise WrongUse("member.unknown", name=name)


# ---------------------------------------------------------------------------- giving to the others


_THEIRS = """
    SELECT a.person_id, n.name, n.birth, coalesce(p.level, 'none'), CASE WHEN n.protected THEN '' ELSE n.facility END
    FROM assignment AS a JOIN view.person AS n ON n.person_id = a.person_id
    LEFT JOIN view.priority AS p ON p.person_id = a.person_id
    WHERE a.member = ? ORDER BY p.rank IS NULL, p.rank, a.person_id
"""


def suggest(office: Office, name: str, today: date) -> tuple[Suggestion, ...]:
    """To whom each child of a member could go, those to look at first at the top.

    Brothers and sisters stay together, whoever had a child before knows it, a school has one face; else whoever has
    most room. Nobody who is away, or full, is asked, but where a sibling is already there. Refused where nobody is.
    """
    db, whose, now = office.reader(), _member(office, name), team(office, today)
    takers = {
        load.name: load for load in now.loads if load.name and load.here and load.name != name and not _off(load, today)
    }
    if not takers:
        raise Refused("team.nobody_there")
    people = {one.id: one.name for one in office.members()}
    plan = Plan(
        {load.name: load.total for load in takers.values()},
        {load.name: load.limit for load in takers.values()},
        schools_of(db, people),
    )
    made = []
    for person, child, birth, level, school in db.execute(_THEIRS, (whose.id,)).fetchall():
        to, why, about = plan.place(school, siblings_of(db, person, people), had_before(db, person, people))
        plan.give(person, to, school)
        born = full_day(birth)
        made.append(
            Suggestion(
                person, child, Level(level), age_on(born, today) if born else None,
                grade_on(born, today) if born else "", to, why, about,
            )
        )  # fmt: skip
    return tuple(made)


def _off(load: Load, today: date) -> bool:
    return load.away is not None and load.away.on(today)


_LENT = """
    SELECT b.person_id FROM assignment_before AS b
    JOIN assignment AS a ON a.person_id = b.person_id AND a.entry = b.entry
    JOIN entry AS e ON e.id = b.entry
    WHERE b.member = ?1 AND a.member <> ?1 AND e.time >= ?2 ORDER BY b.person_id
"""


def back_again(office: Office, today: date) -> dict[str, tuple[int, ...]]:
    """Who is here again after an absence, and which of their children others were given for it and still have.

    Nothing goes back by itself: a lead is asked. A child that was given on since is none of them.
    """
    office.demand("see", "caseload")
    db, said, found = office.reader(), _said(office), {}
    for member in office.members():
        away = said.away.get(member.id)
        if away is None or away.last >= today or not member.active:
            continue
        since = (away.first - timedelta(days=LENT_BEFORE)).isoformat()
        lent = tuple(row[0] for row in db.execute(_LENT, (member.id, since)).fetchall())
        if lent:
            found[member.name] = lent
    return found


def reassign(office: Office, moves: Mapping[str, Sequence[int]], now: datetime) -> Outcome[tuple[str, ...]]:
    """Give children to several members at once, all or none; the entries' ids. Refused but for a lead."""
    moves = {name: persons for name, persons in moves.items() if persons}
    if not moves:
        raise WrongUse("assign.nobody_chosen")
    acts = [
        (
            Kind.ASSIGNMENT_MADE,
            {"persons": [ids.code(one) for one in sorted(set(persons))], "member": _member(office, name).id},
        )
        for name, persons in sorted(moves.items())
    ]
    made = office.write_many(acts, time=now)
    persons = frozenset(one for those in moves.values() for one in those)
    return Outcome(tuple(one.id for one in made), Changes(frozenset({"assignment"}), persons))


def take_back(office: Office, entries: Sequence[str], now: datetime) -> Outcome[tuple[str, ...]]:
    """Give every child of a ``reassign`` back to whoever had it before; the new entries' ids."""
    made: list[str] = []
    persons: frozenset[int] = frozenset()
    for entry in entries:
        undone = assigning.undo_assign(office, entry, now)
        made += undone.value
        persons |= undone.changes.persons
    return Outcome(tuple(made), Changes(frozenset({"assignment"}), persons))
