"""Children under each other on one axis of time: the axis once, a strip for each of them.

A strip is walked like the timeline: arrows go from fact to fact, and a screen reader hears them. Which stretch of
time is shown is said from outside, so that all strips move together; by age each one is shifted to the first
child's years.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.services.answers.child import ChildFile
from ui.theme import theme
from ui.timeline.axis import paint_axis, paint_today
from ui.timeline.compact import Piece, lane_strips, paint_lanes
from ui.timeline.lanes import Item, Lanes, Place
from ui.timeline.layout import Mark
from ui.timeline.picture import AXIS, LABELS, Picture, numbers_of
from ui.timeline.pointing import Hit, hit_words
from ui.timeline.rows import lanes_of
from ui.timeline.scale import Scale, fit
from ui.timeline.walking import across, along
from ui.widgets.text import tip_at
from ui.words import _


class AxisBar(QWidget):
    """The axis of time alone, of the child whose page it is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(AXIS)
        self._lanes: Lanes | None = None
        self._scale: Scale | None = None
        self._today = True
        theme.changed.connect(self.update)

    def put(self, lanes: Lanes, scale: Scale, today: bool) -> None:
        """Whose years and ages, which stretch of time, and whether today is one day for all."""
        self._lanes, self._scale, self._today = lanes, scale, today
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("header"))
        if self._lanes is None or self._scale is None:
            return
        scale = fit(self._scale.left, self._scale.right, self.width() - LABELS)
        picture = Picture(self._lanes, scale, (), AXIS)
        paint_axis(painter, picture, self.width())
        if self._today:
            paint_today(painter, picture, self.width())


class SiblingStrip(QWidget):
    """One child's lanes, as far as the scale says. ``panned`` by pixels, ``zoomed`` closer or not at a pixel."""

    selected = Signal(object)
    row_wanted = Signal()
    panned = Signal(float)
    zoomed = Signal(bool, float)

    def __init__(self, file: ChildFile, overdue: bool = False, shift: int = 0) -> None:
        super().__init__()
        self.file, self.shift = file, shift
        self.lanes: Lanes | None = lanes_of(file)
        self.focus_place: Place | None = None
        self._overdue = overdue
        self._numbers = numbers_of(self.lanes, file.reasons)
        self._scale = Scale(0, 1, 1)
        self._still: QPixmap | None = None
        self._pieces: list[Piece] = []
        self._hover: Piece | None = None
        self._drag: QPoint | None = None
        self._dragged = False
        last = lane_strips(self.lanes)[-1]
        self.setFixedHeight(int(last.y + last.height))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(_("timeline.says", name=file.name, n=self.lanes.total))
        theme.changed.connect(self._forget)

    # -------------------------------------------------------------- what is shown

    @property
    def scale(self) -> Scale:
        """The stretch of this child's own days."""
        scale = fit(self._scale.left, self._scale.right, max(self.width() - LABELS, 60))
        return replace(scale, left=scale.left + self.shift)

    def put_scale(self, scale: Scale, shift: int) -> None:
        """Which stretch of time; ``shift`` days later for a younger child that is shown by age."""
        self._scale, self.shift = scale, shift
        self._forget()

    def shown(self) -> int:
        """How many facts lie in the stretch of time."""
        scale = self.scale
        return self.lanes.counted(scale.left, scale.right) if self.lanes else 0

    def lane_item(self, place: Place) -> Item:
        """The item at a place."""
        assert self.lanes is not None
        return self.lanes.item(place)

    def number_of(self, place: Place) -> int:
        """The number of the reason that a place stands for, 0 for none."""
        return self._numbers.get(place, 0)

    def place_rect(self, place: Place) -> QRectF | None:
        """Where a place is drawn; where it is not, a line in its lane at its day; None out of sight."""
        assert self.lanes is not None
        for piece in self._pieces:
            if (piece.lane, piece.row) == (place.lane, place.row) and piece.first <= place.index < piece.last:
                return piece.rect.translated(LABELS, 0)
        item, scale = self.lanes.item(place), self.scale
        if item.end < scale.left or item.start > scale.right:
            return None
        strip = lane_strips(self.lanes)[place.lane]
        return QRectF(LABELS + scale.x(item.start), strip.y + 2, 6, strip.height - 4)

    def hit(self, at: QPointF) -> Hit | None:
        """The mark under a point."""
        piece = self._piece_at(at)
        return self._hit(piece) if piece is not None else None

    def _piece_at(self, at: QPointF) -> Piece | None:
        within = at - QPointF(LABELS, 0)
        return next((one for one in reversed(self._pieces) if at.x() >= LABELS and one.rect.contains(within)), None)

    def _hit(self, piece: Piece) -> Hit:
        item = self.lane_item(piece.place)
        box = piece.last - piece.first if piece.last - piece.first > 1 else 0
        mark = Mark(piece.first, piece.last, item, piece.rect.x(), piece.rect.right(), box)
        return Hit(piece.lane, piece.row, mark, piece.rect.translated(LABELS, 0))

    # -------------------------------------------------------------- painting

    def _forget(self) -> None:
        self._still, self._hover = None, None
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.lanes is None:
            return
        if self._still is None:
            dpr = self.devicePixelRatioF()
            self._still = QPixmap(self.size() * dpr)
            self._still.setDevicePixelRatio(dpr)
            self._still.fill(theme.color("surface"))
            inner = QPainter(self._still)
            self._pieces = paint_lanes(inner, self.lanes, self.scale, self._overdue)
            inner.end()
        painter.drawPixmap(0, 0, self._still)
        if self._hover is not None and self._drag is None:
            painter.setPen(QPen(theme.color("text2"), 1))
            painter.drawRect(self._hover.rect.translated(LABELS, 0).adjusted(-1.5, -1.5, 1.5, 1.5))
        rect = self.place_rect(self.focus_place) if self.focus_place is not None else None
        painter.setPen(QPen(theme.color("focus"), 2 if self.hasFocus() else 1))
        if rect is not None:
            painter.drawRect(rect.adjusted(-2, -2, 2, 2))
        elif self.hasFocus():
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))

    # -------------------------------------------------------------- under hand

    def select(self, place: Place | None) -> None:
        """Put the focus on an item."""
        self.focus_place = place
        self.update()
        self.selected.emit(place)

    def step(self, by: int) -> None:
        """To the next or previous fact of this child."""
        if self.lanes is not None and (place := along(self.lanes, self.focus_place, by)) is not None:
            self.select(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        side = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        lane = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not ctrl and self.focus_place is not None:
            self.row_wanted.emit()
        elif event.modifiers() & Qt.KeyboardModifier.AltModifier or (side is None and lane is None):
            event.ignore()
        elif side is not None and ctrl:
            self.panned.emit(side * self.width() / 4)
        elif side is not None:
            self.step(side)
        elif lane is not None and self.lanes is not None and self.focus_place is not None:
            self.select(across(self.lanes, self.focus_place, lane))
        else:
            self.step(0)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._drag, self._dragged = event.position().toPoint(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        if self._drag is not None:
            moved = self._drag.x() - at.x()
            if self._dragged or abs(moved) > 4:
                self._dragged, self._drag = True, at
                self.panned.emit(float(moved))
            return
        piece = self._piece_at(event.position())
        if piece is not self._hover:
            self._hover = piece
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._drag = None
        piece = self._piece_at(event.position())
        if not self._dragged and piece is not None:
            self.select(piece.place)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        piece = self._piece_at(event.position())
        if piece is not None and piece.last - piece.first == 1:
            self.row_wanted.emit()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = None
        self.update()
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Sideways and with Ctrl it moves in time; else the strips are scrolled, as any list."""
        turn = event.pixelDelta() if not event.pixelDelta().isNull() else event.angleDelta() / 2
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoomed.emit(event.angleDelta().y() > 0, event.position().x() - LABELS)
        elif abs(turn.x()) > abs(turn.y()):
            self.panned.emit(float(-turn.x()))
        else:
            event.ignore()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and self._hover is not None and self.lanes is not None:
            hit = self._hit(self._hover)
            tip_at(self, hit.rect.bottomLeft().toPoint(), hit_words(self.lanes, hit))
            return True
        return super().event(event)

    def focusInEvent(self, event: QEvent) -> None:
        self.update()

    def focusOutEvent(self, event: QEvent) -> None:
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._forget()

    def sizeHint(self) -> QSize:
        return QSize(600, self.height())


def years_apart(one: date | None, other: date | None) -> int | None:
    """By how many days ``other`` was born later; None where one of them is not known."""
    return (other - one).days if one is not None and other is not None else None
