"""The timeline as it stands: whose, which stretch of time, what is lit, what has the focus; and its picture.

The still picture is painted once into a pixmap at the screen's density and kept until something
in it changes; hover and focus are drawn on top. The view knows no service: it says what was
selected and what somebody wants to see, and the page does the rest.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.domain.priority import Reason
from app.services.answers.child import ChildFile
from ui.theme import theme
from ui.timeline.lanes import Item, Lanes, Place
from ui.timeline.layout import strips, tally
from ui.timeline.painting import paint
from ui.timeline.picture import AXIS, LABELS, Picture, lit_of, numbers_of
from ui.timeline.pointing import Hit, rect_of_place
from ui.timeline.rows import lanes_of
from ui.timeline.scale import (
    Bounds,
    Preset,
    Scale,
    clamped,
    panned,
    preset_scale,
    showing,
    widened,
    zoomed,
)
from ui.words import _

_ZOOM_STEP = 1.4


class TimelineStage(QWidget):
    """One child's timeline. ``show_file`` first; nothing is painted before that."""

    selected = Signal(object)
    """The place that has the focus now, or None."""
    tallied = Signal(object)
    """A ``Tally``: how many facts are shown, bundled, out of sight."""
    row_wanted = Signal()
    """Somebody wants to see the row that the focused fact came in."""
    scaled = Signal(object, object)
    """The scale and its preset (None when it is nobody's)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(360, AXIS + 160)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.lanes: Lanes | None = None
        self.scale = Scale(0, 1, 1)
        self.focus_place: Place | None = None
        self.preset: Preset | None = Preset.THREE_YEARS
        self._bounds = Bounds(0, 0, 1)
        self._reach_back: int | None = None
        self._reasons: tuple[Reason, ...] = ()
        self._reason: Reason | None = None
        self._overdue = False
        self._numbers: dict[Place, int] = {}
        self._picture: Picture | None = None
        self._still: QPixmap | None = None
        self._hover: Hit | None = None
        self._drag: QPoint | None = None
        self._dragged = False
        self._scroll = 0.0
        self._folded: frozenset[int] = frozenset()
        self._measured: dict[str, float] = {}
        self._said: dict[Item, str] = {}
        theme.changed.connect(self._forget)

    # -------------------------------------------------------------- what is shown

    def show_file(self, file: ChildFile, overdue: bool = False, keep: bool = False) -> None:
        """Show a child; ``keep`` leaves zoom and place as they are (the same child, again)."""
        before = self.lanes.item(self.focus_place) if self.lanes and self.focus_place else None
        self.lanes = lanes_of(file)
        self._reasons, self._reason = file.reasons, None
        self._overdue = overdue
        self._numbers = numbers_of(self.lanes, file.reasons)
        self._reach_back = None
        self._bound()
        self._said.clear()
        self._hover = None
        self.focus_place = self._again(before) if keep else None
        self.setAccessibleName(_("timeline.says", name=file.name, n=self.lanes.total))
        if not keep:
            self._scroll = 0.0
            self.preset = Preset.THREE_YEARS
        if self.preset is not None:
            self.scale = preset_scale(self.preset, self._bounds, self._plot_width())
        self._fold()
        self._changed()

    def _again(self, item: Item | None) -> Place | None:
        """The place of the same fact in the lanes made anew."""
        if item is None or not item.facts or self.lanes is None:
            return None
        places = self.lanes.fact_places.get(item.facts[0].fact.id)
        return places[0] if places else None

    def light(self, reason: Reason | None) -> Place | None:
        """Mark the facts of a reason; gives the newest of them."""
        self._reason = reason
        self._forget()
        if reason is None or self.lanes is None:
            return None
        places = lit_of(self.lanes, reason)
        return max(places, key=lambda place: self.lane_item(place).start, default=None)

    def lane_item(self, place: Place) -> Item:
        """The item at a place of the lanes in force."""
        assert self.lanes is not None
        return self.lanes.item(place)

    def number_of(self, place: Place) -> int:
        """The number of the reason that a place stands for, 0 for none."""
        return self._numbers.get(place, 0)

    # -------------------------------------------------------------- time

    def _bound(self) -> None:
        assert self.lanes is not None
        first = self.lanes.first if self._reach_back is None else min(self.lanes.first, self._reach_back)
        self._bounds = Bounds(first, self.lanes.today, self.lanes.last)

    def reach_back(self, first: int | None) -> None:
        """Let the time reach as far back as this day, for somebody who is older; None takes it back."""
        self._reach_back = first
        if self.lanes is not None:
            self._bound()
            if self.preset is not None:
                self.choose(self.preset)

    @property
    def bounds(self) -> Bounds:
        """The days that can be reached."""
        return self._bounds

    def choose(self, preset: Preset) -> None:
        """Show the stretch of a preset button."""
        self._to(preset_scale(preset, self._bounds, self._plot_width()), preset)

    def zoom(self, closer: bool, at: float | None = None) -> None:
        """One step closer or farther, round ``at`` (px in the plot), the focus, or the middle."""
        if at is None:
            at = self.scale.width / 2
            if self.focus_place is not None:
                x = self.scale.x(self.lane_item(self.focus_place).start)
                at = x if 0 <= x <= self.scale.width else at
        factor = _ZOOM_STEP if closer else 1 / _ZOOM_STEP
        self._to(zoomed(self.scale, factor, at, self._bounds))

    def pan(self, pixels: float) -> None:
        """Move in time by pixels, later for positive ones."""
        self._to(panned(self.scale, pixels, self._bounds))

    def show_from(self, day: float) -> None:
        """Put a day at the left edge (the overview's window was dragged)."""
        self._to(clamped(Scale(day, self.scale.per_day, self.scale.width), self._bounds))

    def _to(self, scale: Scale, preset: Preset | None = None) -> None:
        if scale == self.scale and preset == self.preset:
            return
        resized = scale.per_day != self.scale.per_day or preset is not None
        self.scale = scale
        if resized:
            self.preset = preset
            self._fold()
        self._changed()

    def _fold(self) -> None:
        """Fold lanes that ended before the view. Not while panning: nothing moves under the hand."""
        assert self.lanes is not None
        self._folded = frozenset(
            number
            for number, lane in enumerate(self.lanes.lanes)
            if lane.ended is not None and lane.ended < self.scale.left
        )

    def _plot_width(self) -> float:
        return float(max(self.width() - LABELS, 60))

    # -------------------------------------------------------------- in sight

    def select(self, place: Place | None) -> None:
        """Put the focus on an item and bring it into sight."""
        self.focus_place = place
        if place is not None:
            item = self.lane_item(place)
            self._to(showing(self.scale, item.start, item.end + 1, self._bounds))
            self._scroll_to(place)
        self.update()
        self.selected.emit(place)

    def _scroll_to(self, place: Place) -> None:
        if self._picture is None:
            return
        strip = self._picture.strips[place.lane]
        band = next((band for band in strip.bands if band.row == place.row), strip)
        room = self.height() - AXIS
        if band.y < self._scroll:
            self._scroll_by(band.y - self._scroll)
        elif band.y + band.height > self._scroll + room:
            self._scroll_by(band.y + band.height - self._scroll - room)

    def _scroll_by(self, pixels: float) -> None:
        if self._picture is None:
            return
        last = self._picture.strips[-1]
        most = max(0.0, last.y + last.height - (self.height() - AXIS))
        scroll = min(max(self._scroll + pixels, 0.0), most)
        if scroll != self._scroll:
            self._scroll = scroll
            self._forget()

    # -------------------------------------------------------------- painting

    def _changed(self) -> None:
        self._forget()
        self.scaled.emit(self.scale, self.preset)
        if self.lanes is not None and self.isVisible():
            picture = self.picture()
            self.tallied.emit(tally(self.lanes, self.scale, picture.bundled))

    def _forget(self) -> None:
        self._still = None
        self._picture = None
        self.update()

    def picture(self) -> Picture:
        """Everything that the present frame shows, worked out once."""
        assert self.lanes is not None
        if self._picture is None:
            picture = Picture(
                self.lanes,
                self.scale,
                strips(self.lanes, self.height() - AXIS, self._folded),
                self.height(),
                self._scroll,
                self._numbers,
                lit_of(self.lanes, self._reason),
                self._overdue,
            )
            picture.work_out(self._measured, self._said)
            self._picture = picture
        return self._picture

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.lanes is None:
            painter.fillRect(self.rect(), theme.color("surface"))
            return
        painter.drawPixmap(0, 0, self._still_picture())
        self._paint_overlay(painter)

    def _still_picture(self) -> QPixmap:
        if self._still is None:
            dpr = self.devicePixelRatioF()
            still = QPixmap(self.size() * dpr)
            still.setDevicePixelRatio(dpr)
            painter = QPainter(still)
            paint(painter, self.picture(), self.width())
            painter.end()
            self._still = still
        return self._still

    def _paint_overlay(self, painter: QPainter) -> None:
        painter.setClipRect(QRect(LABELS, AXIS, self.width() - LABELS, self.height() - AXIS))
        if self._hover is not None and self._drag is None:
            painter.setPen(QPen(theme.color("text2"), 1))
            painter.drawRect(self._hover.rect.adjusted(0.5, 0.5, -0.5, -0.5))
        rect = self.place_rect(self.focus_place) if self.focus_place else None
        if rect is not None:
            painter.setPen(QPen(theme.color("focus"), 2 if self.hasFocus() else 1))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.drawRoundedRect(rect.adjusted(-2, -2, 2, 2), 3, 3)
        if self.hasFocus() and rect is None:
            painter.setClipping(False)
            painter.setPen(QPen(theme.color("focus"), 2))
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))

    def place_rect(self, place: Place) -> QRectF | None:
        """Where a place is drawn, in pixels of the widget; None when it is out of sight."""
        return rect_of_place(self.picture(), place)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.lanes is None:
            return
        width = self._plot_width()
        if self.preset is not None:
            self.scale = preset_scale(self.preset, self._bounds, width)
        else:
            self.scale = widened(self.scale, width, self._bounds)
        self._changed()
        self._scroll_by(0)

    def showEvent(self, event: QEvent) -> None:
        if self.lanes is not None:
            self._changed()

    def sizeHint(self) -> QSize:
        return QSize(980, AXIS + 484)
