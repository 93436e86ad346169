"""Days are shown in the years that the office counts by, and typed in western ones."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QDate, QDateTime, QTime
from PySide6.QtWidgets import QAbstractSpinBox, QApplication
from pytestqt.qtbot import QtBot

from ui import words
from ui.criteria.numbers import NumberField
from ui.theme import theme
from ui.tokens import THEMES
from ui.widgets.days import MomentField


@pytest.fixture(autouse=True)
def wareki() -> Iterator[None]:
    before = words.western()
    words.count_years("wareki")
    yield
    words.count_years("western" if before else "wareki")


@pytest.fixture
def dressed(qapp: QApplication) -> Iterator[None]:
    """The sheet that every window wears: it decides how much room a field leaves to its words."""
    before = qapp.styleSheet()
    theme.wear(THEMES["light"])
    yield
    qapp.setStyleSheet(before)


def field_at(qtbot: QtBot, day: QDate) -> MomentField:
    field = MomentField("受付")
    qtbot.addWidget(field)
    field.setDateTime(QDateTime(day, QTime(9, 5)))
    return field


def test_the_year_of_the_era_stands_beside(qtbot: QtBot, typeface: None, japanese: None) -> None:
    field = field_at(qtbot, QDate(2026, 11, 24))
    assert field.text() == "2026（令和8）年11月24日 09:05"
    field.setDate(QDate(2019, 5, 1))
    assert field.text() == "2019（令和元）年5月1日 09:05"
    field.setDate(QDate(2019, 4, 30))
    assert field.text() == "2019（平成31）年4月30日 09:05"


def test_western_years_alone_where_the_office_counts_so(qtbot: QtBot, typeface: None, japanese: None) -> None:
    words.count_years("western")
    assert field_at(qtbot, QDate(2026, 11, 24)).text() == "2026年11月24日 09:05"


def test_in_english_there_are_western_years_only(qtbot: QtBot, typeface: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words._Spoken, "language", "en")
    assert field_at(qtbot, QDate(2026, 11, 24)).text() == "24 Nov 2026 09:05"


def test_what_a_field_holds_can_be_read(qtbot: QtBot, typeface: None, japanese: None, dressed: None) -> None:
    number = NumberField(12, 0, 100, "点", suffix="件")
    fields: list[QAbstractSpinBox] = [field_at(qtbot, QDate(2026, 11, 24)), number]
    for field in fields:
        qtbot.addWidget(field)
        field.resize(field.sizeHint())
        field.show()
        assert field.lineEdit().width() >= field.fontMetrics().horizontalAdvance(field.text())
