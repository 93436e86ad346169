"""Classes as schools and nurseries count them."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.ages import grade_on


@pytest.mark.parametrize(
    ("birth", "grade"),
    [
        (date(2026, 9, 1), "0歳児"),
        (date(2025, 4, 2), "0歳児"),
        (date(2025, 4, 1), "1歳児"),
        (date(2020, 4, 2), "年長"),
        (date(2020, 4, 1), "小1"),
        (date(2019, 4, 2), "小1"),
        (date(2012, 5, 5), "中2"),
        (date(2008, 4, 2), "高3"),
        (date(2008, 4, 1), ""),
        (date(2026, 11, 1), "0歳児"),
        (date(2027, 5, 1), ""),
    ],
)
def test_classes_in_the_school_year_2026(birth: date, grade: str) -> None:
    assert grade_on(birth, date(2026, 10, 31)) == grade
