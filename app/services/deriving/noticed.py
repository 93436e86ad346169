"""Children of whom a notice told: their rows laid into the view in force, for them alone.

The same steps as any row's way, without comparing: the next import compares them with everybody. A
rebuild goes the same way: first what the last run knew, then the notices since.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from app.domain.extracts.profile import Profile
from app.linkage.frame import normalise
from app.linkage.model import shipped_variants
from app.services.deriving import searching, standing
from app.services.deriving.facts import derive_facts_again
from app.services.deriving.hanging import persons_in_truth
from app.services.deriving.laying import know_notices, known_notices, note_deliveries, noticed
from app.services.deriving.links import lay_keys, spellings
from app.services.deriving.persons import derive_persons
from app.services.deriving.records import derive_records
from app.services.deriving.rows import RowBook
from app.storage.digests import Digester
from app.storage.truth import notices


def unnoticed(db: Any) -> bool:
    """Whether a notice brought a child that the view does not know."""
    return notices.newest(db, "truth") > known_notices(db)


def lay_notices(db: Any, profiles: dict[str, Profile], digester: Digester) -> frozenset[int]:
    """Lay what notices brought since into the view; the persons who are new. The caller holds the transaction
    and works their priorities out."""
    told = noticed(db, after=known_notices(db))
    know_notices(db)
    if not told:
        return frozenset()
    book = RowBook(db, profiles)
    note_deliveries(db, profiles, [])
    standing.begin(db)
    records = sorted(standing.lay_on(db, profiles, [], told))
    _name(db, "touched", records)
    derive_records(db, profiles, book, records)
    owners = persons_in_truth(db, records)
    db.executemany(
        "UPDATE record SET person_id = ?, state = 'alone' WHERE record_id = ?",
        ((person, record) for record, person in owners.items()),
    )
    _name(db, "told", records)
    which = "WHERE s.record_id IN (SELECT id FROM temp.told)"
    lay_keys(db, normalise(spellings(db, "main", profiles, which), shipped_variants()))
    derive_facts_again(db, profiles, digester, book, which, owners=owners)
    _name(db, "persons", owners.values())
    derive_persons(db, True)
    searching.index(db, True)
    return frozenset(owners.values())


def _name(db: Any, table: str, ids: Collection[int]) -> None:
    db.execute(f"CREATE TEMP TABLE IF NOT EXISTS {table} (id INTEGER PRIMARY KEY)")
    db.execute(f"DELETE FROM temp.{table}")
    db.executemany(f"INSERT INTO temp.{table} VALUES (?)", ((one,) for one in sorted(ids)))
