"""Stable ids: which person's number a group carries on, and what became of the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass

from app.linkage.frame import REGISTER


@dataclass(frozen=True, slots=True)
class Identities:
    """``persons``: record -> person. ``aliases``: gone person -> who took most of its records.
    ``parted``: persons between whom the records of one earlier person are now divided."""

    persons: dict[int, int]
    aliases: dict[int, int]
    parted: frozenset[int]


def name_groups(
    groups: Iterable[list[int]],
    extract_of: Mapping[int, str],
    previous: Mapping[int, int],
    worked: Set[int],
    person_id_of: Callable[[int], int],
) -> Identities:
    """Give every group its person's id.

    An earlier id stays with the part that holds its founding record (else its greatest part). Of
    several earlier ids the one people have worked with wins, then the one whose founding record
    comes first (register first). A group without any is founded anew by its own first record.
    """
    ordered = sorted(sorted(members) for members in groups)
    heirs = _heirs(ordered, previous, extract_of, person_id_of)
    claims: dict[int, list[int]] = {}
    for person, place in heirs.items():
        claims.setdefault(place, []).append(person)
    founders = {person_id_of(record): record for record in previous}
    persons: dict[int, int] = {}
    taken: set[int] = set()
    for place, members in enumerate(ordered):
        if place in claims:
            chosen = min(
                claims[place],
                key=lambda person: (
                    person not in worked,
                    *_rank(founders.get(person, -1), extract_of),
                    person,
                ),
            )
            taken.add(chosen)
            persons.update(dict.fromkeys(members, chosen))
    for place, members in enumerate(ordered):
        if place not in claims:
            persons.update(dict.fromkeys(members, _found(members, extract_of, person_id_of, taken)))
            taken.add(persons[members[0]])
    return with_history(persons, previous, extract_of, person_id_of)


def _rank(record: int, extract_of: Mapping[int, str]) -> tuple[bool, bool, int]:
    """Register first; a founder that is gone last; then by record."""
    extract = extract_of.get(record)
    return (extract is None, extract != REGISTER, record)


def _found(
    members: list[int], extract_of: Mapping[int, str], person_id_of: Callable[[int], int], taken: set[int]
) -> int:
    """A new id, from the first record (register first) whose id no other group carries.

    A record that was gone and came back may find its id in use: then the next free number.
    """
    ranked = sorted(members, key=lambda record: _rank(record, extract_of))
    for record in ranked:
        if person_id_of(record) not in taken:
            return person_id_of(record)
    number = person_id_of(ranked[0])
    while number in taken:
        number = (number + 1) % 2**63
    return number


def _heirs(
    ordered: list[list[int]],
    previous: Mapping[int, int],
    extract_of: Mapping[int, str],
    person_id_of: Callable[[int], int],
) -> dict[int, int]:
    """Earlier person -> place of the group that carries on."""
    parts: dict[int, Counter[int]] = {}
    founding: dict[int, int] = {}
    for place, members in enumerate(ordered):
        for record in members:
            person = previous.get(record)
            if person is None:
                continue
            parts.setdefault(person, Counter())[place] += 1
            if person_id_of(record) == person:
                founding[person] = place
    return {
        person: founding.get(person, min(counts, key=lambda place: (-counts[place], place)))
        for person, counts in parts.items()
    }


def with_history(
    persons: dict[int, int],
    previous: Mapping[int, int],
    extract_of: Mapping[int, str],
    person_id_of: Callable[[int], int],
) -> Identities:
    """What became of the ``previous`` persons, now that the records belong to ``persons``."""
    if not previous:
        return Identities(persons, {}, frozenset())
    groups: dict[int, list[int]] = {}
    for record in sorted(persons):
        groups.setdefault(persons[record], []).append(record)
    ordered = sorted(groups.values())
    heirs = _heirs(ordered, previous, extract_of, person_id_of)
    carried = set(persons.values())
    aliases = {person: persons[ordered[place][0]] for person, place in heirs.items() if person not in carried}
    now: dict[int, set[int]] = {}
    for record, person in previous.items():
        if record in persons:
            now.setdefault(person, set()).add(persons[record])
    parted = frozenset(person for parts in now.values() if len(parts) > 1 for person in parts)
    return Identities(persons, aliases, parted)
