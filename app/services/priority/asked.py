"""Of how many children a criterion speaks: those of its ages, whatever is known of them."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from app.domain.ages import grade_index
from app.domain.criteria import Criterion
from app.domain.dates import day_of


class Asked:
    """The children of the published view by age; ``of`` counts those whom a criterion speaks of."""

    def __init__(self, db: Any, as_of: date) -> None:
        self._ages: Counter[tuple[int, int]] = Counter()
        rows = db.execute("SELECT n.born FROM view.priority AS p JOIN view.person AS n USING (person_id)")
        for (text,) in rows.fetchall():
            if text:
                born = day_of(text)
                months = (as_of.year - born.year) * 12 + as_of.month - born.month - (as_of.day < born.day)
                self._ages[months, grade_index(born, as_of)] += 1

    def of(self, rule: Criterion) -> int:
        """Children of the ages of a criterion, on the day of the run."""
        return sum(many for age, many in self._ages.items() if rule.ages.include(*age))
