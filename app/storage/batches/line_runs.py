"""Lines that a batch shares with an earlier one: written once, and named in runs by every later batch.

``batch_line`` holds the lines that a batch brought itself, ``batch_run`` names stretches of those of others.
``batch_row`` is every line of every batch, as if each had been written. A run always names the batch where its
lines are written, so nothing has to be followed from batch to batch.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from app.storage.database import Connection

LONGEST = 64
"""Lines in a run at most: so few runs can hold a line that all that may are looked at (``batch_row``)."""

SCATTERED = 8
"""A batch of fewer lines than this for each run is too scattered to be named: its lines are written again."""

Run = tuple[int, int, int, int]
"""First line, how many, and the batch and line where they are written."""

_Numbers = npt.NDArray[np.int64]


def batches_of(row: str, schema: str = "main") -> str:
    """The batches in which a row stands, as a SELECT that may name a row of the statement around it.

    ``row``: an SQL expression. SQLite carries a value or ``IN (SELECT ...)`` into ``batch_row``, but no column of
    a table beside or around it: then all lines of all batches would be looked at.
    """
    return (
        f"SELECT w.batch_id FROM {schema}.batch_line AS w WHERE w.row_id = {row} UNION ALL"
        f" SELECT u.batch_id FROM {schema}.batch_line AS w JOIN {schema}.batch_run AS u ON u.from_batch = w.batch_id"
        f" AND u.from_line BETWEEN w.line - {LONGEST - 1} AND w.line AND w.line < u.from_line + u.count"
        f" WHERE w.row_id = {row}"
    )


class Written:
    """Where the lines of a batch are written."""

    def __init__(self, connection: Connection, batch: int) -> None:
        self._batch = batch
        runs = connection.execute(
            "SELECT line, count, from_batch, from_line FROM batch_run WHERE batch_id = ? ORDER BY line", (batch,)
        ).fetchall()
        (lines,) = connection.execute("SELECT rows FROM batch WHERE batch_id = ?", (batch,)).fetchone()
        self.scattered = len(runs) * SCATTERED > lines
        every = np.array(runs, np.int64).reshape(-1, 4)
        self._first, self._count, self._from, self._line = every.T.copy()

    def at(self, lines: _Numbers) -> tuple[_Numbers, _Numbers]:
        """The batches and the numbers under which these lines are written."""
        if not len(self._first):
            return np.full(len(lines), self._batch, np.int64), lines
        places = np.maximum(np.searchsorted(self._first, lines, "right") - 1, 0)
        into = lines - self._first[places]
        shared = (into >= 0) & (into < self._count[places])
        return np.where(shared, self._from[places], self._batch), np.where(shared, self._line[places] + into, lines)

    def runs(self, numbers: _Numbers, lines: npt.NDArray[Any]) -> Iterator[Run]:
        """Runs for lines that stand as ``numbers``, rising, in a new batch and as ``lines`` in this one."""
        if not len(numbers):
            return
        batches, places = self.at(lines.astype(np.int64))
        follow = (np.diff(numbers) == 1) & (np.diff(batches) == 0) & (np.diff(places) == 1)
        starts = [0, *(np.flatnonzero(~follow) + 1).tolist(), len(numbers)]
        for start, end in pairwise(starts):
            for at in range(start, end, LONGEST):
                yield int(numbers[at]), min(LONGEST, end - at), int(batches[at]), int(places[at])


def not_shared(connection: Connection, batch: int, other: int, schema: str = "main") -> list[Run]:
    """The runs of a batch that name lines which do not all stand in another one: all such lines are among them.

    ``other`` may share lines with this batch because they are written in it, or because both name those of a third.
    """
    mine = _runs(connection, batch, schema)
    mine = mine[mine[:, 2] != other]
    theirs = _runs(connection, other, schema)
    found: list[Run] = []
    for source in np.unique(mine[:, 2]).tolist():
        some, there = mine[mine[:, 2] == source], theirs[theirs[:, 2] == source]
        last = int(max(array[:, 3:].max() + LONGEST for array in (some, there) if len(array)))
        edges = np.zeros(last + 2, np.int64)
        np.add.at(edges, there[:, 3], 1)
        np.add.at(edges, there[:, 3] + there[:, 1], -1)
        # How many lines up to each one stand in the other batch too.
        upto = np.concatenate([[0], np.cumsum(np.cumsum(edges) > 0)])
        whole = upto[some[:, 3] + some[:, 1]] - upto[some[:, 3]] == some[:, 1]
        found += [(line, count, source, at) for line, count, _, at in some[~whole].tolist()]
    return found


def _runs(connection: Connection, batch: int, schema: str) -> _Numbers:
    rows = connection.execute(
        f"SELECT line, count, from_batch, from_line FROM {schema}.batch_run WHERE batch_id = ? ORDER BY line", (batch,)
    ).fetchall()
    return np.array(rows, np.int64).reshape(-1, 4)
