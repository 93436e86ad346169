"""What was staged and never published is cleared away, and by what lines would be known that nobody asks for.

Clearing that is cut short begins again at the next start.
"""

from __future__ import annotations

from app.storage.batches import results
from app.storage.batches.rows import Pace
from app.storage.database import Connection, transaction

KNOWN_AT_MOST = 60
"""So many files of one extract are known line by line."""


def forget_lines(connection: Connection, batch: int) -> None:
    """Delete by what the lines of a batch would be known again."""
    with transaction(connection):
        for table in ("known_file", "known_line"):
            connection.execute(f"DELETE FROM {table} WHERE batch_id = ?", (batch,))


def clear_leftovers(connection: Connection) -> int:
    """Delete what was staged and never published; returns how many batches were unfinished, not refused."""
    found = connection.execute("SELECT batch_id, state FROM batch WHERE state IN ('staged', 'refused')").fetchall()
    left = [batch for batch, _state in found]
    runs = [row[0] for row in connection.execute("SELECT run_id FROM link_run WHERE entry IS NULL")]
    pace = Pace(connection)
    for batch in left:
        _clear_lines(connection, pace, batch)
    if left:
        _clear_unreferred(connection, pace)
        with transaction(connection):  # last, so that a clearing that is cut short begins again
            connection.executemany("DELETE FROM batch WHERE batch_id = ?", ((batch,) for batch in left))
    for run in runs:
        for table in ("membership", "edge"):
            connection.execute(f"DELETE FROM {table} WHERE run_id = ?", (run,))
        connection.execute("DELETE FROM link_run WHERE run_id = ?", (run,))
    results.clear_unnamed(connection)
    connection.execute("DELETE FROM desk_touched")
    for batch in _superseded(connection):
        forget_lines(connection, batch)
    return sum(state == "staged" for _batch, state in found)


def _superseded(connection: Connection) -> list[int]:
    """Batches whose lines nobody will ask for: a later file of the same name is known, or many of its kind."""
    found = connection.execute(
        "SELECT batch_id FROM (SELECT batch_id,"
        " row_number() OVER (PARTITION BY extract, file ORDER BY as_of DESC, batch_id DESC) AS of_name,"
        " row_number() OVER (PARTITION BY extract ORDER BY as_of DESC, batch_id DESC) AS of_kind"
        " FROM batch JOIN known_file USING (batch_id) WHERE state = 'published') WHERE of_name > 1 OR of_kind > ?",
        (KNOWN_AT_MOST,),
    )
    return [int(row[0]) for row in found.fetchall()]


def _clear_lines(connection: Connection, pace: Pace, batch: int) -> None:
    forget_lines(connection, batch)
    for table in ("batch_line", "batch_run"):
        lines = connection.execute(f"SELECT line FROM {table} WHERE batch_id = ?", (batch,)).fetchall()
        pace.put(f"DELETE FROM {table} WHERE batch_id = ? AND line = ?", ((batch, line) for (line,) in lines))
    with transaction(connection):
        connection.execute("DELETE FROM row_problem WHERE batch_id = ?", (batch,))


def _clear_unreferred(connection: Connection, pace: Pace) -> None:
    """Rows that no batch names. Asked of all rows: a kill between a row and its line leaves no other trace."""
    found = connection.execute(
        "SELECT row_id FROM row WHERE NOT EXISTS (SELECT 1 FROM batch_line WHERE batch_line.row_id = row.row_id)"
    ).fetchall()
    pace.put("DELETE FROM row WHERE row_id = ?", found)
