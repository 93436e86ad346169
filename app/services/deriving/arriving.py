"""Linking what arrived: only changed records are compared, only what hangs on them is grouped.

Gives the same persons, edges and open questions as ``links.derive_links`` over the whole stock,
in a time that grows with what changed. The blocking keys of every record stand in the view's
table ``block``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from typing import Any

import numpy as np

from app.domain.extracts.profile import Profile
from app.linkage.blocking import sharing
from app.linkage.frame import normalise
from app.linkage.matching import compare, match
from app.linkage.model import shipped_variants
from app.linkage.results import Edge
from app.services.deriving.hanging import edges_of, hanging_together, kin, persons_in_truth, waiting_for_siblings
from app.services.deriving.links import (
    LinkChange,
    assign_persons,
    crowding,
    edge_changes,
    kept_keys,
    know_crowded,
    lay_keys,
    lay_reviews,
    spellings,
    worked_with,
)
from app.services.deriving.models import model_in_force
from app.services.deriving.refounding import Refounding
from app.services.deriving.regrouping import known_rulings
from app.services.deriving.rulings import newest, seeds_since, standing
from app.storage.digests import Digester


def link_arrivals(
    db: Any,
    profiles: dict[str, Profile],
    digester: Digester,
    changed: Set[int],
    refounding: Refounding | None = None,
) -> LinkChange:
    """Give the changed records of the new view, and those that hang on them, their persons.

    ``changed``: records that are new, that came with other words, or that are gone. ``refounding``
    names persons anew after a delivery was withdrawn or brought back.
    """
    if not changed and refounding is None and known_rulings(db) == newest(db):
        open_questions = db.execute("SELECT count(*) FROM review").fetchone()[0]
        return LinkChange(model_in_force(db).id, [], [], 0, open_questions, frozenset())
    _give_back_persons(db, changed)
    lived_with = kin(db, changed)
    _lay_keys(db, profiles, changed)
    crowd = crowding(db)
    know_crowded(db, crowd.keys)
    again = changed | crowd.moved
    before = {(edge.a, edge.b): edge for edge in edges_of(db, again)}
    found = _compare(db, profiles, again, crowd.keys)
    with_siblings = waiting_for_siblings(db, lived_with | kin(db, changed))
    return _settle(db, profiles, digester, again, before, found, refounding, with_siblings)


def link_found(db: Any, profiles: dict[str, Profile], digester: Digester, found: Sequence[Edge]) -> LinkChange:
    """Group anew what hangs on edges that were found elsewhere and that no run has kept before."""
    return _settle(db, profiles, digester, frozenset(), {}, found)


def _settle(
    db: Any,
    profiles: dict[str, Profile],
    digester: Digester,
    changed: Set[int],
    before: Mapping[tuple[int, int], Edge],
    found: Sequence[Edge],
    refounding: Refounding | None = None,
    seeds: Set[int] = frozenset(),
) -> LinkChange:
    """Group what hangs on these records and edges, and lay it into the view."""
    rulings = standing(db)
    every = {*seeds, *changed, *_ends(before.values()), *_ends(found), *seeds_since(db, known_rulings(db))}
    records, hanging = hanging_together(db, every, rulings, found)
    before = {**{(edge.a, edge.b): edge for edge in hanging}, **before}
    kept = [edge for edge in hanging if edge.a not in changed and edge.b not in changed]
    before_persons = persons_in_truth(db, records)
    previous = refounding.previous(before_persons) if refounding else before_persons
    _name(db, "near", records | changed)
    result = match(
        _spellings_near(db, profiles),
        rulings=[one.plain() for one in rulings if one.a in records and one.b in records],
        previous=previous,
        worked=worked_with(db) & set(previous.values()),
        changed=frozenset(),
        edges=[*kept, *found],
        person_id_of=digester.person,
        model=model_in_force(db),
    )
    result = refounding.named(result, previous) if refounding else result
    shown = _shown(db)
    assign_persons(db, result)
    db.execute("DELETE FROM review WHERE a IN (SELECT id FROM temp.near) OR b IN (SELECT id FROM temp.near)")
    lay_reviews(db, result, rulings)
    db.execute("INSERT OR REPLACE INTO meta VALUES ('rulings', ?)", (str(newest(db)),))
    edges = edge_changes(before, result.edges)
    return LinkChange(
        model=result.model,
        members=sorted((one, person) for one, person in result.persons.items() if before_persons.get(one) != person),
        edges=edges,
        made=sum(1 for edge in edges if edge[4] == "linked"),
        reviews=db.execute("SELECT count(*) FROM review").fetchone()[0],
        moved=frozenset(one for one, person in result.persons.items() if shown.get(one) != person),
    )


def _give_back_persons(db: Any, changed: Set[int]) -> None:
    """Freshly written records belong to nobody: give them back the person they had."""
    before = persons_in_truth(db, changed)
    db.executemany(
        "UPDATE record SET person_id = ? WHERE record_id = ? AND person_id = 0",
        ((person, one) for one, person in before.items()),
    )


def _shown(db: Any) -> dict[int, int]:
    query = "SELECT record_id, person_id FROM record WHERE record_id IN (SELECT id FROM temp.near)"
    return dict(db.execute(query).fetchall())


def _lay_keys(db: Any, profiles: dict[str, Profile], changed: Set[int]) -> None:
    """What the changed records are found by, anew."""
    _name(db, "near", changed)
    arrived = normalise(_spellings_near(db, profiles), shipped_variants())
    for table in ("block", "kin"):
        db.execute(f"DELETE FROM {table} WHERE record_id IN (SELECT id FROM temp.near)")
    lay_keys(db, arrived)


def _compare(db: Any, profiles: dict[str, Profile], changed: Set[int], crowded: np.ndarray) -> list[Edge]:
    """The edges of the changed records, from comparing them with whoever shares a blocking key."""
    _name(db, "near", changed)
    _name(db, "near", _candidates(db, crowded))
    return compare(_spellings_near(db, profiles), changed, model_in_force(db), crowded)


def _candidates(db: Any, crowded: np.ndarray) -> set[int]:
    """The records of ``temp.near`` and those that share a key with one of them that finds somebody."""
    records, keys = kept_keys(db)
    theirs = db.execute("SELECT keys FROM block WHERE record_id IN (SELECT id FROM temp.near)").fetchall()
    wanted = np.setdiff1d(np.frombuffer(b"".join(row[0] for row in theirs), dtype="<u4"), crowded)
    shared = sharing(records, keys, wanted.tobytes())
    return {row[0] for row in db.execute("SELECT id FROM temp.near").fetchall()} | set(shared.tolist())


def _spellings_near(db: Any, profiles: dict[str, Profile]) -> Any:
    return spellings(db, "main", profiles, "WHERE s.record_id IN (SELECT id FROM temp.near)")


def _ends(edges: Iterable[Edge]) -> set[int]:
    return {end for edge in edges for end in (edge.a, edge.b)}


def _name(db: Any, table: str, ids: Collection[int]) -> None:
    """Put these ids into ``temp.<table>``."""
    db.execute(f"CREATE TEMP TABLE IF NOT EXISTS {table} (id INTEGER PRIMARY KEY)")
    db.execute(f"DELETE FROM temp.{table}")
    db.executemany(f"INSERT INTO temp.{table} VALUES (?)", ((one,) for one in sorted(ids)))
