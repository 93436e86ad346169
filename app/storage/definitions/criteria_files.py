"""Reads the shelf of criteria: one file of ``resources/criteria`` is one criterion.

Which words a criterion has stands in ``app.domain.criteria_reading``. Nothing else is read here,
and nothing is written.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path

from app.domain.criteria import Criterion, Measure
from app.domain.criteria_reading import CriterionError, criterion_from
from app.storage.resources import resource_path


def load_criteria(shelf: Path | None = None) -> tuple[Criterion, ...]:
    """All criteria of the shelf, by file name; those that look at siblings' findings come last.

    CriterionError names the file of a criterion that cannot be meant: it is a defect of ours.
    """
    paths = sorted((shelf or resource_path("criteria")).glob("*.toml"))
    return in_order(_criterion(path) for path in paths)


def in_order(criteria: Iterable[Criterion]) -> tuple[Criterion, ...]:
    """The criteria so that each stands after those whose findings it uses."""
    given = list(criteria)
    keys = [criterion.key for criterion in given]
    for criterion in given:
        for signal in criterion.signals():
            missing = set(signal.criteria) - set(keys)
            if missing:
                raise CriterionError(f"{criterion.key}: no criteria named {sorted(missing)}")
    return tuple(sorted(given, key=_uses_findings))


def _uses_findings(criterion: Criterion) -> bool:
    return any(signal.measure is Measure.SIBLINGS for signal in criterion.signals())


def _criterion(path: Path) -> Criterion:
    with path.open("rb") as file:
        try:
            table = tomllib.load(file)
        except tomllib.TOMLDecodeError as error:
            raise CriterionError(f"{path.name}: {error}") from error
    criterion = criterion_from(table)
    if criterion.key != path.stem:
        raise CriterionError(f"{path.name}: holds the key {criterion.key}")
    return criterion
