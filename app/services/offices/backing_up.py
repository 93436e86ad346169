"""Backing an office up, into one file or as daily generations, and laying it out again on an empty PC.

Generations need no passphrase: what is copied is ciphertext. They are made when the window closes and by the
scheduler at night; a failure never keeps anybody from working and is said at the next start.
"""

from __future__ import annotations

import time as clocks
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.domain.entries import Kind
from app.domain.message import Refused, Trouble, WrongUse
from app.services.answers.outcomes import Changes, Outcome
from app.services.offices.open_backups import due, give_up, keep_open
from app.services.offices.opening import open_office
from app.services.offices.verifying import verify
from app.storage import database
from app.storage import folder as places
from app.storage.backups import backup as files
from app.storage.backups import backup_notes, generations
from app.storage.files.exports import check_out
from app.storage.folder import FileLock
from app.storage.offices.office import Office

__all__ = ["due", "keep_open"]

Progress = Callable[[int, int], None]
_PATIENCE = 600.0
"""Seconds that a nightly backup waits for whoever has the office open."""


@dataclass(frozen=True)
class Choice:
    """One backup that can be laid out. ``made`` is None for a single file: it says so only when it is read."""

    path: Path
    made: datetime | None
    office: str = ""


@dataclass(frozen=True)
class Standing:
    """Where generations go, what is there, and how the last one went. ``reachable``: the folder answers."""

    into: Path | None
    reachable: bool
    choices: tuple[Choice, ...]
    damaged: tuple[str, ...]
    state: backup_notes.State
    size: int


def _silent(_done: int, _all: int) -> None:
    pass


# ---------------------------------------------------------------------------- one file


def backup(office: Office, out: Path, now: datetime) -> str:
    """Write a verified backup and journal it; its digest. WrongUse for a place where none can be."""
    check_out(out, office.folder)
    return files.backup(office, out, time=now)


# ---------------------------------------------------------------------------- generations


def set_folder(office: Office, into: Path | None, now: datetime) -> Outcome[None]:
    """Where generations go from now on; None ends them. An administrator's act. WrongUse for no such folder."""
    if into is not None:
        into = into.absolute()
        if not into.is_dir():
            raise WrongUse("out.no_folder", folder=str(into))
        if into.resolve().is_relative_to(office.folder.resolve()):
            raise WrongUse("out.in_office", file=into.name)
    office.write(Kind.SETTING_CHANGED, {"key": backup_notes.SETTING, "value": str(into) if into else ""}, time=now)
    backup_notes.set_target(office.folder, into)
    backup_notes.another_folder(office.folder)
    return Outcome(None, Changes(kinds=frozenset({"policy"})))


def wanted(office: Office) -> bool:
    """Whether this office keeps generations, so that closing it makes one."""
    return backup_notes.target(office.folder) is not None


def standing(folder: Path) -> Standing:
    """What there is of generations; asks the folder they go to, which may take its time."""
    into = backup_notes.target(folder)
    found: tuple[Choice, ...] = ()
    broken: tuple[str, ...] = ()
    size, reachable = 0, False
    if into is not None:
        try:
            reachable = into.is_dir()
            if reachable:
                found, broken = choices(into), tuple(path.name for path in generations.damaged(into))
                size = sum(path.stat().st_size for path in into.glob("kizuki-*.kizuki"))
        except (OSError, Refused):
            reachable = False
    return Standing(into, reachable, found, broken, backup_notes.state(folder), size)


def nightly(
    folder: Path, now: datetime, *, into: Path | None = None, progress: Progress = _silent, patience: float = _PATIENCE
) -> Path:
    """Keep a generation without a passphrase; its file. Refused if it cannot be kept.

    While the office is open whoever has it open is asked to keep one, and Refused where nobody does within
    ``patience`` seconds. ``into``: another folder than the one that the office has set; for that it must be shut.
    """
    lock = FileLock(folder / "office.lock")
    if not places.keys_json(folder).exists():
        raise Refused("office.none_here", folder=str(folder))
    try:
        if not lock.acquire(0.0):
            kept = _asked(folder, now, patience) if into is None else None
            if kept is not None:
                return kept
            if not lock.acquire(patience if into is not None else 0.0):
                raise Refused("office.in_use_unknown")
        try:
            return _keep(folder, now, into, progress)
        finally:
            lock.release()
    except OSError as error:
        raise database.refused_by_system(error) from error


def _asked(folder: Path, now: datetime, patience: float) -> Path | None:
    """What the open window kept when it was asked; None where it did not within ``patience``, or was closed."""
    target, lock = backup_notes.target(folder), FileLock(folder / "office.lock")
    if target is None:
        raise Refused("backup.no_folder_set")
    backup_notes.ask(folder)
    end = clocks.monotonic() + patience
    try:
        while clocks.monotonic() < end:
            known = backup_notes.state(folder)
            if known.done is not None and known.done >= now:
                return generations.chain_at(target)[-1].path
            if known.failed is not None and known.failed >= now and known.why is not None:
                raise Refused(known.why.key, **dict(known.why.values))
            if lock.acquire(0.0):
                lock.release()
                return None
            clocks.sleep(min(0.2, patience))
        return None
    finally:
        backup_notes.answer(folder)


def at_close(office: Office, now: datetime, *, progress: Progress = _silent) -> Path | None:
    """Close the office and keep a generation, verified by opening what is copied; None where no folder is set.

    Refused as by ``nightly``; the office is closed all the same, and the next start says so.
    """
    folder = office.folder
    give_up()
    if backup_notes.target(folder) is None:
        office.close()
        return None
    lock, key = office.give_lock(), office.held.database_key
    try:
        try:
            _check_source(folder, key)
        except Refused as refused:
            backup_notes.went_wrong(folder, now, refused.message)
            raise
        return _keep(folder, now, None, progress)
    finally:
        if lock is not None:
            lock.release()


def _check_source(folder: Path, key: bytes) -> None:
    """What is damaged is not kept as a generation: every page must open, and SQLite must find it sound."""
    with database.explained():
        connection = database.connect(places.office_db(folder), key)
        try:
            quick = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            if database.ciphertext_troubles(connection) or quick != "ok":
                raise Refused("backup.source_damaged", file="office.db")
        finally:
            connection.close()


def _keep(folder: Path, now: datetime, into: Path | None, progress: Progress) -> Path:
    """Under the office's lock: the next generation, and a note of how it went."""
    try:
        target = into or backup_notes.target(folder)
        if target is None:
            raise Refused("backup.no_folder_set")
        if not generations.is_idle(folder):
            raise Refused("keys.work_running")
        kept = generations.keep(folder, target, time=now, progress=progress)
    except Refused as refused:
        backup_notes.went_wrong(folder, now, refused.message)
        raise
    backup_notes.went_well(folder, now)
    return kept.path


def choices(place: Path) -> tuple[Choice, ...]:
    """The backups in a folder, or the one that a file is; newest first. Refused where there is none."""
    try:
        if place.is_dir():
            found = [Choice(one.path, datetime.fromisoformat(one.made), one.office) for one in generations.sound(place)]
            return tuple(reversed(found))
        if files.is_generation(place):
            chain = generations.chain_at(place)
            return (Choice(place, datetime.fromisoformat(chain[-1].made), chain[-1].office),)
    except OSError as error:
        raise database.refused_by_system(error) from error
    files.check(place)
    return (Choice(place, None),)


def unsound(place: Path, *, thoroughly: bool) -> frozenset[str]:
    """The generations in a folder that cannot be laid out. ``thoroughly``: every one is read as a whole."""
    found = {path.name for path in generations.damaged(place)}
    for one in generations.sound(place) if thoroughly else ():
        try:
            generations.check(generations.chain_at(one.path))
        except Refused:
            found.add(one.path.name)
    return frozenset(found)


# ---------------------------------------------------------------------------- laying out


def restore(
    file: Path, folder: Path, person: str, passphrase: str, now: datetime, progress: Progress = _silent
) -> None:
    """Lay a backup out in an empty or new folder, open it and walk it. Refused if it is not sound.

    ``file``: one file, one generation, or a folder of generations. The recovery code works in the
    passphrase's place.
    """
    files.restore(file, folder, progress)
    try:
        office = open_office(folder, person, passphrase, now)
    except Trouble:  # a wrong passphrase: the next try finds the folder empty again
        files.take_back(folder)
        raise
    with office:
        if verify(office, rebuild=False):
            raise Refused("restore.unsound", folder=folder.name)


def people_in(file: Path) -> tuple[str, tuple[str, ...]]:
    """The office's name and its people's as a backup's key file says them; needs no passphrase. Refused: damaged."""
    return files.people_in(file)
