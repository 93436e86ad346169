"""サポートプラン on paper: in plain words for the family. No priority, no points, no other department's data."""

from __future__ import annotations

from app.domain.message import Message
from app.domain.plans import Goal, Plan
from app.services.papers.paper import Blanks, Block, Cell, Fields, Grid, Prose, Term

_COLUMNS = (("plan.what", 24), ("plan.who", 12), ("plan.by", 9))


def plan_blocks(name: str, plan: Plan | None) -> list[Block]:
    """What the family reads of this version; a sentence where there is none yet."""
    if plan is None:
        return [Prose("", Message("plan.none"))]
    texts = (("plan.strengths", plan.strengths), ("plan.needs", plan.needs), ("plan.wishes", plan.wishes))
    agreed = [
        ("plan.agreed", Cell(Term("plan.agreed", plan.agreed))),
        ("plan.agreed_on", Cell(plan.agreed_on or Message("plan.no_day"))),
        ("plan.with_whom", Cell(plan.with_whom or Message("plan.no_day"))),
        ("plan.review", Cell(plan.review or Message("plan.no_day"))),
    ]
    return [
        Prose("", Message("plan.for", {"name": name})),
        *(Prose(title, text) for title, text in texts if text.strip()),
        *(block for number, goal in enumerate(plan.goals, start=1) for block in _goal(number, goal)),
        Fields("plan.together", tuple(agreed)),
        Blanks("plan.notes", 3),
    ]


def _goal(number: int, goal: Goal) -> list[Block]:
    steps = tuple(
        (Cell(step.what), Cell(step.who or Message("plan.no_day")), Cell(step.by or Message("plan.goes_on")))
        for step in goal.steps
    )
    words = Prose("plan.goal" if number == 1 else "", Message("plan.goal.words", {"n": number, "words": goal.words}))
    return [words, Grid("", _COLUMNS, steps)] if steps else [words]
