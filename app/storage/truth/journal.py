"""The journal: how an act becomes an entry that is on the disk twice.

A group of acts is signed, sealed, decoded again and applied inside one transaction; the sealed
bytes go to the segment with fsync *before* that transaction commits. Whatever stands in the
segment and not in the database (killed in between, or a write-ahead log that was lost) is applied
by ``settle`` before anything else happens. The database's write lock orders both files, also
between this process and a worker.
"""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from app.domain import entries
from app.domain.entries import Entry, Kind, Operation
from app.domain.message import Message, Trouble
from app.storage.database import Connection, explained, transaction
from app.storage.keyring.keys import Bundle
from app.storage.truth.applying import apply
from app.storage.truth.desk import Desk, here, id_bytes, id_text, set_here
from app.storage.truth.segment import Segment

Act = tuple[Kind, Mapping[str, object]]
"""What somebody wants to have happened: a kind and its payload."""

Derive = Callable[[Connection, list[Entry]], None]
"""Called inside the transaction, after the entries are applied: brings derived tables along."""

First = Callable[[Connection], None]
"""Called inside the transaction before anything else: may it still be done?"""


def new_id(time: datetime) -> str:
    """A UUIDv7: ordered by time to the millisecond, random below."""
    stamp = int(time.timestamp() * 1000)
    value = (stamp << 80) | (0x7 << 76) | (secrets.randbits(12) << 64) | (0b10 << 62) | secrets.randbits(62)
    return str(UUID(int=value))


class Journal:
    """Writes entries for one member on one device. Safe to call from several threads.

    ``replayed`` lists the entries that ``settle`` brought in: what is derived from them is not
    brought along yet.
    """

    def __init__(
        self, connection: Connection, segment: Segment, folder: Path, *, office: str, device: str, author: str,
        bundle: Bundle,
    ) -> None:  # fmt: skip
        self.connection = connection
        self.lock = threading.RLock()
        self._segment, self._folder = segment, folder
        self.replayed: list[Entry] = []
        self._office, self._device, self._author, self._bundle = office, device, author, bundle

    def write(
        self, acts: Sequence[Act], *, time: datetime, derive: Derive | None = None, first: First | None = None
    ) -> list[Entry]:
        """Make all of these true together, or none; returns when they are on the disk twice.

        An act whose ``ref`` is known already yields the earlier entry (``fresh`` False). ``first(connection)``
        looks, under the write lock, whether they may still become true, and raises if not.
        Refused (role, full disk) or WrongUse (payload): nothing was changed.
        """
        operations = [self._operation(kind, payload, time) for kind, payload in acts]
        with self.lock, explained():
            self._settle()
            return self._write(operations, derive, first)

    def settle(self) -> list[Message]:
        """Apply what the segment has and the database has not; says what people must hear."""
        with self.lock, explained():
            return self._settle()

    # ------------------------------------------------------------------ writing

    def _operation(self, kind: Kind, payload: Mapping[str, object], time: datetime) -> Operation:
        entries.check(kind, payload)
        bare = Operation(new_id(time), self._device, self._author, entries.moment(time), kind, payload)
        message = entries.signed_bytes(self._office, bare, entries.payload_digest(payload))
        return _with_signature(bare, self._bundle.sign(message))

    def _write(self, operations: list[Operation], derive: Derive | None, first: First | None) -> list[Entry]:
        with self._committing() as before:
            if first is not None:
                first(self.connection)
            known, fresh, again = self._sorted_out(operations)
            if not fresh:
                return [known[operation.id] for operation in operations]
            frame = self._segment.sealed(_encoded(fresh))
            desk = Desk(self.connection, self._folder, self._office)
            made = self._apply_group(desk, decoded(self._segment.opened(frame)))
            if derive is not None:
                derive(self.connection, made)
            set_here(self.connection, "segment", str(before + len(frame)))
            self._segment.append(frame)
        by_id = {entry.id: entry for entry in made}
        return [known.get(operation.id) or by_id[again.get(operation.id, operation.id)] for operation in operations]

    @contextmanager
    def _committing(self) -> Iterator[int]:
        """A transaction; if it cannot commit, the segment goes back to where it was as well."""
        connection = self.connection
        connection.execute("BEGIN IMMEDIATE")
        before = int(here(connection, "segment") or 0)
        try:
            yield before
            connection.execute("COMMIT")
        except BaseException:
            self._undo(before)
            raise

    def _undo(self, before: int) -> None:
        """Take back what did not commit; while the write lock is still held, if it is."""
        connection = self.connection
        committed = not connection.in_transaction and int(here(connection, "segment") or 0) != before
        if not committed and self._segment.size() > before:
            self._segment.cut(before)
        if connection.in_transaction:
            connection.execute("ROLLBACK")

    def _sorted_out(self, operations: list[Operation]) -> tuple[dict[str, Entry], list[Operation], dict[str, str]]:
        """By ref: acts that are there already; operations that are new; repeats within the group."""
        known: dict[str, Entry] = {}
        fresh: list[Operation] = []
        again: dict[str, str] = {}
        first_of: dict[object, str] = {}
        for operation in operations:
            table = _WITH_REF.get(operation.kind)
            ref = operation.payload.get("ref") if table else None
            earlier = self._by_ref(table, ref) if table and ref else None
            if earlier is not None:
                known[operation.id] = earlier
            elif ref and ref in first_of:
                again[operation.id] = first_of[ref]
            else:
                fresh.append(operation)
                first_of[ref] = operation.id
        return known, fresh, again

    def _by_ref(self, table: str, ref: object) -> Entry | None:
        row = self.connection.execute(
            f"SELECT {ENTRY_COLUMNS} FROM {table} AS acts JOIN entry ON entry.id = acts.entry WHERE acts.ref = ?",
            (ref,),
        ).fetchone()
        return entry_of(row, fresh=False) if row else None

    def _apply_group(self, desk: Desk, operations: list[Operation]) -> list[Entry]:
        made = []
        for operation in operations:
            apply(desk, operation)
            made.append(self._chain(operation))
        return made

    def _chain(self, operation: Operation) -> Entry:
        """Give the operation its place: sequence on its device and the digest before it."""
        last = self.connection.execute(
            "SELECT device_seq, digest FROM entry WHERE device = ? ORDER BY device_seq DESC LIMIT 1",
            (operation.device,),
        ).fetchone()
        device_seq, previous = (last[0] + 1, last[1]) if last else (1, entries.GENESIS)
        payload_digest = entries.payload_digest(operation.payload)
        digest = entries.entry_digest(operation, payload_digest, device_seq, previous)
        cursor = self.connection.execute(
            "INSERT INTO entry (id, device, device_seq, author, time, kind, payload_digest, payload, previous, digest,"
            " signature) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                id_bytes(operation.id), operation.device, device_seq, operation.author, operation.time,
                str(operation.kind), payload_digest, entries.canonical(operation.payload), previous, digest,
                operation.signature,
            ),
        )  # fmt: skip
        return Entry(
            cursor.lastrowid, operation.id, operation.device, device_seq, operation.author, operation.time,
            operation.kind, operation.payload, digest,
        )  # fmt: skip

    # ------------------------------------------------------------------ settling

    def _settle(self) -> list[Message]:
        applied = int(here(self.connection, "segment") or 0)
        if self._segment.size() == applied:
            return []
        with transaction(self.connection):  # looks again under the write lock
            applied = int(here(self.connection, "segment") or 0)
            size = self._segment.size()
            notes: list[Message] = []
            if size < applied:
                self._lay_anew()
                return [Message("segment.laid_anew", {"bytes": applied - size})]
            for frame in self._segment.frames(applied):
                if frame.plain is None:
                    self._segment.cut(frame.start, keep=True)
                    notes.append(Message("segment.torn", {"bytes": frame.end - frame.start}))
                    break
                notes += self._replay(frame.plain)
                set_here(self.connection, "segment", str(frame.end))
            return notes

    def _replay(self, plain: bytes) -> list[Message]:
        """Apply a group that is not in the database yet; what does not count is said, not raised."""
        desk = Desk(self.connection, self._folder, self._office)
        self.connection.execute("SAVEPOINT group_of_acts")
        try:
            operations = [operation for operation in decoded(plain) if not self._has(operation)]
            made = self._apply_group(desk, operations)
        except (Trouble, ValueError, KeyError, TypeError) as error:
            self.connection.execute("ROLLBACK TO group_of_acts")
            self.connection.execute("RELEASE group_of_acts")
            key = error.message.key if isinstance(error, Trouble) else "entry.unreadable"
            return [Message("segment.not_counted", {"reason": Message(key)})]
        self.connection.execute("RELEASE group_of_acts")
        self.replayed += made
        return desk.notes + ([Message("segment.replayed", {"count": len(made)})] if made else [])

    def _has(self, operation: Operation) -> bool:
        found = self.connection.execute("SELECT 1 FROM entry WHERE id = ?", (id_bytes(operation.id),)).fetchone()
        return found is not None

    def _lay_anew(self) -> None:
        """The segment lost acts that the database still has: write it again from the entries."""
        if not self._segment.path.exists():
            self._segment.create()
        self._segment.cut(0, keep=True)
        size = 0
        rows = self.connection.execute(
            f"SELECT {ENTRY_COLUMNS}, signature FROM entry WHERE device = ? AND payload IS NOT NULL ORDER BY seq",
            (self._device,),
        ).fetchall()
        for row in rows:
            entry = entry_of(row)
            bare = Operation(entry.id, entry.device, entry.author, entry.time, entry.kind, entry.payload, row[-1])
            size = self._segment.append(self._segment.sealed(_encoded([bare])))
        set_here(self.connection, "segment", str(size))


_WITH_REF = {Kind.DECISION_RECORDED: "decision", Kind.CONTACT_NOTED: "contact_noted", Kind.PLAN_MADE: "plan"}
"""Acts that may be asked for twice, and where their ``ref`` stands."""

ENTRY_COLUMNS = (
    "entry.seq, entry.id, entry.device, entry.device_seq, entry.author, entry.time, entry.kind, entry.payload,"
    " entry.digest"
)


def entry_of(row: Sequence[Any], *, fresh: bool = True) -> Entry:
    """An entry out of a row of ``ENTRY_COLUMNS``; an erased payload comes back empty."""
    seq, blob, device, device_seq, author, time, kind, payload, digest = row[:9]
    said = json.loads(payload) if payload is not None else {}
    return Entry(seq, id_text(blob), device, device_seq, author, time, Kind(kind), said, digest, fresh)


def _with_signature(bare: Operation, signature: bytes) -> Operation:
    return Operation(bare.id, bare.device, bare.author, bare.time, bare.kind, bare.payload, signature)


def _encoded(operations: Sequence[Operation]) -> bytes:
    return entries.canonical(
        [
            {
                "id": operation.id, "device": operation.device, "author": operation.author, "time": operation.time,
                "kind": str(operation.kind), "payload": operation.payload, "signature": operation.signature.hex(),
            }
            for operation in operations
        ]
    )  # fmt: skip


def decoded(plain: bytes) -> list[Operation]:
    """The operations of a group. ValueError, KeyError or TypeError for what is none."""
    return [
        Operation(
            said["id"], said["device"], said["author"], said["time"], Kind(said["kind"]), said["payload"],
            bytes.fromhex(said["signature"]),
        )
        for said in json.loads(plain)
    ]  # fmt: skip
