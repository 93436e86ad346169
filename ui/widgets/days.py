"""Fields for a day or a moment: real date fields underneath, with the years that the office counts by."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QDate, QLocale
from PySide6.QtWidgets import QDateEdit, QDateTimeEdit

from ui.theme import theme
from ui.tokens import FIELD_SMALL
from ui.words import era_year, language, western

HEIGHT = 26


class DayField(QDateEdit):
    """A day, or none: the day before the earliest stands for "not set"."""

    def __init__(self, earliest: date, none_words: str, says: str) -> None:
        super().__init__()
        self._none = QDate(earliest.year, earliest.month, earliest.day).addDays(-1)
        self.setFont(theme.font())
        self.setFixedHeight(HEIGHT)
        self.setCalendarPopup(True)
        self.setLocale(QLocale("ja_JP" if language() == "ja" else "en_GB"))
        self.setDisplayFormat("M月d日（ddd）" if language() == "ja" else "ddd d MMM yyyy")
        self.setMinimumDate(self._none)
        self.setMaximumDate(self._none.addYears(20))
        self.setSpecialValueText(none_words)
        self.setAccessibleName(says)
        self.put(None)

    def day(self) -> date | None:
        """The chosen day, None when not set."""
        chosen = self.date()
        return None if chosen == self._none else date(chosen.year(), chosen.month(), chosen.day())

    def put(self, day: date | None) -> None:
        """Show a day, or that none is set."""
        self.setDate(self._none if day is None else QDate(day.year, day.month, day.day))


class MomentField(QDateTimeEdit):
    """A day of a certain year and the time of day."""

    def __init__(self, says: str) -> None:
        super().__init__()
        self.setFont(theme.font())
        self.setFixedHeight(FIELD_SMALL + 2)
        self.setCalendarPopup(True)
        self.setLocale(QLocale("ja_JP" if language() == "ja" else "en_GB"))
        self.setAccessibleName(says)
        show_years(self, " HH:mm")


def show_years(field: QDateTimeEdit, rest: str = "") -> None:
    """Let a field show its year, in Japanese beside it that of the era where the office counts so. The western year
    stays: it is what is typed."""

    def spell(day: QDate) -> None:
        wanted = _full(date(day.year(), day.month(), day.day())) + rest
        if field.displayFormat() != wanted:
            field.setDisplayFormat(wanted)

    spell(field.date())
    field.dateChanged.connect(spell)


def _full(day: date) -> str:
    if language() != "ja":
        return "d MMM yyyy"
    if western():
        return "yyyy年M月d日"
    era, _letter, year = era_year(day)
    return f"yyyy'（{era}{'元' if year == 1 else year}）'年M月d日"
