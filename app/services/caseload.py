"""The caseload: which children, in which order, and what each line of the list says.

``listing`` answers with ids only, so that 400,000 children cost one sorted column; ``rows`` fetches
the lines that are in sight. Both only read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from app.domain.ages import age_on, grade_on
from app.domain.dates import day_of, full_day
from app.domain.decisions import DecisionKind
from app.domain.priority import Level, Reason
from app.domain.sectors import SECTORS, Sector
from app.services.answers import (
    CaseloadList,
    CaseloadQuery,
    CaseloadRow,
    Freshness,
    SectorMark,
)
from app.services.searching import phrase
from app.storage.office import Office
from app.storage.results import listed_then, runs_made

DEFAULT_CAPACITY = 60
DEFAULT_SAMPLE = 5
NEW_DAYS = 31
VIEWS = ("mine", "unassigned", "month", "all")

_PLACES = """
    FROM view.priority AS p
    JOIN view.person AS n ON n.person_id = p.person_id
    LEFT JOIN assignment AS t ON t.person_id = p.person_id
    LEFT JOIN member AS a ON a.id = t.member
    LEFT JOIN desk AS d ON d.person_id = p.person_id
    LEFT JOIN decision AS z ON z.entry = (SELECT y.entry FROM decision AS y
        WHERE y.person_id = p.person_id AND y.withdrawn = 0 ORDER BY y.recorded DESC, y.entry DESC LIMIT 1)
"""

# What was on screen at the last decision, and the last day about which anything was known then.
_ON_SCREEN = "CASE WHEN json_valid(z.on_screen) THEN z.on_screen ELSE '{}' END"
_KNOWN_THEN = f"coalesce(json_extract({_ON_SCREEN}, '$.as_of'), substr(d.decided, 1, 10))"

# A decided child rests until its next date comes or new facts do: a reason with a later one, or one
# of which nothing is on record (nobody seen, not enrolled) that was not on screen then.
_RESTING = f"""(d.decided IS NOT NULL AND (d.next_day IS NULL OR d.next_day > :today)
    AND NOT EXISTS (SELECT 1 FROM view.finding AS f WHERE f.person_id = p.person_id AND f.answer = 'holds'
        AND CASE WHEN f.facts <> '[]' THEN f.last > {_KNOWN_THEN}
            ELSE json_type({_ON_SCREEN}, '$.findings') IS NOT NULL AND f.criterion NOT IN
                (SELECT json_extract(value, '$[0]') FROM json_each({_ON_SCREEN}, '$.findings')
                 WHERE json_extract(value, '$[2]') = 'holds') END))"""

# The same of few children, without working the desk of all out: by their own last decision and contact.
_AGREED = "CASE WHEN z.recorded IS NULL OR k.recorded > z.recorded THEN k.next END"
_NEXT_DAY = f"CASE WHEN {_AGREED} < coalesce(z.next, '9999') THEN {_AGREED} ELSE z.next END"
_RESTING_ALONE = _RESTING.replace("d.decided", "z.recorded").replace("d.next_day", f"({_NEXT_DAY})")
_PLACES_ALONE = """
    FROM view.priority AS p
    JOIN view.person AS n ON n.person_id = p.person_id
    LEFT JOIN decision AS z ON z.entry = (SELECT y.entry FROM decision AS y
        WHERE y.person_id = p.person_id AND y.withdrawn = 0 ORDER BY y.recorded DESC, y.entry DESC LIMIT 1)
    LEFT JOIN contact AS k ON k.entry = (SELECT x.entry FROM contact AS x
        WHERE x.person_id = p.person_id ORDER BY x.day DESC, x.recorded DESC, x.entry DESC LIMIT 1)
"""

_OPEN = f"p.already_supported = 0 AND n.moved_out = 0 AND NOT {_RESTING}"

_VIEW_CONDITIONS = {
    "mine": "t.member = :me",
    "unassigned": "coalesce(a.name, '') = '' AND p.level IN ('urgent', 'high', 'middle')",
    "month": f"p.level IN ('urgent', 'high', 'middle') AND {_OPEN}",
    "all": "1",
}

_ORDERS = {
    "rank": "p.rank",
    "name": "n.kana = '', n.kana, p.rank",
    "age": "n.birth DESC, p.rank",
    "points": "p.points DESC, p.rank",
    "last_contact": "d.last_contact IS NOT NULL, d.last_contact, p.rank",
    "last_seen": "d.last_seen IS NOT NULL, d.last_seen, p.rank",
    "next": "d.next_day IS NULL, d.next_day, p.rank",
    "assignee": "coalesce(a.name, '') = '', a.name, p.rank",
}
_REVERSED = {
    "rank": "p.rank DESC",
    "name": "n.kana = '', n.kana DESC, p.rank",
    "age": "n.birth, p.rank",
    "points": "p.points, p.rank",
    "last_contact": "d.last_contact IS NULL, d.last_contact DESC, p.rank",
    "last_seen": "d.last_seen IS NULL, d.last_seen DESC, p.rank",
    "next": "d.next_day IS NULL, d.next_day DESC, p.rank",
    "assignee": "coalesce(a.name, '') = '', a.name DESC, p.rank",
}


@dataclass(frozen=True)
class _Condition:
    sql: str
    values: dict[str, object]


def listing(office: Office, query: CaseloadQuery, today: date) -> CaseloadList:
    """The ids of ``query`` in its order, the cut, and how many children each view holds."""
    db = office.reader()
    drawn = drawn_in_force(db) if query.view == "month" else frozenset()
    ids = _ids(db, _condition(office, query, today), query.sort)
    capacity = int(office.setting("capacity", DEFAULT_CAPACITY))
    looked = looked_at(db, today)
    left = max(0, capacity - looked)
    cut, ties = _cut(db, ids, left) if (query.view, query.sort) == ("month", "rank") else (None, frozenset())
    sampled: tuple[int, ...] = ()
    if drawn:
        above = frozenset(ids[:cut])
        every = _ids(db, _condition(office, query, today, drawn), query.sort)
        sampled = tuple(one for one in every if one in drawn and one not in above)
        ids = _with_sample(ids, every, cut, sampled) if query.sort == "rank" else every
    return CaseloadList(
        ids=ids,
        sampled=frozenset(sampled),
        total=_one(db, "SELECT count(*) FROM view.priority", {}),
        cut=cut,
        capacity=capacity,
        ties=ties,
        counts=_counts(db, office, today),
        as_of=as_of(office),
        looked=looked,
    )


def looked_at(db: Any, today: date) -> int:
    """How many children the office decided on in the month of ``today``: so much of its capacity is used."""
    first = today.replace(day=1)
    after = (first + timedelta(days=31)).replace(day=1)
    return _one(
        db,
        "SELECT count(DISTINCT person_id) FROM decision WHERE withdrawn = 0 AND day >= :first AND day < :after",
        {"first": first.isoformat(), "after": after.isoformat()},
    )


def _with_sample(ids: Sequence[int], every: Sequence[int], cut: int | None, sampled: Sequence[int]) -> tuple[int, ...]:
    """Those drawn stand right below the cut, or last where nothing is cut."""
    rest = [one for one in ids if one not in sampled]
    place = len(rest) if cut is None else cut
    return (*rest[:place], *sampled, *rest[place:])


def drawn_in_force(db: Any) -> frozenset[int]:
    """The children whom the last run drew from below its list."""
    made = runs_made(db)
    results = made[0].results if made else 0
    return frozenset(one.person_id for one in listed_then(db, results) if one.how == "sample")


@dataclass(frozen=True)
class Selection:
    """Who is to be looked at: the list down to the cut, and those who may be drawn from below it."""

    listed: tuple[int, ...]
    below: tuple[int, ...]


def select(db: Any, capacity: int, today: date) -> Selection:
    """What a run's list is on ``today``; ``db`` has the truth in ``main`` and the view as ``view``."""
    day: dict[str, object] = {"today": today.isoformat()}
    month = _ids(db, _Condition(_VIEW_CONDITIONS["month"], day), "rank")
    cut, _ = _cut(db, month, capacity)
    listed = month[:cut]
    above = frozenset(listed)
    below = tuple(one for one in _ids(db, _Condition(_OPEN, day), "rank") if one not in above)
    return Selection(listed, below)


def as_of(office: Office) -> date | None:
    """The day that the published priorities were worked out for; None before the first import."""
    found = office.reader().execute("SELECT value FROM view.meta WHERE key = 'as_of'").fetchone()
    return day_of(found[0]) if found else None


def _ids(db: Any, condition: _Condition, sort: str) -> tuple[int, ...]:
    order = _REVERSED[sort[1:]] if sort.startswith("-") else _ORDERS[sort]
    found = db.execute(f"SELECT p.person_id {_PLACES} WHERE {condition.sql} ORDER BY {order}", condition.values)
    return tuple(row[0] for row in found.fetchall())


def open_children(db: Any, today: date) -> tuple[int, ...]:
    """Whom a list of ``today`` may hold: neither supported already, nor moved away, nor resting."""
    return _ids(db, _Condition(_OPEN, {"today": today.isoformat()}), "rank")


@dataclass(frozen=True)
class Place:
    """Where a child stands to the list: ``reason`` is ``listed below urgent_first full resting supported
    moved_out`` (``urgent_first``: only urgent ones find room on it; ``full``: nobody does this month).

    ``least``: the points of the last one on the list, or of the level ``middle`` where there is room.
    """

    reason: str
    points: int
    least: int


def place_of(db: Any, person_id: int, capacity: int, middle: int, today: date) -> Place | None:
    """Where a child stands to the list of ``today``; None for who is not listed at all.

    ``capacity`` is what the office can look at in a month; those decided on in it are taken off.
    """
    left = max(0, capacity - looked_at(db, today))
    month = _VIEW_CONDITIONS["month"].replace(_RESTING, _RESTING_ALONE)
    values = {"today": today.isoformat(), "person": person_id, "back": max(left, 1) - 1}
    row = db.execute(
        f"SELECT p.level, p.points, p.already_supported, n.moved_out, p.rank, {month}, {_RESTING_ALONE} {_PLACES_ALONE}"
        " WHERE p.person_id = :person",
        values,
    ).fetchone()
    if row is None:
        return None
    level, points, supported, moved_out, rank, on_month, resting = row
    last = db.execute(
        f"SELECT p.rank, p.level, p.points {_PLACES_ALONE} WHERE {month} ORDER BY p.rank LIMIT 1 OFFSET :back", values
    ).fetchone()
    least = max(middle, last[2]) if last else middle
    if on_month and left and (last is None or rank <= last[0] or (level, points) == tuple(last[1:])):
        return Place("listed", points, least)
    reason = "moved_out" if moved_out else "supported" if supported else "resting" if resting else "below"
    if reason == "below" and on_month and not left:
        reason = "full"
    elif reason == "below" and last and last[1] == Level.URGENT:
        reason = "urgent_first"
    return Place(reason, points, least)


def _condition(office: Office, query: CaseloadQuery, today: date, drawn: frozenset[int] = frozenset()) -> _Condition:
    parts = [_in_view(query.view, drawn)]
    values: dict[str, object] = {"me": office.member.id, "today": today.isoformat()}
    if query.levels:
        parts.append(f"p.level IN ({_named('level', query.levels, values)})")
    if query.sectors:
        parts.append("(" + " OR ".join(f"p.p_{sector} > 0" for sector in query.sectors) + ")")
    if query.assignees:
        names = _named("assignee", query.assignees, values)
        parts.append(f"coalesce(a.name, '') IN ({names})")
    if query.overdue:
        parts.append("d.next_day < :today")
    if query.hide_supported:
        parts.append("p.already_supported = 0")
    words = phrase(query.text)
    if words:
        parts.append("p.person_id IN (SELECT rowid FROM view.search WHERE search MATCH :words)")
        values["words"] = words
    return _Condition(" AND ".join(parts), values)


def _in_view(view: str, drawn: frozenset[int]) -> str:
    """The condition of a view; those drawn belong to ``month`` as long as they are open."""
    if view != "month" or not drawn:
        return _VIEW_CONDITIONS[view]
    return f"(({_VIEW_CONDITIONS[view]}) OR p.person_id IN ({', '.join(map(str, sorted(drawn)))}) AND {_OPEN})"


def _named(stem: str, wanted: Iterable[str], values: dict[str, object]) -> str:
    names = {f"{stem}{index}": str(value) for index, value in enumerate(sorted(wanted))}
    values.update(names)
    return ", ".join(f":{name}" for name in names)


def _cut(db: Any, ids: Sequence[int], capacity: int) -> tuple[int | None, frozenset[int]]:
    """Where the office's capacity ends; children tied at the cut stay together above it."""
    if len(ids) <= capacity:
        return None, frozenset()
    if capacity < 1:
        return 0, frozenset()
    last = _standing_of(db, ids[capacity - 1])
    cut = capacity
    while cut < len(ids) and _standing_of(db, ids[cut]) == last:
        cut += 1
    if cut == capacity:
        return cut, frozenset()
    start = capacity - 1
    while start > 0 and _standing_of(db, ids[start - 1]) == last:
        start -= 1
    return cut, frozenset(ids[start:cut])


def _standing_of(db: Any, person_id: int) -> tuple[str, int]:
    row = db.execute("SELECT level, points FROM view.priority WHERE person_id = ?", (person_id,)).fetchone()
    return row[0], row[1]


def _counts(db: Any, office: Office, today: date) -> dict[str, int]:
    values = {"me": office.member.id, "today": today.isoformat()}
    drawn = drawn_in_force(db)
    return {view: _one(db, f"SELECT count(*) {_PLACES} WHERE {_in_view(view, drawn)}", values) for view in VIEWS}


def _one(db: Any, sql: str, values: Mapping[str, object]) -> int:
    return int(db.execute(sql, values).fetchone()[0])


_ROW = f"""
    SELECT p.person_id, p.level, n.name, n.kana, n.birth, p.points, p.has_unknown,
        p.already_supported, n.protected, n.uncertain, n.moved_out,
        coalesce(a.name, ''), d.last_contact, d.last_contact_kind, d.last_seen, d.next_day,
        d.next_kind, d.last_decision, d.decided,
        EXISTS (SELECT 1 FROM view.household AS mine JOIN view.household AS theirs
                ON theirs.household = mine.household AND theirs.person_id <> mine.person_id
                JOIN view.priority AS s ON s.person_id = theirs.person_id
                WHERE mine.person_id = p.person_id) AS siblings,
        CASE WHEN d.decided IS NULL THEN NULL ELSE {_KNOWN_THEN} END,
        {", ".join(f"p.p_{sector}, p.s_{sector}" for sector in SECTORS)}
    {_PLACES}
    WHERE p.person_id IN (%s)
"""


def rows(office: Office, ids: Sequence[int], today: date) -> list[CaseloadRow]:
    """The lines of these children, in the order asked for; ids no longer listed are left out."""
    db = office.reader()
    marks = ", ".join(str(int(one)) for one in ids)
    day = as_of(office) or today
    reach = {one.sector: one.as_of for one in freshness(office)}
    reasons = reasons_of(db, ids)
    drawn = drawn_in_force(db)
    found = {
        raw[0]: _row(raw, day, reach, reasons.get(raw[0], ()), raw[0] in drawn)
        for raw in db.execute(_ROW % marks).fetchall()
    }
    return [found[one] for one in ids if one in found]


def _row(
    raw: Sequence[Any], day: date, reach: dict[Sector, date | None], reasons: tuple[Reason, ...], drawn: bool
) -> CaseloadRow:
    birth = full_day(raw[4])
    since = day_of(raw[20]) if raw[20] else day - timedelta(days=NEW_DAYS)
    new = [reason for reason in reasons if reason.last is not None and reason.last > since]
    return CaseloadRow(
        person_id=raw[0],
        level=Level(raw[1]),
        name=raw[2],
        kana=raw[3],
        birth=birth,
        age=age_on(birth, day) if birth else None,
        grade=grade_on(birth, day) if birth else "",
        sectors=sector_marks(raw[21:], reach),
        points=raw[5],
        has_unknown=bool(raw[6]),
        reasons=reasons,
        new_count=len(new),
        new_words=tuple(reason.criterion for reason in new[:2]),
        last_contact=_day(raw[12]),
        last_contact_kind=raw[13] or "",
        last_seen=_day(raw[14]),
        next_day=_day(raw[15]),
        next_kind=raw[16] or "",
        assignee=raw[11],
        already_supported=bool(raw[7]),
        protected=bool(raw[8]),
        uncertain_links=raw[9],
        has_siblings=bool(raw[19]),
        moved_out=bool(raw[10]),
        last_decision=DecisionKind(raw[17]) if raw[17] else None,
        sampled=drawn,
    )


def _day(text: str | None) -> date | None:
    return day_of(text) if text else None


def sector_marks(pairs: Sequence[Any], reach: dict[Sector, date | None]) -> tuple[SectorMark, ...]:
    """Points and state of each sector, from the alternating columns of ``view.priority``."""
    return tuple(
        SectorMark(sector, pairs[2 * at + 1], pairs[2 * at], reach.get(sector)) for at, sector in enumerate(SECTORS)
    )


def reasons_of(db: Any, ids: Sequence[int]) -> dict[int, tuple[Reason, ...]]:
    """The findings that hold, urgent ones first, then by points, then the newest."""
    marks = ", ".join(str(int(one)) for one in ids)
    found: dict[int, list[Reason]] = {}
    for row in db.execute(
        "SELECT person_id, criterion, sector, points, urgent, facts, first, last, value, count"
        f" FROM view.finding WHERE answer = 'holds' AND person_id IN ({marks})"
        " ORDER BY urgent DESC, points DESC, last DESC, criterion"
    ).fetchall():
        found.setdefault(row[0], []).append(reason_from(row[1:]))
    return {person: tuple(reasons) for person, reasons in found.items()}


def reason_from(row: Sequence[Any]) -> Reason:
    """A Reason from (criterion, sector, points, urgent, facts, first, last, value, count)."""
    first, last = _day(row[5]), _day(row[6])
    return Reason(
        criterion=row[0],
        sector=Sector(row[1]),
        points=row[2],
        urgent=bool(row[3]),
        facts=tuple(json.loads(row[4])),
        first=first,
        last=last,
        values={"value": row[7], "count": row[8], "first": first, "last": last},
    )


def freshness(office: Office) -> tuple[Freshness, ...]:
    """How far each sector's data reaches: up to which day all of its delivered extracts speak."""
    reach = dict(
        office.reader()
        .execute(
            "SELECT sector, min(reach) FROM"
            ' (SELECT sector, extract, max("end") AS reach FROM view.coverage GROUP BY sector, extract)'
            " GROUP BY sector"
        )
        .fetchall()
    )
    return tuple(Freshness(sector, full_day(reach.get(sector) or "")) for sector in SECTORS)
