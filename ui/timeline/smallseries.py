"""A series in few pixels: attainment, height or weight of one child, on the child's own scale, with its values.

For strips that stand under each other: the line breaks where nobody told us, as on the large timeline.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from ui.theme import theme
from ui.timeline import glyphs
from ui.timeline.lanes import Item, Lane, Row
from ui.timeline.scale import Scale
from ui.tokens import SMALL

HEIGHT = 30
LEAST_RANGE = 8
"""A narrow range is not blown up: small changes of attainment or weight look small."""
_ABOVE, _BELOW = 14, 5
"""Pixels of a band that its values and its foot take."""


def value_words(item: Item) -> str:
    """The value of one point of a series."""
    text = f"{item.value:.1f}" if item.value is not None else ""
    return text if item.aspect == "weight" else text.removesuffix(".0")


def stretches(row: Row, items: Sequence[Item]) -> list[list[Item]]:
    """The values that one line may run through: a stretch of which nobody told us parts two lines."""
    found: list[list[Item]] = []
    for item in items:
        if item.value is None:
            continue
        before = found[-1][-1] if found else None
        if before is None or any(before.start < hole.start and hole.end < item.start for hole in row.holes):
            found.append([])
        found[-1].append(item)
    return found


def paint_series(painter: QPainter, lane: Lane, row: Row, top: float, scale: Scale) -> list[tuple[int, QRectF]]:
    """The line and its points, within ``HEIGHT`` from ``top``; (which item, where) of those in sight."""
    visible = row.between(scale.left, scale.right)
    near = row.items[max(visible.start - 1, 0) : visible.stop + 1]
    low, high = row.range_in(scale.left, scale.right)
    spare = max(LEAST_RANGE - (high - low), 0) / 2
    span = (low - spare, high + spare)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.color(lane.key), 1.4))
    for stretch in stretches(row, near):
        painter.drawPolyline([_point(item.start, item.value, top, span, scale) for item in stretch])
    if row.curve is not None:
        first, value, last, later = row.curve
        pen = QPen(theme.color(lane.key), 1)
        pen.setDashPattern([4, 3])
        painter.setPen(pen)
        painter.drawLine(_point(first, value, top, span, scale), _point(last, later, top, span, scale))
    painter.restore()
    made, free = [], -1e9
    for at in visible:
        item = row.items[at]
        if item.value is None:
            at_foot = QPointF(scale.x(item.start + 0.5), top + HEIGHT - _BELOW - 4)
            glyphs.centred(painter, "?", at_foot.x(), at_foot.y(), "text2")
            made.append((at, QRectF(at_foot.x() - 6, at_foot.y() - 6, 12, 12)))
            continue
        point = _point(item.start, item.value, top, span, scale)
        painter.fillRect(QRectF(round(point.x()) - 2, round(point.y()) - 2, 4, 4), theme.color(lane.key))
        words = value_words(item)
        half = theme.metrics(SMALL).horizontalAdvance(words) / 2
        if point.x() - half > free:
            glyphs.centred(painter, words, point.x(), point.y() - 9, "text")
            free = point.x() + half + 4
        made.append((at, QRectF(point.x() - 6, point.y() - 6, 12, 12)))
    return made


def _point(day: float, value: float | None, top: float, span: tuple[float, float], scale: Scale) -> QPointF:
    low, high = span
    share = min(max(((value or 0) - low) / (high - low), 0.0), 1.0)
    return QPointF(scale.x(day + 0.5), top + _ABOVE + (HEIGHT - _ABOVE - _BELOW) * (1 - share))
