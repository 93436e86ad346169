"""What stands under the two records: the score that waits, the two households, what marks mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLayout, QSizePolicy, QVBoxLayout, QWidget

from app.services.links.link_answers import KinLine, PairFile
from ui.review.wording import birth_words
from ui.theme import theme
from ui.tokens import BODY, SECOND, SMALL
from ui.widgets.buttons import LEFT, Button
from ui.widgets.ground import Ground, draw_box
from ui.widgets.text import ElidedLabel, Label
from ui.words import _, count, number, term

_KIN_SHOWN = 6


class TotalRow(Ground):
    """The score: hidden until the ruling, or until somebody asks for it. ``toggled`` asks."""

    toggled = Signal()

    def __init__(self) -> None:
        super().__init__("alt", "b", "line2")
        self.setFixedHeight(38)
        self._words = ElidedLabel(role="text2", px=SECOND)
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._score = ElidedLabel(px=BODY, bold=True)
        self._button = Button(kind="quiet", icon="eye-outline", keys="H", height=26)
        self._button.clicked.connect(self.toggled.emit)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 8, 0)
        row.setSpacing(10)
        total = Label(_("links.total"), px=SECOND, bold=True)
        total.setFixedWidth(56)
        row.addWidget(total)
        row.addWidget(self._score)
        row.addWidget(self._words, 1)
        row.addWidget(self._button)

    def put(self, file: PairFile, open_: bool) -> None:
        """``open_``: the score is in sight."""
        if not open_:
            words = _("links.score.hidden")
        elif file.weight is None:
            words = _("links.score.none")
        else:
            words = _("links.score.is", link=number(file.link))
        self._words.setText(words)
        self._score.setText(score_words(file.weight) if open_ and file.weight is not None else "")
        self._score.setVisible(open_ and file.weight is not None)
        self._button.set_words(_("links.score.hide") if open_ else _("links.score.now"))


def score_words(weight: float) -> str:
    """+8.1: bits towards "same"."""
    return f"{weight:+.1f}"


class KinBox(Ground):
    """One side's household."""

    def __init__(self, letter: str) -> None:
        super().__init__("surface")
        self._letter = letter
        self._title = Label(_("links.kin", letter=letter), px=SECOND, bold=True)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(3)
        self._grid.setColumnStretch(3, 1)
        self._grid.setColumnMinimumWidth(0, 48)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 7, 8, 8)
        column.setSpacing(5)
        column.addWidget(self._title)
        column.addLayout(self._grid)
        column.addStretch(1)

    def put(self, kin: Sequence[KinLine]) -> None:
        empty(self._grid)
        times = Counter(replace(one, person_id=0) for one in kin)
        for row, (one, n) in enumerate(list(times.items())[:_KIN_SHOWN]):
            match = _(f"links.kin.{one.match}") if one.match else ""
            cells = (
                Label(term("relation", one.relation) or "—", "text2", px=SMALL),
                ElidedLabel(one.name, px=SECOND, bold=True),
                Label(birth_words(one.birth) if one.birth else "", "text2", px=SMALL),
                ElidedLabel(_("links.kin.twice", match=match, n=count(n)) if n > 1 else match, role="text2", px=SMALL),
            )
            for column, cell in enumerate(cells):
                self._grid.addWidget(cell, row, column)
        if not kin:
            self._grid.addWidget(Label(_("links.kin.none"), "text2", px=SECOND), 0, 0, 1, 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        draw_box(painter, QRectF(self.rect()), None, "line", radius=3)


class Legend(QWidget):
    """What the marks within the texts mean, with the marks themselves."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(30)
        self._words = _("links.legend", differs=_("links.legend.differs"), variant=_("links.legend.variant"))
        self.setAccessibleName(self._words)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(200, 30)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        metrics = theme.metrics(SECOND)
        painter.setFont(theme.font(SECOND))
        for key, thick in (("links.legend.differs", True), ("links.legend.variant", False)):
            before, found, _after = self._words.partition(_(key))
            left, width = metrics.horizontalAdvance(before) + 10, metrics.horizontalAdvance(found)
            if thick:
                painter.fillRect(QRectF(left, 6, width, 18), theme.color("diff"))
                painter.fillRect(QRectF(left, 22, width, 2), theme.color("high"))
            else:
                painter.setPen(QPen(theme.color("text2"), 1, Qt.PenStyle.DotLine))
                painter.drawLine(left, 23, left + width, 23)
        painter.setPen(theme.color("text2"))
        room = self.width() - 20
        cut = metrics.elidedText(self._words, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRectF(10, 0, room + 2, 30), LEFT, cut)


def empty(layout: QLayout) -> None:
    """Take everything out of a layout, and out of the window."""
    while (item := layout.takeAt(0)) is not None:
        if (old := item.widget()) is not None:
            old.hide()
            old.deleteLater()
        elif (inner := item.layout()) is not None:
            empty(inner)
            inner.deleteLater()
