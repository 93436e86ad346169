"""In the window: a support plan is written, kept as a draft, recorded, printed in plain words, taken back."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
pytest.importorskip("PySide6")

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.services.answers.caseload import CaseloadQuery
from app.services.casework import caseload, drafting, planning
from app.services.papers import papers
from app.storage.offices.office import Office
from ui import app as start
from ui import words
from ui.pages.child import ChildPage
from ui.papers.dialog import PaperDialog
from ui.printing.output import pdf
from ui.theme import load_fonts
from ui.window import Window
from ui.workplace import Workplace


@pytest.fixture
def work(qtbot: QtBot, office: Office) -> Iterator[Workplace]:
    load_fonts()
    words.speak("ja")
    window = Window(opening=None, make_desk=start.desk_of, make_pages=start.make_pages)
    qtbot.addWidget(window)
    window.resize(1440, 900)
    window.show()
    window.open_office(office)
    assert window.workplace is not None
    yield window.workplace
    window.let_go()


@pytest.fixture
def settled(work: Workplace) -> Callable[[], None]:
    def wait() -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        start.settle(app, work)

    return wait


def test_a_plan_from_first_words_to_the_paper(work: Workplace, settled: Callable[[], None], office: Office) -> None:
    desk = work.desk
    child, other = caseload.listing(office, CaseloadQuery(view="all"), desk.today()).ids[:2]
    work.go("child", (child, (child, other), None))
    settled()
    page = work.page
    assert isinstance(page, ChildPage)
    page.show_tab("plan")
    plan = page.writing.plan
    plan.new.click()
    plan.texts["needs"].setPlainText("朝起きられない日がある。")
    page.step(1)
    settled()
    assert [one.form for one in drafting.waiting(office)] == ["plan"]
    assert plan.content() == {}, "nothing of one child stands at another"
    page.step(-1)
    settled()
    plan.new.click()
    assert plan.texts["needs"].toPlainText() == "朝起きられない日がある。"
    plan.record.click()
    settled()
    assert plan.trouble.isVisible(), "a goal is missing"
    goal = plan.goals.boxes[0]
    goal.words.setText("週に三日、朝から登校する。")
    goal.steps[0][0].setText("朝に電話する")
    goal.steps[0][1].setText("担任")
    plan.record.click()
    settled()
    (line,) = planning.plans_of(office, child)
    assert line.plan.goals[0].steps[0].who == "担任"
    assert drafting.waiting(office) == ()
    assert "週に三日、朝から登校する。" in plan.words.toPlainText()
    plan.paper.click()
    settled()
    (dialog,) = page.findChildren(PaperDialog)
    assert dialog.form.currentData() == "plan"
    dialog.reject()
    work.undoing.undo()
    settled()
    assert planning.plans_of(office, child) == ()


def test_the_paper_says_nothing_of_priorities_or_other_departments(office: Office) -> None:
    desk = start.desk_of(office)
    words.speak("ja")
    child = caseload.listing(office, CaseloadQuery(view="all"), desk.today()).ids[0]
    paper = papers.child_paper(office, child, "plan", desk.now(), purpose="家族に渡す")
    assert paper.to_family
    assert paper.sources == ()
    assert pdf([paper]).startswith(b"%PDF")
