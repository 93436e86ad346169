"""F1: the list of keys. The window's own, then those of the page in front."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from ui.page import KeyLine
from ui.tokens import TITLE
from ui.widgets.buttons import Button, KeyCap
from ui.widgets.text import Label
from ui.words import _

GLOBAL = (
    KeyLine("Ctrl+1 … 9", "keys.pages"),
    KeyLine("Ctrl+F", "keys.find"),
    KeyLine("Ctrl+N", "keys.intake.open"),
    KeyLine("Ctrl+Z", "keys.undo"),
    KeyLine("Ctrl+Shift+Z", "keys.undo.list"),
    KeyLine("Ctrl+L", "keys.lock"),
    KeyLine("F6", "keys.pane"),
    KeyLine("Esc", "keys.back"),
    KeyLine("F1", "keys.list"),
    KeyLine("Shift+F1", "keys.help"),
)


OF_CHILDREN = frozenset({"keys.find", "keys.intake.open"})
"""Keys that do nothing for somebody who sees no children."""


class KeysDialog(QDialog):
    """Two columns of keys; any of Esc, Enter or the button closes it."""

    def __init__(self, page: str, lines: Sequence[KeyLine], parent: QWidget, may_see: bool = True) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("keys.title"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        columns = QHBoxLayout()
        columns.setSpacing(32)
        everywhere = [line for line in GLOBAL if may_see or line.words not in OF_CHILDREN]
        columns.addLayout(_column(_("keys.everywhere"), everywhere))
        if lines:
            columns.addLayout(_column(page, lines))
        close = Button(_("keys.close"), kind="primary", keys="Esc")
        close.clicked.connect(self.accept)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 20, 24, 20)
        whole.setSpacing(16)
        whole.addWidget(Label(_("keys.title"), px=TITLE, bold=True))
        whole.addLayout(columns)
        whole.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        close.setFocus()


def _column(title: str, lines: Sequence[KeyLine]) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(8)
    column.addWidget(Label(title, bold=True))
    grid = QGridLayout()
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(6)
    for row, line in enumerate(lines):
        grid.addWidget(KeyCap(line.keys), row, 0, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(Label(_(line.words)), row, 1)
    grid.setColumnStretch(1, 1)
    column.addLayout(grid)
    column.addStretch(1)
    return column
