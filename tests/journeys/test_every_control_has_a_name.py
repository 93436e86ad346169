"""A screen reader on every page: whatever one can act on says its name and what it is, in the program's own tree.

From outside, over the accessibility bus, the same is asked by ``packaging/dev.py torture accessible``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
pytest.importorskip("PySide6")

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from app.domain.decisions import Decision, DecisionKind
from app.services.answers.caseload import CaseloadQuery
from app.services.casework import caseload, reviewing
from app.services.offices import opening
from app.storage.offices.office import Office
from tests.builders import AS_OF, NOW
from ui import app as ui_app
from ui import words
from ui.followups.month import MonthGrid
from ui.page import Page
from ui.pages.child import TABS, ChildPage
from ui.review.consequences import ConsequencesPanel
from ui.theme import load_fonts
from ui.window import Window
from ui.workplace import Workplace

_TOLD_BY_NAME = (QAbstractScrollArea, MonthGrid, Page, ConsequencesPanel)
"""What is scrolled or drawn and says by its name what stands there: Qt gives it no role of its own."""
_PLAIN = {QAccessible.Role.NoRole, QAccessible.Role.Client, QAccessible.Role.Pane}
"""Roles that tell nobody what could be done."""


class _Walk:
    """The open window, and what on it says nothing."""

    def __init__(self, window: Window, work: Workplace, settled: Callable[[], None]) -> None:
        self.window, self.work, self.settled = window, work, settled
        self.heard = 0

    def silent(self, where: str, root: QWidget | None = None) -> list[str]:
        """What can be acted on, is in sight and has no name or no role."""
        found = []
        for widget in (root or self.window).findChildren(QWidget):
            acts = isinstance(widget, QAbstractButton) or widget.focusPolicy() & Qt.FocusPolicy.TabFocus
            if not acts or not widget.isVisible() or widget.objectName().startswith("qt_"):
                continue
            face = QAccessible.queryAccessibleInterface(widget)
            name = face.text(QAccessible.Text.Name).strip() if face is not None else ""
            self.heard += 1
            drawn = isinstance(widget, _TOLD_BY_NAME)
            if not name or (face.role() in _PLAIN and not drawn):
                found.append(f"{where}: {type(widget).__name__} in {_within(widget)} ({name!r})")
        return found


def _within(widget: QWidget) -> str:
    above, names = widget.parentWidget(), list[str]()
    while above is not None and len(names) < 3:
        names.append(type(above).__name__)
        above = above.parentWidget()
    return " < ".join(names)


@pytest.fixture
def walk(qtbot: QtBot, office: Office) -> Iterator[_Walk]:
    load_fonts()
    words.speak("ja")
    first = caseload.listing(office, CaseloadQuery(), AS_OF).ids[0]
    watch = Decision(DecisionKind.WATCH, "担任に確かめます。", AS_OF, AS_OF, ())
    reviewing.decide(office, first, watch, NOW, on_screen="{}")
    window = Window(opening, lambda it: ui_app.desk_of(it, lambda: AS_OF), ui_app.make_pages)
    qtbot.addWidget(window)
    window.resize(1440, 900)
    window.show()
    window.open_office(office)
    work = window.workplace
    assert work is not None

    def settled() -> None:
        qtbot.waitUntil(lambda: not work.busy)
        qtbot.wait(1)
        qtbot.waitUntil(lambda: not work.busy)

    settled()
    yield _Walk(window, work, settled)
    window.let_go()


def test_on_every_page(walk: _Walk, office: Office) -> None:
    found = []
    for key in [key for key in walk.work.pages if key != "child"]:
        walk.work.go(key, None)
        walk.settled()
        found += walk.silent(key)
    ids = caseload.listing(office, CaseloadQuery(view="all"), AS_OF).ids
    walk.work.go("child", (ids[0], ids, None))
    walk.settled()
    page = walk.work.page
    assert isinstance(page, ChildPage)
    for tab in TABS:
        page.show_tab(tab)
        found += walk.silent(f"child, {tab}")
    page.start_contact()
    found += walk.silent("child, contact")
    page.show_tab("timeline")
    page.course.show_table(True)
    found += walk.silent("child, table")
    assert "\n".join(sorted(set(found))) == ""
    assert walk.heard > 300


def test_in_dialogs(walk: _Walk, office: Office) -> None:
    ids = caseload.listing(office, CaseloadQuery(view="all"), AS_OF).ids
    walk.work.go("child", (ids[0], ids, None))
    walk.settled()
    page = walk.work.page
    assert isinstance(page, ChildPage)

    def open_row() -> None:
        page.course.view.step(1)
        page.course.open_row()

    openers: dict[str, Callable[[], object]] = {
        "keys": walk.work.show_keys,
        "undo": walk.work.undoing.show_list,
        "print": page.print.open_dialog,
        "protection": page.shield_button.click,
        "add a record": page.records.add.click,
        "row": open_row,
    }
    found, opened = [], 0
    for name, call in openers.items():
        call()
        walk.settled()
        for dialog in [one for one in QApplication.topLevelWidgets() if isinstance(one, QDialog) and one.isVisible()]:
            opened += 1
            assert dialog.windowTitle().strip(), name
            found += walk.silent(name, dialog)
            dialog.reject()
            walk.settled()
    assert "\n".join(sorted(set(found))) == ""
    assert opened >= len(openers) - 1
