"""Chance for the demo: one stream for each subject, and the few distributions that its subjects share."""

from __future__ import annotations

import datetime as dt
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Streams:
    """One generator for each subject, so that a change in one subject leaves all others as they were.

    The true city stays the same whatever the error rates are.
    """

    seed: int

    def of(self, subject: str) -> random.Random:
        """A fresh generator for a subject; the same one for the same seed."""
        return random.Random(f"{self.seed}/{subject}")


class Numbering:
    """Local IDs as systems hand them out: rising, with gaps, a fixed number of digits after a prefix."""

    def __init__(self, rng: random.Random, digits: int, prefix: str = "", start: int = 0) -> None:
        self._rng, self._digits, self._prefix, self._last = rng, digits, prefix, start

    def next(self) -> str:
        self._last += self._rng.randint(1, 7)
        return f"{self._prefix}{self._last:0{self._digits}d}"


def poisson(rng: random.Random, mean: float) -> int:
    """A count with a mean of at most about 20 (Knuth's method)."""
    if mean <= 0:
        return 0
    limit, product, count = math.exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        count += 1
    return count


def day_between(rng: random.Random, first: dt.date, last: dt.date) -> dt.date:
    """Any day from `first` to `last`, both included; `first` where the span is empty."""
    return first + dt.timedelta(days=rng.randint(0, max(0, (last - first).days)))


def some(rng: random.Random, items: Sequence[T], share: float) -> list[T]:
    """A share of the items, at least one where there are any, in their own order. So a small city has every kind
    of case too."""
    count = min(len(items), max(1, round(share * len(items))))
    return [items[index] for index in sorted(rng.sample(range(len(items)), count))]
