"""The caseload: which children, in which order, and what each line of the list says.

``listing`` answers with ids only, so that 400,000 children cost one sorted column; ``rows`` fetches
the lines that are in sight. Both only read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

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
from app.services.casework.narrowing import (
    KNOWN_THEN,
    NEW_DAYS,
    OPEN,
    PLACES,
    PLACES_ALONE,
    RESTING,
    RESTING_ALONE,
    VIEW_CONDITIONS,
    VIEWS,
    Condition,
    condition,
    ids_of,
    in_view,
    places,
)
from app.services.casework.saved_views import plain
from app.services.deriving.searching import phrase
from app.services.priority.runs import criteria_of, published_run_of
from app.services.protection.need_to_know import closed_to, narrowed_row
from app.storage.office import Office
from app.storage.results import listed_then, runs_made

DEFAULT_CAPACITY = 60
DEFAULT_SAMPLE = 5
_COUNTED: WeakKeyDictionary[Office, tuple[object, dict[str, int]]] = WeakKeyDictionary()


def listing(office: Office, query: CaseloadQuery, today: date) -> CaseloadList:
    """The ids of ``query`` in its order, the cut, and how many children each view holds."""
    office.demand("see", "caseload")
    db = office.reader()
    drawn = drawn_in_force(db) if query.view == "month" else frozenset()
    every = ids_of(db, condition(office, query, today, drawn), query.sort)
    narrowed = set(plain(query)) - {"view", "sort"}
    counts = _counts(db, office, today, {} if narrowed else {query.view: len(every)})
    ids = _undrawn(office, db, query, today, drawn, every)
    capacity = int(office.setting("capacity", DEFAULT_CAPACITY))
    looked = looked_at(db, today)
    left = max(0, capacity - looked)
    cut, ties = _cut(db, ids, left) if (query.view, query.sort) == ("month", "rank") else (None, frozenset())
    sampled: tuple[int, ...] = ()
    if drawn:
        above = frozenset(ids[:cut])
        sampled = tuple(one for one in every if one in drawn and one not in above)
        ids = _with_sample(ids, every, cut, sampled) if query.sort == "rank" else every
    return CaseloadList(
        ids=ids,
        sampled=frozenset(sampled),
        total=counts["all"],
        cut=cut,
        capacity=capacity,
        ties=ties,
        counts=counts,
        as_of=as_of(office),
        looked=looked,
    )


def _undrawn(
    office: Office, db: Any, query: CaseloadQuery, today: date, drawn: frozenset[int], every: tuple[int, ...]
) -> tuple[int, ...]:
    """The list without those who stand on it only because they were drawn."""
    if not drawn:
        return every
    asked = condition(office, query, today)
    few = Condition(f"{asked.sql} AND p.person_id IN ({', '.join(map(str, sorted(drawn)))})", asked.values)
    fitting = frozenset(ids_of(db, few, "rank"))
    return tuple(one for one in every if one not in drawn or one in fitting)


def log_search(office: Office, query: CaseloadQuery, found: int, now: datetime) -> None:
    """Log that somebody searched: a digest of the words, which conditions stood, and how many were found."""
    fields = [name for name in plain(query) if name not in ("view", "sort")]
    if fields:
        digest = office.digester.searched(phrase(query.text)) if query.text else ""
        office.log_view(0, f"search:{digest} {'+'.join(sorted(fields))} {found}", time=now)


@dataclass(frozen=True)
class Choices:
    """What conditions there are to choose from: criteria in force with their sector, and schools by name."""

    criteria: tuple[tuple[str, Sector], ...] = ()
    schools: tuple[str, ...] = ()


def choices(office: Office) -> Choices:
    """Criteria of the run in force, and every school and nursery of a child that is not protected."""
    run = published_run_of(office)
    rules = criteria_of(run.settings) if run is not None else ()
    found = office.reader().execute(
        "SELECT DISTINCT n.facility FROM view.priority AS p JOIN view.person AS n ON n.person_id = p.person_id"
        " WHERE n.protected = 0 AND n.facility <> '' ORDER BY n.facility"
    )
    return Choices(tuple((rule.key, rule.sector) for rule in rules), tuple(row[0] for row in found.fetchall()))


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
    month = ids_of(db, Condition(VIEW_CONDITIONS["month"], day), "rank")
    cut, _ = _cut(db, month, capacity)
    listed = month[:cut]
    above = frozenset(listed)
    below = tuple(one for one in ids_of(db, Condition(OPEN, day), "rank") if one not in above)
    return Selection(listed, below)


def as_of(office: Office) -> date | None:
    """The day that the published priorities were worked out for; None before the first import."""
    found = office.reader().execute("SELECT value FROM view.meta WHERE key = 'as_of'").fetchone()
    return day_of(found[0]) if found else None


def open_children(db: Any, among: Iterable[int], today: date) -> tuple[int, ...]:
    """Who of these a list of ``today`` may hold: neither supported already, nor moved away, nor resting."""
    values: dict[str, object] = {"today": today.isoformat(), "among": json.dumps(sorted(among))}
    return ids_of(db, Condition(f"p.person_id IN (SELECT value FROM json_each(:among)) AND {OPEN}", values), "rank")


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
    month = VIEW_CONDITIONS["month"].replace(RESTING, RESTING_ALONE)
    values = {"today": today.isoformat(), "person": person_id, "back": max(left, 1) - 1}
    row = db.execute(
        f"SELECT p.level, p.points, p.already_supported, n.moved_out, p.rank, {month}, {RESTING_ALONE} {PLACES_ALONE}"
        " WHERE p.person_id = :person",
        values,
    ).fetchone()
    if row is None:
        return None
    level, points, supported, moved_out, rank, on_month, resting = row
    last = db.execute(
        f"SELECT p.rank, p.level, p.points {PLACES_ALONE} WHERE {month} ORDER BY p.rank LIMIT 1 OFFSET :back", values
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


def _counts(db: Any, office: Office, today: date, listed: Mapping[str, int]) -> dict[str, int]:
    """How many children each view holds: they change with what is done, not with what is asked for.

    ``listed`` are known already: a view that was just listed whole.
    """
    state = (office.view_number(db), office.last_seq(), today)
    known = _COUNTED.get(office)
    if known is None or known[0] != state:
        known = _COUNTED[office] = (state, {**_count(db, office, today, frozenset(listed)), **listed})
    return known[1]


def _count(db: Any, office: Office, today: date, known: frozenset[str]) -> dict[str, int]:
    values = {"me": office.member.id, "today": today.isoformat()}
    drawn = drawn_in_force(db)
    found = {view: in_view(view, drawn) for view in VIEWS if view not in known}
    return {view: _one(db, f"SELECT count(*) {places(sql)} WHERE {sql}", values) for view, sql in found.items()}


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
        CASE WHEN d.decided IS NULL THEN NULL ELSE {KNOWN_THEN} END,
        CASE WHEN n.protected = 1 THEN '' ELSE n.facility END,
        {", ".join(f"p.p_{sector}, p.s_{sector}" for sector in SECTORS)}
    {PLACES}
    WHERE p.person_id IN (%s)
"""


def rows(office: Office, ids: Sequence[int], today: date) -> list[CaseloadRow]:
    """The lines of these children, in the order asked for; ids no longer listed are left out."""
    office.demand("see", "caseload")
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
    closed = closed_to(office)
    return [narrowed_row(found[one], closed) for one in ids if one in found]


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
        sectors=sector_marks(raw[22:], reach),
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
        school=raw[21],
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
