"""Reads the shelf of lists for reaching out: one file of ``resources/outreach`` is one list."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from app.domain.criteria import Criterion
from app.domain.criteria_reading import CriterionError, criterion_from
from app.storage.resources import resource_path

HOUSEHOLDS = ("", "one_adult")


@dataclass(frozen=True)
class OutreachList:
    """Who stands on a list: those of whom one of the shipped criteria ``names``, or of its own ``rules``, holds."""

    key: str
    names: tuple[str, ...]
    rules: tuple[Criterion, ...]
    household: str = ""


def load_lists(shelf: Path | None = None) -> tuple[OutreachList, ...]:
    """All lists of the shelf, by file name. CriterionError for one that cannot be meant."""
    return tuple(_list(path) for path in sorted((shelf or resource_path("outreach")).glob("*.toml")))


def _list(path: Path) -> OutreachList:
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    found = OutreachList(
        key=str(table.get("key", "")),
        names=tuple(map(str, table.get("rules", ()))),
        rules=tuple(criterion_from(rule) for rule in table.get("rule", ())),
        household=str(table.get("household", "")),
    )
    if found.key != path.stem or not (found.names or found.rules) or found.household not in HOUSEHOLDS:
        raise CriterionError(f"{path.name}: cannot be meant")
    return found
