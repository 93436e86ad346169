"""What another grouping changes: who is joined, who is parted, who is asked about, whose level moves.

Persons may get other ids, so groups are compared by their records.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.services.deriving.links import worked_with
from app.services.deriving.persons import TRUST
from app.services.links.quality_answers import ChangedPair

SHOWN = 60
"""Examples of each kind."""
HOWS = ("joined", "parted", "asked", "settled")


@dataclass(frozen=True)
class Sight:
    """How a view stands: record -> person, pairs in question, person -> level, persons worked with."""

    persons: Mapping[int, int]
    reviews: frozenset[tuple[int, int]]
    levels: Mapping[int, str]
    worked: frozenset[int]


@dataclass(frozen=True)
class ModelChanges:
    """How many pairs of persons of each kind, examples, persons worked with that it concerns."""

    counts: Mapping[str, int]
    examples: tuple[ChangedPair, ...]
    worked: int
    levels_moved: int
    reviews: int


def sight_of(db: Any) -> Sight:
    """The view in ``main``, with the truth attached as ``truth``."""
    return Sight(
        persons=dict(db.execute("SELECT record_id, person_id FROM record").fetchall()),
        reviews=frozenset((a, b) for a, b in db.execute("SELECT a, b FROM review").fetchall()),
        levels=dict(db.execute("SELECT person_id, level FROM priority").fetchall()),
        worked=frozenset(worked_with(db)),
    )


def changes_between(db: Any, before: Sight) -> ModelChanges:
    """What is otherwise in the view in ``main`` than in ``before``."""
    after = sight_of(db)
    said = _Words(db)
    found = {
        "joined": _parts(after.persons, before.persons, said),
        "parted": _parts(before.persons, after.persons, said),
        "asked": _questions(after, before),
        "settled": _questions(before, after),
    }
    concerned = {
        person
        for pairs in (found["joined"], found["parted"])
        for pair in pairs
        for one in pair
        for person in (before.persons.get(one), after.persons.get(one))
    }
    examples = [one for how in HOWS for one in _examples(how, found[how], before, said)]
    return ModelChanges(
        counts={how: len(pairs) for how, pairs in found.items()},
        examples=tuple(examples),
        worked=len(concerned & before.worked),
        levels_moved=sum(level != before.levels.get(one, "none") for one, level in after.levels.items())
        + sum(level != "none" for one, level in before.levels.items() if one not in after.levels),
        reviews=len(after.reviews),
    )


def _parts(whole: Mapping[int, int], pieces: Mapping[int, int], said: _Words) -> list[tuple[int, int]]:
    """Two records for each piece that is together with another in ``whole`` and apart in ``pieces``:
    the most trusted record of the first piece, and the piece's own."""
    members: dict[int, dict[int, list[int]]] = {}
    for record, person in whole.items():
        members.setdefault(person, {}).setdefault(pieces.get(record, 0), []).append(record)
    found = []
    for parts in members.values():
        if len(parts) > 1:
            first, *rest = sorted((min(ones, key=said.rank) for ones in parts.values()), key=said.rank)
            found += [(first, one) for one in rest]
    return sorted(found)


def _questions(there: Sight, not_there: Sight) -> list[tuple[int, int]]:
    """Open questions of one sight that the other does not ask, about records that stand apart in both."""
    asked = {frozenset((not_there.persons[a], not_there.persons[b])) for a, b in not_there.reviews}
    return sorted(
        (a, b)
        for a, b in there.reviews
        if not_there.persons[a] != not_there.persons[b]
        and frozenset((not_there.persons[a], not_there.persons[b])) not in asked
    )


def _examples(how: str, pairs: Iterable[tuple[int, int]], before: Sight, said: _Words) -> list[ChangedPair]:
    lines = []
    for a, b in pairs:
        worked = bool({before.persons.get(a), before.persons.get(b)} & before.worked)
        (extract, name, birth), (other_extract, other_name, other_birth) = said.of(a), said.of(b)
        lines.append(ChangedPair(how, a, b, name, other_name, birth, other_birth, extract, other_extract, worked))
    return sorted(lines, key=lambda one: (not one.worked, one.birth == "", one.name, one.a))[:SHOWN]


class _Words:
    """What records say, and whose words are trusted first."""

    def __init__(self, db: Any) -> None:
        rows = db.execute("SELECT record_id, extract, name, birth FROM record").fetchall()
        self._said: dict[int, tuple[str, str, str]] = {row[0]: row[1:] for row in rows}

    def of(self, record: int) -> tuple[str, str, str]:
        """Extract, name, birth."""
        return self._said[record]

    def rank(self, record: int) -> tuple[int, int]:
        """The most trusted record is the smallest."""
        extract = self._said[record][0]
        return (TRUST.index(extract) if extract in TRUST else len(TRUST), record)
