"""The timeline under hand: what mouse, wheel, touch pad and keys do to it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent

from ui.timeline.lanes import Place
from ui.timeline.picture import AXIS, LABELS
from ui.timeline.pointing import Hit, hit_at, hit_words
from ui.timeline.stage import TimelineStage
from ui.timeline.walking import across, along
from ui.widgets.text import tip_at

_KEY_PAN = 0.25  # of the width


class TimelineView(TimelineStage):
    """One child's timeline that is walked, zoomed and dragged."""

    # -------------------------------------------------------------- walking

    def step(self, by: int) -> None:
        """To the next or previous item in time; from nowhere to the last one before today."""
        if self.lanes is not None and (place := along(self.lanes, self.focus_place, by)) is not None:
            self.select(place)

    def step_lane(self, by: int) -> None:
        """To the nearest item in time of the next row that has one."""
        if self.lanes is None or self.focus_place is None:
            self.step(0)
        else:
            self.select(across(self.lanes, self.focus_place, by))

    # -------------------------------------------------------------- mouse

    def hit(self, at: QPointF) -> Hit | None:
        """The mark under a point, with its words counted as part of it."""
        return hit_at(self.picture(), at) if self.lanes is not None else None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._drag, self._dragged = event.position().toPoint(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        if self._drag is not None:
            moved = self._drag - at
            if self._dragged or moved.manhattanLength() > 4:
                self._dragged = True
                self._drag = at
                self.setCursor(Qt.CursorShape.ClosedHandCursor)
                self.pan(moved.x())
                self._scroll_by(moved.y())
            return
        hit = self.hit(event.position())
        if (hit and hit.mark) is not (self._hover and self._hover.mark):
            self._hover = hit
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._drag = None
        self.unsetCursor()
        if self._dragged:
            return
        hit = self.hit(event.position())
        if hit is None:
            return
        if hit.mark.box:
            self.zoom(True, event.position().x() - LABELS)
        self.select(Place(hit.lane, hit.row, hit.mark.first))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """The first click has selected the fact, or opened a box of several."""
        hit = self.hit(event.position())
        if hit is not None and not hit.mark.box and event.button() == Qt.MouseButton.LeftButton:
            self.row_wanted.emit()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = None
        self.update()
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turn = event.pixelDelta() if not event.pixelDelta().isNull() else event.angleDelta() / 2
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom(event.angleDelta().y() > 0, event.position().x() - LABELS)
        elif abs(turn.x()) > abs(turn.y()):
            self.pan(-turn.x())
        elif self._overflows() and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._scroll_by(-turn.y())
        else:
            self.pan(-turn.y())
        event.accept()

    def _overflows(self) -> bool:
        last = self.picture().strips[-1] if self.lanes else None
        return last is not None and last.y + last.height > self.height() - AXIS + 1

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and self._hover is not None:
            tip_at(self, self._hover.rect.bottomLeft().toPoint(), self.hover_words())
            return True
        return super().event(event)

    def hover_words(self) -> str:
        """What the tooltip says: the fact in full, or what is in a box."""
        return hit_words(self.lanes, self._hover) if self._hover is not None and self.lanes is not None else ""

    # -------------------------------------------------------------- keys and size

    def keyPressEvent(self, event: QKeyEvent) -> None:
        ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        key = event.key()
        if alt or not self._moved_by(key, ctrl):
            event.ignore()

    def _moved_by(self, key: int, ctrl: bool) -> bool:
        side = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(key))
        lane = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(key))
        if side is not None and ctrl:
            self.pan(side * self.scale.width * _KEY_PAN)
        elif side is not None:
            self.step(side)
        elif lane is not None and not ctrl:
            self.step_lane(lane)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End) and self.lanes and self.lanes.walk:
            self.select(self.lanes.walk[0 if key == Qt.Key.Key_Home else -1])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not ctrl and self.focus_place is not None:
            self.row_wanted.emit()
        else:
            return False
        return True

    def focusInEvent(self, event: QEvent) -> None:
        self.update()

    def focusOutEvent(self, event: QEvent) -> None:
        self.update()
