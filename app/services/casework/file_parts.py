"""The parts of a child's file, each read from its tables: records, household, facts, decisions, what is unknown."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from app.domain import ids
from app.domain.ages import age_on, grade_on
from app.domain.dates import day_of, full_day
from app.domain.decisions import DecisionKind
from app.domain.facts import KINDS, Fact
from app.domain.priority import Level
from app.domain.sectors import Sector
from app.services.answers.child import DecisionLine, FactLine, HouseholdMember, RecordLine, Unknown
from app.services.casework.signing import NEWEST_SIGN_OFF, sign_off_of
from app.services.casework.withdrawn_sources import withdrawn_sources
from app.storage.batches.line_runs import batches_of
from app.storage.truth.desk import id_text

_RECORDS = f"""
    SELECT record_id, extract, sector, local_id, state, name, kana, birth, sex, address, phone,
        guardian, facility, present,
        (SELECT max(b.as_of) FROM batch AS b
         WHERE b.batch_id IN ({batches_of("record.row_id")}) AND b.state = 'published'),
        (SELECT renamed FROM view.shielded AS s WHERE s.record_id = record.record_id)
    FROM view.record AS record WHERE person_id = ? ORDER BY record_id
"""


def records_of(db: Any, person_id: int, protected: bool) -> tuple[RecordLine, ...]:
    """A person's source records; of somebody protected without whereabouts."""
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


def shown_first(records: Sequence[RecordLine]) -> RecordLine | None:
    """The record whose address and telephone are shown: the register's, else any that has one."""
    ordered = sorted(records, key=lambda one: (one.sector is not Sector.REGISTER, not one.address))
    return ordered[0] if ordered else None


def household_of(db: Any, person_id: int, day: date) -> tuple[HouseholdMember, ...]:
    """Who lives with a person, the oldest first; the dead are left out."""
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


def doubtful_records(db: Any, person_id: int) -> frozenset[int]:
    """The records of a person whose link is not settled."""
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


def facts_of(db: Any, person_id: int, doubtful: frozenset[int]) -> tuple[FactLine, ...]:
    """Everything that is known of a person, in order of time, with where it came from."""
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


def unknown_of(db: Any, person_id: int) -> tuple[Unknown, ...]:
    """The criteria that cannot be told of a child."""
    rows = db.execute(
        "SELECT sector, criterion FROM view.finding WHERE person_id = ? AND answer = 'cannot_tell'"
        " ORDER BY sector, criterion",
        (person_id,),
    ).fetchall()
    return tuple(Unknown(Sector(row[0]), row[1], "no_data") for row in rows)


def decisions_of(db: Any, person_id: int) -> tuple[DecisionLine, ...]:
    """The decisions that stand about a person, the oldest first."""
    rows = db.execute(
        "SELECT d.entry, m.name, d.recorded, d.kind, d.reason, d.day, d.next, d.evidence, d.meeting, d.took_part,"
        " d.asks, s.signed, c.name, s.recorded, s.words, s.entry"
        " FROM decision AS d LEFT JOIN member AS m ON m.id = d.author"
        f" LEFT JOIN sign_off AS s ON s.entry = ({NEWEST_SIGN_OFF}) LEFT JOIN member AS c ON c.id = s.author"
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
            sign_off=sign_off_of(row[10] and at == len(rows), *row[11:]),  # one that was followed waits no more
        )
        for at, (row, evidence) in enumerate(zip(rows, pointed, strict=True), start=1)
    )
