"""The last sight of a window: the office is shut and a backup is being kept. Nobody has to wait for it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QProgressBar, QVBoxLayout

from app.domain.message import Trouble
from ui.tokens import NAME, SECOND
from ui.widgets.buttons import Button
from ui.widgets.ground import Ground
from ui.widgets.text import Label
from ui.words import _

_WHOLE = 1000
_CARD, _EDGE = 460, 28


class Closing(Ground):
    """Runs ``keep(progress=…)`` in a thread that dies with the program; ``over`` says that the window may go.

    A share that hangs keeps only that thread: the button closes at once. What was written so far never
    counts, and a failure is said at the next start.
    """

    over = Signal()
    _went = Signal(int, int)
    _ended = Signal()

    def __init__(self, keep: Callable[..., Any]) -> None:
        super().__init__("window")
        self._keep = keep
        self.bar = QProgressBar()
        self.bar.setRange(0, _WHOLE)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(8)
        self.bar.setAccessibleName(_("closing.title"))
        self.now = Button(_("closing.now"))
        card = Ground("surface", "lrtb")
        card.setFixedWidth(_CARD)
        column = QVBoxLayout(card)
        column.setContentsMargins(_EDGE, 24, _EDGE, 24)
        column.setSpacing(12)
        column.addWidget(Label(_("closing.title"), px=NAME, bold=True))
        words = Label(_("closing.words"), "text2", SECOND, wrap=True)
        words.setMinimumHeight(words.heightForWidth(_CARD - 2 * _EDGE))
        column.addWidget(words)
        column.addWidget(self.bar)
        column.addWidget(self.now, 0, Qt.AlignmentFlag.AlignRight)
        whole = QVBoxLayout(self)
        whole.addStretch(2)
        whole.addWidget(card, 0, Qt.AlignmentFlag.AlignHCenter)
        whole.addStretch(3)
        self.now.clicked.connect(lambda _on=False: self.over.emit())
        self._went.connect(self._show, Qt.ConnectionType.QueuedConnection)
        self._ended.connect(self.over, Qt.ConnectionType.QueuedConnection)

    def begin(self) -> None:
        """Start keeping."""
        threading.Thread(target=self._run, name="closing", daemon=True).start()

    def _run(self) -> None:
        try:
            with suppress(Trouble):  # noted in the folder; the next start says it
                self._keep(progress=self._went.emit)
        finally:
            with suppress(RuntimeError):  # the window has gone meanwhile
                self._ended.emit()

    def _show(self, done: int, whole: int) -> None:
        self.bar.setValue(_WHOLE * done // max(1, whole))
