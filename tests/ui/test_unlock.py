"""Unlocking and locking: one clear sentence, a pause that grows, nothing left behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from tests.ui.fakes import FakeOpening, fake_desk
from ui import words
from ui.pages.caseload import CaseloadPage
from ui.window import Window


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[Window]:
    words.speak("ja")
    made = Window(
        FakeOpening(),
        lambda _office: fake_desk(),
        lambda _desk: (CaseloadPage,),
        Path("/srv/kizuki/office"),
    )
    made.resize(1280, 800)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    qtbot.waitUntil(lambda: made.unlock.person.count() == 2)
    yield made
    made.close()
    made.deleteLater()


def enter(window: Window, qtbot: QtBot, passphrase: str) -> None:
    window.unlock.passphrase.setText(passphrase)
    QTest.keyClick(window.unlock.passphrase, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not window.runner.busy)


def test_the_right_passphrase_opens_the_caseload(window: Window, qtbot: QtBot) -> None:
    enter(window, qtbot, "kizuki kizuki")
    qtbot.waitUntil(lambda: window.workplace is not None)
    assert window.workplace is not None
    assert window.workplace.page.key == "caseload"


def test_a_wrong_one_gets_a_sentence_and_a_growing_pause(window: Window, qtbot: QtBot) -> None:
    enter(window, qtbot, "wrong")
    assert window.unlock.error.isVisible()
    assert window.unlock.passphrase.text() == ""
    assert window.unlock._wait == 2
    window.unlock.passphrase.setText("again")
    assert not window.unlock.enter.isEnabled()
    window.unlock._tick()
    window.unlock._tick()
    assert window.unlock.enter.isEnabled()
    enter(window, qtbot, "wrong again")
    assert window.unlock._wait == 4


def test_a_folder_that_is_no_office_is_told(window: Window, qtbot: QtBot) -> None:
    window.unlock.choose_folder(Path("/srv/elsewhere"))
    qtbot.waitUntil(window.unlock.error.isVisible)
    assert window.unlock.person.count() == 0
    assert not window.unlock.enter.isEnabled()


def test_the_passphrase_is_hidden_and_caps_lock_is_hinted_at(window: Window) -> None:
    field = window.unlock.passphrase
    assert field.echoMode() is QLineEdit.EchoMode.Password
    QTest.keyClicks(field, "a")
    assert not window.unlock.caps.isVisible()
    QTest.keyClick(field, "A")  # type: ignore[call-overload]
    assert window.unlock.caps.isVisible()


def test_ctrl_l_locks_and_puts_everything_away(window: Window, qtbot: QtBot) -> None:
    enter(window, qtbot, "kizuki kizuki")
    qtbot.waitUntil(lambda: window.workplace is not None)
    QTest.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.unlock._opening.closed)
    assert window.workplace is None
    assert window.currentWidget() is window.unlock
    qtbot.waitUntil(lambda: window.unlock.person.currentText() == "佐伯 千景")
    assert window.unlock.passphrase.text() == ""
    assert window.unlock._opening.closed
