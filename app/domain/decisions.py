"""Decisions (支援方針): what a person concluded about a child. Never edited, only followed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from app.domain.message import WrongUse


class DecisionKind(StrEnum):
    """The seven conclusions, in the order of their keys 1 to 7."""

    SUPPORT = "support"
    SUPPORTED = "supported"
    WATCH = "watch"
    NONE = "none"
    UNCLEAR = "unclear"
    OUT_OF_SCOPE = "out_of_scope"
    GUIDANCE_CENTRE = "guidance_centre"


SUGGESTED: Mapping[DecisionKind, str] = {
    DecisionKind.SUPPORT: "two_weeks",
    DecisionKind.SUPPORTED: "three_months",
    DecisionKind.WATCH: "one_month",
    DecisionKind.UNCLEAR: "two_weeks",
}
"""When one would look again after each decision (``workdays.SUGGESTIONS``); the others end it."""


@dataclass(frozen=True)
class Decision:
    """One recorded conclusion. ``evidence`` holds fact ids; ``next`` is the day to look again.

    ``meeting`` names the meeting that concluded it, ``took_part`` who was there, in words.
    """

    kind: DecisionKind
    reason: str
    day: date
    next: date | None
    evidence: tuple[int, ...]
    meeting: str = ""
    took_part: str = ""


class SignOffState(StrEnum):
    """Where a decision stands that asks for sign-off (決裁)."""

    WAITING = "waiting"
    SIGNED = "signed"
    RETURNED = "returned"


@dataclass(frozen=True)
class SignOff:
    """Of a decision that asks for it: who signed it or sent it back, when (with its zone), in which words.

    ``entry`` is the sign-off's own; of one that waits all of it is empty.
    """

    state: SignOffState
    author: str = ""
    recorded: datetime | None = None
    words: str = ""
    entry: str = ""


REASON_LIMIT, TOOK_PART_LIMIT = 10_000, 1_000
EARLIEST, LATEST = 1950, 2150
"""Years of a decision; beyond them somebody mistyped, and days could not be counted from there."""


def check(decision: Decision) -> None:
    """Raise WrongUse when a decision could not be understood later by someone else."""
    if not decision.reason.strip():
        raise WrongUse("decision.reason_missing")
    if len(decision.reason) > REASON_LIMIT:
        raise WrongUse("decision.reason_too_long", limit=REASON_LIMIT)
    if len(decision.took_part) > TOOK_PART_LIMIT:
        raise WrongUse("decision.took_part_too_long", limit=TOOK_PART_LIMIT)
    for day in (decision.day, decision.next):
        if day is not None and not EARLIEST <= day.year <= LATEST:
            raise WrongUse("decision.day_impossible", day=day)
    if decision.next is not None and decision.next < decision.day:
        raise WrongUse("decision.next_before_day", day=decision.day, next=decision.next)
    if decision.kind is DecisionKind.WATCH and decision.next is None:
        raise WrongUse("decision.watch_needs_next")
