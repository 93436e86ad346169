"""A lead switches an item off and on in the window; a family objects; the child page says so."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
pytest.importorskip("PySide6")

from pytestqt.qtbot import QtBot

from app.services.deriving import rebuilding
from app.services.imports import purposes
from app.services.offices import opening
from app.storage.offices.office import Office
from tests.builders import AS_OF, NOW
from ui import app as ui_app
from ui import words
from ui.child.wishes import WishDialog
from ui.pages.child import ChildPage
from ui.pages.sources import SourcesPage
from ui.theme import load_fonts
from ui.timeline import wording
from ui.timeline.rows import lanes_of
from ui.window import Window

PATIENCE = 90_000


@pytest.fixture
def window(qtbot: QtBot, office: Office) -> Iterator[Window]:
    load_fonts()
    words.speak("ja")
    made = Window(opening, lambda it: replace(ui_app.desk_of(it, lambda: AS_OF), now=lambda: NOW), ui_app.make_pages)
    qtbot.addWidget(made)
    made.resize(1280, 720)
    made.show()
    made.open_office(office)
    yield made
    made.let_go()


def _rest(qtbot: QtBot, window: Window) -> None:
    work = window.workplace
    assert work is not None
    qtbot.waitUntil(lambda: not work.busy, timeout=PATIENCE)


def _sources(qtbot: QtBot, window: Window) -> SourcesPage:
    work = window.workplace
    assert work is not None
    work.go("sources", ("attendance", "病欠"))
    page = work.pages["sources"]
    assert isinstance(page, SourcesPage)
    _rest(qtbot, window)
    page.arrive(("attendance", "病欠"))
    return page


def _switch(qtbot: QtBot, window: Window, page: SourcesPage, used: bool) -> None:
    page.purposes.form.use.setChecked(used)
    page.purposes.form.save.click()
    assert page.progress.isVisible(), "it is told at once that it goes on"
    qtbot.waitUntil(lambda: page._job is None, timeout=PATIENCE)
    _rest(qtbot, window)


def _sick(office: Office) -> set[object]:
    rows = office.reader().execute("SELECT DISTINCT n2 FROM view.fact WHERE kind = 'attendance'").fetchall()
    return {row[0] for row in rows}


def test_an_item_is_switched_off_and_on_while_the_window_goes_on(qtbot: QtBot, window: Window, office: Office) -> None:
    before = _sick(office)
    assert len(before) > 1
    page = _sources(qtbot, window)
    _switch(qtbot, window, page, used=False)
    assert _sick(office) == {None}
    assert not page.progress.isVisible()
    assert [one.used for one in purposes.history(office, "attendance", "病欠")] == [False]

    page.purposes.form.use.setChecked(True)
    page.purposes.form.save.click()
    page.cancel()
    qtbot.waitUntil(lambda: page._job is None, timeout=PATIENCE)
    assert _sick(office) == {None}, "given up: as before"
    assert rebuilding.differences(office) == []

    _switch(qtbot, window, page, used=True)
    assert _sick(office) == before


def test_only_the_words_of_a_purpose_need_no_working_out(qtbot: QtBot, window: Window, office: Office) -> None:
    page = _sources(qtbot, window)
    view = office.view_number()
    page.purposes.form.purpose.setPlainText("長く休む子に早く気づくため")
    page.purposes.form.save.click()
    assert page._job is None
    _rest(qtbot, window)
    assert [one.purpose for one in purposes.history(office, "attendance", "病欠")] == ["長く休む子に早く気づくため"]
    assert office.view_number() == view


def test_a_family_objects_in_the_dialog_and_the_child_page_says_so(
    qtbot: QtBot, window: Window, office: Office
) -> None:
    work = window.workplace
    assert work is not None
    query = "SELECT person_id FROM view.fact WHERE kind = 'attendance' AND person_id <> 0 AND n2 > 0 LIMIT 1"
    person = office.reader().execute(query).fetchone()[0]
    _rest(qtbot, window)
    work.go("child", (person, (person,), ""))
    page = work.pages["child"]
    assert isinstance(page, ChildPage)
    _rest(qtbot, window)
    page.wishes.open()
    qtbot.waitUntil(lambda: page.findChild(WishDialog) is not None, timeout=PATIENCE)
    dialog = page.findChild(WishDialog)
    assert isinstance(dialog, WishDialog)
    at = dialog.item.findData("attendance\t病欠")
    assert at >= 0
    dialog.item.setCurrentIndex(at)
    dialog.save.click()
    qtbot.waitUntil(dialog.trouble.isVisible, timeout=PATIENCE)
    dialog.words.setPlainText("母より電話で")
    dialog.save.click()
    qtbot.waitUntil(lambda: purposes.stances(office, person) != (), timeout=PATIENCE)
    _rest(qtbot, window)
    assert "病欠" in page.wishes.words.text()
    file = page.wishes._file
    assert file is not None
    lane = next(one for one in lanes_of(file).lanes if one.withheld)
    assert "病欠" in wording.withheld_words(lane.withheld)
    own = "SELECT DISTINCT n2 FROM view.fact WHERE kind = 'attendance' AND person_id = ?"
    assert office.reader().execute(own, (person,)).fetchall() == [(None,)]
    assert len(_sick(office)) > 1, "nobody else"
