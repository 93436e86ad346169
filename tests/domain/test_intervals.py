"""Intervals as the tables of Clopper and Pearson have them."""

from __future__ import annotations

import pytest

from app.domain.intervals import exact


@pytest.mark.parametrize(
    ("found", "of", "low", "high"),
    [
        (0, 50, 0.0, 0.0711),
        (1, 50, 0.0005, 0.1065),
        (2, 50, 0.0049, 0.1371),
        (5, 10, 0.1871, 0.8129),
        (10, 10, 0.6915, 1.0),
    ],
)
def test_bounds_are_those_of_the_tables(found: int, of: int, low: float, high: float) -> None:
    interval = exact(found, of)
    assert interval.share == found / of
    assert (interval.low, interval.high) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


def test_more_drawn_says_more() -> None:
    widths = [exact(n // 50, n) for n in (50, 500, 5000)]
    assert [one.high - one.low for one in widths] == sorted((one.high - one.low for one in widths), reverse=True)


@pytest.mark.parametrize(("found", "of"), [(0, 0), (3, 2), (-1, 5)])
def test_what_is_no_share_is_refused(found: int, of: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        exact(found, of)
