"""A batch is withdrawn (wrong file, wrong month) or brought back, and what that would do is told before.

The rows stay as they came; everything derived from them goes as if they had never arrived, and
the delivery before counts again. Decisions keep what was seen: the entry names the facts that they
pointed at, so that they can say that their source was withdrawn.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from app.domain import ids
from app.domain.entries import Kind
from app.domain.extracts.supplement import origin
from app.domain.message import Message, Refused, WrongUse
from app.services.answers.outcomes import Changes, Outcome
from app.services.casework.publishing import Worked, compared, made_ready, moved_levels, new_view, publish
from app.services.deriving.laying import corrections, deliveries, delivery_of
from app.services.deriving.profiles_in_force import changed_since
from app.services.deriving.standing import Delivery
from app.services.deriving.whole import Redone, derive
from app.services.priority.runs import published_run, settings_of, work_out
from app.services.protection.withholding import switched_last
from app.storage import database
from app.storage.offices.office import Office
from app.storage.offices.views import ViewBuilder
from app.storage.truth.journal import Act

Progress = Callable[[Message], None]


@dataclass(frozen=True)
class Consequences:
    """What a withdrawal (or its undoing) does.

    ``facts``: that go (or come back); ``otherwise``: rows in whose place another delivery's counts;
    ``children``: whose facts these are; ``rises`` and ``falls``: children whose level changes;
    ``leaves``: children of whom nothing else is known; ``decisions``: that point at such a fact.
    """

    batch: int
    extract: str
    file: str
    as_of: date | None
    rows: int
    undo: bool
    facts: int = 0
    otherwise: int = 0
    children: int = 0
    rises: int = 0
    falls: int = 0
    leaves: int = 0
    decisions: int = 0

    def message(self) -> Message:
        """One sentence about it, once done."""
        values: dict[str, object] = {
            "file": self.file, "facts": self.facts, "otherwise": self.otherwise, "children": self.children,
            "levels": self.rises + self.falls, "leaves": self.leaves, "decisions": self.decisions,
        }  # fmt: skip
        return Message("withdrawal.undone" if self.undo else "withdrawal.done", values)

    def document(self) -> dict[str, object]:
        """Plain values for a script."""
        return {**asdict(self), "as_of": self.as_of.isoformat() if self.as_of else None}


@dataclass(frozen=True)
class _Asked:
    """Which batch, and whether it is to come back."""

    batch: int
    extract: str
    file: str
    as_of: str
    rows: int
    undo: bool


def foresee(
    office: Office, batch: int, *, undo: bool = False, progress: Progress = lambda message: None
) -> Consequences:
    """What it would do; nothing is changed. Takes as long as doing it."""
    asked = _asked(office, batch, undo)
    with database.explained(), new_view(office) as builder:
        return _derived(office, builder, asked, progress)[1]


def withdraw(
    office: Office, batch: int, reason: str, now: datetime, progress: Progress = lambda message: None
) -> Outcome[Consequences]:
    """Take a published batch back. WrongUse without a reason or for a batch that is not in force."""
    return _carry_out(office, batch, reason, now, progress, undo=False)


def restore(
    office: Office, batch: int, reason: str, now: datetime, progress: Progress = lambda message: None
) -> Outcome[Consequences]:
    """Undo a withdrawal: the batch counts again, at the place of its own day."""
    return _carry_out(office, batch, reason, now, progress, undo=True)


def _asked(office: Office, batch: int, undo: bool) -> _Asked:
    office.demand("import", Kind.BATCH_RESTORED if undo else Kind.BATCH_WITHDRAWN)
    row = (
        office.reader()
        .execute(
            "SELECT extract, file, coalesce(as_of, ''), rows, state, header FROM batch WHERE batch_id = ?", (batch,)
        )
        .fetchone()
    )
    state = "withdrawn" if undo else "published"
    if row is None or row[4] != state:
        raise WrongUse(f"batch.not_{state}", batch=batch)
    extract, file, as_of, rows, _state, header = row
    if undo:
        _refuse_without_base(office, extract, origin(json.loads(header)))
    return _Asked(batch, extract, file, as_of, rows, undo)


def _refuse_without_base(office: Office, extract: str, base: int | None) -> None:
    """Corrected rows count while the delivery counts from which they were rejected."""
    query = "SELECT file FROM batch WHERE batch_id = ? AND extract = ? AND state = 'withdrawn'"
    row = office.reader().execute(query, (base, extract)).fetchone()
    if row is not None:
        raise Refused("withdrawal.base_first", before=row[0])


def _carry_out(
    office: Office, batch: int, reason: str, now: datetime, progress: Progress, *, undo: bool
) -> Outcome[Consequences]:
    if not reason.strip():
        raise WrongUse("withdrawal.reason_missing")
    asked = _asked(office, batch, undo)
    switches = switched_last(office)
    with database.explained(), office.staging() as staging, new_view(office) as builder:
        worked, consequences, cited = _derived(office, builder, asked, progress)
        said: dict[str, object] = {"batch": batch, "reason": reason.strip(), "extract": asked.extract}
        progress(Message("import.stage_publish"))
        if switched_last(office) != switches:  # what was derived meanwhile may hold what is off now
            raise Refused("import.items_changed")
        act: Act = (Kind.BATCH_RESTORED if undo else Kind.BATCH_WITHDRAWN, said | cited)
        publish(office, staging, builder, worked, [act], now)
    return Outcome(consequences, Changes(frozenset({"published"})))


# ---------------------------------------------------------------------- deriving


def _derived(
    office: Office, builder: ViewBuilder, asked: _Asked, progress: Progress
) -> tuple[Worked, Consequences, dict[str, object]]:
    """Derive the view without the batch (or with it again); what that does, and what decisions pointed at."""

    @contextmanager
    def stage(name: str) -> Iterator[None]:
        progress(Message(f"import.stage_{name}"))
        yield

    with compared(office, builder) as db:
        settings = settings_of(office)
        upto = int(db.execute("SELECT coalesce(max(seq), 0) FROM truth.entry").fetchone()[0])
        run = published_run(db)
        profiles, newest = made_ready(db, office, builder.copied)
        moved = {one.batch_id: one for one in (delivery_of(db, asked.batch), *corrections(db, asked.batch))}
        standing = [one for one in deliveries(db) if one.batch_id not in moved]
        if asked.undo:
            standing += moved.values()
        redone = Redone(frozenset({asked.extract}), frozenset(moved), changed_since(db, run))
        earlier, arrived = (standing, []) if builder.copied else ([], standing)
        derived = derive(db, profiles, office.digester, earlier, arrived, stage=stage, redone=redone)
        as_of = _day(standing, run.as_of if run else None)
        with stage("priority"):
            work_out(db, as_of, settings)
        return Worked(as_of, settings, upto, newest, derived.links), *_consequences(db, asked, list(moved))


def _day(standing: list[Delivery], before: date | None) -> date:
    """The newest extract's own day; where none is left, the day that was shown before."""
    if standing:
        return date.fromisoformat(max(one.as_of for one in standing))
    assert before is not None, "a published batch has a run"
    return before


# ---------------------------------------------------------------------- consequences

_MOVED = """
    SELECT count(*), count(DISTINCT CASE WHEN p.last_child_day IS NOT NULL THEN o.person_id END)
    FROM {one}.fact AS o
    LEFT JOIN {other}.fact AS n ON n.record_id = o.record_id AND n.fact_id = o.fact_id
    LEFT JOIN {one}.person AS p ON p.person_id = o.person_id
    WHERE o.row_id IN (SELECT row_id FROM truth.batch_row WHERE batch_id IN ({batches}) AND outcome = 0)
      AND n.fact_id IS NULL
"""
_OTHERWISE = """
    SELECT count(*) FROM {one}.standing AS o JOIN {other}.standing AS n ON n.extract = o.extract AND n.key = o.key
    WHERE o.extract = ? AND o.present = 1 AND n.present = 1 AND n.row_id <> o.row_id
      AND o.row_id IN (SELECT row_id FROM truth.batch_row WHERE batch_id IN ({batches}) AND outcome = 0)
"""
_LEAVING = """
    SELECT count(*) FROM view.person AS o WHERE o.last_child_day IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM main.person AS n WHERE n.person_id = o.person_id)
"""


def _consequences(db: Any, asked: _Asked, moved: Sequence[int]) -> tuple[Consequences, dict[str, object]]:
    """What differs between the view before and the new one, and the facts that decisions point at. ``moved``: the
    batch and those of its corrected rows."""
    one, other = ("main", "view") if asked.undo else ("view", "main")
    named = {"one": one, "other": other, "batches": ", ".join(map(str, moved))}
    facts, children = db.execute(_MOVED.format(**named)).fetchone()
    (otherwise,) = db.execute(_OTHERWISE.format(**named), (asked.extract,)).fetchone()
    rises, falls = moved_levels(db)
    cited = [] if asked.undo else _cited(db, named["batches"])
    found = Consequences(
        batch=asked.batch,
        extract=asked.extract,
        file=asked.file,
        as_of=date.fromisoformat(asked.as_of) if asked.as_of else None,
        rows=asked.rows,
        undo=asked.undo,
        facts=facts,
        otherwise=otherwise,
        children=children,
        rises=rises,
        falls=falls,
        leaves=0 if asked.undo else db.execute(_LEAVING).fetchone()[0],
    )
    said: dict[str, object] = {"cited": [[ids.code(fact), *words] for fact, *words in cited]} if cited else {}
    return replace(found, decisions=_decisions_on(db, {one[0] for one in cited})), said


def _cited(db: Any, batches: str) -> list[tuple[Any, ...]]:
    """Fact, kind, start, end: what decisions point at and no row says any more."""
    db.execute("CREATE TEMP TABLE IF NOT EXISTS cited (id INTEGER PRIMARY KEY)")
    db.execute("DELETE FROM temp.cited")
    every = {ids.number(code) for codes in _evidence(db).values() for code in codes}
    db.executemany("INSERT INTO temp.cited VALUES (?)", ((one,) for one in sorted(every)))
    query = (
        "SELECT f.fact_id, f.kind, f.start, coalesce(f.\"end\", '') FROM view.fact AS f"
        " WHERE f.fact_id IN (SELECT id FROM temp.cited) AND f.row_id IN"
        f" (SELECT row_id FROM truth.batch_row WHERE batch_id IN ({batches}))"
        " AND NOT EXISTS (SELECT 1 FROM main.fact AS n WHERE n.record_id = f.record_id AND n.fact_id = f.fact_id)"
        " ORDER BY f.fact_id"
    )
    found: list[tuple[Any, ...]] = db.execute(query).fetchall() if every else []
    return found


def _evidence(db: Any) -> dict[bytes, list[str]]:
    """Decision -> the codes of the facts it points at."""
    rows = db.execute("SELECT entry, evidence FROM truth.decision WHERE withdrawn = 0").fetchall()
    return {entry: json.loads(evidence) for entry, evidence in rows}


def _decisions_on(db: Any, facts: Set[int]) -> int:
    return sum(not facts.isdisjoint(map(ids.number, codes)) for codes in _evidence(db).values())
