"""A table of texts that can be gone through by keys, with a sentence where there is nothing."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStackedWidget,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
)

from ui.theme import theme
from ui.tokens import BODY
from ui.widgets.ground import Ground
from ui.widgets.rows import make_plain
from ui.widgets.states import EmptyState
from ui.widgets.text import cell_with_tip
from ui.words import _

LINE = 30
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class _Table(QTableWidget):
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Letters and digits are the page's keys; Enter opens."""
        if event.text() and event.text().isprintable():
            event.ignore()
        else:
            super().keyPressEvent(event)


class Lines(Ground):
    """``columns``: (words' key, width; 0 stretches; negative: numbers, to the right). ``opened`` carries a row."""

    opened = Signal(int)
    moved = Signal(int)

    def __init__(self, says: str, columns: Sequence[tuple[str, int]], empty_icon: str = "text-box-outline") -> None:
        super().__init__("surface")
        self._columns = columns
        self.table = _Table(0, len(columns))
        self.table.setFont(theme.font(BODY))
        self.table.setAccessibleName(says)
        self.table.setHorizontalHeaderLabels([_(key) for key, _width in columns])
        make_plain(self.table, LINE)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.table.setTabKeyNavigation(False)
        for at, (_key, width) in enumerate(columns):
            if width < 0:
                head = QTableWidgetItem(_(columns[at][0]))
                head.setTextAlignment(_RIGHT)
                self.table.setHorizontalHeaderItem(at, head)
            if width:
                self.table.setColumnWidth(at, abs(width))
            else:
                self.table.horizontalHeader().setSectionResizeMode(at, QHeaderView.ResizeMode.Stretch)
        self.empty = EmptyState(empty_icon)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._stack)
        self.table.itemActivated.connect(lambda item: self.opened.emit(item.row()))
        self.table.currentCellChanged.connect(lambda row, *_rest: self.moved.emit(row))

    def put(self, rows: Sequence[Sequence[str]]) -> None:
        """Show these lines; the current one stays where it was."""
        before = self.table.currentRow()
        self.table.blockSignals(True)
        self.table.setRowCount(len(rows))
        for row, cells in enumerate(rows):
            for column, text in enumerate(cells):
                item = cell_with_tip(text)
                if self._columns[column][1] < 0:
                    item.setTextAlignment(_RIGHT)
                item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEditable)
                self.table.setItem(row, column, item)
        if rows:
            self.table.setCurrentCell(min(max(before, 0), len(rows) - 1), 0)
        self.table.blockSignals(False)
        self._stack.setCurrentIndex(0 if rows else 1)
        self.moved.emit(self.table.currentRow() if rows else -1)

    def row(self) -> int:
        """The line in front; -1 for none."""
        return self.table.currentRow() if self._stack.currentIndex() == 0 else -1

    def text(self, row: int, column: int) -> str:
        item = self.table.item(row, column)
        return item.text() if item is not None else ""
