"""Backing an office up into one file of ciphertext, and laying it out again."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from app.domain.message import Refused, Trouble
from app.services.opening import open_office
from app.services.verifying import verify
from app.storage import backup as files
from app.storage.exports import check_out
from app.storage.office import Office


def backup(office: Office, out: Path, now: datetime) -> str:
    """Write a verified backup and journal it; its digest. WrongUse for a place where none can be."""
    check_out(out, office.folder)
    return files.backup(office, out, time=now)


def restore(file: Path, folder: Path, person: str, passphrase: str, now: datetime) -> None:
    """Lay a backup out in an empty or new folder, open it and walk it. Refused if it is not sound."""
    files.restore(file, folder)
    try:
        office = open_office(folder, person, passphrase, now)
    except Trouble:  # a wrong passphrase: the next try finds the folder empty again
        files.take_back(folder)
        raise
    with office:
        if verify(office, rebuild=False):
            raise Refused("restore.unsound", folder=folder.name)
