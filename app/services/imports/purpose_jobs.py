"""Switching a data item off or on in a process of its own, told as it goes.

The same kind of job as an import: the window goes on, it can be cancelled until it publishes, and nothing
of a cancelled one is to be seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection
from typing import Any

from app.services.imports.import_jobs import Finished, ImportJob, Tell, telling
from app.storage.offices.office import Office

_DONE = {"facts": 0.1, "priority": 0.6, "publish": 0.9}
"""Stage -> how much of the whole is done when it begins."""


def start(
    office: Office,
    *,
    extract: str,
    item: str,
    used: bool,
    purpose: str,
    basis: str,
    words: str,
    now: datetime,
    tell: Tell,
) -> ImportJob:
    """``purposes.set_item`` in the worker; Finished carries its outcome. ``tell`` hears from a thread of the job."""
    return ImportJob(office, _Switch(extract, item, used, purpose, basis, words, now), tell)


@dataclass(frozen=True)
class _Switch:
    extract: str
    item: str
    used: bool
    purpose: str
    basis: str
    words: str
    now: datetime
    stages = True

    def run(self, office: Office, pipe: Connection[Any, Any]) -> Finished:
        # Not at the top: matching takes seconds to load, and the window must not wait for it.
        from app.services.imports import purposes

        done = purposes.set_item(
            office, extract=self.extract, item=self.item, used=self.used, purpose=self.purpose, basis=self.basis,
            words=self.words, now=self.now, progress=telling(pipe, _DONE),
        )  # fmt: skip
        return Finished(done)
