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
from app.services.answers import CaseloadQuery, Changes, Outcome
from app.services.casework import assigning, caseload
from app.services.casework.selecting import DEFAULT_CAPACITY, looked_at
from app.storage.offices.office import Office

SETTING = "team"
"""What a lead laid down: how many children each member is meant to have, and who is away."""
UNSEEN_DAYS = 30
MOST = 999
WORDS_LIMIT = 200


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
    """One member's children, or nobody's (``name`` ""). ``limit`` None: none was agreed. ``here``: still works here."""

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
    loads = [
        _load(one, by_member[one.id], said, today)
        for one in office.members()
        if by_member[one.id] or (one.active and not MAY["see"].isdisjoint(one.roles))
    ]
    free = caseload.listing(office, CaseloadQuery(view="unassigned"), today).ids
    loads.append(Load("", frozenset(), _levels_of(db, free), len(free), 0, 0, 0))
    return Team(tuple(loads), _figures(office, cases, len(free), today))


def _load(member: Member, cases: Sequence[_Case], said: _Said, today: date) -> Load:
    soon = today + timedelta(days=7)
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
        looked_at=looked_at(office.reader(), today),
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
    plan = _Plan(takers, _schools(db, people))
    made = []
    for person, child, birth, level, school in db.execute(_THEIRS, (whose.id,)).fetchall():
        to, why, about = plan.place(school, _siblings(db, person, people), _before(db, person, people))
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


class _Plan:
    """Where children go, one after the other; each changes the room that is left for the next."""

    def __init__(self, takers: Mapping[str, Load], schools: Mapping[tuple[str, str], int]) -> None:
        self._many = {name: load.total for name, load in takers.items()}
        self._limits = {name: load.limit for name, load in takers.items()}
        self._schools = Counter(schools)
        self._gone: dict[int, str] = {}

    def place(
        self, school: str, siblings: Sequence[tuple[int, str, str]], before: Sequence[str]
    ) -> tuple[str, str, str]:
        """(to whom, why, about what)."""
        for sibling, called, whose in siblings:
            theirs = self._gone.get(sibling, whose)
            if theirs in self._many:
                return theirs, "sibling", called
        free = [name for name in self._many if self._room(name) > 0]
        for name in before:
            if name in free:
                return name, "before", ""
        known = [name for name in free if school and self._schools[name, school]]
        if known:
            return max(known, key=lambda name: (self._schools[name, school], self._room(name))), "school", school
        if free:
            return max(free, key=lambda name: (self._room(name), -self._many[name])), "room", ""
        return min(self._many, key=lambda name: self._many[name]), "least", ""

    def give(self, person: int, to: str, school: str) -> None:
        self._gone[person] = to
        self._many[to] += 1
        if school:
            self._schools[to, school] += 1

    def _room(self, name: str) -> int:
        limit = self._limits[name]
        return (limit if limit is not None else MOST) - self._many[name]


def _schools(db: Any, people: Mapping[str, str]) -> dict[tuple[str, str], int]:
    rows = db.execute(
        "SELECT a.member, n.facility, count(*) FROM assignment AS a JOIN view.person AS n ON n.person_id = a.person_id"
        " WHERE a.member <> '' AND n.facility <> '' AND n.protected = 0 GROUP BY 1, 2"
    )
    return {(people.get(member, ""), school): many for member, school, many in rows.fetchall()}


def _siblings(db: Any, person: int, people: Mapping[str, str]) -> list[tuple[int, str, str]]:
    """(child, its name, whose it is) of the household's other children that somebody has."""
    rows = db.execute(
        "SELECT DISTINCT n.person_id, n.name, a.member FROM view.household AS mine"
        " JOIN view.household AS theirs ON theirs.household = mine.household"
        " JOIN assignment AS a ON a.person_id = theirs.person_id"
        " JOIN view.person AS n ON n.person_id = theirs.person_id"
        " WHERE mine.person_id = ?1 AND theirs.person_id <> ?1 ORDER BY n.birth",
        (person,),
    )
    return [(one, name, people.get(member, "")) for one, name, member in rows.fetchall()]


def _before(db: Any, person: int, people: Mapping[str, str]) -> list[str]:
    """Who had the child before, the latest first."""
    rows = db.execute(
        "SELECT b.member FROM assignment_before AS b JOIN entry AS e ON e.id = b.entry"
        " WHERE b.person_id = ? AND b.member <> '' ORDER BY e.seq DESC",
        (person,),
    )
    return [people[member] for (member,) in rows.fetchall() if member in people]


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
