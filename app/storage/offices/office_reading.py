"""An unlocked office as it is read: a connection for each thread, over both databases in one unchanging sight.

The view may be published anew at any moment by another process; whoever reads finds it at the next question.
"""

from __future__ import annotations

import json
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.domain.entries import Entry
from app.domain.message import Refused
from app.domain.roles import Member, roles_of
from app.storage import database
from app.storage import folder as places
from app.storage.batches.sealed_rows import RecordKeys
from app.storage.database import Connection
from app.storage.digests import Digester
from app.storage.keyring.handover import Keys
from app.storage.offices import views
from app.storage.truth.desk import here, id_bytes
from app.storage.truth.journal import ENTRY_COLUMNS, entry_of

_READER_KIB = 8 * 1024
"""Cache of each file in a thread that reads: the upper levels of every index fit, and a window has few threads."""


class ReadOffice:
    """What can be asked of one unlocked office. Each thread reads through a connection of its own."""

    def __init__(self, folder: Path, held: Keys) -> None:
        self.folder = folder
        self.id, self.name, self.member = held.office, held.name, held.member
        self.digester = Digester(held.keys.digest)
        self.held = held
        self._local = threading.local()
        self._readers: weakref.WeakSet[Any] = weakref.WeakSet()
        self.writer = database.connect(places.office_db(folder), held.database_key, any_thread=True)

    # ------------------------------------------------------------------ connections

    def reader(self) -> Connection:
        """This thread's reading connection, with the current view file attached as ``view``."""
        connection = getattr(self._local, "connection", None)
        with database.explained():
            if connection is None:
                connection = self._new_reader()
            elif self.view_number(connection) != self._local.view and not connection.in_transaction:
                connection = self._moved_reader(connection)
        return connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """``reader`` within one unchanging sight of both files."""
        connection = self.reader()
        if connection.in_transaction:
            yield connection
            return
        while True:
            with database.snapshot(connection):
                if self.view_number(connection) == self._local.view:
                    yield connection
                    return
            connection = self.reader()  # published just in between

    @contextmanager
    def scratch(self) -> Iterator[Connection]:
        """A connection of its own with the current view attached, for working in temporary tables."""
        with database.explained():
            connection = database.connect(places.office_db(self.folder), self.held.database_key)
            try:
                database.attach(connection, places.view_db(self.folder, self.view_number(connection)), "view")
                yield connection
            finally:
                connection.close()

    @contextmanager
    def beside(self, connection: Connection, number: int) -> Iterator[Connection]:
        """A connection to office.db with the view of this number attached as ``view`` for a while."""
        with database.explained():
            database.attach(connection, places.view_db(self.folder, number), "view")
            try:
                yield connection
            finally:
                database.detach(connection, "view")

    @contextmanager
    def view_writer(self) -> Iterator[Connection]:
        """A connection whose ``main`` is the view in force, with office.db attached as ``truth``.

        To bring derived tables along in place, or to try something and roll it back. What is lost
        of it in a power cut is derived again, so its commits do not wait for the disk.
        """
        with database.explained():
            number = self.view_number(self.reader())
            connection = database.connect(places.view_db(self.folder, number), self.held.database_key)
            try:
                connection.execute("PRAGMA synchronous = NORMAL")
                database.attach(connection, places.office_db(self.folder), "truth")
                connection.key_of = RecordKeys(connection, "truth", self.id, self.held.keys)
                yield connection
            finally:
                connection.close()

    def view_number(self, connection: Connection | None = None) -> int:
        """The number of the view file in force."""
        return int(here(self.writer if connection is None else connection, "view") or 0)

    def view_fits(self) -> bool:
        """Whether the view in force exists and has the shape that this program derives."""
        try:
            version = self.reader().execute("PRAGMA view.user_version").fetchone()[0]
        except Refused:
            return False
        return int(version) == views.shape()

    def _new_reader(self) -> Connection:
        connection = database.connect(places.office_db(self.folder), self.held.database_key, any_thread=True)
        try:
            connection.execute(f"PRAGMA main.cache_size = -{_READER_KIB}")
            self._attach_view(connection)
            connection.execute("PRAGMA query_only = ON")
        except BaseException:  # a view that is missing or damaged: nothing half attached is kept
            connection.close()
            raise
        self._readers.add(connection)
        self._local.connection = connection
        return connection

    def _moved_reader(self, connection: Connection) -> Connection:
        try:
            database.detach(connection, "view")
        except database.Error:  # a cursor of this thread is still open: leave it its old sight
            return self._new_reader()
        connection.execute("PRAGMA query_only = OFF")
        self._attach_view(connection)
        connection.execute("PRAGMA query_only = ON")
        return connection

    def _attach_view(self, connection: Connection) -> None:
        for _ in range(20):  # a publication may move the pointer while we look
            number = self.view_number(connection)
            path = places.view_db(self.folder, number)
            if path.exists():
                database.attach(connection, path, "view")
                connection.execute(f"PRAGMA view.cache_size = -{_READER_KIB}")
                self._local.view = number
                return
        raise Refused("view.missing", view=number)

    # ------------------------------------------------------------------ what stands

    def members(self) -> list[Member]:
        """The office's people by name."""
        found = self.reader().execute("SELECT id, name, roles, active FROM member ORDER BY name").fetchall()
        return [Member(row[0], row[1], roles_of(json.loads(row[2])), bool(row[3])) for row in found]

    def entry(self, entry_id: str) -> Entry | None:
        """An entry by its id, or None."""
        row = self.reader().execute(f"SELECT {ENTRY_COLUMNS} FROM entry WHERE id = ?", (id_bytes(entry_id),))
        found = row.fetchone()
        return entry_of(found) if found else None

    def entries_since(self, seq: int) -> list[Entry]:
        """Entries after this sequence number: who changed while a view was being built."""
        found = self.reader().execute(f"SELECT {ENTRY_COLUMNS} FROM entry WHERE seq > ? ORDER BY seq", (seq,))
        return [entry_of(row) for row in found.fetchall()]

    def last_seq(self) -> int:
        """The sequence number of the newest entry."""
        return int(self.reader().execute("SELECT coalesce(max(seq), 0) FROM entry").fetchone()[0])

    def previous_assignees(self, entry_id: str) -> dict[int, str]:
        """Who had each child before this assignment ("" for nobody): what undoing it brings back."""
        found = self.reader().execute(
            "SELECT person_id, member FROM assignment_before WHERE entry = ?", (id_bytes(entry_id),)
        )
        return dict(found.fetchall())
