"""The timeline on paper: one landscape strip for each school year, newest first, as the screen draws it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from app.domain.ages import fiscal_year
from app.services.answers.child import ChildFile
from ui.printing.blocks import heading
from ui.printing.composing import Composer
from ui.theme import theme
from ui.timeline.lanes import Lanes
from ui.timeline.layout import strips
from ui.timeline.painting import paint
from ui.timeline.picture import AXIS, LABELS, Picture, numbers_of
from ui.timeline.rows import lanes_of
from ui.timeline.scale import fit
from ui.words import _, era_year

PIXELS = 1000
"""The strip is drawn as on a screen so wide, and made to fit the paper."""
LEAST, MOST = 420.0, 520.0
YEARS = 6
"""School years drawn; older facts stand in the table."""


def lay_years(page: Composer, file: ChildFile) -> None:
    """Each school year of which something is known, as a strip of the timeline."""
    lanes = lanes_of(file)
    shown = _years(lanes)
    for year in shown[:YEARS]:
        _lay_year(page, file, lanes, year)
    left = len(shown) - YEARS
    if left > 0:
        page.words(page.left, page.y, page.inner, [_("paper.years_left", n=left)])
        page.skip(200)


def _years(lanes: Lanes) -> list[int]:
    """School years with something in them, newest first."""
    found = {year for place in lanes.walk for year in _spanned(lanes.item(place).start, lanes.item(place).end)}
    today = fiscal_year(date.fromordinal(lanes.today))
    return sorted((year for year in found if year <= today), reverse=True)


def _spanned(start: int, end: int) -> Iterator[int]:
    """The first and last school year that an item touches."""
    yield fiscal_year(date.fromordinal(start))
    yield fiscal_year(date.fromordinal(max(start, end)))


def _lay_year(page: Composer, file: ChildFile, lanes: Lanes, year: int) -> None:
    first, last = date(year, 4, 1).toordinal(), date(year + 1, 4, 1).toordinal()
    shares = strips(lanes, LEAST - AXIS)
    height = min(shares[-1].y + shares[-1].height, MOST) + AXIS
    factor = page.inner / PIXELS
    heading(page, _("paper.school_year", year=_named(year)), height * factor + 40)
    picture = Picture(lanes, fit(first, last, PIXELS - LABELS), strips(lanes, height - AXIS), height)
    picture.numbers = numbers_of(lanes, file.reasons)
    top = page.y

    def draw(painter: QPainter) -> None:
        painter.save()
        painter.translate(page.left, top)
        painter.scale(factor, factor)
        with theme.on_paper():
            picture.work_out({}, {})
            painter.setClipRect(QRectF(0, 0, PIXELS, height))
            paint(painter, picture, PIXELS)
        painter.restore()

    page.shape(draw)
    page.skip(height * factor + 120)


def _named(year: int) -> str:
    """令和8年度, or 2026/27."""
    era, _letter, number = era_year(date(year, 4, 30))
    return _("paper.year_named", era=f"{era}{number}", year=year, after=f"{(year + 1) % 100:02d}")
