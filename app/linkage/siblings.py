"""Siblings found together: two children of one household that match two of another lift each other.

Helps after a move, when no address, phone or guardian of a pair agrees: its names do, and somebody
of the same household is beyond doubt in both. Looked at when all edges are known; an edge that was
lifted says so in its evidence, and is taken back to what the pair alone says before it is weighed
again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from app.linkage.blocking import numbers_of
from app.linkage.judging import UNDISPUTED
from app.linkage.lines import Lines
from app.linkage.model import Model
from app.linkage.results import Edge, Evidence

FIELD, LEVEL = "siblings", "found_together"

LIFT = 6.0
"""Bits; chosen, on the safe side of what was measured. On twelve made-up cities (``tests/torture/matching``, 3,000
children each, seeds 11 to 23) 47 of 212 right pairs in question had such siblings and none of 308 wrong
ones: with half a pair added 7.1 bits. So few cannot show more: up to 3 in 308 may be missed, which is 4.5."""

FAMILIES: tuple[tuple[str, ...], ...] = (("home", "guardian"), ("phone",), ("household",))
"""Records that agree in all columns of any one line belong to one household."""

_AGREES = {("address", "same"), ("address", "same_block"), ("phone", "same"), ("guardian", "same"), ("number", "same")}
_MIX = np.uint64(0x9E3779B97F4A7C15)


def families_of(lines: Lines) -> Iterator[tuple[int, int]]:
    """Record and a 63-bit number for each household it stands in; the same on every machine."""
    record = lines.records
    numbers = {column: numbers_of(lines.columns[column]) for rule in FAMILIES for column in rule}
    for place, rule in enumerate(FAMILIES, start=1):
        key, known = np.full(len(lines), place, dtype=np.uint64), np.ones(len(lines), dtype=bool)
        for column in rule:
            number, has = numbers[column]
            key = (key ^ number) * _MIX
            key ^= key >> np.uint64(29)
            known &= has
        pairs = np.unique(np.stack([record[known], (key[known] >> np.uint64(1)).astype("int64")]), axis=1)
        yield from zip(pairs[0].tolist(), pairs[1].tolist(), strict=True)


def alone(edge: Edge) -> Edge:
    """An edge as the pair by itself allows it."""
    if not edge.why or edge.why[-1].field != FIELD:
        return edge
    weight = round(edge.weight - edge.why[-1].push, 6)
    return Edge(edge.a, edge.b, weight, edge.why[:-1], "review", "uncertain")


def liftable(edge: Edge) -> bool:
    """An uncertain pair whose names agree and whose households are not known to be one."""
    bare = alone(edge)
    if bare.state != "review" or bare.reason != "uncertain":
        return False
    said = {(one.field, one.level) for one in bare.why}
    return ("birth", "differs") not in said and not said & _AGREES and any(("given", one) in said for one in UNDISPUTED)


def lifted(edges: Sequence[Edge], families: Iterable[tuple[int, int]], model: Model) -> list[Edge]:
    """The edges (each as ``alone``) with what siblings add. ``families`` as ``families_of`` gives them,
    of all records that stand in a household with one of a liftable edge."""
    wanted = {end for edge in edges if liftable(edge) for end in (edge.a, edge.b)}
    if not wanted:
        return list(edges)
    mates = _mates(wanted, families)
    near = {one for several in mates.values() for one in several}
    linked: dict[int, set[int]] = defaultdict(set)
    for edge in edges:
        if edge.state == "linked" and edge.a in near and edge.b in near:
            linked[edge.a].add(edge.b)
            linked[edge.b].add(edge.a)
    return [_lift(edge, model) if liftable(edge) and _together(edge, mates, linked) else edge for edge in edges]


def _mates(wanted: set[int], families: Iterable[tuple[int, int]]) -> dict[int, set[int]]:
    """Whoever stands in a household with these records, themselves included."""
    held = list(families)
    of_wanted = {key for record, key in held if record in wanted}
    members: dict[int, set[int]] = defaultdict(set)
    for record, key in held:
        if key in of_wanted:
            members[key].add(record)
    mates: dict[int, set[int]] = {one: {one} for one in wanted}
    for several in members.values():
        for record in several & wanted:
            mates[record] |= several
    return mates


def _together(edge: Edge, mates: Mapping[int, set[int]], linked: Mapping[int, set[int]]) -> bool:
    """Whether somebody else of the one household is surely somebody else of the other."""
    own = {edge.a, edge.b}
    same = own | linked.get(edge.a, set()) | linked.get(edge.b, set())
    others = mates[edge.b] - same
    return any(not linked.get(one, set()).isdisjoint(others - {one}) for one in mates[edge.a] - same)


def _lift(edge: Edge, model: Model) -> Edge:
    weight = round(edge.weight + LIFT, 6)
    levels = {one.field: one.level for one in edge.why}
    sure = weight >= model.link and levels["birth"] != "same_year"
    lifted = replace(edge, weight=weight, why=(*edge.why, Evidence(FIELD, LEVEL, LIFT)))
    return replace(lifted, state="linked", reason="") if sure else lifted
