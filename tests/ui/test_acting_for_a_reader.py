"""A screen reader acts on a control by its first action; that does what a click does, once."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ui.frame import RailButton
from ui.theme import load_fonts
from ui.widgets.buttons import Button, Segmented, TabRow

pytestmark = pytest.mark.usefixtures("japanese")


@pytest.fixture(autouse=True)
def typeface(qtbot: QtBot) -> None:
    load_fonts()


def _act(widget: QWidget) -> None:
    actions = QAccessible.queryAccessibleInterface(widget).actionInterface()
    actions.doAction(actions.actionNames()[0])


@pytest.mark.parametrize("kind", [Segmented, TabRow])
def test_a_choice_is_made(qtbot: QtBot, kind: type[Segmented] | type[TabRow]) -> None:
    row = kind([("a", "A"), ("b", "B")])
    qtbot.addWidget(row)
    row.choose("a")
    chosen: list[str] = []
    row.chosen.connect(chosen.append)
    _act(row.button("b"))
    assert (chosen, row.current()) == (["b"], "b")
    _act(row.button("b"))
    assert (chosen, row.current()) == (["b"], "b")
    row.button("a").click()
    assert (chosen, row.current()) == (["b", "a"], "a")


def test_a_button_that_stays_down_is_pressed_and_let_go(qtbot: QtBot) -> None:
    heard: list[bool] = []
    button = Button("A")
    button.setCheckable(True)
    qtbot.addWidget(button)
    button.clicked.connect(lambda _on=False: heard.append(button.isChecked()))
    _act(button)
    _act(button)
    button.setChecked(True)
    assert heard == [True, False]


@pytest.mark.parametrize("kind", [Segmented, TabRow])
def test_one_of_several_is_no_check_box(qtbot: QtBot, kind: type[Segmented] | type[TabRow]) -> None:
    row = kind([("a", "A"), ("b", "B")])
    qtbot.addWidget(row)
    row.choose("a")
    told = QAccessible.queryAccessibleInterface(row.button("a"))
    assert told.role() == QAccessible.Role.RadioButton
    assert told.state().checked
    row.choose_none()
    assert row.current() == ""


def test_the_rail_says_which_page_is_in_front(qtbot: QtBot) -> None:
    item = RailButton("cog-outline", "設定")
    qtbot.addWidget(item)
    item.set_lit(True)
    told = QAccessible.queryAccessibleInterface(item)
    assert told.role() == QAccessible.Role.Button
    assert told.text(QAccessible.Text.Description) == "いまのページ"
    item.set_lit(False)
    assert told.text(QAccessible.Text.Description) == ""


def test_an_item_of_the_rail_leads_somewhere(qtbot: QtBot) -> None:
    item = RailButton("cog-outline", "設定")
    qtbot.addWidget(item)
    with qtbot.waitSignal(item.clicked, timeout=100):
        _act(item)
