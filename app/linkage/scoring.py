"""Scoring: pairs of spellings with their weight and the level of every field, by Splink.

DuckDB works in memory only, writes no temporary file, loads nothing and reaches nothing outside;
its settings are locked once the data is in.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import pandas as pd

from app.linkage.comparisons import BLOCKING, FIELDS
from app.linkage.model import Model
from app.linkage.settings import splink_settings

_CLOSED = {
    "temp_directory": "",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
}


@contextmanager
def closed_database(lines: pd.DataFrame) -> Iterator[duckdb.DuckDBPyConnection]:
    """An in-memory DuckDB that holds ``lines`` as the table ``lines`` and reaches nothing else."""
    connection = duckdb.connect(":memory:", config=_CLOSED)
    try:
        connection.register("incoming", lines)
        connection.execute("create table lines as select * from incoming").fetchall()
        connection.unregister("incoming")
        connection.execute("set enable_external_access=false").fetchall()
        connection.execute("set lock_configuration=true").fetchall()
        yield connection
    finally:
        connection.close()


def score(lines: pd.DataFrame, model: Model, fresh: frozenset[int] | None = None) -> pd.DataFrame:
    """Scored pairs of the frame ``lines`` (see ``app.linkage.frame``), from ``model.review`` upwards.

    ``fresh``: record ids; with it only pairs that touch one of them are compared. Columns of the
    answer: spelling_l, spelling_r, weight (bits), and g_<field>: index into the field's levels,
    -1 where the field is silent.
    """
    from splink import DuckDBAPI, Linker  # takes most of a second: only who matches pays it

    marked = _reachable(lines, fresh)
    settings = splink_settings(model, only_fresh=fresh is not None)
    with closed_database(marked) as connection, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Splink's advice to whoever builds a model
        engine = DuckDBAPI(connection=connection)
        linker = Linker(engine.register("lines"), settings, log_level=None, validate_settings=False)
        scored = linker.inference.predict(threshold_match_weight=_lowest(model), warning_mode="never")
        columns = ", ".join(["spelling_l", "spelling_r", "match_weight", *(f"gamma_{f.key}" for f in FIELDS)])
        pairs = connection.execute(f"select {columns} from {scored.physical_name}").df()
    return _with_level_numbers(pairs)


def _reachable(lines: pd.DataFrame, fresh: frozenset[int] | None) -> pd.DataFrame:
    """``lines`` with the column ``fresh``; only those that can be compared with a fresh one."""
    if fresh is None:
        return lines.assign(fresh=1)
    is_fresh = lines["record_id"].isin(fresh)
    reachable = is_fresh.copy()
    for columns in BLOCKING:
        key = lines[columns[0]]
        for column in columns[1:]:
            key = key + "|" + lines[column]
        reachable |= key.notna() & key.isin(key[is_fresh])
    return lines.assign(fresh=is_fresh.astype("int8"))[reachable]


def _lowest(model: Model) -> float:
    """Below this no pair is ever shown; own numbers are looked at again by the rules."""
    return min(model.review, model.link)


def _with_level_numbers(pairs: pd.DataFrame) -> pd.DataFrame:
    """Splink counts levels from the last (0) upwards and says -1 for silent; we count from the first."""
    answer = pairs[["spelling_l", "spelling_r"]].copy()
    answer["weight"] = pairs["match_weight"].round(6)
    for field in FIELDS:
        gamma = pairs[f"gamma_{field.key}"].astype("int64")
        answer[f"g_{field.key}"] = (len(field.levels) - 1 - gamma).where(gamma >= 0, -1)
    return answer.sort_values(["spelling_l", "spelling_r"], ignore_index=True)
