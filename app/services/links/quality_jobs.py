"""Long work on the links in a process of its own: learning and comparing a model, taking it over,
looking for links that may be missing.

Jobs as those of an import: they tell where they stand, can be cancelled until they publish, and nothing
of a cancelled one is to be seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection
from typing import Any

from app.domain.message import Message, Refused
from app.services.answers.outcomes import Changes, Outcome
from app.services.deriving.profiles_in_force import profiles_of
from app.services.imports.import_jobs import Finished, ImportJob, MayPublish, Step, Tell
from app.storage.offices.office import Office

_BEGINS = {"read": 0.0, "learn": 0.05, "compare": 0.6, "group": 0.1, "publish": 0.95, "sort": 0.9}
_LASTS = {"learn": 0.55, "compare": 0.35}


def learn(office: Office, now: datetime, tell: Tell) -> ImportJob:
    """Learn a model from the office's records and compare it with the one in force."""
    return ImportJob(office, _Compare(None, now), tell)


def compare(office: Office, text: str, now: datetime, tell: Tell) -> ImportJob:
    """Compare an earlier model, or the shipped one (""), with the one in force."""
    return ImportJob(office, _Compare(text, now), tell)


def take_over(office: Office, text: str, reason: str, now: datetime, tell: Tell) -> ImportJob:
    """Take a model over; "" is the shipped one."""
    return ImportJob(office, _TakeOver(text, reason, now), tell)


def look_for_missed(office: Office, tell: Tell) -> ImportJob:
    """Look for links that may be missing."""
    return ImportJob(office, _Missed(), tell)


def _step(stage: str, share: float = 0.0) -> Step:
    return Step(stage, _BEGINS[stage] + share * _LASTS.get(stage, 0.0))


class _Telling:
    """From a service's messages to steps; asks before it is published."""

    def __init__(self, pipe: Connection[Any, Any]) -> None:
        self._pipe = pipe

    def __call__(self, message: Message) -> None:
        stage = message.key.removeprefix("training.stage_")
        share: Any = message.values.get("share", 0.0)
        self._pipe.send(_step(stage, float(share) if stage != "publish" else 0.0))
        if stage == "publish":
            self._pipe.send(MayPublish())
            if not self._pipe.recv():
                raise Refused("import.died")


@dataclass(frozen=True)
class _Compare:
    """Comparing a model; None learns it first. What comes of it is kept until it is taken over or put aside."""

    text: str | None
    now: datetime
    stages = True

    def run(self, office: Office, pipe: Connection[Any, Any]) -> Finished:
        # Not at the top: matching takes seconds to load, and the window does without it.
        from app.services.links import comparisons, retraining

        telling = _Telling(pipe)
        model = retraining.learn(office, telling) if self.text is None else retraining.model_of(self.text)
        comparison = retraining.compare(office, model, telling)
        comparisons.keep(office, comparison, self.now)
        return Finished(Outcome(comparison, Changes()))


@dataclass(frozen=True)
class _TakeOver:
    """Taking a model over."""

    text: str
    reason: str
    now: datetime
    stages = True

    def run(self, office: Office, pipe: Connection[Any, Any]) -> Finished:
        from app.services.links import retraining

        return Finished(retraining.take_over(office, self.text, self.reason, self.now, _Telling(pipe)))


@dataclass(frozen=True)
class _Missed:
    """Looking for what may be missing."""

    stages = False

    def run(self, office: Office, pipe: Connection[Any, Any]) -> Finished:
        from app.services.links import missing

        lines = missing.missed(office, profiles_of(office), lambda stage: pipe.send(_step(stage)))
        return Finished(Outcome(lines, Changes()))
