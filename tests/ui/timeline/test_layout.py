"""What stands where: nothing is hidden without being counted."""

from __future__ import annotations

import itertools
from datetime import date

import pytest

from app.services.answers.child import ChildFile
from tests.ui.sample_child import child_with, sample_child
from ui.timeline.lanes import Item, Lanes, RowStyle
from ui.timeline.layout import (
    NEAR,
    density,
    holes_of,
    marks_of,
    over_holes,
    strips,
    tally,
)
from ui.timeline.rows import lanes_of
from ui.timeline.scale import Bounds, Preset, Scale, fit, preset_scale

WIDTH = 884.0


def measure(text: str) -> float:
    return 12.0 * len(text)


def words(item: Item) -> str:
    return "一二三四"


def scales(lanes: Lanes) -> list[Scale]:
    bounds = Bounds(lanes.first, lanes.today, lanes.last)
    found = [preset_scale(preset, bounds, WIDTH) for preset in Preset]
    return [*found, fit(lanes.first, lanes.first + 20 * 365, WIDTH)]


def bundled(lanes: Lanes, scale: Scale) -> int:
    return sum(marks_of(row, scale, measure, words).bundled for lane in lanes.lanes for row in lane.rows)


@pytest.mark.parametrize("file", [sample_child(), child_with(2000)], ids=["sample", "strewn"])
def test_shown_bundled_and_outside_are_everything(file: ChildFile) -> None:
    lanes = lanes_of(file)
    for scale in scales(lanes):
        counted = tally(lanes, scale, bundled(lanes, scale))
        assert min(counted.shown, counted.bundled, counted.outside) >= 0
        assert counted.shown + counted.bundled + counted.outside == lanes.total


@pytest.mark.parametrize("file", [sample_child(), child_with(2000)], ids=["sample", "strewn"])
def test_every_point_in_sight_has_a_mark_or_is_counted_in_one(file: ChildFile) -> None:
    lanes = lanes_of(file)
    scale = scales(lanes)[1]
    for lane in lanes.lanes:
        for row in lane.rows:
            if row.style not in (RowStyle.POINTS, RowStyle.CONTACTS, RowStyle.DECISIONS):
                continue
            marked = [i for mark in marks_of(row, scale, measure, words).marks for i in range(mark.first, mark.last)]
            seen = [i for i, item in enumerate(row.items) if scale.left <= item.start <= scale.right]
            assert marked == seen


def test_glyphs_nearer_than_eighteen_pixels_become_a_box_with_a_count() -> None:
    lanes = lanes_of(child_with(2000))
    row = lanes.lanes[0].rows[0]
    marks = marks_of(row, scales(lanes)[1], measure, words).marks
    assert any(mark.box > 1 for mark in marks)
    assert all(b.x - a.x >= NEAR - 0.01 for a, b in itertools.pairwise(marks))


def test_what_somebody_saw_is_never_hidden_in_a_box() -> None:
    lanes = lanes_of(sample_child())
    row = lanes.lanes[-1].rows[1]
    for scale in scales(lanes):
        for mark in marks_of(row, scale, measure, words).marks:
            if any(item.seen for item in row.items[mark.first : mark.last]):
                assert mark.item.seen


def test_labels_never_run_into_the_next_glyph_or_each_other() -> None:
    lanes = lanes_of(child_with(300))
    for scale in scales(lanes)[:4]:
        for lane in lanes.lanes:
            for row in lane.rows:
                if row.style is not RowStyle.POINTS:
                    continue
                marks = marks_of(row, scale, measure, words).marks
                taken = -1e9
                for mark in marks:
                    left = mark.x - 13 - mark.width if mark.side == -1 else mark.x
                    assert left >= taken - 0.01
                    taken = mark.x + 13 + mark.width if mark.side == 1 else mark.x


def test_a_label_without_room_is_counted() -> None:
    lanes = lanes_of(child_with(300))
    row = lanes.lanes[0].rows[0]
    scale = scales(lanes)[1]
    found = marks_of(row, scale, lambda _text: 2000.0, words)
    assert all(mark.side == 0 for mark in found.marks)
    assert found.bundled == row.counted(scale.left, scale.right)


def test_density_counts_every_fact_in_sight() -> None:
    lanes = lanes_of(child_with(2000))
    scale = fit(lanes.first, lanes.last, 400)
    for lane in lanes.lanes[:5]:
        assert sum(count for _x, _w, count in density(lane, scale)) == len(lane.starts)


def test_rows_with_the_same_hole_share_one_piece_of_hatch() -> None:
    lanes = lanes_of(sample_child())
    strip = strips(lanes, 484)[1]
    first = date(2025, 2, 1).toordinal()
    pieces = [piece for piece in holes_of(lanes.lanes[1], strip) if piece[0] == first]
    assert len(pieces) == 1
    assert pieces[0][3] > 100


def test_words_on_a_hatch_get_ground() -> None:
    lanes = lanes_of(sample_child())
    absence = lanes.lanes[1].rows[0]
    scale = scales(lanes)[1]
    x = scale.x(date(2025, 1, 20).toordinal())
    assert over_holes(absence, scale, x, x + 100)
    assert not over_holes(absence, scale, x - 100, x)


@pytest.mark.parametrize("height", [300, 420, 484, 560, 900])
def test_lanes_fill_the_height_or_keep_their_least(height: int) -> None:
    lanes = lanes_of(sample_child())
    made = strips(lanes, height, frozenset({2}))
    assert all(strip.height >= 28 for strip in made)
    assert [strip.y for strip in made[1:]] == [strip.y + strip.height for strip in made[:-1]]
    for strip in made:
        for band in strip.bands:
            assert strip.y <= band.y
            assert band.y + band.height <= strip.y + strip.height
