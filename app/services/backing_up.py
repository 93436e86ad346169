"""Backing an office up into one file of ciphertext, and laying it out again."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from app.domain.message import Refused
from app.services.opening import open_office
from app.services.verifying import verify
from app.storage import backup as files
from app.storage.office import Office


def backup(office: Office, out: Path, now: datetime) -> str:
    """Write a verified backup and journal it; its digest."""
    return files.backup(office, out, time=now)


def restore(file: Path, folder: Path, person: str, passphrase: str, now: datetime) -> None:
    """Lay a backup out in an empty or new folder, open it and walk it. Refused if it is not sound."""
    files.restore(file, folder)
    with open_office(folder, person, passphrase, now) as office:
        if verify(office, rebuild=False):
            raise Refused("restore.unsound", folder=folder.name)
