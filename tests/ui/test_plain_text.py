"""Imported text is hostile: nothing in the window may take it for markup."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.domain.message import Refused
from ui.widgets.states import ErrorPanel
from ui.widgets.text import ClauseLabel, ElidedLabel, Label, tip, tip_text

UI = Path(__file__).resolve().parents[2] / "ui"
RICH = {"QLabel", "QMessageBox", "QTextBrowser", "QTextEdit", "QWhatsThis"}
ALLOWED = {"text.py": {"QLabel"}}
EVIL = '<img src="file:///etc/passwd"><b>x</b>'


@pytest.mark.parametrize("path", sorted(UI.rglob("*.py")), ids=lambda one: one.name)
def test_no_widget_of_qt_that_opens_markup(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert names & RICH <= ALLOWED.get(path.name, set())


@pytest.mark.parametrize("path", sorted(UI.rglob("*.py")), ids=lambda one: one.name)
def test_tooltips_are_escaped(path: Path) -> None:
    """Whoever sets a tooltip without ``tip`` must hand it through ``tip_text``."""
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        shows = node.func.attr == "setToolTip" or (
            node.func.attr == "showText" and ast.unparse(node.func.value) == "QToolTip"
        )
        assert not shows or "tip_text(" in ast.unparse(node), ast.unparse(node)


def test_a_label_shows_markup_as_letters(qtbot: QtBot) -> None:
    label = Label(EVIL)
    qtbot.addWidget(label)
    assert label.textFormat() == Qt.TextFormat.PlainText
    assert label.text() == EVIL


def test_a_tooltip_escapes(qtbot: QtBot) -> None:
    label = ElidedLabel("x")
    qtbot.addWidget(label)
    tip(label, EVIL)
    assert "<img" not in label.toolTip()
    assert "&lt;img" in tip_text(EVIL)


def test_a_line_gives_way_by_clauses_and_never_shows_half_of_one(qtbot: QtBot) -> None:
    label = ClauseLabel("令和8年11月24日（火）　今月 9人を確認済み、残り51人")
    qtbot.addWidget(label)
    label.resize(label.sizeHint())
    label.show()
    assert label.shown() == label.text()
    label.resize(label.width() - 20, 20)
    assert label.shown() == "令和8年11月24日（火）"
    assert "残り51人" in label.toolTip()
    label.resize(40, 20)
    assert label.shown() == ""
    assert label.accessibleName() == label.text()


def test_a_trouble_with_markup_in_it_is_plain(qtbot: QtBot) -> None:
    panel = ErrorPanel()
    qtbot.addWidget(panel)
    panel.put(Refused(EVIL))
    assert panel.text() == EVIL
