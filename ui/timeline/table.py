"""The same facts as a table, for those who read better that way: same order, same numbers.

A lazy model over the timeline's walk; the view is a plain ``QTableView``, which screen readers
know. Choosing a line selects the fact on the timeline, and the other way round.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelection,
    QModelIndex,
    QObject,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import QBrush, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from ui.theme import theme
from ui.timeline import wording
from ui.timeline.lanes import Item, Lanes, Place
from ui.timeline.picture import lane_title
from ui.tokens import HEADER, SECOND
from ui.words import _, day_short, month_long

COLUMNS = ("number", "when", "lane", "what", "source")
_WIDTHS = (52, 156, 70, 420, 210)
_LINE = 28

_Index = QModelIndex


class FactsModel(QAbstractTableModel):
    """One line an item, in the order of the arrow keys."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lanes: Lanes | None = None
        self._numbers: dict[Place, int] = {}

    def show_lanes(self, lanes: Lanes, numbers: dict[Place, int]) -> None:
        """Another file; ``numbers`` are those of the reasons."""
        self.beginResetModel()
        self._lanes, self._numbers = lanes, numbers
        self.endResetModel()

    def place(self, line: int) -> Place | None:
        """The place behind a line."""
        return self._lanes.walk[line] if self._lanes and 0 <= line < len(self._lanes.walk) else None

    def line(self, place: Place) -> int:
        """The line of a place."""
        return self._lanes.walk_index[place] if self._lanes else -1

    def rowCount(self, parent: Any = _Index()) -> int:  # noqa: B008 - Qt's own signature
        return len(self._lanes.walk) if self._lanes and not parent.isValid() else 0

    def columnCount(self, parent: Any = _Index()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _(f"table.{COLUMNS[section]}")
        return None

    def data(self, index: Any, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if self._lanes is None or role != Qt.ItemDataRole.DisplayRole:
            return None
        place = self._lanes.walk[index.row()]
        return self._cell(place, self._lanes.item(place), COLUMNS[index.column()])

    def _cell(self, place: Place, item: Item, column: str) -> str:
        assert self._lanes is not None
        if column == "number":
            number = self._numbers.get(place)
            return str(number) if number else ""
        if column == "when":
            return _when(item)
        if column == "lane":
            return lane_title(self._lanes.lanes[place.lane])
        if column == "what":
            return wording.full(item)
        line = item.facts[-1] if item.facts else None
        return f"{line.file} {line.line}" if line else ""


def _when(item: Item) -> str:
    first = date.fromordinal(item.start)
    if item.end > item.start and (first.day, item.end - item.start < 31) == (1, True):
        return month_long(first)
    words = day_short(first, date(1, 1, 1))
    if item.end > item.start:
        words += f"–{day_short(date.fromordinal(item.end), date(1, 1, 1))}"
    return words


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


_CTRL = Qt.KeyboardModifier.ControlModifier


class FactsTable(QTableView):
    """The table. ``chosen`` says a place; ``choose`` shows one without saying it. ``row_wanted`` asks for the row
    as received."""

    chosen = Signal(object)
    row_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._quiet = False
        self.facts = FactsModel(self)
        self.setModel(self.facts)
        self.setFont(theme.font(SECOND))
        self.setAccessibleName(_("table.says"))
        make_plain(self, _LINE)
        for column, width in enumerate(_WIDTHS):
            self.setColumnWidth(column, width)
        self.doubleClicked.connect(lambda _index: self.row_wanted.emit())
        self.horizontalHeader().setSectionResizeMode(COLUMNS.index("what"), QHeaderView.ResizeMode.Stretch)

    def choose(self, place: Place | None) -> None:
        """Select the line of a place."""
        if place is None:
            return
        self._quiet = True
        self.selectRow(self.facts.line(place))
        self._quiet = False

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        place = self.facts.place(self.currentIndex().row())
        if not self._quiet and place is not None and selected.indexes():
            self.chosen.emit(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & _CTRL:
            self.row_wanted.emit()
            return
        # Letters and digits are the page's keys; the table must not search with them.
        if event.text() and event.text().isprintable() and event.key() != Qt.Key.Key_Space:
            event.ignore()
        else:
            super().keyPressEvent(event)
