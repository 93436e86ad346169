"""Purposes: why the office may use a data item, and what is left when it may not.

An item is one column of an extract, or with an empty column the whole extract. What tells who a row
speaks of, and when, cannot be switched off alone: without it the row could be nobody's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from app.domain.criteria import Criterion, Measure, Signal, Who
from app.domain.extracts.profile import Profile

BASES = ("consent", "law", "duty", "grounds", "research", "other")
"""On what a use rests: consent of the person, a law or ordinance, the body's own statutory duty,
objectively reasonable grounds, statistics and research, something else that the words must say."""

STANCES = ("consent", "refusal", "objection", "withdrawn")
"""What a family can say about an item. ``withdrawn``: what was said before does not hold any more."""

AGAINST = frozenset({"refusal", "objection"})
WHOLE = ""
EVERYBODY = 0
"""Stands for a person where an item is switched off for the office."""


@dataclass(frozen=True)
class Withheld:
    """What may not be used. ``office``: extract -> columns; ``persons``: person -> the same.

    The column ``WHOLE`` among them means the whole extract.
    """

    office: Mapping[str, frozenset[str]] = field(default_factory=dict)
    persons: Mapping[int, Mapping[str, frozenset[str]]] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[tuple[int, str, str]]) -> Withheld:
        """From (person or ``EVERYBODY``, extract, column)."""
        found: dict[int, dict[str, set[str]]] = {}
        for person, extract, column in rows:
            found.setdefault(person, {}).setdefault(extract, set()).add(column)
        frozen = {person: {key: frozenset(columns) for key, columns in said.items()} for person, said in found.items()}
        return cls(frozen.pop(EVERYBODY, {}), frozen)

    def columns(self, extract: str) -> frozenset[str]:
        """What is off for everybody in this extract."""
        return self.office.get(extract, frozenset())

    def of_person(self, person: int, extract: str) -> frozenset[str]:
        """What is off for this person alone in this extract."""
        return self.persons.get(person, {}).get(extract, frozenset())

    @property
    def extracts(self) -> frozenset[str]:
        """The extracts that are off as a whole."""
        return frozenset(extract for extract, columns in self.office.items() if WHOLE in columns)


def locked(profile: Profile, column: str) -> str:
    """The key of the sentence why a column cannot be switched off alone; "" where it can."""
    field_of = {name: filled for filled, name in profile.block.items()}
    if field_of.get(column, "").startswith("protected"):
        return "purpose.locked_protection"
    if column in profile.local_id or column in field_of:
        return "purpose.locked_identity"
    if column in profile.natural_key or profile.columns[column].needed:
        return "purpose.locked_needed"
    return ""


def kept_of_person(profile: Profile) -> frozenset[str]:
    """What is still stored of a row whose person may not be in this extract: whose row it is, no more."""
    return frozenset((*profile.local_id, *profile.block.values()))


def silent(profile: Profile, columns: Iterable[str]) -> frozenset[tuple[str, str]]:
    """What these columns no longer say: (kind of fact, attribute), the attribute "" for its days.

    A whole extract says nothing of any of its kinds.
    """
    off = frozenset(columns)
    found: set[tuple[str, str]] = set()
    for rule in profile.facts:
        if WHOLE in off or off.intersection((*rule.start, rule.end)):
            found.add((rule.kind, ""))
        found.update((rule.kind, name) for name, column in rule.attributes.items() if WHOLE in off or column in off)
    return frozenset(found)


def reads(criterion: Criterion, said: frozenset[tuple[str, str]], *, of_others: bool | None = None) -> bool:
    """Whether a criterion reads something of this. ``of_others``: only signals about others of the
    household (True), only those about the child (False), or all (None)."""
    return any(
        _signal_reads(signal, said)
        for signal in criterion.signals()
        if of_others is None or of_others == (signal.who is not Who.CHILD) or signal.who is Who.HOME
    )


def _signal_reads(signal: Signal, said: frozenset[tuple[str, str]]) -> bool:
    if signal.measure is Measure.SIBLINGS:
        return False
    names = {"", *signal.attributes, *signal.where, *signal.known}
    return any((signal.kind, name) in said for name in names)
