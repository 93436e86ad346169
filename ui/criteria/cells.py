"""Plain tables of the pages of criteria and of evaluation: cells of one or two lines, marks, flat rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QHeaderView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from app.domain.priority import Level
from ui.theme import theme
from ui.tokens import BODY, SMALL
from ui.widgets.ground import draw_edges
from ui.widgets.marks import paint_level
from ui.widgets.rows import make_plain
from ui.widgets.text import tip_text
from ui.words import level_word

ROW, LOW_ROW = 37, 28
_Index = QModelIndex
_RIGHT, _LEFT = Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignLeft


@dataclass(frozen=True)
class Cell:
    """What stands in a cell: one or two lines in a colour role, or a mark; ``says`` is its tooltip.

    ``bar`` is (low, share, high, mark) of 0 to 1: an interval, the point in it, and what to compare with.
    """

    main: str = ""
    second: str = ""
    role: str = "text"
    bold: bool = False
    icon: str = ""
    mark: Level | None = None
    says: str = ""
    bar: tuple[float, float, float, float | None] | None = None

    def words(self) -> str:
        if isinstance(self.mark, Level):
            return level_word(self.mark)
        return self.says or " ".join(part for part in (self.main, self.second) if part)


@dataclass(frozen=True)
class Column:
    """A column: its words, its width (0: the rest), whether its numbers stand at the right."""

    words: str
    width: int = 0
    number: bool = False
    says: str = ""


class CellsModel(QAbstractTableModel):
    """Rows of cells, all there at once: these tables have some dozens of lines."""

    def __init__(self, columns: Sequence[Column]) -> None:
        super().__init__()
        self.columns = columns
        self.rows: list[Sequence[Cell]] = []

    def put(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Other rows; a choice stays where there are as many as before."""
        if len(rows) == len(self.rows):
            self.rows = list(rows)
            if rows:
                self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(self.columns) - 1))
            return
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()

    def rowCount(self, parent: Any = _Index()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Any = _Index()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Any, role: int = 0) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.words
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip_text(column.says or column.words)
        if role == Qt.ItemDataRole.TextAlignmentRole and column.number:
            return int(_RIGHT | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: Any, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        cell = self.rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.UserRole:
            return cell
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return cell.words()
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip_text(cell.words())
        return None


class _Rows(QStyledItemDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Any) -> None:
        rect = QRectF(option.rect)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.fillRect(rect, theme.color("sel" if selected else "surface"))
        draw_edges(painter, rect, "b")
        if selected and index.column() == 0:
            painter.fillRect(QRectF(rect.left(), rect.top(), 4, rect.height()), theme.color("accent"))
        model = index.model()
        assert isinstance(model, CellsModel)
        cell = model.rows[index.row()][index.column()]
        _paint(painter, rect.adjusted(8, 1, -8, -2), cell, model.columns[index.column()].number, selected)
        view = self.parent()
        if selected and isinstance(view, QTableView) and view.hasFocus():
            painter.fillRect(QRectF(rect.left(), rect.top(), rect.width(), 2), theme.color("focus"))
            painter.fillRect(QRectF(rect.left(), rect.bottom() - 2, rect.width(), 2), theme.color("focus"))
        painter.restore()


def _paint(painter: QPainter, rect: QRectF, cell: Cell, number: bool, selected: bool) -> None:
    if isinstance(cell.mark, Level):
        paint_level(painter, rect, cell.mark)
        return
    if cell.bar is not None:
        paint_interval(painter, rect, *cell.bar)
        return
    if cell.icon:
        pixmap = theme.pixmap(cell.icon, cell.role, 16, painter.device().devicePixelRatioF())
        painter.drawPixmap(round(rect.left()), round(rect.center().y() - 8), pixmap)
        rect = rect.adjusted(21, 0, 0, 0)
    across = _RIGHT if number else _LEFT
    role = "text2" if selected and cell.role == "text3" else cell.role
    upper = QRectF(rect.left(), rect.top() + 1, rect.width(), 19) if cell.second else rect
    write(painter, upper, cell.main, role, BODY, cell.bold, across)
    if cell.second:
        lower = QRectF(rect.left(), rect.top() + 18, rect.width(), 15)
        write(painter, lower, cell.second, "text2", SMALL, False, across)


def write(painter: QPainter, rect: QRectF, text: str, role: str, px: int, bold: bool, across: Qt.AlignmentFlag) -> None:
    """One line of text, cut with an ellipsis."""
    painter.setFont(theme.font(px, bold))
    painter.setPen(theme.color(role))
    cut = theme.metrics(px, bold).elidedText(text, Qt.TextElideMode.ElideRight, int(rect.width()) + 1)
    painter.drawText(rect, across | Qt.AlignmentFlag.AlignVCenter, cut)


def paint_interval(painter: QPainter, rect: QRectF, low: float, share: float, high: float, mark: float | None) -> None:
    """A line from 0 to 1 with the interval as a bar, the share as a tick, and what it is compared with dashed."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    middle = round(rect.center().y())
    painter.fillRect(QRectF(rect.left(), middle, rect.width(), 1), theme.color("line2"))
    for end in (0.0, 1.0):
        painter.fillRect(QRectF(rect.left() + end * (rect.width() - 1), middle - 3, 1, 7), theme.color("line2"))
    left, right = (rect.left() + part * rect.width() for part in (low, high))
    bar = QRectF(round(left), middle - 4, max(2.0, round(right - left)), 9)
    painter.fillRect(bar, theme.color("tint"))
    painter.setPen(theme.color("accent"))
    painter.drawRect(bar.adjusted(0, 0, -1, -1))
    at = rect.left() + share * rect.width()
    painter.fillRect(QRectF(round(at) - 1, middle - 6, 3, 13), theme.color("accent"))
    if mark is not None:
        place = round(rect.left() + mark * rect.width())
        for top in range(round(rect.top()) + 3, round(rect.bottom()) - 3, 4):
            painter.fillRect(QRectF(place, top, 1, 2), theme.color("text"))


class CellsTable(QTableView):
    """Such a table. ``went_to`` says the row, ``opened`` one on which Enter was pressed or clicked twice."""

    went_to = Signal(int)
    opened = Signal(int)
    spaced = Signal(int)

    def __init__(self, columns: Sequence[Column], says: str, row: int = ROW) -> None:
        super().__init__()
        self.cells = CellsModel(columns)
        self.setModel(self.cells)
        make_plain(self, row)
        self.setItemDelegate(_Rows(self))
        self.setAccessibleName(says)
        head = self.horizontalHeader()
        for at, column in enumerate(columns):
            if column.width:
                self.setColumnWidth(at, column.width)
            else:
                head.setSectionResizeMode(at, QHeaderView.ResizeMode.Stretch)
        self.selectionModel().currentRowChanged.connect(lambda now, _before: self.went_to.emit(now.row()))
        self.doubleClicked.connect(lambda index: self.opened.emit(index.row()))

    def put(self, rows: Sequence[Sequence[Cell]]) -> None:
        self.cells.put(rows)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.currentIndex().row()
        act: Callable[[int], None] | None = {
            Qt.Key.Key_Return: self.opened.emit,
            Qt.Key.Key_Enter: self.opened.emit,
            Qt.Key.Key_Space: self.spaced.emit,
        }.get(Qt.Key(event.key()))
        if act is not None and row >= 0:
            act(row)
        elif event.text() and event.text().isprintable():
            event.ignore()  # letters and digits are the page's keys
        else:
            super().keyPressEvent(event)
