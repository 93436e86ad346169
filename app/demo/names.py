"""Names drawn from the tables in `resources/demo`: families, given names by sex and decade of birth, twins' names,
foreign names."""

from __future__ import annotations

import csv
import functools
import itertools
import random
from collections import defaultdict
from collections.abc import Collection
from pathlib import Path

from app.demo.model import FEMALE, MALE, Name

RESOURCES = Path(__file__).resolve().parents[2] / "resources" / "demo"

Given = tuple[str, str]
"""A given name: kanji and full-width katakana."""


def read_table(name: str) -> list[dict[str, str]]:
    """The rows of one table in `resources/demo`."""
    with open(RESOURCES / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class _Weighted:
    """Items with running totals of their weights, so that a draw costs one bisection."""

    def __init__(self, pairs: list[tuple[tuple[str, str], float]]) -> None:
        self.items = [item for item, _ in pairs]
        self._totals = list(itertools.accumulate(weight for _, weight in pairs))

    def draw(self, rng: random.Random) -> tuple[str, str]:
        return rng.choices(self.items, cum_weights=self._totals)[0]


class Names:
    """Draws names. Holds the tables; all chance comes from the generator that is handed in."""

    def __init__(self) -> None:
        self._families = _Weighted(
            [((row["kanji"], row["kana"]), float(row["weight"])) for row in read_table("surnames.csv")]
        )
        self._given = _given_by_decade(read_table("given_names.csv"))
        self._foreign = _foreign_by_country(read_table("foreign_names.csv"))

    def family(self, rng: random.Random) -> tuple[str, str]:
        """A family name: kanji and katakana."""
        return self._families.draw(rng)

    def given(self, rng: random.Random, sex: str, year: int, taken: Collection[str] = ()) -> Given:
        """A given name usual for the year of birth, whose kanji and kana are not among `taken`."""
        table = self._given[sex, _decade(year)]
        while True:
            kanji, kana = table.draw(rng)
            if kanji not in taken and kana not in taken:
                return kanji, kana

    def twin(self, rng: random.Random, first: Given, sex: str, year: int) -> Given:
        """A name for the other twin: often one kanji or one kana apart from the first, as parents like it."""
        if rng.random() < 0.55:
            alike = [name for name in self._given[sex, _decade(year)].items if _alike(name, first)]
            if alike:
                return rng.choice(alike)
        return self.given(rng, sex, year, {*first})

    def foreign_country(self, rng: random.Random) -> str:
        return rng.choice(sorted(self._foreign))

    def foreign(self, rng: random.Random, country: str, sex: str, family: tuple[str, str] | None = None) -> Name:
        """A foreign person's name in Latin letters with katakana, with a family name of the country unless one is
        given."""
        parts = self._foreign[country]
        family, given = family or rng.choice(parts["family"]), rng.choice(parts[sex])
        return Name(*family, *given, foreign=True)


@functools.cache
def names() -> Names:
    """The tables, read once."""
    return Names()


def _decade(year: int) -> int:
    return min(2020, max(1930, year // 10 * 10))


def _given_by_decade(rows: list[dict[str, str]]) -> dict[tuple[str, int], _Weighted]:
    decades = [int(column) for column in rows[0] if column.isdigit()]
    return {
        (sex, decade): _Weighted(
            [
                ((row["kanji"], row["kana"]), float(row[str(decade)]))
                for row in rows
                if row["sex"] == sex and row[str(decade)] != "0"
            ]
        )
        for sex in (MALE, FEMALE)
        for decade in decades
    }


def _foreign_by_country(rows: list[dict[str, str]]) -> dict[str, dict[str, list[tuple[str, str]]]]:
    countries: dict[str, dict[str, list[tuple[str, str]]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        countries[row["country"]][row["part"]].append((row["latin"], row["kana"]))
    return countries


def _alike(name: Given, other: Given) -> bool:
    """One kanji shared, or one kana different: the pairs that a matcher mixes up. Never the same name twice."""
    if name[0] == other[0] or name[1] == other[1]:
        return False
    shares_kanji = len(name[0]) > 1 and bool(set(name[0]) & set(other[0]))
    same_length = len(name[1]) == len(other[1])
    return shares_kanji or (same_length and sum(a != b for a, b in zip(name[1], other[1], strict=True)) == 1)
