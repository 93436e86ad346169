"""Somebody writes, is called away, and the window locks by itself: nothing readable stays, and the words come back."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog

from app.services.answers.caseload import CaseloadQuery
from app.services.casework import caseload
from app.services.offices import opening
from tests.builders import AS_OF, LEAD, NOW, opened
from tests.journeys.windows import PATIENCE
from ui import app as start
from ui import words
from ui.pages.child import ChildPage
from ui.theme import load_fonts
from ui.window import Window

WORDS = "kakikake no riyuu desu"


class Desk:
    """A window on the office, in front of one child; what it handed over to when it locked."""

    def __init__(self, qtbot: QtBot, folder: Path, child: int) -> None:
        self.handed_over: list[tuple[Path, str]] = []
        self.window = Window(
            opening, lambda it: replace(start.desk_of(it, lambda: AS_OF), now=lambda: NOW), start.make_pages,
            relaunch=self._relaunch,
        )  # fmt: skip
        qtbot.addWidget(self.window)
        self.window.show()
        self.window.open_office(opened(folder))
        self.work = self.window.workplace
        assert self.work is not None
        self.work.go("child", (child, (child,), None))
        qtbot.waitUntil(lambda: not self.work.busy, timeout=PATIENCE)  # type: ignore[union-attr]
        page = self.work.page
        assert isinstance(page, ChildPage)
        self.page = page

    def _relaunch(self, folder: Path, person: str) -> bool:
        self.handed_over.append((folder, person))
        return True


@pytest.mark.parametrize("why", ["idle", "asleep", "screen"])
def test_locking_by_itself_keeps_what_was_written(qtbot: QtBot, folder: Path, why: str) -> None:
    load_fonts()
    words.speak("ja")
    with opened(folder) as office:
        child = caseload.listing(office, CaseloadQuery(view="all"), AS_OF).ids[0]
    desk = Desk(qtbot, folder, child)
    desk.page.decision.choose(3)
    QTest.keyClicks(desk.page.decision.reason, WORDS)
    desk.work.show_keys()  # type: ignore[union-attr]
    assert any(isinstance(one, QDialog) and one.isVisible() for one in QApplication.topLevelWidgets())
    session = desk.window._session
    assert session is not None
    if why == "idle":
        session._last_hand -= 3600
        session.tick()
    elif why == "asleep":
        session._system.asleep(True)
    else:
        session._system.covered(True)
    assert not any(isinstance(one, QDialog) and one.isVisible() for one in QApplication.topLevelWidgets())
    qtbot.waitUntil(lambda: not desk.window.isVisible(), timeout=PATIENCE)
    assert desk.handed_over == [(folder, LEAD)], "a fresh process asks for the passphrase"
    for path in folder.rglob("*"):
        assert not path.is_file() or WORDS.encode() not in path.read_bytes(), path

    again = Desk(qtbot, folder, child)
    assert again.page.decision.reason.toPlainText() == WORDS
    again.window.close()
