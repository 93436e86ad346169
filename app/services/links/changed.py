"""What changed about a pair that was ruled "not the same" and is asked about once more.

In the records' own words: what each source wrote when it was ruled on, and what it writes now; and in what
matching makes of it. What protection hides is in neither.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.services.links.link_answers import Rewritten
from app.storage.batches.line_runs import batches_of
from app.storage.truth.desk import id_bytes

ROWS = ("name", "kana", "birth", "sex", "address", "phone", "guardian", "facility", "number")
"""The fields in the order in which they are shown."""
COLUMN = {**{key: key for key in ROWS}, "number": "register_number"}
"""Their columns in the view."""
HIDDEN = frozenset({"address", "phone", "facility", "household", "siblings"})
"""What a protected person's side does not say, not even by saying that it is the same."""

_WRITTEN = f"""
    SELECT {", ".join(f"s.{COLUMN[key]}" for key in ROWS)}, (
        SELECT max(b.as_of) FROM batch AS b JOIN entry AS e ON e.id = b.entry
        WHERE b.batch_id IN ({batches_of("s.row_id")}) AND e.seq < (SELECT seq FROM entry WHERE id = ?)) AS known
    FROM view.spelling AS s WHERE s.record_id = ? ORDER BY known DESC NULLS LAST, s.row_id DESC
"""


def changed_levels(why: Mapping[str, Any], protected: bool) -> tuple[tuple[str, str, str], ...]:
    """Field, level then, level now, of a pair that is asked about again."""
    before = {field: level for field, level, _ in why.get("before", ())}
    return tuple(
        (field, before.get(field, "silent"), level)
        for field, level, _ in why["evidence"]
        if before and before.get(field, "silent") != level and not (protected and field in HIDDEN)
    )


def news(
    db: Any, why: Mapping[str, Any], records: Sequence[Mapping[str, Any]], protected: bool
) -> tuple[Rewritten, ...]:
    """What either record is written as now that it never was when it was ruled on; () for a first question.

    ``records``: the rows of ``view.record`` of A and B.
    """
    if not why.get("ruling"):
        return ()
    ruling = id_bytes(str(why["ruling"]))
    shown = [key for key in ROWS if not (protected and key in HIDDEN)]
    found = []
    for side, record in zip("ab", records, strict=True):
        known = [row for row in db.execute(_WRITTEN, (ruling, record["record_id"])).fetchall() if row[-1]]
        for key in shown if known else ():
            at, now = ROWS.index(key), record[COLUMN[key]]
            if now not in {row[at] for row in known}:
                found.append(Rewritten(side, record["extract"], key, known[0][at], now))
    return tuple(found)
