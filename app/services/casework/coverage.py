"""What nobody told us: the stretches of a child's life that no delivery speaks about."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from app.domain.dates import day_of
from app.domain.sectors import Sector
from app.services.answers import Gap
from app.services.deriving.coverage import uncovered

SHORTEST_GAP_DAYS = 7


def gaps_of(db: Any, person_id: int, birth: date | None, today: date) -> tuple[Gap, ...]:
    """Uncovered spans of the extracts whose systems know this child, from the first delivery on."""
    if birth is None:
        return ()
    gaps = []
    for extract, sector, spans in _covered(db, person_id):
        start = max(birth, spans[0][0])
        for first, last in uncovered(spans, start, today):
            if last - first >= timedelta(days=SHORTEST_GAP_DAYS):
                gaps.append(Gap(extract, Sector(sector), first, last))
    return tuple(gaps)


_COVERED = """
    SELECT c.extract, c.sector, c.start, c."end" FROM view.coverage AS c
    WHERE EXISTS (SELECT 1 FROM view.record AS r
                  WHERE r.person_id = :person AND r.extract = c.roster)
    ORDER BY c.sector, c.extract, c.start
"""


def _covered(db: Any, person_id: int) -> list[tuple[str, str, list[tuple[date, date]]]]:
    found: dict[tuple[str, str], list[tuple[date, date]]] = {}
    for extract, sector, start, end in db.execute(_COVERED, {"person": person_id}).fetchall():
        found.setdefault((extract, sector), []).append((day_of(start), day_of(end)))
    return [(extract, sector, spans) for (extract, sector), spans in found.items()]
