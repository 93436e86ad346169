"""The profiles of an office: the shipped ones with what its entries say over them.

Every change is an entry (``profile.changed``) with what stood before; the last one of a key counts.
A view remembers with which entry's profiles it was derived, so that it can be derived again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from app.domain.extracts.office_profile import laid_over
from app.domain.extracts.profile import Profile
from app.domain.message import WrongUse
from app.storage.definitions.profiles import shipped_profiles

KIND = "profile.changed"


def check_document(key: str, said: object) -> None:
    """WrongUse for what cannot lie over a shipped profile; None takes back what the office said."""
    if said is None:
        return
    if not isinstance(said, Mapping):
        raise WrongUse("profile.not_meant", profile=key, why=str(said)[:200])
    laid_over(shipped_profiles(), key, said)


def documents(db: Any, schema: str = "main", upto: int | None = None) -> dict[str, dict[str, Any]]:
    """What the office says, by profile, as of an entry (None: the newest)."""
    rows = db.execute(
        f"SELECT payload FROM {schema}.entry WHERE kind = ? AND payload IS NOT NULL AND seq <= coalesce(?, seq)"
        " ORDER BY seq",
        (KIND, upto),
    ).fetchall()
    said: dict[str, dict[str, Any]] = {}
    for (payload,) in rows:
        one = json.loads(payload)
        if one["profile"] is None:
            said.pop(one["key"], None)
        else:
            said[one["key"]] = one["profile"]
    return said


def profiles_in(db: Any, schema: str = "main", upto: int | None = None) -> dict[str, Profile]:
    """Every profile by key, the shipped ones first, as of an entry (None: the newest)."""
    found = dict(shipped_profiles())
    for key, said in documents(db, schema, upto).items():
        if said["base"] in shipped_profiles():  # one that the program no longer ships is left out
            found[key] = laid_over(shipped_profiles(), key, said)
    return found


def newest_change(db: Any, schema: str = "main") -> int:
    """The number of the last entry that changed a profile; 0 where none did."""
    row = db.execute(f"SELECT coalesce(max(seq), 0) FROM {schema}.entry WHERE kind = ?", (KIND,)).fetchone()
    return int(row[0])
