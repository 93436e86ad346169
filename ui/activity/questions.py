"""What was out of the ordinary, as questions: a quiet list, each line opens the acts and looks behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from app.services.offices.activity import Question
from ui.criteria.cells import write
from ui.theme import theme
from ui.tokens import BODY, SECOND
from ui.widgets.buttons import Pressable
from ui.widgets.ground import Ground
from ui.widgets.states import Icon
from ui.widgets.text import Label, tip
from ui.words import _, day_short, say

LINE, SHOWN = 26, 4


class _Line(Pressable):
    """One question in one line: day, who, what."""

    def __init__(self, day: str, who: str, what: str) -> None:
        super().__init__(f"{day} {who} {what}")
        self._parts = day, who, what
        self.setFixedHeight(LINE)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.text())
        tip(self, self.text())

    def sizeHint(self) -> QSize:
        return QSize(400, LINE)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.over or self.isDown():
            painter.fillRect(self.rect(), theme.color("hover"))
        day, who, what = self._parts
        left, height = Qt.AlignmentFlag.AlignLeft, self.height()
        write(painter, QRectF(12, 0, 92, height), day, "text2", SECOND, False, left)
        write(painter, QRectF(104, 0, 120, height), who, "text", BODY, False, left)
        write(painter, QRectF(228, 0, self.width() - 268, height), what, "text", BODY, False, left)
        arrow = theme.pixmap("chevron-right", "text2", 16, self.devicePixelRatioF())
        painter.drawPixmap(self.width() - 28, (height - 16) // 2, arrow)
        self.ring(painter, 2)


class Questions(Ground):
    """``chosen``: show the lines behind this question."""

    chosen = Signal(object)

    def __init__(self, today: date) -> None:
        super().__init__("alt", "b")
        self._today = today
        self._title = Label(px=BODY, bold=True)
        self._words = Label(_("activity.questions.words"), "text2", SECOND)
        head = QHBoxLayout()
        head.setContentsMargins(12, 6, 12, 2)
        head.setSpacing(8)
        head.addWidget(Icon("comment-question-outline", "text2"))
        head.addWidget(self._title)
        head.addWidget(self._words, 1)
        self._list = QWidget()
        self._lines = QVBoxLayout(self._list)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(0)
        self._lines.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QScrollArea.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.viewport().setAutoFillBackground(False)
        self._list.setAutoFillBackground(False)
        self._area.setWidget(self._list)
        self._list.setAutoFillBackground(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 6)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._area)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.put((), {})

    def put(self, found: Sequence[Question], names: Mapping[str, str]) -> None:
        """Newest first; none is said too."""
        while (item := self._lines.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for one in found:
            line = _Line(day_short(one.day, self._today, True), names.get(one.member, one.member), say(one.message))
            line.clicked.connect(lambda _on=False, one=one: self.chosen.emit(one))
            self._lines.addWidget(line)
        self._title.setText(_("activity.questions", n=len(found)) if found else _("activity.questions.none"))
        self._words.setVisible(bool(found))
        self._area.setFixedHeight(LINE * min(SHOWN, len(found)))
        self._area.setVisible(bool(found))
