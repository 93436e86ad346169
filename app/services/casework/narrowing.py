"""What a question to the caseload means: its views, its conditions, its orders, over the columns of the roll.

Each answer is True or False for every slot of an ``app.storage.priorities.roll.Roll``. Nothing is asked of the
tables but which children are found by words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from app.domain.priority import LEVELS, Level
from app.services.answers.caseload import CaseloadQuery
from app.services.deriving.searching import phrases
from app.storage.priorities.roll import NOTHING, POINTS, Column, Roll, unpacked
from app.storage.priorities.roll_kept import letter

VIEWS = ("mine", "unassigned", "month", "all")
WEEK = 6
"""Days after today that still belong to "this week"."""

NEW_DAYS = 31
"""What came in so many days is new, where nobody has decided yet."""

_WORTH = LEVELS.index(Level.MIDDLE)
"""Levels up to this one are looked at without being asked for."""


@dataclass(frozen=True)
class Asker:
    """Who asks, and when: ``names`` of the members by their ids."""

    me: str
    today: date
    names: dict[str, str]

    @property
    def day(self) -> int:
        """Today as the roll counts days."""
        return self.today.toordinal()


# ---------------------------------------------------------------------------- what is so


def resting(roll: Roll, today: date) -> Column:
    """A decided child rests until its next date comes or a sign does that the decision did not know."""
    column = roll.column
    due = (column["next_day"] != NOTHING) & (column["next_day"] <= today.toordinal())
    return (column["known_then"] != NOTHING) & ~due & ~column["stirred"]


def open_ones(roll: Roll, today: date) -> Column:
    """Whom a list may hold: neither supported already, nor moved away, nor resting."""
    return roll.listed() & ~roll.column["supported"] & ~roll.column["moved_out"] & ~resting(roll, today)


def worth_looking(roll: Roll) -> Column:
    """Whose level asks for a look."""
    return roll.column["level"] <= _WORTH


def in_view(roll: Roll, view: str, asker: Asker, drawn: Iterable[int] = ()) -> Column:
    """Who belongs to a view; those ``drawn`` belong to ``month`` too, as long as they are open."""
    if view == "mine":
        return roll.listed() & _assigned(roll, {asker.me})
    if view == "unassigned":
        return roll.listed() & worth_looking(roll) & (roll.column["assignee"] == NOTHING)
    if view == "month":
        return open_ones(roll, asker.today) & (worth_looking(roll) | among(roll, drawn))
    return roll.listed()


def own_or_nobodys(roll: Roll, asker: Asker) -> Column:
    """Whom a worker sees where policy hides colleagues' children."""
    return _assigned(roll, {asker.me}) | (roll.column["assignee"] == NOTHING)


def schools_of(roll: Roll) -> tuple[str, ...]:
    """Every school and nursery of somebody on the list, by name."""
    numbers = np.unique(roll.column["school"][roll.listed()])
    return tuple(sorted(roll.words["school"].known[one] for one in numbers.tolist() if one != NOTHING))


def among(roll: Roll, persons: Iterable[int]) -> Column:
    """Who is one of these."""
    found = np.zeros(roll.slots, dtype=bool)
    found[roll.slots_of(np.array(sorted(persons), dtype=np.int64))] = True
    return found


def asked_for(db: Any, roll: Roll, query: CaseloadQuery, asker: Asker) -> Column | None:
    """Whom the conditions of a question fit, but for its view; None where it has none. ``db`` finds words."""
    found: Column | None = None
    for part in _conditions(db, roll, query, asker):
        found = part if found is None else found & part
    return found


def _conditions(db: Any, roll: Roll, query: CaseloadQuery, asker: Asker) -> Iterator[Column]:
    yield from _about_priority(roll, query)
    yield from _about_person(roll, query, asker.today)
    yield from _about_work(roll, query, asker)
    if query.text.strip():
        yield _spoken_of(db, roll, query.text)


def _about_priority(roll: Roll, query: CaseloadQuery) -> Iterator[Column]:
    if query.levels:
        yield np.isin(roll.column["level"], [LEVELS.index(one) for one in query.levels])
    if query.sectors:
        yield np.logical_or.reduce([roll.column[f"p_{sector}"] > 0 for sector in sorted(query.sectors)])
    if query.criteria:
        yield roll.holding(query.criteria)
    if query.supported:
        yield roll.column["supported"] == (query.supported == "yes")


def _about_person(roll: Roll, query: CaseloadQuery, today: date) -> Iterator[Column]:
    if query.schools:
        yield roll.words["school"].where(query.schools.__contains__)[roll.column["school"]]
    if query.age_least is not None:
        upto = _years_before(today, query.age_least)
        yield roll.words["birth"].where(lambda birth: birth <= upto)[roll.column["birth"]]
    if query.age_most is not None:
        after = _years_before(today, query.age_most + 1)
        yield roll.words["birth"].where(lambda birth: birth > after)[roll.column["birth"]]


def _about_work(roll: Roll, query: CaseloadQuery, asker: Asker) -> Iterator[Column]:
    column = roll.column
    if query.assignees:
        wanted = {member for member, name in asker.names.items() if name in query.assignees}
        found = _assigned(roll, wanted)
        yield found | (column["assignee"] == NOTHING) if "" in query.assignees else found
    if query.due:
        yield _due(roll, query.due, asker.day)
    if query.unseen is not None:
        yield column["last_seen"] < asker.day - query.unseen
    if query.no_meeting:
        yield ~column["met"]
    if query.only_new:
        newest = column["newest"]
        yield (newest > asker.day - NEW_DAYS) & (newest > column["known_then"])


def _assigned(roll: Roll, members: set[str]) -> Column:
    return roll.words["assignee"].where(members.__contains__)[roll.column["assignee"]]


def _due(roll: Roll, due: str, today: int) -> Column:
    day = roll.column["next_day"]
    if due == "none":
        return day == NOTHING
    first, last = {"overdue": (0, today - 1), "today": (today, today), "week": (today, today + WEEK)}[due]
    return (day >= first) & (day <= last)


def _years_before(day: date, years: int) -> str:
    try:
        return day.replace(year=day.year - years).isoformat()
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28).isoformat()


# ---------------------------------------------------------------------------- words


def _spoken_of(db: Any, roll: Roll, text: str) -> Column:
    """Who is found by every word of a text."""
    found: Column | None = None
    for words in phrases(text):
        part = _having(db, roll, words)
        found = part if found is None else found & part
    return np.zeros(roll.slots, dtype=bool) if found is None else found


def _having(db: Any, roll: Roll, words: str) -> Column:
    """Who is found by one word, its letters apart. One frequent letter alone is looked up in a column of its own, and
    asked of the index only for those whom the column does not know."""
    held = letter(db, roll, words) if " " not in words else None
    if held is None:
        return _matching(db, roll, words, "")
    found = unpacked(held, roll.slots).copy()
    if roll.later:
        found &= ~among(roll, roll.later)
        later = ", ".join(str(int(one)) for one in sorted(roll.later))
        found |= _matching(db, roll, words, f" AND rowid IN ({later})")
    return found


def _matching(db: Any, roll: Roll, words: str, which: str) -> Column:
    rows = db.execute(f"SELECT rowid FROM view.search WHERE search MATCH ?{which}", (f'"{words}"',))
    found = np.zeros(roll.slots, dtype=bool)
    found[roll.slots_of(np.fromiter((row[0] for row in rows), dtype=np.int64))] = True
    return found


# ---------------------------------------------------------------------------- in which order


@dataclass(frozen=True)
class _Order:
    """What an order goes by; ``down``: the greatest first. ``last``: those of whom nothing is known stand last,
    also when it is turned round; else they are the smallest."""

    by: str
    down: bool = False
    last: bool = False


_ORDERS = {
    "name": _Order("name", last=True),
    "age": _Order("birth", down=True, last=True),
    "points": _Order("points", down=True),
    "new": _Order("newest", down=True),
    "last_contact": _Order("last_contact"),
    "last_seen": _Order("last_seen"),
    "next": _Order("next_day", last=True),
    "assignee": _Order("assignee", last=True),
    "school": _Order("school", last=True),
    **{one: _Order(one, down=True) for one in POINTS},
}


def in_order(db: Any, roll: Roll, found: Column, sort: str, asker: Asker) -> Column:
    """The slots that were found, in an order of ``answers.SORTS`` (``-`` before it turns it round); among equals
    by their place on the list."""
    by = sort.removeprefix("-")
    if by == "rank":
        slots = roll.order[found[roll.order]]
        return slots[::-1] if sort.startswith("-") else slots
    order = _ORDERS[by]
    slots = np.flatnonzero(found)
    values = _values(db, roll, order.by, asker)[slots].astype(np.int64)
    down = order.down != sort.startswith("-")
    key = -values if down else values
    if order.last:
        key = np.where(values == NOTHING, np.iinfo(np.int32).max, key)
    ordered = np.sort((key << 32) + roll.place[slots])  # one number each: what it goes by, then the place
    return roll.order[ordered & 0xFFFFFFFF]


def _values(db: Any, roll: Roll, by: str, asker: Asker) -> Column:
    """A column whose numbers order as its meaning does."""
    if by == "name":
        roll.settle_names(db)
    if by == "assignee":
        return roll.words[by].places(lambda member: asker.names.get(member, ""))[roll.column[by]]
    return roll.words[by].places()[roll.column[by]] if by in roll.words else roll.column[by]
