"""Opening an office: making one, unlocking it, and whose names are asked for."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from pathlib import Path

from app.domain.message import Message, Refused
from app.services.deriving.rebuilding import ensure_view
from app.services.offices.open_backups import note
from app.services.offices.policy import heed_factor
from app.storage.backups import backup_notes
from app.storage.files.exports import check_out, write_new_file
from app.storage.keyring import keys
from app.storage.offices import office_files
from app.storage.offices.office import Office


def create_office(
    folder: Path,
    *,
    name: str,
    person: str,
    passphrase: str,
    recovery_file: Path | None,
    now: datetime,
) -> None:
    """Make an office; its first person is administrator and lead.

    ``recovery_file`` takes the recovery code to print and seal; it must not be there yet.
    """
    if recovery_file is None:
        office_files.create(folder, name, person, passphrase, clock=lambda: now)
        return
    check_out(recovery_file, folder)
    code = keys.new_recovery_code()
    write_new_file(recovery_file, code + "\n")  # first: an office whose code is lost could not be helped
    try:
        office_files.create(folder, name, person, passphrase, clock=lambda: now, recovery_code=code)
    except BaseException:
        recovery_file.unlink()
        raise


def people_of(folder: Path) -> tuple[str, ...]:
    """The names of the office's people, readable without a passphrase."""
    return tuple(office_files.people(folder)[1])


def office_name(folder: Path) -> str:
    """What the office is called, readable without a passphrase."""
    return office_files.people(folder)[0]


def open_office(folder: Path, person: str, passphrase: str, now: datetime) -> Office:
    """Unlock for this person. Refused with one clear reason where that cannot be."""
    office = office_files.unlock(folder, person, passphrase, clock=lambda: now)
    try:
        ensure_view(office)
        office.notes += _about_backups(office, now)
        note(office, now)
        heed_factor(office)
        if office.factor_first:
            office.notes.append(Message("factor.first"))
    except BaseException:
        office.close()
        raise
    return office


def _about_backups(office: Office, now: datetime) -> list[Message]:
    """What must be heard of backups; where they go is what the office has set, whatever the readable file says."""
    said = office.setting(backup_notes.SETTING, "")
    wanted = Path(said) if isinstance(said, str) and said else None
    notes = []
    if backup_notes.target(office.folder) != wanted:
        with suppress(Refused):  # a full disk: the next start tries again
            backup_notes.set_target(office.folder, wanted)
        notes.append(Message("backup.folder_differed", {"folder": said}))
    return notes + backup_notes.to_be_said(office.folder, now)
