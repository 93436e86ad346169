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
from app.domain.dates import day_of, full_day
from app.domain.decisions import Decision, DecisionKind
from app.domain.facts import KINDS, Fact
from app.domain.message import Refused, WrongUse
from app.domain.priority import Level
from app.domain.sectors import Sector
from app.services.answers import (
    Changes,
    ChildFile,
    DecisionLine,
    FactLine,
    HouseholdMember,
    Outcome,
    RawRow,
    RecordLine,
    Unknown,
)
from app.services.casework import explaining
from app.services.casework.caseload import as_of, freshness, reasons_of, sector_marks
from app.services.casework.contacts import contacts_of, existing
from app.services.casework.coverage import gaps_of, speaking
from app.services.casework.lost_children import lost_person
from app.services.casework.since import unseen
from app.services.casework.withdrawn_sources import withdrawn_sources
from app.services.deriving.profiles_in_force import profiles_of
from app.services.priority.runs import heed
from app.services.priority.strengths import strengths_of
from app.services.protection.need_to_know import check_own, closed_now, closed_to, narrowed
from app.services.protection.veil import Veil
from app.services.protection.withholding import items_of
from app.storage.desk import id_text
from app.storage.digests import cells_of
from app.storage.line_runs import batches_of
from app.storage.office import Office


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
    records = _records(db, person_id, protected)
    uncertain = _doubtful(db, person_id)
    desk = _one(db, "SELECT * FROM desk WHERE person_id = ?", person_id) or {}
    first = _first(records)
    level = Level(standing["level"]) if standing else Level.NONE
    points = standing["points"] if standing else 0
    reasons = reasons_of(db, [person_id]).get(person_id, ())
    facts = _facts(db, person_id, uncertain)
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
        household=_household(db, person_id, day),
        level=level,
        rank=_place(db, standing["rank"]) if standing else None,
        points=points,
        has_unknown=bool(standing and standing["has_unknown"]),
        sectors=sector_marks(_pairs(standing), reach) if standing else (),
        reasons=reasons,
        unknown=_unknown(db, person_id),
        already_supported=bool(standing and standing["already_supported"]),
        uncertain_links=person["uncertain"],
        records=records,
        facts=facts,
        gaps=gaps_of(db, person_id, birth, today),
        decisions=_decisions(db, person_id),
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


def _place(db: Any, rank: bytes) -> int:
    return int(db.execute("SELECT 1 + count(*) FROM view.priority WHERE rank < ?", (rank,)).fetchone()[0])


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


_RECORDS = f"""
    SELECT record_id, extract, sector, local_id, state, name, kana, birth, sex, address, phone,
        guardian, facility, present,
        (SELECT max(b.as_of) FROM batch AS b
         WHERE b.batch_id IN ({batches_of("record.row_id")}) AND b.state = 'published'),
        (SELECT renamed FROM view.shielded AS s WHERE s.record_id = record.record_id)
    FROM view.record AS record WHERE person_id = ? ORDER BY record_id
"""


def _records(db: Any, person_id: int, protected: bool) -> tuple[RecordLine, ...]:
    return tuple(_record_line(row, protected) for row in db.execute(_RECORDS, (person_id,)).fetchall())


def _record_line(row: Sequence[Any], protected: bool) -> RecordLine:
    return RecordLine(
        record_id=row[0],
        extract=row[1],
        sector=Sector(row[2]),
        local_id=row[3],
        state=row[4],
        name=row[5],
        kana=row[6],
        birth=row[7],
        sex=row[8],
        address=None if protected else row[9],
        phone=None if protected else row[10],
        guardian=row[11],
        facility=None if protected else row[12],
        present=bool(row[13]),
        seen_as_of=full_day(row[14] or ""),
        renamed=bool(row[15]),
    )


def _first(records: Sequence[RecordLine]) -> RecordLine | None:
    """The record whose address and telephone are shown: the register's, else any that has one."""
    ordered = sorted(records, key=lambda one: (one.sector is not Sector.REGISTER, not one.address))
    return ordered[0] if ordered else None


def _household(db: Any, person_id: int, day: date) -> tuple[HouseholdMember, ...]:
    rows = db.execute(
        "SELECT DISTINCT n.person_id, n.name, n.kana, theirs.relation, n.birth, p.level"
        " FROM view.household AS mine"
        " JOIN view.household AS theirs ON theirs.household = mine.household"
        " JOIN view.person AS n ON n.person_id = theirs.person_id AND n.dead = 0"
        " LEFT JOIN view.priority AS p ON p.person_id = n.person_id"
        " WHERE mine.person_id = ? AND theirs.person_id <> ? ORDER BY n.birth",
        (person_id, person_id),
    ).fetchall()
    return tuple(_member(row, day) for row in rows)


def _member(row: Sequence[Any], day: date) -> HouseholdMember:
    birth = full_day(row[4])
    return HouseholdMember(
        person_id=row[0],
        name=row[1],
        kana=row[2],
        relation=row[3],
        birth=birth,
        age=age_on(birth, day) if birth else None,
        grade=grade_on(birth, day) if birth and row[5] else "",
        is_child=row[5] is not None,
        level=Level(row[5]) if row[5] else None,
    )


def _doubtful(db: Any, person_id: int) -> frozenset[int]:
    rows = db.execute(
        "SELECT a, b FROM view.review WHERE person_a = ? OR person_b = ?", (person_id, person_id)
    ).fetchall()
    return frozenset(record for row in rows for record in row)


_FACTS = """
    SELECT f.fact_id, f.record_id, f.kind, f.start, f."end", f.row_id,
        f.n1, f.n2, f.n3, f.n4, f.n5, f.n6, f.n7, f.w1, f.w2, f.w3, f.w4, f.w5,
        b.extract, b.file, r.line, b.batch_id, b.received
    FROM view.fact AS f
    LEFT JOIN (
        SELECT w.row_id, w.batch_id, w.line, max(w.batch_id * 4294967296 - w.line) AS newest
        FROM batch_row AS w JOIN batch AS s USING (batch_id)
        WHERE w.row_id IN (SELECT row_id FROM view.fact WHERE person_id = ?1)
            AND s.state IN ('published', 'noticed') GROUP BY w.row_id
    ) AS r ON r.row_id = f.row_id
    LEFT JOIN batch AS b ON b.batch_id = r.batch_id
    WHERE f.person_id = ?1 ORDER BY f.start, f.fact_id
"""


def _facts(db: Any, person_id: int, doubtful: frozenset[int]) -> tuple[FactLine, ...]:
    return tuple(_fact_line(row, doubtful) for row in db.execute(_FACTS, (person_id,)).fetchall())


def _fact_line(row: Sequence[Any], doubtful: frozenset[int]) -> FactLine:
    kind = KINDS[row[2]]
    carried = dict(zip(kind.numbers, row[6:13], strict=False))
    carried |= dict(zip(kind.words, row[13:18], strict=False))
    fact = Fact(
        id=row[0],
        record_id=row[1],
        kind=row[2],
        start=day_of(row[3]),
        end=day_of(row[4]) if row[4] else None,
        attributes={name: value for name, value in carried.items() if value is not None},
        row_id=row[5],
    )
    return FactLine(
        fact=fact,
        extract=row[18] or "",
        file=row[19] or "",
        line=row[20] or 0,
        batch=row[21] or 0,
        received=full_day((row[22] or "")[:10]),
        uncertain=row[1] in doubtful,
    )


def _unknown(db: Any, person_id: int) -> tuple[Unknown, ...]:
    rows = db.execute(
        "SELECT sector, criterion FROM view.finding WHERE person_id = ? AND answer = 'cannot_tell'"
        " ORDER BY sector, criterion",
        (person_id,),
    ).fetchall()
    return tuple(Unknown(Sector(row[0]), row[1], "no_data") for row in rows)


def _decisions(db: Any, person_id: int) -> tuple[DecisionLine, ...]:
    rows = db.execute(
        "SELECT d.entry, m.name, d.recorded, d.kind, d.reason, d.day, d.next, d.evidence, d.meeting, d.took_part"
        " FROM decision AS d LEFT JOIN member AS m ON m.id = d.author"
        " WHERE d.person_id = ? AND d.withdrawn = 0 ORDER BY d.recorded, d.entry",
        (person_id,),
    ).fetchall()
    pointed = [tuple(ids.number(one) for one in json.loads(row[7])) for row in rows]
    lost = withdrawn_sources(db, {fact for facts in pointed for fact in facts})
    return tuple(
        DecisionLine(
            entry=id_text(row[0]),
            author=row[1] or "",
            recorded=datetime.fromisoformat(row[2]),
            kind=DecisionKind(row[3]),
            reason=row[4],
            day=day_of(row[5]),
            next=full_day(row[6] or ""),
            evidence=evidence,
            meeting=row[8] or "",
            took_part=row[9],
            withdrawn_sources=tuple(lost[one] for one in evidence if one in lost),
        )
        for row, evidence in zip(rows, pointed, strict=True)
    )


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
