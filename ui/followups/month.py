"""A month with the number of follow-ups on each day; a day that is chosen narrows the list to it.

Arrows move from day to day, Page Up and Down from month to month, Enter or Space chooses; days on which
the office is closed stand on another ground and say why.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.child.choices import closed_words
from ui.theme import theme
from ui.tokens import BODY, SMALL
from ui.widgets.ground import draw_box
from ui.words import _, day_long, month_long, weekday

_HEAD, _ROW = 24, 40
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -7, Qt.Key.Key_Down: 7}


class MonthGrid(QWidget):
    """``chosen`` carries a day, or None when no day narrows any more; ``turned`` says that another month shows."""

    chosen = Signal(object)
    turned = Signal()

    def __init__(self, today: date) -> None:
        super().__init__()
        self._today = self.day = today
        self.picked: date | None = None
        self._counts: Mapping[date, int] = {}
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_HEAD + 6 * _ROW)
        self._tell()
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(280, _HEAD + 6 * _ROW)

    def put(self, counts: Mapping[date, int]) -> None:
        """How many there are on each day."""
        self._counts = counts
        self._tell()
        self.update()

    def title(self) -> str:
        """The month in sight."""
        return month_long(self.day)

    def move(self, day: date) -> None:  # type: ignore[override]
        """Stand on this day."""
        before, self.day = self.day, day
        if (before.year, before.month) != (day.year, day.month):
            self.turned.emit()
        self._tell()
        self.update()

    def turn(self, months: int) -> None:
        """To another month, on the same day of it where it has one."""
        index = self.day.year * 12 + self.day.month - 1 + months
        year, month = index // 12, index % 12 + 1
        self.move(date(year, month, min(self.day.day, monthrange(year, month)[1])))

    def pick(self, day: date | None) -> None:
        """Narrow to a day, or no longer; the same day again lets go."""
        self.picked = None if day == self.picked else day
        self.chosen.emit(self.picked)
        self._tell()
        self.update()

    def _first(self) -> date:
        first = self.day.replace(day=1)
        return first - timedelta(days=first.weekday())

    def _box(self, place: int) -> QRectF:
        width = self.width() / 7
        return QRectF(place % 7 * width, _HEAD + place // 7 * _ROW, width, _ROW)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _STEPS:
            self.move(self.day + timedelta(days=_STEPS[key]))
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self.turn(1 if key == Qt.Key.Key_PageDown else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.pick(self.day)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if at.y() >= _HEAD and self.width():
            place = int((at.y() - _HEAD) // _ROW) * 7 + min(6, int(at.x() / (self.width() / 7)))
            self.move(self._first() + timedelta(days=place))
            self.pick(self.day)

    def _tell(self) -> None:
        parts = [day_long(self.day), _("month.count", n=self._counts.get(self.day, 0)), closed_words(self.day)]
        if self.day == self.picked:
            parts.append(_("month.picked"))
        self.setAccessibleName(_("list.join").join(part for part in parts if part))
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.NameChanged))

    def focusInEvent(self, event: object) -> None:
        self.update()
        super().focusInEvent(event)  # type: ignore[arg-type]

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(theme.font(SMALL))
        painter.setPen(theme.color("text2"))
        monday = self._first()
        for column in range(7):
            box = QRectF(column * self.width() / 7, 0, self.width() / 7, _HEAD)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, weekday(monday + timedelta(days=column)))
        for place in range(42):
            self._paint_day(painter, self._box(place).adjusted(1, 1, -1, -1), monday + timedelta(days=place))

    def _paint_day(self, painter: QPainter, box: QRectF, day: date) -> None:
        inside, number = day.month == self.day.month, self._counts.get(day, 0)
        ground = "sel" if day == self.picked else "alt" if closed_words(day) else "surface"
        edge = "accent" if day == self._today else "line"
        draw_box(painter, box, ground, edge, 3, 2 if day == self._today else 1)
        painter.setFont(theme.font(SMALL, day == self._today))
        painter.setPen(theme.color("text" if inside else "text2" if day == self.picked else "text3"))
        painter.drawText(
            box.adjusted(5, 2, -3, 0), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, str(day.day)
        )
        if number:
            ink = "caution" if day < self._today else "accent"
            painter.setFont(theme.font(BODY, True))
            painter.setPen(theme.color(ink))
            painter.drawText(
                box.adjusted(0, 0, -5, -1), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom, str(number)
            )
        if self.hasFocus() and day == self.day:
            draw_box(painter, box, None, "focus", 3, 2)
