"""What hangs together: the records that one another's persons depend on.

Over edges, rulings and common persons, from some records to all whose grouping theirs may change.
Reads only, from the view with the truth attached as ``truth``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from app.linkage.results import Edge
from app.linkage.siblings import liftable
from app.services.deriving.links import edge_of
from app.services.deriving.rulings import Standing

_AT_ONCE = 400


def hanging_together(
    db: Any, seeds: Iterable[int], rulings: Sequence[Standing], new: Iterable[Edge] = ()
) -> tuple[set[int], list[Edge]]:
    """The records reachable from ``seeds`` over edges, rulings and persons, and the edges among them.

    Also whoever lives with a pair that siblings may lift. ``new``: edges that no run has kept yet.
    """
    lifted = {end for edge in new if liftable(edge) for end in (edge.a, edge.b)}
    ruled: dict[int, set[int]] = {}
    for one in rulings:
        ruled.setdefault(one.a, set()).add(one.b)
        ruled.setdefault(one.b, set()).add(one.a)
    found: set[int] = set()
    edges: dict[tuple[int, int], Edge] = {}
    fresh = set(seeds) | kin(db, lifted)
    while fresh:
        fresh = _present(db, fresh)
        found |= fresh
        nearby = {other for one in fresh for other in ruled.get(one, ())} | _same_person(db, fresh)
        for edge in edges_of(db, fresh):
            edges[edge.a, edge.b] = edge
            nearby |= {edge.a, edge.b}
            if liftable(edge) and not lifted >= {edge.a, edge.b}:
                lifted |= {edge.a, edge.b}
                nearby |= kin(db, {edge.a, edge.b})
        fresh = nearby - found
    inside = [edge for edge in edges.values() if edge.a in found and edge.b in found]
    return found, sorted(inside, key=lambda edge: (edge.a, edge.b))


def edges_of(db: Any, records: Collection[int]) -> list[Edge]:
    """The newest published state of every pair that touches these records, if it still holds."""
    query = (
        "SELECT e.a, e.b, e.run_id, e.weight, e.why, e.state FROM truth.edge AS e JOIN truth.link_run AS l"
        " USING (run_id) WHERE l.entry IS NOT NULL AND e.{end} IN ({{}})"
    )
    rows = {row[:3]: row for end in "ab" for row in asked(db, query.format(end=end), records)}
    latest = {(row[0], row[1]): row[3:] for _, row in sorted(rows.items())}
    return [edge_of(pair, *said) for pair, said in latest.items() if said[2] != "withdrawn"]


def kin(db: Any, records: Collection[int]) -> set[int]:
    """These records and those that stand in a household with one of them."""
    query = "SELECT b.record_id FROM kin AS a JOIN kin AS b ON b.key = a.key WHERE a.record_id IN ({})"
    return {*records, *(row[0] for row in asked(db, query, records))}


def waiting_for_siblings(db: Any, records: Collection[int]) -> set[int]:
    """The ends of the pairs among these records' that siblings may lift."""
    return {end for edge in edges_of(db, records) if liftable(edge) for end in (edge.a, edge.b)}


def persons_in_truth(db: Any, records: Collection[int]) -> dict[int, int]:
    """Record -> person of the last published link result, for those of these records that had one."""
    query = (
        "SELECT m.record_id, m.run_id, m.person_id FROM truth.membership AS m JOIN truth.link_run AS l"
        " USING (run_id) WHERE l.entry IS NOT NULL AND m.record_id IN ({})"
    )
    return {record: person for record, _, person in sorted(asked(db, query, records))}


def _present(db: Any, records: set[int]) -> set[int]:
    return {row[0] for row in asked(db, "SELECT record_id FROM record WHERE record_id IN ({})", records)}


def _same_person(db: Any, records: set[int]) -> set[int]:
    query = (
        "SELECT record_id FROM record WHERE person_id IN"
        " (SELECT person_id FROM record WHERE record_id IN ({}) AND person_id <> 0)"
    )
    return {row[0] for row in asked(db, query, records)}


def asked(db: Any, query: str, records: Collection[int]) -> list[tuple[Any, ...]]:
    """The rows of a query that takes ids in place of ``{}``, some hundred at a time."""
    ordered = sorted(records)
    rows: list[tuple[Any, ...]] = []
    for start in range(0, len(ordered), _AT_ONCE):
        rows += db.execute(query.format(", ".join(map(str, ordered[start : start + _AT_ONCE])))).fetchall()
    return rows
