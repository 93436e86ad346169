"""Working the priorities out again in a process of its own, after a lead has changed the settings.

The same kind of job as an import: it tells where it stands, can be cancelled until it publishes, and
nothing of a cancelled one is to be seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection
from typing import Any

from app.services.criteria.running import run_again
from app.services.imports.import_jobs import Finished, ImportJob, Tell, telling
from app.storage.offices.office import Office

_DONE = {"prepare": 0.05, "priority": 0.3, "publish": 0.9}
"""Stage -> how much of the whole is done when it begins."""


def start(office: Office, now: datetime, tell: Tell) -> ImportJob:
    """Work out the priorities with the settings as they stand. ``tell`` is called from a thread of the job."""
    return ImportJob(office, _Run(now), tell)


@dataclass(frozen=True)
class _Run:
    """One run."""

    now: datetime
    stages = True

    def run(self, office: Office, pipe: Connection[Any, Any]) -> Finished:
        return Finished(run_again(office, self.now, telling(pipe, _DONE)))
