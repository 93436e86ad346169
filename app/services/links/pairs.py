"""Pairs of records in question: the queue, and one pair with everything beside it.

Only reads; opening a pair shows two persons' records, so it stands in the access log like opening
a child. What people do about a pair is in ``linking``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from app.domain import ids
from app.domain.dates import full_day
from app.domain.message import WrongUse
from app.domain.sectors import Sector
from app.services.deriving.models import model_in_force
from app.services.deriving.searching import phrase
from app.services.links.beside import kin, open_siblings, others
from app.services.links.changed import COLUMN, HIDDEN, ROWS, changed_levels, news
from app.services.links.comparing import marks, said_alike
from app.services.links.link_answers import (
    FieldLine,
    PairFile,
    Question,
    RecordHit,
    RecordSide,
    ReviewLine,
    RulingLine,
)
from app.storage.batches.line_runs import batches_of
from app.storage.offices.office import Office
from app.storage.truth.desk import id_text

_ROW_OF = {"given": "name", "family": "name"}
_MOST_HITS = 60

_QUEUE = """
    SELECT v.a, v.b, v.person_a, v.person_b, v.why, ra.name, rb.name, ra.extract, rb.extract,
        EXISTS (SELECT 1 FROM view.shielded WHERE record_id IN (v.a, v.b)),
        (SELECT min(e.time) FROM edge AS g JOIN link_run AS l USING (run_id) JOIN entry AS e ON e.id = l.entry
         WHERE g.a = v.a AND g.b = v.b AND g.state <> 'withdrawn')
    FROM view.review AS v JOIN view.record AS ra ON ra.record_id = v.a JOIN view.record AS rb ON rb.record_id = v.b
    {which}
"""
_OWN = """WHERE v.person_a IN (SELECT person_id FROM assignment WHERE member = :me)
    OR v.person_b IN (SELECT person_id FROM assignment WHERE member = :me)"""


def queue(office: Office) -> tuple[ReviewLine, ...]:
    """The pairs that wait for a ruling, oldest first: all for a lead, a worker's own children's."""
    office.demand("see", "pairs")
    db = office.reader()
    which = "" if office.member.may("rule") else _OWN
    questions = _questions(db)
    lines = [
        ReviewLine(
            a=row[0],
            b=row[1],
            person_a=row[2],
            person_b=row[3],
            reason=json.loads(row[4])["reason"],
            name=row[5],
            other_name=row[6],
            extract_a=row[7],
            extract_b=row[8],
            differs=_differs(json.loads(row[4])["evidence"], bool(row[9])),
            since=datetime.fromisoformat(row[10]).date() if row[10] else None,
            question=next(iter(questions.get((row[0], row[1]), ())), None),
        )
        for row in db.execute(_QUEUE.format(which=which), {"me": office.member.id}).fetchall()
    ]
    return tuple(sorted(lines, key=lambda one: (one.since or date.max, one.name, one.a, one.b)))


def _differs(evidence: Sequence[Sequence[Any]], protected: bool) -> str:
    """The field that speaks most for two people, of those that may be shown."""
    shown = [one for one in evidence if not (protected and one[0] in HIDDEN)]
    field, level, push = min(shown, key=lambda one: float(one[2]), default=("", "", 0.0))
    return f"{field}.{level}" if push < 0 else ""


def without_whereabouts(why: str) -> str:
    """The evidence of a pair as it is kept, without what would say where a protected person is."""
    said = json.loads(why)
    for name in ("evidence", "before"):
        if name in said:
            said[name] = [one for one in said[name] if one[0] not in HIDDEN]
    return json.dumps(said, ensure_ascii=False)


_QUESTIONS = """
    SELECT q.a, q.b, q.whom, q.words, m.name, q.recorded FROM question AS q LEFT JOIN member AS m ON m.id = q.author
    WHERE NOT EXISTS (SELECT 1 FROM ruling AS r WHERE r.a = q.a AND r.b = q.b AND r.recorded > q.recorded)
    ORDER BY q.recorded DESC
"""


def _questions(db: Any) -> dict[tuple[int, int], list[Question]]:
    """What was asked about each pair and is not ruled on yet, newest first."""
    found: dict[tuple[int, int], list[Question]] = {}
    for a, b, whom, words, author, recorded in db.execute(_QUESTIONS).fetchall():
        found.setdefault((a, b), []).append(Question(whom, words, author or "", datetime.fromisoformat(recorded)))
    return found


def pair(office: Office, a: int, b: int, now: datetime, evidence: Sequence[Sequence[Any]] = ()) -> PairFile:
    """One pair of records side by side. WrongUse where one of them is not there.

    ``evidence``: (field, level, push) of a pair that matching does not keep, for one found by looking.
    That both persons were looked at stands in the access log before the file is returned.
    """
    office.demand("see", "pairs")
    with office.reading() as db:
        file = _file(db, min(a, b), max(a, b), evidence)
    for person in sorted({file.a.person_id, file.b.person_id}):
        office.log_view(person, "pair", time=now)
    return file


def _file(db: Any, a: int, b: int, evidence: Sequence[Sequence[Any]]) -> PairFile:
    rows = (_record(db, a), _record(db, b))
    sides = (_side(db, rows[0]), _side(db, rows[1]))
    review = db.execute("SELECT weight, why FROM view.review WHERE a = ? AND b = ?", (a, b)).fetchone()
    edge = (
        review
        or db.execute(
            "SELECT weight, why FROM edge JOIN link_run USING (run_id) WHERE a = ? AND b = ? AND entry IS NOT NULL"
            " AND state <> 'withdrawn' ORDER BY run_id DESC LIMIT 1",
            (a, b),
        ).fetchone()
    )
    why: dict[str, Any] = json.loads(edge[1]) if edge and edge[1] else {"reason": "", "evidence": evidence}
    protected = sides[0].protected or sides[1].protected
    persons = (sides[0].person_id, sides[1].person_id)
    return PairFile(
        a=sides[0],
        b=sides[1],
        reason=why["reason"] if review else "",
        weight=edge[0] if edge else None,
        link=model_in_force(db, "main").link,
        fields=_fields(db, rows, why["evidence"], protected),
        kin_a=kin(db, *persons),
        kin_b=kin(db, *reversed(persons)),
        siblings_open=open_siblings(db, *persons),
        others=others(db, persons, (a, b)),
        rulings=_rulings(db, a, b),
        questions=tuple(_questions(db).get((a, b), ())),
        changed=changed_levels(why, protected),
        news=news(db, why, rows, protected),
    )


_ASKED = f"""
    SELECT r.*, n.name AS person_name, n.protected AS withheld,
        (SELECT count(*) FROM view.record AS o WHERE o.person_id = r.person_id) AS records,
        (SELECT max(b.as_of) FROM batch AS b
         WHERE b.batch_id IN ({batches_of("r.row_id")}) AND b.state = 'published') AS seen_as_of
    FROM view.record AS r JOIN view.person AS n ON n.person_id = r.person_id WHERE r.record_id = ?
"""


def _record(db: Any, record_id: int) -> dict[str, Any]:
    cursor = db.execute(_ASKED, (record_id,))
    row = cursor.fetchone()
    if row is None:
        raise WrongUse("record.unknown", record=ids.code(record_id))
    return dict(zip((column[0] for column in cursor.description), row, strict=True))


def _side(db: Any, row: Mapping[str, Any]) -> RecordSide:
    return RecordSide(
        record_id=row["record_id"],
        person_id=row["person_id"],
        person_name=row["person_name"],
        extract=row["extract"],
        sector=Sector(row["sector"]),
        local_id=row["local_id"],
        name=row["name"],
        seen_as_of=full_day(row["seen_as_of"] or ""),
        protected=bool(row["withheld"]),
        records=row["records"],
    )


# ---------------------------------------------------------------- fields


def _fields(
    db: Any, rows: tuple[Mapping[str, Any], Mapping[str, Any]], evidence: Sequence[Sequence[Any]], protected: bool
) -> tuple[FieldLine, ...]:
    """The fields of both records, then what is weighed and stands in no field of its own."""
    said: dict[str, list[Sequence[Any]]] = {}
    for one in evidence:
        said.setdefault(_ROW_OF.get(one[0], one[0]), []).append(one)
    spellings = tuple(_spellings(db, row) for row in rows)
    lines = [_field(key, rows, spellings, said.pop(key, []), protected) for key in ROWS]
    for key, rest in said.items():
        if all(level == "silent" for _, level, _ in rest) or (protected and key in HIDDEN):
            continue
        a, b = (row["household"] if key == "household" else "" for row in rows)
        lines.append(FieldLine(key, a, b, _levels(rest), _push(rest)))
    return tuple(lines)


def _spellings(db: Any, row: Mapping[str, Any]) -> Mapping[str, tuple[str, ...]]:
    """What else the record was written as, by field; the newest words are shown themselves."""
    columns = ", ".join(COLUMN[key] for key in ROWS)
    found = db.execute(f"SELECT {columns} FROM view.spelling WHERE record_id = ?", (row["record_id"],)).fetchall()
    texts = {key: dict.fromkeys(one[place] for one in found if one[place]) for place, key in enumerate(ROWS)}
    return {key: tuple(sorted(text for text in more if text != row[COLUMN[key]])) for key, more in texts.items()}


def _field(
    key: str,
    rows: Sequence[Mapping[str, Any]],
    spellings: Sequence[Mapping[str, tuple[str, ...]]],
    evidence: Sequence[Sequence[Any]],
    protected: bool,
) -> FieldLine:
    if key in HIDDEN and protected:
        return FieldLine(key, None, None)
    one, other = (row[COLUMN[key]] for row in rows)
    levels, push = (_levels(evidence), _push(evidence)) if evidence else (_by_sight(key, one, other), None)
    marks_a, marks_b = marks(key, one, other) if key not in ("birth", "sex") else ((), ())
    if levels == (f"{key}.same",):  # what one side leaves out, such as the city, is no difference
        marks_a, marks_b = (tuple(one for one in both if one.kind != "differs") for both in (marks_a, marks_b))
    more_a, more_b = (known[key] for known in spellings)
    line = FieldLine(key, one, other, levels, push, marks_a, marks_b, more_a, more_b)
    return replace(line, marks_a=(), marks_b=()) if line.silent else line


def _levels(evidence: Sequence[Sequence[Any]]) -> tuple[str, ...]:
    ordered = sorted(evidence, key=lambda one: one[0] != "family")
    return tuple(f"{field}.{level}" for field, level, _ in ordered)


def _push(evidence: Sequence[Sequence[Any]]) -> float:
    return round(sum(float(push) for _, _, push in evidence), 6)


def _by_sight(key: str, one: str, other: str) -> tuple[str, ...]:
    """What can be said of a field that is not weighed by itself."""
    if not one or not other:
        return ("shown.silent",)
    if one == other:
        return ("shown.same",)
    return ("shown.alike" if said_alike(one, other) else "shown.differs",)


# ---------------------------------------------------------------- what was said before


def _rulings(db: Any, a: int, b: int) -> tuple[RulingLine, ...]:
    rows = db.execute(
        "SELECT r.entry, r.same, m.name, r.recorded, r.reason, r.withdrawn FROM ruling AS r"
        " LEFT JOIN member AS m ON m.id = r.author WHERE r.a = ? AND r.b = ? ORDER BY r.recorded DESC",
        (a, b),
    ).fetchall()
    return tuple(
        RulingLine(id_text(row[0]), bool(row[1]), row[2] or "", datetime.fromisoformat(row[3]), row[4], not row[5])
        for row in rows
    )


# ---------------------------------------------------------------- finding


def find_records(office: Office, text: str) -> tuple[RecordHit, ...]:
    """Records of the persons found by a name, a reading or a number."""
    office.demand("see", "pairs")
    words = phrase(text)
    if not words:
        return ()
    rows = (
        office.reader()
        .execute(
            "SELECT r.record_id, r.person_id, r.extract, r.sector, r.local_id, r.name, r.kana, r.birth,"
            " (SELECT count(*) FROM view.record AS o WHERE o.person_id = r.person_id) = 1 FROM view.record AS r"
            " WHERE r.person_id IN (SELECT rowid FROM view.search WHERE search MATCH ?)"
            " ORDER BY r.kana, r.person_id, r.record_id LIMIT ?",
            (words, _MOST_HITS),
        )
        .fetchall()
    )
    return tuple(
        RecordHit(record, person, extract, Sector(sector), local_id, name, kana, birth, bool(alone))
        for record, person, extract, sector, local_id, name, kana, birth, alone in rows
    )
