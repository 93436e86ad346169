"""The table of chosen files: two lines a file, a bar of how its rows end, its state at the end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from ui.imports import saying
from ui.imports.lines import FileLine
from ui.theme import theme
from ui.tokens import BODY, SECOND, SMALL
from ui.widgets.ground import draw_box, draw_edges
from ui.widgets.rows import make_plain
from ui.widgets.text import tip_text
from ui.words import _, count

ROW = 37
COLUMNS = ("file", "kind", "period", "rows", "bar", "accepted", "waiting", "rejected", "warned", "difference", "state")
_WIDTHS = {
    "kind": 150,
    "period": 130,
    "rows": 62,
    "bar": 112,
    "accepted": 62,
    "waiting": 50,
    "rejected": 50,
    "warned": 50,
    "difference": 86,
    "state": 116,
}
_TIGHT = {"bar": 80, "kind": 132, "state": 106}
_NUMBERS = ("rows", "accepted", "waiting", "rejected", "warned", "difference")
_COUNTED = ("rows", "accepted", "waiting", "rejected", "warned")
_AROUND = {"state": 42, "period": 20}
_LEAST = 140
_Index = QModelIndex


@dataclass(frozen=True)
class Cell:
    """What stands in a cell: one or two lines, an icon before them."""

    main: str
    second: str = ""
    role: str = "text"
    bold: bool = False
    icon: str = ""


class FilesModel(QAbstractTableModel):
    """One row a file."""

    def __init__(self, today: date) -> None:
        super().__init__()
        self._today = today
        self.lines: list[FileLine] = []

    def show_lines(self, lines: list[FileLine]) -> None:
        """Other files, or the same ones after something has happened to them."""
        if len(lines) == self.rowCount():
            self.lines = list(lines)
            if lines:
                self.dataChanged.emit(self.index(0, 0), self.index(len(lines) - 1, len(COLUMNS) - 1))
            return
        self.beginResetModel()
        self.lines = list(lines)
        self.endResetModel()

    def rowCount(self, parent: Any = _Index()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Any = _Index()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Any, role: int = 0) -> Any:
        if orientation == Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return _(f"imports.column.{COLUMNS[section]}")
            if role == Qt.ItemDataRole.TextAlignmentRole and COLUMNS[section] in _NUMBERS:
                return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: Any, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line = self.lines[index.row()]
        column = COLUMNS[index.column()]
        if role == Qt.ItemDataRole.UserRole:
            return line if column == "bar" else self.cell(line, column)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return (
                bar_words(line)
                if column == "bar"
                else " ".join(part for part in (self.cell(line, column).main, self.cell(line, column).second) if part)
            )
        if role == Qt.ItemDataRole.ToolTipRole:
            if column == "bar":
                return tip_text(bar_words(line))
            attention = saying.attention(line, self._today) if column in ("file", "state") else ""
            cell = self.cell(line, column)
            return tip_text("\n".join(part for part in (cell.main, cell.second, attention) if part))
        return None

    def cell(self, line: FileLine, column: str) -> Cell:
        """What stands in this column of a file."""
        preview = line.preview
        if column == "file":
            return Cell(preview.file, icon="file-document-outline")
        if column == "kind":
            return Cell(saying.kind_words(preview), saying.manner_words(preview), bold=True)
        if column == "period":
            return Cell(*saying.period_words(preview, self._today))
        if column == "difference":
            words = saying.difference_words(preview)
            return Cell(*words, role="caution" if preview.small else "text", bold=preview.small)
        if column == "state":
            icon, role = saying.state_mark(line)
            return Cell(saying.state_words(line), role=role, icon=icon)
        if column == "rows":
            return Cell(count(preview.rows) if preview.refusal is None else "—")
        return self._count(line, column)

    def _count(self, line: FileLine, column: str) -> Cell:
        counts = line.counts
        value = None if counts is None else counts[("accepted", "waiting", "rejected", "warned").index(column)]
        if value is None:
            return Cell("—", role="text3")
        alarming = column == "rejected" and value > 0
        return Cell(count(value), role="error" if alarming else "text", bold=alarming)


def bar_words(line: FileLine) -> str:
    """The bar in words, for readers and the tooltip."""
    if line.counts is None:
        return saying.state_words(line)
    accepted, waiting, rejected, _warned = line.counts
    return _("imports.bar.words", accepted=count(accepted), waiting=count(waiting or 0), rejected=count(rejected))


class FileCells(QStyledItemDelegate):
    """Paints a row: selection with its bar, two lines, the bar of rows."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Any) -> None:
        rect = QRectF(option.rect)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.fillRect(rect, theme.color("sel" if selected else "surface"))
        draw_edges(painter, rect, "b")
        if selected and index.column() == 0:
            painter.fillRect(QRectF(rect.left(), rect.top(), 4, rect.height()), theme.color("accent"))
        said = index.data(Qt.ItemDataRole.UserRole)
        if isinstance(said, FileLine):
            _paint_bar(painter, rect.adjusted(8, 12, -8, -12), said)
        else:
            self._paint_cell(painter, rect.adjusted(8, 1, -8, -2), said, COLUMNS[index.column()], selected)
        view = self.parent()
        if selected and isinstance(view, QTableView) and view.hasFocus():
            painter.fillRect(QRectF(rect.left(), rect.top(), rect.width(), 2), theme.color("focus"))
            painter.fillRect(QRectF(rect.left(), rect.bottom() - 2, rect.width(), 2), theme.color("focus"))
        painter.restore()

    def _paint_cell(self, painter: QPainter, rect: QRectF, cell: Cell, column: str, selected: bool) -> None:
        if cell.icon:
            ink = "text2" if column == "file" else cell.role
            pixmap = theme.pixmap(cell.icon, ink, 16, painter.device().devicePixelRatioF())
            painter.drawPixmap(round(rect.left()), round(rect.center().y() - 8), pixmap)
            rect = rect.adjusted(21, 0, 0, 0)
        across = Qt.AlignmentFlag.AlignRight if column in _NUMBERS else Qt.AlignmentFlag.AlignLeft
        upper = QRectF(rect.left(), rect.top() + 1, rect.width(), 19) if cell.second else rect
        role = "text2" if cell.role == "text3" and selected else cell.role
        # The end of a name tells one month's file from another's as well as its beginning.
        cut = Qt.TextElideMode.ElideMiddle if column == "file" else Qt.TextElideMode.ElideRight
        _write(painter, upper, cell.main, role, BODY, cell.bold, across, cut)
        if cell.second:
            lower = QRectF(rect.left(), rect.top() + 18, rect.width(), 15)
            _write(painter, lower, cell.second, "text2", SMALL, False, across)


def _write(
    painter: QPainter,
    rect: QRectF,
    text: str,
    role: str,
    px: int,
    bold: bool,
    across: Qt.AlignmentFlag,
    mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
) -> None:
    painter.setFont(theme.font(px, bold))
    painter.setPen(theme.color(role))
    cut = theme.metrics(px, bold).elidedText(text, mode, int(rect.width()) + 1)
    painter.drawText(rect, across | Qt.AlignmentFlag.AlignVCenter, cut)


def _paint_bar(painter: QPainter, rect: QRectF, line: FileLine) -> None:
    """Accepted, waiting, rejected; a few are drawn wide enough to be seen."""
    draw_box(painter, rect, "surface", "line2", radius=0)
    counts, rows = line.counts, line.preview.rows
    if counts is None or not rows:
        return
    share = line.rows_now / rows if line.phase in ("queued", "reading") else 1.0
    inner = rect.adjusted(1, 1, -1, -1)
    accepted, waiting, rejected, _warned = counts
    wide = inner.width() * min(1.0, share)
    bad = max(3.0, wide * rejected / rows) if rejected and share >= 1 else 0.0
    held = max(3.0, wide * (waiting or 0) / rows) if waiting else 0.0
    good = max(0.0, wide - bad - held) if accepted else 0.0
    painter.fillRect(QRectF(inner.left(), inner.top(), good, inner.height()), theme.color("accent"))
    if held:
        place = QRectF(inner.left() + good, inner.top(), held, inner.height())
        draw_box(painter, place, "caution_tint", "caution", radius=0, dashed=True)
    painter.fillRect(QRectF(inner.left() + good + held, inner.top(), bad, inner.height()), theme.color("error"))


class FilesTable(QTableView):
    """The table. ``chosen`` says the number of the file it stands on; ``dropped`` Delete."""

    chosen = Signal(int)
    dropped = Signal(int)

    def __init__(self, today: date) -> None:
        super().__init__()
        self.files = FilesModel(today)
        self.setModel(self.files)
        make_plain(self, ROW)
        self.setItemDelegate(FileCells(self))
        self.setFont(theme.font(BODY))
        self.setAccessibleName(_("imports.files.says"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.selectionModel().currentRowChanged.connect(lambda now, _before: self.chosen.emit(now.row()))

    def show_lines(self, lines: list[FileLine]) -> None:
        """Show these; the columns of numbers grow with them."""
        self.files.show_lines(lines)
        self._lay()

    def go_to(self, row: int) -> None:
        if 0 <= row < self.files.rowCount():
            self.selectRow(row)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay()

    def _lay(self) -> None:
        """The name of the file gets what is left; where that is little, the bar goes: its numbers stand beside it."""
        rest = self.viewport().width()
        tight = rest < 1080
        widths = {name: self._wanted(name, tight) for name in COLUMNS if name != "file"}
        cramped = rest - sum(widths.values()) < _LEAST
        self.setColumnHidden(COLUMNS.index("bar"), cramped)
        if cramped:
            del widths["bar"]
        for name, width in widths.items():
            self.setColumnWidth(COLUMNS.index(name), width)
        self.setColumnWidth(0, max(_LEAST, rest - sum(widths.values())))

    def _wanted(self, name: str, tight: bool) -> int:
        """As wide as its head and what stands in it."""
        words = theme.metrics(SECOND).horizontalAdvance(_(f"imports.column.{name}")) + 26
        if name in _COUNTED:
            words = max(words, theme.metrics(BODY, True).horizontalAdvance(self._longest(name)) + 22)
        elif name in ("state", "period"):
            words = max(words, theme.metrics(BODY).horizontalAdvance(self._longest(name)) + _AROUND[name])
        return max(_TIGHT.get(name, _WIDTHS[name]) if tight else _WIDTHS[name], words)

    def _longest(self, name: str) -> str:
        return max((self.files.cell(line, name).main for line in self.files.lines), key=len, default="")

    def keyPressEvent(self, event: Any) -> None:
        if event.key() == Qt.Key.Key_Delete and self.currentIndex().isValid():
            self.dropped.emit(self.currentIndex().row())
        else:
            super().keyPressEvent(event)
