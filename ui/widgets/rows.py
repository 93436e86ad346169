"""Tables as lists of flat rows: how every list of the window looks that draws nothing of its own."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from ui.theme import theme
from ui.tokens import HEADER, SECOND


class PlainRows(QStyledItemDelegate):
    """Flat rows: ground, selection with its bar, words with an ellipsis; the row has the focus."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Any) -> None:
        view = self.parent()
        rect = QRectF(option.rect)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        ground = "sel" if selected else "alt" if index.row() % 2 else "surface"
        painter.fillRect(rect, theme.color(ground))
        if selected and index.column() == 0:
            painter.fillRect(QRectF(rect.left(), rect.top(), 4, rect.height()), theme.color("accent"))
        text = str(index.data() or "")
        cut = option.fontMetrics.elidedText(text, Qt.TextElideMode.ElideRight, int(rect.width()) - 12)
        painter.setFont(option.font)
        ink = index.data(Qt.ItemDataRole.ForegroundRole)
        # On the ground of a selection a quiet ink would be too faint.
        painter.setPen(ink.color() if isinstance(ink, QBrush) and not selected else theme.color("text"))
        side = Qt.AlignmentFlag(index.data(Qt.ItemDataRole.TextAlignmentRole) or 0) & Qt.AlignmentFlag.AlignRight
        painter.drawText(rect.adjusted(8, 0, -8 if side else -2, 0), Qt.AlignmentFlag.AlignVCenter | side, cut)
        if selected and isinstance(view, QTableView) and view.hasFocus():
            painter.fillRect(QRectF(rect.left(), rect.top(), rect.width(), 2), theme.color("focus"))
            painter.fillRect(QRectF(rect.left(), rect.bottom() - 2, rect.width(), 2), theme.color("focus"))


def make_plain(table: QTableView, line: int) -> None:
    """Rows of one height without grid, flat header, one line selected at a time."""
    table.setObjectName("plain")  # the style sheet flattens the header of such tables
    table.setItemDelegate(PlainRows(table))
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setTabKeyNavigation(False)
    lines = table.verticalHeader()
    lines.hide()
    lines.setDefaultSectionSize(line)
    lines.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    head = table.horizontalHeader()
    head.setFont(theme.font(SECOND))
    head.setFixedHeight(HEADER)
    head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    head.setHighlightSections(False)
    head.setSectionsClickable(False)
