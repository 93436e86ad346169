"""A dialog can go before the answer to it comes: by Esc, or because the window locks. Nothing falls over."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from app.domain.message import Refused, Trouble
from app.services.answers.outcomes import Changes, Outcome
from tests.ui.fakes import FakeOpening, fake_desk, fake_office
from tests.ui.sample_child import PERSON, TODAY
from ui.child.hidden import Hidden, ReasonDialog
from ui.pages.caseload import CaseloadPage
from ui.runner import Runner
from ui.window import Window

pytestmark = pytest.mark.usefixtures("typeface", "japanese")


class Slow:
    """A disk that answers when it is told to."""

    def __init__(self) -> None:
        self.may_go, self.refuses = threading.Event(), False

    def standing(self, _office: object, _person: int, _now: datetime) -> object:
        raise Refused("rights.verb")

    def ask(self, *_what: object) -> Outcome[str]:
        assert self.may_go.wait(10)
        if self.refuses:
            raise Refused("rights.verb")
        return Outcome("e1", Changes(frozenset({"opening"}), frozenset({PERSON})))


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[Runner]:
    it = Runner()
    yield it
    it.close()


@pytest.mark.parametrize("refuses", [False, True])
def test_esc_was_quicker_than_the_disk(qtbot: QtBot, runner: Runner, refuses: bool) -> None:
    disk = Slow()
    disk.refuses = refuses
    desk: Any = SimpleNamespace(office=None, unveiling=disk, now=lambda: datetime(2026, 11, 24), today=lambda: TODAY)
    over = QWidget()
    qtbot.addWidget(over)
    hidden = Hidden(desk, runner, over)
    qtbot.addWidget(hidden)
    done: list[object] = []
    told: list[Trouble] = []
    hidden.done.connect(done.append)
    runner.troubled.connect(told.append)
    hidden._person = PERSON
    hidden._ask_reason()
    dialog = over.findChild(ReasonDialog)
    dialog.reason.setPlainText("家庭訪問の前に確認する")
    dialog.confirm.click()
    dialog.reject()
    qtbot.waitUntil(lambda: not isValid(dialog))
    disk.may_go.set()
    qtbot.waitUntil(lambda: not runner.busy)
    assert (len(done), len(told)) == ((0, 1) if refuses else (1, 0))


def test_an_answer_to_a_widget_that_went_is_dropped(qtbot: QtBot, runner: Runner) -> None:
    class Asker(QWidget):
        def took(self, answer: object) -> None:
            self.setWindowTitle(str(answer))

    asker, may_go = Asker(), threading.Event()
    runner.ask(may_go.wait, 10, then=asker.took)
    asker.deleteLater()
    qtbot.waitUntil(lambda: not isValid(asker))
    may_go.set()
    qtbot.waitUntil(lambda: not runner.busy)


def test_no_dialog_stays_before_the_locked_window(qtbot: QtBot) -> None:
    before = set(QApplication.topLevelWidgets())
    window = Window(FakeOpening(), lambda _office: fake_desk(), lambda _desk: (CaseloadPage,))
    qtbot.addWidget(window)
    window.show()
    window.open_office(fake_office())
    over_window, over_page = QDialog(window), QDialog(window.workplace)
    for one in (over_window, over_page):
        one.setWindowTitle("森 葵")
        one.open()
    window.lock("idle")
    left = [one for one in set(QApplication.topLevelWidgets()) - before if one.isVisible() and one is not window]
    assert left == []
