"""New keys for the whole office: a new epoch, both databases and the segment under fresh keys.

A lead also gives the leads' compartment a new key, and every protected record one: who was a lead, or was
shown a child for a time, may have kept the old ones.

The safe protocol: everything is written anew beside the old files, under names that carry the new epoch, and
opened with the new keys before anything counts. Replacing ``keys.json`` is the one step that decides: before
it the new files are rubbish, after it they are the office. ``finish`` runs before each unlock and brings
whichever it is to its end.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from app.domain.entries import Kind
from app.domain.message import Refused
from app.domain.roles import Role
from app.storage import database
from app.storage import folder as places
from app.storage.batches.sealed_rows import RecordKeys
from app.storage.database import Connection
from app.storage.folder import FileLock
from app.storage.keyring import keyfile, keys, slots
from app.storage.keyring.handover import Keys
from app.storage.keyring.keyfile import KeyFile
from app.storage.keyring.slots import OfficeKeys
from app.storage.offices.office import Office
from app.storage.truth.desk import set_here
from app.storage.truth.segment import Segment, segment_key

_MARK = ".epoch-"


def rotate(office: Office, *, reason: str, time: datetime) -> Office:
    """Give the office new keys; the office given is closed, its successor returned open.

    Who stands in the key file and has left in the chain gets no key. An administrator's act.
    Refused: role, ``keys.work_running``, a full disk; then everything is as it was, but for the
    entry that says a rotation is due.
    """
    check(office)
    file = keyfile.read(office.folder)
    held = office.held
    epoch = file.epoch + 1
    fresh = _fresh(held.keys, epoch)
    remaining = {one.id for one in office.members() if one.active}
    people = tuple(slots.wrapped_for(one, file.office, fresh) for one in file.people if one.id in remaining)
    sealed = slots.sealed_secrets(file.office, file.device, fresh)
    bare = replace(file, people=people, epoch=epoch, secrets=sealed, generation=file.generation + 1)
    wanted = keyfile.signed(bare, held.member.id, held.bundle)
    leads = {"compartment": fresh.compartment_epoch} if fresh.compartment is not None else {}
    office.write(Kind.KEYS_ROTATED, {"epoch": epoch, "reason": reason, **leads}, time=time)
    office.seal_access()
    with office.quiet():
        clear(office.folder, keep=None)
        try:
            _write_beside(office, fresh, wanted)
            keyfile.write(office.folder, wanted)  # the step that decides
        except BaseException as error:
            clear(office.folder, keep=None)
            if isinstance(error, OSError):
                raise database.refused_by_system(error) from error
            raise
        lock = office.give_lock()
        try:
            finish(office.folder, epoch)
            successor = Office(office.folder, replace(held, keys=fresh), lock=lock)
        except BaseException:
            if lock is not None:
                lock.release()
            raise
    successor.recovered, successor.notes = office.recovered, office.notes
    return successor


def finish(folder: Path, epoch: int) -> None:
    """Bring an interrupted rotation to its end: put the files of this epoch in place, clear others.

    Harmless when there was none. Runs under the office's lock, before the databases are opened.
    """
    moved = False
    for path, target, at in list(_marked(folder)):
        if at == epoch and target is not None:
            for log in ("-wal", "-shm"):  # folded in before the copy; a log of the old key must not meet the new file
                target.with_name(target.name + log).unlink(missing_ok=True)
            places.replace_patiently(path, target)
            moved = True
    if moved:
        places.sync_folder(folder / "segments")
        places.sync_folder(folder)
        places.keys_previous_json(folder).unlink(missing_ok=True)  # it would still open old backups for who left
    clear(folder, keep=epoch)


def clear(folder: Path, *, keep: int | None) -> None:
    """Take away what an interrupted rotation wrote beside, but for the epoch to keep."""
    for path, _target, at in list(_marked(folder)):
        if at != keep or _target is None:
            path.unlink(missing_ok=True)


def compartment_due(office: Office) -> bool:
    """Whether somebody who is a lead no longer still knows the leads' key: only a lead can change that one."""
    stands = max((at for one in keyfile.read(office.folder).people for at in one.compartment), default=0)
    leads: set[str] = set()
    due = False
    for kind, payload in office.reader().execute(_PEOPLE, _PEOPLE_KINDS).fetchall():
        said = json.loads(payload)
        if kind == Kind.KEYS_ROTATED:
            due = due and not 1 < said.get("compartment", 0) <= stands  # else it was broken off
            continue
        who, was = said["member"], said["member"] in leads
        if Role.LEAD in said.get("roles", ()):
            leads.add(who)
        else:
            leads.discard(who)
            due = due or was
    return due


_PEOPLE_KINDS = (
    Kind.OFFICE_CREATED, Kind.PERSON_ADDED, Kind.PERSON_CHANGED, Kind.PERSON_LEFT, Kind.KEYS_ROTATED,
)  # fmt: skip
_PEOPLE = "SELECT kind, payload FROM entry WHERE kind IN (?, ?, ?, ?, ?) AND payload IS NOT NULL ORDER BY seq"


# ---------------------------------------------------------------------------- steps


def _fresh(held: OfficeKeys, epoch: int) -> OfficeKeys:
    """New keys of the office; and of the leads' compartment, where a lead makes them."""
    made = replace(held, epoch=epoch, office=keys.new_key(), database=keys.new_key())
    if held.compartment is None:
        return made
    return replace(made, compartment=keys.new_key(), compartment_epoch=held.compartment_epoch + 1)


def check(office: Office) -> None:
    """Refused where this member cannot change the office's keys, or not now."""
    office.demand("people", Kind.KEYS_ROTATED)
    for path in office.folder.glob("work-*.lock"):
        lock = FileLock(path)
        if not lock.acquire(0.0):
            raise Refused("keys.work_running")
        lock.remove()


def _write_beside(office: Office, fresh: OfficeKeys, wanted: KeyFile) -> None:
    """Both databases and the segment under the new keys, opened once before they may count."""
    folder, epoch = office.folder, fresh.epoch
    truth, view = places.office_db(folder), places.view_db(folder, office.view_number())
    for path, schema in ((truth, "main"), (view, "view")):
        if not path.exists():
            continue
        beside = _beside(path, epoch)
        office.copy_to(beside, schema=schema)
        with database.explained():
            database.rekey(beside, office.held.keys.database, fresh.database)
            if schema == "main":
                _seal_rows_again(office, beside, fresh)
            _check_copy(office, beside, schema, fresh, wanted)
    _seal_again(office.segment, office.held, fresh)
    places.sync_folder(folder / "segments")
    places.sync_folder(folder)


def _seal_rows_again(office: Office, beside: Path, fresh: OfficeKeys) -> None:
    """Where protected persons are, in the copy: under new record keys, wrapped with the new compartment key."""
    if fresh.compartment is None:
        return
    connection = database.connect(beside, fresh.database)
    try:
        connection.execute("PRAGMA secure_delete = ON")
        with database.transaction(connection):
            RecordKeys(connection, "main", office.id, office.held.keys).renew(connection, fresh)
    finally:
        connection.close()
    database.sync_file(beside)


def _check_copy(office: Office, beside: Path, schema: str, fresh: OfficeKeys, wanted: KeyFile) -> None:
    """A fresh connection with the new key counts what the old one counts."""
    connection = database.connect(beside, fresh.database)
    try:
        if database.ciphertext_troubles(connection) or _counts(connection, "main") != _counts(office.reader(), schema):
            raise Refused("keys.rotation_failed", file=beside.name)
        if schema == "main":
            set_here(connection, "generation", str(wanted.generation))
        database.use_wal(connection)
    finally:
        connection.close()


def _counts(connection: Connection, schema: str) -> dict[str, int]:
    names = connection.execute(
        f"SELECT name FROM {schema}.sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
    ).fetchall()
    return {name: connection.execute(f'SELECT count(*) FROM {schema}."{name}"').fetchone()[0] for (name,) in names}


def _seal_again(segment: Segment, held: Keys, fresh: OfficeKeys) -> None:
    """The same operations in frames of the same length, so that what the database remembers of it still fits."""
    target = _beside(segment.path, fresh.epoch)
    renewed = Segment(target, segment_key(fresh), held.office, held.device)
    renewed.create()
    frames = []
    for frame in segment.frames():
        if frame.plain is None:
            raise Refused("keys.rotation_failed", file=segment.path.name)
        frames.append(renewed.sealed(frame.plain))
    if frames:
        renewed.append(b"".join(frames))
    if renewed.size() != segment.size() or any(frame.plain is None for frame in renewed.frames()):
        raise Refused("keys.rotation_failed", file=segment.path.name)


def _beside(path: Path, epoch: int) -> Path:
    return path.with_name(f"{path.name}{_MARK}{epoch}")


def _marked(folder: Path) -> Iterator[tuple[Path, Path | None, int]]:
    """Files of a rotation: where each lies, what it is to replace (a log beside it: nothing), its epoch."""
    for place in (folder, folder / "segments"):
        for path in place.glob(f"*{_MARK}*"):
            name, _, at = path.name.partition(_MARK)
            number, _, rest = at.partition("-")
            if number.isdecimal():
                yield path, None if rest else path.with_name(name), int(number)
