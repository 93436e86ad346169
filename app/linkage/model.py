"""The model: how often each level of agreement is seen among same and among different people.

The shipped one is ``resources/linkage/model.json``, trained by ``app.linkage.training`` on made-up
cities. Reading it is the only disk access in this package. A model's id is a digest of its
numbers, so a link result can name exactly what it was made with.
"""

from __future__ import annotations

import hashlib
import json
import math
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from app.linkage.comparisons import FIELDS
from app.linkage.variants import Variants, read_families


@dataclass(frozen=True)
class Model:
    """``levels``: field -> level -> (share among same people, share among different people).

    ``prior``: chance that two records drawn at random are one person. ``link`` and ``review``:
    weights in bits from which a pair may be joined by the machine, or is shown to a person.
    """

    prior: float
    levels: Mapping[str, Mapping[str, tuple[float, float]]]
    link: float
    review: float

    @property
    def id(self) -> str:
        """Sixteen hexadecimal digits that change with every number of the model."""
        return hashlib.sha256(self.as_json().encode()).hexdigest()[:16]

    def push(self, field: str, level: str) -> float:
        """What a level adds to the weight, in bits; 0 for a silent field."""
        if level not in self.levels[field]:
            return 0.0
        same, different = self.levels[field][level]
        return math.log2(same / different)

    def as_json(self) -> str:
        """The text of a model file: stable order, one level a line."""
        levels = {field: {level: list(pair) for level, pair in shares.items()} for field, shares in self.levels.items()}
        whole = {"prior": self.prior, "link": self.link, "review": self.review, "levels": levels}
        return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def read_model(text: str) -> Model:
    """A model from the text of its file. ValueError where a field or level is missing or unsound."""
    whole: dict[str, Any] = json.loads(text)
    levels: dict[str, dict[str, tuple[float, float]]] = {}
    for field in FIELDS:
        shares = whole["levels"].get(field.key, {})
        levels[field.key] = {}
        for level in field.levels:
            if level.key not in shares:
                raise ValueError(f"the model says nothing about {field.key}.{level.key}")
            same, different = map(float, shares[level.key])
            if not (0 < same <= 1 and 0 < different <= 1):
                raise ValueError(f"{field.key}.{level.key} is not a pair of shares")
            levels[field.key][level.key] = (same, different)
    return Model(float(whole["prior"]), levels, float(whole["link"]), float(whole["review"]))


@cache
def shipped_model() -> Model:
    """The model that came with the program."""
    return read_model((_folder() / "model.json").read_text(encoding="utf-8"))


@cache
def shipped_variants() -> Variants:
    """The table of variant characters that came with the program."""
    return read_families((_folder() / "variants.txt").read_text(encoding="utf-8").splitlines())


def _folder() -> Path:
    """resources/linkage, in the source tree or in the frozen program."""
    root = getattr(sys, "_MEIPASS", None)
    return Path(root if root else Path(__file__).resolve().parents[2]) / "resources" / "linkage"
