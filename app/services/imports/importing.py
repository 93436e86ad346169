"""Importing: files in, rows staged, records linked, facts and priorities derived, all published at once.

Killed or cancelled anywhere before the last transaction, nothing of it is visible, and running it
again completes it. Cancelling is an exception that ``progress`` may raise.
"""

from __future__ import annotations

import time as clocks
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from app.domain.entries import Kind
from app.domain.message import Message, Refused
from app.services.answers.outcomes import Changes, Outcome
from app.services.casework.publishing import Worked, made_ready, new_view, publish
from app.services.deriving.laying import deliveries
from app.services.deriving.models import model_in_force
from app.services.deriving.profiles_in_force import changed_since
from app.services.deriving.standing import Delivery
from app.services.deriving.whole import Redone, derive
from app.services.imports.gathering import gather, passed_over
from app.services.imports.links_header import is_links_file
from app.services.imports.receiving import FileReport
from app.services.imports.taking_files import days_of, receive_all
from app.services.imports.taking_links import TakenLinks, TakingLinker, read_links
from app.services.priority.runs import published_run, settings_of, work_out
from app.services.protection.withholding import switched_last
from app.storage import database
from app.storage.batches.rows import Staging
from app.storage.offices.office import Office
from app.storage.offices.views import ViewBuilder
from app.storage.truth.journal import Act

Progress = Callable[[Message], None]
_NOTHING_NEW = Message("import.nothing_new")


@dataclass(frozen=True)
class ImportReport:
    """What an import did: its files, seconds per stage, links, reviews, children on the list; names of files
    in folders that were passed over."""

    files: tuple[FileReport, ...]
    seconds: dict[str, float]
    links: int = 0
    reviews: int = 0
    children: int = 0
    passed_over: tuple[str, ...] = ()

    @property
    def has_rejections(self) -> bool:
        """Whether a file was refused or a row rejected."""
        return any(one.outcome == "refused" or one.rejected for one in self.files)

    @property
    def refused(self) -> int:
        """How many files were refused."""
        return sum(one.outcome == "refused" for one in self.files)

    def message(self) -> Message:
        """One sentence about the whole."""
        imported = sum(one.outcome == "imported" for one in self.files)
        if not imported:
            return Message("import.nothing_taken", {"refused": self.refused}) if self.refused else _NOTHING_NEW
        values: dict[str, object] = {
            "files": imported,
            "links": self.links,
            "reviews": self.reviews,
            "children": self.children,
        }
        if self.refused:
            return Message("import.done_but", values | {"refused": self.refused})
        return Message("import.done", values)

    def document(self) -> dict[str, object]:
        """Plain values for ``--report``."""
        return {
            "files": [one.document() for one in self.files],
            "seconds": {name: round(value, 3) for name, value in self.seconds.items()},
            "links": self.links,
            "reviews": self.reviews,
            "children": self.children,
            "passed_over": list(self.passed_over),
        }


@dataclass
class _Stages:
    """Seconds by stage, and the word that goes out when one begins."""

    progress: Progress
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        self.progress(Message(f"import.stage_{name}"))
        begun = clocks.perf_counter()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + clocks.perf_counter() - begun


def import_extracts(
    office: Office,
    paths: Iterable[Path],
    *,
    now: datetime,
    as_of: date | None = None,
    progress: Progress = lambda message: None,
    short: Collection[str] | None = (),
    alone: bool = False,
    days: Mapping[Path, date] | None = None,
) -> Outcome[ImportReport]:
    """Import files and folders. Each file's own day is that of ``days``, else ``as_of``, else its title
    line's, else today.

    A file that cannot be taken is refused by itself; the others go on. ``short``: names of snapshots
    that may be far shorter than last time; None where somebody was asked about every file. ``alone``:
    nobody else works in this office meanwhile, so nobody waits for the end of longer transactions.
    Refused as a whole only for a missing role or a full disk, and then nothing was changed.
    """
    office.demand("import", Kind.BATCH_PUBLISHED)
    stages = _Stages(progress)
    gathered = gather(paths)
    every = gathered.files
    if gathered.passed_over:
        progress(passed_over(gathered.names))
    files = [one for one in every if not is_links_file(one)]
    switches = switched_last(office)
    with database.explained(), office.staging(alone=alone) as staging:
        with stages("read"):
            reports = receive_all(office, staging, files, now, days_of(files, days, as_of), progress, short)
        if not any(one.batch for one in reports):
            outcome = Outcome(ImportReport(tuple(reports), stages.seconds), Changes())
        else:
            outcome = _derive_and_publish(office, staging, reports, stages, now, switches)
    for path in every:
        if is_links_file(path):  # after the extracts: their records must be known
            outcome = _joined(outcome, _take_links(office, path, stages, now))
    return Outcome(replace(outcome.value, passed_over=gathered.names), outcome.changes)


def _take_links(office: Office, path: Path, stages: _Stages, now: datetime) -> Outcome[ImportReport]:
    """A link result that was made elsewhere, in a publication of its own; a refused one changes nothing."""
    try:
        with stages("read"):
            taken = read_links(office, path, model_in_force(office.reader(), "main"))
        report = FileReport(path.name, "imported", "links", rows=taken.rows, accepted=taken.rows)
        if not taken.edges:
            return Outcome(ImportReport((replace(report, outcome="unchanged"),), stages.seconds), Changes())
        with database.explained(), office.staging() as staging:
            outcome = _derive_and_publish(office, staging, [], stages, now, switched_last(office), taken)
    except Refused as refused:
        if refused.message.key.startswith(("disk.", "office.")):
            raise
        said = FileReport(path.name, "refused", "links", refusal=refused.message)
        return Outcome(ImportReport((said,), stages.seconds), Changes())
    return Outcome(replace(outcome.value, files=(report,)), outcome.changes)


def _joined(first: Outcome[ImportReport], second: Outcome[ImportReport]) -> Outcome[ImportReport]:
    """What two publications of one import did."""
    one, other = first.value, second.value
    if not second.changes.kinds:
        return Outcome(replace(one, files=(*one.files, *other.files)), first.changes)
    whole = replace(other, files=(*one.files, *other.files), links=one.links + other.links)
    return Outcome(whole, second.changes)


def _derive_and_publish(
    office: Office,
    staging: Staging,
    reports: list[FileReport],
    stages: _Stages,
    now: datetime,
    switches: int,
    taken: TakenLinks | None = None,
) -> Outcome[ImportReport]:
    with new_view(office) as builder:
        arrived = [
            Delivery(one.batch.batch_id, one.extract, one.as_of.isoformat(), one.supplement, one.base)
            for one in reports
            if one.batch is not None and one.as_of is not None
        ]
        worked, made = _build(office, builder, arrived, stages, taken)
        with stages("publish"):
            if switched_last(office) != switches:  # what was read meanwhile may hold what is off now
                raise Refused("import.items_changed")
            publish(office, staging, builder, worked, list(_batch_acts(reports)), now)
    done = [_with_waiting(one, made.waiting) for one in reports]
    report = ImportReport(tuple(done), stages.seconds, made.links, made.reviews, made.children)
    return Outcome(report, Changes(frozenset({"published"})))


def _with_waiting(one: FileReport, waiting: dict[int, int]) -> FileReport:
    """Every row is exactly one of accepted, waiting and rejected."""
    waits = waiting.get(one.batch.batch_id, 0) if one.batch else 0
    return replace(one, waiting=waits, accepted=one.accepted - waits)


@dataclass(frozen=True)
class _Made:
    """What an import made: links, pairs to settle, children, and per batch the rows that wait."""

    links: int
    reviews: int
    children: int
    waiting: dict[int, int]


def _build(
    office: Office, builder: ViewBuilder, arrived: list[Delivery], stages: _Stages, taken: TakenLinks | None
) -> tuple[Worked, _Made]:
    """Derive the new view with what arrived, on top of what was published before."""
    db, settings = builder.connection, settings_of(office)
    builder.attach_truth(office.folder)
    db.execute("BEGIN")
    db.execute("CREATE TEMP TABLE stood_before AS SELECT person_id, level FROM priority")
    profiles, newest = made_ready(db, office, builder.copied)
    published = deliveries(db)
    upto = int(db.execute("SELECT coalesce(max(seq), 0) FROM truth.entry").fetchone()[0])
    earlier, fresh = (published, arrived) if builder.copied else ([], [*published, *arrived])
    redone = Redone(reread=changed_since(db, published_run(db)))
    linker = TakingLinker(taken.edges, profiles, office.digester) if taken is not None else None
    links = derive(db, profiles, office.digester, earlier, fresh, link=linker, stage=stages, redone=redone).links
    as_of = date.fromisoformat(max(one.as_of for one in [*published, *arrived]))
    with stages("priority"):
        summary = work_out(db, as_of, settings)
    waiting = _waiting(db, [one.batch_id for one in arrived])
    stages.progress(Message("import.foreseen", {"waiting": sum(waiting.values()), "children": _moved(db)}))
    db.execute("COMMIT")
    builder.detach_truth()
    worked = Worked(as_of, settings, upto, newest, links, taken.origin() if taken is not None else None)
    return worked, _Made(links.made, links.reviews, summary.children, waiting)


def _moved(db: Any) -> int:
    """How many children will stand at another level than before, come, or go."""
    row = db.execute(
        "SELECT count(*) FROM (SELECT person_id FROM (SELECT * FROM temp.stood_before UNION ALL"
        " SELECT person_id, level FROM priority) GROUP BY person_id HAVING count(*) = 1 OR min(level) <> max(level))"
    ).fetchone()
    return int(row[0])


def _waiting(db: Any, batches: Sequence[int]) -> dict[int, int]:
    """How many rows of each new batch wait for their roster."""
    marks = ", ".join(map(str, batches))
    rows = db.execute(
        f"SELECT batch_id, count(*) FROM truth.batch_row WHERE batch_id IN ({marks})"
        " AND outcome = 0 AND row_id IN (SELECT row_id FROM fact WHERE person_id = 0)"
        " GROUP BY batch_id"
    )
    return dict(rows.fetchall())


def _batch_acts(reports: Iterable[FileReport]) -> Iterator[Act]:
    for one in reports:
        if one.batch is not None:
            yield (
                Kind.BATCH_PUBLISHED,
                {
                    "batch": one.batch.batch_id,
                    "extract": one.extract,
                    "rows": one.rows,
                    "rejected": one.rejected,
                    "merkle": one.batch.merkle.hex(),
                },
            )
