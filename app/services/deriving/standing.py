"""Which row counts now, for each natural key of each extract.

A ledger only adds: the same key again corrects. A snapshot is the whole present state: a key that
is gone has ended on the day of the first delivery without it. Batches are laid on in the order of
the extract's own day, so it does not matter in which order the files came.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from app.domain.extracts.profile import Profile
from app.storage.batches.line_runs import not_shared
from app.storage.truth.notices import EXTRACT as NOTICE


@dataclass(frozen=True)
class Delivery:
    """A batch as far as the order of laying on needs it."""

    batch_id: int
    extract: str
    as_of: str
    supplement: bool = False
    """Rejected rows that came back corrected: whoever is not among them has not gone."""
    base: int | None = None
    """The delivery that such rows are of, where they say it."""

    @property
    def place(self) -> tuple[str, int, int]:
        """Where it stands among its extract's deliveries: corrected rows right behind what they were rejected from."""
        return (self.as_of, self.base or self.batch_id, self.batch_id)


def lay_on(
    db: Any,
    profiles: dict[str, Profile],
    earlier: Iterable[Delivery],
    arrived: Iterable[Delivery],
) -> set[int]:
    """Bring ``standing`` up to date with the deliveries that arrived; the records it touches.

    ``db`` is the new view with the truth attached as ``truth``. A delivery older than one already
    laid on makes its whole extract be laid on afresh. Rows that count now, or no longer do, are
    added to ``temp.touched_row``.
    """
    touched: set[int] = set()
    by_extract: dict[str, list[Delivery]] = {}
    for delivery in arrived:
        by_extract.setdefault(delivery.extract, []).append(delivery)
    known = list(earlier)
    for extract, fresh in sorted(by_extract.items()):
        before = [one for one in known if one.extract == extract]
        if not before:
            _forget_last(db, extract)
        if before and min(one.place for one in fresh) < max(one.place for one in before):
            touched |= records_of(db, extract)
            touch_rows(db, "extract = ?", (extract,))
            _clear(db, extract)
            fresh = before + fresh
        for delivery in sorted(fresh, key=lambda one: one.place):
            touched |= _lay_one(db, profiles[extract], delivery, note=True)
    return touched


def begin(db: Any) -> None:
    """An empty ``temp.touched_row``: the rows whose facts are worked out again."""
    db.execute("DROP TABLE IF EXISTS temp.touched_row")
    db.execute("CREATE TEMP TABLE touched_row (id INTEGER PRIMARY KEY)")


def touch_rows(db: Any, where: str, values: Any = ()) -> None:
    """Add the rows that stand where this holds to ``temp.touched_row``."""
    db.execute(f"INSERT OR IGNORE INTO temp.touched_row SELECT row_id FROM standing WHERE {where}", values)


def lay_afresh(db: Any, profiles: dict[str, Profile], extract: str, deliveries: Iterable[Delivery]) -> set[int]:
    """Work out one extract's standing rows anew, after a delivery was withdrawn or brought back; the
    records for which something else counts now."""
    db.execute("DROP TABLE IF EXISTS temp.stood")
    db.execute("CREATE TEMP TABLE stood AS SELECT * FROM main.standing WHERE extract = ?", (extract,))
    _clear(db, extract)
    for delivery in sorted(deliveries, key=lambda one: one.place):
        _lay_one(db, profiles[extract], delivery)
    found = db.execute(f"SELECT DISTINCT record_id FROM ({_OTHERWISE})", {"extract": extract}).fetchall()
    db.execute(
        f"INSERT OR IGNORE INTO temp.touched_row SELECT row_id FROM ({_OTHERWISE})",
        {"extract": extract},
    )
    db.execute("DROP TABLE temp.stood")
    return {row[0] for row in found}


_OTHERWISE = """
    SELECT * FROM (SELECT * FROM temp.stood EXCEPT SELECT * FROM main.standing WHERE extract = :extract)
    UNION ALL
    SELECT * FROM (SELECT * FROM main.standing WHERE extract = :extract EXCEPT SELECT * FROM temp.stood)
"""


def records_of(db: Any, extract: str) -> set[int]:
    """Every record that a row of this extract ever spoke of."""
    found = db.execute("SELECT DISTINCT record_id FROM standing WHERE extract = ?", (extract,))
    return {row[0] for row in found.fetchall()}


# Which delivery of an extract was laid on last, and nothing of its standing rows was changed since.
_LAST = "laid:"


def _last_laid(db: Any, extract: str) -> int | None:
    row = db.execute("SELECT value FROM meta WHERE key = ?", (_LAST + extract,)).fetchone()
    return int(row[0]) if row else None


def _note_last(db: Any, delivery: Delivery) -> None:
    if delivery.extract != NOTICE:  # each of which is laid on by itself, in whatever order
        values = (_LAST + delivery.extract, str(delivery.batch_id))
        db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", values)


def _forget_last(db: Any, extract: str) -> None:
    db.execute("DELETE FROM meta WHERE key = ?", (_LAST + extract,))


def _clear(db: Any, extract: str) -> None:
    db.execute("DELETE FROM standing WHERE extract = ?", (extract,))
    _forget_last(db, extract)


_EVERY_LINE = "SELECT line, key, record_id, row_id FROM truth.batch_row WHERE batch_id = :batch AND outcome = 0"
_NEW_LINES = """
    SELECT line, key, record_id, row_id FROM truth.batch_line WHERE batch_id = :batch AND outcome = 0
    UNION ALL
    SELECT u.line + o.line - u.from_line, o.key, o.record_id, o.row_id
    FROM temp.stray AS u CROSS JOIN truth.batch_line AS o ON o.batch_id = u.from_batch
        AND o.line >= u.from_line AND o.line < u.from_line + u.count
    WHERE o.outcome = 0
"""


def _lines_to_lay(db: Any, delivery: Delivery) -> str:
    """The lines of a delivery that may say something else than what stands, as a query.

    What a line of the delivery laid on last says stands since. A delivery in which some key stands twice has its
    order to be laid on in, so it is looked at whole.
    """
    last = _last_laid(db, delivery.extract)
    if last is None or _doubled(db, delivery.batch_id, last):
        return _EVERY_LINE
    db.execute("DROP TABLE IF EXISTS temp.stray")
    db.execute("CREATE TEMP TABLE stray (line INT, count INT, from_batch INT, from_line INT)")
    runs = not_shared(db, delivery.batch_id, last, "truth")
    db.executemany("INSERT INTO temp.stray VALUES (?, ?, ?, ?)", runs)
    return _NEW_LINES


def _doubled(db: Any, *batches: int) -> bool:
    """Whether a key stands twice in one of these deliveries: the later line was warned of then."""
    marks = ", ".join("?" * len(batches))
    query = f"SELECT 1 FROM truth.row_problem WHERE batch_id IN ({marks}) AND reason = 'row.same_key' LIMIT 1"
    return db.execute(query, batches).fetchone() is not None


# Most rows of a delivery say what stands already: those are looked at once and left alone.
_DIFFERING = """
    INSERT INTO temp.differing SELECT r.key, r.record_id, r.row_id, s.row_id
    FROM ({lines}) AS r
    LEFT JOIN standing AS s ON s.extract = :extract AND s.key = r.key
    WHERE s.row_id IS NULL OR s.row_id <> r.row_id OR s.present = 0
"""

# Where a key stands twice in a delivery, all its rows are laid on in their order: the last one counts.
_LAY = """
    INSERT INTO standing (extract, key, row_id, record_id, present, first_day, ended)
    SELECT :extract, key, row_id, record_id, 1, :day, NULL FROM ({lines})
    WHERE key IN (SELECT key FROM temp.differing) ORDER BY line
    ON CONFLICT (extract, key) DO UPDATE
    SET first_day = CASE WHEN standing.row_id = excluded.row_id THEN standing.first_day
                         ELSE excluded.first_day END,
        row_id = excluded.row_id, record_id = excluded.record_id, present = 1, ended = NULL
"""

# A row that could not be read is no sign that its person has gone.
_GONE = """
    INSERT INTO temp.ending SELECT key, record_id, row_id FROM standing
    WHERE extract = :extract AND present = 1
    AND key NOT IN (SELECT key FROM truth.batch_row WHERE batch_id = :batch AND outcome = 0)
    AND record_id NOT IN (SELECT record_id FROM truth.batch_row
                          WHERE batch_id = :batch AND outcome = 2 AND record_id IS NOT NULL)
"""

_END = """
    UPDATE standing SET present = 0, ended = :day
    WHERE extract = :extract AND key IN (SELECT key FROM temp.ending)
"""


def _ends(profile: Profile, delivery: Delivery) -> bool:
    """Whether what does not stand in this delivery has gone."""
    return profile.kind == "snapshot" and not delivery.supplement


def _lay_one(db: Any, profile: Profile, delivery: Delivery, note: bool = False) -> set[int]:
    """Lay a delivery on; the records it touches. ``note``: add the rows that it makes count, replaces or ends
    to ``temp.touched_row``."""
    values = {"extract": delivery.extract, "batch": delivery.batch_id, "day": delivery.as_of}
    for table, columns in (("differing", "key, record_id, row_id, stood"), ("ending", "key, record_id, row_id")):
        db.execute(f"DROP TABLE IF EXISTS temp.{table}")
        db.execute(f"CREATE TEMP TABLE {table} ({columns})")
    lines = _lines_to_lay(db, delivery)
    db.execute(_DIFFERING.format(lines=lines), values)
    db.execute(_LAY.format(lines=lines), values)
    if _ends(profile, delivery):
        db.execute(_GONE, values)
        db.execute(_END, values)
    if note:
        db.execute(
            "INSERT OR IGNORE INTO temp.touched_row SELECT row_id FROM temp.differing UNION SELECT stood"
            " FROM temp.differing WHERE stood IS NOT NULL UNION SELECT row_id FROM temp.ending"
        )
    _note_last(db, delivery)
    found = db.execute("SELECT record_id FROM temp.differing UNION SELECT record_id FROM temp.ending")
    return {row[0] for row in found.fetchall()}
