"""Showing: what a run shows is kept as it stood, with its list and the few drawn from below it.

History is truth. The entry of the run names what is kept here; ``explaining`` and ``evaluating``
read it. The drawing is by lot: keyed, so that nobody can steer it and each PC draws the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import groupby
from typing import Any

from app.services.casework import selecting
from app.storage.batches.results import Listed, Shown, Sign, StagedResults, stage
from app.storage.batches.rows import Staging
from app.storage.offices.office import Office


def stage_results(office: Office, staging: Staging, view: int, as_of: date, today: date) -> StagedResults:
    """Keep what the finished view of this number shows, for the entry of its run to name."""
    capacity = int(office.setting("capacity", selecting.DEFAULT_CAPACITY))
    size = int(office.setting("sample", selecting.DEFAULT_SAMPLE))
    with office.beside(staging.connection, view) as db:
        selection = selecting.select(db, capacity, today)
        shown = list(_shown(db))
    lots = {child: office.digester.lot(as_of.isoformat(), child) for child in selection.below}
    drawn = sorted(lots, key=lots.__getitem__)[: max(0, size)]
    listed = [Listed(child, "list", place) for place, child in enumerate(selection.listed, 1)]
    listed += [Listed(child, "sample", place) for place, child in enumerate(drawn, 1)]
    return stage(staging, shown, listed)


def _shown(db: Any) -> Iterator[Shown]:
    """Every child of whom there is something to show, in the order of their ids."""
    standing: Mapping[int, tuple[str, int]] = {
        person: (level, points)
        for person, level, points in db.execute(
            "SELECT person_id, level, points FROM view.priority WHERE level <> 'none'"
        ).fetchall()
    }
    found = db.execute(
        "SELECT person_id, criterion, points, step, value FROM view.finding WHERE answer = 'holds'"
        " ORDER BY person_id, criterion"
    )
    for person, signs in groupby(found, key=lambda row: row[0]):
        if person in standing:
            yield Shown(person, *standing[person], tuple(Sign(*sign[1:]) for sign in signs))
