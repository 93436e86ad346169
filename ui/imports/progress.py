"""The steps of an import above, and below them what is going on, how far it is and how to stop it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.services.imports.gathering import passed_over
from ui.theme import theme
from ui.tokens import BODY, SECOND, SMALL
from ui.widgets.buttons import Button
from ui.widgets.ground import Ground, draw_box
from ui.widgets.states import Icon
from ui.widgets.text import ElidedLabel, Label, tip
from ui.words import _, say

STEPS = ("choose", "check", "import", "published")
_DISC, _GAP = 20, 30


class StepBar(QWidget):
    """Which step the import is at: those done are ticked, the present one is filled."""

    def __init__(self) -> None:
        super().__init__()
        self._at = 0
        self._tight = False
        self.setFixedHeight(46)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)
        self.put(0)

    @property
    def at(self) -> int:
        """How many steps are done."""
        return self._at

    def put(self, at: int) -> None:
        """Show this step; ``len(STEPS)`` when all are done."""
        self._at = at
        here = min(at, len(STEPS) - 1)
        self.setAccessibleName(
            _("imports.steps.says", n=here + 1, of=len(STEPS), step=_(f"imports.step.{STEPS[here]}"))
        )
        self.update()

    def set_tight(self, tight: bool) -> None:
        """Only the present step's words."""
        self._tight = tight
        self.updateGeometry()
        self.update()

    def _words(self, at: int) -> str:
        shown = not self._tight or at == min(self._at, len(STEPS) - 1)
        return _(f"imports.step.{STEPS[at]}") if shown else ""

    def sizeHint(self) -> QSize:
        width = sum(
            _DISC + 6 + theme.metrics(BODY, True).horizontalAdvance(self._words(at)) + _GAP for at in range(len(STEPS))
        )
        return QSize(width, 46)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 46)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        x = 0.0
        for at in range(len(STEPS)):
            x = self._paint_step(painter, x, at)
            if at + 1 < len(STEPS):
                pixmap = theme.pixmap("chevron-right", "text3", 16, self.devicePixelRatioF())
                painter.drawPixmap(round(x) + 4, (self.height() - 16) // 2, pixmap)
                x += _GAP - 6

    def _paint_step(self, painter: QPainter, x: float, at: int) -> float:
        here, done = at == self._at, at < self._at
        disc = QRectF(x, (self.height() - _DISC) / 2, _DISC, _DISC)
        edge = "ok" if done else "accent" if here else "line2"
        draw_box(painter, disc, "accent" if here else None, edge, radius=_DISC / 2)
        if done:
            tick = theme.pixmap("check", "ok", 16, self.devicePixelRatioF())
            painter.drawPixmap(round(disc.left()) + 2, round(disc.top()) + 2, tick)
        else:
            painter.setFont(theme.font(SMALL, True))
            painter.setPen(theme.color("onaccent" if here else "text2"))
            painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, str(at + 1))
        words = self._words(at)
        width = theme.metrics(BODY, here).horizontalAdvance(words)
        painter.setFont(theme.font(BODY, here))
        painter.setPen(theme.color("accent" if here else "text" if done else "text2"))
        place = QRectF(disc.right() + 6, 0, width + 2, self.height())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, words)
        return disc.right() + 6 + width if words else disc.right()


class Bar(QWidget):
    """How much of something is done."""

    def __init__(self) -> None:
        super().__init__()
        self._share = 0.0
        self.setFixedSize(320, 10)
        theme.changed.connect(self.update)

    def put(self, share: float) -> None:
        self._share = min(1.0, max(0.0, share))
        self.setAccessibleName(_("imports.bar.says", percent=int(100 * self._share)))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        draw_box(painter, QRectF(self.rect()), "surface", "line2", radius=0)
        painter.fillRect(QRectF(0, 0, self.width() * self._share, self.height()), theme.color("accent"))


class ProgressStrip(Ground):
    """What is being done, n of m, how much longer, and 中止."""

    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__("window", "tb")
        self.setFixedHeight(52)
        self._what = ElidedLabel(px=BODY, bold=True)
        self._much = Label(role="text2", px=SECOND)
        self.bar = Bar()
        self._left = Label(role="text2", px=SECOND, wrap=True)
        self.cancel = Button(_("imports.cancel"), icon="close")
        self.cancel.clicked.connect(self.cancelled.emit)
        first = QHBoxLayout()
        first.addWidget(self._what, 1)
        first.addWidget(self._much)
        column = QVBoxLayout()
        column.setSpacing(3)
        column.addStretch(1)
        column.addLayout(first)
        column.addWidget(self.bar)
        column.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(14)
        row.addLayout(column)
        row.addWidget(self._left, 1)
        row.addWidget(self.cancel)

    def put(self, what: str, much: str, share: float, left: str, meanwhile: str = "") -> None:
        self._what.setText(what)
        self._much.setText(much)
        self.bar.put(share)
        self._left.setText(f"{left}{meanwhile}")

    def what(self) -> str:
        return self._what.text()


class DoneStrip(Ground):
    """What an import brought, in a sentence, and where to go from here."""

    def __init__(self) -> None:
        super().__init__("ok_tint", "tb", "ok")
        self.setMinimumHeight(52)
        self._icon = Icon("check-circle-outline", "ok")
        self._words = Label(wrap=True)
        self.more = Button(_("imports.again"), icon="tray-arrow-down")
        self.list = Button(_("imports.to_caseload"), icon="clipboard-text-outline")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(8)
        row.addWidget(self._icon)
        row.addWidget(self._words, 1)
        row.addWidget(self.list)
        row.addWidget(self.more)

    def put(self, words: str, refused: int = 0) -> None:
        """``refused``: so many files did not go in."""
        role = "caution" if refused else "ok"
        self.set_ground(f"{role}_tint", role)
        self._icon.set_icon("alert-outline" if refused else "check-circle-outline", role)
        self._words.setText(words)
        self.setAccessibleName(words)

    def text(self) -> str:
        return self._words.text()


class PassedStrip(Ground):
    """Below the files: how many hidden ones of a folder are passed over, and which; hidden while there are none."""

    def __init__(self) -> None:
        super().__init__("window", "t")
        self._words = ElidedLabel(role="text2", px=SECOND)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 5, 12, 5)
        row.setSpacing(6)
        row.addWidget(Icon("information-outline", "text2", 16))
        row.addWidget(self._words, 1)
        self.setVisible(False)

    def put(self, names: Sequence[str]) -> None:
        """All names stand in the tooltip."""
        self._words.setText(say(passed_over(names)) if names else "")
        tip(self, "\n".join(names))
        self.setVisible(bool(names))

    def text(self) -> str:
        return self._words.text()
