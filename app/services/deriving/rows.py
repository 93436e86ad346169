"""Reading kept rows again: the same profile turns the same cells into the same record and facts.

Columns that are switched off are not read, wherever facts are derived; who a row speaks of is read from
the row as it came, because that cannot be switched off alone. Sealed cells are read with the leads' key only.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

from app.domain.extracts.profile import Profile
from app.domain.extracts.reading import Reading, RowReader, plan_columns
from app.domain.whereabouts import NAME_FIELDS, columns_of
from app.services.deriving.withheld import withheld_of
from app.storage.batches.sealed_rows import KeyOf, is_sealed, whole
from app.storage.digests import cells_of


class RowBook:
    """Readers for every header that rows were received under, made once each.

    Rows were judged against their extract's own day when they arrived, so nothing is refused here
    for lying in the future.
    """

    def __init__(self, db: Any, profiles: dict[str, Profile]) -> None:
        self._profiles = profiles
        self._readers: dict[tuple[int, frozenset[str]], RowReader] = {}
        self.withheld = withheld_of(db)
        self._key_of: KeyOf = getattr(db, "key_of", None) or (lambda _record: None)
        self._headers = {
            row[0]: tuple(json.loads(row[1]))
            for row in db.execute("SELECT header_id, columns FROM truth.header").fetchall()
        }

    def identity(self, extract: str, header_id: int, cells: bytes) -> Reading:
        """Whom one kept row speaks of; its facts as it came, for the order of its words alone."""
        return self._read(extract, header_id, cells, frozenset())

    def read(self, extract: str, header_id: int, cells: bytes, without: frozenset[str] = frozenset()) -> Reading:
        """The facts of one kept row, as far as they may be used; ``without``: what else is left out."""
        return self._read(extract, header_id, cells, self.withheld.columns(extract) | without)

    def _read(self, extract: str, header_id: int, cells: bytes, without: frozenset[str]) -> Reading:
        if is_sealed(cells):
            came = whole(cells, self._key_of)
            if came is None:  # without the leads' key: read as if these columns were not there
                without |= columns_of(self._profiles[extract]) | self._sealed_name(extract, header_id, cells)
            else:
                cells = came
        reader = self._readers.get((header_id, without))
        if reader is None:
            profile = self._profiles[extract]
            plan = plan_columns(profile, self._headers[header_id])
            seen = {name: at for name, at in plan.positions.items() if name not in without}
            reader = RowReader(profile, replace(plan, positions=seen), date.max)
            self._readers[header_id, without] = reader
        return reader.said(cells_of(cells))

    def _sealed_name(self, extract: str, header_id: int, cells: bytes) -> frozenset[str]:
        """The columns of the name where it is sealed too: a row that counts never came without one."""
        block = self._profiles[extract].block
        plan = plan_columns(self._profiles[extract], self._headers[header_id])
        at = plan.positions.get(block.get("name", ""))
        if at is None or plan.whole(cells_of(cells))[at].strip():
            return frozenset()
        return frozenset(block[field] for field in NAME_FIELDS if field in block)
