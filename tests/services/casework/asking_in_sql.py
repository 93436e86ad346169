"""What a question to the caseload means, said a second time and in SQL: slow, and plain to check by reading.

The program itself runs over columns (``app.services.casework.narrowing``); the tests compare the two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from app.domain.sectors import SECTORS
from app.services.answers.caseload import CaseloadQuery
from app.services.deriving.searching import phrase
from app.storage.offices.office import Office

WEEK, NEW_DAYS = 6, 31

_JOINS = {
    "n": "JOIN view.person AS n ON n.person_id = p.person_id",
    "t": "LEFT JOIN assignment AS t ON t.person_id = p.person_id",
    "a": "LEFT JOIN member AS a ON a.id = t.member",
    "d": "LEFT JOIN desk AS d ON d.person_id = p.person_id",
    "z": """LEFT JOIN decision AS z ON z.entry = (SELECT y.entry FROM decision AS y
        WHERE y.person_id = p.person_id AND y.withdrawn = 0 ORDER BY y.recorded DESC, y.entry DESC LIMIT 1)""",
}
_SPOKEN_OF = re.compile(r"\b([ntadz])\.")


def places(*texts: str) -> str:
    """FROM and the joins that these texts of SQL speak of."""
    wanted = {found for text in texts for found in _SPOKEN_OF.findall(text)}
    if "a" in wanted:
        wanted.add("t")
    return " ".join(["FROM view.priority AS p", *(sql for name, sql in _JOINS.items() if name in wanted)])


# What was on screen at the last decision, and the last day about which anything was known then.
_ON_SCREEN = "CASE WHEN json_valid(z.on_screen) THEN z.on_screen ELSE '{}' END"
KNOWN_THEN = f"coalesce(json_extract({_ON_SCREEN}, '$.as_of'), substr(d.decided, 1, 10))"

# A decided child rests until its next date comes or new facts do: a reason with a later one, or one
# of which nothing is on record (nobody seen, not enrolled) that was not on screen then.
_RESTS = f"""(d.decided IS NOT NULL AND (d.next_day IS NULL OR d.next_day > :today)
    AND NOT EXISTS (SELECT 1 FROM view.finding AS f WHERE f.person_id = p.person_id AND f.answer = 'holds'
        AND CASE WHEN f.facts <> '[]' THEN f.last > {KNOWN_THEN}
            ELSE json_type({_ON_SCREEN}, '$.findings') IS NOT NULL AND f.criterion NOT IN
                (SELECT json_extract(value, '$[0]') FROM json_each({_ON_SCREEN}, '$.findings')
                 WHERE json_extract(value, '$[2]') = 'holds') END))"""


def _within(sql: str) -> str:
    """For a query of its own: under other names than those of the list around it."""
    return re.sub(r"\b([dz])\.", r"its_\1.", re.sub(r"\bAS ([dz])\b", r"AS its_\1", sql))


# Worked out once for the few who were decided on, not for every child of the list.
RESTING = f"""p.person_id IN (SELECT p.person_id
    FROM (SELECT DISTINCT person_id FROM decision WHERE withdrawn = 0) AS p
    {_within(_JOINS["d"])} {_within(_JOINS["z"])} WHERE {_within(_RESTS)})"""

OPEN = f"p.already_supported = 0 AND n.moved_out = 0 AND NOT {RESTING}"

VIEW_CONDITIONS = {
    "mine": "t.member = :me",
    "unassigned": "t.member IS NULL AND p.level IN ('urgent', 'high', 'middle')",
    "month": f"p.level IN ('urgent', 'high', 'middle') AND {OPEN}",
    "all": "1",
}

_SCHOOL = "CASE WHEN n.protected = 1 THEN '' ELSE n.facility END"

# What each order goes by, and whether those of whom nothing is known stand first (never contacted) or last.
_ORDERS = {
    "rank": ("", "p.rank", ""),
    "name": ("n.kana = '', ", "n.kana", ""),
    "age": ("n.birth = '', ", "n.birth", "DESC"),
    "points": ("", "p.points", "DESC"),
    "new": ("", "(SELECT max(w.last) FROM view.finding AS w WHERE w.person_id = p.person_id AND w.answer = 'holds')",
            "DESC"),
    "last_contact": ("d.last_contact IS NOT NULL, ", "d.last_contact", ""),
    "last_seen": ("d.last_seen IS NOT NULL, ", "d.last_seen", ""),
    "next": ("d.next_day IS NULL, ", "d.next_day", ""),
    "assignee": ("t.member IS NULL, ", "a.name", ""),
    "school": (f"{_SCHOOL} = '', ", _SCHOOL, ""),
    **{f"p_{sector}": ("", f"p.p_{sector}", "DESC") for sector in SECTORS},
}  # fmt: skip


@dataclass(frozen=True)
class Condition:
    """A condition in SQL and the values that it names."""

    sql: str
    values: dict[str, object]


def order_of(sort: str) -> str:
    """ORDER BY of a sort; ``-`` before it turns it round, and those without anything keep their end."""
    unknown, by, way = _ORDERS[sort.lstrip("-")]
    if sort.startswith("-"):
        way = "" if way else "DESC"
        unknown = unknown.replace("IS NOT NULL", "IS NULL")
    return f"{unknown}{by} {way}" + ("" if by == "p.rank" else ", p.rank")


def ids_of(db: Any, condition: Condition, sort: str) -> tuple[int, ...]:
    """The children whom a condition fits, in an order."""
    order = order_of(sort)
    sql = f"SELECT p.person_id {places(condition.sql, order)} WHERE {condition.sql} ORDER BY {order}"
    return tuple(row[0] for row in db.execute(sql, condition.values).fetchall())


def condition(office: Office, query: CaseloadQuery, today: date, drawn: frozenset[int] = frozenset()) -> Condition:
    """What a query asks of a child; those ``drawn`` belong to the month's list too."""
    values: dict[str, object] = {"me": office.member.id, "today": today.isoformat()}
    parts = [in_view(query.view, drawn), *_about_priority(query, values), *_about_person(query, today, values)]
    parts += _about_work(query, today, values)
    words = phrase(query.text)
    if words:
        parts.append("p.person_id IN (SELECT rowid FROM view.search WHERE search MATCH :words)")
        values["words"] = words
    elif query.text.strip():
        parts.append("0")  # nothing that a name, number or school could hold
    return Condition(" AND ".join(parts), values)


def in_view(view: str, drawn: frozenset[int]) -> str:
    """The condition of a view; those drawn belong to ``month`` as long as they are open."""
    if view != "month" or not drawn:
        return VIEW_CONDITIONS[view]
    return f"(({VIEW_CONDITIONS[view]}) OR p.person_id IN ({', '.join(map(str, sorted(drawn)))}) AND {OPEN})"


def _about_priority(query: CaseloadQuery, values: dict[str, object]) -> Iterable[str]:
    if query.levels:
        yield f"p.level IN ({_named('level', query.levels, values)})"
    if query.sectors:
        yield "(" + " OR ".join(f"p.p_{sector} > 0" for sector in sorted(query.sectors)) + ")"
    if query.criteria:
        yield (
            "p.person_id IN (SELECT q.person_id FROM view.finding AS q WHERE q.answer = 'holds'"
            f" AND q.criterion IN ({_named('criterion', query.criteria, values)}))"
        )
    if query.supported:
        yield f"p.already_supported = {int(query.supported == 'yes')}"


def _about_person(query: CaseloadQuery, today: date, values: dict[str, object]) -> Iterable[str]:
    if query.schools:
        yield f"n.protected = 0 AND n.facility IN ({_named('school', query.schools, values)})"
    if query.age_least is not None:
        values["born_upto"] = _years_before(today, query.age_least)
        yield "n.birth <> '' AND n.birth <= :born_upto"
    if query.age_most is not None:
        values["born_after"] = _years_before(today, query.age_most + 1)
        yield "n.birth > :born_after"


def _about_work(query: CaseloadQuery, today: date, values: dict[str, object]) -> Iterable[str]:
    if query.assignees:
        names = _named("assignee", query.assignees, values)
        yield f"coalesce(a.name, '') IN ({names})"
    if query.due:
        values["week"] = (today + timedelta(days=WEEK)).isoformat()
        yield _DUE[query.due]
    if query.unseen is not None:
        values["seen_since"] = (today - timedelta(days=query.unseen)).isoformat()
        yield "(d.last_seen IS NULL OR d.last_seen < :seen_since)"
    if query.no_meeting:
        yield "p.person_id NOT IN (SELECT v.person_id FROM decision AS v WHERE v.withdrawn = 0 AND v.meeting <> '')"
    if query.only_new:
        values["lately"] = (today - timedelta(days=NEW_DAYS)).isoformat()
        yield (
            "p.person_id IN (SELECT g.person_id FROM view.finding AS g WHERE g.answer = 'holds' AND g.last > :lately)"
            f" AND (d.decided IS NULL OR EXISTS (SELECT 1 FROM view.finding AS g WHERE g.person_id = p.person_id"
            f" AND g.answer = 'holds' AND g.last > {KNOWN_THEN}))"
        )


_DUE = {
    "overdue": "d.next_day < :today",
    "today": "d.next_day = :today",
    "week": "d.next_day BETWEEN :today AND :week",
    "none": "d.next_day IS NULL",
}


def _years_before(day: date, years: int) -> str:
    try:
        return day.replace(year=day.year - years).isoformat()
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28).isoformat()


def _named(stem: str, wanted: Iterable[str], values: dict[str, object]) -> str:
    names = {f"{stem}{index}": str(value) for index, value in enumerate(sorted(wanted))}
    values.update(names)
    return ", ".join(f":{name}" for name in names)
