"""The table of the caseload: header, keys, places that stay, the cut as a row of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QRect,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from app.domain.sectors import SECTORS
from ui.caseload.cells import CaseloadCells, Place
from ui.caseload.columns import (
    COLUMNS,
    COMPACT_ROW,
    CUT_ROW,
    INDEX,
    LEAST,
    MOST,
    REASONS,
    ROOMY_ROW,
    SECTORS_AT,
    Shape,
    widths,
)
from ui.caseload.model import CaseloadModel
from ui.theme import theme
from ui.tokens import HEADER, SECOND
from ui.widgets.ground import draw_box, draw_edges
from ui.words import _, sector_letter

CHOSEN_AGAIN = 500
"""So many chosen children are chosen again after a change; beyond, only the current one."""


class CaseloadHeader(QHeaderView):
    """Words of the columns; the five sectors by their letters in their colours.

    Columns are dragged to another place and made wider or narrower by hand; the level stays first.
    """

    picked = Signal(str)
    """Order by this: a column, or one of the five sectors."""
    sized = Signal(str, int)
    """A column was given so many pixels by hand."""
    arranged = Signal()
    """A column was dragged to another place."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._pressed: int | None = None
        self._dragged = self._sized_by_hand = False
        self.setSectionsMovable(True)
        self.setFirstSectionMovable(False)
        self.setAccessibleName(_("columns.title"))
        self.sectionMoved.connect(self._moved)
        self.sectionResized.connect(self._resized)
        self.setFixedHeight(HEADER)
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(24)
        self.sort = "rank"
        theme.changed.connect(self.viewport().update)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        if not rect.isValid():
            return
        painter.save()
        painter.fillRect(rect, theme.color("header"))
        draw_edges(painter, QRectF(rect), "r")
        draw_edges(painter, QRectF(rect), "b", "line2")
        if COLUMNS[section].key == SECTORS_AT:
            self._letters(painter, rect)
        else:
            self._words(painter, rect, section)
        painter.restore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed, self._dragged, self._sized_by_hand = event.position().toPoint().x(), False, False
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        pressed, self._pressed = self._pressed, None
        if self._dragged:
            self.arranged.emit()
        elif pressed is not None and not self._sized_by_hand and event.button() == Qt.MouseButton.LeftButton:
            self._pick(event.position().toPoint().x())

    def _moved(self, *_places: int) -> None:
        self._dragged = self._pressed is not None

    def _resized(self, section: int, _before: int, width: int) -> None:
        if self._pressed is not None:
            self._sized_by_hand = True
            self.sized.emit(COLUMNS[section].key, width)

    def _pick(self, x: int) -> None:
        section = self.logicalIndexAt(x)
        if section < 0:
            return
        key = COLUMNS[section].sort
        if COLUMNS[section].key == SECTORS_AT:
            left = self.sectionViewportPosition(section) + 4
            at = int((x - left) // max(1.0, (self.sectionSize(section) - 8) / len(SECTORS)))
            key = f"p_{SECTORS[min(max(at, 0), len(SECTORS) - 1)]}"
        if key:
            self.picked.emit(key)

    def _letters(self, painter: QPainter, rect: QRect) -> None:
        step = (rect.width() - 8) / 5
        painter.setFont(theme.font(SECOND, True))
        for at, sector in enumerate(SECTORS):
            painter.setPen(theme.color(sector.value))
            place = QRectF(rect.left() + 4 + step * at, rect.top(), step, rect.height())
            if self.sort.lstrip("-") == f"p_{sector}":
                name = "menu-up" if self.sort.startswith("-") else "menu-down"
                place.adjust(-3, 0, -3, 0)
                pixmap = theme.pixmap(name, "text", 12, self.devicePixelRatioF())
                painter.drawPixmap(round(place.center().x()) + 6, rect.top() + 8, pixmap)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, sector_letter(sector))

    def _words(self, painter: QPainter, rect: QRect, section: int) -> None:
        words = str(self.model().headerData(section, Qt.Orientation.Horizontal))
        column = COLUMNS[section]
        sorted_by = bool(column.sort) and column.sort == self.sort.lstrip("-")
        painter.setFont(theme.font(SECOND, sorted_by))
        painter.setPen(theme.color("text" if sorted_by else "text2"))
        room = rect.width() - 8 - (11 if sorted_by else 0)
        metrics = theme.metrics(SECOND, sorted_by)
        text = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(rect.adjusted(6, 0, 0, 0), flags, text)
        if sorted_by:
            name = "menu-up" if self.sort.startswith("-") else "menu-down"
            pixmap = theme.pixmap(name, "text", 14, self.devicePixelRatioF())
            x = min(rect.left() + 5 + metrics.horizontalAdvance(text), rect.right() - 13)
            painter.drawPixmap(x, rect.top() + 7, pixmap)


class CaseloadTable(QTableView):
    """The list. Enter opens, D decides, C notes a contact; the selection may be several."""

    opened = Signal(object, str)
    """(person id, where the focus goes: "", "decision" or "contact"). An id has 63 bits: more than
    Qt's own int carries, so it travels as an object."""
    sorted_by = Signal(str)
    current_changed = Signal()
    selection_changed = Signal()
    menu_wanted = Signal(object)
    columns_wanted = Signal(object)
    """The menu of columns, at this place of the screen."""
    shaped = Signal(object)
    """Somebody arranged the columns anew: the ``Shape``."""

    def __init__(self, model: CaseloadModel) -> None:
        super().__init__()
        self._model = model
        self.cells = CaseloadCells(model)
        self.shape_chosen = Shape()
        self._head = CaseloadHeader()
        self.setHorizontalHeader(self._head)
        self._set_up_view()
        self.setModel(model)
        self._head.picked.connect(self._picked)
        self._head.sized.connect(self._sized)
        self._head.arranged.connect(self._arranged)
        self._head.sectionHandleDoubleClicked.connect(self._unsized)
        self._head.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._head.customContextMenuRequested.connect(
            lambda at: self.columns_wanted.emit(self._head.viewport().mapToGlobal(at))
        )
        self.doubleClicked.connect(lambda index: self._open(index.row(), ""))
        self.selectionModel().currentRowChanged.connect(lambda *_: self.current_changed.emit())
        self.selectionModel().selectionChanged.connect(lambda *_: self.selection_changed.emit())
        theme.changed.connect(self.viewport().update)
        self.set_compact(False)

    def _set_up_view(self) -> None:
        self.setAccessibleName(_("page.caseload"))
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setMinimumSectionSize(COMPACT_ROW)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setFrameShape(QTableView.Shape.NoFrame)

    # ------------------------------------------------------------ shape

    def set_compact(self, compact: bool) -> None:
        self.cells.compact = compact
        self.verticalHeader().setDefaultSectionSize(COMPACT_ROW if compact else ROOMY_ROW)
        self._mark_cut()
        self._share_width()

    def set_sort(self, sort: str) -> None:
        self._head.sort = sort
        self._head.viewport().update()

    def relisted(self) -> None:
        """The model has a new list: the cut stands elsewhere."""
        self._mark_cut()

    def _mark_cut(self) -> None:
        self.clearSpans()
        cut = self._model.cut
        if cut is not None:
            self.setSpan(cut, 0, 1, len(COLUMNS))
            self.setRowHeight(cut, CUT_ROW)

    def _share_width(self) -> None:
        given = widths(self.viewport().width(), self.cells.compact, self.shape_chosen)
        for key, width in given.items():
            self.setColumnHidden(INDEX[key], width == 0)
            if width:
                self.setColumnWidth(INDEX[key], width)

    def set_shape(self, shape: Shape) -> None:
        """Show these columns in this order."""
        self.shape_chosen = shape
        for place, key in enumerate(shape.order()):
            self._head.moveSection(self._head.visualIndex(INDEX[key]), place)
        self._share_width()

    def _arranged(self) -> None:
        order = [COLUMNS[self._head.logicalIndex(place)].key for place in range(len(COLUMNS))]
        shown = tuple(key for key in order if key in self.shape_chosen.shown)
        self.shaped.emit(Shape(("level", *(key for key in shown if key != "level")), self.shape_chosen.widths))

    def _sized(self, key: str, width: int) -> None:
        if key != REASONS:
            fitting = min(max(width, LEAST), MOST)
            self.shaped.emit(Shape(self.shape_chosen.shown, {**self.shape_chosen.widths, key: fitting}))

    def _unsized(self, section: int) -> None:
        left = {key: px for key, px in self.shape_chosen.widths.items() if key != COLUMNS[section].key}
        self.shaped.emit(Shape(self.shape_chosen.shown, left))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()

    # ------------------------------------------------------------ who is chosen

    def current_person(self) -> int | None:
        index = self.currentIndex()
        return self._model.person_at(index.row()) if index.isValid() else None

    def chosen_count(self) -> int:
        return sum(last - first + 1 - (self._model.cut in range(first, last + 1)) for first, last in self._ranges())

    def chosen_people(self) -> list[int]:
        """All chosen children, in the list's order, read from ranges: quick for any number."""
        people = []
        for first, last in sorted(self._ranges()):
            people += [self._model.person_at(row) for row in range(first, last + 1)]
        return [one for one in people if one is not None]

    def _ranges(self) -> list[tuple[int, int]]:
        chosen = self.selectionModel().selection()
        parts = (chosen.at(at) for at in range(chosen.count()))
        return sorted({(part.top(), part.bottom()) for part in parts})

    def go_to(self, row: int) -> None:
        """Make a row the current and only chosen one, without moving the list more than needed."""
        index = self._model.index(row, INDEX["child"])
        if index.isValid():
            self.setCurrentIndex(index)

    def choose(self, people: Sequence[int]) -> None:
        """Choose these children again, as far as they are still listed; many cost too much."""
        if not 1 < len(people) <= CHOSEN_AGAIN:
            return
        chosen = QItemSelection()
        for row in map(self._model.row_of, people):
            if row is not None:
                index = self._model.index(row, 0)
                chosen.select(index, index)
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().select(chosen, flags.ClearAndSelect | flags.Rows)

    def step(self, by: int) -> None:
        """To the next or previous child."""
        row = self.currentIndex().row() + by
        if self._model.is_cut(row):
            row += by
        if 0 <= row < self._model.rowCount():
            self.go_to(row)

    # ------------------------------------------------------------ keys and mouse

    def keyPressEvent(self, event: QKeyEvent) -> None:
        focus = {
            Qt.Key.Key_Return: "",
            Qt.Key.Key_Enter: "",
            Qt.Key.Key_D: "decision",
            Qt.Key.Key_C: "contact",
        }.get(Qt.Key(event.key()))
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if focus is not None and plain:
            self._open(self.currentIndex().row(), focus)
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Letters are keys here, not a search; that has its own field."""

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        ends = {
            QAbstractItemView.CursorAction.MoveHome: 0,
            QAbstractItemView.CursorAction.MoveEnd: self._model.rowCount() - 1,
        }
        if action in ends:
            return self._model.index(ends[action], self.currentIndex().column())
        index = super().moveCursor(action, modifiers)
        if not index.isValid() or not self._model.is_cut(index.row()):
            return index
        back = index.row() < self.currentIndex().row()
        row = index.row() + (-1 if back else 1)
        return self._model.index(row, self.currentIndex().column())

    def _open(self, row: int, focus: str) -> None:
        person = self._model.person_at(row)
        if person is not None:
            self.opened.emit(person, focus)

    def _picked(self, sort: str) -> None:
        self.sorted_by.emit(f"-{sort}" if self._head.sort == sort else sort)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event.globalPos())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._hover(self.rowAt(event.position().toPoint().y()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(-1)

    def _hover(self, row: int) -> None:
        before, self.cells.hovered = self.cells.hovered, row
        for one in {before, row} - {-1}:
            top = self.rowViewportPosition(one)
            self.viewport().update(0, top, self.viewport().width(), self.rowHeight(one))

    # ------------------------------------------------------------ painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        places, width = self._places(), self._head.length()
        for row in self._rows_at(event.rect()):
            rect = QRect(-self._head.offset(), self.rowViewportPosition(row), width, self.rowHeight(row))
            chosen = self.selectionModel().isSelected(self._model.index(row, 0))
            self.cells.paint(painter, row, rect, places, chosen)
        index = self.currentIndex()
        if self.hasFocus() and index.isValid():
            top = self.rowViewportPosition(index.row())
            ring = QRectF(0, top, width, self.rowHeight(index.row()))
            draw_box(painter, ring, None, "focus", radius=0, width=2)

    def sight(self) -> int:
        """So many rows can be in sight at once."""
        return self.viewport().height() // self.verticalHeader().defaultSectionSize() + 2

    def _places(self) -> list[Place]:
        """The columns that show, from left to right."""
        head = self._head
        shown = (head.logicalIndex(at) for at in range(head.count()))
        return [
            (one, head.sectionViewportPosition(one), head.sectionSize(one))
            for one in shown
            if not head.isSectionHidden(one)
        ]

    def _rows_at(self, rect: QRect) -> range:
        """The rows that stand in this part of the viewport."""
        first, last = self.rowAt(rect.top()), self.rowAt(rect.bottom())
        if first < 0:
            return range(0)
        return range(first, (last if last >= 0 else self._model.rowCount() - 1) + 1)

    def focusInEvent(self, event: Any) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: Any) -> None:
        super().focusOutEvent(event)
        self.viewport().update()
