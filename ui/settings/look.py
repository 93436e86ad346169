"""画面: language, years, colours, text size; and after how many minutes the window locks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.services.desk.remembering import COLOURS, LANGUAGES, TEXT_SIZES, YEARS, Look
from ui.scaling import scale
from ui.tokens import NAME, SECOND
from ui.widgets.buttons import Button, Segmented
from ui.widgets.forms import choose, combo
from ui.widgets.text import Label
from ui.words import _

MINUTES = (1, 2, 3, 5, 10, 15, 20, 30, 60)


class LookSection(QWidget):
    """Choices that hold at once; the text size too, but where Qt cannot: there from the next start."""

    chosen = Signal(object)
    """The ``Look`` that is wanted now."""
    idle_chosen = Signal(int)
    relocked = Signal()
    columns_wanted = Signal()

    def __init__(self, may_idle: bool) -> None:
        super().__init__()
        self.look = Look()
        self._may_idle = may_idle
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(20)
        self._grid.setVerticalSpacing(14)
        self._grid.setColumnStretch(1, 1)
        self.parts: dict[str, Segmented] = {}
        self._choices("language", LANGUAGES)
        self._choices("years", YEARS)
        self._choices("colours", COLOURS)
        self._choices("text", tuple(map(str, TEXT_SIZES)))
        self._next = Label(_("settings.text.next"), "text2", SECOND, wrap=True)
        self.again = Button(_("settings.text.again"), icon="lock-outline", height=26)
        self.again.clicked.connect(self.relocked)
        later = QHBoxLayout()
        later.addWidget(self._next, 1)
        later.addWidget(self.again)
        self._grid.addLayout(later, self._grid.rowCount(), 1)
        self._idle_row()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 18, 24, 18)
        whole.setSpacing(14)
        whole.addWidget(Label(_("settings.look"), px=NAME, bold=True))
        whole.addLayout(self._grid)
        whole.addWidget(Label(_("settings.look.kept"), "text2", SECOND, wrap=True))
        whole.addStretch(1)
        self.put(self.look)

    def _choices(self, name: str, values: Sequence[str]) -> None:
        row = self._grid.rowCount()
        words = [(value, _(f"settings.{name}.{value or 'system'}")) for value in values]
        part = Segmented(words)
        part.setAccessibleName(_(f"settings.{name}"))
        part.chosen.connect(lambda value: self._choose(name, value))
        self.parts[name] = part
        self._grid.addWidget(Label(_(f"settings.{name}"), "text2"), row, 0)
        self._grid.addWidget(part, row, 1, Qt.AlignmentFlag.AlignLeft)

    def _idle_row(self) -> None:
        row = self._grid.rowCount()
        self._grid.addWidget(Label(_("settings.idle"), "text2"), row, 0)
        self._idle_says = Label(wrap=True)
        self.idle = combo([(str(one), _("settings.idle.minutes", n=one)) for one in MINUTES], _("settings.idle"))
        self.idle.activated.connect(lambda _at: self.idle_chosen.emit(int(self.idle.currentData())))
        part, other = (self.idle, self._idle_says) if self._may_idle else (self._idle_says, self.idle)
        other.hide()
        self._grid.addWidget(part, row, 1, Qt.AlignmentFlag.AlignLeft if self._may_idle else Qt.AlignmentFlag(0))

    def put(self, look: Look) -> None:
        """Show what was chosen."""
        self.look = look
        for name, part in self.parts.items():
            part.choose(str(getattr(look, name)))
        self._next.setText(_("settings.text.next" if look.text != scale() else "settings.text.now", size=look.text))
        self.again.setVisible(look.text != scale())

    def put_idle(self, minutes: int) -> None:
        """After how many minutes the window locks."""
        if self.idle.findData(str(minutes)) < 0:
            self.idle.addItem(_("settings.idle.minutes", n=minutes), str(minutes))
        choose(self.idle, str(minutes))
        self._idle_says.setText(_("settings.idle.says", n=minutes))

    def _choose(self, name: str, value: str) -> None:
        self.put(replace(self.look, **{name: int(value) if name == "text" else value}))  # type: ignore[arg-type]
        self.chosen.emit(self.look)
