"""Crowds: what too many records say finds nobody.

A made-up name with one birth date in thousands of rows of a school, one telephone number in all rows of
an office: compared pair by pair that would take days, and a few hundred such rows would fill a lead's day with
questions. No real city comes near these bounds: a list of persons holds no twenty children of one
name and one birthday, and of half a million children some hundred records share a blocking key.

What is crowded follows from all records together; so a month that changes little must know the whole stock's
keys, and look again at the records whose key became crowded or stopped being so (``Crowding``).
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass

import numpy as np

from app.linkage.blocking import NAMESAKES, keys_by_rule, owned_keys
from app.linkage.comparisons import BLOCKING
from app.linkage.lines import Lines

ALIKE = 20
"""Records of one list that share name and birth date, at most: more, and the name is nobody's."""

SHARING = 500
"""Records that share any other key, at most: more, and the key finds nobody."""

_BY_NUMBER = (("own_number",), ("number",))
_LOW = np.uint32(0x3FFFFF)

NONE = np.array([], dtype="<u4")


@dataclass(frozen=True)
class Crowding:
    """The crowded ``keys`` of all records, rising; and the records of which one became so or no longer is."""

    keys: np.ndarray
    moved: Set[int]


def crowded(every: np.ndarray) -> np.ndarray:
    """The keys that too many have, rising. ``every``: all records' keys, once for each record that has it."""
    often = np.bincount(every & _LOW, minlength=int(_LOW) + 1) > ALIKE  # sorting millions would take longer
    keys, count = np.unique(every[often[every & _LOW]], return_counts=True)
    return keys[count > np.where(keys & 1, ALIKE, SHARING)]


def crowded_of(lines: Lines) -> np.ndarray:
    """The crowded keys where ``lines`` are all there are."""
    return crowded(owned_keys(lines)[1]) if len(lines) else NONE


def found_by(lines: Lines, keys: np.ndarray) -> Iterator[np.ndarray | None]:
    """For each rule of ``BLOCKING``, the lines that it may find; None for all. ``keys``: the crowded ones.

    Whose name and birth date are a crowd's is found by number only.
    """
    if not len(keys):
        yield from [None] * len(BLOCKING)
        return
    by_rule = [known & np.isin(numbers, keys) for known, numbers in keys_by_rule(lines)]
    nameless = np.logical_or.reduce(by_rule[-len(NAMESAKES) :])
    for rule, out in zip(BLOCKING, by_rule, strict=False):
        yield ~out if rule in _BY_NUMBER else ~(out | nameless)
