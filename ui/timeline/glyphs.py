"""The small signs of the timeline: sector shapes, number discs, boxes with a count, the hatch.

Each function draws one sign at a centre given in pixels. Colours come from the theme's roles; no
sign says anything by colour alone.
"""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QPixmap, QTransform

from app.domain.sectors import Sector
from ui.theme import theme
from ui.tokens import SMALL
from ui.widgets.marks import sector_shape

HATCH_PITCH = 8  # px along the line of time; about 6 between the strokes


@lru_cache(maxsize=16)
def sector_path(sector: str, size: float) -> QPainterPath:
    """The outline of a sector's shape round (0, 0), ``size`` px across."""
    half = size / 2 - (0.5 if sector == "education" else 0)
    return sector_shape(Sector(sector), QRectF(-half, -half, 2 * half, 2 * half))


def sector_glyph(
    painter: QPainter, sector: str, x: float, y: float, size: float = 12, uncertain: bool = False, ahead: bool = False
) -> None:
    """A solid sector shape; open when it lies ahead, dashed when its link is not settled."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(x, y)
    if uncertain:
        pen = QPen(theme.color("caution"), 1.4)
        pen.setDashPattern([2.0, 1.6])
        painter.setPen(pen)
        painter.setBrush(theme.color("surface"))
    elif ahead:
        painter.setPen(QPen(theme.color(sector), 1.4))
        painter.setBrush(theme.color("surface"))
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(sector))
    painter.drawPath(sector_path(sector, size))
    painter.restore()


DISC = 7.5
"""The radius of a reason's disc, px."""


def disc(painter: QPainter, number: int, x: float, y: float, radius: float = DISC) -> None:
    """The number of a reason in a disc."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("hiline"))
    painter.drawEllipse(QPointF(x, y), radius, radius)
    painter.restore()
    centred(painter, str(number), x, y, "surface", SMALL, bold=True)


def count_box(painter: QPainter, count: int, x: float, y: float, role: str) -> None:
    """Several glyphs too near to tell apart: a box with how many."""
    width = 10 + 7 * len(str(count))
    rect = QRectF(round(x - width / 2) + 0.5, round(y - 8) + 0.5, width, 16)
    painter.setPen(QPen(theme.color(role), 1))
    painter.setBrush(theme.color("surface"))
    painter.drawRect(rect)
    centred(painter, str(count), rect.center().x(), y, "text", SMALL, bold=True)


def icon_sign(painter: QPainter, icon: str, x: float, y: float, role: str = "text", ringed: bool = False) -> None:
    """An icon, in a ring if somebody saw the child with their own eyes."""
    if ringed:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color(role), 1.2))
        painter.setBrush(theme.color("outreach_tint"))
        painter.drawEllipse(QPointF(x, y), 11, 11)
        painter.restore()
    device = painter.device()
    pixmap = theme.pixmap(icon, role, 16, device.devicePixelRatioF() if device else 1.0)
    painter.drawPixmap(QPointF(round(x) - 8, round(y) - 8), pixmap)


def hollow_square(painter: QPainter, x: float, y: float, role: str) -> None:
    """A planned day: not there yet, so not filled."""
    painter.setPen(QPen(theme.color(role), 1.6))
    painter.setBrush(theme.color("surface"))
    painter.drawRect(QRectF(round(x) - 5.5, round(y) - 5.5, 11, 11))


def centred(painter: QPainter, text: str, x: float, y: float, role: str, px: int = SMALL, bold: bool = False) -> None:
    """Words with their middle at (x, y)."""
    metrics = theme.metrics(px, bold)
    words(painter, text, x - metrics.horizontalAdvance(text) / 2, y, role, px, bold)


def words(painter: QPainter, text: str, x: float, y: float, role: str, px: int = SMALL, bold: bool = False) -> None:
    """Words that begin at x and have their middle height at y."""
    metrics = theme.metrics(px, bold)
    painter.setFont(theme.font(px, bold))
    painter.setPen(theme.color(role))
    # The Japanese line is tall: centre on the height of a digit, not on the line.
    painter.drawText(QPointF(x, y + metrics.capHeight() / 2), text)


def hatch_brush(dpr: float) -> QBrush:
    """45 degree strokes on ``hatchbg``; the caller anchors the origin to a day."""
    tokens = theme.tokens
    brush = QBrush(_hatch_tile(tokens.hatch, tokens.hatchbg, dpr))
    brush.setTransform(QTransform.fromScale(1 / dpr, 1 / dpr))
    return brush


@lru_cache(maxsize=8)
def _hatch_tile(stroke: str, ground: str, dpr: float) -> QPixmap:
    side = round(HATCH_PITCH * dpr)
    tile = QPixmap(side, side)
    tile.fill(QColor(ground))
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(stroke), dpr))
    for shift in (-side, 0, side):
        painter.drawLine(QLineF(shift - 1, side + 1, shift + side + 1, -1))
    painter.end()
    return tile
