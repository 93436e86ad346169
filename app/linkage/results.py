"""What goes into a matching and what comes out of it: rulings, edges, reviews, evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

EdgeState = Literal["linked", "review"]
RecordState = Literal["linked", "alone", "review"]
ReviewReason = Literal[
    "uncertain",  # the evidence is neither enough nor too little
    "names_one_apart",  # given names one letter apart: a slip of the pen or twins
    "two_candidates",  # fits two people who are not the same
    "two_register_entries",  # joining would put two register entries into one person
    "two_roster_entries",  # joining would put two entries of one roster into one person
    "both_worked_with",  # people have worked with both: the machine does not join them
    "rulings_disagree",  # somebody ruled "same", somebody else "not the same"
]


@dataclass(frozen=True, slots=True)
class Ruling:
    """A human's word on two records: the same person, or not."""

    a: int
    b: int
    same: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """One field of a compared pair. ``level`` is a catalogue key suffix (``linkage.<field>.<level>``);
    ``push`` is in bits, above 0 towards "same", 0 where the field is silent."""

    field: str
    level: str
    push: float


@dataclass(frozen=True, slots=True)
class Edge:
    """A scored pair of records, ``a < b``. ``weight`` in bits, rounded to six digits.

    ``state`` is what the pair alone allows: ``linked`` may be joined by the machine, ``review``
    only by a person. ``reason`` says why a person is asked ("" for linked).
    """

    a: int
    b: int
    weight: float
    why: tuple[Evidence, ...] = ()
    state: EdgeState = "linked"
    reason: ReviewReason | Literal[""] = ""


@dataclass(frozen=True, slots=True)
class Review:
    """Two groups in question, by the two records that speak loudest. One per pair of groups."""

    a: int
    b: int
    weight: float
    why: tuple[Evidence, ...]
    reason: ReviewReason


@dataclass(frozen=True, slots=True)
class LinkResult:
    """The outcome of one matching.

    ``persons``: every record -> its person's id. ``edges``: every scored pair that a later run
    needs again, in canonical order; store them all and hand them back. ``aliases``: a person's id
    that is gone -> the id that took its records. ``parted``: ids of persons that lost records to
    another person, and of those that got them (both are shown as 要確認).
    """

    persons: Mapping[int, int]
    edges: Sequence[Edge]
    reviews: Sequence[Review]
    states: Mapping[int, RecordState]
    model: str
    aliases: Mapping[int, int] = field(default_factory=dict)
    parted: frozenset[int] = frozenset()
