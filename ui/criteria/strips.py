"""The strips above the page: what is not applied yet, what waits for a run, how far a run is, who may."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.theme import theme
from ui.tokens import BODY, SECOND
from ui.widgets.buttons import Button
from ui.widgets.ground import Ground, draw_box
from ui.widgets.states import Icon
from ui.widgets.text import Label
from ui.words import _


class Strip(Ground):
    """A sentence with an icon, and what can be done about it."""

    def __init__(self, ground: str, edge: str, icon: str, *buttons: QWidget) -> None:
        super().__init__(ground, "tb", edge)
        self.words = Label(px=BODY, wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(8)
        row.addWidget(Icon(icon, edge))
        row.addWidget(self.words, 1)
        for button in buttons:
            row.addWidget(button)
        self.setMinimumHeight(42)
        self.hide()

    def say(self, words: str) -> None:
        self.words.setText(words)
        self.setAccessibleName(words)
        self.setVisible(bool(words))


class DraftStrip(Strip):
    """Changes that are not applied."""

    def __init__(self) -> None:
        self.look = Button(_("criteria.look"), icon="magnify")
        self.apply = Button(_("criteria.apply"), kind="primary", icon="check")
        self.drop = Button(_("criteria.drop"), kind="quiet", icon="undo")
        super().__init__("tint", "accent", "pencil-outline", self.drop, self.look, self.apply)


class WaitingStrip(Strip):
    """Saved, and not in force: the last run was made with other settings."""

    def __init__(self) -> None:
        self.run = Button(_("criteria.run"), icon="play")
        super().__init__("caution_tint", "caution", "clock-alert-outline", self.run)


class _Bar(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._share = 0.0
        self.setFixedSize(220, 10)
        theme.changed.connect(self.update)

    def put(self, share: float) -> None:
        self._share = share
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        draw_box(painter, QRectF(self.rect()), "surface", "line2", radius=0)
        painter.fillRect(QRectF(0, 0, self.width() * self._share, self.height()), theme.color("accent"))


class RunStrip(Ground):
    """The priorities are being worked out again; it can be given up until they are published."""

    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__("window", "tb")
        self.words = Label(px=BODY, bold=True)
        self._bar = _Bar()
        self.cancel = Button(_("imports.cancel"), icon="close")
        self.cancel.clicked.connect(self.cancelled.emit)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(12)
        row.addWidget(self.words)
        row.addWidget(self._bar)
        row.addWidget(Label(_("criteria.run.meanwhile"), "text2", SECOND, wrap=True), 1)
        row.addWidget(self.cancel)
        self.hide()

    def put(self, stage: str, share: float) -> None:
        """Where it stands."""
        self.words.setText(_(f"run.stage_{stage}"))
        self._bar.put(share)
        self.cancel.setEnabled(stage != "publish")
