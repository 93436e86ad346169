"""Marks: told apart by shape and fill without any colour, cached, and always with words."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtGui import QImage, QPixmap
from pytestqt.qtbot import QtBot

from app.domain.priority import LEVELS, Level
from app.domain.sectors import SECTORS, Sector
from app.services.answers.caseload import SectorMark
from ui import words
from ui.theme import theme
from ui.tokens import DARK, LIGHT
from ui.widgets import marks


@pytest.fixture(autouse=True)
def _ground(qtbot: QtBot) -> None:
    words.speak("ja")
    theme.wear(LIGHT)


def ink(pixmap: QPixmap) -> float:
    """How much of the picture is filled, 0 to 1, colours left aside."""
    image = pixmap.toImage().convertToFormat(QImage.Format.Format_ARGB32)
    total = sum(image.pixelColor(x, y).alphaF() for x in range(image.width()) for y in range(image.height()))
    return total / (image.width() * image.height())


def test_fill_falls_with_the_level() -> None:
    filled = [ink(marks.level_pixmap(level)) for level in LEVELS]
    assert filled[0] > 0.5
    assert filled[1] > 0.5
    assert filled[1] > filled[2] > filled[3] > filled[4] > 0


def test_the_levels_differ_without_colour() -> None:
    masks = [marks.level_pixmap(level).toImage().createAlphaMask() for level in LEVELS]
    masks.append(marks.level_pixmap(marks.SAMPLE).toImage().createAlphaMask())
    for at, one in enumerate(masks):
        assert all(one != other for other in masks[at + 1 :])


def test_the_sectors_differ_without_colour() -> None:
    made = [marks.sector_pixmap(SectorMark(sector, "points", 7)) for sector in SECTORS]
    masks = [one.toImage().createAlphaMask() for one in made]
    for at, one in enumerate(masks):
        assert all(one != other for other in masks[at + 1 :])


@pytest.mark.parametrize("sector", SECTORS)
def test_the_states_of_a_sector_differ(sector: Sector) -> None:
    made = [
        marks.sector_pixmap(SectorMark(sector, state, points)).toImage()
        for state, points in (("points", 2), ("points", 5), ("nothing", 0), ("unknown", 0), ("not_applicable", 0))
    ]
    for at, one in enumerate(made):
        assert all(one != other for other in made[at + 1 :])


def test_pictures_are_cached_by_theme_and_density() -> None:
    mark = SectorMark(Sector.WELFARE, "points", 4)
    assert marks.sector_pixmap(mark).cacheKey() == marks.sector_pixmap(mark).cacheKey()
    assert marks.sector_pixmap(mark, 2.0).width() == 2 * marks.sector_pixmap(mark).width()
    light = marks.level_pixmap(Level.HIGH).toImage()
    theme.wear(DARK)
    assert marks.level_pixmap(Level.HIGH).toImage() != light
    theme.wear(LIGHT)


def test_a_mark_says_sector_points_and_how_far_the_data_reaches() -> None:
    mark = SectorMark(Sector.EDUCATION, "points", 6, date(2026, 10, 31))
    assert marks.sector_says(mark, date(2026, 11, 24)) == "教育 6点、10/31まで"
    unknown = SectorMark(Sector.MEDICAL, "unknown", 0, None)
    assert marks.sector_says(unknown) == "医療 分かりません"


def test_the_widget_of_a_mark_has_a_name(qtbot: QtBot) -> None:
    widget = marks.LevelMark(Level.URGENT)
    qtbot.addWidget(widget)
    assert widget.accessibleName() == "優先度 緊急"
