"""The axis of time: school years and classes, birthdays, months, and the line of today.

It stays in place when the lanes scroll below it.
"""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from app.domain.ages import grade_on
from ui.theme import theme
from ui.timeline import glyphs
from ui.timeline.picture import AXIS, LABELS, Picture
from ui.timeline.scale import birthdays, months, school_years
from ui.tokens import SECOND, SMALL
from ui.words import _, day_short, era_year, language, term


def paint_axis(painter: QPainter, picture: Picture, width: float) -> None:
    """School years and classes, birthdays, months; it stays when the lanes scroll."""
    painter.fillRect(QRectF(0, 0, width, AXIS), theme.color("header"))
    for key, y in (("year", 10), ("age", 27), ("month", 43)):
        glyphs.words(painter, _(f"timeline.axis.{key}"), 8, y, "text2")
    painter.setPen(QPen(theme.color("line2"), 1))
    painter.drawLine(QLineF(0, AXIS - 0.5, width, AXIS - 0.5))
    painter.save()
    painter.setClipRect(QRectF(LABELS, 0, width - LABELS, AXIS))
    painter.translate(LABELS, 0)
    _axis_years(painter, picture)
    _axis_ages(painter, picture)
    _axis_months(painter, picture)
    painter.restore()


def _axis_years(painter: QPainter, picture: Picture) -> None:
    scale = picture.scale
    birth = date.fromordinal(picture.lanes.birth) if picture.lanes.birth else None
    for year, first, last in school_years(scale):
        x, x2 = scale.x(first), scale.x(last + 1)
        painter.setPen(QPen(theme.color("line2"), 1))
        painter.drawLine(QLineF(round(x) + 0.5, 0, round(x) + 0.5, AXIS))
        grade = grade_on(birth, date(year, 6, 1)) if birth else ""
        grade = term("grade", grade)
        name = _year_name(year, scale.per_month)
        left = max(x, 0) + 5
        today = scale.x(picture.lanes.today + 1) - 20
        room = min(x2, scale.width, today if today > left else scale.width) - left - 4
        small, bold = theme.metrics(SMALL), theme.metrics(SECOND, True)
        used = small.horizontalAdvance(name)
        if used + 8 + bold.horizontalAdvance(grade) <= room:
            glyphs.words(painter, name, left, 10, "text2")
            glyphs.words(painter, grade, left + used + 8, 10, "text", SECOND, bold=True)
        elif bold.horizontalAdvance(grade) <= room and grade:
            glyphs.words(painter, grade, left, 10, "text", SECOND, bold=True)
        elif used <= room:
            glyphs.words(painter, name, left, 10, "text2")


def _year_name(year: int, per_month: float) -> str:
    name, letter, number = era_year(date(year, 5, 1))
    if language() != "ja":
        return _("timeline.axis.fiscal", year=str(year))
    if per_month < 14:
        return f"{letter}{number}"
    return _("timeline.axis.fiscal", year=f"{name}{'元' if number == 1 else number}")


def _axis_ages(painter: QPainter, picture: Picture) -> None:
    if picture.lanes.birth is None:
        return
    scale = picture.scale
    for day, age in birthdays(date.fromordinal(picture.lanes.birth), scale):
        x = scale.x(day)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("text"))
        painter.translate(x, 27)
        painter.drawPath(glyphs.sector_path("welfare", 8))
        painter.restore()
        text = _("timeline.axis.years", age=age) if scale.per_month > 3 else str(age)
        width = theme.metrics(SECOND, True).horizontalAdvance(text)
        beside = x + 7 if x + 7 + width <= scale.width else x - 7 - width
        glyphs.words(painter, text, beside, 27, "text", SECOND, bold=True)


def _axis_months(painter: QPainter, picture: Picture) -> None:
    scale = picture.scale
    step = _month_step(scale.per_month)
    for month in months(scale):
        if not step or (month.month - 1) % step:
            continue
        x = round(scale.x(month.toordinal()))
        painter.setPen(QPen(theme.color("line2"), 1))
        painter.drawLine(QLineF(x + 0.5, AXIS - 8, x + 0.5, AXIS))
        if x > -20:
            glyphs.words(painter, _month_name(month), x + 4, 43, "text2")


def _month_step(per_month: float) -> int:
    for step in (1, 3, 6, 12):
        if per_month * step >= 38:
            return step
    return 0


def _month_name(month: date) -> str:
    if language() == "ja":
        return f"{month.month}月"
    return day_short(month).split(" ")[1]


def paint_today(painter: QPainter, picture: Picture, width: float) -> None:
    """The flag of today on the axis; its line through the lanes lies below what stands in them."""
    x = LABELS + picture.scale.x(picture.lanes.today + 1)
    if not LABELS <= x <= width:
        return
    painter.setPen(QPen(theme.color("accent"), 1.6))
    painter.drawLine(QLineF(x, 20, x, AXIS))
    text = _("timeline.today")
    half = theme.metrics(SMALL, True).horizontalAdvance(text) / 2 + 5
    middle = min(max(x, LABELS + half), width - half)
    painter.fillRect(QRectF(round(middle - half), 2, round(2 * half), 18), theme.color("accent"))
    glyphs.centred(painter, text, middle, 11, "onaccent", SMALL, bold=True)
