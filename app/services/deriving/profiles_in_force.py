"""Which profiles count: those of now for what comes in, those of the last run for the view in force.

A view is derived with the profiles as they stood at its run. After a change, the next derivation reads
the kept rows of that extract again.
"""

from __future__ import annotations

from typing import Any

from app.domain.extracts.profile import Profile
from app.services.priority.runs import PublishedRun, published_run
from app.storage.definitions.office_profiles import documents, newest_change, profiles_in
from app.storage.offices.office import Office


def profiles_of(office: Office) -> dict[str, Profile]:
    """The office's profiles of now, shipped ones and its own."""
    return profiles_in(office.reader())


def profiles_now(db: Any) -> tuple[dict[str, Profile], int]:
    """The profiles of now, and the entry that changed one last; with the truth attached as ``truth``."""
    newest = newest_change(db, "truth")
    return profiles_in(db, "truth", newest), newest


def profiles_of_view(db: Any) -> dict[str, Profile]:
    """The profiles with which the view in force was derived; with the truth attached as ``truth``."""
    run = published_run(db)
    return profiles_in(db, "truth", run.profiles if run else None)


def changed_since(db: Any, run: PublishedRun | None) -> frozenset[str]:
    """The extracts whose files are read by other rules now than when the view was derived."""
    before, now = documents(db, "truth", run.profiles if run else 0), documents(db, "truth")
    return frozenset(key for key in before.keys() | now.keys() if before.get(key) != now.get(key))
