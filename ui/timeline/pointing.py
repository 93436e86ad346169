"""From a point to the mark under it, and from a place to where it is drawn.

Reads the same picture that was painted, so that what is pressed is what is seen.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF

from ui.timeline import wording
from ui.timeline.lanes import Lanes, Place, Row, RowStyle
from ui.timeline.layout import Band, Mark
from ui.timeline.picture import AXIS, LABELS, Picture
from ui.words import _

_NEAR = 4  # px around a glyph that still count as on it
_SAID = 8  # facts of a box are said one by one up to here


@dataclass(frozen=True)
class Hit:
    """A mark under the mouse: which row, which mark, and where it is drawn."""

    lane: int
    row: int
    mark: Mark
    rect: QRectF


def hit_at(picture: Picture, at: QPointF) -> Hit | None:
    """The mark at a point of the widget, with its words counted as part of it."""
    if at.x() < LABELS or at.y() < AXIS:
        return None
    for number, _lane, band, row, marks in picture.bands():
        top = AXIS - picture.scroll + band.y
        if not top <= at.y() < top + band.height:
            continue
        for mark in marks.marks:
            rect = _rect_of_mark(picture, row, band, mark)
            if _reach(mark, rect).contains(at):
                return Hit(number, band.row, mark, rect)
    return None


def _reach(mark: Mark, rect: QRectF) -> QRectF:
    near = rect.adjusted(-_NEAR, 0, _NEAR, 0)
    if mark.side == 1:
        near.setRight(rect.right() + mark.width)
    elif mark.side == -1:
        near.setLeft(rect.left() - mark.width)
    return near


def rect_of_place(picture: Picture, place: Place) -> QRectF | None:
    """Where a place is drawn, in pixels of the widget; None when it is out of sight."""
    scale = picture.scale
    item = picture.lanes.item(place)
    if item.end < scale.left or item.start > scale.right:
        return None
    strip = next(strip for strip in picture.strips if strip.lane == place.lane)
    if not strip.bands:
        width = max((item.end + 1 - item.start) * scale.per_day, 6)
        return QRectF(LABELS + scale.x(item.start), AXIS - picture.scroll + strip.y + 2, width, strip.height - 4)
    band = next(band for band in strip.bands if band.row == place.row)
    row = picture.lanes.row(place)
    for mark in picture.marks[place.lane, place.row].marks:
        if mark.first <= place.index < mark.last:
            return _rect_of_mark(picture, row, band, mark)
    alone = Mark(place.index, place.index + 1, item, scale.x(item.start), scale.x(item.end + 1))
    return _rect_of_mark(picture, row, band, alone)


def _rect_of_mark(picture: Picture, row: Row, band: Band, mark: Mark) -> QRectF:
    top = AXIS - picture.scroll + band.y
    middle = top + band.height / 2
    left = LABELS + mark.x
    if row.style in (RowStyle.BARS, RowStyle.NUMBERS):
        return QRectF(left, top + 2, max(mark.x2 - mark.x, 6), band.height - 4)
    if row.style is RowStyle.SPANS and mark.x2 > mark.x:
        step = (band.height - 4) / row.lines
        return QRectF(left, top + 2 + step * mark.item.line, max(mark.x2 - mark.x, 8), step)
    if row.style is RowStyle.SERIES:
        return QRectF(left - 9, top + 2, 18, band.height - 4)
    half = 12 if not mark.box else 15
    return QRectF(left - half, middle - 12, 2 * half, 24)


def hit_words(lanes: Lanes, hit: Hit) -> str:
    """What a mark says: the fact in full, or what is in a box."""
    mark = hit.mark
    if not mark.box:
        return wording.full(mark.item)
    row = lanes.lanes[hit.lane].rows[hit.row]
    lines = [wording.full(row.items[at]) for at in range(mark.first, min(mark.last, mark.first + _SAID))]
    if mark.box > _SAID:
        lines.append(_("timeline.more", n=mark.box - _SAID))
    return "\n".join(lines)
