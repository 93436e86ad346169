"""この1年: when a child's reasons lie, sector by sector, and where nobody told us.

A small picture beside the list. It knows only what the list's line carries: the span of each
reason and how far each sector's data reaches; the whole timeline is on the child's page.
"""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.domain.sectors import SECTORS, Sector
from app.services.answers.caseload import CaseloadRow, SectorMark
from ui.theme import theme
from ui.tokens import SMALL
from ui.widgets.marks import sector_shape
from ui.words import _, day_short, language, sector_word

AXIS, LANE = 18, 19
DAYS = 366


def hatch(dpr: float) -> QPixmap:
    """One tile of the 45 degree hatch of 6 px that means: nobody told us."""
    tile = QPixmap(QSize(6, 6) * dpr)
    tile.setDevicePixelRatio(dpr)
    tile.fill(theme.color("hatchbg"))
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setPen(QPen(theme.color("hatch"), 1))
    for shift in (-6, 0, 6):
        painter.drawLine(QLineF(shift, 6, shift + 6, 0))
    painter.end()
    return tile


class YearStrip(QWidget):
    """Five lanes over the year up to today."""

    def __init__(self) -> None:
        super().__init__()
        self._line: CaseloadRow | None = None
        self._today = date(2000, 1, 1)
        self.setFixedHeight(AXIS + 5 * LANE + 2)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    @property
    def _label(self) -> int:
        """Width of the lanes' words in the language in force."""
        return max(theme.width(sector_word(one), SMALL, True) for one in SECTORS) + 12

    def put(self, line: CaseloadRow, today: date) -> None:
        self._line, self._today = line, today
        self.setAccessibleName(_("strip.says"))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._line is None:
            return
        painter = QPainter(self)
        self._axis(painter)
        for at, mark in enumerate(self._line.sectors):
            self._lane(painter, mark, AXIS + at * LANE)
        x = round(self._x(self._today))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.fillRect(QRectF(x - 1, AXIS - 2, 1.6, 5 * LANE + 2), theme.color("accent"))

    def _x(self, day: date) -> float:
        """Where a day stands; the year ends a little left of the edge, so that today shows."""
        start = self._today - timedelta(days=DAYS)
        room = self.width() - self._label - 10
        return self._label + (day - start).days / DAYS * room

    def _axis(self, painter: QPainter) -> None:
        painter.setFont(theme.font(SMALL))
        month = date(self._today.year - 1, self._today.month, 1)
        for _step in range(13):
            month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
            if month > self._today or month.month % 3 != 1:
                continue
            x = round(self._x(month))
            if x < self._label:
                continue
            painter.setPen(QPen(theme.color("line2" if month.month == 4 else "line"), 1))
            painter.drawLine(QLineF(x + 0.5, AXIS - 2, x + 0.5, AXIS + 5 * LANE))
            self._month(painter, month, x)

    def _month(self, painter: QPainter, month: date, x: float) -> None:
        words = f"{month.month}月" if language() == "ja" else day_short(month).split(" ")[1]
        width = theme.metrics(SMALL).horizontalAdvance(words)
        if x + width / 2 < self.width() - 40:
            painter.setPen(theme.color("text2"))
            painter.drawText(QPointF(max(x - width / 2, self._label), AXIS - 6), words)
        today = _("day.today")
        width = theme.metrics(SMALL).horizontalAdvance(today)
        painter.setPen(theme.color("accent"))
        painter.drawText(QPointF(self.width() - width - 1, AXIS - 6), today)

    def _lane(self, painter: QPainter, mark: SectorMark, top: float) -> None:
        painter.setFont(theme.font(SMALL, True))
        painter.setPen(theme.color(mark.sector.value))
        place = QRectF(0, top, self._label - 4, LANE)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(place, flags, sector_word(mark.sector))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(theme.color("line"), 1))
        base = top + LANE - 0.5
        painter.drawLine(QLineF(self._label, base, self.width(), base))
        if mark.state == "not_applicable":
            painter.setFont(theme.font(SMALL))
            painter.setPen(theme.color("text2"))
            painter.drawText(QPointF(self._label + 4, top + LANE - 5), _("mark.not_applicable.short"))
            return
        self._untold(painter, mark, top)
        self._reasons(painter, mark.sector, top)

    def _untold(self, painter: QPainter, mark: SectorMark, top: float) -> None:
        """Hatch from the last day that the sector's data reaches to today."""
        start = self._today - timedelta(days=DAYS)
        since = max(mark.as_of, start) if mark.as_of is not None else start
        left, right = self._x(since), self._x(self._today)
        if right - left >= 3:
            painter.save()
            painter.setBrushOrigin(QPointF(self._label, top))
            painter.fillRect(QRectF(left, top + 2, right - left, LANE - 5), hatch(self.devicePixelRatioF()))
            painter.restore()

    def _reasons(self, painter: QPainter, sector: Sector, top: float) -> None:
        assert self._line is not None
        start = self._today - timedelta(days=DAYS)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        ink, tint = theme.color(sector.value), theme.color(f"{sector.value}_tint")
        for reason in self._line.reasons:
            if reason.sector is not sector or reason.last is None or reason.last < start:
                continue
            right = self._x(min(reason.last, self._today))
            left = self._x(max(reason.first or reason.last, start))
            middle = top + LANE / 2 - 0.5
            if right - left > 14:
                painter.setPen(QPen(ink, 1))
                painter.setBrush(tint)
                painter.drawRect(QRectF(round(left) + 0.5, middle - 3.5, round(right - left), 7))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink)
            painter.drawPath(sector_shape(sector, QRectF(right - 5.5, middle - 5.5, 11, 11)))
