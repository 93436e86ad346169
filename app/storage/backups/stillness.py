"""Keeping the database file of an open office unchanged for a while, so that it can be copied as it lies.

A read that began when the write-ahead log was empty keeps every checkpoint away from the file; acts go on, into
the log. Whoever copies does so in another process: opening the file by its path in this one, and closing it again,
would drop the locks that SQLite holds on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from app.domain.message import Refused
from app.storage import database
from app.storage import folder as places
from app.storage.backups.generations import is_idle
from app.storage.offices.office import Office
from app.storage.truth.desk import here


@contextmanager
def still(office: Office) -> Iterator[int]:
    """Within this ``office.db`` does not change; how many bytes of the own segment it has applied.

    Refused: ``keys.work_running`` while a worker process has it open, ``backup.busy`` while another reads an older
    state.
    """
    with database.explained():
        connection = database.connect(places.office_db(office.folder), office.held.database_key, any_thread=True)
        try:
            with office.quiet():
                if not is_idle(office.folder):
                    raise Refused("keys.work_running")
                busy, left, _done = office.writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                if busy or left > 0:
                    raise Refused("backup.busy")
                connection.execute("BEGIN")
                applied = int(here(connection, "segment") or 0)
            yield applied
        finally:
            connection.close()
