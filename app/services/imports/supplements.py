"""Rejected rows that come back corrected: of which delivery they are, and what a spreadsheet did to them meanwhile.

They count on that delivery's day, behind it and before what came later. Cells that nobody corrected but that
came back without their zeros, or as days, are read as they went out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from app.domain.extracts.spreadsheet import spoiled
from app.domain.extracts.supplement import line_column, origin
from app.domain.extracts.text import header_form
from app.domain.message import Refused
from app.storage.batches.rows import REJECTED
from app.storage.digests import cells_of
from app.storage.files.delimited import Row
from app.storage.files.source_rows import Source

_BASE = "SELECT file, as_of, state FROM batch WHERE batch_id = ? AND extract = ? AND as_of IS NOT NULL"
_ROW = """
    SELECT h.columns, o.cells FROM batch_line AS r JOIN row AS o ON o.row_id = r.row_id
    JOIN header AS h ON h.header_id = o.header_id WHERE r.batch_id = ? AND r.line = ? AND r.outcome = ?
"""
_FAULTS = """SELECT "column" FROM row_problem WHERE batch_id = ? AND line = ? AND outcome = 'rejected'"""


@dataclass(frozen=True)
class Base:
    """The delivery whose rejected rows a file brings back."""

    batch: int
    as_of: date


def supplemented(db: Any, source: Source) -> tuple[Source, Base | None]:
    """The file as it was meant, and its delivery; None where it is no supplement or does not say of which.

    Refused where that delivery was withdrawn. ``db``: a reader of the office.
    """
    batch = origin(source.header)
    row = db.execute(_BASE, (batch, source.profile.key)).fetchone() if batch is not None else None
    if batch is None or row is None:
        return source, None
    file, as_of, state = row
    if state == "withdrawn":
        raise Refused("file.supplement_withdrawn", file=source.name, before=file)
    return _as_they_went_out(db, source, batch), Base(batch, date.fromisoformat(as_of))


def _as_they_went_out(db: Any, source: Source, batch: int) -> Source:
    """The same file with what a spreadsheet changed by itself put back."""
    inner, place = source.below, line_column(source.header)
    forms = [header_form(text) for text in source.header]

    def rows(known: bytearray | None = None) -> Iterator[Row]:
        for row in inner(known):
            line = row.cells[place] if place is not None and place < len(row.cells) else ""
            below = row.line > source.header_line and not row.damage
            went = _went_out(db, batch, line) if below else {}
            yield row._replace(cells=_put_back(row.cells, forms, went)) if went else row

    # Its lines are not known again as lines: what they are read as hangs on another delivery.
    return replace(source, below=rows, text=None)


def _went_out(db: Any, batch: int, line: str) -> Mapping[str, str]:
    """Header -> cell, for the columns of that rejected row in which nothing had to be corrected."""
    row = db.execute(_ROW, (batch, int(line), REJECTED)).fetchone() if line.strip().isdecimal() else None
    if row is None:
        return {}
    faults = {header_form(one) for (one,) in db.execute(_FAULTS, (batch, int(line))).fetchall()}
    cells = zip(map(header_form, json.loads(row[0])), cells_of(row[1]), strict=False)
    return {form: cell for form, cell in cells if form not in faults}


def _put_back(cells: tuple[str, ...], forms: Sequence[str], went: Mapping[str, str]) -> tuple[str, ...]:
    told = zip(forms, cells, strict=False)
    kept = tuple(went[form] if form in went and spoiled(went[form], cell) else cell for form, cell in told)
    return kept + cells[len(kept) :]
