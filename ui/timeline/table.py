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
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QHeaderView,
    QTableView,
    QWidget,
)

from ui.theme import theme
from ui.timeline import wording
from ui.timeline.lanes import Item, Lanes, Place
from ui.timeline.picture import lane_title
from ui.tokens import SECOND
from ui.widgets.rows import make_plain
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
