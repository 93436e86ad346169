"""To whom a child could go: brothers and sisters together, then whoever knows the child, the school, or has room."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

MOST = 999
"""As many children as somebody can be meant to have."""


class Plan:
    """Where children go, one after the other; each changes the room that is left for the next."""

    def __init__(
        self, many: Mapping[str, int], limits: Mapping[str, int | None], schools: Mapping[tuple[str, str], int]
    ) -> None:
        self._many, self._limits = dict(many), dict(limits)
        self._schools = Counter(schools)
        self._gone: dict[int, str] = {}

    def place(
        self, school: str, siblings: Sequence[tuple[int, str, str]], before: Sequence[str]
    ) -> tuple[str, str, str]:
        """(to whom, why, about what)."""
        for sibling, called, whose in siblings:
            theirs = self._gone.get(sibling, whose)
            if theirs in self._many:
                return theirs, "sibling", called
        free = [name for name in self._many if self._room(name) > 0]
        for name in before:
            if name in free:
                return name, "before", ""
        known = [name for name in free if school and self._schools[name, school]]
        if known:
            return max(known, key=lambda name: (self._schools[name, school], self._room(name))), "school", school
        if free:
            return max(free, key=lambda name: (self._room(name), -self._many[name])), "room", ""
        return min(self._many, key=lambda name: self._many[name]), "least", ""

    def give(self, person: int, to: str, school: str) -> None:
        """The child goes there: what follows reckons with it."""
        self._gone[person] = to
        self._many[to] += 1
        if school:
            self._schools[to, school] += 1

    def _room(self, name: str) -> int:
        limit = self._limits[name]
        return (limit if limit is not None else MOST) - self._many[name]


def schools_of(db: Any, people: Mapping[str, str]) -> dict[tuple[str, str], int]:
    """How many children of each school each member has; ``people``: id -> name."""
    rows = db.execute(
        "SELECT a.member, n.facility, count(*) FROM assignment AS a JOIN view.person AS n ON n.person_id = a.person_id"
        " WHERE a.member <> '' AND n.facility <> '' AND n.protected = 0 GROUP BY 1, 2"
    )
    return {(people.get(member, ""), school): many for member, school, many in rows.fetchall()}


def siblings_of(db: Any, person: int, people: Mapping[str, str]) -> list[tuple[int, str, str]]:
    """(child, its name, whose it is) of the household's other children that somebody has."""
    rows = db.execute(
        "SELECT DISTINCT n.person_id, n.name, a.member FROM view.household AS mine"
        " JOIN view.household AS theirs ON theirs.household = mine.household"
        " JOIN assignment AS a ON a.person_id = theirs.person_id"
        " JOIN view.person AS n ON n.person_id = theirs.person_id"
        " WHERE mine.person_id = ?1 AND theirs.person_id <> ?1 ORDER BY n.birth",
        (person,),
    )
    return [(one, name, people.get(member, "")) for one, name, member in rows.fetchall()]


def had_before(db: Any, person: int, people: Mapping[str, str]) -> list[str]:
    """Who had the child before, the latest first."""
    rows = db.execute(
        "SELECT b.member FROM assignment_before AS b JOIN entry AS e ON e.id = b.entry"
        " WHERE b.person_id = ? AND b.member <> '' ORDER BY e.seq DESC",
        (person,),
    )
    return [people[member] for (member,) in rows.fetchall() if member in people]
