"""A backup is whole or refused; restored, the office is as it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.domain.entries import Kind
from app.domain.message import Refused, WrongUse
from app.storage.backups.backup import backup, check, restore
from app.storage.offices.office import Office
from app.storage.offices.verify import verify
from tests.storage.desk import NOW, WORKER, decision, reasons


def test_backup_and_restore(unlock: Callable[..., Office], tmp_path: Path) -> None:
    office = unlock()
    office.write(Kind.DECISION_RECORDED, decision(reason="退避前"), time=NOW)
    file = tmp_path / "backup.zip"
    digest = backup(office, file, time=NOW)
    office.write(Kind.DECISION_RECORDED, decision(reason="退避後"), time=NOW)
    assert len(digest) == 64
    assert {path.name for path in tmp_path.iterdir()} == {"office", "backup.zip"}
    restore(file, tmp_path / "restored")
    restored = unlock(place=tmp_path / "restored")
    assert (restored.notes, reasons(restored)) == ([], ["退避前"])
    restored.write(Kind.DECISION_RECORDED, decision(reason="復元後"), time=NOW)
    assert verify(restored) == []
    assert verify(office) == []
    restored.close()


def test_an_altered_or_cut_backup_is_refused_and_leaves_nothing(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "backup.zip"
    backup(office, file, time=NOW)
    whole = file.read_bytes()
    for at in range(100, len(whole), len(whole) // 12):
        altered = bytearray(whole)
        altered[at] ^= 1
        file.write_bytes(bytes(altered))
        with pytest.raises(Refused):
            restore(file, tmp_path / "restored")
    file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(Refused):
        check(file)
    assert not (tmp_path / "restored").exists()


def test_restoring_needs_an_empty_folder_and_a_backup(office: Office, tmp_path: Path) -> None:
    backup(office, tmp_path / "backup.zip", time=NOW)
    with pytest.raises(WrongUse):
        restore(tmp_path / "backup.zip", office.folder)
    with pytest.raises(Refused):
        restore(tmp_path / "nothing.zip", tmp_path / "restored")


def test_only_an_administrator_backs_up(unlock: Callable[..., Office], tmp_path: Path) -> None:
    with pytest.raises(Refused):
        backup(unlock(WORKER), tmp_path / "backup.zip", time=NOW)
    assert not (tmp_path / "backup.zip").exists()
