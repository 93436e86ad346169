"""In the window: somebody goes on leave; the lead sees it, gives their children to the others, and takes it back."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
pytest.importorskip("PySide6")

from pytestqt.qtbot import QtBot

from app.services.answers.caseload import CaseloadQuery
from app.services.casework import assigning, caseload, team
from app.services.casework.team import Away
from app.services.offices import opening
from app.storage.offices.office import Office
from tests.builders import AS_OF, LEAD, NOW, WORKER, opened
from ui import app as ui_app
from ui import words
from ui.pages.caseload import CaseloadPage
from ui.pages.team import TeamPage
from ui.theme import load_fonts
from ui.window import Window


def test_leave_begins(qtbot: QtBot, office: Office) -> None:
    load_fonts()
    words.speak("ja")
    theirs = caseload.listing(office, CaseloadQuery(view="all"), AS_OF).ids[:6]
    assigning.assign(office, theirs, WORKER, NOW)
    window = Window(opening, lambda it: ui_app.desk_of(it, lambda: AS_OF), ui_app.make_pages)
    qtbot.addWidget(window)
    window.resize(1280, 720)
    window.show()
    window.open_office(office)
    work = window.workplace
    assert work is not None

    def settled() -> None:
        qtbot.waitUntil(lambda: not work.busy)

    settled()
    work.go("team", None)
    settled()
    page = work.page
    assert isinstance(page, TeamPage)
    loads = {load.name: load for load in page.loads.loads}
    assert loads[WORKER].total == 6
    page.loads.selectRow([load.name for load in page.loads.loads].index(WORKER))
    page.beside.limit.setText("4")
    page.beside.save_limit.click()
    settled()
    current = page.current()
    assert current is not None
    assert (current.name, current.limit, current.over) == (WORKER, 4, 2), "the line keeps its place"
    page.beside.went_away.emit(Away(AS_OF, AS_OF + timedelta(days=20), "研修"))
    settled()
    page.beside.plan.click()
    settled()
    assert page.plan.isVisible()
    assert page.plan.gains() == {LEAD: 6}, "nobody else is there"
    page.plan.table.spaced.emit(0)
    assert page.plan.gains() == {LEAD: 5}
    page.beside.give.click()
    settled()
    settled()
    assert {load.name: load.total for load in page.loads.loads if load.name} == {LEAD: 5, WORKER: 1}
    work.undoing.undo()
    settled()
    settled()
    assert {load.name: load.total for load in page.loads.loads if load.name} == {LEAD: 0, WORKER: 6}
    page.loads.selectRow([load.name for load in page.loads.loads].index(WORKER))
    page.show_list()
    settled()
    listed = work.page
    assert isinstance(listed, CaseloadPage)
    assert set(listed.model.listing.ids) == set(theirs)
    window.let_go()


def test_leave_ends(qtbot: QtBot, office: Office) -> None:
    load_fonts()
    words.speak("ja")
    theirs = caseload.listing(office, CaseloadQuery(view="all"), AS_OF).ids[:6]
    assigning.assign(office, theirs, WORKER, NOW)
    leave = Away(AS_OF - timedelta(days=20), AS_OF - timedelta(days=1), "研修")
    team.set_away(office, WORKER, leave, NOW)
    team.reassign(office, {LEAD: theirs[:4]}, NOW)
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
    work.go("team", None)
    settled()
    page = work.page
    assert isinstance(page, TeamPage)
    page.loads.selectRow([load.name for load in page.loads.loads].index(WORKER))
    assert page.beside.take_back.isVisible()
    assert "4" in page.beside.take_back.text()
    page.beside.take_back.click()
    settled()
    assert {load.name: load.total for load in page.loads.loads if load.name} == {LEAD: 0, WORKER: 6}
    assert not page.beside.take_back.isVisible(), "nothing is left to ask"
    work.undoing.undo()
    settled()
    assert {load.name: load.total for load in page.loads.loads if load.name} == {LEAD: 4, WORKER: 2}
    window.let_go()


def test_a_worker_has_no_such_page(qtbot: QtBot, office: Office) -> None:
    folder = office.folder
    office.close()
    with opened(folder, WORKER) as it:
        desk = ui_app.desk_of(it)
        window = Window(opening, lambda _office: desk, ui_app.make_pages)
        qtbot.addWidget(window)
        window.open_office(it)
        assert window.workplace is not None
        assert "team" not in window.workplace.pages
        qtbot.waitUntil(lambda: not window.workplace.busy)  # type: ignore[union-attr]
        window.let_go()
