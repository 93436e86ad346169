"""Regrouping what a ruling touches: the records that hang together with its pair, and nobody else.

Given model, edges and rulings, this gives the same persons as linking the whole stock would. Links
are truth, so nothing is scored here. The same functions serve the ruling itself, its preview
(rolled back), a start after a kill, and the rebuild.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.domain.extracts.profile import Profile
from app.linkage.matching import match
from app.linkage.model import Model
from app.linkage.results import Edge, LinkResult, Ruling
from app.services.deriving import searching
from app.services.deriving.hanging import asked, hanging_together, persons_in_truth
from app.services.deriving.hearing import hear
from app.services.deriving.laying import deliveries, note_deliveries
from app.services.deriving.links import assign_persons, framed, lay_reviews, spelled_lines, spelling_lines, worked_with
from app.services.deriving.models import model_in_force
from app.services.deriving.noticed import lay_notices
from app.services.deriving.persons import derive_persons
from app.services.deriving.rulings import Standing, newest, seeds_since, standing
from app.services.deriving.shielding import cover, settle, shielded_records, unshielded
from app.storage.digests import Digester

Prioritise = Callable[[Any, Sequence[int]], None]
"""Works out the priorities of these persons and their households again, on the view's connection."""


@dataclass(frozen=True)
class Regrouped:
    """Who is who among the records that hang together. ``before``: record -> person of the truth."""

    result: LinkResult
    rulings: tuple[Standing, ...]
    before: Mapping[int, int]

    def moves(self) -> list[tuple[int, int]]:
        """The records that have another person than before, and which."""
        persons = self.result.persons
        return sorted((record, person) for record, person in persons.items() if self.before.get(record) != person)


def bring_along(db: Any, profiles: dict[str, Profile], digester: Digester, prioritise: Prioritise) -> frozenset[int]:
    """Lay what the view in ``db`` does not know into it, rulings, what families said and who is protected;
    the persons it concerns.

    The caller holds the transaction. Nothing is done to a view that knows it all.
    """
    told = lay_notices(db, profiles, digester)
    if told:
        prioritise(db, sorted(told))
    moved = told | _rulings_along(db, profiles, digester, prioritise)
    heard = hear(db, profiles, digester, moved)
    if heard:
        prioritise(db, sorted(_with_kin(db, heard)))
    if moved or heard or unshielded(db):
        return moved | heard | settle(db, profiles, digester)
    return moved | heard


def _rulings_along(db: Any, profiles: dict[str, Profile], digester: Digester, prioritise: Prioritise) -> frozenset[int]:
    last = newest(db)
    known = known_rulings(db)
    if last <= known:
        return frozenset()
    db.execute("INSERT OR REPLACE INTO meta VALUES ('rulings', ?)", (str(last),))
    again = regroup(db, profiles, digester, seeds_since(db, known), standing(db))
    return lay_down(db, again, prioritise)


def known_rulings(db: Any) -> int:
    """The entry about a ruling up to which the view knows them."""
    row = db.execute("SELECT value FROM meta WHERE key = 'rulings'").fetchone()
    return int(row[0]) if row else 0


def regroup(
    db: Any,
    profiles: dict[str, Profile],
    digester: Digester,
    seeds: Iterable[int],
    rulings: Sequence[Standing],
    earlier: Mapping[int, int] | None = None,
) -> Regrouped:
    """Group the records that hang together with ``seeds`` under these rulings; writes nothing.

    ``earlier``: record -> person where a withdrawn ruling gives its persons back.
    """
    records, edges = hanging_together(db, seeds, rulings)
    before = persons_in_truth(db, records)
    previous = {**before, **{one: person for one, person in (earlier or {}).items() if one in records}}
    given = _Given(
        lines=_as_received(db, profiles, records),
        rulings=tuple(one.plain() for one in rulings if one.a in records and one.b in records),
        previous=previous,
        worked=frozenset(worked_with(db) & set(previous.values())),
        edges=tuple(edges),
        model=model_in_force(db),
    )
    return Regrouped(given.grouped(profiles, digester), tuple(rulings), before)


def _as_received(db: Any, profiles: dict[str, Profile], records: set[int]) -> tuple[tuple[Any, ...], ...]:
    """The spellings of these records as their rows say them.

    What is hidden of the protected must not count: who is protected follows from the grouping, and the same
    rulings would come to other persons by another way.
    """
    shut = shielded_records(db) & records
    _name(db, "hanging", records - shut)
    lines = spelling_lines(db, "main", "WHERE s.record_id IN (SELECT id FROM temp.hanging)")
    if not shut:
        return lines
    note_deliveries(db, profiles, deliveries(db))
    _name(db, "touched", shut)
    return tuple(sorted((*lines, *spelled_lines(db, profiles)), key=lambda line: line[0]))


@dataclass(frozen=True)
class _Given:
    """All that a grouping follows from. The same is asked for again and again: a preview, then the ruling
    itself; the last answers are kept, by ids and digests: no name stays in memory."""

    lines: tuple[tuple[Any, ...], ...]
    rulings: tuple[Ruling, ...]
    previous: Mapping[int, int]
    worked: frozenset[int]
    edges: tuple[Edge, ...]
    model: Model

    def grouped(self, profiles: dict[str, Profile], digester: Digester) -> LinkResult:
        """Who is who, under the office's ids."""
        key = (
            hashlib.sha256(repr(self.lines).encode("utf-8", "surrogatepass")).digest(),
            self.rulings,
            tuple(sorted(self.previous.items())),
            self.worked,
            self.edges,
            self.model.id,
            digester.person(0),
        )
        with _guard:
            known = _answers.get(key)
        if known is None:
            known = match(
                framed(self.lines, profiles),
                rulings=self.rulings,
                previous=self.previous,
                worked=self.worked,
                changed=frozenset(),
                edges=self.edges,
                person_id_of=digester.person,
                model=self.model,
            )
            with _guard:
                _answers[key] = known
                while len(_answers) > _KEPT:
                    del _answers[next(iter(_answers))]
        return known


_KEPT = 32
_answers: dict[Hashable, LinkResult] = {}
_guard = threading.Lock()


def lay_down(db: Any, again: Regrouped, prioritise: Prioritise) -> frozenset[int]:
    """Write the grouping into the view, with all that follows; the persons it concerns."""
    records = again.result.persons
    _name(db, "hanging", records)
    query = "SELECT record_id, person_id FROM record WHERE record_id IN ({})"
    shown: dict[int, int] = dict(asked(db, query, records))
    doubts = _doubts(db)
    assign_persons(db, again.result)
    _move_facts(db, {one: person for one, person in records.items() if shown[one] != person})
    db.execute("DELETE FROM review WHERE a IN (SELECT id FROM temp.hanging) OR b IN (SELECT id FROM temp.hanging)")
    lay_reviews(db, again.result, again.rulings)
    touched = {person for one in records for person in (shown[one], records[one]) if shown[one] != records[one]}
    doubtful = {person for person, _ in doubts.items() ^ _doubts(db).items()}
    _derive(db, touched)
    _count_doubts(db, touched | doubtful)
    concerned = touched | doubtful
    if concerned:
        prioritise(db, sorted(_with_kin(db, concerned)))
    return frozenset(concerned)


def _derive(db: Any, persons: set[int]) -> None:
    if persons:
        _name(db, "persons", persons)
        derive_persons(db, True)
        searching.index(db, True)
        cover(db)


def _move_facts(db: Any, moved: Mapping[int, int]) -> None:
    """Facts hang on records and go with them."""
    db.executemany(
        "UPDATE fact SET person_id = ? WHERE record_id = ? AND person_id <> 0",
        ((person, record) for record, person in moved.items()),
    )


def _doubts(db: Any) -> dict[int, int]:
    """Open questions by person, among the records named ``hanging``."""
    return dict(
        db.execute(
            "SELECT person_id, count(*) FROM (SELECT person_a AS person_id, a, b FROM review UNION ALL"
            " SELECT person_b, a, b FROM review) WHERE a IN (SELECT id FROM temp.hanging)"
            " OR b IN (SELECT id FROM temp.hanging) GROUP BY person_id"
        ).fetchall()
    )


def _count_doubts(db: Any, persons: Collection[int]) -> None:
    db.executemany(
        "UPDATE person SET uncertain = (SELECT count(*) FROM review WHERE person_a = ?1 OR person_b = ?1)"
        " WHERE person_id = ?1",
        ((one,) for one in persons),
    )


def _with_kin(db: Any, persons: Collection[int]) -> set[int]:
    """These and everybody reachable from household to household: their findings use each other's."""
    found, fresh = set(persons), set(persons)
    while fresh:
        _name(db, "mates", fresh)  # not "kin": that is a table of the view
        mates = db.execute(
            "SELECT DISTINCT b.person_id FROM temp.mates AS k JOIN household AS a ON a.person_id = k.id"
            " JOIN household AS b ON b.household = a.household"
        ).fetchall()
        fresh = {row[0] for row in mates} - found
        found |= fresh
    return found


def _name(db: Any, table: str, ids: Iterable[int]) -> None:
    """Put these ids into ``temp.<table>``."""
    db.execute(f"CREATE TEMP TABLE IF NOT EXISTS {table} (id INTEGER PRIMARY KEY)")
    db.execute(f"DELETE FROM temp.{table}")
    db.executemany(f"INSERT INTO temp.{table} VALUES (?)", ((one,) for one in sorted(ids)))
