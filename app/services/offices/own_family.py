"""Whether a child that a member looked at may be of the member's own family: asked, never concluded.

Told by the member's full name standing in the child's household, or by the member's surname together with an address
at which a person of the member's full name lives. Names and addresses are compared in their normal forms (髙橋 is
高橋, full-width blanks are blanks). Where protected persons are stands in no derived table, and tells nothing here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from app.linkage import normal
from app.linkage.addresses import Address, address
from app.linkage.model import shipped_variants

_SOME = 400
"""So many ids in one question to the database."""
_BLANKLESS = "replace(replace({}, ' ', ''), '　', '')"

Homes: TypeAlias = "frozenset[tuple[str, Address]]"
"""A surname and an address, both in their normal form."""


def of_own_family(db: Any, looks: Iterable[tuple[str, int]]) -> frozenset[tuple[str, int]]:
    """Of (member's id, child) those that may be of one family."""
    looked = frozenset(looks)
    children = {child for _author, child in looked}
    household, homes = _in_households(db, children), _homes(db, children)
    found = set()
    for member in {author for author, _child in looked}:
        own = _namesakes(db, member)
        if not own:
            continue
        together = _in_households(db, own)
        at_home = frozenset[tuple[str, Address]]().union(*_homes(db, own).values())
        found |= {
            (author, child)
            for author, child in looked
            if author == member
            and (household.get(child, frozenset()) & frozenset().union(*together.values())
                 or homes.get(child, frozenset()) & at_home)
        }  # fmt: skip
    return frozenset(found)


def _namesakes(db: Any, member: str) -> set[int]:
    """Persons of the member's full name. Their given name as it is written sorts out most of all the others."""
    row = db.execute("SELECT name FROM member WHERE id = ?", (member,)).fetchone()
    if row is None:
        return set()
    wanted = normal.name(row[0], shipped_variants())
    end = "".join(normal.plain(row[0]).split())[-(len(wanted.given) or 1) :]
    rows = db.execute(
        f"SELECT person_id, name FROM view.person WHERE {_BLANKLESS.format('name')} LIKE ?", (f"%{end}",)
    ).fetchall()
    return {person for person, name in rows if normal.name(name, shipped_variants()).full == wanted.full}


def _in_households(db: Any, persons: Iterable[int]) -> dict[int, frozenset[str]]:
    found: dict[int, set[str]] = {}
    for household, person in _of(db, "SELECT household, person_id FROM view.household", persons):
        found.setdefault(person, set()).add(household)
    return {person: frozenset(ones) for person, ones in found.items()}


def _homes(db: Any, persons: Iterable[int]) -> dict[int, Homes]:
    """Surname and address of each record of these persons; an address without a number says too little."""
    found: dict[int, set[tuple[str, Address]]] = {}
    for person, name, place in _of(db, "SELECT person_id, name, address FROM view.record", persons):
        form, home = normal.name(name, shipped_variants()), address(place, shipped_variants())
        if form.given and home.street:
            found.setdefault(person, set()).add((form.family, home))
    return {person: frozenset(ones) for person, ones in found.items()}


def _of(db: Any, question: str, persons: Iterable[int]) -> Iterator[tuple[Any, ...]]:
    wanted = sorted(persons)
    for at in range(0, len(wanted), _SOME):
        some = wanted[at : at + _SOME]
        yield from db.execute(f"{question} WHERE person_id IN ({', '.join('?' * len(some))})", some).fetchall()
