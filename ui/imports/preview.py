"""The chosen file as it will be read, and its lines that do not go in or are odd."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QVBoxLayout,
)

from app.services.imports.file_preview import FilePreview, PreviewCell, PreviewColumn
from ui.imports import saying
from ui.imports.lines import FileLine
from ui.theme import theme
from ui.tokens import BODY, SECOND, SMALL
from ui.widgets.buttons import Button
from ui.widgets.ground import Ground, draw_box, draw_edges
from ui.widgets.rows import make_plain
from ui.widgets.text import ElidedLabel, Label, cell_with_tip, tip
from ui.words import _, count, say

_LINE, _HEAD = 25, 42
_STATE = int(Qt.ItemDataRole.UserRole)
_SECOND = _STATE + 1
_WIDEST, _NARROWEST = 240, 64


class _Heads(QHeaderView):
    """Headers in two lines: as printed, and what becomes of the column."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setFixedHeight(_HEAD)
        self.setSectionsClickable(False)
        theme.changed.connect(self.viewport().update)

    def paintSection(self, painter: QPainter, rect: object, section: int) -> None:
        place = QRectF(rect)  # type: ignore[call-overload]
        painter.save()
        painter.fillRect(place, theme.color("header"))
        draw_edges(painter, place, "r")
        draw_edges(painter, place, "b", "line2")
        inner = place.adjusted(8, 3, -6, -3)
        model = self.model()
        for key, px, bold, ink, top in ((0, BODY, True, "text", 0), (_SECOND, SMALL, False, "text2", 19)):
            text = str(model.headerData(section, Qt.Orientation.Horizontal, key) or "")
            cut = theme.metrics(px, bold).elidedText(text, Qt.TextElideMode.ElideRight, int(inner.width()))
            painter.setFont(theme.font(px, bold))
            painter.setPen(theme.color(ink))
            line = QRectF(inner.left(), inner.top() + top, inner.width(), 17)
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, cut)
        painter.restore()


class _Cells(QStyledItemDelegate):
    """A cell: unknown in a dashed box, at fault in a box of its colour, not taken in on grey."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: object) -> None:
        place = QRectF(option.rect)
        state = index.data(_STATE)  # type: ignore[attr-defined]
        painter.save()
        painter.fillRect(place, theme.color("alt" if state in ("unused", "line") else "surface"))
        draw_edges(painter, place, "rb")
        text = str(index.data() or "")  # type: ignore[attr-defined]
        inner = place.adjusted(8, 0, -6, 0)
        boxes = {
            "unknown": (None, "line2", True),
            "rejected": ("error_tint", "error", False),
            "warned": ("caution_tint", "caution", False),
        }
        cut = theme.metrics(BODY).elidedText(text, Qt.TextElideMode.ElideRight, int(inner.width()))
        if state in boxes:
            fill, edge, dashed = boxes[state]
            width = theme.metrics(BODY).horizontalAdvance(cut) + 8
            draw_box(
                painter,
                QRectF(inner.left() - 4, place.top() + 3, width, place.height() - 6),
                fill,
                edge,
                radius=2,
                dashed=dashed,
            )
        painter.setFont(theme.font(BODY))
        painter.setPen(theme.color("text2" if state in ("unused", "unknown", "withheld", "line") else "text"))
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter, cut)
        painter.restore()


class PreviewTable(QTableWidget):
    """The first rows of a file."""

    def __init__(self) -> None:
        super().__init__()
        make_plain(self, _LINE)
        self.setHorizontalHeader(_Heads())
        self.setItemDelegate(_Cells(self))
        self.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        self.setAccessibleName(_("imports.preview.says"))

    def put(self, preview: FilePreview) -> None:
        """Show this file."""
        self.clear()
        self.setColumnCount(1 + len(preview.columns) if preview.columns else 0)
        self.setRowCount(len(preview.first))
        self._heads(preview.columns)
        for at, row in enumerate(preview.first):
            self._cell(at, 0, count(row.line), "line")
            for column, cell in enumerate(row.cells, start=1):
                self._cell(at, column, saying.meaning(cell), cell.state, cell)
        self._widths()

    def _heads(self, columns: Sequence[PreviewColumn]) -> None:
        if not columns:
            return
        heads = [(_("imports.column.line"), "", "")]
        heads += [(_head(one), _becomes(one), _quality(one)) for one in columns]
        for at, (first, second, whole) in enumerate(heads):
            item = cell_with_tip(first, whole)
            item.setData(_SECOND, second)
            self.setHorizontalHeaderItem(at, item)

    def _cell(self, row: int, column: int, text: str, state: str, cell: PreviewCell | None = None) -> None:
        item = cell_with_tip(text, cell.text if cell is not None and cell.state == "unused" else "")
        item.setData(_STATE, state)
        self.setItem(row, column, item)

    def _widths(self) -> None:
        """Each column as wide as its words, within limits."""
        for column in range(self.columnCount()):
            texts = [item.text() for row in range(self.rowCount()) if (item := self.item(row, column))]
            head = str(self.model().headerData(column, Qt.Orientation.Horizontal) or "")
            second = str(self.model().headerData(column, Qt.Orientation.Horizontal, _SECOND) or "")
            widths = [theme.metrics(BODY).horizontalAdvance(text) for text in texts]
            widths += [
                theme.metrics(BODY, True).horizontalAdvance(head),
                theme.metrics(SMALL).horizontalAdvance(second),
            ]
            narrowest = 48 if column == 0 else _NARROWEST
            self.setColumnWidth(column, min(_WIDEST, max(narrowest, max(widths) + 20)))


def _head(column: PreviewColumn) -> str:
    return f"{column.header} ◆" if column.needed else column.header


def _becomes(column: PreviewColumn) -> str:
    if not column.name:
        return _("imports.becomes.nothing")
    return _("imports.becomes", name=column.name)


def _quality(column: PreviewColumn) -> str:
    parts = [_head(column), _becomes(column), _("imports.quality.filled", n=count(column.filled))]
    if column.unreadable or column.outside:
        parts.append(_("imports.quality.kinds", unreadable=count(column.unreadable), outside=count(column.outside)))
    if column.values:
        shown = _("list.join").join(f"{text} ({count(many)})" for text, many in column.values[:8])
        parts.append(_("imports.quality.codes", values=shown))
    if column.rejected or column.warned:
        parts.append(_("imports.quality.faults", rejected=count(column.rejected), warned=count(column.warned)))
    return "\n".join(parts)


class PreviewPane(Ground):
    """The heading and the first rows of the chosen file. ``mapping`` asks to choose its columns."""

    mapping = Signal()

    def __init__(self) -> None:
        super().__init__("surface")
        self._title = ElidedLabel(bold=True)
        self._manner = ElidedLabel(role="text2", px=SECOND)
        self._legend = Label(_("imports.legend"), "text2", SECOND)
        self.table = PreviewTable()
        self._why = Label(role="text2", wrap=True)
        self._why.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._why.setContentsMargins(12, 8, 12, 8)
        head = Ground("window", "tb")
        head.setFixedHeight(34)
        line = QHBoxLayout(head)
        line.setContentsMargins(12, 0, 12, 0)
        line.setSpacing(10)
        line.addWidget(self._title)
        line.addWidget(self._manner)
        line.addStretch(1)
        line.addWidget(self._legend)
        self.choose = Button(_("mapping.change"), icon="table-edit", height=26)
        self.choose.clicked.connect(self.mapping.emit)
        line.addWidget(self.choose)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self.table, 1)
        column.addWidget(self._why, 1)

    def put(self, line: FileLine | None) -> None:
        """Show a file, or nothing."""
        preview = line.preview if line else None
        self._title.setText(_("imports.preview.title", file=preview.file) if preview else "")
        self._manner.setText(
            ""
            if preview is None or not preview.extract
            else _("imports.preview.manner", manner=saying.manner_words(preview), rows=count(preview.rows))
        )
        refusal = preview.refusal if preview else None
        links = preview is not None and preview.kind == "links" and refusal is None
        self._why.setText(say(refusal) if refusal else _("imports.links.what") if links else "")
        self._why.setVisible(refusal is not None or links)
        self._legend.setVisible(refusal is None and not links)
        unknown = line is not None and line.mappable
        self.choose.setVisible(unknown or (preview is not None and refusal is None and not links))
        self.choose.set_words(_("mapping.open" if unknown else "mapping.change"))
        self.table.setVisible(refusal is None and not links)
        if preview is not None:
            self.table.put(preview)


class ProblemsPane(Ground):
    """Lines of the chosen file that are rejected or odd. ``saving`` asks to save the rejected ones."""

    saving = Signal()

    def __init__(self) -> None:
        super().__init__("surface")
        self._title = Label(bold=True)
        self._hint = ElidedLabel(_("imports.problems.hint"), "text2", SECOND)
        self.save = Button(_("imports.save"), icon="content-save-outline", height=26)
        self.save.clicked.connect(self.saving.emit)
        self.table = QTableWidget(0, 5)
        make_plain(self.table, 26)
        self.table.setAccessibleName(_("imports.problems.says"))
        self.table.setHorizontalHeaderLabels(
            [_(f"imports.column.{key}") for key in ("line", "outcome", "column", "value", "why")]
        )
        for at, width in enumerate((64, 76, 130, 150)):
            self.table.setColumnWidth(at, width)
        self.table.horizontalHeader().setSectionResizeMode(4, QHeaderView.ResizeMode.Stretch)
        head = Ground("window", "tb")
        head.setFixedHeight(36)
        row = QHBoxLayout(head)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(10)
        row.addWidget(self._title)
        row.addWidget(self._hint, 1)
        row.addWidget(self.save)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self.table, 1)

    def put(self, line: FileLine | None) -> None:
        """Show a file's problems, or none."""
        problems = line.preview.problems if line else ()
        counts = line.counts if line else None
        rejected, warned = (counts[2], counts[3]) if counts else (0, 0)
        self._title.setText(_("imports.problems.title", rejected=count(rejected), warned=count(warned)))
        self.table.setRowCount(len(problems))
        for at, one in enumerate(problems):
            value = _("imports.value", value=one.value) if one.value else ""
            texts = (count(one.line), _(f"imports.outcome.{one.outcome}"), one.column, value, say(one.reason))
            for column, text in enumerate(texts):
                self.table.setItem(at, column, cell_with_tip(text))
        published = line is not None and line.report is not None and line.report.batch is not None
        self.save.setEnabled(bool(rejected and published))
        self.save.setVisible(rejected > 0)
        tip(self.save, "" if published else _("imports.save.later"))
