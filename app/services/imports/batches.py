"""The published batches: when they came and who brought them, and what became of their rows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from app.domain.extracts.profile import Profile
from app.domain.extracts.reading import plan_columns
from app.services.deriving.profiles_in_force import profiles_of
from app.services.protection.veil import Veil
from app.storage.digests import cells_of
from app.storage.offices.office import Office

_PROBLEMS = """
    SELECT b.extract, b.file, p.line, p."column", p.value, p.reason, p.outcome, r.record_id
    FROM row_problem AS p JOIN batch AS b ON b.batch_id = p.batch_id
    LEFT JOIN batch_line AS r ON r.batch_id = p.batch_id AND r.line = p.line
    WHERE b.state = 'published' ORDER BY b.batch_id, p.line, p."column"
"""

_WAITING = """
    SELECT b.extract, b.file, r.line, h.columns, o.cells
    FROM batch_row AS r JOIN batch AS b ON b.batch_id = r.batch_id
    JOIN row AS o ON o.row_id = r.row_id JOIN header AS h ON h.header_id = o.header_id
    WHERE b.state = 'published' AND r.outcome = 0
      AND r.row_id IN (SELECT row_id FROM view.fact WHERE person_id = 0)
    ORDER BY b.batch_id, r.line
"""

_WAITING_NOW = """
    SELECT r.batch_id, count(*) FROM batch_row AS r JOIN batch AS b ON b.batch_id = r.batch_id
    WHERE b.state = 'published' AND r.outcome = 0
      AND r.row_id IN (SELECT row_id FROM view.fact WHERE person_id = 0) GROUP BY r.batch_id
"""

_HISTORY = """
    SELECT b.batch_id, b.extract, b.file, b.as_of, b.rows, b.accepted, b.rejected, e.time, e.author, m.name, b.state
    FROM batch AS b LEFT JOIN entry AS e ON e.id = b.entry LEFT JOIN member AS m ON m.id = e.author
    WHERE b.state IN ('published', 'withdrawn') ORDER BY e.seq DESC, b.batch_id DESC LIMIT ?
"""

_MOVES = """
    SELECT json_extract(e.payload, '$.batch'), e.time, coalesce(m.name, e.author), json_extract(e.payload, '$.reason')
    FROM entry AS e LEFT JOIN member AS m ON m.id = e.author
    WHERE e.kind IN ('batch.withdrawn', 'batch.restored') AND e.payload IS NOT NULL ORDER BY e.seq
"""


@dataclass(frozen=True)
class BatchLine:
    """One published batch: who brought it in and when, and how its rows ended.

    ``time`` has its zone; ``as_of`` is the extract's own day. ``waiting``: rows whose roster is not there now; they are
    not among the ``accepted``.
    ``state`` is ``published`` or ``withdrawn``; where it was ever moved, who did so last, when and why.
    """

    batch: int
    extract: str
    file: str
    as_of: date | None
    time: datetime
    author: str
    rows: int
    accepted: int
    rejected: int
    waiting: int = 0
    state: str = "published"
    moved: datetime | None = None
    moved_by: str = ""
    reason: str = ""


def history(office: Office, most: int = 200) -> tuple[BatchLine, ...]:
    """What was brought in, newest first, at most so many."""
    moves = {row[0]: row[1:] for row in office.reader().execute(_MOVES).fetchall()}
    waiting: dict[int, int] = dict(office.reader().execute(_WAITING_NOW).fetchall())
    return tuple(
        BatchLine(
            batch, extract, file, date.fromisoformat(as_of) if as_of else None,
            datetime.fromisoformat(time), name or author, rows,
            accepted - waiting.get(batch, 0), rejected, waiting.get(batch, 0), state, *_moved(moves.get(batch)),
        )
        for batch, extract, file, as_of, rows, accepted, rejected, time, author, name, state
        in office.reader().execute(_HISTORY, (most,)).fetchall()
    )  # fmt: skip


def _moved(move: tuple[str, str, str] | None) -> tuple[datetime | None, str, str]:
    return (datetime.fromisoformat(move[0]), move[1], move[2]) if move else (None, "", "")


Line = tuple[str, str, int, str, str, str, str]
"""extract, file, line, column, value, reason, outcome"""


def rejection_lines(office: Office) -> Iterator[Line]:
    """Every problem of every published row; a row that waits names its local ID."""
    db, profiles, veil = office.reader(), profiles_of(office), Veil(office)
    for extract, file, line, column, value, reason, outcome, record in db.execute(_PROBLEMS).fetchall():
        shown = "" if veil.hides(extract, column, record) else value
        yield (extract, file, line, column, shown, reason, outcome)
    for extract, file, line, columns, cells in db.execute(_WAITING).fetchall():
        yield (extract, file, line, *_local_id(profiles[extract], columns, cells), "row.waits", "waiting")


def _local_id(profile: Profile, columns: str, cells: bytes) -> tuple[str, str]:
    """The column and value that no roster knows yet."""
    plan = plan_columns(profile, tuple(json.loads(columns)))
    found = [(plan.header[plan.positions[name]], plan.positions[name]) for name in profile.local_id]
    values = plan.whole(cells_of(cells))
    return "+".join(name for name, _ in found), "+".join(values[at] for _, at in found)
