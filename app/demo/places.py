"""Where people live, learn and are looked after in the made-up city: addresses drawn, schools and nurseries by zone."""

from __future__ import annotations

import functools
import random
from collections import defaultdict

from app.demo.model import Address
from app.demo.names import read_table


class Places:
    """The tables of streets and places. All chance comes from the generator that is handed in."""

    def __init__(self) -> None:
        self._streets = read_table("streets.csv")
        self._named: dict[tuple[str, int], list[str]] = defaultdict(list)
        for row in read_table("places.csv"):
            self._named[row["kind"], int(row["zone"])].append(row["name"])
        self._zones = sorted({int(row["zone"]) for row in self._streets})

    def home(self, rng: random.Random) -> Address:
        """An address in the city; four in ten are flats."""
        street = rng.choice(self._streets)
        building = rng.choice(self._named["building", 0]) if rng.random() < 0.4 else ""
        return Address(
            town=street["town"],
            chome=rng.randint(1, int(street["chome"])) if street["chome"] != "0" else 0,
            ban=rng.randint(1, 40),
            go=rng.randint(1, 25),
            building=building,
            room=rng.randint(1, 9) * 100 + rng.randint(1, 12) if building else 0,
            postal=street["postal"],
            zone=int(street["zone"]),
        )

    def elsewhere(self, rng: random.Random) -> Address:
        """An address in another municipality."""
        town = rng.choice(self._named["elsewhere", 0])
        return Address(town, rng.randint(1, 5), rng.randint(1, 40), rng.randint(1, 25), postal="000-0999", outside=True)

    def school(self, kind: str, address: Address) -> str:
        """The `elementary` or `junior` school of an address."""
        return self._named[kind, address.zone or self._zones[0]][0]

    def nursery(self, rng: random.Random, kind: str, address: Address) -> str:
        """A `nursery` or `kindergarten`, mostly one of the own zone."""
        own = self._named.get((kind, address.zone), [])
        if own and rng.random() < 0.8:
            return rng.choice(own)
        return rng.choice([name for zone in self._zones for name in self._named.get((kind, zone), [])])


@functools.cache
def places() -> Places:
    """The tables, read once."""
    return Places()
