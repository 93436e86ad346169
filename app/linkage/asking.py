"""What Splink asks the database to score pairs: SQL, written once for a model and kept while the program runs.

Writing it takes Splink most of a second, however few the lines are, and it depends on nothing in them:
only on the settings and on which columns there are. So it is written over an empty table.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import duckdb


@dataclass(frozen=True)
class Questions:
    """``steps``: tables by name, and the SQL that makes each out of ``lines``, ``pairs`` and those before; the last
    answers."""

    steps: dict[str, str]

    @property
    def answer(self) -> str:
        """The table of scored pairs."""
        return list(self.steps)[-1]


def questions(settings: dict[str, Any], columns: Sequence[str], threshold: float) -> Questions:
    """Splink's way from a table ``lines`` with these columns, and ``pairs`` of them (Splink's own columns for blocked
    pairs), to those of at least ``threshold`` bits with their scores."""
    return _written(json.dumps(settings, sort_keys=True), tuple(columns), threshold)


@lru_cache(maxsize=32)
def _written(settings: str, columns: tuple[str, ...], threshold: float) -> Questions:
    # Takes most of a second: only who matches pays it.
    from splink import DuckDBAPI, Linker

    steps: dict[str, str] = {}

    class Scribe(DuckDBAPI):
        """Writes down what would be asked, and answers only what is asked about columns."""

        def _execute_sql_against_backend(self, final_sql: str) -> duckdb.DuckDBPyRelation:
            said = final_sql.split(maxsplit=3)
            if said[:2] == ["CREATE", "TABLE"]:
                steps[said[2]] = final_sql
                return None
            return super()._execute_sql_against_backend(final_sql)

    with duckdb.connect(":memory:") as empty, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Splink's advice to whoever builds a model
        said = ", ".join(f'"{column}" varchar' for column in columns)
        empty.execute(f"create table lines ({said})").fetchall()
        empty.execute("create table pairs (match_key varchar, join_key_l bigint, join_key_r bigint)").fetchall()
        scribe = Scribe(connection=empty)
        linker = Linker(scribe.register("lines"), json.loads(settings), log_level=None, validate_settings=False)
        linker.table_management.register_blocked_pairs_for_predict(scribe.register("pairs"))
        linker.inference.predict(threshold_match_weight=threshold, warning_mode="never")
    return Questions(steps)
