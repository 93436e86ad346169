"""Whoever would be compared is found by a blocking key, whatever else is found with them."""

from __future__ import annotations

import random

import numpy as np
import pandas as pd
import pytest

from app.linkage import scoring
from app.linkage.blocking import keys_of, sharing
from app.linkage.comparisons import BLOCKING
from app.linkage.frame import RAW_COLUMNS, normalise
from app.linkage.matching import compare, match
from app.linkage.model import shipped_variants
from tests.linkage.people import HARUTO, SISTER, TWIN, linked, person_id_of, record


def town(count: int) -> pd.DataFrame:
    rng = random.Random(3)
    lines = []
    for number in range(count):
        family = rng.choice(["高橋", "佐藤", "森", "渡邉"])
        child = rng.choice([HARUTO, TWIN, SISTER])
        given = child["name"].split()[-1]
        changes = {
            "name": f"{family} {given}",
            "birth": f"20{rng.randrange(10, 14)}-0{rng.randrange(1, 4)}-0{rng.randrange(1, 9)}",
            "address": f"本町{rng.randrange(1, 9)}-2",
            "phone": f"046-200-{rng.randrange(20):04d}",
        }
        lines.append(record(child, rng.choice(["school_register", "consultation"]), f"N{number}", **changes))
    return pd.DataFrame(lines).reindex(columns=list(RAW_COLUMNS), fill_value="").fillna("")


def test_whoever_shares_a_blocking_rule_shares_a_key() -> None:
    lines = normalise(town(60), shipped_variants())
    keys = dict(keys_of(lines))
    records = np.array(list(keys))
    for place in range(0, len(lines), 7):
        one = lines.iloc[place]
        found = set(sharing(records, list(keys.values()), keys[int(one["record_id"])]).tolist())
        for columns in BLOCKING:
            if all(one[column] is not None for column in columns):
                alike = np.logical_and.reduce([lines[column] == one[column] for column in columns])
                assert set(lines["record_id"][alike]) <= found


def test_keys_are_the_same_on_every_machine() -> None:
    lines = normalise(pd.DataFrame([record(HARUTO, "school_register", "S1")]), shipped_variants())
    [(_, keys)] = keys_of(lines)
    assert len(keys) % 4 == 0
    assert np.frombuffer(keys, dtype="<u4")[:2].tolist() == [96391473, 201556782]


def test_comparing_only_what_changed_finds_the_same_edges() -> None:
    stock = town(80)
    changed = set(stock["record_id"].tolist()[:9])
    every = linked(*stock.to_dict("records")).edges
    assert compare(stock, changed) == [edge for edge in every if changed & {edge.a, edge.b}]


def test_frame_by_frame_and_in_parts_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    stock = town(80).sort_values("record_id", ignore_index=True)
    at_once = match(stock, person_id_of=person_id_of)
    monkeypatch.setattr(scoring, "AT_ONCE", 200)
    seen: list[int] = []
    frames = (stock.iloc[start : start + 25] for start in range(0, len(stock), 25))
    piecemeal = match(frames, person_id_of=person_id_of, see=lambda lines: seen.append(len(lines)))
    assert piecemeal == at_once
    assert sum(seen) == len(stock)
