"""Measuring priority: what the criteria cost on an office filled with as many children as one likes.

Seconds of the processor in this process are the figures: what others do on the machine meanwhile does
not count. Every office is filled by ``app.services.measuring.filling``, so nothing is imported.
"""

from __future__ import annotations

import statistics as figures
import tempfile
import time as clocks
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from app.domain.message import Message
from app.domain.priority import Level
from app.domain.sectors import Sector
from app.domain.weighing import PrioritySettings
from app.services.answers.caseload import SORTS, CaseloadQuery
from app.services.casework import caseload, contacts, reviewing
from app.services.criteria import effects
from app.services.measuring.filling import Filled, fill_office
from app.services.measuring.whole import BenchReport, Figure, alone
from app.services.offices import opening
from app.services.priority.prioritising import prioritise
from app.services.priority.runs import criteria_of, published_run, work_out_again
from app.services.priority.sightings import looks_of
from app.storage.offices.office import Office
from app.storage.priorities.roll_kept import unwatch

PERSON, PASSPHRASE = "bench", "bench passphrase"
ASKED = 40
CHANGED = "absence_days"
_STEPS = [{"at_least": 6}, {"at_least": 12}]


@dataclass(frozen=True)
class _Measured:
    filled: Filled
    figures: dict[str, float]


def measure_filled(
    sizes: Sequence[int], seed: int, now: datetime, progress: Callable[[Message], None], keep: Path | None = None
) -> list[BenchReport]:
    """One report for each size: criteria, one child, a preview, the list; each size in a process of its own.

    The office of the last size is left in the folder ``keep``, for the window to be measured on.
    """
    reports: list[BenchReport] = []
    each: dict[int, float] = {}
    for children in sizes:
        progress(Message("bench.filling", {"children": children}))
        run = alone(_measure, children, seed, now, keep if children == sizes[-1] else None)
        measured: _Measured = run.value
        each[children] = measured.figures["all criteria"] / measured.filled.children
        found = [Figure(name, seconds, run.peak) for name, seconds in measured.figures.items()]
        floor = each[sizes[0]]
        found.append(Figure("1000 children", 1000 * each[children], run.peak, f"of {sizes[0]}", 1000 * floor))
        reports.append(BenchReport(measured.filled.children, measured.filled.facts, tuple(found), of="facts"))
    return reports


def _measure(children: int, seed: int, now: datetime, keep: Path | None) -> _Measured:
    with tempfile.TemporaryDirectory(prefix="kizuki-bench-") as place:
        folder = keep or Path(place) / "office"
        opening.create_office(folder, name=PERSON, person=PERSON, passphrase=PASSPHRASE, recovery_file=None, now=now)
        with opening.open_office(folder, PERSON, PASSPHRASE, now) as office:
            seconds: dict[str, float] = {}
            filled, _ = _timed(seconds, "fill, run, publish", partial(fill_office, office, children, seed, now))
            _timed(seconds, "all criteria", partial(_whole_run, office))
            seconds["one child, median"], seconds["one child, p95"] = _each(partial(_one_child, office), _some(office))
            _timed(seconds, "preview, threshold", partial(_preview, office, now, changed={CHANGED: {"steps": _STEPS}}))
            _timed(seconds, "preview, scale", partial(_preview, office, now, scale=3.0))
            seconds.update(_looked_at(office, now))
        return _Measured(filled, seconds)


def _timed(seconds: dict[str, float], stage: str, work: Callable[[], Any]) -> Any:
    begun = clocks.process_time()
    value = work()
    seconds[stage] = clocks.process_time() - begun
    return value


def _seconds(work: Callable[[], Any]) -> float:
    begun = clocks.process_time()
    work()
    return clocks.process_time() - begun


def _each(work: Callable[[int], Any], children: Sequence[int]) -> tuple[float, float]:
    taken: list[float] = []
    for child in children:
        begun = clocks.process_time()
        work(child)
        taken.append(clocks.process_time() - begun)
    return figures.median(taken), figures.quantiles(taken, n=20)[-1]


def _some(office: Office) -> list[int]:
    """Children from all over the list."""
    ids = office.reader().execute("SELECT person_id FROM view.priority ORDER BY rank").fetchall()
    return [one for (one,) in ids[:: max(1, len(ids) // ASKED)]][:ASKED]


@contextmanager
def _writing(office: Office) -> Iterator[Any]:
    with office.view_writer() as db:
        db.execute("BEGIN")
        try:
            yield db
        finally:
            db.execute("ROLLBACK")


def _whole_run(office: Office) -> None:
    """All criteria for all children, written to the view and taken back. A run writes a view in the making, and who
    changes there is not noted one by one."""
    with _writing(office) as db:
        unwatch(db)
        run = published_run(db)
        if run is not None:
            prioritise(db, criteria_of(run.settings), run.as_of, run.settings, looks=looks_of(db, "truth"))


def _one_child(office: Office, child: int) -> None:
    """A month of absence is added to a child, and it and its household are worked out anew."""
    with _writing(office) as db:
        db.execute(
            'INSERT INTO fact (person_id, start, fact_id, record_id, kind, "end", row_id, n1, n2, n3)'
            " SELECT person_id, date(max(start), '+1 day'), -1, 0, 'attendance', date(max(start), '+30 days'), 0,"
            " 20, 9, 3 FROM fact WHERE person_id = ?",
            (child,),
        )
        work_out_again(db, [child])


def _preview(office: Office, now: datetime, **changes: Any) -> None:
    effects.preview(office, replace(PrioritySettings(), **changes), now.date())


_EVERYBODY = CaseloadQuery(view="all")
_TYPED = ("さ", "さと", "さとう", "や", "やま", "田", "田中", "か", "1", "す ず")


def _sorts() -> list[CaseloadQuery]:
    return [replace(_EVERYBODY, sort=sort) for sort in SORTS]


def _searches() -> list[CaseloadQuery]:
    return [replace(_EVERYBODY, text=text) for text in _TYPED]


def _filters() -> list[CaseloadQuery]:
    return [
        replace(_EVERYBODY, levels=frozenset({Level.HIGH})),
        replace(_EVERYBODY, sectors=frozenset({Sector.EDUCATION, Sector.MEDICAL})),
        replace(_EVERYBODY, criteria=frozenset({CHANGED})),
        replace(_EVERYBODY, schools=frozenset({"第一小学校"})),
        replace(_EVERYBODY, age_least=3, age_most=9),
        replace(_EVERYBODY, due="none"),
        replace(_EVERYBODY, unseen=90),
        replace(_EVERYBODY, only_new=True),
        replace(_EVERYBODY, assignees=frozenset({""}), supported="no"),
        CaseloadQuery(view="unassigned"),
    ]


def _looked_at(office: Office, now: datetime) -> dict[str, float]:
    """Listing and opening, as the window asks for them."""
    seconds: dict[str, float] = {}
    today = now.date()
    every = _timed(seconds, "list: all", partial(caseload.listing, office, CaseloadQuery(view="all"), today))
    _timed(seconds, "list: this month", partial(caseload.listing, office, CaseloadQuery(), today))
    _timed(seconds, "list: 128 lines", partial(caseload.rows, office, every.ids[:128], today))
    for stage, queries in (("sort", _sorts()), ("filter", _filters()), ("search", _searches())):
        taken = [_seconds(partial(caseload.listing, office, query, today)) for query in queries]
        seconds[f"list: {stage}, median"], seconds[f"list: {stage}, slowest"] = figures.median(taken), max(taken)
    opened = _each(lambda child: reviewing.child_file(office, child, now), every.ids[:: max(1, len(every.ids) // 20)])
    seconds["open a child, median"], seconds["open a child, p95"] = opened
    noted = partial(
        contacts.note_contact, office, kind="phone", result="guardian_only", seen=False, day=today, words="x",
        next_day=today + timedelta(days=7), now=now,
    )  # fmt: skip
    seconds["note a contact, median"], seconds["note a contact, p95"] = _each(noted, every.ids[:ASKED])
    return seconds
