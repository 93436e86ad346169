"""What would follow from a ruling, before anybody makes it; and how much hangs on open ones.

The view is regrouped for a moment, on a connection of its own, looked at, and rolled back: what is
shown is what would be. Nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from app.domain.dates import day_of
from app.domain.priority import LEVELS, Level
from app.domain.sectors import SECTORS, Sector
from app.services.casework.caseload import sector_marks
from app.services.deriving.hanging import asked
from app.services.deriving.regrouping import Regrouped, lay_down
from app.services.links.beside import open_siblings
from app.services.links.link_answers import (
    Consequences,
    Doubt,
    DoubtLine,
    FactBrief,
    PersonBrief,
    Sight,
)
from app.services.links.plans import (
    Plan,
    aliases,
    foresee,
    plan_again,
    plan_joining,
    plan_ruling,
    plan_taking_out,
    plan_withdrawing,
)
from app.services.priority.runs import work_out_again
from app.storage.offices.office import Office

Planned = Callable[[Any], Plan]

_SHOWN = 3
_MOST_DOUBTS = 3


def preview(office: Office, a: int, b: int, same: bool) -> Consequences:
    """What ruling on a pair would change."""
    office.demand("see", "pairs")
    with _trying(office) as db:
        return _consequences(office, db, plan_ruling(office, db, a, b, same))


def previews(office: Office, a: int, b: int) -> tuple[Consequences, Consequences]:
    """What "same" and what "not the same" would change."""
    office.demand("see", "pairs")
    with _trying(office) as db:
        same = _consequences(office, db, plan_ruling(office, db, a, b, True))
    with _trying(office) as db:
        return same, _consequences(office, db, plan_ruling(office, db, a, b, False))


def preview_taking_out(office: Office, record_id: int) -> Consequences:
    """What taking a record out of its person would change."""
    office.demand("see", "pairs")
    with _trying(office) as db:
        return _consequences(office, db, plan_taking_out(office, db, record_id))


def preview_joining(office: Office, record_id: int, person_id: int) -> Consequences:
    """What adding a record to a person would change."""
    office.demand("see", "pairs")
    with _trying(office) as db:
        return _consequences(office, db, plan_joining(office, db, record_id, person_id))


def preview_withdrawing(office: Office, entry: str) -> Consequences:
    """What taking a ruling back would change."""
    office.demand("see", "pairs")
    with _trying(office) as db:
        return _consequences(office, db, plan_withdrawing(office, db, entry))


def preview_again(office: Office, entry: str) -> Consequences:
    """What ruling once more what was taken back would change."""
    office.demand("see", "pairs")
    with _trying(office) as db:
        return _consequences(office, db, plan_again(office, db, entry))


def doubt(office: Office, person_id: int) -> Doubt | None:
    """A child's points without the links in question and with each of them; None where none is open."""
    office.demand("see", "pairs")
    db = office.reader()
    pairs = db.execute(
        "SELECT v.a, v.b, r.extract, r.sector FROM view.review AS v JOIN view.record AS r"
        " ON r.record_id = CASE WHEN v.person_a = ?1 THEN v.b ELSE v.a END"
        " WHERE v.person_a = ?1 OR v.person_b = ?1 ORDER BY v.weight DESC, v.a, v.b LIMIT ?2",
        (person_id, _MOST_DOUBTS),
    ).fetchall()
    if not pairs:
        return None
    now = brief(db, "view", person_id)
    lines = []
    for a, b, extract, sector in pairs:
        with _trying(office) as trial:
            again = foresee(office, trial, plan_ruling(office, trial, a, b, True))
            lay_down(trial, again, work_out_again)
            then = brief(trial, "main", again.result.persons[a])
        lines.append(DoubtLine(a, b, extract, Sector(sector), then.points, then.level))
    return Doubt(now.points, now.level, tuple(lines))


@contextmanager
def _trying(office: Office) -> Iterator[Any]:
    with office.view_writer() as db:
        db.execute("BEGIN")
        # The view alone is locked, and before anything is read of it.
        db.execute("UPDATE meta SET value = value WHERE key = 'rulings'")
        try:
            yield db
        finally:
            if db.in_transaction:
                db.execute("ROLLBACK")


def _consequences(office: Office, db: Any, plan: Plan) -> Consequences:
    again = foresee(office, db, plan)
    pairs = sorted(plan.seeds)
    first = plan.pairs[0] if plan.pairs else (pairs[0], pairs[-1])
    query = "SELECT record_id, person_id FROM record WHERE record_id IN ({})"
    persons: dict[int, int] = dict(asked(db, query, {*again.result.persons, *first}))
    owners = [persons[one] for one in first]
    moved = {record for record, person in again.result.persons.items() if persons[record] != person}
    concerned = list(dict.fromkeys([*owners, *(persons[one] for one in sorted(moved))]))
    look = partial(brief, db, "main")
    before = tuple(look(one) for one in concerned)
    siblings = len(open_siblings_of(db, owners))
    lay_down(db, again, work_out_again)
    there = list(dict.fromkeys([again.result.persons[one] for one in first]))
    there += [one for one in concerned if one not in there and one in set(again.result.persons.values())]
    return Consequences(
        same=plan.same,
        before=before,
        after=tuple(look(one) for one in there),
        moved=_facts(db, moved),
        moved_count=_count(db, moved),
        sights=_sights(db, again, persons, moved),
        siblings_open=siblings,
        acts=_acts(db, aliases(again)),
        disagrees=any(one.reason == "rulings_disagree" for one in again.result.reviews),
        replaces=len(plan.replaces),
    )


def open_siblings_of(db: Any, owners: Sequence[int]) -> Sequence[tuple[int, int]]:
    """Pairs in question between the households of two persons; none for one person."""
    if owners[0] == owners[-1]:
        return ()
    return open_siblings(db, owners[0], owners[-1], "main")


_SECTORS = ", ".join(f"coalesce(p.p_{one}, 0), coalesce(p.s_{one}, 'not_applicable')" for one in SECTORS)
_BRIEF = f"""
    SELECT n.name, p.level, coalesce(p.points, 0), coalesce(p.has_unknown, 0),
        CASE WHEN p.rank IS NOT NULL
            THEN (SELECT 1 + count(*) FROM {{schema}}.priority AS o WHERE o.rank < p.rank) END,
        n.uncertain, n.protected,
        (SELECT count(*) FROM {{schema}}.record AS r WHERE r.person_id = n.person_id),
        (SELECT count(*) FROM {{schema}}.fact AS f WHERE f.person_id = n.person_id), {_SECTORS}
    FROM {{schema}}.person AS n LEFT JOIN {{schema}}.priority AS p ON p.person_id = n.person_id WHERE n.person_id = ?
"""


def brief(db: Any, schema: str, person_id: int) -> PersonBrief:
    """A person's standing as the view in ``schema`` has it."""
    row = db.execute(_BRIEF.format(schema=schema), (person_id,)).fetchone()
    return PersonBrief(
        person_id=person_id,
        name=row[0],
        level=Level(row[1]) if row[1] in LEVELS else None,
        points=row[2],
        has_unknown=bool(row[3]),
        rank=row[4],
        sectors=sector_marks(row[9:], {}) if row[1] else (),
        uncertain=row[5],
        records=row[7],
        facts=row[8],
        protected=bool(row[6]),
    )


def _marks(ones: set[int]) -> str:
    return ", ".join(map(str, sorted(ones)))


def _facts(db: Any, records: set[int]) -> tuple[FactBrief, ...]:
    rows = db.execute(
        "SELECT f.kind, f.start, r.sector FROM fact AS f JOIN record AS r USING (record_id)"
        f" WHERE f.record_id IN ({_marks(records)}) ORDER BY f.start DESC, f.fact_id LIMIT ?",
        (_SHOWN,),
    ).fetchall()
    return tuple(FactBrief(kind, day_of(start), Sector(sector)) for kind, start, sector in rows)


def _count(db: Any, records: set[int]) -> int:
    return int(db.execute(f"SELECT count(*) FROM fact WHERE record_id IN ({_marks(records)})").fetchone()[0])


def _sights(db: Any, again: Regrouped, persons: dict[int, int], moved: set[int]) -> tuple[Sight, ...]:
    """Who has facts come into a case of theirs, or go out of one."""
    kept = aliases(again)
    assignees = dict(
        db.execute(
            "SELECT t.person_id, m.name FROM truth.assignment AS t JOIN truth.member AS m ON m.id = t.member"
        ).fetchall()
    )
    found: dict[tuple[str, bool], int] = {}
    for record in moved:
        facts = _count(db, {record})
        gone, now = persons[record], again.result.persons[record]
        inherited = (assignees[one] for one, to in sorted(kept.items()) if to == now and one in assignees)
        takes, loses = assignees.get(now) or next(inherited, ""), assignees.get(gone, "")
        for name, other, gains in ((takes, loses, True), (loses, takes, False)):
            if name and name != other:
                found[name, gains] = found.get((name, gains), 0) + facts
    return tuple(Sight(name, facts, gains) for (name, gains), facts in sorted(found.items()))


def _acts(db: Any, gone: dict[int, int]) -> int:
    return int(
        db.execute(
            f"SELECT (SELECT count(*) FROM truth.decision WHERE withdrawn = 0 AND person_id IN ({_marks(set(gone))}))"
            f" + (SELECT count(*) FROM truth.contact WHERE person_id IN ({_marks(set(gone))}))"
        ).fetchone()[0]
    )
