"""What security costs: unlocking, walking the journal, and the line in the access log when a child is opened."""

from __future__ import annotations

import time as clocks
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.domain.entries import Kind
from app.services.answers.caseload import CaseloadQuery
from app.services.casework import caseload, reviewing
from app.services.offices import opening
from app.storage.offices import verify
from app.storage.offices.office import Office

ENTRIES, AT_ONCE, OPENED, UNLOCKED = 20_000, 1_000, 60, 3


def measured(folder: Path, person: str, passphrase: str, now: datetime) -> dict[str, float]:
    """Seconds: one unlock, ``ENTRIES`` entries walked and their signatures alone, a child opened, its line logged."""
    unlocks = []
    for _time in range(UNLOCKED):
        begun = clocks.perf_counter()
        opening.open_office(folder, person, passphrase, now).close()
        unlocks.append(clocks.perf_counter() - begun)
    with opening.open_office(folder, person, passphrase, now) as office:
        opened, logged = _children(office, now)
        _fill(office, now)
        walked = _seconds(lambda: list(verify._entries(office)))
        entries = office.last_seq()
        return {
            "unlock": median(unlocks), "child opened": opened, "line in the log": logged,
            "entries": float(entries), "walked": walked, "signatures": _signatures(entries),
        }  # fmt: skip


def _children(office: Office, now: datetime) -> tuple[float, float]:
    """Opening a child as it is done, and the one line of it that is written to the access log."""
    found = caseload.listing(office, CaseloadQuery(view="all"), now.date()).ids[:OPENED]
    opened = [_seconds(partial(reviewing.child_file, office, child, now)) for child in found]
    logged = [_seconds(partial(office.log_view, child, "child", time=now)) for child in found]
    return median(opened or [0.0]), median(logged or [0.0])


def _fill(office: Office, now: datetime) -> None:
    key = f"own.{office.member.id}.bench"
    for start in range(0, ENTRIES, AT_ONCE):
        acts = [(Kind.SETTING_CHANGED, {"key": key, "value": start + at}) for at in range(AT_ONCE)]
        office.write_many(acts, time=now)


def _signatures(count: int) -> float:
    """So many signatures of that length checked, and nothing else: the floor."""
    key = Ed25519PrivateKey.generate()
    public, message = key.public_key(), bytes(200)
    signature = key.sign(message)

    def check() -> None:
        for _one in range(count):
            public.verify(signature, message)

    return _seconds(check)


def _seconds(work: Callable[[], Any]) -> float:
    begun = clocks.perf_counter()
    work()
    return clocks.perf_counter() - begun
