"""What belongs to a reason is told from the months around it, also where these are narrow."""

from __future__ import annotations

from tests.ui.sample_child import sample_child
from ui.timeline import glyphs
from ui.timeline.drawing import _before
from ui.timeline.layout import Mark
from ui.timeline.rows import lanes_of


def _month(left: float, width: float) -> Mark:
    item = next(item for lane in lanes_of(sample_child()).lanes for row in lane.rows for item in row.items)
    return Mark(0, 1, item, left, left + width)


def test_a_disc_covers_no_number_of_the_month_before() -> None:
    for width in (20, 22, 26, 30, 44):
        month = _month(200, width)
        x, radius = _before(month, 15)
        number_before, number = 200 - width / 2, 200 + width / 2
        assert x - radius >= number_before + 3.5
        assert x + radius <= number - 3.5


def test_a_disc_stays_in_the_lane_at_its_left_end() -> None:
    assert _before(_month(0, 22), 13)[0] - glyphs.DISC >= 0
