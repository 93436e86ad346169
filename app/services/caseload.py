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

DEFAULT_CAPACITY = 60
NEW_DAYS = 31
VIEWS = ("mine", "unassigned", "month", "all")

_PLACES = """
    FROM view.priority AS p
    JOIN view.person AS n ON n.person_id = p.person_id
    LEFT JOIN assignment AS t ON t.person_id = p.person_id
    LEFT JOIN member AS a ON a.id = t.member
    LEFT JOIN desk AS d ON d.person_id = p.person_id
"""

# A decided child rests until its next date comes or a reason with newer facts appears.
_RESTING = """(d.decided IS NOT NULL AND (d.next_day IS NULL OR d.next_day > :today)
    AND NOT EXISTS (SELECT 1 FROM view.finding AS f WHERE f.person_id = p.person_id
                    AND f.answer = 'holds' AND f.last > d.decided))"""

_VIEW_CONDITIONS = {
    "mine": "t.member = :me",
    "unassigned": "coalesce(a.name, '') = '' AND p.level IN ('urgent', 'high', 'middle')",
    "month": "p.level IN ('urgent', 'high', 'middle') AND p.already_supported = 0"
    f" AND n.moved_out = 0 AND NOT {_RESTING}",
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
    condition = _condition(office, query, today)
    ids = _ids(db, condition, query.sort)
    capacity = int(office.setting("capacity", DEFAULT_CAPACITY))
    cut, ties = _cut(db, ids, query, capacity)
    return CaseloadList(
        ids=ids,
        total=_one(db, "SELECT count(*) FROM view.priority", {}),
        cut=cut,
        capacity=capacity,
        ties=ties,
        counts=_counts(db, office, today),
        as_of=as_of(office),
    )


def as_of(office: Office) -> date | None:
    """The day that the published priorities were worked out for; None before the first import."""
    found = office.reader().execute("SELECT value FROM view.meta WHERE key = 'as_of'").fetchone()
    return day_of(found[0]) if found else None


def _ids(db: Any, condition: _Condition, sort: str) -> tuple[int, ...]:
    order = _REVERSED[sort[1:]] if sort.startswith("-") else _ORDERS[sort]
    found = db.execute(f"SELECT p.person_id {_PLACES} WHERE {condition.sql} ORDER BY {order}", condition.values)
    return tuple(row[0] for row in found.fetchall())


def _condition(office: Office, query: CaseloadQuery, today: date) -> _Condition:
    parts = [_VIEW_CONDITIONS[query.view]]
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


def _named(stem: str, wanted: Iterable[str], values: dict[str, object]) -> str:
    names = {f"{stem}{index}": str(value) for index, value in enumerate(sorted(wanted))}
    values.update(names)
    return ", ".join(f":{name}" for name in names)


def _cut(db: Any, ids: Sequence[int], query: CaseloadQuery, capacity: int) -> tuple[int | None, frozenset[int]]:
    """Where the office's capacity ends; children tied at the cut stay together above it."""
    if query.view != "month" or query.sort != "rank" or len(ids) <= capacity or capacity < 1:
        return None, frozenset()
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
    return {view: _one(db, f"SELECT count(*) {_PLACES} WHERE {_VIEW_CONDITIONS[view]}", values) for view in VIEWS}


def _one(db: Any, sql: str, values: Mapping[str, object]) -> int:
    return int(db.execute(sql, values).fetchone()[0])


_ROW = f"""
    SELECT p.person_id, p.rank, p.level, n.name, n.kana, n.birth, p.points, p.has_unknown,
        p.already_supported, n.protected, n.uncertain, n.moved_out,
        coalesce(a.name, ''), d.last_contact, d.last_contact_kind, d.last_seen, d.next_day,
        d.next_kind, d.last_decision, d.decided,
        EXISTS (SELECT 1 FROM view.household AS mine JOIN view.household AS theirs
                ON theirs.household = mine.household AND theirs.person_id <> mine.person_id
                JOIN view.priority AS s ON s.person_id = theirs.person_id
                WHERE mine.person_id = p.person_id) AS siblings,
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
    found = {raw[0]: _row(raw, day, reach, reasons.get(raw[0], ())) for raw in db.execute(_ROW % marks).fetchall()}
    return [found[one] for one in ids if one in found]


def _row(raw: Sequence[Any], day: date, reach: dict[Sector, date | None], reasons: tuple[Reason, ...]) -> CaseloadRow:
    birth = full_day(raw[5])
    since = day_of(raw[19][:10]) if raw[19] else day - timedelta(days=NEW_DAYS)
    new = [reason for reason in reasons if reason.last is not None and reason.last > since]
    return CaseloadRow(
        person_id=raw[0],
        rank=raw[1],
        level=Level(raw[2]),
        name=raw[3],
        kana=raw[4],
        birth=birth,
        age=age_on(birth, day) if birth else None,
        grade=grade_on(birth, day) if birth else "",
        sectors=sector_marks(raw[21:], reach),
        points=raw[6],
        has_unknown=bool(raw[7]),
        reasons=reasons,
        new_count=len(new),
        new_words=tuple(reason.criterion for reason in new[:2]),
        last_contact=_day(raw[13]),
        last_contact_kind=raw[14] or "",
        last_seen=_day(raw[15]),
        next_day=_day(raw[16]),
        next_kind=raw[17] or "",
        assignee=raw[12],
        already_supported=bool(raw[8]),
        protected=bool(raw[9]),
        uncertain_links=raw[10],
        has_siblings=bool(raw[20]),
        moved_out=bool(raw[11]),
        last_decision=DecisionKind(raw[18]) if raw[18] else None,
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
