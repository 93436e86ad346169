"""View files: published states of the derived tables, each a keyed file of its own.

A new state is built at leisure beside the one in use, as a copy of it or from nothing, and comes
into force when an entry points to it. The shape stands in ``view.sql``; a file of another shape is
rebuilt, never migrated. Killed while building: the file is deleted at the next start.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from app.storage import database
from app.storage import folder as places
from app.storage.database import Connection
from app.storage.priorities import roll_kept

_DDL = Path(__file__).with_name("view.sql")
_NAME = re.compile(r"^view-(\d+)\.db(-wal|-shm|-journal)?$")


def shape() -> int:
    """A number for the shape that this program derives (31 bits of the digest of ``view.sql``)."""
    return int.from_bytes(hashlib.sha256(_DDL.read_bytes()).digest()[:4], "big") >> 1


def numbers(folder: Path) -> set[int]:
    """The numbers of the view files in the folder, current or not."""
    return {int(found[1]) for path in folder.iterdir() if (found := _NAME.match(path.name))}


def remove(folder: Path, keep: set[int]) -> None:
    """Delete view files that are not to be kept; one that Windows still holds goes next time."""
    for path in folder.iterdir():
        found = _NAME.match(path.name)
        if found and int(found[1]) not in keep:
            try:
                path.unlink()
            except OSError:
                continue


class ViewBuilder:
    """A view file in the making. ``connection`` has its tables in ``main``; fast and unsafe until
    ``finish`` has put it on the disk. ``copied`` says whether it started from the base; ``beside`` is the
    view that was in force when it was begun.
    """

    def __init__(self, folder: Path, number: int, key: bytes, *, base: int | None = None, beside: int = 0) -> None:
        self.number = number
        self.beside = beside
        self.path = places.view_db(folder, number)
        self.copied = base is not None and self._copy(places.view_db(folder, base), key)
        with database.explained():
            self.connection: Connection = database.connect(self.path, key, create=True)
            self.connection.execute("PRAGMA journal_mode = OFF")
            self.connection.execute("PRAGMA synchronous = OFF")
            self.connection.execute(f"PRAGMA cache_size = -{2 * database.CACHE_KIB}")
            if self.copied:
                roll_kept.unwatch(self.connection)
            else:
                self.connection.executescript(_DDL.read_text(encoding="utf-8"))
                self.connection.execute(f"PRAGMA user_version = {shape()}")

    def _copy(self, base: Path, key: bytes) -> bool:
        if not base.exists():
            return False
        source = database.connect(base, key)
        try:
            if source.execute("PRAGMA user_version").fetchone()[0] != shape():
                return False
            if not database.copy_as_it_lies(source, base, self.path):
                database.copy(source, self.path, key)
        finally:
            source.close()
        return True

    def attach_truth(self, folder: Path) -> None:
        """Let the builder's statements read office.db as ``truth``."""
        with database.explained():
            database.attach(self.connection, places.office_db(folder), "truth")

    def detach_truth(self) -> None:
        """Let go of office.db before the view is put on the disk."""
        with database.explained():
            database.detach(self.connection, "truth")

    def finish(self) -> int:
        """Everything onto the disk; returns the view's number, ready to be pointed to."""
        with database.explained():
            if self.connection.in_transaction:
                self.connection.execute("COMMIT")
            self.connection.execute("BEGIN")
            roll_kept.lay(self.connection)
            self.connection.execute("COMMIT")
            # Empty the cache through SQLite itself, then WAL for readers beside small later writes.
            self.connection.execute("PRAGMA synchronous = FULL")
            database.use_wal(self.connection)
            self.connection.close()
            database.sync_file(self.path)
            places.sync_folder(self.path.parent)
        return self.number

    def discard(self) -> None:
        """Give it up."""
        self.connection.close()
        for path in self.path.parent.glob(self.path.name + "*"):
            path.unlink(missing_ok=True)
