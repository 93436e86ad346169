"""What of an extract was published last, and whether a file beside it is far too short.

A snapshot is the whole present state: one that breaks off ends everybody who is not in it. So one with
fewer than half of last time's rows, or without most of last time's people, is not taken before somebody says
that it is meant.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.domain.extracts.supplement import is_supplement

_FEWER = 2
"""A file with fewer than one row for so many of last time's is far shorter."""


@dataclass(frozen=True)
class Delivery:
    """What of this extract was published last."""

    file: str
    as_of: date | None
    received: datetime
    rows: int


def last_delivery(db: Any, extract: str, file: str) -> tuple[Delivery | None, int | None]:
    """The newest whole one and its batch; of several that came together, the one with this file's name."""
    found = db.execute(
        "SELECT batch_id, file, as_of, received, rows, header FROM batch WHERE extract = ? AND state = 'published'"
        " ORDER BY as_of DESC, file = ? DESC, batch_id DESC",
        (extract, file),
    )
    for batch, name, as_of, received, rows, header in found.fetchall():
        if not is_supplement(json.loads(header)):
            day = date.fromisoformat(as_of) if as_of else None
            return Delivery(name, day, datetime.fromisoformat(received), rows), int(batch)
    return None, None


def far_shorter(rows: int, last: Delivery | None) -> bool:
    """Whether so many rows are far fewer than last time."""
    return last is not None and rows * _FEWER < last.rows


def mostly_gone(gone: int, people: int) -> bool:
    """Whether most of last time's people are missing."""
    return gone * _FEWER > people


_GONE = """
    SELECT count(*), coalesce(sum(record_id IN (SELECT record_id FROM {place})), 0) FROM
    (SELECT DISTINCT record_id FROM batch_row WHERE batch_id = :before AND outcome = 0 AND record_id IS NOT NULL)
"""


def people_gone(db: Any, before: int, batch: int) -> tuple[int, int]:
    """Of how many records of one batch another says nothing, and how many they were. A row that was rejected
    says that its person is there."""
    place = "batch_row WHERE batch_id = :batch AND record_id IS NOT NULL"
    people, there = db.execute(_GONE.format(place=place), {"before": before, "batch": batch}).fetchone()
    return people - there, people


def people_missing(db: Any, before: int, there: Iterable[int]) -> tuple[int, int]:
    """The same of a file that is only looked over. ``there``: its records."""
    found = db.execute(
        "SELECT DISTINCT record_id FROM batch_row WHERE batch_id = ? AND outcome = 0 AND record_id IS NOT NULL",
        (before,),
    )
    known = {row[0] for row in found.fetchall()}
    return len(known.difference(there)), len(known)


def counted(rows: Iterable[object], last: Delivery) -> int:
    """How many rows there are, counted no further than where they are no longer far fewer."""
    count = 0
    for _ in rows:
        count += 1
        if not far_shorter(count, last):
            break
    return count
