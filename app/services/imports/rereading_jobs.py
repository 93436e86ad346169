"""Reading again in a process of its own: foreseen, then carried out, with its stages told.

The same kind of job as an import: it can be cancelled until it publishes, and nothing of a cancelled one is to
be seen.
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


def foresee(office: Office, tell: Tell) -> ImportJob:
    """Work out what it would do; Finished carries the ``Rereading``. Nothing is changed."""
    return ImportJob(office, _Foresee(), tell)


def start(office: Office, now: datetime, tell: Tell) -> ImportJob:
    """Read again. ``tell`` is called from a thread of the job."""
    return ImportJob(office, _Reread(now), tell)


@dataclass(frozen=True)
class _Foresee:
    stages = True

    def run(self, office: Office, pipe: Connection[Any, Any]) -> Finished:
        # Not at the top: matching takes seconds to load, and the window must not wait for it.
        from app.services.imports import rereading

        return Finished(Outcome(rereading.foresee(office, telling(pipe, _DONE)), Changes()))


@dataclass(frozen=True)
class _Reread:
    now: datetime
    stages = True

    def run(self, office: Office, pipe: Connection[Any, Any]) -> Finished:
        from app.services.imports import rereading

        return Finished(rereading.reread(office, self.now, telling(pipe, _DONE)))
