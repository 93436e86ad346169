"""Pairs that are compared: those that agree in all columns of a blocking rule, each once.

The same pairs as Splink's own blocking finds, which Spark uses; here found by comparing numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from app.linkage.comparisons import BLOCKING
from app.linkage.crowds import NONE, found_by
from app.linkage.lines import Lines


@dataclass(frozen=True)
class _Blocks:
    """The lines of all blocks of one rule behind one another, each block in rising order, and how many follow
    each line within its block."""

    lines: np.ndarray
    followers: np.ndarray


class Pairing:
    """All pairs of ``lines`` that share a block. ``fresh``: record ids; with it only pairs that touch one of them.
    ``crowded``: keys that find nobody (``crowds``)."""

    def __init__(self, lines: Lines, fresh: frozenset[int] | None = None, crowded: np.ndarray = NONE):
        self._records, _ = pd.factorize(lines.records)
        self._fresh = None if fresh is None else np.isin(lines.records, np.fromiter(fresh, "int64", len(fresh)))
        allowed = zip(BLOCKING, found_by(lines, crowded), strict=True)
        self._blocks = [_blocks(lines, rule, self._fresh, which) for rule, which in allowed]

    def most(self) -> int:
        """At least as many pairs as there are."""
        return sum(int(one.followers.sum(dtype=np.int64)) for one in self._blocks)

    def parts(self, at_once: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Left and right lines of the pairs, left below right, in rising order within a part; a part
        holds about ``at_once`` pairs at most."""
        count = max(1, -(-self.most() // at_once))
        for part in range(count):
            found = [self._pairs(one, part, count) for one in self._blocks]
            yield np.divmod(_different(np.concatenate(found)), max(1, len(self._records)))

    def _pairs(self, blocks: _Blocks, part: int, parts: int) -> np.ndarray:
        """The pairs of one rule whose left line belongs to this part, each as one number."""
        begin = np.flatnonzero((blocks.followers > 0) & (blocks.lines % parts == part))
        followers = blocks.followers[begin].astype(np.int64)
        total = int(followers.sum())
        step = np.arange(total) - np.repeat(np.cumsum(followers) - followers, followers)
        left = np.repeat(blocks.lines[begin], followers)
        right = blocks.lines[np.repeat(begin, followers) + step + 1]
        usable = self._records[left] != self._records[right]
        if self._fresh is not None:
            usable &= self._fresh[left] | self._fresh[right]
        return left[usable].astype(np.int64) * len(self._records) + right[usable]


def _different(pairs: np.ndarray) -> np.ndarray:
    """Each once, rising. (numpy's own ``unique`` takes ten times as long for so many different numbers.)"""
    pairs.sort()
    new = np.ones(len(pairs), dtype=bool)
    new[1:] = pairs[1:] != pairs[:-1]
    return pairs[new]


def _blocks(lines: Lines, rule: tuple[str, ...], fresh: np.ndarray | None, which: np.ndarray | None) -> _Blocks:
    """The blocks of one rule that hold at least two lines. ``which``: the lines it may find."""
    columns = [lines.columns[name] for name in rule]
    told = [column.numbers >= 0 for column in columns]
    known = np.flatnonzero(np.logical_and.reduce(told if which is None else [*told, which]))
    key, width = np.zeros(len(known), dtype=np.int64), 1
    for column in columns:
        if width * max(1, len(column.texts)) > np.iinfo(np.int64).max:
            key, different = pd.factorize(key)
            key, width = key.astype(np.int64), len(different)
        key = key * len(column.texts) + column.numbers[known]
        width *= max(1, len(column.texts))
    if fresh is not None:
        touched = np.isin(key, key[fresh[known]])
        key, known = key[touched], known[touched]
    order = np.argsort(key, kind="stable")
    key, members = key[order], known[order]
    starts = np.flatnonzero(np.r_[True, key[1:] != key[:-1]]) if len(key) else np.array([], dtype=np.int64)
    sizes = np.diff(np.r_[starts, len(key)])
    followers = np.repeat(starts + sizes, sizes) - np.arange(len(key)) - 1
    kept = np.repeat(sizes > 1, sizes)
    return _Blocks(members[kept].astype(np.int32), followers[kept].astype(np.int32))
