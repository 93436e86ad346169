"""In the window: a worker decides, the lead signs or sends back with a word, the worker reads it and follows it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
pytest.importorskip("PySide6")

from pytestqt.qtbot import QtBot

from app.domain.decisions import Decision, DecisionKind, SignOffState
from app.services.answers.caseload import CaseloadQuery
from app.services.casework import caseload, reviewing, signing
from app.services.offices import opening
from app.storage.offices.office import Office
from tests.builders import AS_OF, LEAD, NOW, WORKER, opened
from ui import app as ui_app
from ui import words
from ui.child.hidden import ReasonDialog
from ui.pages.child import ChildPage
from ui.pages.followups import FollowUpsPage
from ui.pages.team import TeamPage
from ui.theme import load_fonts
from ui.window import Window
from ui.workplace import Workplace

WATCH = Decision(DecisionKind.WATCH, "担任に確かめ、来月もう一度見ます。", AS_OF, AS_OF + timedelta(days=30), ())
ASKED = "10月の訪問の結果を書き足してください"


@pytest.fixture
def decided(folder: Path) -> tuple[int, ...]:
    """Two children about whom the worker decided."""
    with opened(folder, WORKER) as it:
        children = caseload.listing(it, CaseloadQuery(view="all"), AS_OF).ids[:2]
        for child in children:
            reviewing.decide(it, child, WATCH, NOW, on_screen="{}")
    return children


@contextmanager
def at_work(qtbot: QtBot, office: Office) -> Iterator[tuple[Workplace, Callable[[], None]]]:
    load_fonts()
    words.speak("ja")
    window = Window(opening, lambda it: ui_app.desk_of(it, lambda: AS_OF), ui_app.make_pages)
    qtbot.addWidget(window)
    window.resize(1280, 720)
    window.show()
    window.open_office(office)
    work = window.workplace
    assert work is not None

    def settled() -> None:
        qtbot.waitUntil(lambda: not work.busy)
        qtbot.wait(1)
        qtbot.waitUntil(lambda: not work.busy)

    settled()
    yield work, settled
    window.let_go()


def test_signed_from_the_list_and_taken_back(qtbot: QtBot, folder: Path, decided: tuple[int, ...]) -> None:
    with opened(folder) as office, at_work(qtbot, office) as (work, settled):
        work.go("team", None)
        settled()
        page = work.page
        assert isinstance(page, TeamPage)
        assert "2" in page.figures["signing"].accessibleName()
        assert not page.waiting.isVisible(), "the list comes when it is asked for"
        page.show_waiting.click()
        assert [line.person_id for line in page.waiting.lines] != []
        page.waiting.every.click()
        page.waiting.sign.click()
        settled()
        assert signing.waiting(office) == ()
        assert not page.waiting.isVisible(), "nothing waits any more"
        assert not page.show_waiting.isVisible()
        work.undoing.undo()
        settled()
        assert {line.person_id for line in signing.waiting(office)} == set(decided)
        assert page.show_waiting.isVisible()


def test_sent_back_from_the_childs_page(qtbot: QtBot, folder: Path, decided: tuple[int, ...]) -> None:
    with opened(folder) as office, at_work(qtbot, office) as (work, settled):
        work.go("child", (decided[0], decided, None))
        settled()
        page = work.page
        assert isinstance(page, ChildPage)
        assert page.signing.isVisible()
        assert WORKER in page.signing.words.text()
        page.signing.back.click()
        dialog = page.findChild(ReasonDialog)
        assert dialog is not None
        dialog.confirm.click()
        assert dialog.isVisible(), "not without a word"
        dialog.reason.setPlainText(ASKED)
        dialog.confirm.click()
        settled()
        assert ASKED in page.signing.words.text()
        assert page.signing.sign.isHidden()
        what = page.history.table.item(0, 1)
        assert what is not None
        assert what.text().endswith("差し戻し")
    with opened(folder, WORKER) as office, at_work(qtbot, office) as (work, settled):
        assert "差し戻し1件" in work.status._reminder.text()
        work.go("followups", None)
        settled()
        desk = work.page
        assert isinstance(desk, FollowUpsPage)
        assert [(line.author, line.words) for line in desk.returned] == [(LEAD, ASKED)]
        desk._returned.itemAt(0).widget().click()  # type: ignore[union-attr]
        settled()
        page = work.page
        assert isinstance(page, ChildPage)
        assert page.file is not None
        assert page.file.person_id == decided[0]
        assert ASKED in page.signing.words.text()
        page.decision.choose(3)
        page.decision.reason.setPlainText("10/20 に訪問し、本人に会えました。来月も見ます。")
        page.decision.submit()
        settled()
        assert not page.signing.isVisible(), "a worker has nothing to do while it waits"
        stands = page.file.decisions[-1].sign_off
        assert stands is not None
        assert stands.state is SignOffState.WAITING
        assert "差し戻し" not in work.status._reminder.text()


def test_a_faster_colleague(qtbot: QtBot, folder: Path, decided: tuple[int, ...]) -> None:
    with opened(folder) as office, at_work(qtbot, office) as (work, settled):
        work.go("team", None)
        settled()
        page = work.page
        assert isinstance(page, TeamPage)
        page.show_waiting.click()
        line = page.waiting.lines[0]
        reviewing.decide(office, line.person_id, WATCH, NOW + timedelta(minutes=5), on_screen="{}")
        page.waiting.sign.click()
        settled()
        assert page.trouble.isVisible()
        assert line.entry not in {one.entry for one in page.waiting.lines}
        assert len(signing.waiting(office)) == 1, "nothing was signed unseen"
