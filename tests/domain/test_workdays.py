"""Suggested dates skip weekends, Japanese holidays and the turn of the year."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.workdays import SUGGESTIONS, holiday_name, is_workday, next_workday, suggested


@pytest.mark.parametrize(
    ("day", "following"),
    [
        (date(2026, 11, 24), date(2026, 11, 24)),
        (date(2026, 11, 21), date(2026, 11, 24)),  # Saturday, Sunday, 勤労感謝の日
        (date(2026, 12, 29), date(2027, 1, 4)),
        (date(2027, 4, 29), date(2027, 4, 30)),
        (date(2026, 9, 19), date(2026, 9, 24)),  # a holiday between two holidays is one too
    ],
)
def test_the_next_workday(day: date, following: date) -> None:
    assert next_workday(day) == following


@pytest.mark.parametrize("kind", SUGGESTIONS)
def test_every_suggestion_is_a_workday(kind: str) -> None:
    for offset in range(0, 365, 9):
        assert is_workday(suggested(kind, date.fromordinal(date(2026, 4, 1).toordinal() + offset)))


def test_a_month_on_from_the_31st_is_the_last_of_a_short_month() -> None:
    assert suggested("one_month", date(2026, 10, 30)) == date(2026, 11, 30)
    assert suggested("three_months", date(2025, 11, 30)) == date(2026, 3, 2)


def test_holidays_have_names() -> None:
    assert holiday_name(date(2026, 11, 23)) == "勤労感謝の日"
    assert holiday_name(date(2026, 11, 24)) == ""
