"""The marks: level and sector, drawn by shape, character and fill, so that grey print ranks too.

``level_pixmap`` and ``sector_pixmap`` are cached by (mark, value, theme, DPR, language);
``LevelMark`` and ``SectorPicture`` are the same as widgets with an accessible name. The words
that go with a mark are here too, because a mark never stands without them.
"""

from __future__ import annotations

import math
from datetime import date
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from app.domain.priority import Level
from app.domain.sectors import Sector
from app.services.answers.caseload import SectorMark
from ui.theme import theme
from ui.widgets.text import tip
from ui.words import _, day_short, language, level_letter, level_word, sector_word

LEVEL_SIZE = QSize(24, 22)
SECTOR_SIZE = QSize(22, 20)
STRONG = 5
"""From this many points on a sector's mark is solid."""
SAMPLE = "sample"
"""The value that stands for a child drawn at random, in place of a level."""


# ---------------------------------------------------------------- shapes


def sector_shape(sector: Sector, box: QRectF) -> QPainterPath:
    """The outline of a sector's shape inside ``box``: house, square, circle, diamond, cross."""
    path = QPainterPath()
    if sector is Sector.EDUCATION:
        path.addRect(box)
    elif sector is Sector.CHILDCARE:
        path.addEllipse(box)
    else:
        for index, (x, y) in enumerate(_POINTS[sector]):
            point = QPointF(box.left() + x * box.width(), box.top() + y * box.height())
            if index:
                path.lineTo(point)
            else:
                path.moveTo(point)
        path.closeSubpath()
    return path


_ARM = 0.24
_POINTS: dict[Sector, tuple[tuple[float, float], ...]] = {
    Sector.REGISTER: ((0.5, 0), (1, 0.4), (1, 1), (0, 1), (0, 0.4)),
    Sector.WELFARE: ((0.5, 0), (1, 0.5), (0.5, 1), (0, 0.5)),
    Sector.MEDICAL: (
        (_ARM, 0),
        (1 - _ARM, 0),
        (1 - _ARM, _ARM),
        (1, _ARM),
        (1, 1 - _ARM),
        (1 - _ARM, 1 - _ARM),
        (1 - _ARM, 1),
        (_ARM, 1),
        (_ARM, 1 - _ARM),
        (0, 1 - _ARM),
        (0, _ARM),
        (_ARM, _ARM),
    ),
}
# How far each shape stands from the edge of its 22x20 box: (left and right, top and bottom).
_INSET = {
    Sector.REGISTER: (2.5, 1.5),
    Sector.EDUCATION: (3.0, 2.0),
    Sector.CHILDCARE: (2.5, 1.5),
    Sector.WELFARE: (1.0, 0.0),
    Sector.MEDICAL: (1.5, 0.5),
}


def _hexagon(box: QRectF) -> QPainterPath:
    path = QPainterPath()
    radius = box.height() / 2
    centre = box.center()
    for step in range(6):
        angle = math.radians(60 * step - 90)
        point = centre + QPointF(radius * math.cos(angle), radius * math.sin(angle))
        if step:
            path.lineTo(point)
        else:
            path.moveTo(point)
    path.closeSubpath()
    return path


# ---------------------------------------------------------------- painting


def paint_level(painter: QPainter, at: QRectF, level: Level | str) -> None:
    """A level's mark in the middle of ``at`` (wanted: 24x22)."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    square = QRectF(0, 0, 20, 20)
    square.moveCenter(at.center())
    if level == SAMPLE:
        _outline(painter, square, "text2", 1, dashed=True)
        _letter(painter, at, _("level.sample.letter"), theme.color("text2"))
    elif level is Level.URGENT:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("urgent"))
        hexagon = QRectF(0, 0, 22, 21.5)
        hexagon.moveCenter(at.center())
        painter.drawPath(_hexagon(hexagon))
        _letter(painter, at, level_letter(Level.URGENT), theme.color("on_urgent"))
    elif level is Level.HIGH:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("high"))
        painter.drawRoundedRect(square, 2, 2)
        _letter(painter, at, level_letter(Level.HIGH), theme.color("on_high"))
    elif level is Level.MIDDLE:
        _outline(painter, square, "mid", 2)
        _letter(painter, at, level_letter(Level.MIDDLE), theme.color("mid"))
    elif level is Level.LOW:
        painter.setPen(QPen(theme.color("low"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(square.adjusted(0.5, 0.5, -0.5, -0.5))
        _letter(painter, at, level_letter(Level.LOW), theme.color("low"), px=12)
    else:
        _dash(painter, at, theme.color("text3"))


def paint_sector(painter: QPainter, at: QRectF, sector: Sector, state: str, points: int) -> None:
    """A sector's mark in the middle of ``at`` (wanted: 22x20); ``state`` as in SectorMark."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    ink = theme.color(sector.value)
    if state == "not_applicable":
        _dash(painter, at, theme.color("text3"))
    elif state == "nothing":
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("text2"))
        painter.drawEllipse(at.center(), 2.0, 2.0)
    else:
        box = QRectF(0, 0, SECTOR_SIZE.width(), SECTOR_SIZE.height())
        box.moveCenter(at.center())
        across, down = _INSET[sector]
        shape = sector_shape(sector, box.adjusted(across, down, -across, -down))
        _paint_shape(painter, shape, sector, state, points)
        solid = state == "points" and points >= STRONG
        text = {"unknown": "?", "closed": "…"}.get(state, str(points))
        low = QRectF(at)
        if sector is Sector.REGISTER:
            low.translate(0, 1.5)
        _letter(painter, low, text, theme.color("surface") if solid else ink, px=12)


def _paint_shape(painter: QPainter, shape: QPainterPath, sector: Sector, state: str, points: int) -> None:
    ink = theme.color(sector.value)
    pen = QPen(ink, 1.4)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    if state in ("unknown", "closed"):
        pen.setDashPattern([2.2, 1.6])
        painter.setBrush(Qt.BrushStyle.NoBrush)
    elif points >= STRONG:
        painter.setBrush(ink)
    else:
        painter.setBrush(theme.color(f"{sector.value}_tint"))
    painter.setPen(pen)
    painter.drawPath(shape)


def _outline(painter: QPainter, square: QRectF, role: str, width: float, dashed: bool = False) -> None:
    pen = QPen(theme.color(role), width)
    if dashed:
        pen.setDashPattern([3, 2])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    half = width / 2
    painter.drawRoundedRect(square.adjusted(half, half, -half, -half), 2, 2)


def _dash(painter: QPainter, at: QRectF, ink: QColor) -> None:
    painter.setPen(QPen(ink, 1.4))
    middle = at.center()
    painter.drawLine(middle - QPointF(3.5, 0), middle + QPointF(3.5, 0))


def _letter(painter: QPainter, at: QRectF, text: str, ink: QColor, px: int = 13) -> None:
    """Centre a letter by its own ink, not by its line: Noto's line is tall and lopsided."""
    if len(text) > 1:
        px = min(px, 11)
    font, metrics = theme.font(px, True), theme.metrics(px, True)
    bounds = metrics.tightBoundingRect(text)
    x = at.center().x() - metrics.horizontalAdvance(text) / 2
    y = at.center().y() - bounds.center().y() - 0.5
    painter.setFont(font)
    painter.setPen(ink)
    painter.drawText(QPointF(x, round(y * 2) / 2), text)


# ---------------------------------------------------------------- cached pictures


def level_pixmap(level: Level | str, dpr: float = 1.0) -> QPixmap:
    return _level_pixmap(level, theme.tokens.name, language(), dpr)


def sector_pixmap(mark: SectorMark, dpr: float = 1.0) -> QPixmap:
    return _sector_pixmap(mark.sector, mark.state, mark.points, theme.tokens.name, dpr)


@lru_cache(maxsize=128)
def _level_pixmap(level: Level | str, _theme: str, _language: str, dpr: float) -> QPixmap:
    pixmap = _blank(LEVEL_SIZE, dpr)
    painter = QPainter(pixmap)
    paint_level(painter, QRectF(0, 0, LEVEL_SIZE.width(), LEVEL_SIZE.height()), level)
    painter.end()
    return pixmap


@lru_cache(maxsize=1024)
def _sector_pixmap(sector: Sector, state: str, points: int, _theme: str, dpr: float) -> QPixmap:
    pixmap = _blank(SECTOR_SIZE, dpr)
    painter = QPainter(pixmap)
    box = QRectF(0, 0, SECTOR_SIZE.width(), SECTOR_SIZE.height())
    paint_sector(painter, box, sector, state, points)
    painter.end()
    return pixmap


def _blank(size: QSize, dpr: float) -> QPixmap:
    pixmap = QPixmap(size * dpr)
    pixmap.setDevicePixelRatio(dpr)
    pixmap.fill(Qt.GlobalColor.transparent)
    return pixmap


# ---------------------------------------------------------------- words


def sector_says(mark: SectorMark, today: date | None = None) -> str:
    """ "教育 6点、10/31まで": what a sector's mark says in words."""
    words = _(f"mark.{mark.state}", sector=sector_word(mark.sector), points=mark.points)
    if mark.as_of is None or mark.state == "not_applicable":
        return words
    return _("mark.until", words=words, day=day_short(mark.as_of, today))


def level_says(level: Level | str) -> str:
    return (
        _("level.sample")
        if isinstance(level, str) and level == SAMPLE
        else _("mark.level", level=level_word(Level(level)))
    )


# ---------------------------------------------------------------- widgets


class LevelMark(QWidget):
    """A level's mark as a widget of 24x22."""

    def __init__(self, level: Level | str = Level.NONE, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(LEVEL_SIZE)
        theme.changed.connect(self.update)
        self.set_level(level)

    def set_level(self, level: Level | str) -> None:
        self._level = level
        self.setAccessibleName(level_says(level))
        tip(self, level_says(level))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.drawPixmap(0, 0, level_pixmap(self._level, self.devicePixelRatioF()))


class SectorPicture(QWidget):
    """A sector's mark as a widget of 22x20."""

    def __init__(self, mark: SectorMark, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(SECTOR_SIZE)
        theme.changed.connect(self.update)
        self.set_mark(mark)

    def set_mark(self, mark: SectorMark, today: date | None = None) -> None:
        self._mark = mark
        self.setAccessibleName(sector_says(mark, today))
        tip(self, sector_says(mark, today))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.drawPixmap(0, 0, sector_pixmap(self._mark, self.devicePixelRatioF()))
