"""Reviewing one child: reading the file, deciding, noting a contact.

Opening a child is journalled before the page shows (law 4); nothing else here writes but the verbs
that say so.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from app.domain import decisions, ids
from app.domain.ages import age_on, grade_on
from app.domain.dates import full_day
from app.domain.decisions import Decision
from app.domain.message import Refused, WrongUse
from app.domain.priority import Level
from app.domain.sectors import Sector
from app.services.answers.child import ChildFile, RawRow
from app.services.answers.outcomes import Changes, Outcome
from app.services.casework import explaining
from app.services.casework.caseload import as_of, freshness, reasons_of, sector_marks
from app.services.casework.contacts import contacts_of, existing
from app.services.casework.coverage import gaps_of, speaking
from app.services.casework.file_parts import (
    decisions_of,
    doubtful_records,
    facts_of,
    household_of,
    records_of,
    shown_first,
    unknown_of,
)
from app.services.casework.lost_children import lost_person
from app.services.casework.selecting import rank_of
from app.services.casework.since import unseen
from app.services.deriving.profiles_in_force import profiles_of
from app.services.priority.runs import heed
from app.services.priority.strengths import strengths_of
from app.services.protection.need_to_know import check_own, closed_now, closed_to, narrowed
from app.services.protection.veil import Veil
from app.services.protection.withholding import items_of
from app.storage.digests import cells_of
from app.storage.offices.office import Office


def child_file(office: Office, person_id: int, now: datetime) -> ChildFile:
    """Everything about one child. WrongUse when there is no such person. Of a child whose only import was
    withdrawn it is what people recorded.

    The opening stands in the access log before the file is returned.
    """
    office.demand("see", "child")
    db = office.reader()
    person = _one(db, "SELECT * FROM view.person WHERE person_id = ?", person_id)
    lost = None if person else lost_person(db, person_id)
    if person is None and lost is None:
        raise WrongUse("child.unknown", child=ids.code(person_id))
    check_own(office, db, person_id)
    office.log_view(person_id, "child", time=now)
    seq = office.last_seq()  # first: what comes in while we read is not known to the page
    file = replace(_file(office, db, person or lost or {}, now.date()), seq=seq, lost=person is None)
    return narrowed(office, file, closed_now(office, db, person_id, now))


def _file(office: Office, db: Any, person: dict[str, Any], today: date) -> ChildFile:
    person_id = person["person_id"]
    protected = bool(person["protected"])
    birth = full_day(person["birth"])
    day = as_of(office) or today
    reach = {one.sector: one.as_of for one in freshness(office)}
    standing = _one(db, "SELECT * FROM view.priority WHERE person_id = ?", person_id)
    records = records_of(db, person_id, protected)
    uncertain = doubtful_records(db, person_id)
    desk = _one(db, "SELECT * FROM desk WHERE person_id = ?", person_id) or {}
    first = shown_first(records)
    level = Level(standing["level"]) if standing else Level.NONE
    points = standing["points"] if standing else 0
    reasons = reasons_of(db, [person_id]).get(person_id, ())
    facts = facts_of(db, person_id, uncertain)
    contacts = contacts_of(db, person_id)
    return ChildFile(
        person_id=person_id,
        name=person["name"],
        kana=person["kana"],
        birth=birth,
        age=age_on(birth, day) if birth else None,
        grade=grade_on(birth, day) if birth else "",
        sex=person["sex"],
        facility=None if protected else person["facility"],
        school_class="" if protected else person["school_class"],
        address=None if protected else (first.address if first else ""),
        phone=None if protected else (first.phone if first else ""),
        protected=protected,
        protected_until=full_day(person["protected_until"]),
        former_name=any(one.renamed for one in records),
        dead=bool(person["dead"]),
        moved_out=bool(person["moved_out"]),
        household=household_of(db, person_id, day),
        level=level,
        rank=rank_of(office, person_id),
        points=points,
        has_unknown=bool(standing and standing["has_unknown"]),
        sectors=sector_marks(_pairs(standing), reach) if standing else (),
        reasons=reasons,
        unknown=unknown_of(db, person_id),
        already_supported=bool(standing and standing["already_supported"]),
        uncertain_links=person["uncertain"],
        records=records,
        facts=facts,
        gaps=gaps_of(db, person_id, birth, today),
        decisions=decisions_of(db, person_id),
        contacts=contacts,
        assignee=_assignee(db, person_id),
        last_seen=full_day(desk.get("last_seen") or ""),
        next_day=full_day(desk.get("next_day") or ""),
        next_kind=desk.get("next_kind") or "",
        as_of=day,
        run=_run(db),
        on_screen=_on_screen(db, standing, day),
        changed=explaining.changes(db, person_id, level, points, reasons),
        strengths=strengths_of([line.fact for line in facts if not line.uncertain], contacts, day) if birth else (),
        why_not=explaining.why_not(office, person_id, today) if standing else None,
        withheld=items_of(office, person_id),
        speaking=speaking(db, person_id),
    )


def _one(db: Any, sql: str, *values: object) -> dict[str, Any] | None:
    cursor = db.execute(sql, values)
    row = cursor.fetchone()
    if row is None:
        return None
    return dict(zip((column[0] for column in cursor.description), row, strict=True))


def _pairs(standing: dict[str, Any]) -> list[Any]:
    return [standing[f"{stem}_{sector}"] for sector in Sector for stem in ("p", "s")]


def _run(db: Any) -> int:
    found = db.execute("SELECT value FROM view.meta WHERE key = 'run'").fetchone()
    return int(found[0]) if found else 0


def on_screen(office: Office, person_id: int) -> str:
    """What the child page would show of this child's priority now: kept with a decision."""
    office.demand("see", "child")
    db = office.reader()
    standing = _one(db, "SELECT * FROM view.priority WHERE person_id = ?", person_id)
    return _on_screen(db, standing, as_of(office))


def _on_screen(db: Any, standing: dict[str, Any] | None, day: date | None) -> str:
    shown = day.isoformat() if day else None
    if standing is None:
        return json.dumps({"as_of": shown})
    found = db.execute(
        "SELECT criterion, points, answer, value FROM view.finding WHERE person_id = ? ORDER BY criterion",
        (standing["person_id"],),
    ).fetchall()
    seen = {
        "as_of": shown,
        "run": _run(db),
        "level": standing["level"],
        "points": standing["points"],
        "findings": [list(row) for row in found],
    }
    return json.dumps(seen, ensure_ascii=False, sort_keys=True)


def _assignee(db: Any, person_id: int) -> str:
    found = db.execute(
        "SELECT m.name FROM assignment AS a JOIN member AS m ON m.id = a.member WHERE a.person_id = ?",
        (person_id,),
    ).fetchone()
    return found[0] if found else ""


def decide(
    office: Office,
    person_id: int,
    decision: Decision,
    now: datetime,
    *,
    on_screen: str,
    ref: str | None = None,
    seen_seq: int | None = None,
) -> Outcome[str]:
    """Record a decision; its entry's id once it is safe on the disk twice.

    A ``ref`` given again changes nothing and answers with the entry that stands. ``seen_seq`` is the newest
    entry that was known of the child: Refused when a colleague recorded something later.
    """
    existing(office, person_id)
    decisions.check(decision)
    _check_evidence(office, person_id, decision.evidence)
    entry = office.write(
        "decision.recorded",
        {
            "person": ids.code(person_id),
            "decision": str(decision.kind),
            "reason": decision.reason,
            "day": decision.day.isoformat(),
            "next": decision.next.isoformat() if decision.next else None,
            "evidence": [ids.code(one) for one in decision.evidence],
            "meeting": decision.meeting,
            "took_part": decision.took_part,
            "on_screen": on_screen,
            "ref": ref,
            "asks": not office.member.may("sign_off"),
        },
        time=now,
        derive=unseen(office, {person_id: seen_seq}),
    )
    return Outcome(entry.id, Changes(frozenset({"decision"}), heed(office) | {person_id}))


def _check_evidence(office: Office, person_id: int, evidence: Sequence[int]) -> None:
    """Evidence is what the page shows: the child's own facts, and those that its reasons name (of the household)."""
    if not evidence:
        return
    db = office.reader()
    wanted = json.dumps(evidence)
    own = db.execute(
        "SELECT fact_id FROM view.fact WHERE person_id = ?1 AND fact_id IN (SELECT value FROM json_each(?2))"
        " UNION SELECT one.value FROM view.finding AS g, json_each(g.facts) AS one WHERE g.person_id = ?1",
        (person_id, wanted),
    ).fetchall()
    foreign = set(evidence) - {row[0] for row in own}
    if foreign:
        raise WrongUse("decision.evidence_unknown", fact=ids.code(min(foreign)), count=len(foreign))


def withdraw_decision(office: Office, person_id: int, entry: str, reason: str, now: datetime) -> Outcome[str]:
    """Take a decision back, with a reason; both stay in the journal."""
    if not reason.strip():
        raise WrongUse("decision.reason_missing")
    made = office.write(
        "decision.withdrawn",
        {"person": ids.code(person_id), "entry": entry, "reason": reason},
        time=now,
    )
    return Outcome(made.id, Changes(frozenset({"decision"}), heed(office) | {person_id}))


def raw_row(office: Office, batch: int, line: int) -> RawRow:
    """The row as received behind a fact, without what is not used. WrongUse when no such row was kept."""
    office.demand("see", "rows")
    row = _one(
        office.reader(),
        "SELECT b.extract, b.file, b.received, h.columns, o.cells, r.record_id FROM batch_row AS r"
        " JOIN batch AS b ON b.batch_id = r.batch_id JOIN row AS o ON o.row_id = r.row_id"
        " JOIN header AS h ON h.header_id = o.header_id WHERE r.batch_id = ? AND r.line = ?",
        batch,
        line,
    )
    if row is None:
        raise WrongUse("row.unknown", line=line)
    _check_open(office, row["extract"], row["record_id"])
    header = json.loads(row["columns"])
    cells = cells_of(row["cells"])
    hidden = Veil(office).hidden(row["extract"], header, row["record_id"], cells)
    pairs = enumerate(zip(header, cells, strict=False))
    return RawRow(
        extract=row["extract"],
        file=row["file"],
        line=line,
        batch=batch,
        received=full_day(row["received"][:10]),
        cells=tuple(pair for at, pair in pairs if at not in hidden),
    )


def _check_open(office: Office, extract: str, record: int | None) -> None:
    """A row of a sector that is closed to this member is shown to nobody but who opened it for this child."""
    db = office.reader()
    owner = db.execute("SELECT person_id FROM view.record WHERE record_id = ?", (record,)).fetchone()
    if owner is not None:
        check_own(office, db, owner[0])
    profile = profiles_of(office).get(extract)
    if profile is None or profile.sector not in closed_to(office):
        return
    if owner is None or profile.sector in closed_now(office, db, owner[0], office.clock()):
        raise Refused("sector.closed")
