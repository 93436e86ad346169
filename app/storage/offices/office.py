"""An unlocked office: writing, staging, publishing, logging who looked; how it is read stands in ``office_reading``.

Made by ``app.storage.offices.office_files`` (create, unlock) or, in a worker process, from a handover.
Nothing here derives a key or decides what an act means.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from app.domain import entries
from app.domain.entries import Entry, Kind
from app.domain.message import Message, Refused
from app.storage import database
from app.storage import folder as places
from app.storage.batches import clearing
from app.storage.batches.rows import Staging
from app.storage.batches.sealed_rows import RecordKeys
from app.storage.database import Connection
from app.storage.folder import FileLock, Reserve
from app.storage.hardening import keep_to_ourselves
from app.storage.keyring import handover
from app.storage.keyring.handover import Keys
from app.storage.offices import views
from app.storage.offices.office_reading import ReadOffice
from app.storage.offices.views import ViewBuilder
from app.storage.truth import access_log
from app.storage.truth.desk import here, set_here
from app.storage.truth.journal import Act, Derive, Journal
from app.storage.truth.segment import Segment, segment_key

Answer = TypeVar("Answer")

RENEWING = frozenset({Kind.PASSPHRASE_CHANGED, Kind.RECOVERY_RENEWED, Kind.KEYS_ROTATED})
"""What may be done before anything else once the recovery code has been used."""


class _ViewMovedError(Exception):
    """Another process published a view just before our write lock."""


class Office(ReadOffice):
    """One unlocked office in one process.

    ``notes`` is what people must hear after unlocking; ``recovered`` says that the recovery code
    opened it, and then no act counts until the keys are renewed, nor where ``factor_first`` says that policy asks for
    a second factor that this member has not switched on; ``replayed`` the entries that were in the
    segment only, whose derived tables are not brought along yet. Writing is safe from any thread;
    each thread reads through a connection of its own.
    """

    def __init__(
        self, folder: Path, held: Keys, *, lock: FileLock | None = None, reserve: Reserve | None = None
    ) -> None:
        super().__init__(folder, held)
        self.notes: list[Message] = []
        self._lock = lock
        self._reserve = reserve or Reserve(folder)
        self.writer.execute("PRAGMA wal_autocheckpoint = 8000")
        self.segment = Segment(
            places.segment_file(folder, held.device), segment_key(held.keys), held.office, held.device
        )
        self._journal = Journal(
            self.writer, self.segment, folder, office=held.office, device=held.device, author=held.member.id,
            bundle=held.bundle,
        )  # fmt: skip
        self._writer_view = 0
        self._frugal = False
        self.recovered = self.factor_first = False
        self.clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    # ------------------------------------------------------------------ people

    @property
    def replayed(self) -> list[Entry]:
        """Entries that were found in the segment only."""
        return self._journal.replayed

    # ------------------------------------------------------------------ writing

    def write(
        self, kind: Kind | str, payload: Mapping[str, object], *, time: datetime, derive: Derive | None = None
    ) -> Entry:
        """One act: true and on the disk twice when this returns. See ``write_many``."""
        return self.write_many([(Kind(kind), payload)], time=time, derive=derive)[0]

    def write_many(self, acts: Sequence[Act], *, time: datetime, derive: Derive | None = None) -> list[Entry]:
        """Several acts, all or none, with one fsync and one transaction.

        ``derive(connection, entries)`` runs inside the transaction, with the view attached
        writable as ``view``. A decision's known ``ref`` yields the earlier entry. Refused for a
        role or a full disk, WrongUse for a payload; then nothing was changed.
        """
        if not {kind for kind, _ in acts} <= RENEWING:
            self._check_ready()
        with self._journal.lock, database.explained(), self._within_role(acts):
            self._check_room()
            if derive is None:
                return self._journal.write(acts, time=time)
            while True:
                self._attach_writer()
                try:
                    return self._journal.write(acts, time=time, derive=self._unless_moved(derive))
                except _ViewMovedError:
                    continue

    def _check_ready(self) -> None:
        """Refused while one's own keys have to be put in order first."""
        if self.recovered or self.factor_first:
            raise Refused("recovery.renew_first" if self.recovered else "factor.first")

    def demand(self, verb: str, what: str) -> None:
        """Refused, and noted in the access log, where this member's roles do not allow the verb.

        ``what`` names the attempt: a kind of entry, or one of the words ``act.<what>``.
        """
        if not self.member.may(verb):
            raise self.beyond_role(what)

    def beyond_role(self, what: str) -> Refused:
        """What to raise when this member tried something beyond their role; it stands in the access log."""
        self.log_view(0, f"refused:{what}", time=self.clock())
        return Refused("role.not_allowed", kind=Message(f"act.{what}"))

    @contextmanager
    def _within_role(self, acts: Sequence[Act]) -> Iterator[None]:
        """An entry that its author's roles do not allow is refused, and that it was tried is noted."""
        try:
            yield
        except Refused as refused:
            if refused.message.key == "role.not_allowed":
                tried = {str(kind) for kind, _ in acts}
                self.log_view(0, f"refused:{'+'.join(sorted(tried))}", time=self.clock())
            raise

    def _unless_moved(self, derive: Derive) -> Derive:
        """A worker may publish between our attaching and the write lock: then begin again."""

        def guarded(connection: Connection, made: list[Entry]) -> None:
            if self.view_number() != self._writer_view:
                raise _ViewMovedError
            derive(connection, made)

        return guarded

    def publish(self, acts: Sequence[Act], *, view: int, base: int, time: datetime) -> list[Entry]:
        """The last short transaction of an import: the entries, and the pointer to the new view.

        ``view`` is what ``ViewBuilder.finish`` returned, ``base`` the view in force that it was worked out
        beside. Refused when another has come into force since: this one would lack what that one brought.
        """

        def still_beside(connection: Connection) -> None:
            if self.view_number(connection) != base:
                raise Refused("view.moved")

        if not acts:
            raise AssertionError("a publication needs an entry")
        kind, payload = acts[-1]
        pointed = [*acts[:-1], (kind, {**payload, "view": view})]
        with self._journal.lock, database.explained():
            self._check_room()
            before = self.view_number()
            with self._within_role(acts):
                made = self._journal.write(pointed, time=time, first=still_beside)
        views.remove(self.folder, {before, view} | {number for number in views.numbers(self.folder) if number > view})
        return made

    @contextmanager
    def tending(self) -> Iterator[Connection]:
        """One short transaction of upkeep on office.db: nothing that anybody did, and no entry."""
        with self._journal.lock, database.explained():
            self._check_room()
            self.writer.execute("PRAGMA secure_delete = ON")
            with database.transaction(self.writer):
                yield self.writer

    def adopt_view(self, view: int) -> None:
        """Point this PC to a view that was rebuilt from the same truth; no entry, nothing has changed."""
        with self._journal.lock, database.explained(), database.transaction(self.writer):
            set_here(self.writer, "view", str(view))
        views.remove(self.folder, {view})

    def remember(self, key: str, value: str) -> None:
        """Keep what this PC alone remembers; no entry, nothing that is sent."""
        with self._journal.lock, database.explained(), database.transaction(self.writer):
            set_here(self.writer, key, value)

    def remembered(self, key: str) -> str:
        """What this PC remembers under a key; "" for nothing."""
        return here(self.reader(), key) or ""

    def aside(self, act: Callable[[Connection], Answer]) -> Answer:
        """Change what this PC alone keeps (drafts, pictures not named yet): one transaction, no entry."""
        with self._journal.lock, database.explained():
            self._check_room()
            with database.transaction(self.writer):
                return act(self.writer)

    def setting(self, key: str, default: object = None) -> Any:
        """A setting's value, or the default. Needs no view: one that is rebuilt asks for settings."""
        with self._journal.lock, database.explained():
            row = self.writer.execute("SELECT value FROM setting WHERE key = ?", (key,)).fetchone()
        return json.loads(row[0]) if row else default

    def _attach_writer(self) -> None:
        wanted = self.view_number()
        if wanted == self._writer_view:
            return
        if self._writer_view:
            database.detach(self.writer, "view")
            self._writer_view = 0
        path = places.view_db(self.folder, wanted)
        if not path.exists():
            raise Refused("view.missing", view=wanted)
        database.attach(self.writer, path, "view")
        self._writer_view = wanted

    # ------------------------------------------------------------------ bulk

    def staging(self, *, alone: bool = False) -> Staging:
        """For bulk rows and link results; a connection of its own. ``alone``: nobody works here meanwhile."""
        return Staging(places.office_db(self.folder), self.held.database_key, alone=alone)

    def new_view(self, base: int | None = None) -> ViewBuilder:
        """A new view file: a copy of ``base``, or empty when it is None or of another shape."""
        in_force = self.view_number()
        number = max(views.numbers(self.folder) | {in_force}) + 1
        builder = ViewBuilder(self.folder, number, self.held.database_key, base=base, beside=in_force)
        builder.connection.key_of = RecordKeys(builder.connection, "truth", self.id, self.held.keys)
        return builder

    # ------------------------------------------------------------------ looking

    def log_view(self, person_id: int, what: str, *, time: datetime) -> None:
        """Log that this member looked; show the page after this returns. Works on a full disk too."""
        line = {"time": entries.moment(time), "author": self.member.id, "person_id": person_id, "what": what}
        with self._journal.lock:
            self._even_if_full(lambda: access_log.append(self.writer, **line))  # type: ignore[arg-type]
            if access_log.unsealed(self.writer) >= access_log.SEAL_EVERY:
                self.seal_access()

    def _even_if_full(self, act: Callable[[], Answer]) -> Answer:
        """What reading needs written: if the disk is full, the reserve gives its room for it."""
        try:
            with database.explained():
                return act()
        except Refused as refused:
            if not self._reserve.makes_room(refused):
                raise
        self.live_frugally()
        with database.explained():
            return act()

    def live_frugally(self) -> None:
        """On a full disk: keep the write-ahead log short, or it would eat the reserve just given up."""
        self._frugal = True
        self.writer.execute("PRAGMA wal_autocheckpoint = 50")

    @property
    def frugal(self) -> bool:
        """Whether the disk is full and only reading goes on, in the room that the reserve gave."""
        return self._frugal

    def _check_room(self) -> None:
        """What the reserve gave is for reading: no acts until there is room again."""
        if self._frugal:
            if not self._reserve.room_again():
                raise Refused("disk.full")
            self._reserve.lay()
            self._frugal = False

    def seal_access(self) -> None:
        """Sign the access log up to here."""
        with self._journal.lock, database.explained():
            access_log.seal(self.writer, self.id, self.member.id, self.held.bundle)

    # ------------------------------------------------------------------ beginning and end

    def settle(self) -> None:
        """After unlocking, under the office's lock: replay, then clear what was left unpublished.

        A view that never came into force goes first: on a full disk that is the room for the rest.
        What even then cannot be cleared is invisible, and waits for the next time.
        """
        with self._journal.lock:
            self.notes += self._even_if_full(self._journal.settle)
            views.remove(self.folder, {self.view_number()})
            try:
                left = self._even_if_full(lambda: clearing.clear_leftovers(self.writer))
            except Refused as refused:
                if refused.message.key != "disk.full":
                    raise
                left = 0
        if left:
            self.notes.append(Message("batch.leftovers_cleared", {"count": left}))
        self._reserve.lay()

    def handover(self) -> bytes:
        """The keys for a worker process, to be sent through a pipe and nowhere else."""
        self._check_ready()
        return handover.written(self.folder, self.held)

    @classmethod
    def from_handover(cls, given: bytes) -> Office:
        """The office in a worker process; its parent keeps the office's lock, this one says that work is on."""
        places.private()
        keep_to_ourselves()
        folder, held = handover.read(given)
        lock = FileLock(places.work_lock(folder, os.getpid()))
        lock.acquire(0.0)
        return cls(folder, held, lock=lock)

    def copy_to(self, target: Path, *, schema: str = "main") -> None:
        """A consistent ciphertext copy of office.db (``main``) or the view in force (``view``)."""
        database.copy(self.reader(), target, self.held.database_key, schema=schema)

    def connect_copy(self, path: Path) -> Connection:
        """Open a copy made by ``copy_to``, to verify it."""
        return database.connect(path, self.held.database_key)

    def close(self) -> None:
        """Sign the access log, fold the logs in, give up the lock. Safe to call twice."""
        if self.writer is None:
            return
        with self._journal.lock:
            with suppress(Refused, database.Error):  # a full disk must not keep the window open
                self.seal_access()
            for reader in list(self._readers):
                reader.close()
            with suppress(database.Error):
                self.writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            self.writer.close()
            self.writer = None
        if self._lock is not None:
            self._lock.remove() if self._lock.path.name.startswith("work-") else self._lock.release()

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """Nothing of this process is written meanwhile."""
        with self._journal.lock:
            yield

    def give_lock(self) -> FileLock | None:
        """Close, but hand on the lock on the folder: for whoever opens it again at once."""
        lock, self._lock = self._lock, None
        self.close()
        return lock

    def __enter__(self) -> Office:
        return self

    def __exit__(self, *_what: object) -> None:
        self.close()
