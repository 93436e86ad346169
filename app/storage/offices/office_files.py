"""Making an office and opening it: where passphrases come in and an Office comes out.

Every way in which a folder can be no office, foreign, newer, damaged, busy or unwritable gets its
own clear answer here, before anything is changed.
"""

from __future__ import annotations

import json
import os
import time as clocks
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from app.domain import entries
from app.domain.entries import Kind
from app.domain.message import Message, Refused, WrongUse
from app.domain.roles import Member, Role
from app.storage import database, migrations
from app.storage import folder as places
from app.storage.folder import FileLock, Reserve
from app.storage.hardening import keep_to_ourselves
from app.storage.keyring import factor, keyfile, keys, passphrases, slots
from app.storage.keyring.handover import Keys
from app.storage.keyring.keyfile import KeyFile
from app.storage.keyring.keys import DEFAULT, Bundle, Kdf
from app.storage.keyring.slots import OfficeKeys, Opened
from app.storage.offices import rotation
from app.storage.offices.office import Office
from app.storage.offices.people import new_id
from app.storage.offices.views import ViewBuilder
from app.storage.truth.desk import here, member, set_here

Clock = Callable[[], datetime]

APPLICATION_ID = 0x4B5A4B49
FREE_TRIES = 1
LONGEST_WAIT = 300.0
_FOUNDER = frozenset({Role.ADMIN, Role.LEAD})


# ---------------------------------------------------------------------------- creating


def create(
    folder: Path, office_name: str, person_name: str, passphrase: str, *, clock: Clock, kdf: Kdf = DEFAULT,
    recovery_code: str | None = None,
) -> None:  # fmt: skip
    """Make an office in an empty or new folder; its first person is administrator and lead.

    ``recovery_code`` (of ``keys.new_recovery_code``) opens the first person's slot as well. A
    failure leaves no office behind: the key file, which makes it one, is written last but one
    act. Refused or WrongUse.
    """
    office_name, person_name = keyfile.plain_name(office_name), keyfile.plain_name(person_name)
    passphrases.check(passphrase)
    kdf.check()
    places.private()
    keep_to_ourselves()
    made_folder = _empty_folder(folder)
    try:
        _create(folder, office_name, person_name, passphrase, clock, kdf, recovery_code)
    except BaseException:
        _take_back(folder, made_folder)
        raise


def _empty_folder(folder: Path) -> bool:
    """Make sure that there is an empty folder we may use; True if it was not there before."""
    try:
        there = folder.exists()
        if there and (not folder.is_dir() or any(folder.iterdir())):
            raise WrongUse("folder.not_empty", folder=str(folder))
        folder.mkdir(parents=True, exist_ok=True)
        places.check_place(folder)
    except OSError as error:
        raise database.refused_by_system(error) from error
    return not there


def _take_back(folder: Path, made_folder: bool) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink(missing_ok=True)
    if made_folder:
        folder.rmdir()


def _create(
    folder: Path, office_name: str, person_name: str, passphrase: str, clock: Clock, kdf: Kdf, code: str | None
) -> None:
    office, device, founder = new_id(), new_id(), new_id()
    bundle = Bundle.new()
    fresh = OfficeKeys(1, keys.new_key(), keys.new_key(), keys.new_key(), keys.new_key())
    ways = [slots.passphrase_slot(bundle, office, founder, passphrase, kdf)]
    if code is not None:
        ways.append(slots.recovery_slot(bundle, office, founder, code))
    person = slots.new_person(
        office, fresh, member=founder, name=person_name, roles=_FOUNDER, bundle=bundle, slots=tuple(ways)
    )
    sealed = slots.sealed_secrets(office, device, fresh)
    file = keyfile.signed(
        KeyFile(office, office_name, device, 1, 1, (person,), sealed, founder), founder, bundle
    )  # fmt: skip
    first = Member(founder, person_name, _FOUNDER)
    held = Keys(office, office_name, device, first, bundle, fresh)
    _lay_database(folder, held)
    opened = Office(folder, held)
    try:
        opened.segment.create()
        said = {
            "office": office, "name": office_name, "member": founder, "person": person.name,
            "roles": sorted(_FOUNDER), "sign": person.sign.hex(), "box": person.box.hex(), "generation": 1,
        }  # fmt: skip
        opened.write(Kind.OFFICE_CREATED, said, time=clock())
    finally:
        opened.close()
    Reserve(folder).lay()
    keyfile.write(folder, file)


def _lay_database(folder: Path, held: Keys) -> None:
    with database.explained():
        connection = database.connect(places.office_db(folder), held.database_key, create=True)
        try:
            database.use_wal(connection)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            migrations.bring_up(connection)
            for key, value in (("office", held.office), ("device", held.device), ("segment", "0"), ("view", "1")):
                set_here(connection, key, value)
        finally:
            connection.close()
    ViewBuilder(folder, 1, held.database_key).finish()


# ---------------------------------------------------------------------------- unlocking


def people(folder: Path) -> tuple[str, list[str]]:
    """The office's name and its people's, readable without a passphrase. Refused if it is no office."""
    file = keyfile.read(folder)
    return file.name, [person.name for person in file.people]


def unlock(
    folder: Path, person: str, passphrase: str, *, clock: Clock, lock_patience: float = 3.0, patience: float = 10.0
) -> Office:
    """Open an office for a person. The recovery code works in the passphrase's place.

    ``lock_patience``: seconds to wait for whoever has it open. After failures the next try must
    wait; up to ``patience`` seconds of that are slept here, a longer wait is Refused
    (``unlock.wait``). Everything refused leaves the folder as it was.
    """
    places.private()
    keep_to_ourselves()
    file = keyfile.read(folder)
    places.check_place(folder)
    if file.person(person) is None:
        raise Refused("keys.no_such_person", name=person, office=file.name)
    lock = _take_lock(folder, file, person, lock_patience)
    try:
        file = keyfile.read(folder)  # whoever held the lock may have changed it
        rotation.finish(folder, file.epoch)
        opened = _with_delay(folder, file, person, passphrase, clock, patience)
        return _open(folder, file, opened, lock, clock)
    except BaseException:
        lock.release()
        raise


def _take_lock(folder: Path, file: KeyFile, name: str, patience: float) -> FileLock:
    person = file.person(name)
    lock = FileLock(folder / "office.lock", {"person": person.id if person else "", "process": os.getpid()})
    try:
        taken = lock.acquire(patience)
    except OSError as error:
        raise database.refused_by_system(error) from error
    if not taken:
        holder = lock.read_note().get("person")
        who = next((someone.name for someone in file.people if someone.id == holder), "")
        raise Refused("office.in_use", name=who) if who else Refused("office.in_use_unknown")
    return lock


def _with_delay(folder: Path, file: KeyFile, person: str, passphrase: str, clock: Clock, patience: float) -> Opened:
    wait = seconds_to_wait(folder, clock())
    if wait > patience:
        raise Refused("unlock.wait", seconds=int(wait + 0.999))
    clocks.sleep(wait)
    asked = file.person(person)
    opened = slots.open_with(file, person, passphrase, factor.secret(file.office, asked.id if asked else None))
    if opened is None:
        failures, _ = _attempts(folder)
        _count(folder, failures + 1, clock())
        seconds = int(_delay(failures + 1))
        raise Refused("unlock.wrong_passphrase", seconds=seconds) if seconds else Refused("unlock.wrong_at_first")
    return opened


def seconds_to_wait(folder: Path, now: datetime) -> float:
    """How long the next try has to wait after the failures so far."""
    failures, last = _attempts(folder)
    delay = _delay(failures)
    if last is None or not delay:
        return 0.0
    passed = (now - last).total_seconds()
    # A clock that was set back does not lengthen the wait beyond the delay itself.
    return delay if passed < 0 else max(0.0, delay - passed)


def _delay(failures: int) -> float:
    return 0.0 if failures <= FREE_TRIES else min(LONGEST_WAIT, 2.0 ** min(failures - FREE_TRIES - 1, 20))


def _attempts(folder: Path) -> tuple[int, datetime | None]:
    """Failures since the last unlock, and when the last one was; an unreadable file counts as none."""
    try:
        said = json.loads(places.attempts_file(folder).read_bytes())
        failures, last = int(said["failures"]), datetime.fromisoformat(said["last"])
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return 0, None
    return (failures, last) if failures > 0 and last.tzinfo is not None else (0, None)


def _count(folder: Path, failures: int, now: datetime) -> None:
    content = entries.canonical({"failures": failures, "last": now.isoformat()})
    try:
        places.replace_safely(places.attempts_file(folder), content)
    except Refused:
        return  # a full disk; the wrong passphrase is what the person must hear


def _open(folder: Path, file: KeyFile, opened: Opened, lock: FileLock, clock: Clock) -> Office:
    roster = Member(opened.person.id, opened.person.name, opened.person.roles)
    held = Keys(file.office, file.name, file.device, roster, opened.bundle, opened.keys)
    if not places.office_db(folder).exists():
        raise Refused("office.database_missing", folder=str(folder))
    reserve = Reserve(folder)
    try:
        office = Office(folder, held, lock=lock, reserve=reserve)
    except Refused as refused:
        if not reserve.makes_room(refused):
            raise
        office = Office(folder, held, lock=lock, reserve=reserve)
        office.live_frugally()
    office.clock = clock
    try:
        _check_database(office, file)
        office.settle()
        _check_member(office, file, opened)
        _take_attempts_in(office, folder, opened, clock())
    except BaseException:
        office.close()
        raise
    if office.frugal:
        office.notes.append(Message("disk.full_reading"))
    return office


def _check_database(office: Office, file: KeyFile) -> None:
    with database.explained():
        version = office.writer.execute("PRAGMA user_version").fetchone()[0]
        if version > migrations.newest():
            raise Refused("office.newer", file="office.db")
        if office.writer.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            raise Refused("office.damaged")
        if version < migrations.newest():
            migrations.bring_up(office.writer)
        if here(office.writer, "office") != file.office:
            raise Refused("keys.other_office")


def _check_member(office: Office, file: KeyFile, opened: Opened) -> None:
    """The roster that counts is the chain's; the key file must not say more than it."""
    found = member(office.writer, opened.person.id)
    if found is None or not found.active:
        raise Refused("person.unfinished", name=opened.person.name)
    sign = office.writer.execute("SELECT sign FROM member WHERE id = ?", (found.id,)).fetchone()[0]
    if found.roles != opened.person.roles or found.name != opened.person.name or sign != opened.person.sign:
        raise Refused("keys.disagree", name=opened.person.name)
    if file.generation < int(here(office.writer, "generation") or 0):
        office.notes.append(Message("keys.old_file", {"generation": file.generation}))
    if opened.person.serial < int(here(office.writer, f"slots.{found.id}") or 0):
        office.notes.append(Message("keys.old_slots", {"name": found.name}))
    if file.epoch < int(here(office.writer, "epoch") or 1):
        office.notes.append(Message("keys.rotation_unfinished"))


def _take_attempts_in(office: Office, folder: Path, opened: Opened, now: datetime) -> None:
    failures, _ = _attempts(folder)
    if failures:
        office.log_view(0, f"unlock.failures:{failures}", time=now)
        office.notes.append(Message("unlock.failures", {"count": failures}))
        places.attempts_file(folder).unlink(missing_ok=True)
    if opened.recovered:
        office.log_view(0, "recovery.used", time=now)
        office.recovered = True
        office.notes.append(Message("recovery.used", {}))
    office.log_view(0, "unlock", time=now)
