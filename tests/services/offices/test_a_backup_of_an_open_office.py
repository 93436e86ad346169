"""The nightly backup while somebody works: it is consistent, loses nothing, and nobody waits for it."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.domain.message import Refused
from app.services.offices import activity, backing_up, open_backups, opening
from app.storage.backups import backup_notes, generations
from app.storage.backups.backup import restore
from app.storage.backups.stillness import still
from app.storage.offices import verify
from app.storage.offices.office import Office
from tests import builders

LATER = builders.NOW + timedelta(days=1)
LONG_AFTER = LATER + timedelta(days=1)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    builders.new_office(tmp_path / "office")
    builders.extract(
        tmp_path / "r.csv", builders.REGISTER, [builders.resident("1", "森 一", "モリ ハジメ", "2016-05-01")]
    )
    (tmp_path / "share").mkdir()
    with builders.opened(tmp_path / "office") as office:
        builders.bring_in(office, tmp_path / "r.csv")
        backing_up.set_folder(office, tmp_path / "share", builders.NOW)
    return tmp_path


@pytest.fixture
def office(place: Path) -> Iterator[Office]:
    with builders.opened(place / "office") as opened:
        yield opened


def work(office: Office, number: int) -> None:
    office.write("setting.changed", {"key": f"own.{office.member.id}.views", "value": [number]}, time=LATER)


def laid_out(place: Path, name: str = "laid-out") -> list[str]:
    """What is found in the newest generation, laid out: its findings, and that it opens."""
    restore(place / "share", place / name)
    with opening.open_office(place / name, builders.LEAD, builders.PASSPHRASE, LONG_AFTER) as again:
        return [one.message.key for one in verify.verify(again)]


def test_work_goes_on_and_what_was_true_when_it_began_is_in_it(place: Path, office: Office) -> None:
    work(office, 1)
    entries = office.last_seq()
    going, stop = threading.Event(), threading.Event()

    def go_on() -> None:
        number = 2
        while not stop.is_set():
            work(office, number)
            number += 1
            going.set()

    hand = threading.Thread(target=go_on)
    hand.start()
    going.wait(20)
    try:
        kept = open_backups.keep_open(office, LATER)
    finally:
        stop.set()
        hand.join()
    assert kept is not None
    assert office.last_seq() > entries + 1, "nobody could work meanwhile"
    assert laid_out(place) == []
    assert verify.verify(office) == []
    assert backup_notes.state(office.folder).done == LATER


def test_the_file_does_not_change_while_it_is_kept_still(office: Office) -> None:
    with still(office):
        before = _digest(office)
        for number in range(40):
            work(office, number)
        office.writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        assert _digest(office) == before
    office.writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    assert _digest(office) != before


def _digest(office: Office) -> str:
    """Of the file, read by another process: see ``stillness``."""
    with os.popen(f"sha256sum '{office.folder / 'office.db'}'") as told:  # noqa: S605
        return told.read().split()[0]


def test_a_second_one_holds_only_what_changed(place: Path, office: Office) -> None:
    open_backups.keep_open(office, LATER)
    work(office, 1)
    open_backups.keep_open(office, LONG_AFTER)
    first, second = generations.sound(place / "share")
    assert first.full
    assert not second.full
    assert second.size < first.size / 2
    assert laid_out(place) == []


def test_it_stands_in_the_access_log_once(place: Path, office: Office) -> None:
    open_backups.keep_open(office, LATER)
    folder = office.folder
    office.close()
    with opening.open_office(folder, builders.LEAD, builders.PASSPHRASE, LONG_AFTER) as again:
        said = [one.what.key for one in activity.lines(again, activity.ActivityQuery()).lines]
        assert said.count("look.backup") == 1
    later = LONG_AFTER + timedelta(days=1)
    backing_up.nightly(folder, later)
    with opening.open_office(folder, builders.LEAD, builders.PASSPHRASE, later) as again:
        said = [one.what.key for one in activity.lines(again, activity.ActivityQuery()).lines]
        assert said.count("look.backup") == 2


def test_the_scheduler_asks_and_the_open_window_answers(place: Path, office: Office) -> None:
    assert open_backups.due(office, LATER), "there is none yet"
    open_backups.keep_open(office, LATER)
    assert not open_backups.due(office, LATER + timedelta(hours=1))
    answered = threading.Event()

    def window() -> None:
        while not answered.is_set():
            if open_backups.due(office, LATER + timedelta(hours=1)):
                open_backups.keep_open(office, LATER + timedelta(hours=2))
                answered.set()

    hand = threading.Thread(target=window)
    hand.start()
    try:
        kept = backing_up.nightly(office.folder, LATER + timedelta(hours=2), patience=60)
    finally:
        answered.set()
        hand.join()
    assert kept.exists()
    assert not backup_notes.asked(office.folder)


def test_where_nobody_answers_it_says_so_and_nobody_is_asked_for_ever(office: Office) -> None:
    with pytest.raises(Refused) as caught:
        backing_up.nightly(office.folder, LATER, patience=0.5)
    assert caught.value.message.key == "office.in_use_unknown"
    assert not backup_notes.asked(office.folder)


def test_a_share_that_is_gone_hinders_nobody_and_is_said(place: Path, office: Office) -> None:
    (place / "share").rmdir()
    with pytest.raises(Refused) as caught:
        open_backups.keep_open(office, LATER)
    assert caught.value.message.key == "backup.folder_missing"
    work(office, 1)
    assert [one.key for one in backup_notes.to_be_said(office.folder, LATER)] == ["backup.failed"]
    assert not open_backups.due(office, LATER + timedelta(minutes=30))
    assert open_backups.due(office, LATER + timedelta(hours=2))


def test_a_copy_whose_parent_is_gone_never_counts(place: Path, office: Office) -> None:
    frozen = generations.Frozen(office.segment.path, 0, lambda: False)
    with pytest.raises(Refused) as caught:
        generations.keep(office.folder, place / "share", time=LATER, frozen=frozen)
    assert caught.value.message.key == "backup.office_moved"
    assert generations.sound(place / "share") == []
    assert list((place / "share").iterdir()) == []


def test_closing_meanwhile_makes_the_backup_itself(place: Path, office: Office) -> None:
    begun = threading.Event()
    ended: list[str] = []

    def keep() -> None:
        begun.set()
        try:
            open_backups.keep_open(office, LATER)
        except Refused as refused:
            ended.append(refused.message.key)

    hand = threading.Thread(target=keep)
    hand.start()
    begun.wait(5)
    while not open_backups._at_work and hand.is_alive():
        pass
    kept = backing_up.at_close(office, LATER)
    hand.join()
    assert ended == ["backup.broken_off"]
    assert kept is not None
    assert [one.path for one in generations.sound(place / "share")] == [kept]
    assert laid_out(place) == []
