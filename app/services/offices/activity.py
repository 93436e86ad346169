"""Who did and who looked at what: the journal and the access log as lines to read, and as questions.

For leads and auditors. Ids only stand in the logs; names of children are added for those who may
see children. What is unusual is put as a question about a day's work, never as an accusation.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from statistics import median
from typing import Any

from app.domain import ids
from app.domain.entries import Kind
from app.domain.message import Message
from app.domain.workdays import is_workday
from app.services.offices.own_family import of_own_family
from app.storage.offices.office import Office
from app.storage.truth.desk import id_text

PAGE = 200
OPENS, CLOSES = time(7, 0), time(20, 0)
"""Outside of these hours, or on a day off, work is unusual: a question, no more."""
MANY, TIMES_USUAL = 30, 3
"""So many children in a day, and so many times the member's usual day, without an act for them."""
_FOR_A_CHILD = (Kind.DECISION_RECORDED, Kind.CONTACT_NOTED, Kind.FOLLOW_UP_MOVED, Kind.PLAN_MADE, Kind.ASSIGNMENT_MADE)

_DETAILS = {
    "export.made": ("what", "purpose"),
    "batch.published": ("file",),
    "batch.withdrawn": ("reason",),
    "batch.restored": ("reason",),
    "setting.changed": ("key",),
    "person.added": ("person",),
}
"""Kind -> what of its payload tells a reader more; no words about a child."""
_PERSONS = ("person", "persons")
LOOKS = "look"
"""The kind of the lines that only looked; acts have the words of ``entries.Kind``."""


@dataclass(frozen=True)
class ActivityQuery:
    """Which lines: by member (id), child, kinds (of ``Kind``, or ``LOOKS``) and days, both included."""

    member: str = ""
    child: int | None = None
    kinds: frozenset[str] = frozenset()
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class ActivityLine:
    """One act or look. ``what`` is said by the catalogues; ``children`` is empty where none is concerned.

    ``name`` and ``detail`` (a purpose, a file: words of people) are empty for those who may not see children.
    """

    key: tuple[str, int, int]
    time: datetime
    member: str
    kind: str
    what: Message
    children: tuple[int, ...]
    name: str
    entry: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Question:
    """Something out of the ordinary, with how often: to be asked, not to be punished."""

    member: str
    day: date
    message: Message
    query: ActivityQuery


@dataclass(frozen=True)
class Activity:
    """A page of lines, newest first, and whether there are more after ``lines[-1].key``."""

    lines: tuple[ActivityLine, ...]
    more: bool
    names: dict[str, str] = field(default_factory=dict)


def lines(
    office: Office, query: ActivityQuery, *, after: tuple[str, int, int] | None = None, limit: int = PAGE
) -> Activity:
    """Acts and looks together, newest first. Refused for who may not see the activity."""
    _check(office)
    with office.reading() as db:
        names = dict(db.execute("SELECT id, name FROM member").fetchall())
        found = [*_acts(db, query, after, limit + 1), *_looks(db, query, after, limit + 1)]
        found.sort(key=lambda one: one.key, reverse=True)
        shown = found[:limit]
        called = _names(office, db, {child for one in shown for child in one.children[:1]})
    sees = office.member.may("see")
    return Activity(tuple(_named(one, names, called, sees) for one in shown), len(found) > limit, names)


def kinds(office: Office) -> tuple[str, ...]:
    """The kinds of acts that stand in this office's journal, and ``LOOKS`` first."""
    _check(office)
    found = {kind for (kind,) in office.reader().execute("SELECT DISTINCT kind FROM entry").fetchall()}
    return (LOOKS, *(str(kind) for kind in Kind if str(kind) in found))


def questions(office: Office, today: date, days: int = 31) -> tuple[Question, ...]:
    """What was out of the ordinary in the last days, newest first. Refused like ``lines``."""
    _check(office)
    since = today - timedelta(days=days)
    with office.reading() as db:
        looks = _looks_by_day(db, since)
        acts = _acts_by_day(db, since)
        found = [
            *_many_without_an_act(looks, acts),
            *_off_hours(db, since),
            *_own_family(db, since),
        ]
    return tuple(sorted(found, key=lambda one: (one.day, one.message.key), reverse=True))


# ---------------------------------------------------------------------------- lines


def _check(office: Office) -> None:
    office.demand("activity", "activity")


def _bounds(query: ActivityQuery) -> tuple[str, str]:
    """The query's days as UTC texts; a day of the office begins and ends at its own midnight."""
    first = _midnight(query.first).isoformat() if query.first else ""
    last = _midnight(query.last + timedelta(days=1)).isoformat() if query.last else "9"
    return first, last


def _midnight(day: date) -> datetime:
    return _utc(datetime.combine(day, time()).astimezone())


def _utc(moment: datetime) -> datetime:
    return (moment - (moment.utcoffset() or timedelta())).replace(tzinfo=None)


def _acts(db: Any, query: ActivityQuery, after: tuple[str, int, int] | None, limit: int) -> Iterator[ActivityLine]:
    kinds = sorted(query.kinds - {LOOKS})
    if query.kinds and not kinds:
        return
    first, last = _bounds(query)
    where, given = ["time >= ?", "time < ?"], [first, last]
    if query.member:
        where, given = [*where, "author = ?"], [*given, query.member]
    if kinds:
        where, given = [*where, f"kind IN ({', '.join('?' * len(kinds))})"], [*given, *kinds]
    if query.child is not None:
        where, given = [*where, "payload LIKE ?"], [*given, f'%"{ids.code(query.child)}"%']
    if after is not None:
        where, given = [*where, "(time, 1, seq) < (?, ?, ?)"], [*given, *after]  # type: ignore[list-item]
    rows = db.execute(
        f"SELECT seq, id, author, time, kind, payload FROM entry WHERE {' AND '.join(where)}"
        " ORDER BY time DESC, seq DESC LIMIT ?", (*given, limit),
    ).fetchall()  # fmt: skip
    for seq, blob, author, moment, kind, payload in rows:
        said = json.loads(payload) if payload is not None else {}
        yield ActivityLine(
            (moment, 1, seq), _local(moment), author, kind, Message(f"act.{kind}"), tuple(_children(said)), "",
            id_text(blob), _detail(kind, said),
        )  # fmt: skip


def _detail(kind: str, said: dict[str, Any]) -> str:
    found = (said.get(name) for name in _DETAILS.get(kind, ()))
    return " · ".join(str(one) for one in found if isinstance(one, str) and one)


def _looks(db: Any, query: ActivityQuery, after: tuple[str, int, int] | None, limit: int) -> Iterator[ActivityLine]:
    if query.kinds and LOOKS not in query.kinds:
        return
    first, last = _bounds(query)
    where, given = ["time >= ?", "time < ?"], [first, last]
    if query.member:
        where, given = [*where, "author = ?"], [*given, query.member]
    if query.child is not None:
        where, given = [*where, "person_id = ?"], [*given, query.child]  # type: ignore[list-item]
    if after is not None:
        where, given = [*where, "(time, 0, seq) < (?, ?, ?)"], [*given, *after]  # type: ignore[list-item]
    rows = db.execute(
        f"SELECT seq, author, time, person_id, what FROM access WHERE {' AND '.join(where)}"
        " ORDER BY time DESC, seq DESC LIMIT ?", (*given, limit),
    ).fetchall()  # fmt: skip
    for seq, author, moment, person, what in rows:
        kind, _, detail = what.partition(":")
        yield ActivityLine(
            (moment, 0, seq), _local(moment), author, LOOKS, Message(f"look.{kind}", {"detail": detail}),
            (person,) if person else (), "",
        )  # fmt: skip


def _local(moment: str) -> datetime:
    return datetime.fromisoformat(moment).astimezone()


def _children(said: dict[str, Any]) -> Iterator[int]:
    for name in _PERSONS:
        found = said.get(name)
        for one in found if isinstance(found, list) else [found]:
            try:
                yield ids.number(str(one))
            except ValueError:
                continue


def _names(office: Office, db: Any, children: Iterable[int]) -> dict[int, str]:
    wanted = [child for child in children if child]
    if not wanted or not office.member.may("see"):
        return {}
    marks = ", ".join("?" * len(wanted))
    return dict(db.execute(f"SELECT person_id, name FROM view.person WHERE person_id IN ({marks})", wanted).fetchall())


def _named(line: ActivityLine, names: dict[str, str], called: dict[int, str], sees: bool) -> ActivityLine:
    child = called.get(line.children[0], "") if line.children else ""
    return replace(line, member=names.get(line.member, line.member), name=child, detail=line.detail if sees else "")


# ---------------------------------------------------------------------------- questions


Days = dict[tuple[str, date], set[int]]


def _looks_by_day(db: Any, since: date) -> Days:
    found: Days = defaultdict(set)
    for author, moment, person in _since(db, since):
        found[author, _local(moment).date()].add(person)
    return found


def _since(db: Any, since: date) -> list[tuple[str, str, int]]:
    rows = db.execute(
        "SELECT author, time, person_id FROM access WHERE person_id <> 0 AND time >= ? ORDER BY seq",
        (_midnight(since).isoformat(),),
    ).fetchall()
    return [(author, moment, person) for author, moment, person in rows]


def _acts_by_day(db: Any, since: date) -> Days:
    """Whom each member did something for, by day."""
    found: Days = defaultdict(set)
    for author, moment, payload in db.execute(
        f"SELECT author, time, payload FROM entry WHERE kind IN ({', '.join('?' * len(_FOR_A_CHILD))})"
        " AND time >= ? AND payload IS NOT NULL",
        (*map(str, _FOR_A_CHILD), _midnight(since).isoformat()),
    ).fetchall():
        found[author, _local(moment).date()].update(_children(json.loads(payload)))
    return found


def _many_without_an_act(looks: Days, acts: Days) -> Iterator[Question]:
    """Beside what is usual on the member's *other* days: on a first day nothing is."""
    by_member: dict[str, dict[date, int]] = defaultdict(dict)
    for (member, day), children in looks.items():
        by_member[member][day] = len(children)
    for (member, day), children in looks.items():
        idle = children - acts.get((member, day), set())
        ordinary = median([many for other, many in by_member[member].items() if other != day] or [0])
        if len(idle) >= MANY and len(idle) > TIMES_USUAL * ordinary:
            said = Message("question.many_looks", {"count": len(idle), "usual": int(ordinary)})
            yield Question(member, day, said, _one_day(member, day))


def _off_hours(db: Any, since: date) -> Iterator[Question]:
    found: Days = defaultdict(set)
    for author, moment, person in _since(db, since):
        local = _local(moment)
        if not is_workday(local.date()) or not OPENS <= local.time() < CLOSES:
            found[author, local.date()].add(person)
    for (member, day), children in found.items():
        key = "question.off_hours" if is_workday(day) else "question.day_off"
        yield Question(member, day, Message(key, {"count": len(children)}), _one_day(member, day))


def _own_family(db: Any, since: date) -> Iterator[Question]:
    seen = _since(db, since)
    own = of_own_family(db, ((author, person) for author, _moment, person in seen))
    found: Days = defaultdict(set)
    for author, moment, person in seen:
        if (author, person) in own:
            found[author, _local(moment).date()].add(person)
    for (member, day), children in found.items():
        yield Question(
            member, day, Message("question.own_family", {"count": len(children)}), _one_day(member, day)
        )  # fmt: skip


def _one_day(member: str, day: date) -> ActivityQuery:
    return ActivityQuery(member=member, first=day, last=day)
