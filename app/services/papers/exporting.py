"""What goes out of the office on purpose: links, caseload, rejections, reviews, a child, figures.

Each export is journalled with its purpose before the file is written, and a note of its origin lies
beside it. Protected whereabouts are left out.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from app.domain import ids
from app.domain.message import WrongUse
from app.domain.sectors import SECTORS
from app.services.answers.child import ChildFile, FactLine
from app.services.casework import reviewing
from app.services.criteria import disclosing, evaluating
from app.services.imports.batches import rejection_lines
from app.services.links.pairs import without_whereabouts
from app.services.priority.runs import worked_out_for
from app.storage.files.exports import check_out, read_sealed, write_export
from app.storage.offices.office import Office


@dataclass(frozen=True)
class Export:
    """A text ready to leave, and the name of its kind."""

    what: str
    text: str


def export(
    office: Office,
    what: str,
    out: Path,
    *,
    purpose: str,
    now: datetime,
    as_of: date | None = None,
    sealed_with: str | None = None,
) -> Path:
    """Write the export to ``out``; journalled first. WrongUse for an unknown ``what``."""
    if not purpose.strip():
        raise WrongUse("export.purpose_missing")
    check_out(out, office.folder)
    text = text_of(office, what, now, as_of)
    entry = office.write("export.made", {"what": what, "purpose": purpose}, time=now)
    origin = {
        "office": office.name,
        "by": office.member.name,
        "made": now.isoformat(timespec="seconds"),
        "purpose": purpose,
        "what": what,
        "entry": entry.id,
    }
    return write_export(out, text, origin, sealed_with)


def unseal(file: Path, passphrase: str, out: Path) -> None:
    """Open a sealed export where it arrived; needs no office, only the passphrase that was told another way."""
    read_sealed(file, passphrase, out)


def text_of(office: Office, what: str, now: datetime, as_of: date | None = None) -> str:
    """An export as text, CSV or JSON. WrongUse for an unknown ``what``."""
    if what.startswith("child:"):
        return _json(child_document(office, what.removeprefix("child:"), now))
    makers: dict[str, Callable[[], str]] = {
        "links": lambda: _links(office),
        "caseload": lambda: _caseload(office, as_of),
        "rejections": lambda: _rejections(office),
        "reviews": lambda: _reviews(office),
        "statistics": lambda: _json(statistics(office)),
        "evaluation": lambda: csv_text(disclosing.HEADER, disclosing.rows(evaluating.evaluate(office))),
    }
    if what not in makers:
        raise WrongUse("export.unknown", what=what)
    return makers[what]()


def _json(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=False) + "\n"


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Comma-separated lines without a live formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_inert(cell) for cell in row] for row in rows)
    return out.getvalue()


_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")


def _inert(cell: object) -> object:
    """A text that a spreadsheet would take for a formula gets an apostrophe before it; a number is none."""
    if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") and not _NUMBER.fullmatch(cell):
        return "'" + cell
    return cell


def _links(office: Office) -> str:
    rows = office.reader().execute(
        "SELECT extract, local_id, person_id, state FROM view.record ORDER BY extract, local_id"
    )
    return csv_text(
        ("extract", "local_id", "child", "state"),
        ((row[0], row[1], ids.code(row[2]), row[3]) for row in rows.fetchall()),
    )


_PRIORITIES = f"""
    SELECT row_number() OVER (ORDER BY rank), person_id, level, points, {", ".join(f"p_{one}" for one in SECTORS)},
        already_supported
    FROM {{place}}.priority ORDER BY rank
"""


def _caseload(office: Office, as_of: date | None) -> str:
    with worked_out_for(office, as_of) as (db, place):
        reasons = _reasons(db, place)
        rows = db.execute(_PRIORITIES.format(place=place)).fetchall()
    header = ("rank", "child", "level", "points", *map(str, SECTORS), "already_supported", "reasons")
    return csv_text(header, (_caseload_line(row, reasons) for row in rows))


def _caseload_line(row: Sequence[Any], reasons: dict[int, list[object]]) -> list[object]:
    found = json.dumps(reasons.get(row[1], []), ensure_ascii=False)
    return [row[0], ids.code(row[1]), *row[2:], found]


def _reasons(db: Any, place: str) -> dict[int, list[object]]:
    """Each child's reasons in order: criterion, points, the facts' ids and dates."""
    found: dict[int, list[object]] = {}
    for person, criterion, points, facts, first, last in db.execute(
        f"SELECT person_id, criterion, points, facts, first, last FROM {place}.finding"
        " WHERE answer = 'holds' ORDER BY person_id, urgent DESC, points DESC, last DESC, criterion"
    ).fetchall():
        reason = {
            "criterion": criterion,
            "points": points,
            "facts": [ids.code(one) for one in json.loads(facts)],
            "first": first,
            "last": last,
        }
        found.setdefault(person, []).append(reason)
    return found


def _rejections(office: Office) -> str:
    return csv_text(
        ("extract", "file", "line", "column", "value", "reason", "outcome"),
        rejection_lines(office),
    )


_REVIEWS = """
    SELECT a.extract, a.local_id, b.extract, b.local_id, v.weight, v.why,
        EXISTS (SELECT 1 FROM view.shielded WHERE record_id IN (v.a, v.b))
    FROM view.review AS v
    JOIN view.record AS a ON a.record_id = v.a JOIN view.record AS b ON b.record_id = v.b
    ORDER BY v.weight DESC, v.a, v.b
"""


def _reviews(office: Office) -> str:
    found = office.reader().execute(_REVIEWS).fetchall()
    rows = [(*row[:5], without_whereabouts(row[5]) if row[6] else row[5]) for row in found]
    header = ("extract_a", "local_id_a", "extract_b", "local_id_b", "weight", "why")
    return csv_text(header, rows)


def child_document(office: Office, child: str, now: datetime) -> dict[str, object]:
    """One child's whole file with its sources, as plain values; opening it is journalled."""
    try:
        person_id = ids.number(child)
    except ValueError:
        raise WrongUse("child.unknown", child=child) from None
    file = reviewing.child_file(office, person_id, now)
    return {
        "child": child,
        "household": [_member(one) for one in file.household],
        "records": [_record(one) for one in file.records],
        "facts": [_fact(one, file.protected) for one in file.facts],
        "priority": _priority(file),
        "decisions": [_plain(one) for one in file.decisions],
        "contacts": [_plain(one) for one in file.contacts],
        "assignment": file.assignee,
    }


def _member(one: Any) -> dict[str, object]:
    return {
        "person": ids.code(one.person_id),
        "name": one.name,
        "relation": one.relation,
        "birth": _text_of(one.birth),
        "is_child": one.is_child,
        "level": _text_of(one.level),
    }


def _record(one: Any) -> dict[str, object]:
    names = ("extract", "local_id", "state", "name", "kana", "birth", "sex", "address", "phone")
    return {name: getattr(one, name) for name in (*names, "guardian", "facility", "present", "renamed")}


_WHEREABOUTS = ("school", "facility")


def _fact(line: FactLine, protected: bool) -> dict[str, object]:
    fact = line.fact
    hidden = _WHEREABOUTS if protected else ()
    return {
        "id": ids.code(fact.id),
        "sector": str(fact.sector),
        "kind": fact.kind,
        "start": _text_of(fact.start),
        "end": _text_of(fact.end),
        "attributes": {k: v for k, v in fact.attributes.items() if k not in hidden},
        "extract": line.extract,
        "file": line.file,
        "line": line.line,
    }


def _priority(file: ChildFile) -> dict[str, object]:
    return {
        "as_of": _text_of(file.as_of),
        "rank": file.rank,
        "level": str(file.level),
        "points": file.points,
        "sectors": {str(mark.sector): {"state": mark.state, "points": mark.points} for mark in file.sectors},
        "already_supported": file.already_supported,
        "reasons": [
            {
                "criterion": one.criterion,
                "sector": str(one.sector),
                "points": one.points,
                "urgent": one.urgent,
                "facts": [ids.code(fact) for fact in one.facts],
                "first": _text_of(one.first),
                "last": _text_of(one.last),
            }
            for one in file.reasons
        ],
        "unknown": [{"sector": str(u.sector), "criterion": u.criterion} for u in file.unknown],
    }


def _plain(line: Any) -> dict[str, object]:
    """A decision or contact as plain values, evidence as codes."""
    values: dict[str, object] = {}
    for name in line.__dataclass_fields__:
        value = getattr(line, name)
        if name == "evidence":
            value = [ids.code(one) for one in value]
        values[name] = value if isinstance(value, (str, bool, list)) else _text_of(value)
    return values


def _text_of(value: object) -> str | None:
    if value is None:
        return None
    return value.isoformat() if isinstance(value, (date, datetime)) else str(value)


def statistics(office: Office) -> dict[str, object]:
    """Counts without names: records and links by source, children by level, batches, entries."""
    db = office.reader()
    return {
        "children": _count(db, "SELECT count(*) FROM view.priority"),
        "persons": _count(db, "SELECT count(*) FROM view.person"),
        "records": _nested(db, "SELECT extract, state, count(*) FROM view.record GROUP BY extract, state"),
        "facts": _pairs(db, "SELECT kind, count(*) FROM view.fact GROUP BY kind"),
        "waiting": _count(db, "SELECT count(DISTINCT row_id) FROM view.fact WHERE person_id = 0"),
        "levels": _pairs(db, "SELECT level, count(*) FROM view.priority GROUP BY level"),
        "findings": _pairs(
            db,
            "SELECT criterion, count(*) FROM view.finding WHERE answer = 'holds' GROUP BY criterion",
        ),
        "reviews": _count(db, "SELECT count(*) FROM view.review"),
        "batches": _pairs(db, "SELECT extract, count(*) FROM batch WHERE state = 'published' GROUP BY extract"),
        "entries": _pairs(db, "SELECT kind, count(*) FROM entry GROUP BY kind"),
    }


def _count(db: Any, sql: str) -> int:
    return int(db.execute(sql).fetchone()[0])


def _pairs(db: Any, sql: str) -> dict[str, int]:
    return dict(db.execute(sql + " ORDER BY 1").fetchall())


def _nested(db: Any, sql: str) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for outer, inner, count in db.execute(sql + " ORDER BY 1, 2").fetchall():
        found.setdefault(outer, {})[inner] = count
    return found
