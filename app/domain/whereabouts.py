"""Whereabouts: what must not be shown of a protected person, and which columns of an extract say it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from app.domain.extracts.profile import Profile
from app.domain.extracts.recognising import plan_columns

FIELDS = ("postal", "address", "phone", "facility", "school_class")
"""The fields of a person block that tell where somebody is."""

WORDS: Mapping[str, tuple[str, ...]] = {"enrolment": ("school", "class"), "childcare_use": ("facility",)}
"""Kind of fact -> its attributes that tell the same."""

NAME_FIELDS, GUARDIAN = ("name", "kana"), "guardian"
"""The fields in which a surname stands that may be new since the protection began."""

OPENING = "whereabouts"
"""What an opening opens when it is not a sector."""


def columns_of(profile: Profile) -> frozenset[str]:
    """The columns of an extract in which whereabouts stand."""
    found = {profile.block[name] for name in FIELDS if name in profile.block}
    for rule in profile.facts:
        found |= {rule.attributes[name] for name in WORDS.get(rule.kind, ()) if name in rule.attributes}
    return frozenset(found)


def positions_of(profile: Profile, header: Sequence[str], columns: Iterable[str]) -> frozenset[int]:
    """Where these columns stand in a row under this header; every part of one that several make up."""
    plan = plan_columns(profile, tuple(header))
    found: set[int] = set()
    for at in (plan.positions[name] for name in columns if name in plan.positions):
        found |= {at} if at < plan.width else set(plan.joins[at - plan.width])
    return frozenset(found)
