"""How sure a share found in a sample is: the exact interval of Clopper and Pearson.

Chosen over Wilson's because it never promises more than it holds: with few or no errors found, as
is usual among links, it stays on the cautious side.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, lgamma, log

CONFIDENCE = 0.95
_STEPS = 60


@dataclass(frozen=True)
class Interval:
    """A share between 0 and 1 and the bounds that hold it in 95 of 100 samples."""

    share: float
    low: float
    high: float


def exact(found: int, of: int, confidence: float = CONFIDENCE) -> Interval:
    """The share of ``found`` among ``of`` drawn. ValueError without a draw, or for more found than drawn."""
    if of <= 0 or not 0 <= found <= of:
        raise ValueError(f"{found} of {of} is no share")
    tail = (1 - confidence) / 2
    low = 0.0 if found == 0 else _where(lambda share: 1 - _at_most(found - 1, of, share) < tail)
    high = 1.0 if found == of else _where(lambda share: _at_most(found, of, share) > tail)
    return Interval(found / of, low, high)


def _where(below: Callable[[float], bool]) -> float:
    """The share up to which ``below`` holds, by halving."""
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if below(middle) else (low, middle)
    return (low + high) / 2


def _at_most(found: int, of: int, share: float) -> float:
    """The chance of no more than ``found`` among ``of``."""
    if share <= 0.0:
        return 1.0
    if share >= 1.0:
        return 1.0 if found >= of else 0.0
    whole = lgamma(of + 1)
    return sum(
        exp(whole - lgamma(n + 1) - lgamma(of - n + 1) + n * log(share) + (of - n) * log(1 - share))
        for n in range(found + 1)
    )
