"""Rulings as the deriving of a view reads them: what stands, and what is worth asking again.

"Not the same" holds for ever. It is asked about anew only when one of the two records came with
other words since, and these words speak for "the same" more than those did that were ruled on.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.linkage.results import Edge, Ruling
from app.storage.batches.line_runs import batches_of
from app.storage.truth.desk import id_bytes, id_text

KINDS = "('ruling.made', 'ruling.withdrawn')"
MATTERS = 2.0
"""Bits towards "same" by which changed words must outweigh those that somebody ruled on."""

CHANGED = "changed_since_ruling"
"""The reason under which a pair is asked about again."""


@dataclass(frozen=True)
class Standing:
    """A ruling that stands, of the entry with these id bytes (empty: one only thought of)."""

    entry: bytes
    a: int
    b: int
    same: bool

    def plain(self) -> Ruling:
        """What grouping needs of it."""
        return Ruling(self.a, self.b, self.same)


def newest(db: Any, upto: int | None = None) -> int:
    """The sequence number of the newest entry about a ruling, up to one given; 0 for none."""
    row = db.execute(
        f"SELECT coalesce(max(seq), 0) FROM truth.entry WHERE kind IN {KINDS} AND seq <= coalesce(?, seq)", (upto,)
    ).fetchone()
    return int(row[0])


def standing(db: Any, upto: int | None = None) -> list[Standing]:
    """The rulings that stand now, or stood after the entry ``upto``, in the order of their making."""
    where = "withdrawn = 0"
    if upto is not None and newest(db) > upto:
        entries = _standing_at(db, upto)
        where = f"entry IN ({', '.join(_hex(one) for one in entries)})"
    rows = db.execute(
        f"SELECT entry, a, b, same FROM truth.ruling WHERE {where}"
        " ORDER BY (SELECT seq FROM truth.entry AS e WHERE e.id = entry), a, b"  # clocks may stand still or go back
    )
    return [Standing(entry, a, b, bool(same)) for entry, a, b, same in rows.fetchall()]


def _hex(blob: bytes) -> str:
    return f"x'{blob.hex()}'"


def _standing_at(db: Any, upto: int) -> list[bytes]:
    """The same, told from the entries themselves."""
    stands: dict[bytes, None] = {}
    replaced: dict[bytes, list[bytes]] = {}
    for kind, entry, payload in db.execute(
        f"SELECT kind, id, payload FROM truth.entry WHERE kind IN {KINDS} AND seq <= ? ORDER BY seq", (upto,)
    ).fetchall():
        said = json.loads(payload) if payload is not None else {}
        if kind == "ruling.made":
            replaced[entry] = [id_bytes(one) for one in said.get("replaces", ())]
            for one in replaced[entry]:
                stands.pop(one, None)
            stands[entry] = None
        elif "entry" in said:
            taken = id_bytes(said["entry"])
            stands.pop(taken, None)
            stands.update(dict.fromkeys(replaced.get(taken, ())))
    return list(stands)


def seeds_since(db: Any, seq: int) -> set[int]:
    """The records that the rulings made or withdrawn after this entry speak of."""
    found: set[int] = set()
    for kind, entry, payload in db.execute(
        f"SELECT kind, id, payload FROM truth.entry WHERE kind IN {KINDS} AND seq > ?", (seq,)
    ).fetchall():
        said = json.loads(payload) if payload is not None else {}
        concerned = [entry] if kind == "ruling.made" else [id_bytes(said["entry"])] if "entry" in said else []
        concerned += [id_bytes(one) for name in ("replaces", "restores") for one in said.get(name, ())]
        for one in concerned:
            for pair in db.execute("SELECT a, b FROM truth.ruling WHERE entry = ?", (one,)).fetchall():
                found.update(pair)
    return found


# ---------------------------------------------------------------- asking again


@dataclass(frozen=True)
class Again:
    """A pair ruled "not the same" whose records changed: the edge now, the evidence then."""

    edge: Edge
    before: list[list[object]]
    entry: bytes

    def why(self) -> str:
        """As a review keeps it, as JSON."""
        said = {
            "reason": CHANGED,
            "evidence": [[one.field, one.level, one.push] for one in self.edge.why],
            "before": self.before,
            "ruling": id_text(self.entry),
        }
        return json.dumps(said, ensure_ascii=False)


def asked_again(
    db: Any,
    rulings: Sequence[Standing],
    edges: Iterable[Edge],
    persons: Mapping[int, int],
    asked: set[tuple[int, int]],
) -> list[Again]:
    """What is to be asked about once more, one pair of records for each pair of persons.

    ``asked``: pairs of persons, smaller id first, that are in question anyhow.
    """
    parted = {(one.a, one.b): one for one in rulings if not one.same and one.entry}
    if not parted:
        return []
    best: dict[tuple[int, int], Again] = {}
    for edge in sorted(edges, key=lambda one: (-one.weight, one.a, one.b)):
        ruling = parted.get((edge.a, edge.b))
        if ruling is None:
            continue
        pair = (min(persons[edge.a], persons[edge.b]), max(persons[edge.a], persons[edge.b]))
        if pair[0] == pair[1] or pair in asked or pair in best:
            continue
        before = _edge_then(db, ruling)
        if (before is None or edge.weight >= before[0] + MATTERS) and _came_anew(db, ruling):
            best[pair] = Again(edge, before[1] if before else [], ruling.entry)
    return list(best.values())


def _edge_then(db: Any, ruling: Standing) -> tuple[float, list[list[object]]] | None:
    """Weight and evidence that the pair had when it was ruled on; None if it had none."""
    row = db.execute(
        "SELECT e.weight, e.why, e.state FROM truth.edge AS e JOIN truth.link_run AS l USING (run_id)"
        " WHERE e.a = ? AND e.b = ? AND l.entry IS NOT NULL"
        " AND e.run_id < coalesce((SELECT run_id FROM truth.link_run WHERE entry = ?), 0)"
        " ORDER BY e.run_id DESC LIMIT 1",
        (ruling.a, ruling.b, ruling.entry),
    ).fetchone()
    if row is None or row[2] == "withdrawn":
        return None
    return row[0], json.loads(row[1])["evidence"] if row[1] else []


def _came_anew(db: Any, ruling: Standing) -> bool:
    """Whether one of the records has a spelling of which no row had come before the ruling."""
    row = db.execute(
        "SELECT 1 FROM spelling AS s WHERE s.record_id IN (?1, ?2) AND NOT EXISTS ("
        " SELECT 1 FROM truth.batch AS b JOIN truth.entry AS e ON e.id = b.entry"
        f" WHERE b.batch_id IN ({batches_of('s.row_id', 'truth')})"
        " AND e.seq < (SELECT seq FROM truth.entry WHERE id = ?3)) LIMIT 1",
        (ruling.a, ruling.b, ruling.entry),
    ).fetchone()
    return row is not None
