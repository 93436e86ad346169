"""Whoever would be compared is found by a blocking key, whatever else is found with them."""

from __future__ import annotations

import random
import re
from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from app.linkage import scoring
from app.linkage.blocking import keys_of, sharing
from app.linkage.comparisons import BLOCKING, FIELDS
from app.linkage.crowds import NONE
from app.linkage.frame import RAW_COLUMNS, normalise
from app.linkage.matching import compare, match
from app.linkage.model import shipped_model, shipped_variants
from app.linkage.pairing import Pairing
from tests.linkage.people import HARUTO, SISTER, TWIN, linked, person_id_of, record
from tests.torture.matching import Sort, city_of


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
    whole = normalise(town(60), shipped_variants())
    keys, lines = dict(keys_of(whole)), whole.frame()
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
    assert np.frombuffer(keys, dtype="<u4")[:2].tolist() == [96391472, 201556782]


def test_pairs_are_those_that_agree_in_a_rule_each_once_and_in_one_part() -> None:
    lines = normalise(town(60), shipped_variants())
    texts = lines.frame()
    wanted = set()
    for columns in BLOCKING:
        for _, block in texts.dropna(subset=list(columns)).groupby(list(columns)):
            wanted |= set(combinations(block["spelling"].tolist(), 2))
    wanted = {(a, b) for a, b in wanted if lines.records[a] != lines.records[b]}
    assert len(wanted) > 100
    for at_once in (10**6, 50):
        found = [pair for left, right in Pairing(lines).parts(at_once) for pair in zip(left, right, strict=True)]
        assert sorted(found) == sorted(wanted)
    fresh = frozenset(lines.records[:5].tolist())
    [(left, right)] = Pairing(lines, fresh).parts(10**6)
    touched = {(a, b) for a, b in wanted if fresh & {lines.records[a], lines.records[b]}}
    assert set(zip(left, right, strict=True)) == touched


def test_what_is_ruled_out_unweighed_would_not_have_been_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    _, city = city_of(Sort("dirty", 3.0), 150, 77)
    lines = normalise(city, shipped_variants())
    weigh, weighed = scoring._weighed, []
    monkeypatch.setattr(
        scoring, "_weighed", lambda db, pairs, *rest: weighed.append(len(pairs)) or weigh(db, pairs, *rest)
    )
    found = scoring.score(lines, shipped_model())
    [(left, right)] = Pairing(lines).parts(10**6)
    assert 100 < len(found) <= weighed[0] < len(left)
    everything = pd.DataFrame({"match_key": "0", "join_key_l": left, "join_key_r": right})
    monkeypatch.setattr(scoring, "_worth_weighing", lambda *arguments: everything)
    pd.testing.assert_frame_equal(scoring.score(lines, shipped_model()), found)


def test_columns_whose_numbers_are_compared_are_only_asked_for_equality() -> None:
    text = " ".join(sql for field in FIELDS for sql in (field.silent, *(level.sql for level in field.levels)))
    for name in scoring._ONLY_EQUAL:
        text = re.sub(rf"{name}_l (=|<>) {name}_r|{name}_[lr] is not null", "", text)
        assert not re.search(rf"\b{name}_[lr]\b", text), name


def test_comparing_only_what_changed_finds_the_same_edges() -> None:
    stock = town(80)
    changed = set(stock["record_id"].tolist()[:9])
    every = linked(*stock.to_dict("records")).edges
    assert compare(stock, changed, shipped_model(), NONE) == [edge for edge in every if changed & {edge.a, edge.b}]


def test_frame_by_frame_and_in_parts_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    stock = town(80).sort_values("record_id", ignore_index=True)
    at_once = match(stock, person_id_of=person_id_of)
    monkeypatch.setattr(scoring, "AT_ONCE", 200)
    monkeypatch.setattr(scoring, "WEIGHED_AT_ONCE", 400)
    seen: list[int] = []
    frames = (stock.iloc[start : start + 25] for start in range(0, len(stock), 25))
    piecemeal = match(frames, person_id_of=person_id_of, see=lambda lines: seen.append(len(lines)))
    assert piecemeal == at_once
    assert sum(seen) == len(stock)
