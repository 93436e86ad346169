"""Series in a strip of few pixels: one line for each stretch that somebody told us of, every value drawn or said."""

from __future__ import annotations

from datetime import date

from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from app.domain.sectors import Sector
from ui.theme import theme
from ui.timeline.compact import lane_height, series_bands
from ui.timeline.lanes import Hole, Item, Lane, LaneState, Row, RowStyle, Shape
from ui.timeline.layout import Strip
from ui.timeline.scale import fit
from ui.timeline.smallseries import HEIGHT, paint_series, stretches, value_words

DAYS = [date(2025, 4, 10), date(2025, 9, 10), date(2026, 4, 10), date(2026, 9, 10)]


def _item(day: date, value: float | None, aspect: str = "") -> Item:
    return Item(Shape.VALUE, day.toordinal(), day.toordinal(), value=value, aspect=aspect)


def _row(*values: float | None, holes: tuple[Hole, ...] = ()) -> Row:
    items = tuple(_item(day, value) for day, value in zip(DAYS, values, strict=False))
    return Row("attainment", RowStyle.SERIES, items, holes)


def test_a_line_breaks_where_nobody_told_us() -> None:
    hole = Hole(date(2025, 10, 1).toordinal(), date(2026, 3, 31).toordinal())
    row = _row(52, 51, 49, 47, holes=(hole,))
    assert [[item.value for item in one] for one in stretches(row, row.items)] == [[52, 51], [49, 47]]
    whole = _row(52, 51, 49, 47)
    assert len(stretches(whole, whole.items)) == 1


def test_every_value_has_its_place_and_an_unknown_one_too(qtbot: QtBot) -> None:
    row = _row(52, None, 49, 40)
    lane = Lane("education", Sector.EDUCATION, (row,), LaneState.ROWS)
    image = QImage(600, 60, QImage.Format.Format_RGB32)
    image.fill(theme.color("surface"))
    scale = fit(DAYS[0].toordinal() - 30, DAYS[-1].toordinal() + 30, 600)
    painter = QPainter(image)
    made = paint_series(painter, lane, row, 10, scale)
    painter.end()
    assert [at for at, _rect in made] == [0, 1, 2, 3]
    assert all(10 <= rect.center().y() <= 10 + HEIGHT for _at, rect in made)
    high, low = made[0][1].center(), made[3][1].center()
    assert high.y() < low.y(), "52 stands above 40"
    ink = theme.color("education").rgb()
    assert image.pixel(round(high.x()), round(high.y())) == ink


def test_each_series_has_a_band_of_its_own() -> None:
    one, two = _row(1, 2), Row("weight", RowStyle.SERIES, _row(3, 4).items)
    lane = Lane("medical", Sector.MEDICAL, (one, two), LaneState.ROWS)
    single = Lane("medical", Sector.MEDICAL, (one,), LaneState.ROWS)
    assert lane_height(lane) == lane_height(single) + HEIGHT
    bands = series_bands(lane, Strip(0, 40.0, lane_height(lane), ()))
    assert bands[1] - bands[0] == HEIGHT


def test_a_value_is_said_as_it_is_measured() -> None:
    assert value_words(_item(DAYS[0], 47.0)) == "47"
    assert value_words(_item(DAYS[0], 47.0, "weight")) == "47.0"
