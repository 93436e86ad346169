"""Splink's settings, made from our comparisons and a model: one object for every engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.linkage.comparisons import BLOCKING, FIELDS, Field
from app.linkage.model import Model

SPELLING = "spelling"


def splink_settings(
    model: Model,
    *,
    only_fresh: bool = False,
    part: tuple[int, int] = (0, 1),
    fields: Sequence[Field] = FIELDS,
    blocking: Sequence[tuple[str, ...]] = BLOCKING,
) -> dict[str, Any]:
    """The settings dictionary of Splink 5 for a frame of ``app.linkage.frame``.

    ``only_fresh`` compares a pair only if one of its sides is marked in the column ``fresh``.
    ``part``: which of how many parts of all pairs; every pair is in exactly one. ``fields`` and
    ``blocking``: another frame's own.
    """
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": SPELLING,
        "probability_two_random_records_match": model.prior,
        "retain_matching_columns": True,  # brings the levels along
        "retain_intermediate_calculation_columns": False,
        "comparisons": [_comparison(field, model) for field in fields],
        "blocking_rules_to_generate_predictions": [
            {"blocking_rule": blocking_rule(columns, only_fresh=only_fresh, part=part)} for columns in blocking
        ],
    }


def blocking_rule(columns: tuple[str, ...], *, only_fresh: bool = False, part: tuple[int, int] = (0, 1)) -> str:
    """SQL of one blocking rule. Spellings of one record are never compared with each other."""
    equal = [f"l.{column} = r.{column}" for column in columns]
    fresh = ["(l.fresh = 1 or r.fresh = 1)"] if only_fresh else []
    number, parts = part
    mine = [f"l.{SPELLING} % {parts} = {number}"] if parts > 1 else []
    return " and ".join([*equal, "l.record_id <> r.record_id", *fresh, *mine])


def _comparison(field: Field, model: Model) -> dict[str, Any]:
    silent = {"sql_condition": field.silent, "label_for_charts": "silent", "is_null_level": True}
    levels = [
        {
            "sql_condition": level.sql,
            "label_for_charts": level.key,
            "m_probability": model.levels[field.key][level.key][0],
            "u_probability": model.levels[field.key][level.key][1],
        }
        for level in field.levels
    ]
    return {"output_column_name": field.key, "comparison_levels": [silent, *levels]}
