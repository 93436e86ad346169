"""Which model weighs the pairs: the one that came with the program, or one that a lead took over.

An office that took none, or went back, follows the program's, also when an upgrade brings another.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from app.linkage.model import Model, read_model, shipped_model


def model_in_force(db: Any, schema: str = "truth") -> Model:
    """The model that weighs in this office; ``db`` has the truth in ``schema``."""
    row = db.execute(
        f"SELECT k.own, k.text FROM {schema}.link_model AS k"
        f" ORDER BY (SELECT e.seq FROM {schema}.entry AS e WHERE e.id = k.entry) DESC LIMIT 1"
    ).fetchone()
    return read_own(row[1]) if row and row[0] else shipped_model()


@lru_cache(maxsize=8)
def read_own(text: str) -> Model:
    """An office's own model. Where this program compares by more fields or levels than the one that it
    was learnt with, those take the shipped shares; its id is another one then."""
    said: dict[str, Any] = json.loads(text)
    learnt = said["levels"]
    levels = {
        field: {level: learnt.get(field, {}).get(level, list(pair)) for level, pair in shares.items()}
        for field, shares in shipped_model().levels.items()
    }
    return read_model(json.dumps({**said, "levels": levels}))
