"""The deliveries that count: which there are, and which of them print who a person is."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from app.domain.extracts.profile import Profile
from app.domain.extracts.recognising import plan_columns
from app.domain.extracts.supplement import is_supplement, origin
from app.services.deriving.standing import Delivery
from app.services.deriving.withheld import withheld_of
from app.storage.truth import notices


def deliveries(db: Any) -> list[Delivery]:
    """The published deliveries of extracts that may be used, with the truth attached as ``truth``.

    One without a day of its own has lost its rows (an old database was put back); verify says so.
    """
    rows = db.execute(
        "SELECT batch_id, extract, as_of, header FROM truth.batch WHERE state = 'published' AND as_of IS NOT NULL"
        " ORDER BY batch_id"
    ).fetchall()
    off = withheld_of(db).extracts
    taken_back = {row[0] for row in db.execute("SELECT batch_id FROM truth.batch WHERE state = 'withdrawn'").fetchall()}
    found = (_delivery(*row) for row in rows if row[1] not in off)
    return [one for one in found if one.base not in taken_back]


def corrections(db: Any, batch: int) -> list[Delivery]:
    """The published deliveries of corrected rows that were rejected from this one: they count while it does."""
    rows = db.execute(
        "SELECT c.batch_id, c.extract, c.as_of, c.header FROM truth.batch AS b JOIN truth.batch AS c USING (extract)"
        " WHERE b.batch_id = ? AND c.state = 'published' AND c.as_of IS NOT NULL ORDER BY c.batch_id",
        (batch,),
    )
    return [one for one in (_delivery(*row) for row in rows.fetchall()) if one.base == batch]


def delivery_of(db: Any, batch: int) -> Delivery:
    """One batch, published or not, with the truth attached as ``truth``."""
    query = "SELECT batch_id, extract, as_of, header FROM truth.batch WHERE batch_id = ?"
    return _delivery(*db.execute(query, (batch,)).fetchone())


def _delivery(batch: int, extract: str, as_of: str, header: str) -> Delivery:
    columns = json.loads(header)
    return Delivery(batch, extract, as_of, is_supplement(columns), origin(columns))


def noticed(db: Any, after: int = 0, upto: int | None = None) -> list[Delivery]:
    """The rows of children of whom a notice told, brought by entries after one, up to another."""
    if notices.EXTRACT in withheld_of(db).extracts:
        return []
    last = notices.newest(db, "truth") if upto is None else upto
    brought = notices.batches(db, "truth", after, last)
    return [_delivery(batch, notices.EXTRACT, day, header) for batch, day, header in brought]


def known_notices(db: Any) -> int:
    """The entry up to which the view knows what notices brought."""
    row = db.execute("SELECT value FROM meta WHERE key = 'notices'").fetchone()
    return int(row[0]) if row else 0


def know_notices(db: Any, upto: int | None = None) -> None:
    """The view knows all notices now, or those up to an entry."""
    last = notices.newest(db, "truth")
    value = last if upto is None else min(last, upto)
    db.execute("INSERT OR REPLACE INTO meta VALUES ('notices', ?)", (str(value),))


def note_deliveries(db: Any, profiles: dict[str, Profile], deliveries: Iterable[Delivery]) -> None:
    """``temp.laid``: the batches that count, with the rows of notices that the view knows, and which of them
    print who a person is."""
    every = [*deliveries, *noticed(db, upto=known_notices(db))]
    db.execute("DROP TABLE IF EXISTS temp.laid")
    db.execute("CREATE TEMP TABLE laid (batch_id INTEGER PRIMARY KEY, extract TEXT, as_of TEXT, bears_persons INTEGER)")
    headers = dict(db.execute("SELECT batch_id, header FROM truth.batch").fetchall())
    db.executemany(
        "INSERT INTO temp.laid VALUES (?, ?, ?, ?)",
        ((one.batch_id, one.extract, one.as_of, _bears(profiles[one.extract], headers[one.batch_id])) for one in every),
    )


def _bears(profile: Profile, header: str) -> bool:
    """Whether this delivery prints who the person is; some systems print it only at times."""
    return plan_columns(profile, tuple(json.loads(header))).has_block
