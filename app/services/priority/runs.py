"""Runs: working out the priorities of a day, with the office's own settings.

What a published run was made with stands in its entry: the day, the settings, and up to which
entry the office's acts went into it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from app.domain.criteria import Criterion
from app.domain.criteria_reading import CriterionError, adapted, criterion_from
from app.domain.entries import Kind
from app.domain.message import WrongUse
from app.domain.weighing import PrioritySettings
from app.services.priority.prioritising import RunSummary, prioritise
from app.services.priority.sightings import looks_of, unsettled
from app.storage.batches.results import StagedResults
from app.storage.definitions.criteria_files import in_order, load_criteria
from app.storage.offices.office import Office
from app.storage.truth.journal import Act


@cache
def criteria() -> tuple[Criterion, ...]:
    """The criteria that the program ships."""
    return load_criteria()


def criteria_of(settings: PrioritySettings | None) -> tuple[Criterion, ...]:
    """The criteria as an office's settings have them: thresholds changed, switched off, its own added.

    None gives those that are shipped. WrongUse where the settings cannot be meant.
    """
    if settings is None:
        return criteria()
    changed, own = json.dumps(settings.changed, sort_keys=True), json.dumps(list(settings.own), sort_keys=True)
    return _adapted(changed, own, settings.disabled)


@cache
def _adapted(changed: str, own: str, disabled: tuple[str, ...]) -> tuple[Criterion, ...]:
    changes, tables = json.loads(changed), json.loads(own)
    try:
        every = [adapted(rule, changes.get(rule.key, {})) for rule in criteria()]
        every += [criterion_from(table) for table in tables]
        rules = in_order(every)
    except CriterionError as error:
        raise WrongUse("criteria.not_meant", why=str(error)) from error
    keys = [rule.key for rule in rules]
    if len(set(keys)) != len(keys):
        raise WrongUse("criteria.key_taken", name=next(key for key in keys if keys.count(key) > 1))
    return tuple(rule for rule in rules if rule.key not in disabled)


def settings_of(office: Office) -> PrioritySettings:
    """What this office has set about priority."""
    return PrioritySettings.from_json(office.setting("priority", {}))


def work_out(db: Any, as_of: date, settings: PrioritySettings) -> RunSummary:
    """Findings and priorities of a view in the making (truth attached), and the day they are of."""
    summary = prioritise(db, criteria_of(settings), as_of, settings, looks=looks_of(db, "truth"))
    db.execute("INSERT OR REPLACE INTO meta VALUES ('as_of', ?)", (as_of.isoformat(),))
    return summary


@dataclass(frozen=True)
class PublishedRun:
    """The last run: its day, its settings, the last entry that it knew of, and the last change of a
    profile with which the view was derived."""

    as_of: date
    settings: PrioritySettings
    upto: int
    profiles: int = 0


def published_run_of(office: Office) -> PublishedRun | None:
    """The last run; None before the first."""
    return published_run(office.reader(), "main")


def published_run(db: Any, schema: str = "truth") -> PublishedRun | None:
    """The last run, with the truth in this schema; None before the first."""
    row = db.execute(
        f"SELECT r.as_of, r.settings, e.payload, e.seq FROM {schema}.run AS r"
        f" JOIN {schema}.entry AS e ON e.id = r.entry"
        " ORDER BY r.run_id DESC LIMIT 1"
    ).fetchone()
    if row is None:
        return None
    said = json.loads(row[2]) if row[2] is not None else {}
    settings = PrioritySettings.from_json(json.loads(row[1]))
    upto, profiles = int(said.get("upto", row[3])), int(said.get("profiles", 0))
    return PublishedRun(date.fromisoformat(row[0]), settings, upto, profiles)


def run_act(as_of: date, settings: PrioritySettings, upto: int, results: StagedResults, profiles: int = 0) -> Act:
    """The act that makes a run count: its day, its settings, the last entry it knew, what it showed, and
    the last change of a profile with which the view was derived."""
    said = {
        "as_of": as_of.isoformat(), "settings": settings.as_json(), "upto": upto, "profiles": profiles,
        **results.said(),
    }  # fmt: skip
    return Kind.RUN_MADE, said


def work_out_again(db: Any, persons: Sequence[int]) -> None:
    """Findings and priorities of these persons and their households, as the last run weighed them."""
    run = published_run(db)
    if run is not None:
        looks = looks_of(db, "truth")
        prioritise(db, criteria_of(run.settings), run.as_of, run.settings, persons=persons, looks=looks)


def heed(office: Office) -> frozenset[int]:
    """Lay what the office saw and decided into the view in force; the children whom it moved."""
    while True:
        number = office.view_number()
        with office.view_writer() as db:
            run = published_run(db)
            rules = criteria_of(run.settings) if run else ()
            if run is None or not unsettled(db, rules, run.as_of):
                return frozenset()
            with _writing(db):
                persons = unsettled(db, rules, run.as_of)
                work_out_again(db, persons)
        if office.view_number() == number:  # else an import published another view meanwhile
            return frozenset(persons)


@contextmanager
def _writing(db: Any) -> Iterator[None]:
    """One transaction on the view alone: a write comes first, so that nobody else may write it."""
    db.execute("BEGIN")
    try:
        db.execute("UPDATE meta SET value = value WHERE key = 'as_of'")
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


@contextmanager
def worked_out_for(office: Office, as_of: date | None) -> Iterator[tuple[Any, str]]:
    """A connection and the schema that holds the priorities of a day; None is the published run.

    Another day is worked out into temporary tables and forgotten.
    """
    if as_of is None:
        yield office.reader(), "view"
        return
    with office.scratch() as db:
        looks = looks_of(db, "main", as_of)
        settings = settings_of(office)
        prioritise(db, criteria_of(settings), as_of, settings, schema="temp", source="view", looks=looks)
        yield db, "temp"
