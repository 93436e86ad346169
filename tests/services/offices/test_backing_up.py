"""Backups that nobody has to think of: at close and at night, said when they fail, laid out on an empty PC."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from app.domain.message import Refused, WrongUse
from app.services.offices import backing_up, opening
from app.storage.backups import backup_notes
from tests.builders import LEAD, NOW, PASSPHRASE, WORKER, new_office, opened


@pytest.fixture
def place(tmp_path: Path) -> Path:
    new_office(tmp_path / "office")
    (tmp_path / "kept").mkdir()
    with opened(tmp_path / "office") as office:
        backing_up.set_folder(office, tmp_path / "kept", NOW)
    return tmp_path


def notes(folder: Path, later: timedelta = timedelta()) -> list[str]:
    """What is said at the next start."""
    with opening.open_office(folder, LEAD, PASSPHRASE, NOW + later) as office:
        return [note.key for note in office.notes]


def test_closing_keeps_a_generation_that_opens_on_an_empty_pc(place: Path) -> None:
    kept = backing_up.at_close(opened(place / "office"), NOW)
    assert kept is not None
    assert backing_up.people_in(kept) == ("みらい市", (LEAD, WORKER))
    backing_up.restore(place / "kept", place / "new pc" / "office", LEAD, PASSPHRASE, NOW)
    assert notes(place / "new pc" / "office") == []


def test_a_worker_closing_the_window_keeps_a_generation_too(place: Path) -> None:
    assert backing_up.at_close(opened(place / "office", WORKER), NOW) is not None


def test_at_night_no_passphrase_is_needed_and_an_open_office_is_left_alone(place: Path) -> None:
    assert backing_up.nightly(place / "office", NOW).exists()
    with opened(place / "office"), pytest.raises(Refused) as refused:
        backing_up.nightly(place / "office", NOW, patience=0.0)
    assert refused.value.message.key == "office.in_use_unknown"


def test_a_share_that_is_gone_is_said_at_the_next_start_and_no_longer_once_one_was_kept(place: Path) -> None:
    (place / "kept").rename(place / "away")
    with pytest.raises(Refused):
        backing_up.at_close(opened(place / "office"), NOW)
    assert notes(place / "office") == ["backup.failed"]
    (place / "away").rename(place / "kept")
    backing_up.nightly(place / "office", NOW)
    assert notes(place / "office") == []
    assert notes(place / "office", timedelta(days=9)) == ["backup.overdue"]


def test_a_damaged_database_is_not_kept(place: Path) -> None:
    office = opened(place / "office")
    path = place / "office" / "office.db"
    backing_up.at_close(office, NOW)
    before = list((place / "kept").iterdir())
    office = opened(place / "office")
    with office.quiet():
        office.writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    content = bytearray(path.read_bytes())
    content[-2000] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(Refused):
        backing_up.at_close(office, NOW + timedelta(days=1))
    assert list((place / "kept").iterdir()) == before


def test_only_an_administrator_says_where_backups_go_and_the_readable_file_cannot_say_otherwise(place: Path) -> None:
    with opened(place / "office", WORKER) as office, pytest.raises(Refused):
        backing_up.set_folder(office, place, NOW)
    with opened(place / "office") as office, pytest.raises(WrongUse):
        backing_up.set_folder(office, place / "office" / "segments", NOW)
    backup_notes.set_target(place / "office", place)
    assert notes(place / "office") == ["backup.folder_differed"]
    assert backup_notes.target(place / "office") == place / "kept"


@pytest.mark.parametrize("content", [b"", b"[]", b'{"folder": 3}', b'{"done": "never", "why": {"key": 1}}', b"\xff"])
def test_readable_files_that_make_no_sense_stop_nothing(place: Path, content: bytes) -> None:
    for name in ("backup.json", "backup-state.json"):
        (place / "office" / name).write_bytes(content)
    assert "backup.folder_differed" in notes(place / "office")
    assert backing_up.standing(place / "office").reachable


def test_a_log_that_a_crash_left_behind_goes_along(place: Path) -> None:
    with opened(place / "office") as office:
        office.log_view(7, "child", time=NOW)
        crashed = Path(shutil.copytree(place / "office", place / "crashed"))
    assert (crashed / "office.db-wal").stat().st_size
    backing_up.nightly(crashed, NOW)
    backing_up.restore(place / "kept", place / "restored", LEAD, PASSPHRASE, NOW)
    with opening.open_office(place / "restored", LEAD, PASSPHRASE, NOW) as office:
        assert office.reader().execute("SELECT count(*) FROM access WHERE person_id = 7").fetchone()[0] == 1
