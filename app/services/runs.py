"""Runs: working out the priorities of a day, with the office's own settings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from typing import Any

from app.domain.criteria import Criterion
from app.domain.weighing import PrioritySettings
from app.services.prioritising import RunSummary, prioritise
from app.storage.criteria_files import load_criteria
from app.storage.office import Office


@cache
def criteria() -> tuple[Criterion, ...]:
    """The criteria that the program ships."""
    return load_criteria()


def settings_of(office: Office) -> PrioritySettings:
    """What this office has set about priority."""
    return PrioritySettings.from_json(office.setting("priority", {}))


def work_out(db: Any, as_of: date, settings: PrioritySettings) -> RunSummary:
    """Findings and priorities of a view in the making, and the day they are of."""
    summary = prioritise(db, criteria(), as_of, settings)
    db.execute("INSERT OR REPLACE INTO meta VALUES ('as_of', ?)", (as_of.isoformat(),))
    return summary


@contextmanager
def worked_out_for(office: Office, as_of: date | None) -> Iterator[tuple[Any, str]]:
    """A connection and the schema that holds the priorities of a day; None is the published run.

    Another day is worked out into temporary tables and forgotten.
    """
    if as_of is None:
        yield office.reader(), "view"
        return
    with office.scratch() as db:
        prioritise(db, criteria(), as_of, settings_of(office), schema="temp", source="view")
        yield db, "temp"
