"""A session ends by itself, and what was copied does not outlive it."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.fakes import FakeOpening, fake_desk, fake_office
from ui import words
from ui.pages.caseload import CaseloadPage
from ui.session import Clipboard, Session
from ui.widgets.text import Label
from ui.window import Window


class Clock:
    """Seconds, moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def session(qtbot: QtBot, clock: Clock) -> Iterator[tuple[Session, list[str], QWidget]]:
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    watched, ends = Session(5, widget, clock), []
    watched.ended.connect(ends.append)
    watched.begin()
    yield watched, ends, widget
    watched.end()


def test_nobody_at_the_desk_for_five_minutes(session: tuple[Session, list[str], QWidget], clock: Clock) -> None:
    watched, ends, _widget = session
    for _ in range(59):
        clock.now += 5
        watched.tick()
    assert ends == []
    clock.now += 5
    watched.tick()
    assert ends == ["idle"]


def test_a_key_or_the_mouse_keeps_it_open(session: tuple[Session, list[str], QWidget], clock: Clock) -> None:
    watched, ends, widget = session
    for _ in range(200):
        clock.now += 5
        QTest.keyClick(widget, Qt.Key.Key_Shift)
        watched.tick()
    assert ends == []


def test_a_pc_that_slept_wakes_up_locked(session: tuple[Session, list[str], QWidget], clock: Clock) -> None:
    watched, ends, _widget = session
    clock.now += 120
    watched.tick()
    assert ends == ["asleep"]


def test_the_screen_saver_and_sleep_are_heard(session: tuple[Session, list[str], QWidget]) -> None:
    watched, ends, _widget = session
    watched._system.covered(False)
    watched._system.asleep(False)
    assert ends == []
    watched._system.covered(True)
    watched._system.asleep(True)
    watched._system.locked()
    assert ends == ["screen", "asleep", "screen"]


_ON_A_BUS = """
import sys
from PySide6.QtCore import QCoreApplication, QObject, QTimer
from PySide6.QtDBus import QDBusConnection, QDBusMessage
from ui.session import _SystemEvents

app = QCoreApplication([])
keeper = QObject()
events = _SystemEvents(keeper)
events.told.connect(lambda what: (print(what), app.quit()))
bus = QDBusConnection.sessionBus()
assert bus.isConnected() and bus.registerService("org.freedesktop.ScreenSaver")
said = QDBusMessage.createSignal("/ScreenSaver", "org.freedesktop.ScreenSaver", "ActiveChanged")
said.setArguments([True])
bus.send(said)
QTimer.singleShot(5000, lambda: app.exit(3))
sys.exit(app.exec())
"""


@pytest.mark.skipif(shutil.which("dbus-run-session") is None, reason="needs a session bus")
def test_on_a_desktop_with_a_bus_it_starts_and_hears_the_screen_saver() -> None:
    command = ["dbus-run-session", "--", sys.executable, "-c", _ON_A_BUS]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["screen"]


def test_what_was_copied_is_forgotten(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Clipboard, "_is_ours", lambda _self: True)  # a screen that is none owns no clipboard
    widget = QWidget()
    qtbot.addWidget(widget)
    board = QApplication.clipboard()
    clipboard = Clipboard(widget)
    clipboard._timer.setInterval(10)
    board.setText("03-1234-5678")
    qtbot.waitUntil(lambda: board.text() == "")


def test_locking_hands_over_to_a_fresh_process_and_ends_this_window(qtbot: QtBot) -> None:
    words.speak("ja")
    started: list[tuple[Path, str]] = []

    def relaunch(folder: Path, person: str) -> bool:
        started.append((folder, person))
        return True

    opening = FakeOpening()
    window = Window(opening, lambda _office: fake_desk(), lambda _desk: (CaseloadPage,), relaunch=relaunch)
    window.show()
    window.open_office(fake_office(opening))
    qtbot.waitUntil(lambda: window.workplace is not None and not window.workplace.busy)
    window.lock()
    qtbot.waitUntil(lambda: not window.isVisible())
    assert len(started) == 1
    assert opening.closed
    window.deleteLater()


def test_an_import_that_locking_ended_is_spoken_of(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    words.speak("ja")
    started: list[Path] = []
    opening = FakeOpening()
    window = Window(
        opening,
        lambda _office: fake_desk(),
        lambda _desk: (CaseloadPage,),
        relaunch=lambda *said: started.append(said[0]),
    )
    qtbot.addWidget(window)
    window.show()
    window.open_office(fake_office(opening))
    qtbot.waitUntil(lambda: window.workplace is not None and not window.workplace.busy)
    monkeypatch.setattr(CaseloadPage, "working", lambda _page: True)
    window.lock("idle")
    qtbot.waitUntil(window.unlock.error.isVisible)
    assert "取りやめました" in " ".join(one.text() for one in window.unlock.error.findChildren(Label))
    assert opening.closed
    assert not started, "it has to be read first"


@pytest.mark.skipif(sys.platform == "win32", reason="other means there")
def test_a_process_that_holds_keys_writes_no_core_and_lets_nobody_look(tmp_path: Path) -> None:
    script = (
        "import ctypes, resource, sys; from app.storage.hardening import keep_to_ourselves; keep_to_ourselves();"
        "print(resource.getrlimit(resource.RLIMIT_CORE)[0], ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"
    )
    root = Path(__file__).parents[2]
    said = subprocess.run(
        [sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True, env=dict(os.environ)
    ).stdout.split()
    assert said[0] == "0"
    if sys.platform.startswith("linux"):
        assert said[1] == "0"
    assert resource.RLIMIT_CORE is not None
