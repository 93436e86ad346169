"""Pairs as lines of a links file, and back: what ``match`` writes and ``import`` reads.

A line says which two records, by extract and local ID, how much the evidence weighs, the level of
every field that says something, and the model. What the pair allows is not written down: whoever
takes it in judges it by the same rules again.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from app.domain.links_file import HEADER as HEADER
from app.linkage.comparisons import FIELDS
from app.linkage.judging import edges as judged_edges
from app.linkage.model import Model
from app.linkage.results import Edge

NEAR = 0.001
"""Bits by which a weight may differ from what its evidence weighs: it is written with six digits."""

Name = tuple[str, str]
"""Extract and local ID."""


@dataclass(frozen=True)
class Line:
    """A sound line: two records, and the number of the level of every field (-1: silent)."""

    a: Name
    b: Name
    weight: float
    levels: tuple[int, ...]


class Unsound(Exception):
    """Why a line cannot be taken: the key of a sentence, and what fills it."""

    def __init__(self, reason: str, **values: object) -> None:
        super().__init__(reason, values)
        self.reason, self.values = reason, values


def write_lines(edges: Iterable[Edge], name_of: Mapping[int, Name], model: Model) -> Iterator[tuple[str, ...]]:
    """The lines of these edges, in the order of the records' names."""
    pairs = [(*_in_order(name_of[edge.a], name_of[edge.b]), edge) for edge in edges]
    for a, b, edge in sorted(pairs, key=lambda pair: pair[:2]):
        evidence = " ".join(f"{item.field}={item.level}" for item in edge.why if item.level != "silent")
        yield (*map(_inert, (*a, *b)), f"{edge.weight:.6f}", evidence, model.id)


def _in_order(one: Name, other: Name) -> tuple[Name, Name]:
    return (one, other) if one <= other else (other, one)


def read_line(cells: Sequence[str], model: Model) -> Line:
    """One line below the header. Raises Unsound."""
    if len(cells) != len(HEADER):
        raise Unsound("links_line.cells", cells=len(cells), expected=len(HEADER))
    *cited, weight, evidence, made_with = cells
    names = [_cited(cell) for cell in cited]
    if made_with != model.id:
        raise Unsound("links_line.model", model=made_with[:40], own=model.id)
    a, b = (names[0], names[1]), (names[2], names[3])
    if a == b or not all(names):
        raise Unsound("links_line.same_record")
    levels = _levels(evidence)
    said, weighs = _number(weight), weigh(levels, model)
    if abs(said - weighs) > NEAR:
        raise Unsound("links_line.weight", weight=weight[:40], weighs=f"{weighs:.6f}")
    return Line(a, b, said, levels)


def weigh(levels: Sequence[int], model: Model) -> float:
    """What the levels of a pair weigh, in bits."""
    total = math.log2(model.prior / (1 - model.prior))
    for field, number in zip(FIELDS, levels, strict=True):
        if number >= 0:
            total += model.push(field.key, field.levels[number].key)
    return total


def as_edges(pairs: Sequence[tuple[int, int, Line]], model: Model) -> list[Edge]:
    """The edges that these pairs of record ids are, judged as if they had been compared here."""
    records = np.array([one for a, b, _ in pairs for one in (a, b)], dtype="int64")
    frame = pd.DataFrame({"spelling_l": range(0, 2 * len(pairs), 2), "spelling_r": range(1, 2 * len(pairs), 2)})
    frame["weight"] = [line.weight for *_, line in pairs]
    for place, field in enumerate(FIELDS):
        frame[f"g_{field.key}"] = np.array([line.levels[place] for *_, line in pairs], dtype="int8")
    return judged_edges(frame, records, model)


_LIVE = tuple("=+-@\t\r'")


def _inert(cell: str) -> str:
    """What a spreadsheet would take for a formula has an apostrophe before it."""
    return "'" + cell if cell.startswith(_LIVE) else cell


def _cited(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_LIVE) else cell


def _levels(evidence: str) -> tuple[int, ...]:
    said: dict[str, str] = {}
    for item in evidence.split():
        field, _, level = item.partition("=")
        if field in said:
            raise Unsound("links_line.evidence", item=item[:40])
        said[field] = level
    numbers = []
    for one in FIELDS:
        keys = [level.key for level in one.levels]
        if one.key not in said:
            numbers.append(-1)
            continue
        level = said.pop(one.key)
        if level not in keys:
            raise Unsound("links_line.evidence", item=f"{one.key}={level}"[:40])
        numbers.append(keys.index(level))
    if said:
        raise Unsound("links_line.evidence", item=next(iter(said))[:40])
    return tuple(numbers)


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise Unsound("links_line.number", weight=text[:40])
    return number
