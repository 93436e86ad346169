"""Lines come out sorted, all of them, however few are held at a time."""

from __future__ import annotations

import random

import pytest

from app.services.deriving import ordering
from app.services.deriving.ordering import in_order


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 4321])
@pytest.mark.parametrize("at_once", [100, 1000, 100_000])
def test_all_lines_come_sorted(count: int, at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ordering, "_IN_BLOCK", 10)
    monkeypatch.setattr(ordering, "_TOGETHER", 3)
    chance = random.Random(count)
    # Many share a person and a day, and what comes after is unknown as often as not.
    lines = [
        (chance.randrange(9), f"2026-0{chance.randrange(1, 10)}-01", number, chance.choice([None, "x", 1.5]), None)
        for number in range(count)
    ]
    chance.shuffle(lines)
    assert list(in_order(iter(lines), at_once)) == sorted(lines, key=lambda line: line[:3])


def test_everything_is_read_before_the_first_line_is_given() -> None:
    """The lines are read from the very database that they are laid into."""
    left = iter([(2, "b", 1), (1, "a", 2), (3, "c", 3)] * 2)
    given = in_order(left, 2)
    next(given)
    assert next(left, None) is None
