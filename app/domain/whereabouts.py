"""Whereabouts: what must not be shown of a protected person, and which columns of an extract say it."""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.extracts.profile import Profile

FIELDS = ("postal", "address", "phone", "facility", "school_class")
"""The fields of a person block that tell where somebody is."""

WORDS: Mapping[str, tuple[str, ...]] = {"enrolment": ("school", "class"), "childcare_use": ("facility",)}
"""Kind of fact -> its attributes that tell the same."""

OPENING = "whereabouts"
"""What an opening opens when it is not a sector."""


def columns_of(profile: Profile) -> frozenset[str]:
    """The columns of an extract in which whereabouts stand."""
    found = {profile.block[name] for name in FIELDS if name in profile.block}
    for rule in profile.facts:
        found |= {rule.attributes[name] for name in WORDS.get(rule.kind, ()) if name in rule.attributes}
    return frozenset(found)
