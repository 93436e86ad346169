"""A finished comparison of models, kept on this PC until it is taken over or put aside.

Learning and comparing take long in a large office, and who began them may lock the window meanwhile. Kept is
what the lead has to weigh, without anybody's name: names are looked up when it is shown, so that nothing stays
here of who was erased or protected since.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from app.services.deriving.models import model_in_force
from app.services.links.quality_answers import ChangedPair, KeptComparison, LevelLine, ModelComparison
from app.storage.offices.office import Office
from app.storage.truth.desk import here

_PLACE = "links.comparison"
_NAMES = frozenset({"name", "other_name", "birth", "other_birth", "extract", "other_extract"})
_MOVES_LINKS = "('ruling.made', 'ruling.withdrawn', 'links.made', 'model.taken')"


def keep(office: Office, comparison: ModelComparison, now: datetime) -> None:
    """Keep it in the place of the one before."""
    said = asdict(comparison)
    said["examples"] = [{key: one[key] for key in one if key not in _NAMES} for one in said["examples"]]
    kept = {"made": now.isoformat(), "by": office.member.name, "upto": _newest(office.reader()), "said": said}
    office.remember(_PLACE, json.dumps(kept, ensure_ascii=False))


def kept(office: Office) -> KeptComparison | None:
    """The comparison that waits; None where there is none, or its model is in force by now."""
    with office.reading() as db:
        text = here(db, _PLACE)
        found: Mapping[str, Any] = json.loads(text) if text else {}
        if not found or found["said"]["model"] == model_in_force(db, "main").id:
            return None
        said = dict(found["said"])
        examples = tuple(line for one in said.pop("examples") if (line := _example(db, one)) is not None)
        levels = tuple(LevelLine(**one) for one in said.pop("levels"))
        comparison = ModelComparison(**said, levels=levels, examples=examples)
        made = datetime.fromisoformat(found["made"])
        return KeptComparison(comparison, made, found["by"], _newest(db) > found["upto"])


def forget(office: Office) -> None:
    """Put it aside."""
    office.remember(_PLACE, "")


def _newest(db: Any) -> int:
    row = db.execute(f"SELECT coalesce(max(seq), 0) FROM entry WHERE kind IN {_MOVES_LINKS}").fetchone()
    return int(row[0])


def _example(db: Any, said: Mapping[str, Any]) -> ChangedPair | None:
    """With the names as they are now; None where one of the records is there no more."""
    blank = ChangedPair(name="", other_name="", birth="", other_birth="", extract="", other_extract="", **said)
    rows = {
        row[0]: row[1:]
        for row in db.execute(
            "SELECT record_id, name, birth, extract FROM view.record WHERE record_id IN (?, ?)", (blank.a, blank.b)
        ).fetchall()
    }
    if blank.a not in rows or blank.b not in rows:
        return None
    (name, birth, extract), (other_name, other_birth, other_extract) = rows[blank.a], rows[blank.b]
    return replace(
        blank, name=name, birth=birth, extract=extract,
        other_name=other_name, other_birth=other_birth, other_extract=other_extract,
    )  # fmt: skip
