"""A withdrawal in a process of its own: foreseen, carried out or undone, with its stages told.

The same kind of job as an import: it can be cancelled until it publishes, and nothing of a cancelled
one is to be seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection
from typing import Any

from app.services.answers.outcomes import Changes, Outcome
from app.services.imports.import_jobs import Finished, ImportJob, Tell, telling
from app.storage.offices.office import Office

_DONE = {"records": 0.05, "links": 0.3, "facts": 0.6, "priority": 0.8, "publish": 0.95}
"""Stage -> how much of the whole is done when it begins."""


def foresee(office: Office, batch: int, undo: bool, tell: Tell) -> ImportJob:
    """Work out what it would do; Finished carries the ``Consequences``. Nothing is changed."""
    return ImportJob(office, _Foresee(batch, undo), tell)


def start(office: Office, batch: int, undo: bool, reason: str, now: datetime, tell: Tell) -> ImportJob:
    """Withdraw a batch, or bring it back. ``tell`` is called from a thread of the job."""
    return ImportJob(office, _Withdraw(batch, undo, reason, now), tell)


@dataclass(frozen=True)
class _Foresee:
    batch: int
    undo: bool
    stages = True

    def run(self, office: Office, pipe: Connection[Any, Any]) -> Finished:
        # Not at the top: matching takes seconds to load, and the window must not wait for it.
        from app.services.imports import withdrawing

        found = withdrawing.foresee(office, self.batch, undo=self.undo, progress=telling(pipe, _DONE))
        return Finished(Outcome(found, Changes()))


@dataclass(frozen=True)
class _Withdraw:
    batch: int
    undo: bool
    reason: str
    now: datetime
    stages = True

    def run(self, office: Office, pipe: Connection[Any, Any]) -> Finished:
        from app.services.imports import withdrawing

        act = withdrawing.restore if self.undo else withdrawing.withdraw
        return Finished(act(office, self.batch, self.reason, self.now, telling(pipe, _DONE)))
