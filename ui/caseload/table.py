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
from ui.caseload.cells import CaseloadCells
from ui.caseload.columns import (
    COLUMNS,
    COMPACT_ROW,
    CUT_ROW,
    INDEX,
    ROOMY_ROW,
    SECTORS_AT,
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
    """Words of the columns; the five sectors by their letters in their colours."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
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
        draw_edges(painter, QRectF(rect), "r" if section < len(COLUMNS) - 1 else "")
        draw_edges(painter, QRectF(rect), "b", "line2")
        if COLUMNS[section].key == SECTORS_AT:
            self._letters(painter, rect)
        else:
            self._words(painter, rect, section)
        painter.restore()

    def _letters(self, painter: QPainter, rect: QRect) -> None:
        step = (rect.width() - 8) / 5
        painter.setFont(theme.font(SECOND, True))
        for at, sector in enumerate(SECTORS):
            painter.setPen(theme.color(sector.value))
            place = QRectF(rect.left() + 4 + step * at, rect.top(), step, rect.height())
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

    def __init__(self, model: CaseloadModel) -> None:
        super().__init__()
        self._model = model
        self.cells = CaseloadCells(model)
        self._head = CaseloadHeader()
        self.setHorizontalHeader(self._head)
        self._set_up_view()
        self.setModel(model)
        self.setItemDelegate(self.cells)
        self._head.sectionClicked.connect(self._head_clicked)
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
        given = widths(self.viewport().width(), self.cells.compact)
        for key, width in given.items():
            self.setColumnHidden(INDEX[key], width == 0)
            if width:
                self.setColumnWidth(INDEX[key], width)

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

    def _head_clicked(self, section: int) -> None:
        sort = COLUMNS[section].sort
        if sort:
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
        super().paintEvent(event)
        index = self.currentIndex()
        if not self.hasFocus() or not index.isValid():
            return
        top = self.rowViewportPosition(index.row())
        width = self.columnViewportPosition(INDEX["assignee"]) + self.columnWidth(INDEX["assignee"])
        ring = QRectF(0, top, width, self.rowHeight(index.row()))
        painter = QPainter(self.viewport())
        draw_box(painter, ring, None, "focus", radius=0, width=2)

    def focusInEvent(self, event: Any) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: Any) -> None:
        super().focusOutEvent(event)
        self.viewport().update()
