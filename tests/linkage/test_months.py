"""Month after month only what is new or changed is compared, and it comes out as if all had come at once."""

from __future__ import annotations

import random
from itertools import permutations

import pandas as pd
import pytest

from app.linkage.matching import match
from app.linkage.results import LinkResult
from tests.linkage.people import person_id_of
from tests.torture.matching import Sort, city_of

FOUR = ("resident_register", "school_register", "consultation", "infant_checkup")


@pytest.fixture(scope="module")
def town() -> pd.DataFrame:
    _, frame = city_of(Sort("dirty", 3.0), 80, 77)
    return frame[frame["extract"].isin(FOUR)].reset_index(drop=True)


def what_came_out(result: LinkResult) -> tuple[object, ...]:
    groups: dict[int, set[int]] = {}
    for record, person in result.persons.items():
        groups.setdefault(person, set()).add(record)
    asked = sorted((one.a, one.b, one.weight, one.reason) for one in result.reviews)
    return set(map(frozenset, groups.values())), list(result.edges), asked


def at_once(frame: pd.DataFrame) -> tuple[object, ...]:
    return what_came_out(match(frame, person_id_of=person_id_of))


def test_three_months_of_changes_give_what_one_would(town: pd.DataFrame) -> None:
    rng = random.Random(5)
    records = sorted(set(town["record_id"].tolist()))
    stock = town[~town["record_id"].isin(rng.sample(records, len(records) // 4))]
    known = match(stock, person_id_of=person_id_of)
    for _ in range(3):
        there = sorted(set(stock["record_id"].tolist()))
        gone = set(rng.sample(there, 8))
        arrived = set(rng.sample(sorted(set(records) - set(there)), min(25, len(records) - len(there))))
        renamed = set(rng.sample(sorted(set(there) - gone), 10))
        stock = pd.concat([stock[~stock["record_id"].isin(gone)], town[town["record_id"].isin(arrived)]])
        moved = stock["record_id"].isin(renamed)
        stock = stock.assign(
            address=stock["address"].where(~moved, "港町9-9-9"), phone=stock["phone"].where(~moved, "")
        )
        known = match(
            stock, person_id_of=person_id_of, previous=known.persons, edges=known.edges, changed=arrived | renamed
        )
        assert what_came_out(known) == at_once(stock)


def test_files_in_any_order_give_the_same(town: pd.DataFrame) -> None:
    wanted = at_once(town)
    for order in random.Random(3).sample(list(permutations(FOUR)), 4):
        known, here = None, pd.DataFrame()
        for extract in order:
            file = town[town["extract"] == extract]
            here = pd.concat([here, file])
            known = match(
                here,
                person_id_of=person_id_of,
                previous=known.persons if known else {},
                edges=known.edges if known else (),
                changed=set(file["record_id"].tolist()),
            )
        assert known is not None
        assert what_came_out(known) == wanted
