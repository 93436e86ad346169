"""What has arrived: a row for each extract, and beside it months, gaps and children by class."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from app.services.imports.received import AgeCount, Arrived, Month
from ui.criteria.cells import Cell, CellsTable, Column
from ui.sources import saying
from ui.theme import theme
from ui.tokens import NAME, SECOND, SMALL
from ui.widgets.ground import Ground
from ui.widgets.states import EmptyState
from ui.widgets.text import Label
from ui.words import _, count, sector_word

_ICONS = {"ok": "check", "late": "clock-alert-outline", "never": "minus", "off": "cancel"}
_ROLES = {"ok": "ok", "late": "caution", "never": "text3", "off": "text3"}
_SIDE = 336


class Coverage(Ground):
    """The tab of arrivals."""

    def __init__(self, today: date) -> None:
        super().__init__("surface")
        self._today = today
        self._lines: Sequence[Arrived] = ()
        self.table = CellsTable(
            (
                Column(_("sources.sector"), 86),
                Column(_("sources.extract"), 150),
                Column(_("sources.last"), 110),
                Column(_("sources.covered"), 0),
                Column(_("sources.spoken_of"), 158),
                Column(_("sources.state"), 204),
            ),
            _("sources.table"),
        )
        self.side = _Side(today)
        self.empty = EmptyState("tray-arrow-down")
        self.empty.put(_("sources.empty"), _("sources.empty.words"))
        both = QWidget()
        row = QHBoxLayout(both)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.table, 1)
        row.addWidget(self.side)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(both)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        self.table.went_to.connect(self._went)

    def put(self, lines: Sequence[Arrived]) -> None:
        """All extracts, late ones first."""
        self._lines = lines
        self.table.put([self._cells(line) for line in lines])
        self._stack.setCurrentIndex(1 if any(line.as_of for line in lines) else 0)
        row = max(self.table.currentIndex().row(), 0)
        if lines:
            self.table.selectRow(min(row, len(lines) - 1))
            self._went(min(row, len(lines) - 1))

    def _cells(self, line: Arrived) -> list[Cell]:
        quiet = "text3" if line.state in ("never", "off") else "text"
        return [
            Cell(sector_word(line.sector), role=line.sector.value),
            Cell(saying.extract_name(line.names), role=quiet, bold=line.state == "late"),
            Cell(*saying.last_file(line, self._today), role=quiet),
            Cell(*saying.covered(line, self._today), role=quiet),
            Cell(*saying.children(line), role=quiet),
            Cell(saying.state_words(line, self._today), role=_ROLES[line.state], icon=_ICONS[line.state]),
        ]

    def _went(self, row: int) -> None:
        if 0 <= row < len(self._lines):
            self.side.put(self._lines[row])


class _Side(Ground):
    """One extract: its months, its gaps, its children by class."""

    def __init__(self, today: date) -> None:
        super().__init__("surface", "l", "line2")
        self._today = today
        self.setFixedWidth(_SIDE)
        self._name = Label(px=NAME, bold=True, wrap=True)
        self._file = Label(role="text2", px=SECOND, wrap=True)
        self._months = MonthStrip()
        self._gaps = Label(px=SECOND, wrap=True)
        self._ages = AgeBars()
        self._note = Label(role="text2", px=SECOND, wrap=True)
        inside = Ground("surface")
        column = QVBoxLayout(inside)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(6)
        for part in (self._name, self._file):
            column.addWidget(part)
        column.addSpacing(6)
        column.addWidget(Label(_("sources.months"), bold=True, px=SECOND))
        column.addWidget(self._months)
        column.addWidget(self._gaps)
        column.addSpacing(6)
        column.addWidget(Label(_("sources.by_class"), bold=True, px=SECOND))
        column.addWidget(self._ages)
        column.addWidget(self._note)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setAccessibleName(_("page.sources"))
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(1, 0, 0, 0)
        whole.addWidget(scroll)

    def put(self, line: Arrived) -> None:
        self._name.setText(saying.extract_name(line.names))
        usual = _("sources.usual", days=count(line.usual)) if line.usual else _("sources.no_usual")
        self._file.setText(f"{line.file}\n{usual}" if line.file else _("sources.never.words"))
        self._months.put(line.months)
        self._gaps.setText(saying.gap_words(line) or _("sources.no_gaps"))
        self._ages.put(line.ages)
        self._ages.setVisible(bool(line.ages))
        self._note.setText(
            _("sources.by_class.words") if line.ages else saying.nobody_expected(line, "sources.nobody_expected.words")
        )


class MonthStrip(QWidget):
    """Twelve months: filled where covered, hatched where not, half where in part."""

    def __init__(self) -> None:
        super().__init__()
        self._months: Sequence[Month] = ()
        self.setFixedHeight(44)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def put(self, months: Sequence[Month]) -> None:
        self._months = months
        words = [_(f"sources.month.{one.state}", month=one.first.month, days=count(one.days)) for one in months]
        self.setAccessibleName(_("sources.months") + ": " + "、".join(words))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._months:
            return
        painter = QPainter(self)
        step = self.width() / len(self._months)
        for at, month in enumerate(self._months):
            box = QRectF(round(at * step), 2, round((at + 1) * step) - round(at * step) - 3, 20)
            self._paint_month(painter, box, month)
            painter.setPen(theme.color("text2"))
            painter.setFont(theme.font(SMALL))
            painter.drawText(box.translated(0, 21), Qt.AlignmentFlag.AlignCenter, str(month.first.month))

    def _paint_month(self, painter: QPainter, box: QRectF, month: Month) -> None:
        painter.fillRect(box, theme.color("tint" if month.state == "full" else "hatchbg"))
        painter.setPen(QPen(theme.color("accent" if month.state == "full" else "hatch"), 1))
        if month.state != "full":
            painter.save()
            painter.setClipRect(box)
            for x in range(int(box.left()) - 24, int(box.right()), 6):
                painter.drawLine(x, int(box.bottom()), x + 22, int(box.bottom()) - 22)
            painter.restore()
        if month.state == "part":
            half = QRectF(box.left(), box.top(), box.width() / 2, box.height())
            painter.fillRect(half, theme.color("tint"))
        painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))


class AgeBars(QWidget):
    """Children by class: a bar as long as those expected, filled as far as they are spoken of."""

    _LINE = 22

    def __init__(self) -> None:
        super().__init__()
        self._ages: Sequence[AgeCount] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def put(self, ages: Sequence[AgeCount]) -> None:
        self._ages = ages
        words = [_("sources.age", grade=saying.grade(one.grade), received=one.received, expected=one.expected)
                 for one in ages]  # fmt: skip
        self.setAccessibleName("、".join(words))
        self.setFixedHeight(max(1, len(ages) * self._LINE))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_SIDE - 28, max(1, len(self._ages) * self._LINE))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        most = max((one.expected for one in self._ages), default=1) or 1
        room = self.width() - 52 - 84
        for at, one in enumerate(self._ages):
            top = at * self._LINE
            painter.setFont(theme.font(SECOND))
            painter.setPen(theme.color("text"))
            middle = Qt.AlignmentFlag.AlignVCenter
            painter.drawText(
                QRectF(0, top, 50, self._LINE), Qt.AlignmentFlag.AlignLeft | middle, saying.grade(one.grade)
            )
            long = round(room * one.expected / most)
            seen = round(room * min(one.received, one.expected) / most)
            bar = QRectF(52, top + 5, max(long, 1), 12)
            painter.fillRect(bar, theme.color("hatchbg"))
            painter.fillRect(QRectF(52, top + 5, seen, 12), theme.color("accent"))
            painter.setPen(QPen(theme.color("line2"), 1))
            painter.drawRect(bar.adjusted(0.5, 0.5, -0.5, -0.5))
            painter.setPen(theme.color("text"))
            painter.drawText(
                QRectF(self.width() - 82, top, 82, self._LINE), Qt.AlignmentFlag.AlignRight | middle,
                _("sources.of", received=count(one.received), expected=count(one.expected)),
            )  # fmt: skip
