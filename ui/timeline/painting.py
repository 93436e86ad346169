"""Draws the still picture: ground, lane names, holes; the rows and the axis through their painters.

What follows the mouse or the keyboard is drawn by the view on top.
"""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from ui.theme import theme
from ui.timeline import glyphs
from ui.timeline.axis import paint_axis, paint_today
from ui.timeline.drawing import rows_above, rows_below
from ui.timeline.lanes import Lane, Row
from ui.timeline.layout import Strip, holes_of
from ui.timeline.picture import AXIS, LABELS, Picture
from ui.timeline.scale import months
from ui.tokens import BODY, SMALL
from ui.words import _, sector_word

_NAMELESS = frozenset({"moves", "care", "aid"})  # rows whose items say themselves what they are


def paint(painter: QPainter, picture: Picture, width: float) -> None:
    """The whole still picture, ``width`` including the column of names."""
    plot = QRectF(LABELS, AXIS, width - LABELS, picture.height - AXIS)
    painter.fillRect(QRectF(0, 0, width, picture.height), theme.color("surface"))
    painter.save()
    painter.setClipRect(plot)
    painter.translate(LABELS, AXIS - picture.scroll)
    _ground(painter, picture)
    rows_below(painter, picture)
    _holes(painter, picture)
    _today(painter, picture)
    rows_above(painter, picture)
    painter.restore()
    _names(painter, picture)
    paint_axis(painter, picture, width)
    paint_today(painter, picture, width)


def _ground(painter: QPainter, picture: Picture) -> None:
    scale, bottom = picture.scale, _bottom(picture)
    today = scale.x(picture.lanes.today + 1)
    if today < scale.width:
        painter.fillRect(QRectF(max(today, 0), 0, scale.width, bottom), theme.color("alt"))
    line, strong = QPen(theme.color("line"), 1), QPen(theme.color("line2"), 1)
    for month in months(scale):
        x = round(scale.x(month.toordinal())) + 0.5
        if month.month == 4:
            painter.setPen(strong)
        elif (month.month % 3 == 1 and scale.per_month >= 3) or scale.per_month > 60:
            painter.setPen(line)
        else:
            continue
        painter.drawLine(QLineF(x, 0, x, bottom))
    painter.setPen(line)
    for strip in picture.strips:
        y = strip.y + strip.height - 0.5
        painter.drawLine(QLineF(0, y, scale.width, y))


def _today(painter: QPainter, picture: Picture) -> None:
    x = picture.scale.x(picture.lanes.today + 1)
    painter.setPen(QPen(theme.color("accent"), 1.6))
    painter.drawLine(QLineF(x, 0, x, _bottom(picture)))


def _bottom(picture: Picture) -> float:
    last = picture.strips[-1]
    return max(last.y + last.height, picture.height)


def _holes(painter: QPainter, picture: Picture) -> None:
    scale = picture.scale
    device = painter.device()
    brush = glyphs.hatch_brush(device.devicePixelRatioF() if device else 1.0)
    painter.setPen(Qt.PenStyle.NoPen)
    # Strokes are fixed to a day, so that they travel with the ground while panning.
    painter.setBrushOrigin(QPointF(scale.x(picture.lanes.first) % glyphs.HATCH_PITCH, 0))
    for strip in picture.strips:
        lane = picture.lanes.lanes[strip.lane]
        for first, last, y, height in holes_of(lane, strip):
            x, x2 = max(scale.x(first), -1), min(scale.x(last + 1), scale.width + 1)
            if x2 <= x:
                continue
            rect = QRectF(round(x), y, round(x2) - round(x), height - 1)
            painter.fillRect(rect, brush)
            _hole_words(painter, rect)


def _hole_words(painter: QPainter, rect: QRectF) -> None:
    if rect.width() < 60 or rect.height() < 16:
        return
    text = _("timeline.hole")
    if theme.metrics(SMALL).horizontalAdvance(text) + 12 > rect.width():
        text = _("timeline.hole.short")
    width = theme.metrics(SMALL).horizontalAdvance(text) + 10
    if width > rect.width():
        return
    middle = rect.center()
    painter.fillRect(QRectF(middle.x() - width / 2, middle.y() - 9, width, 18), theme.color("surface"))
    glyphs.centred(painter, text, middle.x(), middle.y(), "text2")


# ------------------------------------------------------------------ names


def _names(painter: QPainter, picture: Picture) -> None:
    painter.save()
    painter.setClipRect(QRectF(0, AXIS, LABELS, picture.height - AXIS))
    painter.translate(0, AXIS - picture.scroll)
    for strip in picture.strips:
        _lane_name(painter, picture.lanes.lanes[strip.lane], strip)
    painter.restore()
    painter.setPen(QPen(theme.color("line2"), 1))
    painter.drawLine(QLineF(LABELS - 0.5, 0, LABELS - 0.5, picture.height))


def _lane_name(painter: QPainter, lane: Lane, strip: Strip) -> None:
    key = lane.key
    painter.fillRect(QRectF(0, strip.y, LABELS, strip.height - 1), theme.color(f"{key}_tint"))
    painter.fillRect(QRectF(0, strip.y, 4, strip.height - 1), theme.color(key))
    y = strip.y + (14 if strip.height > 30 else strip.height / 2)
    if lane.sector is None:
        glyphs.icon_sign(painter, "hand-heart-outline", 18, y, key)
        name = _("lane.outreach")
    else:
        glyphs.sector_glyph(painter, key, 18, y, 12)
        name = sector_word(lane.sector)
    glyphs.words(painter, name, 29, y, key, BODY, bold=True)
    below = y + 9
    if lane.as_of is not None:
        below = _as_of(painter, lane, strip, name, y)
    if lane.withheld and below + 16 <= strip.y + strip.height:
        below = _withheld(painter, lane, below)
    if strip.bands:
        _row_names(painter, lane, strip, below)


def _as_of(painter: QPainter, lane: Lane, strip: Strip, name: str, y: float) -> float:
    """How far the lane's data reaches: beside its name, else below it; gives where it ends."""
    text = _("lane.as_of", day=date.fromordinal(lane.as_of or 1))
    left = 29 + theme.metrics(BODY, True).horizontalAdvance(name) + 5
    if left + theme.metrics(SMALL).horizontalAdvance(text) <= LABELS - 4:
        glyphs.words(painter, text, left, y, "text2")
        return y + 9
    unnamed = not strip.bands or not _row_name(lane.rows[0]) or strip.bands[0].height >= 60
    if strip.height < 44 or not unnamed:
        return y + 9
    glyphs.words(painter, text, 29, y + 17, "text2")
    return y + 26


def _withheld(painter: QPainter, lane: Lane, above: float) -> float:
    """That some of the lane's items are not used; gives where the line ends."""
    y = above + 8
    glyphs.icon_sign(painter, "eye-off-outline", 18, y, "text2")
    words = _("lane.withheld", n=len(lane.withheld))
    words = theme.metrics(SMALL).elidedText(words, Qt.TextElideMode.ElideRight, LABELS - 32)
    glyphs.words(painter, words, 29, y, "text2")
    return y + 9


def _row_names(painter: QPainter, lane: Lane, strip: Strip, below: float) -> None:
    metrics = theme.metrics(SMALL)
    free = below
    for band in strip.bands:
        text = _row_name(lane.rows[band.row])
        y = max(band.y + band.height / 2, free + 8)
        if not text or y + 7 > band.y + band.height + 8:
            continue
        for line in text.split("\n"):
            line = metrics.elidedText(line, Qt.TextElideMode.ElideRight, LABELS - 32)
            glyphs.words(painter, line, 29, y, "text2")
            y += 14
            if y + 4 > band.y + band.height:
                break
        free = y - 6


def _row_name(row: Row) -> str:
    if row.key in _NAMELESS:
        return ""
    name = _(f"timeline.row.{row.key}")
    if row.curve is not None:
        name += "\n" + _("timeline.row.curve")
    return name
