"""Rows as received, and link results: staged in short transactions, invisible until published.

Staging has a connection of its own, so a decision can be saved between any two of its
transactions. What was staged and never published is cleared away by ``clearing``.
"""

from __future__ import annotations

import json
import time as clocks
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from app.storage import database
from app.storage.batches.line_runs import Written
from app.storage.database import Connection, transaction
from app.storage.digests import Merkle, cells_of, link_leaf, row_leaf
from app.storage.files.known_lines import LINE, PART, Lines

ACCEPTED, REJECTED = 0, 2
TARGET_SECONDS = 0.010
PAUSE_SECONDS = 0.002
ALONE_SECONDS = 0.5
CHECKPOINT_SECONDS = 2.0
"""After so much writing the write-ahead log is folded in."""
WINDOW = 50_000
"""Lines kept in memory to be stored in the order of their ids."""


_WRITE_AGAIN = (
    "INSERT INTO batch_line (batch_id, line, row_id, key, record_id, outcome)"
    " SELECT ?1, line + ?2 - ?5, row_id, key, record_id, outcome FROM batch_line"
    " WHERE batch_id = ?4 AND line >= ?5 AND line < ?5 + ?3"
)


class StagedRow(NamedTuple):
    """One line of a file. ``kept``: its cells as ``digests.written`` spells them; ids as ``Digester`` makes them."""

    line: int
    row_id: int
    digest: bytes
    kept: bytes
    key: int | None
    record_id: int | None
    outcome: int = ACCEPTED


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why a line was rejected or warned of. ``reason`` is a message key, ``args`` its values."""

    line: int
    column: str
    value: str
    reason: str
    args: dict[str, object]
    outcome: str = "rejected"


@dataclass(frozen=True)
class StagedBatch:
    """A batch that waits for its entry. ``merkle`` is the root over its lines."""

    batch_id: int
    rows: int
    accepted: int
    rejected: int
    merkle: bytes


@dataclass(frozen=True)
class StagedLinks:
    """A link result that waits for its entry. ``merkle`` is the root over memberships and edges."""

    run_id: int
    merkle: bytes


class Pace:
    """Keeps each transaction under about 20 ms by measuring, and pauses in between.

    ``alone``: nobody else works in this office meanwhile, so nobody waits for the end of a transaction.
    """

    def __init__(self, connection: Connection, *, alone: bool = False) -> None:
        self._connection = connection
        self._target, self._most = (ALONE_SECONDS, WINDOW) if alone else (TARGET_SECONDS, 5000)
        self._pause = 0.0 if alone else PAUSE_SECONDS
        self._size = 100
        self._since_checkpoint = 0.0

    def put(self, statement: str, values: Iterable[Sequence[object]]) -> int:
        """``executemany`` in short transactions; returns how many values there were."""
        return self.each(values, lambda chunk: self._connection.executemany(statement, chunk))

    def each(self, values: Iterable[Any], work: Callable[[list[Any]], object]) -> int:
        """Give chunks of the values to ``work``, each in a short transaction of its own."""
        source, done = iter(values), 0
        while chunk := list(islice(source, self._size)):
            begun = clocks.perf_counter()
            with transaction(self._connection):
                work(chunk)
            self._rest(clocks.perf_counter() - begun)
            done += len(chunk)
        return done

    def _rest(self, took: float) -> None:
        factor = min(2.0, max(0.3, self._target / max(took, 0.0005)))
        self._size = int(min(self._most, max(20, self._size * factor)))
        self._since_checkpoint += took
        if self._since_checkpoint > CHECKPOINT_SECONDS:
            self._since_checkpoint = 0.0
            self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        if self._pause:
            clocks.sleep(self._pause)


class Staging:
    """Writes staged batches and link results. One thread; ``close`` it, or use ``with``."""

    def __init__(self, path: Path, key: bytes, *, alone: bool = False) -> None:
        self.connection = database.connect(path, key)
        # Not synced one by one: the publishing commit syncs the whole log before it counts.
        self.connection.execute("PRAGMA synchronous = NORMAL")
        self.connection.execute("PRAGMA wal_autocheckpoint = 0")
        self.pace = Pace(self.connection, alone=alone)

    def __enter__(self) -> Staging:
        return self

    def __exit__(self, *_what: object) -> None:
        self.close()

    def close(self) -> None:
        """Fold the log in as far as readers allow, and close."""
        self.connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        self.connection.close()

    def known_file(self, file_digest: bytes) -> int | None:
        """The published batch with exactly this content, or None."""
        row = self.connection.execute(
            "SELECT batch_id FROM batch WHERE file_digest = ? AND state = 'published'", (file_digest,)
        ).fetchone()
        return int(row[0]) if row else None

    def batch(
        self, *, extract: str, file: str, as_of: str | None, received: str, header: Sequence[str], encoding: str,
        file_digest: bytes = b"", covers_from: str | None = None, covers_to: str | None = None,
    ) -> BatchWriter:  # fmt: skip
        """Begin a batch; days and times are ISO texts."""
        columns = json.dumps(list(header), ensure_ascii=False)
        with database.explained(), transaction(self.connection):
            self.connection.execute("INSERT OR IGNORE INTO header (extract, columns) VALUES (?, ?)", (extract, columns))
            header_id = self.connection.execute(
                "SELECT header_id FROM header WHERE extract = ? AND columns = ?", (extract, columns)
            ).fetchone()[0]
            cursor = self.connection.execute(
                "INSERT INTO batch (extract, file, as_of, received, state, rows, accepted, rejected, header, encoding,"
                " file_digest, covers_from, covers_to) VALUES (?, ?, ?, ?, 'staged', 0, 0, 0, ?, ?, ?, ?, ?)",
                (extract, file, as_of, received, columns, encoding, file_digest, covers_from, covers_to),
            )
        return BatchWriter(self, int(cursor.lastrowid), header_id, extract)

    def refuse(self, batch_id: int) -> None:
        """A staged batch that will not be published; cleared away with what was left unfinished, but not told."""
        with database.explained(), transaction(self.connection):
            self.connection.execute(
                "UPDATE batch SET state = 'refused' WHERE batch_id = ? AND state = 'staged'", (batch_id,)
            )

    def cells(self, row_id: int) -> list[str]:
        """The cells of a row that is stored."""
        return cells_of(self.connection.execute("SELECT cells FROM row WHERE row_id = ?", (row_id,)).fetchone()[0])

    def links(self, model: str) -> LinkWriter:
        """Begin a link result made with this model."""
        with database.explained(), transaction(self.connection):
            cursor = self.connection.execute("INSERT INTO link_run (model) VALUES (?)", (model,))
        return LinkWriter(self, int(cursor.lastrowid))


class BatchWriter:
    """The lines of one staged batch; feed them in the order of their lines."""

    def __init__(self, staging: Staging, batch_id: int, header_id: int, extract: str) -> None:
        self.batch_id = batch_id
        self._staging, self._header_id, self._extract = staging, header_id, extract
        self._merkle = Merkle()
        self._rows = self._rejected = 0
        self._last_line = 0
        self._waiting: list[StagedRow] = []
        self._known: list[Lines] = []
        self._shared: tuple[int, Written] | None = None
        self._parts = 0

    def add(self, rows: Iterable[StagedRow]) -> None:
        """Store these lines; rows that are stored already are only referred to."""
        some = list(rows)
        last = self._last_line
        for row in some:
            if row.line <= last:
                raise AssertionError(f"lines must rise: {row.line} after {last}")
            last = row.line
        self._last_line = last
        self._merkle.add_all([row_leaf(row.line, row.digest, row.outcome) for row in some])
        self._rows += len(some)
        self._rejected += sum(row.outcome == REJECTED for row in some)
        self._waiting += some
        if len(self._waiting) >= WINDOW:
            self._flush()

    def add_beside(self, rows: Sequence[StagedRow], batch: int, carried: Lines, numbers: Lines) -> None:
        """Store these lines, and beside them lines that stand in another batch too, on the lines ``numbers``."""
        lines = np.concatenate([np.array([row.line for row in rows], np.int64), numbers])
        digests = [*(row.digest for row in rows), *carried["digest"].tolist()]
        outcomes = [row.outcome for row in rows] + [ACCEPTED] * len(carried)
        order = np.argsort(lines, kind="stable")
        rising = lines[order].tolist()
        if rising[0] <= self._last_line or len(np.unique(lines)) < len(lines):
            raise AssertionError(f"lines must rise: {rising[0]} after {self._last_line}")
        self._last_line = rising[-1]
        self._merkle.add_all(
            row_leaf(line, bytes(digests[at]), outcomes[at]) for line, at in zip(rising, order.tolist(), strict=True)
        )
        self._rows += len(rising)
        self._rejected += sum(outcome == REJECTED for outcome in outcomes)
        self._waiting += rows
        if len(self._waiting) >= WINDOW:
            self._flush()
        self._share(batch, carried, numbers)

    def _share(self, batch: int, carried: Lines, numbers: Lines) -> None:
        """Name lines where they are written; write them again where they are strewn over too many runs."""
        if self._shared is None or self._shared[0] != batch:
            self._shared = batch, Written(self._staging.connection, batch)
        where, pace = self._shared[1], self._staging.pace
        runs = ((self.batch_id, *run) for run in where.runs(numbers, carried["line"]))
        with database.explained():
            if where.scattered:
                pace.put(_WRITE_AGAIN, runs)
            else:
                pace.put("INSERT INTO batch_run VALUES (?, ?, ?, ?, ?)", runs)

    def remember(self, lines: Lines) -> None:
        """Keep these sound lines, so that they are known when they come again."""
        self._known.append(lines)
        while sum(map(len, self._known)) >= PART:
            whole = np.concatenate(self._known)
            self._keep_part(whole[:PART])
            self._known = [whole[PART:]]

    def _keep_part(self, lines: Lines) -> None:
        with database.explained():
            self._staging.pace.put(
                "INSERT INTO known_line (batch_id, part, lines) VALUES (?, ?, ?)",
                [(self.batch_id, self._parts, lines.tobytes())],
            )
        self._parts += 1

    def _flush(self) -> None:
        """Store a window of lines in the order of their ids: neighbours in the indexes share pages,
        which is what the short transactions cost."""
        window, self._waiting = sorted(self._waiting, key=itemgetter(1)), []
        header, extract, batch = self._header_id, self._extract, self.batch_id
        with database.explained():
            self._staging.pace.put(
                "INSERT OR IGNORE INTO row (row_id, digest, extract, header_id, cells) VALUES (?, ?, ?, ?, ?)",
                ((row_id, digest, extract, header, kept) for _, row_id, digest, kept, _, _, _ in window),
            )
            self._staging.pace.put(
                "INSERT INTO batch_line (batch_id, line, row_id, key, record_id, outcome) VALUES (?, ?, ?, ?, ?, ?)",
                ((batch, line, row_id, key, record, outcome) for line, row_id, _, _, key, record, outcome in window),
            )

    def problems(self, problems: Iterable[RowProblem]) -> None:
        """Store why lines were rejected or warned of."""
        with database.explained():
            self._staging.pace.put(
                'INSERT INTO row_problem (batch_id, line, "column", value, reason, args, outcome)'
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    (self.batch_id, said.line, said.column, said.value, said.reason,
                     json.dumps(said.args, ensure_ascii=False, default=str), said.outcome)
                    for said in problems
                ),
            )  # fmt: skip

    def finish(self, mark: bytes = b"") -> StagedBatch:
        """Write the counts; the batch now waits for its entry. ``mark``: by which rules its lines were read."""
        self._flush()
        if mark:
            self._keep_part(np.concatenate([np.empty(0, LINE), *self._known]))
        accepted = self._rows - self._rejected
        with database.explained(), transaction(self._staging.connection):
            self._staging.connection.execute(
                "UPDATE batch SET rows = ?, accepted = ?, rejected = ?, merkle = ? WHERE batch_id = ?",
                (self._rows, accepted, self._rejected, self._merkle.root(), self.batch_id),
            )
            if mark:
                self._staging.connection.execute("INSERT INTO known_file VALUES (?, ?)", (self.batch_id, mark))
        return StagedBatch(self.batch_id, self._rows, accepted, self._rejected, self._merkle.root())


class LinkWriter:
    """Memberships and edges of one staged link result."""

    def __init__(self, staging: Staging, run_id: int) -> None:
        self.run_id = run_id
        self._staging = staging

    def memberships(self, pairs: Iterable[tuple[int, int]]) -> None:
        """``(record_id, person_id)``: new or changed ones only."""
        with database.explained():
            self._staging.pace.put(
                "INSERT INTO membership (record_id, run_id, person_id) VALUES (?, ?, ?)",
                ((record, self.run_id, person) for record, person in pairs),
            )

    def edges(self, edges: Iterable[tuple[int, int, float, str, str]]) -> None:
        """``(a, b, weight, why as JSON, state)`` with a < b; state is linked, review or withdrawn."""
        with database.explained():
            self._staging.pace.put(
                "INSERT INTO edge (a, b, run_id, weight, why, state) VALUES (?, ?, ?, ?, ?, ?)",
                ((a, b, self.run_id, weight, why, state) for a, b, weight, why, state in edges),
            )

    def finish(self) -> StagedLinks:
        """The link result now waits for its entry."""
        return StagedLinks(self.run_id, links_root(self._staging.connection, self.run_id))


def batch_root(connection: Connection, batch_id: int) -> bytes:
    """The Merkle root over what is stored of a batch."""
    tree = Merkle()
    for line, digest, outcome in connection.execute(
        "SELECT b.line, r.digest, b.outcome FROM batch_row b LEFT JOIN row r ON r.row_id = b.row_id"
        " WHERE b.batch_id = ? ORDER BY b.line",
        (batch_id,),
    ):
        tree.add(row_leaf(line, digest or b"", outcome))
    return tree.root()


def links_root(connection: Connection, run_id: int) -> bytes:
    """The Merkle root over a link result as stored."""
    tree = Merkle()
    for record, person in connection.execute(
        "SELECT record_id, person_id FROM membership WHERE run_id = ? ORDER BY record_id", (run_id,)
    ):
        tree.add(link_leaf(record, person))
    for edge in connection.execute(
        "SELECT a, b, weight, why, state FROM edge WHERE run_id = ? ORDER BY a, b", (run_id,)
    ):
        tree.add(json.dumps(edge, ensure_ascii=False).encode())
    return tree.root()
