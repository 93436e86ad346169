"""Settling: what the office sets about its criteria, and who changed what.

Settings are entries: who changed what, when, stays. They come into force with the next run;
``running.run_again`` makes one. Only a lead may change them; everybody who may see may look.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from app.domain.criteria import Criterion
from app.domain.entries import Kind
from app.domain.message import WrongUse
from app.domain.weighing import PrioritySettings, rarity
from app.services.answers.outcomes import Changes, Outcome
from app.services.casework import selecting
from app.services.priority.asked import Asked
from app.services.priority.runs import criteria, criteria_of, published_run_of, settings_of
from app.storage.offices.office import Office
from app.storage.truth.desk import id_text

KEYS = ("priority", "capacity", "sample")


# ---------------------------------------------------------------------- what is set


@dataclass(frozen=True)
class CriterionLine:
    """One criterion as the office has it. ``shipped`` is how the program ships it, None for own ones.

    ``holds`` and ``unknown`` count children in the published run, of whom ``told`` could be answered;
    ``steps`` say the same of each step, as far as somebody reached it.
    """

    criterion: Criterion
    shipped: Criterion | None
    enabled: bool
    changed: bool
    holds: int
    unknown: int
    told: int = 0
    steps: tuple[StepCount, ...] = ()


@dataclass(frozen=True)
class StepCount:
    """How many children reach a step (from 1), and what it yields by rarity: least and most over the ages.

    Both are 0 where all who reach it went on to a further one.
    """

    step: int
    holds: int
    least: int
    most: int


@dataclass(frozen=True)
class CriteriaSettings:
    """All that may be set about priority, and how it stands."""

    settings: PrioritySettings
    capacity: int
    sample: int
    lines: tuple[CriterionLine, ...]
    waiting: bool


def read(office: Office) -> CriteriaSettings:
    """What is set. ``waiting``: changed since the last run, and not in force yet."""
    settings = settings_of(office)
    every = rules_of(settings)
    shipped = {one.key: one for one in criteria()}
    counts = _counts(office.reader())
    run = published_run_of(office)
    rarities = _rarities(office.reader())
    asked = Asked(office.reader(), run.as_of) if run else None
    in_force = {one.key for one in criteria_of(run.settings)} if run else set()
    return CriteriaSettings(
        settings=settings,
        capacity=int(office.setting("capacity", selecting.DEFAULT_CAPACITY)),
        sample=int(office.setting("sample", selecting.DEFAULT_SAMPLE)),
        lines=tuple(
            CriterionLine(
                one, shipped.get(one.key), one.key not in settings.disabled, one != shipped.get(one.key),
                counts.get((one.key, "holds"), 0), counts.get((one.key, "cannot_tell"), 0),
                _told(one, rarities, counts, asked if one.key in in_force else None),
                _steps(one, rarities.get(one.key, ()), settings),
            )
            for one in every
        ),
        waiting=run is not None and run.settings != settings,
    )  # fmt: skip


def rules(office: Office) -> tuple[Criterion, ...]:
    """Every criterion as the office words it, also those that are switched off."""
    return rules_of(settings_of(office))


def rules_of(settings: PrioritySettings) -> tuple[Criterion, ...]:
    """Every criterion as these settings word it, also those that are switched off. WrongUse where they cannot be."""
    check(settings)
    return criteria_of(_without_disabled(settings))


def _without_disabled(settings: PrioritySettings) -> PrioritySettings:
    return PrioritySettings.from_json({**settings.as_json(), "disabled": []})


def _counts(db: Any) -> dict[tuple[str, str], int]:
    rows = db.execute("SELECT criterion, answer, count(*) FROM view.finding GROUP BY criterion, answer").fetchall()
    return {(key, answer): count for key, answer, count in rows}


_Rarity = tuple[int, int, int, int, float]
"""Band, step, children who reach it, children who can be told, the share that it is weighed by."""


def _rarities(db: Any) -> dict[str, list[_Rarity]]:
    found: dict[str, list[_Rarity]] = {}
    for key, *rest in db.execute("SELECT criterion, band, step, shown, told, share FROM view.rarity").fetchall():
        found.setdefault(key, []).append(tuple(rest))
    return found


def _told(
    rule: Criterion,
    rarities: Mapping[str, Sequence[_Rarity]],
    counts: Mapping[tuple[str, str], int],
    asked: Asked | None,
) -> int:
    """How many could be answered; where nobody showed it, those of its ages who are not unknown."""
    rows = rarities.get(rule.key, ())
    if rows or asked is None:
        least = min((row[1] for row in rows), default=0)  # where all went further, nothing is kept of the first
        return sum(told for _band, step, _shown, told, _share in rows if step == least)
    return max(0, asked.of(rule) - counts.get((rule.key, "cannot_tell"), 0))


def _steps(rule: Criterion, rows: Sequence[_Rarity], settings: PrioritySettings) -> tuple[StepCount, ...]:
    lines: list[StepCount] = []
    beyond = 0
    for number, step in reversed(list(enumerate(rule.steps, 1))):
        here = [row for row in rows if row[1] == number]
        beyond = sum(row[2] for row in here) or beyond  # where nobody stops at it, those who went further
        points = [max(1, round(step.worth(settings.scale, rarity(row[4])))) for row in here if row[2]]
        if beyond:
            lines.append(StepCount(number, beyond, min(points, default=0), max(points, default=0)))
    return tuple(reversed(lines))


@dataclass(frozen=True)
class SettingVersion:
    """One change: which entry, who, when, and what each changed word was and is.

    ``stood`` is everything as it stood after this change, to go back to.
    """

    entry: str
    author: str
    time: datetime
    key: str
    changes: tuple[tuple[str, Any, Any], ...]
    stood: Mapping[str, Any]


def history(office: Office) -> tuple[SettingVersion, ...]:
    """Every change of what this page sets, the newest first."""
    rows = (
        office.reader()
        .execute(
            "SELECT e.id, coalesce(m.name, ''), e.time, e.payload FROM entry AS e"
            " LEFT JOIN member AS m ON m.id = e.author"
            " WHERE e.kind = ? AND e.payload IS NOT NULL ORDER BY e.seq",
            (str(Kind.SETTING_CHANGED),),
        )
        .fetchall()
    )
    before: dict[str, Any] = {
        "priority": PrioritySettings().as_json(),
        "capacity": selecting.DEFAULT_CAPACITY,
        "sample": selecting.DEFAULT_SAMPLE,
    }
    found = []
    for entry, author, time, payload in rows:
        said = json.loads(payload)
        key, value = said["key"], said["value"]
        if key not in KEYS:
            continue
        value = PrioritySettings.from_json(value).as_json() if key == "priority" else value
        when = datetime.fromisoformat(time)
        changes = _differences(before[key], value)
        before[key] = value
        found.append(SettingVersion(id_text(entry), author, when, key, changes, dict(before)))
    return tuple(reversed(found))


def _differences(before: Any, now: Any) -> tuple[tuple[str, Any, Any], ...]:
    if not isinstance(now, dict):
        return (("", before, now),)
    then = before if isinstance(before, dict) else {}
    return tuple((name, then.get(name), value) for name, value in now.items() if then.get(name) != value)


# ---------------------------------------------------------------------- changing


def check(settings: PrioritySettings) -> None:
    """Raise WrongUse for settings that cannot be meant."""
    for one in fields(settings):
        value = getattr(settings, one.name)
        if isinstance(value, int | float) and not 0 <= value < 10_000:
            raise WrongUse("criteria.number", name=one.name, value=value)
    if not settings.high >= settings.middle >= settings.low >= 1:
        raise WrongUse("criteria.limits")
    known = {one.key for one in criteria_of(_without_disabled(settings))}
    for key in (*settings.disabled, *settings.changed):
        if key not in known:
            raise WrongUse("criteria.unknown", name=key)
    criteria_of(settings)


def save(office: Office, settings: PrioritySettings, now: datetime) -> Outcome[str]:
    """Set the criteria anew; the entry's id. In force from the next run."""
    check(settings)
    return _write(office, "priority", settings.as_json(), now)


def save_size(office: Office, now: datetime, *, capacity: int, sample: int) -> Outcome[str]:
    """Set how many children the office can look at, and how many are drawn from below the list."""
    for name, value in (("capacity", capacity), ("sample", sample)):
        if not 0 <= value <= 100_000 or (name == "capacity" and value == 0):
            raise WrongUse("criteria.number", name=name, value=value)
    _write(office, "sample", sample, now)
    return _write(office, "capacity", capacity, now)


def _write(office: Office, key: str, value: object, now: datetime) -> Outcome[str]:
    entry = office.write(Kind.SETTING_CHANGED, {"key": key, "value": value}, time=now)
    return Outcome(entry.id, Changes(frozenset({"setting"})))
