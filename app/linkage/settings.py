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
    fields: Sequence[Field] = FIELDS,
    blocking: Sequence[tuple[str, ...]] = BLOCKING,
) -> dict[str, Any]:
    """The settings dictionary of Splink 5 for a frame of ``app.linkage.frame``.

    ``fields`` and ``blocking``: another frame's own.
    """
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": SPELLING,
        "probability_two_random_records_match": model.prior,
        "retain_matching_columns": True,  # brings the levels along
        "retain_intermediate_calculation_columns": False,
        "comparisons": [_comparison(field, model) for field in fields],
        "blocking_rules_to_generate_predictions": [{"blocking_rule": blocking_rule(columns)} for columns in blocking],
    }


def blocking_rule(columns: tuple[str, ...]) -> str:
    """SQL of one blocking rule. Spellings of one record are never compared with each other."""
    return " and ".join([*(f"l.{column} = r.{column}" for column in columns), "l.record_id <> r.record_id"])


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
