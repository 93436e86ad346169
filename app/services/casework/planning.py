"""Support plans of a child: the versions, and a new one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.domain import ids, plans
from app.domain.entries import Kind
from app.domain.message import WrongUse
from app.domain.plans import Plan
from app.services.answers.outcomes import Changes, Outcome
from app.services.casework.contacts import existing
from app.services.casework.since import unseen
from app.storage.offices.office import Office
from app.storage.truth.desk import id_text


@dataclass(frozen=True)
class PlanLine:
    """One version, with its number among those that stand, counted from 1."""

    entry: str
    author: str
    recorded: datetime
    version: int
    plan: Plan


def plans_of(office: Office, person_id: int) -> tuple[PlanLine, ...]:
    """The standing versions, oldest first."""
    office.demand("see", "child")
    rows = office.reader().execute(
        "SELECT p.entry, coalesce(m.name, ''), p.recorded, p.content FROM plan AS p"
        " LEFT JOIN member AS m ON m.id = p.author WHERE p.person_id = ? AND p.withdrawn = 0"
        " ORDER BY p.recorded, p.entry",
        (person_id,),
    )
    return tuple(
        PlanLine(
            id_text(row[0]), row[1], datetime.fromisoformat(row[2]).astimezone(), number, plans.read(_said(row[3]))
        )
        for number, row in enumerate(rows.fetchall(), start=1)
    )


def record(
    office: Office, person_id: int, plan: Plan, now: datetime, *, ref: str | None = None, seen_seq: int | None = None
) -> Outcome[str]:
    """A new version; its entry's id. ``ref`` and ``seen_seq`` as in ``reviewing.decide``."""
    existing(office, person_id)
    plans.check(plan)
    if plan.agreed_on is not None and plan.agreed_on > now.date():
        raise WrongUse("contact.in_the_future", day=plan.agreed_on)
    said = {"person": ids.code(person_id), "plan": plans.written(plan), "ref": ref}
    made = office.write(Kind.PLAN_MADE, said, time=now, derive=unseen(office, {person_id: seen_seq}))
    return Outcome(made.id, Changes(frozenset({"plan"}), frozenset({person_id})))


def withdraw(office: Office, person_id: int, entry: str, reason: str, now: datetime) -> Outcome[str]:
    """Take a version back, with a reason; the one before stands again."""
    if not reason.strip():
        raise WrongUse("decision.reason_missing")
    said = {"person": ids.code(person_id), "entry": entry, "reason": reason.strip()}
    made = office.write(Kind.PLAN_WITHDRAWN, said, time=now)
    return Outcome(made.id, Changes(frozenset({"plan"}), frozenset({person_id})))


def _said(content: str) -> Mapping[str, object]:
    found = json.loads(content)
    return found if isinstance(found, dict) else {}
