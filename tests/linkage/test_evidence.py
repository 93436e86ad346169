"""Evidence: every field of a compared pair in words and as a push, small enough to keep for millions."""

from __future__ import annotations

import ast
import inspect

import pytest

from app.linkage import comparisons
from app.linkage.judging import pack, unpack
from app.linkage.model import read_model, shipped_model
from app.linkage.scoring import closed_database
from tests.linkage.people import HARUTO, linked, record


def test_the_pushes_and_the_prior_make_the_weight() -> None:
    import math

    edge = linked(record(HARUTO, "resident_register", "1"), record(HARUTO, "consultation", "C1")).edges[0]
    prior = shipped_model().prior
    assert edge.weight == pytest.approx(math.log2(prior / (1 - prior)) + sum(item.push for item in edge.why), abs=1e-4)
    assert [item.field for item in edge.why] == [field.key for field in comparisons.FIELDS]


def test_evidence_survives_packing() -> None:
    edge = linked(record(HARUTO, "resident_register", "1"), record(HARUTO, "consultation", "C1", phone="")).edges[0]
    assert len(pack(edge.why)) == len(comparisons.FIELDS)
    assert unpack(pack(edge.why), shipped_model()) == edge.why


def test_a_model_file_reads_back_as_itself() -> None:
    assert read_model(shipped_model().as_json()) == shipped_model()


def test_a_model_without_a_level_is_refused() -> None:
    with pytest.raises(ValueError, match=r"given\.same_both"):
        read_model(shipped_model().as_json().replace("same_both", "same_bath"))


def test_the_database_for_matching_reaches_nothing_outside(tmp_path) -> None:
    import duckdb
    import pandas as pd

    with closed_database(pd.DataFrame({"a": [1]})) as connection:
        assert connection.execute("select current_setting('temp_directory')").fetchall() == [("",)]
        with pytest.raises(duckdb.Error):
            connection.execute(f"copy lines to '{tmp_path}/names.csv'").fetchall()
        with pytest.raises(duckdb.Error):
            connection.execute("set enable_external_access=true").fetchall()


def test_comparisons_hold_no_numbers_of_one_engine() -> None:
    """The settings must run on Spark too: only functions that both engines know."""
    text = " ".join(level.sql for field in comparisons.FIELDS for level in field.levels)
    assert ast.parse(inspect.getsource(comparisons))
    for foreign in ("damerau_levenshtein", "list_", "regexp_full_match", "::", "ends_with", "right("):
        assert foreign not in text
