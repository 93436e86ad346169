"""The two shares that everything else hangs on: what the list yields, and what it misses."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.services.criteria.evaluating import Share
from ui.criteria.cells import paint_interval
from ui.evaluation.tables import share_words
from ui.theme import theme
from ui.tokens import NAME, SECOND
from ui.widgets.ground import Ground
from ui.widgets.text import Label
from ui.words import _


class IntervalBar(QWidget):
    """A share on a line from none to all, with its interval."""

    def __init__(self) -> None:
        super().__init__()
        self._share: Share | None = None
        self.setFixedHeight(20)
        self.setMinimumWidth(160)
        theme.changed.connect(self.update)

    def put(self, share: Share) -> None:
        self._share = share
        self.setAccessibleName(share_words(share))
        self.setVisible(share.share is not None)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        share = self._share
        if share is not None and share.share is not None and share.low is not None and share.high is not None:
            paint_interval(QPainter(self), QRectF(self.rect()), share.low, share.share, share.high, None)


class Figure(Ground):
    """One share: its title, its words, its interval."""

    def __init__(self, key: str) -> None:
        super().__init__("surface", "lrtb")
        self._title = Label(_(f"evaluation.{key}"), px=NAME, bold=True, wrap=True)
        self._words = Label(px=SECOND, wrap=True)
        self._share = Label(px=SECOND, bold=True, wrap=True)
        self.bar = IntervalBar()
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 10)
        column.setSpacing(5)
        for part in (self._title, self._words, self.bar, self._share):
            column.addWidget(part)
        column.addStretch(1)

    def put(self, share: Share, words: str) -> None:
        """A share and what it was counted from."""
        self._words.setText(words)
        self.bar.put(share)
        self._share.setText(share_words(share))
        self._share.set_role("caution" if share.caution else "text")
