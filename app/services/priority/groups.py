"""Groups: of which age, sex and household form children are, for comparing lists without names.

They look at fairness and never weigh. Everything is taken from what was delivered; what nobody
delivered is ``unknown``, never a guess.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from app.domain.ages import grade_index
from app.domain.dates import day_of

KINDS = ("age", "sex", "household", "assistance", "name")
"""``age``: infant nursery primary secondary upper; ``household``: single couple more unknown;
``assistance`` and ``name``: yes no (``name``: written without kanji or hiragana)."""

_FORMS = {0: "unknown", 1: "single", 2: "couple"}
_AGES = ((2, "infant"), (5, "nursery"), (11, "primary"), (14, "secondary"), (99, "upper"))
_JAPANESE = re.compile("[\u3041-\u309f\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


def groups_of(db: Any, as_of: date) -> dict[int, dict[str, str]]:
    """The group of every listed child by kind of group; ``db`` has the view as ``view``."""
    adults = _adults(db)
    single = _people(
        db,
        "SELECT person_id FROM view.fact WHERE kind = 'allowance' AND start <= :day"
        ' AND ("end" IS NULL OR "end" >= :day)',
        as_of,
    )
    aided = _people(
        db,
        "SELECT h.person_id FROM view.household AS h JOIN view.household AS o ON o.household = h.household"
        " JOIN (SELECT person_id, w1, row_number() OVER (PARTITION BY person_id ORDER BY start DESC) AS place"
        "  FROM view.fact WHERE kind = 'assistance' AND start <= :day) AS f"
        " ON f.person_id = o.person_id AND f.place = 1 AND f.w1 = '開始'",
        as_of,
    )
    rows = db.execute(
        "SELECT n.person_id, n.born, n.sex, n.name FROM view.priority AS p JOIN view.person AS n USING (person_id)"
    ).fetchall()
    ages = {born: _age(born, as_of) for born in {row[1] for row in rows}}
    together = _Together()
    return {
        person: together[
            ages[born],
            sex or "unknown",
            "single" if person in single else _FORMS.get(adults.get(person, 0), "more"),
            "yes" if person in aided else "no",
            "no" if not name or _JAPANESE.search(name) else "yes",
        ]
        for person, born, sex, name in rows
    }


class _Together(dict[tuple[str, ...], dict[str, str]]):
    """Children who are in the same groups of every kind share one mapping: there are few of them."""

    def __missing__(self, groups: tuple[str, ...]) -> dict[str, str]:
        made = self[groups] = dict(zip(KINDS, groups, strict=True))
        return made


def counted(groups: Mapping[int, Mapping[str, str]], persons: Iterable[int]) -> dict[tuple[str, str], int]:
    """How many of these children are in each (kind, group)."""
    kinds = {id(shared): shared for shared in groups.values()}
    alike = Counter(id(groups[person]) for person in persons if person in groups)
    counts: dict[tuple[str, str], int] = {}
    for shared, children in alike.items():
        for pair in kinds[shared].items():
            counts[pair] = counts.get(pair, 0) + children
    return counts


def _adults(db: Any) -> dict[int, int]:
    """How many people of its household are not listed as children."""
    rows = db.execute(
        "WITH grown (household, people) AS MATERIALIZED (SELECT household, count(*) FROM view.household"
        "  WHERE person_id NOT IN (SELECT person_id FROM view.priority) GROUP BY household)"
        " SELECT h.person_id, sum(g.people) FROM grown AS g CROSS JOIN view.household AS h"
        " ON h.household = g.household WHERE +h.person_id IN (SELECT person_id FROM view.priority) GROUP BY h.person_id"
    )
    return dict(rows.fetchall())


def _people(db: Any, query: str, as_of: date) -> set[int]:
    return {row[0] for row in db.execute(query, {"day": as_of.isoformat()}).fetchall()}


def _age(born: str | None, as_of: date) -> str:
    if not born:
        return "unknown"
    grade = grade_index(day_of(born), as_of)
    return next(name for last, name in _AGES if grade <= last)
