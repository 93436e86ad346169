"""Support plans (サポートプラン): what a family can do, what it needs, what is aimed at, who does what by when.

Written to be shared with the family: no priority, no points, no other department's data. Each version
is a plan of its own; an earlier one is never changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.domain.message import WrongUse

AGREED = ("not_yet", "agreed", "partly", "declined")
"""What the family says of the plan."""
GOALS_LIMIT, STEPS_LIMIT = 10, 20
TEXT_LIMIT, SHORT_LIMIT = 4_000, 300


@dataclass(frozen=True)
class Step:
    """Who does what by when; ``by`` is None where it goes on."""

    what: str
    who: str
    by: date | None = None


@dataclass(frozen=True)
class Goal:
    """What is aimed at, with the steps on the way."""

    words: str
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Plan:
    """One version. ``agreed_on`` is the day on which the family said so, ``review`` when to look at it together."""

    strengths: str
    needs: str
    wishes: str
    goals: tuple[Goal, ...]
    agreed: str = "not_yet"
    agreed_on: date | None = None
    with_whom: str = ""
    review: date | None = None


def check(plan: Plan) -> None:
    """Raise WrongUse for a plan that could not be handed to a family."""
    if not (plan.needs.strip() or plan.strengths.strip() or plan.wishes.strip()):
        raise WrongUse("plan.nothing_written")
    if not any(goal.words.strip() for goal in plan.goals):
        raise WrongUse("plan.goal_missing")
    if len(plan.goals) > GOALS_LIMIT or any(len(goal.steps) > STEPS_LIMIT for goal in plan.goals):
        raise WrongUse("plan.too_many", goals=GOALS_LIMIT, steps=STEPS_LIMIT)
    longs = (plan.strengths, plan.needs, plan.wishes, *(goal.words for goal in plan.goals))
    shorts = (plan.with_whom, *(words for goal in plan.goals for step in goal.steps for words in (step.what, step.who)))
    if any(len(text) > TEXT_LIMIT for text in longs) or any(len(text) > SHORT_LIMIT for text in shorts):
        raise WrongUse("plan.too_long", limit=TEXT_LIMIT, short=SHORT_LIMIT)
    for number, goal in enumerate(plan.goals, start=1):
        if goal.steps and not goal.words.strip():
            raise WrongUse("plan.goal_without_words", number=number)
        if any(not step.what.strip() for step in goal.steps):
            raise WrongUse("plan.step_without_words", number=number)
    if plan.agreed not in AGREED:
        raise WrongUse("plan.agreed_unknown", agreed=plan.agreed)
    if plan.agreed in ("agreed", "partly") and plan.agreed_on is None:
        raise WrongUse("plan.agreed_on_missing")


def written(plan: Plan) -> dict[str, Any]:
    """A plan as its entry says it."""
    return {
        "strengths": plan.strengths,
        "needs": plan.needs,
        "wishes": plan.wishes,
        "goals": [
            {
                "words": goal.words,
                "steps": [{"what": one.what, "who": one.who, "by": _text(one.by)} for one in goal.steps],
            }
            for goal in plan.goals
        ],
        "agreed": plan.agreed,
        "agreed_on": _text(plan.agreed_on),
        "with_whom": plan.with_whom,
        "review": _text(plan.review),
    }


def read(said: Mapping[str, Any]) -> Plan:
    """The plan of an entry. KeyError, TypeError or ValueError for what is none."""
    goals = tuple(
        Goal(
            str(goal["words"]),
            tuple(Step(str(one["what"]), str(one["who"]), _day(one.get("by"))) for one in goal["steps"]),
        )
        for goal in said["goals"]
    )
    return Plan(
        str(said["strengths"]),
        str(said["needs"]),
        str(said.get("wishes") or ""),
        goals,
        str(said.get("agreed") or "not_yet"),
        _day(said.get("agreed_on")),
        str(said.get("with_whom") or ""),
        _day(said.get("review")),
    )


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: object) -> date | None:
    return date.fromisoformat(str(text)) if text else None
