"""最近の操作: what one did lately, what taking each of it back means, and what cannot be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.domain.message import Trouble
from ui.tokens import SECOND, TITLE
from ui.widgets.buttons import Button
from ui.widgets.ground import Ground, Rule
from ui.widgets.states import ErrorPanel, Icon
from ui.widgets.text import Label
from ui.words import _, clock, day_short, say


class UndoDialog(QDialog):
    """A list of one's acts, newest first; ``wanted`` names the entry that is to be taken back."""

    wanted = Signal(str)

    def __init__(self, today: date, parent: QWidget) -> None:
        super().__init__(parent)
        self._today = today
        self.buttons: dict[str, Button] = {}
        self.setWindowTitle(_("undo.list"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(720, 520)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setAccessibleName(_("undo.list"))
        self.error = ErrorPanel(closable=False)
        close = Button(_("keys.close"), keys="Esc")
        close.clicked.connect(self.accept)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, 16, 20, 16)
        whole.setSpacing(10)
        whole.addWidget(Label(_("undo.list"), px=TITLE, bold=True))
        whole.addWidget(Label(_("undo.list.words"), "text2", SECOND, wrap=True))
        whole.addWidget(self._area, 1)
        whole.addWidget(self.error)
        whole.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)

    def put(self, lines: Sequence[Any]) -> None:
        """Show these acts."""
        ground = Ground("surface", "lrtb")
        column = QVBoxLayout(ground)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.buttons = {}
        for at, line in enumerate(lines):
            if at:
                column.addWidget(Rule())
            column.addWidget(self._row(line))
        if not lines:
            empty = Label(_("undo.none.why"), "text2", wrap=True)
            empty.setContentsMargins(16, 24, 16, 24)
            column.addWidget(empty)
        column.addStretch(1)
        self._area.setWidget(ground)
        first = next(iter(self.buttons.values()), None)
        if first is not None:
            first.setFocus()

    def _row(self, line: Any) -> QWidget:
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(14, 8, 12, 8)
        row.setSpacing(12)
        when = Label(f"{day_short(line.time.date(), self._today)} {clock(line.time)}", "text2", SECOND)
        when.setFixedWidth(92)
        row.addWidget(when, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(Label(say(line.what), bold=True, wrap=True))
        words.addWidget(Label(say(line.means), "text2", SECOND, wrap=True))
        row.addLayout(words, 1)
        if line.possible:
            button = Button(_("undo.one"), icon="undo", height=26)
            button.setAccessibleName(_("undo.button", words=say(line.what)))
            button.clicked.connect(lambda _on=False, entry=line.entry: self._want(entry))
            self.buttons[line.entry] = button
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        else:
            row.addWidget(Icon("lock-outline", "text3"), 0, Qt.AlignmentFlag.AlignTop)
        return box

    def _want(self, entry: str) -> None:
        self.error.hide()
        for button in self.buttons.values():
            button.setEnabled(False)
        self.wanted.emit(entry)

    def refuse(self, trouble: Trouble) -> None:
        """It was not taken back: say why."""
        for button in self.buttons.values():
            button.setEnabled(True)
        self.error.put(trouble)
