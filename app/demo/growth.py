"""Plausible height, weight and teeth of a child: means by age and sex from a small table, and a place in the
spread that each child keeps."""

from __future__ import annotations

import bisect
import datetime as dt
import functools
import random
from dataclasses import dataclass

from app.demo.model import FEMALE, Person
from app.demo.names import read_table


@dataclass(frozen=True, slots=True)
class Build:
    """Where a child stands among others of its age: height and weight, in standard deviations."""

    height: float
    weight: float


def build(person: Person) -> Build:
    """The build of a person, the same whoever asks."""
    rng = random.Random(f"build {person.key} {person.born}")
    height = rng.gauss(0, 1)
    return Build(height, 0.6 * height + 0.8 * rng.gauss(0, 1))


def measured(rng: random.Random, person: Person, day: dt.date) -> tuple[float, float]:
    """Height in cm and weight in kg as measured on a day, with one decimal. A sign of growth makes the weight fall
    behind."""
    mean_height, mean_weight = _means((day - person.born).days / 30.44, person.sex)
    own = build(person)
    height = mean_height * (1 + 0.038 * own.height) + rng.gauss(0, 0.3)
    behind = 0.9 * person.strength("growth", day)
    weight = mean_weight * max(0.6, 1 + 0.12 * (own.weight - behind) + rng.gauss(0, 0.01))
    return round(height, 1), round(weight, 1)


def decayed_teeth(rng: random.Random, person: Person, day: dt.date) -> tuple[int, int]:
    """Decayed teeth in all, and those not treated."""
    sign = person.strength("teeth", day)
    teeth = min(12, sum(rng.random() < 0.09 + 0.24 * sign for _ in range(8)) if rng.random() < 0.35 + 0.6 * sign else 0)
    untreated = sum(rng.random() < 0.3 + 0.5 * sign for _ in range(teeth))
    return teeth, untreated


@functools.cache
def _table(sex: str) -> tuple[list[float], list[float], list[float]]:
    prefix = "female" if sex == FEMALE else "male"
    rows = read_table("growth.csv")
    columns = ("age_months", f"{prefix}_height_cm", f"{prefix}_weight_kg")
    months, heights, weights = ([float(row[column]) for row in rows] for column in columns)
    return months, heights, weights


def _means(age_months: float, sex: str) -> tuple[float, float]:
    """Mean height in cm and weight in kg, between the lines of the table straight."""
    months, heights, weights = _table(sex)
    right = min(len(months) - 1, max(1, bisect.bisect_right(months, age_months)))
    left = right - 1
    share = min(1.0, (age_months - months[left]) / (months[right] - months[left]))
    return (
        heights[left] + share * (heights[right] - heights[left]),
        weights[left] + share * (weights[right] - weights[left]),
    )
