"""The PC burns down: the window had kept a backup at closing, and an empty PC has the office again."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from app.services.offices import backing_up, opening
from app.storage.backups import generations
from tests.builders import LEAD, NOW, PASSPHRASE, new_office, opened
from ui import app, words
from ui.restoring import RestoreDialog
from ui.window import Window


@pytest.fixture
def place(tmp_path: Path) -> Path:
    new_office(tmp_path / "office")
    (tmp_path / "share").mkdir()
    with opened(tmp_path / "office") as office:
        backing_up.set_folder(office, tmp_path / "share", NOW)
    return tmp_path


def window(qtbot: QtBot) -> Window:
    app.application()
    words.speak("ja")
    made = Window(opening, app.desk_of, app.make_pages, keeping=backing_up)
    qtbot.addWidget(made)
    made.show()
    return made


def close(qtbot: QtBot, place: Path) -> None:
    """Work a little and close the window with its cross."""
    shown = window(qtbot)
    shown.open_office(opening.open_office(place / "office", LEAD, PASSPHRASE, NOW))
    app.settle(app.application(), shown.workplace)
    assert not shown.close()
    assert shown.closing is not None
    qtbot.waitUntil(lambda: not shown.isVisible(), timeout=20_000)


def restore(qtbot: QtBot, source: Path, target: Path, secret: str) -> RestoreDialog:
    """Through the wizard, as far as it goes."""
    shown = window(qtbot)
    dialog = RestoreDialog(backing_up, shown.runner, shown)
    qtbot.addWidget(dialog)
    dialog.restored.connect(shown.unlock.choose_folder)
    dialog.show()
    dialog.choose_source(source)
    dialog.choose_target(target)
    qtbot.waitUntil(lambda: not shown.runner.busy, timeout=20_000)
    dialog.person.setCurrentText(LEAD)
    dialog.passphrase.setText(secret)
    dialog.start.click()
    qtbot.waitUntil(lambda: not shown.runner.busy, timeout=60_000)
    dialog.window_below = shown
    return dialog


def test_closing_keeps_a_backup_and_an_empty_pc_has_the_office_again(qtbot: QtBot, place: Path) -> None:
    close(qtbot, place)
    assert len(generations.sound(place / "share")) == 1
    done = restore(qtbot, place / "share", place / "new" / "office", PASSPHRASE)
    assert not done.isVisible()
    assert done.window_below.unlock.folder.text() == str(place / "new" / "office")
    with opening.open_office(place / "new" / "office", LEAD, PASSPHRASE, NOW) as office:
        assert office.name == "みらい市"


def test_a_wrong_passphrase_is_said_and_the_next_try_finds_the_folder_empty(qtbot: QtBot, place: Path) -> None:
    close(qtbot, place)
    target = place / "new"
    tried = restore(qtbot, place / "share", target, "まちがった合言葉")
    assert tried.isVisible()
    assert tried.error.text()
    tried.passphrase.setText(PASSPHRASE)
    tried.start.click()
    qtbot.waitUntil(lambda: not tried.window_below.runner.busy, timeout=60_000)
    assert not tried.isVisible()


def test_a_folder_without_backups_is_said(qtbot: QtBot, place: Path) -> None:
    (place / "empty").mkdir()
    shown = window(qtbot)
    dialog = RestoreDialog(backing_up, shown.runner, shown)
    qtbot.addWidget(dialog)
    dialog.choose_source(place / "empty")
    qtbot.waitUntil(lambda: not shown.runner.busy)
    assert str(place / "empty") in dialog.error.text()
    assert not dialog.start.isEnabled()


def test_a_share_that_is_gone_does_not_keep_the_window_open_and_is_said_at_the_next_start(
    qtbot: QtBot, place: Path
) -> None:
    (place / "share").rmdir()
    close(qtbot, place)
    shown = window(qtbot)
    shown.open_office(opening.open_office(place / "office", LEAD, PASSPHRASE, NOW))
    assert shown.workplace is not None
    assert str(place / "share") in shown.workplace.notice.text()
    app.settle(app.application(), shown.workplace)
    shown.close()
    qtbot.waitUntil(lambda: not shown.isVisible(), timeout=20_000)


def test_an_administrator_sets_the_folder_in_the_window_and_keeps_one_file(qtbot: QtBot, place: Path) -> None:
    shown = window(qtbot)
    shown.open_office(opening.open_office(place / "office", LEAD, PASSPHRASE, NOW))
    work = shown.workplace
    assert work is not None
    work.go("settings", None)
    page = work.page
    page.show_tab("backups")
    (place / "other").mkdir()
    page.backups.set_folder(place / "other")
    app.settle(app.application(), work)
    assert page.backups.folder.text() == str(place / "other")
    page.backups.save(place / "one.zip")
    app.settle(app.application(), work)
    backing_up.restore(place / "one.zip", place / "from file", LEAD, PASSPHRASE, NOW)
    shown.close()
    qtbot.waitUntil(lambda: not shown.isVisible(), timeout=20_000)
    assert len(generations.sound(place / "other")) == 1
