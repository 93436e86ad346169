"""Whoever works by keys sees where they are, also on what draws no ring of its own."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from ui.widgets.buttons import Button
from ui.widgets.focusring import FocusRing, ringed, watch


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    watch()
    watch()
    made = QWidget()
    qtbot.addWidget(made)
    row = QHBoxLayout(made)
    made.area, made.list, made.button = QScrollArea(), QListWidget(), Button("A")  # type: ignore[attr-defined]
    made.list.addItems(["1", "2"])  # type: ignore[attr-defined]
    for part in (made.area, made.list, made.button):  # type: ignore[attr-defined]
        row.addWidget(part)
    made.resize(500, 300)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    return made


def _ring(window: QWidget) -> FocusRing | None:
    return window.findChild(FocusRing)


def test_what_scrolls_is_ringed_and_a_button_rings_itself(qtbot: QtBot, window: QWidget) -> None:
    window.area.setFocus()  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: (ring := _ring(window)) is not None and ring.isVisible())
    ring = _ring(window)
    assert ring is not None
    assert ring.geometry() == window.area.geometry()  # type: ignore[attr-defined]
    window.resize(700, 400)
    qtbot.waitUntil(lambda: ring.geometry() == window.area.geometry())  # type: ignore[attr-defined]
    window.button.setFocus()  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: not ring.isVisible())


def test_a_list_is_ringed_until_a_line_is_chosen(qtbot: QtBot, window: QWidget) -> None:
    window.list.setFocus()  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: (ring := _ring(window)) is not None and ring.isVisible())
    qtbot.keyClick(window.list, Qt.Key.Key_Down)  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: (ring := _ring(window)) is not None and not ring.isVisible())


def test_a_widget_of_our_own_asks_for_it(qtbot: QtBot, window: QWidget) -> None:
    window.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    page = QWidget(window)
    page.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    page.setGeometry(0, 0, 50, 50)
    page.show()
    ringed(page)
    page.setFocus()
    qtbot.waitUntil(lambda: (ring := _ring(window)) is not None and ring.isVisible())
