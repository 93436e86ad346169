"""Draws the rows of the lanes: what lies under the hatch, and what stands on top of it.

Spans, lines and base lines lie below, so that a hole covers them; bars, numbers, glyphs, words and
the signs of the reasons stand above.
"""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from ui.theme import theme
from ui.timeline import glyphs, wording
from ui.timeline.lanes import Lane, LaneState, Row, RowStyle, Shape
from ui.timeline.layout import Band, Mark, RowMarks, Strip, density, over_holes
from ui.timeline.picture import Picture
from ui.timeline.scale import Scale, Stage
from ui.timeline.smallseries import stretches, value_words
from ui.tokens import SECOND, SMALL
from ui.words import _, month_long


def rows_below(painter: QPainter, picture: Picture) -> None:
    for number, lane, band, row, marks in picture.bands():
        if picture.scale.stage is Stage.DENSITY and lane.sector:
            continue
        if row.style is RowStyle.SPANS:
            _draw_spans(painter, picture, number, lane, band, row, marks)
        elif row.style is RowStyle.SERIES:
            _draw_series_line(painter, picture, number, lane, band, row, marks)
        elif row.style is RowStyle.BARS:
            y = band.y + band.height - 4.5
            painter.setPen(QPen(theme.color("line2"), 1))
            painter.drawLine(QLineF(0, y, picture.scale.width, y))


def _draw_spans(
    painter: QPainter, picture: Picture, number: int, lane: Lane, band: Band, row: Row, marks: RowMarks
) -> None:
    step = (band.height - 4) / row.lines
    metrics = theme.metrics(SECOND)
    for mark in marks.marks:
        y = band.y + 2 + step * mark.item.line
        height = min(step - 4, 18)
        middle = round(y + step / 2)
        if mark.item.shape is not Shape.SPAN:
            _span_point(painter, picture, number, lane, band, mark, middle)
            continue
        lit = picture.is_lit(number, band.row, mark)
        left = max(mark.x, -4)
        rect = QRectF(
            round(left) + 0.5,
            round(middle - height / 2) + 0.5,
            max(round(min(mark.x2, picture.scale.width + 4)) - round(left) - 1, 2),
            round(height) - 1,
        )
        pen = QPen(theme.color("hiline" if lit else lane.key), 2 if lit else 1)
        if mark.item.uncertain:
            pen.setDashPattern([3, 2])
            pen.setColor(theme.color("caution"))
        painter.setPen(pen)
        painter.setBrush(theme.color("hi" if lit else f"{lane.key}_tint"))
        painter.drawRect(rect)
        text_x = rect.right() + 6 if mark.side == 1 else max(rect.left(), 0) + 6
        disc = picture.number_of(number, band.row, mark)
        if disc:
            at = max(rect.left(), 9)
            glyphs.disc(painter, disc, at, middle)
            if mark.side == 0:
                text_x = max(text_x, at + 11)
        if mark.label:
            room = mark.width + 2 if mark.side == 1 else rect.right() - text_x - 2
            label = metrics.elidedText(mark.label, Qt.TextElideMode.ElideRight, int(room))
            glyphs.words(painter, label, text_x, middle, "text", SECOND)


def _span_point(painter: QPainter, picture: Picture, number: int, lane: Lane, band: Band, mark: Mark, y: float) -> None:
    if mark.item.shape is Shape.NOTHING:
        _dash(painter, mark.x, y)
        return
    glyphs.sector_glyph(painter, lane.key, mark.x, y, 11, mark.item.uncertain)
    disc = picture.number_of(number, band.row, mark)
    if disc:
        glyphs.disc(painter, disc, mark.x - 16, y)
    if mark.label:
        glyphs.words(painter, mark.label, mark.x + 10, y, "text", SECOND)


def _dash(painter: QPainter, x: float, y: float) -> None:
    painter.setPen(QPen(theme.color("text3"), 1))
    painter.drawLine(QLineF(x - 4, round(y) + 0.5, x + 4, round(y) + 0.5))


def _draw_series_line(
    painter: QPainter, picture: Picture, number: int, lane: Lane, band: Band, row: Row, marks: RowMarks
) -> None:
    if not marks.marks:
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    before = row.items[max(marks.marks[0].first - 1, 0)]
    after = row.items[min(marks.marks[-1].last, len(row.items) - 1)]
    items = [before, *(mark.item for mark in marks.marks), after]
    painter.setPen(QPen(theme.color(lane.key), 1.6))
    for stretch in stretches(row, items):
        painter.drawPolyline([_series_point(picture, number, band, item.start, item.value) for item in stretch])
    if row.curve is not None:
        first, value, last, later = row.curve
        pen = QPen(theme.color(lane.key), 1.2)
        pen.setDashPattern([4, 3])
        painter.setPen(pen)
        painter.drawLine(
            _series_point(picture, number, band, first, value), _series_point(picture, number, band, last, later)
        )
    painter.restore()


def _series_point(picture: Picture, lane: int, band: Band, day: float, value: float | None) -> QPointF:
    low, high = picture.range_of(lane, band.row)
    inner = max(band.height - 24, 8)
    share = ((value or 0) - low) / (high - low)
    return QPointF(picture.scale.x(day + 0.5), band.y + 15 + inner * (1 - share))


def rows_above(painter: QPainter, picture: Picture) -> None:
    scale = picture.scale
    for strip in picture.strips:
        lane = picture.lanes.lanes[strip.lane]
        folded = lane.state is LaneState.ROWS and not strip.bands
        if lane.state is not LaneState.ROWS or (folded and not picture.visible_in(strip.lane)):
            _sentence(painter, lane_sentence(lane), strip)
        elif folded or (scale.stage is Stage.DENSITY and lane.sector):
            _draw_density(painter, lane, strip, scale)
    for number, lane, band, row, marks in picture.bands():
        if scale.stage is Stage.DENSITY and lane.sector:
            continue
        if row.style is RowStyle.BARS:
            _draw_bars(painter, picture, number, lane, band, row, marks)
        elif row.style is RowStyle.NUMBERS:
            _draw_numbers(painter, picture, number, lane, band, row, marks)
        elif row.style is RowStyle.SERIES:
            _draw_values(painter, picture, number, lane, band, marks)
        elif row.style is not RowStyle.SPANS:
            _draw_glyphs(painter, picture, number, lane, band, row, marks)
    _guides(painter, picture)


def _sentence(painter: QPainter, text: str, strip: Strip) -> None:
    width = theme.metrics(SECOND).horizontalAdvance(text) + 12
    painter.fillRect(QRectF(2, strip.y + 2, width, strip.height - 5), theme.color("surface"))
    glyphs.words(painter, text, 8, strip.y + strip.height / 2, "text2", SECOND)


def lane_sentence(lane: Lane) -> str:
    """Why a lane stands without rows."""
    if lane.state is LaneState.ROWS and lane.ended is not None:
        return _("lane.ended", day=month_long(date.fromordinal(lane.ended)))
    if lane.sector is None:
        return _("lane.outreach.nothing")
    if lane.state is LaneState.OFF:
        return _("lane.off", items=wording.withheld_words(lane.withheld))
    return _(f"lane.{lane.state.name.lower()}")


def _draw_density(painter: QPainter, lane: Lane, strip: Strip, scale: Scale) -> None:
    bars = density(lane, scale)
    most = max((count for _x, _w, count in bars), default=1)
    room = strip.height - 8
    for x, width, count in bars:
        height = max(2, room * count / most)
        painter.fillRect(
            QRectF(round(x), round(strip.y + strip.height - 3 - height), max(round(width) - 1, 1), round(height)),
            theme.color(lane.key),
        )


def _frame(painter: QPainter, rect: QRectF) -> None:
    painter.setPen(QPen(theme.color("hiline"), 2))
    painter.setBrush(theme.color("hi"))
    painter.drawRect(rect)


def _draw_bars(
    painter: QPainter, picture: Picture, number: int, lane: Lane, band: Band, row: Row, marks: RowMarks
) -> None:
    base = band.y + band.height - 4
    room = band.height - 20
    numbered: set[int] = set()
    for mark in marks.marks:
        middle = (mark.x + mark.x2) / 2
        width = max(round((mark.x2 - mark.x) * 0.6), 2)
        value = mark.item.value
        if mark.item.shape is Shape.NOTHING:
            _dash(painter, middle, base - 4)
            continue
        if value is None:
            glyphs.centred(painter, "?", middle, base - 7, "text2")
            continue
        height = round(room * value / max(row.top, 5)) if value else 0
        height = max(height, 2) if value else 0
        rect = QRectF(round(middle - width / 2), base - height, width, height)
        if picture.is_lit(number, band.row, mark):
            _frame(painter, rect.adjusted(-3, -16, 3, 3))
        painter.fillRect(rect, theme.color(lane.key))
        if value and mark.x2 - mark.x >= 9:
            glyphs.centred(painter, f"{value:g}", middle, base - height - 7, "text")
        _disc_once(painter, picture, numbered, (number, band.row), mark, _before(mark, 13), base - height - 7)


def _before(mark: Mark, away: float) -> tuple[float, float]:
    """Where a disc stands before a month's number, and its radius: between two numbers where months are narrow."""
    middle, month = (mark.x + mark.x2) / 2, mark.x2 - mark.x
    if month >= 2 * away or month < 9:
        return max(middle - away, 9), glyphs.DISC
    return max(middle - month / 2, 9), glyphs.DISC - 1


def _disc_once(
    painter: QPainter,
    picture: Picture,
    done: set[int],
    where: tuple[int, int],
    mark: Mark,
    across: tuple[float, float],
    y: float,
) -> None:
    disc = picture.number_of(*where, mark)
    if disc and disc not in done:
        done.add(disc)
        glyphs.disc(painter, disc, across[0], y, across[1])


def _draw_numbers(
    painter: QPainter, picture: Picture, number: int, lane: Lane, band: Band, row: Row, marks: RowMarks
) -> None:
    y = round(band.y + band.height / 2)
    numbered: set[int] = set()
    for mark in marks.marks:
        middle, month = (mark.x + mark.x2) / 2, mark.x2 - mark.x
        lit = picture.is_lit(number, band.row, mark)
        value = mark.item.value or 0
        if month < 9:
            height = 3 + round((band.height - 11) * value / row.top)
            painter.fillRect(
                QRectF(round(mark.x), round(band.y + band.height - 4 - height), max(round(month) - 1, 2), height),
                theme.color("hiline" if lit else lane.key),
            )
        else:
            if lit:
                half = min(month / 2, 16) - 1
                _frame(painter, QRectF(round(middle - half), y - 10, 2 * half, 20))
            glyphs.centred(painter, f"{value:g}", middle, y, "text", SECOND, bold=True)
            if picture.scale.stage is Stage.FULL and row.detail:
                _day_ticks(painter, picture.scale, mark, lane, band)
        _disc_once(painter, picture, numbered, (number, band.row), mark, _before(mark, 15), y)


def _day_ticks(painter: QPainter, scale: Scale, mark: Mark, lane: Lane, band: Band) -> None:
    """Single days under a month's number, when there is room for them."""
    y = band.y + band.height - 5
    for line in mark.item.facts:
        x = scale.x(line.fact.start.toordinal() + 0.5)
        painter.fillRect(QRectF(round(x) - 1, y, 3, 4), theme.color(lane.key))


def _draw_values(painter: QPainter, picture: Picture, number: int, lane: Lane, band: Band, marks: RowMarks) -> None:
    numbered: set[int] = set()
    right_of = -1e9
    for mark in marks.marks:
        if mark.item.value is None:
            continue
        at = _series_point(picture, number, band, mark.item.start, mark.item.value)
        if picture.is_lit(number, band.row, mark):
            _frame(painter, QRectF(round(at.x()) - 8, round(at.y()) - 8, 16, 16))
        painter.fillRect(QRectF(round(at.x()) - 3, round(at.y()) - 3, 6, 6), theme.color(lane.key))
        text = value_words(mark.item)
        width = theme.metrics(SMALL).horizontalAdvance(text)
        if at.x() - width / 2 > right_of:
            glyphs.centred(painter, text, at.x(), at.y() - 10, "text")
            right_of = at.x() + width / 2 + 4
        _disc_once(painter, picture, numbered, (number, band.row), mark, (at.x() - 15, glyphs.DISC), at.y())


CONTACT_ICONS = {
    "phone": "phone-outline",
    "visit": "home-outline",
    "school_visit": "school-outline",
    "office": "account-outline",
    "letter": "email-outline",
    "agency": "account-group-outline",
    "mail": "email-outline",
}


def _draw_glyphs(
    painter: QPainter, picture: Picture, number: int, lane: Lane, band: Band, row: Row, marks: RowMarks
) -> None:
    y = round(band.y + band.height / 2)
    for mark in marks.marks:
        lit = picture.is_lit(number, band.row, mark)
        if lit:
            half = 11 if not mark.box else 14
            _frame(painter, QRectF(round(mark.x) - half, y - 11, 2 * half, 22))
        role = _sign(painter, picture, lane, mark, y)
        if mark.label:
            bold = (lane.sector is None and mark.item.contact is None) or role == "caution"
            x = mark.x + 15 if mark.side == 1 else mark.x - 14 - mark.width
            for left, width in over_holes(row, picture.scale, x - 3, x + mark.width + 2):
                painter.fillRect(QRectF(left, y - 9, width, 18), theme.color("surface"))
            if x - 3 < (today := picture.scale.x(picture.lanes.today + 1)) < x + mark.width + 2:
                painter.fillRect(QRectF(today - 2, y - 9, 4, 18), theme.color("surface"))
            glyphs.words(painter, mark.label, x, y, role, SECOND, bold)
        disc = picture.number_of(number, band.row, mark)
        if disc:
            glyphs.disc(painter, disc, mark.x + (18 if mark.side == -1 else -22 if lit else -18), y)


def _sign(painter: QPainter, picture: Picture, lane: Lane, mark: Mark, y: float) -> str:
    """The glyph itself; gives the colour role of its words."""
    item = mark.item
    if mark.box:
        if item.seen:
            glyphs.icon_sign(painter, "eye-outline", mark.x, y, lane.key, ringed=True)
            glyphs.words(painter, str(mark.box), mark.x + 11, y - 9, "text", SMALL, bold=True)
        else:
            glyphs.count_box(painter, mark.box, mark.x, y, lane.key)
        return "text"
    if item.shape is Shape.PLANNED:
        role = "caution" if picture.overdue else "text2"
        glyphs.hollow_square(painter, mark.x, y, role)
        return role
    if item.decision is not None:
        glyphs.icon_sign(painter, "flag-outline", mark.x, y, lane.key)
    elif item.contact is not None:
        icon = "eye-outline" if item.seen else CONTACT_ICONS.get(item.contact.kind, "phone-outline")
        glyphs.icon_sign(painter, icon, mark.x, y, lane.key, ringed=item.seen)
    else:
        ahead = item.start > picture.lanes.today
        glyphs.sector_glyph(painter, lane.key, mark.x, y, 12, item.uncertain, ahead)
        return "caution" if item.uncertain else "text"
    return "text"


def _guides(painter: QPainter, picture: Picture) -> None:
    """Two dashed lines up to the axis at the edges of the selected reason's facts."""
    if not picture.lit:
        return
    items = [picture.lanes.item(place) for place in picture.lit]
    pen = QPen(theme.color("hiline"), 1)
    pen.setDashPattern([4, 3])
    painter.setPen(pen)
    bottom = max(
        band.y
        for number, _lane, band, _row, _marks in picture.bands()
        if any(p.lane == number and p.row == band.row for p in picture.lit)
    )
    for day in (min(item.start for item in items), max(item.end for item in items) + 1):
        x = round(picture.scale.x(day)) + 0.5
        painter.drawLine(QLineF(x, picture.scroll, x, bottom))
