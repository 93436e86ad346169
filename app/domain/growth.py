"""How children of one age and sex grow on average: what a child's own curve is held against.

Means of two national surveys, between their ages straight. They say how a curve usually bends, not how
tall or heavy a child should be: a child is compared with its own earlier place, never with others.

Sources: infants, the Ministry's survey of 2010 (平成22年乳幼児身体発育調査; means, at the middle of the age
span that each stands for; height at 18 months from the survey of children born in 2001, 21世紀出生児縦断
調査); from five years on, the School Health Statistics of 2017 (学校保健統計調査, in 日本統計年鑑 第70回,
24-2; measured from April to June, so on average at half a year past the age on 1 April).
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cache

MALE, FEMALE = "M", "F"

_SCHOOL_AGES = tuple(12.0 * age + 7.5 for age in range(5, 18))

_MEANS: dict[tuple[str, str], tuple[tuple[float, ...], tuple[float, ...]]] = {
    ("weight", MALE): (
        (1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5, 9.5, 12.5, 27, 39, 51, 63, *_SCHOOL_AGES),
        (4.78, 5.83, 6.63, 7.22, 7.67, 8.01, 8.30, 8.53, 8.73, 9.28, 12.03, 14.10, 15.99, 17.88,
         18.9, 21.4, 24.1, 27.2, 30.5, 34.2, 38.2, 44.0, 49.0, 53.9, 58.9, 60.6, 62.6),
    ),
    ("weight", FEMALE): (
        (1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5, 9.5, 12.5, 27, 39, 51, 63, *_SCHOOL_AGES),
        (4.46, 5.42, 6.16, 6.73, 7.17, 7.52, 7.79, 8.01, 8.20, 8.71, 11.39, 13.59, 15.65, 17.64,
         18.5, 21.0, 23.5, 26.4, 29.9, 34.0, 39.0, 43.6, 47.2, 50.0, 51.6, 52.6, 53.0),
    ),
    ("height", MALE): (
        (12.5, 18, 27, 39, 51, 63, *_SCHOOL_AGES),
        (74.9, 81.1, 86.7, 95.1, 102.0, 108.2,
         110.3, 116.5, 122.5, 128.2, 133.5, 139.0, 145.0, 152.8, 160.0, 165.3, 168.2, 169.9, 170.6),
    ),
    ("height", FEMALE): (
        (12.5, 18, 27, 39, 51, 63, *_SCHOOL_AGES),
        (73.3, 79.7, 85.4, 93.9, 100.9, 107.3,
         109.3, 115.7, 121.5, 127.3, 133.4, 140.1, 146.7, 151.8, 154.9, 156.5, 157.1, 157.6, 157.8),
    ),
}  # fmt: skip

PLAUSIBLE: dict[str, tuple[float, float]] = {"weight": (0.5, 2.2), "height": (0.8, 1.2)}
"""Readings this many times the mean, bounds included, can be meant; others are slips of the pen."""

MOST_CHANGE = 30.0
"""Per cent. Beyond it a slip of the pen is likelier than a change of the child: nobody can tell."""


def mean(attribute: str, sex: str, months: float) -> float | None:
    """The mean height (cm) or weight (kg) at an age in months; of both sexes where ``sex`` is neither.

    None outside the ages that the surveys speak of.
    """
    if sex not in (MALE, FEMALE):
        both = [mean(attribute, one, months) for one in (MALE, FEMALE)]
        return None if both[0] is None or both[1] is None else (both[0] + both[1]) / 2
    ages, means = _MEANS[attribute, sex]
    if not ages[0] <= months <= ages[-1]:
        return None
    right = min(bisect_right(ages, months), len(ages) - 1)
    share = (months - ages[right - 1]) / (ages[right] - ages[right - 1])
    return means[right - 1] + share * (means[right] - means[right - 1])


@cache
def by_month() -> tuple[tuple[str, str, int, float], ...]:
    """The means in the middle of each month of age: attribute, sex ("" for unknown), month, mean."""
    return tuple(
        (attribute, sex, month, round(found, 3))
        for attribute in PLAUSIBLE
        for sex in (MALE, FEMALE, "")
        for month in range(18 * 12)
        if (found := mean(attribute, sex, month + 0.5)) is not None
    )
