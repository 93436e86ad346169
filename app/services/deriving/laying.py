"""The deliveries that count: which there are, and which of them print who a person is."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from app.domain.extracts.profile import Profile
from app.domain.extracts.recognising import plan_columns
from app.domain.extracts.supplement import is_supplement
from app.services.deriving.standing import Delivery
from app.services.deriving.withheld import withheld_of


def deliveries(db: Any) -> list[Delivery]:
    """The published deliveries of extracts that may be used, with the truth attached as ``truth``.

    One without a day of its own has lost its rows (an old database was put back); verify says so.
    """
    rows = db.execute(
        "SELECT batch_id, extract, as_of, header FROM truth.batch WHERE state = 'published' AND as_of IS NOT NULL"
        " ORDER BY batch_id"
    ).fetchall()
    off = withheld_of(db).extracts
    return [_delivery(*row) for row in rows if row[1] not in off]


def delivery_of(db: Any, batch: int) -> Delivery:
    """One batch, published or not, with the truth attached as ``truth``."""
    query = "SELECT batch_id, extract, as_of, header FROM truth.batch WHERE batch_id = ?"
    return _delivery(*db.execute(query, (batch,)).fetchone())


def _delivery(batch: int, extract: str, as_of: str, header: str) -> Delivery:
    return Delivery(batch, extract, as_of, is_supplement(json.loads(header)))


def note_deliveries(db: Any, profiles: dict[str, Profile], deliveries: Iterable[Delivery]) -> None:
    """``temp.laid``: the batches that count, and which of them print who a person is."""
    db.execute("DROP TABLE IF EXISTS temp.laid")
    db.execute("CREATE TEMP TABLE laid (batch_id INTEGER PRIMARY KEY, extract TEXT, as_of TEXT, bears_persons INTEGER)")
    headers = dict(db.execute("SELECT batch_id, header FROM truth.batch").fetchall())
    db.executemany(
        "INSERT INTO temp.laid VALUES (?, ?, ?, ?)",
        (
            (one.batch_id, one.extract, one.as_of, _bears(profiles[one.extract], headers[one.batch_id]))
            for one in deliveries
        ),
    )


def _bears(profile: Profile, header: str) -> bool:
    """Whether this delivery prints who the person is; some systems print it only at times."""
    return plan_columns(profile, tuple(json.loads(header))).has_block
