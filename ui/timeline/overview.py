"""The whole life in one strip below the timeline: how much is known when, and what is in sight.

The frame is what the timeline shows; it can be dragged, and a click puts it there.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import date

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ui.theme import theme
from ui.timeline import glyphs
from ui.timeline.lanes import Hole, Lanes
from ui.timeline.picture import LABELS
from ui.timeline.reach import shared_holes
from ui.timeline.scale import Bounds, Scale, birthdays, fit, months
from ui.tokens import SMALL
from ui.words import _

HEIGHT = 44


class Overview(QWidget):
    """A strip of ``HEIGHT`` px. ``show_lanes`` and ``show_frame`` say what is drawn."""

    moved = Signal(float)
    """The first day that the timeline should show (a float ordinal)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEIGHT)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(_("overview.says"))
        self._lanes: Lanes | None = None
        self._starts: list[int] = []
        self._holes: tuple[Hole, ...] = ()
        self._bounds = Bounds(0, 0, 1)
        self._frame: Scale | None = None
        self._grip: float | None = None
        theme.changed.connect(self.update)

    def show_lanes(self, lanes: Lanes, bounds: Bounds) -> None:
        """Another child, or the same one with something new."""
        self._lanes, self._bounds = lanes, bounds
        self._starts = sorted(start for lane in lanes.lanes if lane.sector for start in lane.starts)
        self._holes = shared_holes(lanes)
        self.update()

    def show_frame(self, scale: Scale) -> None:
        """What the timeline shows now."""
        self._frame = scale
        self.update()

    def _scale(self) -> Scale:
        return fit(self._bounds.first, self._bounds.last, self.width() - LABELS - 2)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("surface"))
        painter.setPen(QPen(theme.color("line2"), 1))
        painter.drawLine(0, 0, self.width(), 0)
        glyphs.words(painter, _("overview.all"), 8, 14, "text2")
        if self._lanes is None:
            return
        scale = self._scale()
        first, last = self._ages(scale)
        if first is not None:
            glyphs.words(painter, _("overview.ages", first=first, last=last), 8, 31, "text2")
        painter.translate(LABELS, 0)
        self._paint_holes(painter, scale)
        self._paint_bars(painter, scale)
        self._paint_ages(painter, scale)
        self._paint_frame(painter, scale)

    def _ages(self, scale: Scale) -> tuple[int | None, int | None]:
        if self._lanes is None or self._lanes.birth is None:
            return None, None
        ages = [a for d, a in birthdays(date.fromordinal(self._lanes.birth), scale) if d <= self._lanes.today]
        return (ages[0], ages[-1]) if ages else (None, None)

    def _paint_holes(self, painter: QPainter, scale: Scale) -> None:
        brush = glyphs.hatch_brush(self.devicePixelRatioF())
        for hole in self._holes:
            left, right = scale.x(hole.start), scale.x(hole.end + 1)
            painter.fillRect(QRectF(round(left), 3, max(round(right - left), 2), 24), brush)

    def _paint_bars(self, painter: QPainter, scale: Scale) -> None:
        step = max(1, round(6 / max(scale.per_month, 0.1)))
        ticks = [month.toordinal() for month in months(scale)][::step]
        counts = [
            bisect_left(self._starts, after) - bisect_left(self._starts, day)
            for day, after in zip(ticks, [*ticks[1:], self._bounds.last + 1], strict=True)
        ]
        most = max(max(counts, default=1), 4)
        for day, count in zip(ticks, counts, strict=True):
            if count:
                height = max(2, round(22 * (count / most) ** 0.5))  # few must be seen beside many
                width = max(round(step * scale.per_month) - 2, 1)
                painter.fillRect(QRectF(round(scale.x(day)), 27 - height, width, height), theme.color("line2"))
        painter.setPen(QPen(theme.color("line2"), 1))
        painter.drawLine(QPointF(0, 27.5), QPointF(scale.width, 27.5))

    def _paint_ages(self, painter: QPainter, scale: Scale) -> None:
        if self._lanes is None or self._lanes.birth is None:
            return
        for day, age in birthdays(date.fromordinal(self._lanes.birth), scale):
            x = scale.x(day)
            painter.setPen(QPen(theme.color("line2"), 1))
            painter.drawLine(QPointF(round(x) + 0.5, 28), QPointF(round(x) + 0.5, 31))
            glyphs.centred(painter, str(age), max(x, 4), 37, "text2", SMALL)

    def _paint_frame(self, painter: QPainter, scale: Scale) -> None:
        if self._frame is None:
            return
        left, right = scale.x(self._frame.left), scale.x(self._frame.right)
        painter.setPen(QPen(theme.color("accent"), 2))
        painter.drawRect(QRectF(round(left) + 1, 2, max(round(right - left) - 2, 6), self.height() - 4))

    # -------------------------------------------------------------- mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._frame is None or event.button() != Qt.MouseButton.LeftButton:
            return
        scale = self._scale()
        day = scale.day(event.position().x() - LABELS)
        inside = self._frame.left <= day <= self._frame.right
        self._grip = day - self._frame.left if inside else (self._frame.right - self._frame.left) / 2
        if not inside:
            self.moved.emit(day - self._grip)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None:
            self.moved.emit(self._scale().day(event.position().x() - LABELS) - self._grip)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._grip = None
