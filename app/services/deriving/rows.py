"""Reading kept rows again: the same profile turns the same cells into the same record and facts."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from app.domain.extracts.profile import Profile
from app.domain.extracts.reading import Reading, RowReader, plan_columns


class RowBook:
    """Readers for every header that rows were received under, made once each.

    Rows were judged against their extract's own day when they arrived, so nothing is refused here
    for lying in the future.
    """

    def __init__(self, db: Any, profiles: dict[str, Profile]) -> None:
        self._profiles = profiles
        self._readers: dict[int, RowReader] = {}
        self._headers = {
            row[0]: tuple(json.loads(row[1]))
            for row in db.execute("SELECT header_id, columns FROM truth.header").fetchall()
        }

    def read(self, extract: str, header_id: int, cells: bytes) -> Reading:
        """The record block and facts of one kept row."""
        reader = self._readers.get(header_id)
        if reader is None:
            profile = self._profiles[extract]
            plan = plan_columns(profile, self._headers[header_id])
            reader = self._readers[header_id] = RowReader(profile, plan, date.max)
        return reader.read(tuple(json.loads(cells)))
