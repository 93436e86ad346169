"""Explaining: what changed about a child, what speaks for it, and why it is not on the list.

Changes are told against what was on screen then: the run before this one, and the last decision.
Nothing here weighs anything anew but ``why_not``, which measures one child's signs below the steps.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from app.domain.criteria import Criterion, Measure
from app.domain.dates import day_of
from app.domain.priority import Level, Reason
from app.services.answers.child import NearSign, PriorityChange, SignChange, WhyNot
from app.services.casework import caseload, selecting
from app.services.priority.prioritising import measure_child
from app.services.priority.runs import criteria_of, published_run, settings_of
from app.storage.batches.results import Sign, runs_made, shown_then
from app.storage.offices.office import Office

NEARLY = 2 / 3
"""The part of the way to a step from which on a sign nearly holds."""


# ---------------------------------------------------------------------- what changed


def changes(
    db: Any, person_id: int, level: Level, points: int, reasons: Sequence[Reason]
) -> tuple[PriorityChange, ...]:
    """Against the run before this one and against the last decision, where there are such.

    ``db`` reads the truth in ``main``. A comparison in which nothing differs is left out.
    """
    found = (_since_run(db, person_id), _since_decision(db, person_id))
    run = published_run(db, "main")
    rules = {one.key: one for one in criteria_of(run.settings if run else None)}
    told = (_compared(then, level, points, reasons, rules) for then in found if then is not None)
    return tuple(change for change in told if change.signs or change.points_before != change.points)


class _Then:
    """What stood then: since what, of which day, the level, the points, the signs."""

    def __init__(self, since: str, day: date, level: Level, points: int, signs: Iterable[Sign]) -> None:
        self.since, self.day, self.level, self.points = since, day, level, points
        self.signs = {sign.criterion: sign for sign in signs}


def _since_run(db: Any, person_id: int) -> _Then | None:
    before = [made for made in runs_made(db)[1:] if made.results]
    if not before:
        return None
    shown = shown_then(db, before[0].results, person_id)
    day = day_of(before[0].as_of)
    if shown is None:
        return _Then("run", day, Level.NONE, 0, ())
    return _Then("run", day, Level(shown.level), shown.points, shown.signs)


def _since_decision(db: Any, person_id: int) -> _Then | None:
    row = db.execute(
        "SELECT day, on_screen FROM decision WHERE person_id = ? AND withdrawn = 0"
        " ORDER BY recorded DESC, entry DESC LIMIT 1",
        (person_id,),
    ).fetchone()
    try:
        seen = json.loads(row[1]) if row and row[1] else {}
        signs = [Sign(one[0], one[1], 0, one[3] if len(one) > 3 else None)
                 for one in seen.get("findings", ()) if one[2] == "holds"]  # fmt: skip
        return _Then("decision", day_of(row[0]), Level(seen["level"]), int(seen["points"]), signs)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        return None  # a decision without a picture of its screen, or of one before this program


def _compared(
    then: _Then, level: Level, points: int, reasons: Sequence[Reason], rules: Mapping[str, Criterion]
) -> PriorityChange:
    now = {reason.criterion: reason for reason in reasons}
    signs = [_sign(reason, then.signs.get(key), then.day, rules.get(key)) for key, reason in now.items()]
    signs += [SignChange(key, "gone", sign.points, 0, sign.value, None)
              for key, sign in then.signs.items() if key not in now]  # fmt: skip
    told = tuple(sign for sign in signs if sign is not None)
    return PriorityChange(then.since, then.day, then.level, level, then.points, points, told)


def _sign(reason: Reason, before: Sign | None, day: date, rule: Criterion | None) -> SignChange | None:
    value = reason.values.get("value")
    now = float(value) if isinstance(value, int | float) else None
    if before is None:
        return SignChange(reason.criterion, "added", 0, reason.points, None, now, reason.facts, reason.last)
    if before.value is None or now is None or now == before.value:
        return None
    kind = _direction(rule, before.value, now)
    if kind is None:
        return None
    fresh = reason.facts if reason.last is not None and reason.last > day else ()
    return SignChange(reason.criterion, kind, before.points, reason.points, before.value, now, fresh, reason.last)


def _direction(criterion: Criterion | None, before: float, now: float) -> str | None:
    """Whether a measured value moved the way that the criterion's steps go; None where it has no way."""
    if criterion is None or criterion.signal.measure is Measure.ABSENT:
        return None
    first = criterion.steps[0]
    if first.words:
        return None
    rising = first.at_least is not None
    return "worse" if (now > before) == rising else "better"


# ---------------------------------------------------------------------- why not


def why_not(office: Office, person_id: int, today: date) -> WhyNot | None:
    """Why a child is not above the cut, and what nearly holds; None for one who is or is not known."""
    office.demand("see", "child")
    settings = settings_of(office)
    capacity = int(office.setting("capacity", selecting.DEFAULT_CAPACITY))
    place = selecting.place_of(office, person_id, capacity, settings.middle, today)
    if place is None or place.reason == "listed":
        return None
    near = _near(office, person_id)
    return WhyNot(place.reason, max(0, place.least - place.points), place.least, near)


def _near(office: Office, person_id: int) -> tuple[NearSign, ...]:
    """The criteria whose first step is nearly reached, the nearest first."""
    day = caseload.as_of(office)
    if day is None:
        return ()
    rules = criteria_of(settings_of(office))
    with office.scratch() as db:
        values = measure_child(db, rules, day, person_id, source="view")
    near = [_nearly(rule, values[rule.key]) for rule in rules if rule.key in values]
    return tuple(sorted((one for one in near if one), key=lambda one: (-one.reached, one.criterion)))


def _nearly(rule: Criterion, value: float) -> NearSign | None:
    first = rule.steps[0]
    if first.at_least is not None and first.at_least > 0 and value < first.at_least:
        reached, step = value / first.at_least, first.at_least
    elif first.at_most is not None and value > first.at_most:
        step = first.at_most
        reached = value / step if step < 0 else step / value
    else:
        return None
    return NearSign(rule.key, rule.sector, value, step, round(reached, 3)) if reached >= NEARLY else None
