"""Withholding on arrival: what of a department's file is not stored, because its item is switched off.

A column that is off for the office is dropped from header and rows before anything reads them, as if the
file had come without it. Cells of a person whose family objected are emptied. What tells two
deliveries of one row apart (the keyed digest of the whole row) stays the same, so that a visit that is
delivered again with or without its reason is still the same visit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.domain.extracts.profile import Profile
from app.domain.extracts.recognising import plan_columns
from app.domain.message import Refused
from app.domain.purposes import WHOLE, Withheld, kept_of_person
from app.services.answers.child import WithheldItem
from app.services.deriving.profiles_in_force import profiles_of
from app.storage.files.source_rows import Source
from app.storage.offices.office import Office
from app.storage.truth import purposes


@dataclass(frozen=True)
class Personal:
    """The cells that are emptied in the rows of one record. ``whole``: nothing is read of them either."""

    at: tuple[int, ...]
    whole: bool


@dataclass(frozen=True)
class Sieved:
    """A source without what may not be stored. ``plain_digest``: of the file as it came."""

    source: Source
    plain_digest: bytes
    personal: Mapping[int, Personal] = field(default_factory=dict)


def withheld_now(office: Office) -> Withheld:
    """What may not be used, as the truth has it now."""
    return purposes.withheld(office.reader(), "main")


def switched_last(office: Office) -> int:
    """The entry that last switched an item for the office; 0 for none."""
    return purposes.newest_purpose(office.reader(), "main")


def sieve(db: Any, withheld: Withheld, source: Source) -> Sieved:
    """What of this file may be stored. Refused for an extract that is switched off as a whole.

    ``db``: a connection with the view attached as ``view``.
    """
    profile = source.profile
    columns = withheld.columns(profile.key)
    if WHOLE in columns:
        raise Refused(
            "file.switched_off", file=source.name, extract_ja=profile.names["ja"], extract_en=profile.names["en"]
        )
    plain = source.digest
    plan = plan_columns(profile, source.header)
    off = tuple(sorted(plan.positions[name] for name in columns if name in plan.positions))
    if off:
        source = source.without(off)
        plan = plan_columns(profile, source.header)
    personal = {
        record: Personal(_positions(profile, plan.positions, len(source.header), items), WHOLE in items)
        for record, items in _records(db, withheld, profile).items()
    }
    return Sieved(source, plain, personal)


def _positions(profile: Profile, positions: Mapping[str, int], width: int, items: frozenset[str]) -> tuple[int, ...]:
    if WHOLE not in items:
        return tuple(sorted(positions[name] for name in items if name in positions))
    kept = kept_of_person(profile)
    if profile.bears_persons:  # else the row could not say who it is any more
        kept |= {name for name, column in profile.columns.items() if column.needed} | {*profile.natural_key}
    return tuple(at for at in range(width) if at not in {positions[name] for name in kept if name in positions})


def _records(db: Any, withheld: Withheld, profile: Profile) -> dict[int, frozenset[str]]:
    """The records whose rows of this extract come to be stored in part, and what is left out of them."""
    found: dict[int, frozenset[str]] = {}
    sources = (profile.key, *profile.rosters)
    marks = ", ".join("?" * len(sources))
    for person in withheld.persons:
        items = withheld.of_person(person, profile.key)
        if items:
            query = f"SELECT record_id FROM view.record WHERE person_id = ? AND extract IN ({marks})"
            found.update((row[0], items) for row in db.execute(query, (person, *sources)).fetchall())
    return found


def items_of(office: Office, person: int) -> tuple[WithheldItem, ...]:
    """What is not used of this person: what its family said, and what is off for everybody."""
    office.demand("see", "child")
    profiles = profiles_of(office)
    rows = office.reader().execute(
        "SELECT extract, item, person_id <> 0 FROM view.withheld WHERE person_id IN (0, ?) ORDER BY person_id DESC,"
        " extract, item",
        (person,),
    )
    return tuple(
        WithheldItem(extract, item, profiles[extract].names, profiles[extract].sector, bool(personal))
        for extract, item, personal in rows.fetchall()
        if extract in profiles
    )
