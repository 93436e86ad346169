"""One child's lanes in a few lines of pixels, so that several children can stand under each other.

Every fact has its sign here too: spans, bars, shapes, small series, small squares for what is a number elsewhere;
words are left to the tooltip and to whoever walks it. Gives what was drawn where, for mouse and focus.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from ui.theme import theme
from ui.timeline import glyphs, smallseries
from ui.timeline.drawing import CONTACT_ICONS, lane_sentence
from ui.timeline.lanes import Hole, Item, Lane, Lanes, LaneState, Place, Row, RowStyle, Shape
from ui.timeline.layout import Strip, density
from ui.timeline.picture import LABELS, lane_title
from ui.timeline.scale import Scale, Stage, months
from ui.tokens import SECOND, SMALL
from ui.words import _

_EMPTY, _POINTS, _SPAN, _BARS, _PAD = 18, 14, 8, 26, 2
_MOST_LINES = 3
_NEAR = 3.0  # px: glyphs nearer than this stand on one another anyhow


@dataclass(frozen=True)
class Piece:
    """Something drawn: where, and the items ``first`` up to ``last`` that it stands for."""

    rect: QRectF
    lane: int
    row: int
    first: int
    last: int

    @property
    def place(self) -> Place:
        return Place(self.lane, self.row, self.first)


@dataclass(frozen=True)
class _Ground:
    """Where a lane's kinds of signs stand: lines of spans from the top, then points, series, bars at the bottom."""

    strip: Strip
    spans: float
    points: float
    base: float


_BANDS = (RowStyle.SPANS, RowStyle.BARS, RowStyle.SERIES)
"""Rows that have pixels of their own; all others share one line of points."""


def lane_strips(lanes: Lanes) -> tuple[Strip, ...]:
    """The lanes' strips of pixels, one under the other."""
    y, made = 0.0, []
    for number, lane in enumerate(lanes.lanes):
        height = lane_height(lane)
        made.append(Strip(number, y, height, ()))
        y += height
    return tuple(made)


def lane_height(lane: Lane) -> int:
    """As much as its kinds of rows need."""
    if lane.state is not LaneState.ROWS:
        return _EMPTY
    lines = max((min(row.lines, _MOST_LINES) for row in lane.rows if row.style is RowStyle.SPANS), default=0)
    bars = any(row.style is RowStyle.BARS for row in lane.rows)
    points = any(row.style not in _BANDS for row in lane.rows)
    series = sum(row.style is RowStyle.SERIES for row in lane.rows)
    if lane.sector is None:
        return 2 * (_POINTS + 4) + 2 * _PAD
    return max(_EMPTY, 2 * _PAD + lines * _SPAN + points * _POINTS + series * smallseries.HEIGHT + bars * _BARS)


def series_bands(lane: Lane, strip: Strip) -> dict[int, float]:
    """Where each series of a lane begins: row -> pixels from the top of all."""
    lines = max((min(row.lines, _MOST_LINES) for row in lane.rows if row.style is RowStyle.SPANS), default=0)
    points = any(row.style not in _BANDS for row in lane.rows)
    top = strip.y + _PAD + lines * _SPAN + points * _POINTS
    rows = [number for number, row in enumerate(lane.rows) if row.style is RowStyle.SERIES]
    return {number: top + place * smallseries.HEIGHT for place, number in enumerate(rows)}


def paint_lanes(painter: QPainter, lanes: Lanes, scale: Scale, overdue: bool) -> list[Piece]:
    """The lanes with their names; ``scale`` is that of the plot, right of the names. What stands where."""
    drawn: list[Piece] = []
    strips = lane_strips(lanes)
    height = strips[-1].y + strips[-1].height
    painter.save()
    painter.setClipRect(QRectF(LABELS, 0, scale.width, height))
    painter.translate(LABELS, 0)
    _months_and_today(painter, lanes, scale, height)
    brush = glyphs.hatch_brush(painter.device().devicePixelRatioF())
    painter.setBrushOrigin(QPointF(scale.x(lanes.first) % glyphs.HATCH_PITCH, 0))
    for strip in strips:
        lane = lanes.lanes[strip.lane]
        for hole, top, tall in _holes(lane, strip):
            x, x2 = max(scale.x(hole.start), -1), min(scale.x(hole.end + 1), scale.width + 1)
            if x2 > x:
                painter.fillRect(QRectF(round(x), top, round(x2) - round(x), tall), brush)
        painter.setPen(QPen(theme.color("line"), 1))
        painter.drawLine(QLineF(0, strip.y + strip.height - 0.5, scale.width, strip.y + strip.height - 0.5))
        if lane.state is not LaneState.ROWS:
            _sentence(painter, lane, strip)
        elif scale.stage is Stage.DENSITY and lane.sector:
            _density(painter, lane, strip, scale)
        else:
            drawn += _rows(painter, lanes, strip, scale, overdue)
    painter.setPen(QPen(theme.color("accent"), 1.6))
    today = scale.x(lanes.today + 1)
    painter.drawLine(QLineF(today, 0, today, height))
    painter.restore()
    for strip in strips:
        _name(painter, lanes.lanes[strip.lane], strip, scale)
    return drawn


def _holes(lane: Lane, strip: Strip) -> list[tuple[Hole, float, float]]:
    """(hole, y, height): where nobody says anything the whole lane; where only months are missing, their counts."""
    found = [(hole, strip.y, strip.height - 1) for hole in lane.holes]
    base = strip.y + strip.height - _PAD
    counts = [row.holes for row in lane.rows if row.style is RowStyle.BARS]
    return found + [(hole, base - _BARS, _BARS) for holes in counts for hole in holes if hole not in lane.holes]


def _months_and_today(painter: QPainter, lanes: Lanes, scale: Scale, height: float) -> None:
    today = scale.x(lanes.today + 1)
    if today < scale.width:
        painter.fillRect(QRectF(max(today, 0), 0, scale.width, height), theme.color("alt"))
    for month in months(scale):
        if month.month != 4 and (month.month % 3 != 1 or scale.per_month < 3):
            continue
        x = round(scale.x(month.toordinal())) + 0.5
        painter.setPen(QPen(theme.color("line2" if month.month == 4 else "line"), 1))
        painter.drawLine(QLineF(x, 0, x, height))


def _name(painter: QPainter, lane: Lane, strip: Strip, scale: Scale) -> None:
    painter.fillRect(QRectF(0, strip.y, LABELS - 1, strip.height - 1), theme.color(f"{lane.key}_tint"))
    painter.fillRect(QRectF(0, strip.y, 4, strip.height - 1), theme.color(lane.key))
    y = strip.y + min(strip.height / 2, 12)
    if lane.sector is None:
        glyphs.icon_sign(painter, "hand-heart-outline", 18, y, lane.key)
    else:
        glyphs.sector_glyph(painter, lane.key, 18, y, 11)
    glyphs.words(painter, lane_title(lane), 29, y, lane.key, SECOND, bold=True)
    if lane.state is LaneState.ROWS and scale.stage is not Stage.DENSITY:
        for number, top in series_bands(lane, strip).items():
            words = _(f"timeline.row.{lane.rows[number].key}")
            cut = theme.metrics(SMALL).elidedText(words, Qt.TextElideMode.ElideRight, LABELS - 34)
            middle = max(top + smallseries.HEIGHT - 9, strip.y + 27)
            glyphs.words(painter, cut, 29, middle, "text2")


def _sentence(painter: QPainter, lane: Lane, strip: Strip) -> None:
    text = lane_sentence(lane)
    width = theme.metrics(SMALL).horizontalAdvance(text) + 10
    painter.fillRect(QRectF(2, strip.y + 1, width, strip.height - 3), theme.color("surface"))
    glyphs.words(painter, text, 7, strip.y + strip.height / 2, "text2")


def _density(painter: QPainter, lane: Lane, strip: Strip, scale: Scale) -> None:
    bars = density(lane, scale)
    most = max((count for _x, _w, count in bars), default=1)
    for x, width, count in bars:
        tall = max(2, round((strip.height - 6) * count / most))
        at = QRectF(round(x), round(strip.y + strip.height - 2 - tall), max(round(width) - 1, 1), tall)
        painter.fillRect(at, theme.color(lane.key))


_Draw = Callable[[QPainter, Lanes, Lane, Row, Item, _Ground, Scale, bool], QRectF | None]


def _rows(painter: QPainter, lanes: Lanes, strip: Strip, scale: Scale, overdue: bool) -> list[Piece]:
    lane = lanes.lanes[strip.lane]
    lines = max((min(row.lines, _MOST_LINES) for row in lane.rows if row.style is RowStyle.SPANS), default=0)
    spans = strip.y + _PAD
    ground = _Ground(strip, spans, spans + lines * _SPAN + _POINTS / 2, strip.y + strip.height - _PAD)
    drawn, bands = [], series_bands(lane, strip)
    for number, row in enumerate(lane.rows):
        if number in bands:
            points = smallseries.paint_series(painter, lane, row, bands[number], scale)
            drawn += [Piece(rect, strip.lane, number, at, at + 1) for at, rect in points]
            continue
        draw = _DRAW[row.style]
        visible = row.between(scale.left, scale.right)
        at = visible.start
        while at < visible.stop:
            last = at + 1
            if row.style not in (RowStyle.SPANS, RowStyle.BARS):  # bars and spans show their own width
                x = scale.x(row.starts[at])
                while last < visible.stop and scale.x(row.starts[last]) - x < _NEAR:
                    last += 1
            rect = draw(painter, lanes, lane, row, row.items[at], ground, scale, overdue)
            if rect is not None:
                drawn.append(Piece(rect, strip.lane, number, at, last))
            at = last
    return drawn


def _span(
    painter: QPainter, _lanes: Lanes, lane: Lane, _row: Row, item: Item, ground: _Ground, scale: Scale, _late: bool
) -> QRectF | None:
    x, x2 = max(scale.x(item.start), -2), min(scale.x(item.end + 1), scale.width + 2)
    if x2 < x:
        return None
    y = ground.spans + min(item.line, _MOST_LINES - 1) * _SPAN
    rect = QRectF(round(x) + 0.5, round(y) + 0.5, max(round(x2 - x) - 1, 2), _SPAN - 3)
    painter.setPen(QPen(theme.color("caution" if item.uncertain else lane.key), 1))
    painter.setBrush(theme.color(f"{lane.key}_tint"))
    painter.drawRect(rect)
    return rect


def _bar(
    painter: QPainter, _lanes: Lanes, lane: Lane, row: Row, item: Item, ground: _Ground, scale: Scale, _late: bool
) -> QRectF | None:
    x, x2 = scale.x(item.start), scale.x(item.end + 1)
    middle, width = (x + x2) / 2, max(round((x2 - x) * 0.6), 2)
    whole = QRectF(round(middle - width / 2) - 1, ground.base - _BARS, width + 2, _BARS)
    if item.shape is Shape.NOTHING:
        painter.setPen(QPen(theme.color("text3"), 1))
        painter.drawLine(QLineF(middle - 3, ground.base - 3.5, middle + 3, ground.base - 3.5))
    elif item.value is None:
        glyphs.centred(painter, "?", middle, ground.base - 7, "text2")
    elif item.value:
        tall = max(round((_BARS - 13) * item.value / max(row.top, 5)), 2)
        painter.fillRect(QRectF(round(middle - width / 2), ground.base - tall, width, tall), theme.color(lane.key))
        if x2 - x >= 12:
            glyphs.centred(painter, f"{item.value:g}", middle, ground.base - tall - 6, "text")
    return whole


def _point(
    painter: QPainter, lanes: Lanes, lane: Lane, _row: Row, item: Item, ground: _Ground, scale: Scale, _late: bool
) -> QRectF | None:
    x = scale.x(item.start + 0.5)
    glyphs.sector_glyph(painter, lane.key, x, ground.points, 10, item.uncertain, item.start > lanes.today)
    return QRectF(x - 6, ground.points - 6, 12, 12)


def _square(
    painter: QPainter, _lanes: Lanes, lane: Lane, _row: Row, item: Item, ground: _Ground, scale: Scale, _late: bool
) -> QRectF | None:
    """A number of a month: that there is one."""
    x = (scale.x(item.start) + scale.x(item.end + 1)) / 2
    painter.fillRect(QRectF(round(x) - 2, round(ground.points) - 2, 4, 4), theme.color(lane.key))
    return QRectF(x - 5, ground.points - 6, 10, 12)


def _decision(
    painter: QPainter, _lanes: Lanes, lane: Lane, _row: Row, item: Item, ground: _Ground, scale: Scale, late: bool
) -> QRectF | None:
    x, y = scale.x(item.start + 0.5), ground.strip.y + _PAD + 9
    if item.shape is Shape.PLANNED:
        glyphs.hollow_square(painter, x, y, "caution" if late else "text2")
    else:
        glyphs.icon_sign(painter, "flag-outline", x, y, lane.key)
    return QRectF(x - 8, y - 8, 16, 16)


def _contact(
    painter: QPainter, _lanes: Lanes, lane: Lane, _row: Row, item: Item, ground: _Ground, scale: Scale, _late: bool
) -> QRectF | None:
    if item.contact is None:
        return None
    x, y = scale.x(item.start + 0.5), ground.strip.y + _PAD + 9 + _POINTS + 4
    icon = "eye-outline" if item.seen else CONTACT_ICONS.get(item.contact.kind, "phone-outline")
    if item.seen:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("outreach_tint"))
        painter.drawEllipse(QPointF(x, y), 9, 9)
    glyphs.icon_sign(painter, icon, x, y, lane.key)
    return QRectF(x - 8, y - 8, 16, 16)


_DRAW: dict[RowStyle, _Draw] = {
    RowStyle.SPANS: _span,
    RowStyle.BARS: _bar,
    RowStyle.POINTS: _point,
    RowStyle.NUMBERS: _square,
    RowStyle.DECISIONS: _decision,
    RowStyle.CONTACTS: _contact,
}
