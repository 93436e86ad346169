"""Linking the records of a new view: what was there before goes in, who is who comes out.

The statistics are ``app.linkage``'s; this module brings it the spellings, the rulings, the persons
that people have already worked with and the edges that still hold, and keeps what it answers.
Regrouping only what a ruling touches stands in ``regrouping``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas

from app.domain.extracts.profile import Profile
from app.linkage.blocking import RULES, keys_of, sharing
from app.linkage.crowds import Crowding, crowded
from app.linkage.lines import Lines
from app.linkage.matching import match
from app.linkage.model import Model
from app.linkage.results import Edge, EdgeState, Evidence, LinkResult, Review
from app.linkage.siblings import families_of
from app.services.deriving.models import model_in_force
from app.services.deriving.records import spelled_in_rows
from app.services.deriving.rows import RowBook
from app.services.deriving.rulings import Standing, asked_again, newest, standing
from app.storage.batches.rows import StagedLinks, Staging
from app.storage.digests import Digester

if TYPE_CHECKING:
    from app.services.deriving.refounding import Refounding

_COLUMNS = [
    "record_id", "extract", "local_id", "name", "kana", "birth", "sex", "postal", "address",
    "phone", "guardian", "register_number", "household", "relation", "facility", "grade",
]  # fmt: skip

_SPELLINGS = f"""
    SELECT {", ".join(f"s.{name}" if name not in ("extract", "local_id") else f"r.{name}" for name in _COLUMNS)}
    FROM {{schema}}.spelling AS s JOIN {{schema}}.record AS r ON r.record_id = s.record_id
    {{which}} ORDER BY s.record_id, s.row_id
"""

_AT_ONCE = 20_000


@dataclass(frozen=True)
class LinkChange:
    """What a link run changed, as it goes into the truth."""

    model: str
    members: list[tuple[int, int]]
    edges: list[tuple[int, int, float, str, str]]
    made: int
    reviews: int
    moved: frozenset[int]

    def staged(self, staging: Staging) -> StagedLinks:
        """It laid ready in the truth, invisible until its entry is published."""
        writer = staging.links(self.model)
        writer.memberships(self.members)
        writer.edges(self.edges)
        return writer.finish()


def derive_links(
    db: Any,
    profiles: dict[str, Profile],
    digester: Digester,
    changed: Set[int] | None,
    upto: int | None = None,
    model: Model | None = None,
    refounding: Refounding | None = None,
) -> LinkChange:
    """Give every record of the new view its person; ``changed`` None scores all pairs.

    Only pairs that touch a changed record are scored again; the other edges are those that the
    last run kept. Rulings made after the entry ``upto`` are left out. ``model``: another one than
    that in force. ``refounding`` names persons anew after a delivery was withdrawn.
    """
    left_out = upto if upto is not None and newest(db) > upto else None
    before = _previous(db, left_out)
    previous = refounding.previous(before) if refounding else before
    kept = _kept_edges(db)
    rulings = standing(db, upto)
    db.execute("DELETE FROM block")
    db.execute("DELETE FROM kin")
    db.execute("INSERT OR REPLACE INTO meta VALUES ('blocks', ?)", (RULES,))
    crowd = cache(partial(crowding, db))
    result = match(
        _stock(db, profiles),
        see=lambda lines: lay_keys(db, lines),
        crowding=crowd,
        rulings=[one.plain() for one in rulings],
        previous=previous,
        worked=worked_with(db) & set(previous.values()),
        changed=changed,
        edges=[edge for edge in kept.values() if _untouched(edge, changed)],
        person_id_of=digester.person,
        model=model or model_in_force(db),
    )
    know_crowded(db, crowd().keys)
    result = refounding.named(result, previous) if refounding else result
    shown = dict(db.execute("SELECT record_id, person_id FROM record").fetchall())
    assign_persons(db, result)
    db.execute("DELETE FROM review")
    lay_reviews(db, result, rulings)
    db.execute("INSERT OR REPLACE INTO meta VALUES ('rulings', ?)", (str(newest(db, upto)),))
    edges = edge_changes(kept, result.edges)
    members = sorted((record, person) for record, person in result.persons.items() if before.get(record) != person)
    return LinkChange(
        model=result.model,
        members=members,
        edges=edges,
        made=sum(1 for edge in edges if edge[4] == "linked"),
        reviews=len(result.reviews),
        moved=frozenset(record for record, person in result.persons.items() if shown[record] != person),
    )


def _untouched(edge: Edge, changed: Set[int] | None) -> bool:
    return changed is not None and edge.a not in changed and edge.b not in changed


def spellings(db: Any, schema: str, profiles: dict[str, Profile], which: str = "") -> pandas.DataFrame:
    """One line for every spelling of every record in a view: what ``app.linkage.match`` reads.

    ``which``: a WHERE over the spellings ``s`` and records ``r``.
    """
    return framed(spelling_lines(db, schema, which), profiles)


def spelling_lines(db: Any, schema: str, which: str = "") -> tuple[tuple[Any, ...], ...]:
    """The same, as the view has them."""
    return tuple(db.execute(_SPELLINGS.format(schema=schema, which=which)).fetchall())


def spelled_lines(db: Any, profiles: dict[str, Profile]) -> Iterator[tuple[Any, ...]]:
    """The same for the records in ``temp.touched``, as their rows have them. ``temp.laid`` stands."""
    texts = attrgetter(*_COLUMNS[3:])
    for record, extract, local_id, words in spelled_in_rows(db, RowBook(db, profiles)):
        yield record, extract, local_id, *texts(words)


def _stock(db: Any, profiles: dict[str, Profile]) -> Iterator[pandas.DataFrame]:
    """All spellings, some records at a time; no record is torn."""
    cursor = db.execute(_SPELLINGS.format(schema="main", which=""))
    rows: list[tuple[Any, ...]] = []
    while more := cursor.fetchmany(_AT_ONCE):
        rows += more
        last = rows[-1][0]
        whole = next((place for place in range(len(rows), 0, -1) if rows[place - 1][0] != last), 0)
        if whole:
            yield framed(rows[:whole], profiles)
            rows = rows[whole:]
    if rows:
        yield framed(rows, profiles)


def framed(rows: Sequence[tuple[Any, ...]], profiles: dict[str, Profile]) -> pandas.DataFrame:
    """Lines of ``spelling_lines`` as ``app.linkage.match`` reads them."""
    frame = pandas.DataFrame(rows, columns=_COLUMNS)
    systems = [profiles[key].system for key in frame["extract"]]
    frame.insert(3, "system", systems)
    return frame.astype({name: "str" for name in frame.columns if name != "record_id"})


def _previous(db: Any, upto: int | None) -> dict[int, int]:
    """Record -> person of the last link result; without those of rulings after the entry ``upto``."""
    rows = db.execute(
        "SELECT m.record_id, m.person_id FROM truth.membership AS m JOIN truth.link_run AS l USING (run_id)"
        " JOIN truth.entry AS e ON e.id = l.entry WHERE e.kind = 'links.made' OR e.seq <= coalesce(?, e.seq)"
        " ORDER BY l.run_id",
        (upto,),
    )
    return dict(rows.fetchall())


def last_model(db: Any) -> str:
    """The model that the standing edges were weighed with; "" before the first linking."""
    row = db.execute(
        "SELECT l.model FROM truth.link_run AS l JOIN truth.entry AS e ON e.id = l.entry"
        " WHERE e.kind = 'links.made' ORDER BY l.run_id DESC LIMIT 1"
    ).fetchone()
    return str(row[0]) if row else ""


def blocks_fit(db: Any) -> bool:
    """Whether the kept blocking keys are such as this program makes."""
    return db.execute("SELECT 1 FROM meta WHERE key = 'blocks' AND value = ?", (RULES,)).fetchone() is not None


def _kept_edges(db: Any) -> dict[tuple[int, int], Edge]:
    rows = db.execute(
        "SELECT a, b, weight, why, state FROM truth.edge JOIN truth.link_run USING (run_id)"
        " WHERE entry IS NOT NULL ORDER BY run_id"
    ).fetchall()
    latest = {(a, b): (weight, why, state) for a, b, weight, why, state in rows}
    return {
        pair: edge_of(pair, weight, why, state) for pair, (weight, why, state) in latest.items() if state != "withdrawn"
    }


def edge_of(pair: tuple[int, int], weight: float, why: str, state: EdgeState) -> Edge:
    """An edge as the truth keeps it."""
    reason, evidence = _because(why)
    return Edge(*pair, weight, evidence, state, reason)


@lru_cache(maxsize=2048)
def _because(why: str) -> tuple[Any, tuple[Evidence, ...]]:
    """The reason and the evidence that a text holds: some hundred such texts stand at all pairs of an office."""
    said: dict[str, Any] = json.loads(why) if why else {"reason": "", "evidence": []}
    return said["reason"], tuple(Evidence(*one) for one in said["evidence"])


def worked_with(db: Any) -> set[int]:
    """Persons whom somebody has ever decided on, contacted, heard or taken on: that never ends."""
    rows = db.execute(
        "SELECT person_id FROM truth.decision UNION SELECT person_id FROM truth.contact"
        " UNION SELECT person_id FROM truth.carried UNION SELECT person_id FROM truth.stance"
        " UNION SELECT person_id FROM truth.protection"
        " UNION SELECT person_id FROM truth.notice UNION SELECT person_id FROM truth.assignment WHERE member <> ''"
        " UNION SELECT person_id FROM truth.assignment_before WHERE member <> ''"
    ).fetchall()
    return {row[0] for row in rows}


def assign_persons(db: Any, result: LinkResult) -> None:
    """Write each record's person and state."""
    db.executemany(
        "UPDATE record SET person_id = ?, state = ? WHERE record_id = ?",
        ((person, result.states[record], record) for record, person in result.persons.items()),
    )


def lay_reviews(db: Any, result: LinkResult, rulings: Sequence[Standing]) -> None:
    """Add the pairs in question among the records of ``result``."""
    persons = result.persons
    asked = {tuple(sorted((persons[one.a], persons[one.b]))) for one in result.reviews}
    rows = [(one.a, one.b, one.weight, _why(one)) for one in result.reviews]
    again = asked_again(db, rulings, result.edges, persons, {(low, high) for low, high in asked})
    rows += [(one.edge.a, one.edge.b, one.edge.weight, one.why()) for one in again]
    db.executemany(
        "INSERT INTO review VALUES (?, ?, ?, ?, ?, ?)",
        ((a, b, weight, why, persons[a], persons[b]) for a, b, weight, why in rows),
    )


def _why(said: Edge | Review) -> str:
    """The reason and the evidence field by field, as JSON."""
    return _why_text(said.reason, said.why)


@lru_cache(maxsize=4096)
def _why_text(reason: str, why: tuple[Evidence, ...]) -> str:
    """Some hundred such texts stand at all pairs of an office: each is written, and held, once."""
    evidence = [[one.field, one.level, one.push] for one in why]
    return json.dumps({"reason": reason, "evidence": evidence}, ensure_ascii=False)


def lay_keys(db: Any, lines: Lines) -> None:
    """Keep by which numbers records are found (``app.linkage.blocking``) and whom they live with."""
    db.executemany("INSERT INTO block VALUES (?, ?)", keys_of(lines))
    db.executemany("INSERT OR IGNORE INTO kin VALUES (?, ?)", families_of(lines))


def kept_keys(db: Any) -> tuple[np.ndarray, list[bytes]]:
    """All records, and by which keys each is found."""
    rows = db.execute("SELECT record_id, keys FROM block").fetchall()
    return np.fromiter((row[0] for row in rows), dtype=np.int64, count=len(rows)), [row[1] for row in rows]


def crowding(db: Any) -> Crowding:
    """Which keys too many records have by now, and what that changed since the last run."""
    records, keys = kept_keys(db)
    now = crowded(np.frombuffer(b"".join(keys), dtype="<u4"))
    before = db.execute("SELECT value FROM meta WHERE key = 'crowded'").fetchone()
    earlier = np.frombuffer(bytes.fromhex(before[0]) if before else b"", dtype="<u4")
    other = np.setxor1d(now, earlier)
    moved = sharing(records, keys, other.astype("<u4").tobytes()).tolist() if len(other) else ()
    return Crowding(now, frozenset(moved))


def know_crowded(db: Any, keys: np.ndarray) -> None:
    """Keep what was crowded in this run: the next one compares with it."""
    db.execute("DELETE FROM meta WHERE key = 'crowded'")
    if len(keys):
        db.execute("INSERT INTO meta VALUES ('crowded', ?)", (keys.astype("<u4").tobytes().hex(),))


def edge_changes(kept: Mapping[tuple[int, int], Edge], edges: Iterable[Edge]) -> list[tuple[int, int, float, str, str]]:
    """New and differing edges, and those of ``kept`` that no longer hold. Each keeps its evidence:
    the next grouping reads it, and people see it."""
    now = {(edge.a, edge.b): edge for edge in edges}
    fresh = [
        (*pair, edge.weight, _why(edge), edge.state)
        for pair, edge in sorted(now.items())
        if pair not in kept or (kept[pair].weight, kept[pair].state) != (edge.weight, edge.state)
    ]
    gone = [(*pair, edge.weight, "", "withdrawn") for pair, edge in sorted(kept.items()) if pair not in now]
    return fresh + gone
