"""The caseload: which children, in which order, and what each line of the list says.

``listing`` answers with ids only, from the roll that the office has at hand; ``rows`` fetches the lines that are in
sight from the tables. Both only read.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from app.domain.ages import age_on, grade_on
from app.domain.dates import day_of, full_day
from app.domain.decisions import DecisionKind
from app.domain.priority import Level, Reason
from app.domain.sectors import SECTORS, Sector
from app.services.answers.caseload import CaseloadList, CaseloadQuery, CaseloadRow, Freshness, SectorMark
from app.services.casework.ids import Ids
from app.services.casework.narrowing import (
    NEW_DAYS,
    VIEWS,
    Asker,
    among,
    asked_for,
    in_order,
    in_view,
    own_or_nobodys,
    schools_of,
    worth_looking,
)
from app.services.casework.rolls import roll_at_hand
from app.services.casework.saved_views import plain
from app.services.casework.selecting import DEFAULT_CAPACITY, cut_at, drawn_in_force, looked_at, persons_of
from app.services.deriving.searching import phrase
from app.services.priority.runs import criteria_of, published_run_of
from app.services.protection.need_to_know import closed_to, narrowed_row, narrowed_to_own
from app.storage.offices.office import Office
from app.storage.priorities.roll import KNOWN_THEN, LAST_DECISION, Column, Roll


def listing(office: Office, query: CaseloadQuery, today: date) -> CaseloadList:
    """The ids of ``query`` in its order, the cut, and how many children each view holds."""
    office.demand("see", "caseload")
    capacity = int(office.setting("capacity", DEFAULT_CAPACITY))
    with roll_at_hand(office) as (db, roll):
        asker = Asker(office.member.id, today, dict(db.execute("SELECT id, name FROM member").fetchall()))
        drawn = drawn_in_force(db)
        views = {view: in_view(roll, view, asker, drawn) for view in VIEWS}
        if narrowed_to_own(office):
            theirs = own_or_nobodys(roll, asker)
            views = {view: some & theirs for view, some in views.items()}
        found, asked = views[query.view], asked_for(db, roll, query, asker)
        slots = in_order(db, roll, found if asked is None else found & asked, query.sort, asker)
        looked = looked_at(db, today)
        shown = _Shown(slots, None, slots[:0], slots[:0])
        if query.view == "month":
            shown = _of_the_month(roll, slots, among(roll, drawn), max(0, capacity - looked), query.sort)
        counts = {view: int(np.count_nonzero(some)) for view, some in views.items()}
        return CaseloadList(
            ids=Ids(roll.column["person"][shown.slots]),
            sampled=frozenset(persons_of(roll, shown.sampled)),
            total=counts["all"],
            cut=shown.cut,
            capacity=capacity,
            ties=frozenset(persons_of(roll, shown.ties)),
            counts=counts,
            as_of=as_of(office),
            looked=looked,
        )


def listing_with_rows(
    office: Office, query: CaseloadQuery, today: date, person: int | None, sight: int
) -> tuple[CaseloadList, list[CaseloadRow]]:
    """The list, and the lines that come into sight with it: ``sight`` from the top, or as many to both sides of a
    ``person`` on it. In one answer, so that the list is painted once and not first without its lines."""
    listed = listing(office, query, today)
    ids = listed.ids
    if person is not None and person in ids:
        place = ids.index(person)
        return listed, rows(office, ids[max(0, place - sight) : place + sight], today)
    return listed, rows(office, ids[:sight], today)


@dataclass(frozen=True)
class _Shown:
    """Slots in the order in which they are shown, where they are cut, who is tied there, and who was drawn."""

    slots: Column
    cut: int | None
    ties: Column
    sampled: Column


def _of_the_month(roll: Roll, every: Column, drawn: Column, left: int, sort: str) -> _Shown:
    """The month's list: cut where it goes by rank; those drawn stand right below the cut, or last where nothing is."""
    only_drawn = (drawn & ~worth_looking(roll))[every]
    slots = every[~only_drawn]
    cut, ties = cut_at(roll, slots, left) if sort == "rank" else (None, slots[:0])
    below = drawn.copy()
    below[slots[:cut]] = False
    sampled = every[below[every]]
    if sort == "rank":
        rest = slots[~below[slots]]
        place = len(rest) if cut is None else cut
        return _Shown(np.concatenate((rest[:place], sampled, rest[place:])), cut, ties, sampled)
    return _Shown(every, cut, ties, sampled)


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
    with roll_at_hand(office) as (_, roll):
        schools = schools_of(roll)
    return Choices(tuple((rule.key, rule.sector) for rule in rules), schools)


def as_of(office: Office) -> date | None:
    """The day that the published priorities were worked out for; None before the first import."""
    found = office.reader().execute("SELECT value FROM view.meta WHERE key = 'as_of'").fetchone()
    return day_of(found[0]) if found else None


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
    FROM view.priority AS p
    JOIN view.person AS n ON n.person_id = p.person_id
    LEFT JOIN assignment AS t ON t.person_id = p.person_id
    LEFT JOIN member AS a ON a.id = t.member
    LEFT JOIN desk AS d ON d.person_id = p.person_id
    {LAST_DECISION}
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
    if narrowed_to_own(office):
        found = {one: row for one, row in found.items() if row.assignee in ("", office.member.name)}
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
