"""What nobody told us: the stretches of a child's life that no delivery speaks about."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from app.domain.ages import class_year
from app.domain.dates import day_of
from app.domain.sectors import Sector
from app.services.answers.child import Gap
from app.services.deriving.coverage import uncovered

SHORTEST_GAP_DAYS = 7


def gaps_of(db: Any, person_id: int, birth: date | None, today: date) -> tuple[Gap, ...]:
    """Uncovered spans of the extracts whose systems know this child, as long as they could speak of it.

    What was before the first delivery, nobody told us either. A school says nothing about the years before it,
    a nursery nothing about those after.
    """
    if birth is None:
        return ()
    school = date(class_year(birth) + 7, 4, 1)
    gaps = []
    for extract, sector, spans in _covered(db, person_id):
        start = school if sector == Sector.EDUCATION else birth
        end = min(today, school - timedelta(days=1)) if sector == Sector.CHILDCARE else today
        for first, last in uncovered(spans, start, end):
            if last - first >= timedelta(days=SHORTEST_GAP_DAYS):
                gaps.append(Gap(extract, Sector(sector), first, last))
    return tuple(gaps)


def speaking(db: Any, person_id: int) -> tuple[tuple[str, Sector], ...]:
    """The extracts whose systems know this child, with their sector."""
    return tuple((extract, Sector(sector)) for extract, sector, _spans in _covered(db, person_id))


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
