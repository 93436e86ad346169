"""Results of runs: what each run showed of each child, and who stood on its list.

They are truth: what was on screen then does not follow from today's criteria. Written in short
transactions and named by the run's entry with the root over them; unnamed ones are cleared away.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple, Protocol

from app.storage import database
from app.storage.database import Connection, transaction
from app.storage.digests import Merkle

_CHILDREN_IN_BLOCK = 512


class Sign(NamedTuple):
    """A finding that held then. ``value`` is what was measured, None where there is none."""

    criterion: str
    points: int
    step: int
    value: float | None


class Shown(NamedTuple):
    """What a run showed of one child."""

    person_id: int
    level: str
    points: int
    signs: tuple[Sign, ...]


class Listed(NamedTuple):
    """A child on the list (``list``) or drawn from below it (``sample``); places count from 1."""

    person_id: int
    how: str
    place: int


@dataclass(frozen=True)
class StagedResults:
    """Results that wait for the entry of their run."""

    results: int
    root: bytes

    def said(self) -> dict[str, object]:
        """What the run's entry says about them."""
        return {"results": self.results, "merkle": self.root.hex()}


class _Staging(Protocol):
    connection: Connection
    pace: Any


def stage(staging: _Staging, shown: Iterable[Shown], listed: Sequence[Listed]) -> StagedResults:
    """Store what a run shows, children in the order of their ids; the run's entry must name it."""
    with database.explained():
        connection = staging.connection
        with transaction(connection):
            newest = "SELECT max(results) AS n FROM {}"
            number = (
                1
                + connection.execute(
                    f"SELECT coalesce(max(n), 0) FROM ({newest.format('result')} UNION ALL {newest.format('listed')})"
                ).fetchone()[0]
            )
            connection.executemany("INSERT INTO listed VALUES (?, ?, ?, ?)", ((number, *one) for one in listed))
        staging.pace.put("INSERT INTO result VALUES (?, ?, ?)", ((number, *block) for block in _blocks(shown)))
        return StagedResults(number, root_of(connection, number))


def _blocks(shown: Iterable[Shown]) -> Iterator[tuple[int, bytes]]:
    source = iter(shown)
    while children := list(islice(source, _CHILDREN_IN_BLOCK)):
        text = json.dumps(children, ensure_ascii=False, separators=(",", ":"))
        yield children[0].person_id, zlib.compress(text.encode())


def root_of(connection: Connection, results: int) -> bytes:
    """The Merkle root over what is stored of a run's results."""
    tree = Merkle()
    for first, block in connection.execute(
        "SELECT first, block FROM result WHERE results = ? ORDER BY first", (results,)
    ):
        tree.add(first.to_bytes(8, "big") + block)
    for line in connection.execute(
        "SELECT person_id, how, place FROM listed WHERE results = ? ORDER BY person_id", (results,)
    ):
        tree.add(json.dumps(line).encode())
    return tree.root()


def shown_then(connection: Connection, results: int, person_id: int) -> Shown | None:
    """What a run showed of a child; None where it had nothing to show."""
    row = connection.execute(
        "SELECT block FROM result WHERE results = ? AND first <= ? ORDER BY first DESC LIMIT 1", (results, person_id)
    ).fetchone()
    found = (child for child in _children(row[0]) if child.person_id == person_id) if row else iter(())
    return next(found, None)


def all_shown(connection: Connection, results: int) -> Iterator[Shown]:
    """What a run showed of everybody, in the order of their ids."""
    rows = connection.execute("SELECT block FROM result WHERE results = ? ORDER BY first", (results,))
    for (block,) in rows.fetchall():
        yield from _children(block)


def _children(block: bytes) -> Iterator[Shown]:
    for person, level, points, signs in json.loads(zlib.decompress(block)):
        yield Shown(person, level, points, tuple(Sign(*sign) for sign in signs))


def listed_then(connection: Connection, results: int) -> tuple[Listed, ...]:
    """Who stood on the list of a run or was drawn from below it, by place."""
    rows = connection.execute(
        "SELECT person_id, how, place FROM listed WHERE results = ? ORDER BY how, place", (results,)
    )
    return tuple(Listed(*row) for row in rows.fetchall())


class RunMade(NamedTuple):
    """A published run: its number, its day (ISO), when it was made, and its results (0: none kept)."""

    run_id: int
    as_of: str
    made: str
    results: int
    root: str


def runs_made(connection: Connection, schema: str = "main") -> list[RunMade]:
    """Every published run, the newest first."""
    rows = connection.execute(
        f"SELECT r.run_id, r.as_of, r.made, e.payload FROM {schema}.run AS r JOIN {schema}.entry AS e"
        " ON e.id = r.entry ORDER BY r.run_id DESC"
    ).fetchall()
    made = []
    for run, as_of, when, payload in rows:
        said = json.loads(payload) if payload is not None else {}
        made.append(RunMade(run, as_of, when, int(said.get("results", 0)), str(said.get("merkle", ""))))
    return made


def clear_unnamed(connection: Connection) -> None:
    """Delete results that no entry of a run names: their run was never published."""
    stored = {row[0] for table in ("result", "listed") for row in connection.execute(
        f"SELECT DISTINCT results FROM {table}")}  # fmt: skip
    for number in stored - {run.results for run in runs_made(connection)}:
        for table in ("result", "listed"):
            connection.execute(f"DELETE FROM {table} WHERE results = ?", (number,))
