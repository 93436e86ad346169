"""The queue of pairs in question: who, between which sources, what stands out, since when.

A list view over frozen lines; the page decides which pair is shown. Letters and digits are the
page's keys and pass through.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QHBoxLayout, QListView, QStyledItemDelegate, QStyleOptionViewItem, QVBoxLayout

from app.services.links.link_answers import ReviewLine
from ui.review.wording import extract_word, short_reason
from ui.theme import theme
from ui.tokens import BODY, HEADER, SECOND, SMALL
from ui.widgets.buttons import LEFT
from ui.widgets.ground import Ground
from ui.widgets.text import Label, tip_text
from ui.words import _, count, day_short, days_ago

Index = QModelIndex | QPersistentModelIndex
WIDTH, HEIGHT = 196, 62
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class QueueModel(QAbstractListModel):
    """The lines in their order."""

    def __init__(self, today: date) -> None:
        super().__init__()
        self.lines: Sequence[ReviewLine] = ()
        self.today = today

    def put(self, lines: Sequence[ReviewLine]) -> None:
        self.beginResetModel()
        self.lines = lines
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        line = self.lines[index.row()]
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.DisplayRole):
            return _("list.comma").join(said(line, self.today))
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip_text("\n".join(said(line, self.today)))
        return None


def said(line: ReviewLine, today: date) -> list[str]:
    """A line in words: names, sources, what stands out, whom somebody asked, since when."""
    names = [line.name] if line.name == line.other_name else [line.name, line.other_name]
    parts = [" / ".join(names), between(line), short_reason(line.reason, line.differs)]
    if line.question is not None:
        parts.append(_("links.asked", whom=line.question.whom, day=day_short(line.question.recorded.date(), today)))
    if line.since is not None:
        parts.append(days_ago(line.since, today))
    return parts


def between(line: ReviewLine) -> str:
    """Which two sources: 学齢簿 ↔ 住民記録."""
    return _("links.between", a=extract_word(line.extract_a), b=extract_word(line.extract_b))


class QueueDelegate(QStyledItemDelegate):
    """Three lines of text; the current one by ground and bar."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(WIDTH, HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        view, model = self.parent(), index.model()
        assert isinstance(view, QueueView)
        assert isinstance(model, QueueModel)
        line, today = model.lines[index.row()], model.today
        rect: QRect = option.rect
        current = view.currentIndex().row() == index.row()
        painter.fillRect(rect, theme.color("sel" if current else "surface"))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme.color("line"))
        if current:
            painter.fillRect(QRect(rect.left(), rect.top(), 4, rect.height()), theme.color("accent"))
        ago = days_ago(line.since, today) if line.since else ""
        aside = theme.metrics(SMALL).horizontalAdvance(ago)
        inner = rect.adjusted(12, 5, -8, -5)
        _words(painter, inner.adjusted(0, 0, -aside - 6, 0), 0, line.name, "text", BODY, True)
        painter.setFont(theme.font(SMALL))
        painter.setPen(theme.color("text2"))
        painter.drawText(QRect(inner.left(), inner.top(), inner.width(), 18), _RIGHT, ago)
        _words(painter, inner, 1, between(line), "text2", SMALL, False)
        third = short_reason(line.reason, line.differs)
        if line.question is not None:
            third = _("links.asked", whom=line.question.whom, day=day_short(line.question.recorded.date(), today))
        _words(painter, inner, 2, third, "text2" if line.question else "text", SMALL, False)


def _words(painter: QPainter, rect: QRect, row: int, text: str, role: str, px: int, bold: bool) -> None:
    painter.setFont(theme.font(px, bold))
    painter.setPen(theme.color(role))
    cut = theme.metrics(px, bold).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(QRect(rect.left(), rect.top() + row * 18, rect.width(), 18), LEFT, cut)


class QueueView(QListView):
    """The list. ``went_to`` says that somebody moved to another pair."""

    went_to = Signal(int)

    def __init__(self, model: QueueModel) -> None:
        super().__init__()
        self._model = model
        self.setModel(model)
        self.setItemDelegate(QueueDelegate(self))
        self.setUniformItemSizes(True)
        self.setAccessibleName(_("page.links"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        theme.changed.connect(self.viewport().update)

    def put(self, lines: Sequence[ReviewLine], row: int) -> None:
        """Show these lines and stand on one of them, without saying ``went_to``."""
        scrolled = self.verticalScrollBar().value()
        self._model.put(lines)
        self.verticalScrollBar().setValue(scrolled)
        self.stand_on(row)

    def stand_on(self, row: int) -> None:
        self.blockSignals(True)
        index = self._model.index(row, 0)
        self.setCurrentIndex(index)
        if index.isValid():
            self.scrollTo(index)
        self.blockSignals(False)
        self.viewport().update()

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if current.isValid() and not self.signalsBlocked():
            self.went_to.emit(current.row())

    def keyboardSearch(self, search: str) -> None:
        """Letters and digits are the page's keys."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text() and event.text().isprintable():
            event.ignore()
        else:
            super().keyPressEvent(event)


class QueueColumn(Ground):
    """The list under how many wait and in which order."""

    def __init__(self, queue: QueueView) -> None:
        super().__init__("surface", "r", "line2")
        self.setFixedWidth(WIDTH)
        self._queue = queue
        head = Ground("header", "b")
        head.setFixedHeight(HEADER)
        line = QHBoxLayout(head)
        line.setContentsMargins(12, 0, 8, 0)
        self._waiting = Label(px=SECOND, bold=True)
        line.addWidget(self._waiting, 1)
        line.addWidget(Label(_("links.order"), "text2", px=SECOND))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 1, 0)
        whole.setSpacing(0)
        whole.addWidget(head)
        whole.addWidget(queue, 1)

    def put(self, lines: Sequence[ReviewLine], row: int) -> None:
        """Show these lines and stand on one of them."""
        self._queue.put(lines, row)
        self._waiting.setText(_("links.waiting", n=count(len(lines))))
