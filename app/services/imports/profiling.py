"""The rules by which files are read, as the office has them: looked at, changed, gone back to.

Each change is an entry with what stood before. Shipped profiles stay as they are; the office's words
lie over them. A change counts for files from now on; rows that are in already are read again by it at the
next import.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.entries import Kind
from app.domain.extracts.office_profile import laid_over
from app.domain.extracts.profile import Profile
from app.domain.extracts.reading import plan_columns
from app.domain.message import WrongUse
from app.services.answers.outcomes import Changes, Outcome
from app.services.deriving.profiles_in_force import profiles_of
from app.services.priority.runs import published_run_of
from app.storage.definitions.office_profiles import documents, profiles_in
from app.storage.definitions.profiles import shipped_profiles
from app.storage.offices.office import Office
from app.storage.truth.desk import id_text


@dataclass(frozen=True)
class ProfileLine:
    """One extract as the office reads it. ``said``: what the office says over it, {} for nothing.

    ``imports`` counts those in force; ``waits``: rows that are in are still read by the rules of before.
    """

    profile: Profile
    said: Mapping[str, Any]
    imports: int
    waits: bool


@dataclass(frozen=True)
class ProfileChange:
    """One change: who, when, and what the office said before and after (None: nothing)."""

    entry: str
    author: str
    time: datetime
    key: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


def lines(office: Office) -> tuple[ProfileLine, ...]:
    """Every extract: the shipped ones in their order, then the office's own kinds."""
    db = office.reader()
    said, counts = documents(db), _counts(db)
    run = published_run_of(office)
    derived = documents(db, "main", run.profiles if run else 0)
    return tuple(
        ProfileLine(profile, said.get(key, {}), counts.get(key, 0), key in counts and said.get(key) != derived.get(key))
        for key, profile in profiles_in(db).items()
    )


def _counts(db: Any) -> dict[str, int]:
    rows = db.execute("SELECT extract, count(*) FROM batch WHERE state = 'published' GROUP BY extract").fetchall()
    return dict(rows)


def history(office: Office, key: str = "") -> tuple[ProfileChange, ...]:
    """Every change, or those of one extract, the newest first."""
    rows = office.reader().execute(
        "SELECT e.id, coalesce(m.name, e.author), e.time, e.payload FROM entry AS e LEFT JOIN member AS m"
        " ON m.id = e.author WHERE e.kind = ? AND e.payload IS NOT NULL ORDER BY e.seq DESC",
        (str(Kind.PROFILE_CHANGED),),
    )
    found = []
    for entry, author, time, payload in rows.fetchall():
        said = json.loads(payload)
        if not key or said["key"] == key:
            when = datetime.fromisoformat(time)
            found.append(ProfileChange(id_text(entry), author, when, said["key"], said["before"], said["profile"]))
    return tuple(found)


def own_key() -> str:
    """A key for a new kind of this office."""
    return f"own_{secrets.token_hex(5)}"


def save(office: Office, key: str, said: Mapping[str, Any] | None, now: datetime) -> Outcome[str]:
    """Say this about an extract from now on; None takes back all that was said. The entry's id.

    WrongUse where ``check`` says so.
    """
    before = check(office, key, said)
    payload = {"key": key, "profile": None if said is None else dict(said), "before": before}
    entry = office.write(Kind.PROFILE_CHANGED, payload, time=now)
    return Outcome(entry.id, Changes(frozenset({"profiles"})))


def check(office: Office, key: str, said: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Whether this could be said about an extract; what the office says now. Nothing is changed.

    WrongUse where it cannot be meant, changes nothing, or would tell rows apart otherwise than those that are in.
    """
    db = office.reader()
    before = documents(db).get(key)
    if said == before:
        raise WrongUse("profile.unchanged")
    if said is None and key not in shipped_profiles() and _counts(db).get(key):
        raise WrongUse("profile.kind_in_use", imports=_counts(db)[key])
    _check_keys(office, key, said)
    return before


def go_back(office: Office, change: ProfileChange, now: datetime) -> Outcome[str]:
    """Say again what was said before a change."""
    return save(office, change.key, change.before, now)


def _check_keys(office: Office, key: str, said: Mapping[str, Any] | None) -> None:
    """What makes a row the same row again is settled when it arrives."""
    shipped = shipped_profiles()
    now = shipped.get(key) if said is None else laid_over(shipped, key, said)
    then = profiles_of(office).get(key)
    if now is None or then is None:
        return
    headers = office.reader().execute(
        "SELECT header, count(*) FROM batch WHERE extract = ? AND state = 'published' GROUP BY header", (key,)
    )
    for header, batches in headers.fetchall():
        places = [plan_columns(one, tuple(json.loads(header))).positions for one in (then, now)]
        for column in (*then.local_id, *then.natural_key):
            if places[0].get(column) != places[1].get(column):
                raise WrongUse("profile.key_in_use", column=column, batches=batches)
