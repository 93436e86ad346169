"""Scoring: pairs of spellings with their weight and the level of every field, by Splink.

DuckDB works in memory only, writes no temporary file, loads nothing and reaches nothing outside;
its settings are locked once the data is in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import duckdb
import pandas as pd

from app.linkage.asking import questions
from app.linkage.comparisons import BLOCKING, FIELDS
from app.linkage.model import Model
from app.linkage.settings import splink_settings

_CLOSED = {
    "temp_directory": "",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
}


AT_ONCE = 8_000_000
"""Pairs that are compared in one go. A go holds all their texts in memory: about 1.5 GB."""


@contextmanager
def closed_database(lines: pd.DataFrame | Iterable[pd.DataFrame]) -> Iterator[duckdb.DuckDBPyConnection]:
    """An in-memory DuckDB that holds ``lines`` as the table ``lines`` and reaches nothing else."""
    connection = duckdb.connect(":memory:", config=_CLOSED)
    try:
        command = "create table lines as select * from incoming"
        for frame in [lines] if isinstance(lines, pd.DataFrame) else lines:
            connection.register("incoming", frame)
            connection.execute(command).fetchall()
            connection.unregister("incoming")
            if command.startswith("create"):
                _as_texts(connection)
            command = "insert into lines select * from incoming"
        connection.execute("set enable_external_access=false").fetchall()
        connection.execute("set lock_configuration=true").fetchall()
        yield connection
    finally:
        connection.close()


def _as_texts(connection: duckdb.DuckDBPyConnection) -> None:
    """A column that the first frame knows nothing of has no type of its own yet; all but ids are text."""
    for name, kind, *_ in connection.execute("describe lines").fetchall():
        if kind == '"NULL"':
            connection.execute(f'alter table lines alter "{name}" type varchar').fetchall()


def score(
    lines: pd.DataFrame | Iterable[pd.DataFrame], model: Model, fresh: frozenset[int] | None = None
) -> pd.DataFrame:
    """Scored pairs of ``lines`` (see ``app.linkage.frame``), from ``model.review`` upwards.

    ``fresh``: record ids; with it only pairs that touch one of them are compared. Several frames
    must number their spellings on and on, and hold something. Columns of the answer: spelling_l,
    spelling_r, weight (bits), and g_<field>: index into the field's levels, -1 where it is silent.
    """
    if fresh is None:
        frames = [lines] if isinstance(lines, pd.DataFrame) else lines
        marked: pd.DataFrame | Iterable[pd.DataFrame] = (frame.assign(fresh=1) for frame in frames)
    else:
        whole = lines if isinstance(lines, pd.DataFrame) else pd.concat(lines, ignore_index=True)
        marked = _reachable(whole, fresh)
    with closed_database(marked) as connection:
        parts = 1 if fresh is not None else max(1, -(-_pairs(connection) // AT_ONCE))
        settings = [splink_settings(model, only_fresh=fresh is not None, part=(n, parts)) for n in range(parts)]
        found = [with_level_numbers(_predict(connection, one, model)) for one in settings]
    pairs = pd.concat(found, ignore_index=True) if len(found) > 1 else found[0]
    return pairs.sort_values(["spelling_l", "spelling_r"], ignore_index=True)


def _pairs(connection: duckdb.DuckDBPyConnection) -> int:
    """At most so many pairs share a blocking rule."""
    every = 0
    for columns in BLOCKING:
        known = " and ".join(f"{column} is not null" for column in columns)
        sizes = f"select count(*) as n from lines where {known} group by {', '.join(columns)}"
        query = f"select coalesce(sum(n * (n - 1) // 2), 0)::bigint from ({sizes})"
        every += connection.execute(query).fetchall()[0][0]
    return every


def _predict(connection: duckdb.DuckDBPyConnection, settings: dict[str, Any], model: Model) -> pd.DataFrame:
    """Splink's answer, without the texts that it was found by."""
    columns = [str(row[0]) for row in connection.execute("describe lines").fetchall()]
    asked = questions(settings, columns, lowest(model))
    try:
        for making in asked.steps.values():
            connection.execute(making).fetchall()
        pairs = connection.execute(f"select {', '.join(wanted())} from {asked.answer}").df()
        for table in asked.steps:
            connection.execute(f"drop table {table}").fetchall()
    except RuntimeError as error:
        if "Query interrupted" in str(error):  # DuckDB's word for Ctrl-C
            raise KeyboardInterrupt from error
        raise
    return pairs


def _reachable(lines: pd.DataFrame, fresh: frozenset[int]) -> pd.DataFrame:
    """``lines`` with the column ``fresh``; only those that can be compared with a fresh one."""
    is_fresh = lines["record_id"].isin(fresh)
    reachable = is_fresh.copy()
    for columns in BLOCKING:
        key = lines[columns[0]]
        for column in columns[1:]:
            key = key + "|" + lines[column]
        reachable |= key.notna() & key.isin(key[is_fresh])
    return lines.assign(fresh=is_fresh.astype("int8"))[reachable]


def wanted() -> list[str]:
    """What is taken over of Splink's answer, whichever engine gave it."""
    return ["spelling_l", "spelling_r", "match_weight", *(f"gamma_{field.key}" for field in FIELDS)]


def lowest(model: Model) -> float:
    """Below this no pair is ever shown; own numbers are looked at again by the rules."""
    return min(model.review, model.link)


def with_level_numbers(pairs: pd.DataFrame) -> pd.DataFrame:
    """Splink counts levels from the last (0) upwards and says -1 for silent; we count from the first."""
    answer = pairs[["spelling_l", "spelling_r"]].copy()
    answer["weight"] = pairs["match_weight"].round(6)
    for field in FIELDS:
        gamma = pairs[f"gamma_{field.key}"].astype("int64")
        answer[f"g_{field.key}"] = (len(field.levels) - 1 - gamma).where(gamma >= 0, -1).astype("int8")
    return answer
