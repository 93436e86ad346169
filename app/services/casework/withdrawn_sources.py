"""What withdrawn batches said that decisions point at: kept in the entry of the withdrawal."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

from app.domain import ids
from app.services.answers.child import WithdrawnSource

_WITHDRAWALS = """
    SELECT e.payload, e.time, coalesce(m.name, ''), b.file FROM entry AS e
    JOIN batch AS b ON b.batch_id = json_extract(e.payload, '$.batch') AND b.state = 'withdrawn'
    LEFT JOIN member AS m ON m.id = e.author
    WHERE e.kind = 'batch.withdrawn' AND json_extract(e.payload, '$.cited') IS NOT NULL ORDER BY e.seq
"""


def withdrawn_sources(db: Any, evidence: Collection[int]) -> dict[int, WithdrawnSource]:
    """Fact -> what is known of it, for those of these facts whose batch stands withdrawn."""
    wanted = {ids.code(one): one for one in evidence}
    found: dict[int, WithdrawnSource] = {}
    for payload, time, author, file in db.execute(_WITHDRAWALS).fetchall() if wanted else ():
        said = json.loads(payload)
        for code, kind, start, end in said["cited"]:
            if code in wanted:
                found[wanted[code]] = WithdrawnSource(
                    wanted[code], kind, start, end, file, author, datetime.fromisoformat(time), said["reason"]
                )
    return found
