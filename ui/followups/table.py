"""The list of follow-ups: rows of two lines under headings; letters are the page's keys."""

from __future__ import annotations

from datetime import date
from typing import Any

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import QHeaderView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from app.domain.priority import Level
from ui.followups.model import CELL, COLUMNS, Cell, FollowUpModel, Heading, says
from ui.theme import theme
from ui.tokens import BODY, SECOND
from ui.widgets.ground import draw_box, draw_edges
from ui.widgets.marks import LEVEL_SIZE, level_pixmap
from ui.widgets.rows import make_plain
from ui.widgets.text import tip_at

LINE, HEADING = 42, 30
_WIDTHS = {"when": 132, "child": 196, "last": 156, "seen": 104, "assignee": 96}


class _Rows(QStyledItemDelegate):
    """Paints headings and lines from tokens; the row has the focus."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Any) -> QSize:
        return QSize(40, LINE)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Any) -> None:
        rect = QRectF(option.rect)
        cell = index.data(CELL)
        if cell is None:
            painter.fillRect(rect, theme.color("header"))
            draw_edges(painter, rect, "tb")
            self._words(painter, rect.adjusted(8, 0, -8, 0), str(index.data() or ""), "text", BODY, True)
            return
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.fillRect(rect, theme.color("sel" if selected else "surface"))
        draw_edges(painter, rect, "b")
        if selected and index.column() == 0:
            painter.fillRect(QRectF(rect.left(), rect.top(), 4, rect.height()), theme.color("accent"))
        self._cell(painter, rect.adjusted(8, 0, -4, 0), cell)
        self._focus(painter, option, index)

    def _cell(self, painter: QPainter, rect: QRectF, cell: Cell) -> None:
        dpr = painter.device().devicePixelRatioF()
        left = rect.left()
        if cell.level is not None and cell.level is not Level.NONE:
            painter.drawPixmap(
                round(left), round(rect.center().y() - LEVEL_SIZE.height() / 2), level_pixmap(cell.level)
            )
        if cell.level is not None:
            left += LEVEL_SIZE.width() + 8
        if cell.icon:
            ink = cell.ink if cell.ink != "text" else "text2"
            painter.drawPixmap(round(left), round(rect.top() + 5), theme.pixmap(cell.icon, ink, 14, dpr))
            first = QRectF(left + 19, rect.top() + 3, rect.right() - left - 19, 19)
        else:
            first = QRectF(left, rect.top() + 3, rect.right() - left, 19)
        if not cell.second:
            first.moveTop(rect.center().y() - 10)
        self._words(painter, first, cell.first, cell.ink, BODY, cell.bold)
        if cell.second:
            below = QRectF(left, rect.top() + 21, rect.right() - left, 17)
            self._words(painter, below, cell.second, "caution" if cell.ink == "caution" else "text2", SECOND, False)

    @staticmethod
    def _words(painter: QPainter, rect: QRectF, words: str, ink: str, px: int, bold: bool) -> None:
        painter.setFont(theme.font(px, bold))
        painter.setPen(theme.color(ink))
        flat = " ".join(words.split())
        cut = theme.metrics(px, bold).elidedText(flat, Qt.TextElideMode.ElideRight, int(rect.width()))
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, cut)

    def _focus(self, painter: QPainter, option: QStyleOptionViewItem, index: Any) -> None:
        view = self.parent()
        if not isinstance(view, QTableView) or not view.hasFocus() or index.row() != view.currentIndex().row():
            return
        whole = QRectF(0, option.rect.top(), view.viewport().width(), option.rect.height())
        painter.save()
        painter.setClipRect(option.rect)
        draw_box(painter, whole, None, "focus", 0, 2)
        painter.restore()


class FollowUpTable(QTableView):
    """The list; ``model`` is a ``FollowUpModel``."""

    def __init__(self, model: FollowUpModel, says_name: str, today: date) -> None:
        super().__init__()
        self.lines, self._today = model, today
        self.setModel(model)
        self.setAccessibleName(says_name)
        make_plain(self, LINE)
        self.setItemDelegate(_Rows(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        head = self.horizontalHeader()
        for number, column in enumerate(COLUMNS):
            if column in _WIDTHS:
                self.setColumnWidth(number, _WIDTHS[column])
            else:
                head.setSectionResizeMode(number, QHeaderView.ResizeMode.Stretch)
        model.modelReset.connect(self._span)

    def set_narrow(self, narrow: bool) -> None:
        """The column of sightings goes last but first of all gives way."""
        self.setColumnHidden(COLUMNS.index("seen"), narrow)

    def _span(self) -> None:
        self.clearSpans()
        for row, one in enumerate(self.lines.rows):
            heading = isinstance(one, Heading)
            self.setRowHeight(row, HEADING if heading else LINE)
            if heading:
                self.setSpan(row, 0, 1, len(COLUMNS))

    def choose(self, row: int) -> None:
        """Stand on this row, or on the first line there is."""
        if self.lines.follow_up(row) is None:
            row = next((n for n in range(len(self.lines.rows)) if self.lines.follow_up(n) is not None), -1)
        if row >= 0:
            self.setCurrentIndex(self.lines.index(row, 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is not None and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            row = self.currentIndex().row() + step
            while 0 <= row < len(self.lines.rows) and self.lines.follow_up(row) is None:
                row += step
            if 0 <= row < len(self.lines.rows):
                self.setCurrentIndex(self.lines.index(row, 0))
        elif (event.text() and event.text().isprintable()) or event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()  # the page's keys
        else:
            super().keyPressEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            line = self.lines.follow_up(self.indexAt(event.pos()).row())
            if line is not None:
                tip_at(self.viewport(), event.pos(), says(line, self._today))
                return True
        return bool(super().viewportEvent(event))
