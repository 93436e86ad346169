"""Candidates: whom a record resembles most, also where it is not enough to be asked about.

For looking by hand at what matching may have missed. Nothing here links anything.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace

import numpy as np
import pandas as pd

from app.linkage.comparisons import FIELDS
from app.linkage.frame import normalise
from app.linkage.judging import unpack
from app.linkage.model import Model
from app.linkage.results import Edge
from app.linkage.scoring import score
from app.linkage.variants import Variants

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def candidates(records: pd.DataFrame, fresh: Set[int], model: Model, variants: Variants, below: float) -> list[Edge]:
    """The pairs that touch ``fresh``, down to ``below`` bits under the review weight, heaviest first.

    ``records`` as ``matching.match`` takes them. Each pair of records once, by its heaviest spellings.
    """
    lines = normalise(records, variants)
    if not len(lines) or not fresh:
        return []
    pairs = score(lines, replace(model, review=model.review - below), frozenset(fresh))
    if pairs.empty:
        return []
    record = lines.records
    left, right = record[pairs["spelling_l"].to_numpy()], record[pairs["spelling_r"].to_numpy()]
    pairs = pairs.assign(a=np.minimum(left, right), b=np.maximum(left, right))
    levels = [f"g_{field.key}" for field in FIELDS]
    best = pairs.sort_values(["weight", "a", "b", *levels], ascending=[False, True, True, *([True] * len(levels))])
    best = best.drop_duplicates(["a", "b"])
    return [
        Edge(a, b, weight, unpack("".join("-" if n < 0 else _DIGITS[n] for n in numbers), model), "review")
        for a, b, weight, *numbers in best[["a", "b", "weight", *levels]].itertuples(index=False, name=None)
    ]
