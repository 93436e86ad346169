"""Scoring: pairs of spellings with their weight and the level of every field, by Splink.

DuckDB works in memory only, writes no temporary file, loads nothing and reaches nothing outside;
its settings are locked once the data is in. Which pairs Splink weighs is found beforehand: those that
share a block (``pairing``) and that what is cheap to compare does not rule out already.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from app.linkage.asking import questions
from app.linkage.comparisons import FAMILY, FIELDS, GIVEN, Field
from app.linkage.crowds import NONE
from app.linkage.lines import Column, Lines
from app.linkage.model import Model
from app.linkage.pairing import Pairing
from app.linkage.settings import splink_settings

_CLOSED = {
    "temp_directory": "",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
}


AT_ONCE = 2_000_000
"""Pairs that are looked at in one go."""

WEIGHED_AT_ONCE = 500_000
"""Pairs that Splink weighs in one go. A go holds all their texts in memory: about 300 bytes each."""

_ONLY_EQUAL = frozenset(("extract", "own_number", "sex", "postal", "phone", "number", "household", "facility"))
"""Columns of which only equality counts: their numbers serve as well as their texts."""

_NAMED = frozenset(
    name for field in FIELDS for sql in (field.silent, *(one.sql for one in field.levels))
    for name in re.findall(r"\b([a-z_]+)_[lr]\b", sql)
)  # fmt: skip
"""The columns that comparisons read; blocking rules name others, too."""

_COSTLY = (FAMILY, GIVEN)
"""Fields that take longer to compare than all others together, in the order of their cost."""

_SLACK = 1e-6
"""Bits by which two ways of adding may differ."""


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


def score(lines: Lines, model: Model, fresh: frozenset[int] | None = None, crowded: np.ndarray = NONE) -> pd.DataFrame:
    """Scored pairs of ``lines`` (see ``app.linkage.frame``), from ``model.review`` upwards.

    ``fresh``: record ids; with it only pairs that touch one of them are compared. ``crowded``: keys that
    find nobody (``crowds``). Columns of the answer: spelling_l, spelling_r (places of lines), weight (bits),
    and g_<field>: index into the field's levels, -1 where it is silent.
    """
    pairing = Pairing(lines, fresh, crowded)
    with closed_database(_table(lines)) as connection, _interruptible():
        kept = [_worth_weighing(connection, *part, model) for part in pairing.parts(AT_ONCE)]
        del pairing
        pairs = pd.concat(kept, ignore_index=True)
        settings = splink_settings(model, blocking=())  # the pairs are known
        goes = range(0, max(1, len(pairs)), WEIGHED_AT_ONCE)
        found = [_weighed(connection, pairs[at : at + WEIGHED_AT_ONCE], settings, model) for at in goes]
    scored = pd.concat(found, ignore_index=True) if len(found) > 1 else found[0]
    return scored.sort_values(["spelling_l", "spelling_r"], ignore_index=True)


def _table(lines: Lines) -> pd.DataFrame:
    """What comparisons read, small: numbers, and texts once each."""
    columns = {name: _compact(name, column) for name, column in lines.columns.items() if name in _NAMED}
    return pd.DataFrame({"spelling": np.arange(len(lines), dtype=np.int64), **columns})


def _compact(name: str, column: Column) -> Any:
    if name in _ONLY_EQUAL:
        return pd.arrays.IntegerArray(column.numbers, column.numbers < 0)
    return pd.Categorical.from_codes(column.numbers, pd.Index(column.texts or [""], dtype=object))


def _worth_weighing(
    connection: duckdb.DuckDBPyConnection, left: np.ndarray, right: np.ndarray, model: Model
) -> pd.DataFrame:
    """Those of the pairs that could reach the lowest weight if their names agreed at best.

    Nothing that Splink would show is lost: the fields are compared by the same SQL, and what is not
    compared counts as much as it can.
    """
    cheap = [_push_sql(field, model) for field in FIELDS if field not in _COSTLY]
    bound = " + ".join([f"{math.log2(model.prior / (1 - model.prior))!r}", *cheap])
    tests = []
    for place, field in enumerate(_COSTLY):
        rest = sum(_best(one, model) for one in _COSTLY[place:])
        tests.append(f"{bound} + {rest!r} >= {lowest(model) - _SLACK!r}")
        bound += f" + {_push_sql(field, model)}"
    sides = ", ".join(f"l.{name} as {name}_l, r.{name} as {name}_r" for name in sorted(_NAMED))
    connection.register("incoming", pd.DataFrame({"join_key_l": left, "join_key_r": right}))
    query = (
        f"select '0' as match_key, join_key_l, join_key_r from (select join_key_l, join_key_r, {sides} from incoming"
        " join lines as l on l.spelling = join_key_l join lines as r on r.spelling = join_key_r)"
        f" where {' and '.join(tests)}"
    )
    kept = connection.execute(query).df()
    connection.unregister("incoming")
    return kept


def _push_sql(field: Field, model: Model) -> str:
    levels = [(level.sql, model.push(field.key, level.key)) for level in field.levels]
    tests = " ".join(f"when {sql} then {push!r}" for sql, push in levels[:-1])
    return f"(case when {field.silent} then 0.0 {tests} else {levels[-1][1]!r} end)"


def _best(field: Field, model: Model) -> float:
    return max(0.0, *(model.push(field.key, level.key) for level in field.levels))


def _weighed(
    connection: duckdb.DuckDBPyConnection, pairs: pd.DataFrame, settings: dict[str, Any], model: Model
) -> pd.DataFrame:
    """Splink's answer, without the texts that it was found by."""
    if pairs.empty:
        return with_level_numbers(pd.DataFrame(columns=wanted(), dtype="float64"))
    connection.register("incoming", pairs)
    connection.execute("create or replace table pairs as select * from incoming").fetchall()
    connection.unregister("incoming")
    columns = [str(row[0]) for row in connection.execute("describe lines").fetchall()]
    asked = questions(settings, columns, lowest(model))
    for making in asked.steps.values():
        connection.execute(making).fetchall()
    found = connection.execute(f"select {', '.join(wanted())} from {asked.answer}").df()
    for table in asked.steps:
        connection.execute(f"drop table {table}").fetchall()
    return with_level_numbers(found)


@contextmanager
def _interruptible() -> Iterator[None]:
    """Ctrl-C is Ctrl-C, whoever noticed it."""
    try:
        yield
    except RuntimeError as error:
        if "Query interrupted" in str(error):  # DuckDB's word for Ctrl-C
            raise KeyboardInterrupt from error
        raise


def wanted() -> list[str]:
    """What is taken over of Splink's answer, whichever engine gave it."""
    return ["spelling_l", "spelling_r", "match_weight", *(f"gamma_{field.key}" for field in FIELDS)]


def lowest(model: Model) -> float:
    """Below this no pair is ever shown; own numbers are looked at again by the rules."""
    return min(model.review, model.link)


def with_level_numbers(pairs: pd.DataFrame) -> pd.DataFrame:
    """Splink counts levels from the last (0) upwards and says -1 for silent; we count from the first."""
    answer = pairs[["spelling_l", "spelling_r"]].astype("int64")
    answer["weight"] = pairs["match_weight"].astype("float64").round(6)
    for field in FIELDS:
        gamma = pairs[f"gamma_{field.key}"].astype("int64")
        answer[f"g_{field.key}"] = (len(field.levels) - 1 - gamma).where(gamma >= 0, -1).astype("int8")
    return answer
