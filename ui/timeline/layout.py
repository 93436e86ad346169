"""What stands where: heights of lanes and rows, glyphs, boxes with a count, labels that fit.

Takes lanes, a scale, a way to measure words; gives marks in pixels. Never visits more items than
can stand in the width (bisecting from glyph to glyph), so 20,000 facts cost what 200 do. Pure.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field

from ui.timeline.lanes import Item, Lane, Lanes, LaneState, Row, RowStyle, Shape
from ui.timeline.scale import Scale, Stage, months

GLYPH = 15  # px from the middle of a glyph to its words
NEAR = 18  # glyphs nearer than this become a box with a count
_NEAR_RINGS = 26
_VALUE = 6
EMPTY_LANE = 28
_PAD = 3  # above and below the rows of a lane

# height as drawn at 1440x900, least height, most height
_HEIGHTS = {
    RowStyle.POINTS: (30, 18, 40),
    RowStyle.BARS: (56, 30, 110),
    RowStyle.NUMBERS: (28, 18, 34),
    RowStyle.SERIES: (48, 32, 110),
    RowStyle.DECISIONS: (36, 24, 44),
    RowStyle.CONTACTS: (42, 26, 52),
}
_SPAN_LINE = (21, 16, 24)
_LEAST_LANE = {"register": 28, "education": 60, "childcare": 28, "welfare": 40, "medical": 40}
_NOMINAL_LANE = {"register": 46, "welfare": 62, "medical": 62, "education": 62}

Measure = Callable[[str], float]


@dataclass(frozen=True)
class Band:
    """A row's strip of pixels."""

    row: int
    y: float
    height: float


@dataclass(frozen=True)
class Strip:
    """A lane's strip of pixels and its rows' within it."""

    lane: int
    y: float
    height: float
    bands: tuple[Band, ...]


def _row_heights(row: Row) -> tuple[int, int, int]:
    if row.style is not RowStyle.SPANS:
        return _HEIGHTS[row.style]
    low, least, most = (row.lines * px + 6 for px in _SPAN_LINE)
    return low, least, most


def strips(lanes: Lanes, height: float, folded: frozenset[int] = frozenset()) -> tuple[Strip, ...]:
    """Share ``height`` among the lanes; when it is too little they stay at their least height.

    The caller scrolls when the last strip ends below ``height``. Lanes ``folded`` get no rows.
    """
    wanted = [
        [] if number in folded else [_row_heights(row) for row in lane.rows] for number, lane in enumerate(lanes.lanes)
    ]
    sums = [
        sum(_lane_sum(lane, rows, which) for lane, rows in zip(lanes.lanes, wanted, strict=True)) for which in (1, 0, 2)
    ]
    low, middle, high = sums
    if height <= middle:
        share = max(0.0, min(1.0, (height - low) / max(middle - low, 1)))
        pair = (1, 0)
    else:
        share = min(1.0, (height - middle) / max(high - middle, 1))
        pair = (0, 2)
    y = 0.0
    made = []
    for number, (lane, rows) in enumerate(zip(lanes.lanes, wanted, strict=True)):
        strip = _strip(number, lane, rows, y, share, pair)
        made.append(strip)
        y += strip.height
    return tuple(made)


def _lane_sum(lane: Lane, rows: list[tuple[int, int, int]], which: int) -> int:
    total = sum(row[which] for row in rows) + 2 * _PAD if rows else EMPTY_LANE
    floor = _LEAST_LANE if which == 1 else _NOMINAL_LANE
    return max(total, floor.get(lane.key, EMPTY_LANE) if rows else EMPTY_LANE)


def _strip(
    number: int, lane: Lane, rows: list[tuple[int, int, int]], y: float, share: float, pair: tuple[int, int]
) -> Strip:
    a, b = (_lane_sum(lane, rows, which) for which in pair)
    height = round(a + (b - a) * share)
    inner = [row[pair[0]] + (row[pair[1]] - row[pair[0]]) * share for row in rows]
    spare = (height - 2 * _PAD - sum(inner)) / len(inner) if inner else 0.0
    bands = []
    top = y + _PAD
    for index, row_height in enumerate(inner):
        bands.append(Band(index, round(top), round(row_height + spare)))
        top += row_height + spare
    return Strip(number, y, height, tuple(bands))


# ------------------------------------------------------------------ marks


@dataclass(slots=True)
class Mark:
    """Something to draw for the items ``first`` up to ``last`` (exclusive) of a row.

    ``x`` is the centre of a glyph or the left of a span, ``x2`` a span's right. ``box`` is the
    number of items in a box with a count, 0 for a single one. ``side`` of the label: 1 right,
    -1 left, 0 none.
    """

    first: int
    last: int
    item: Item
    x: float
    x2: float
    box: int = 0
    label: str = ""
    side: int = 0
    width: float = 0.0


@dataclass(slots=True)
class RowMarks:
    """What one row shows, and how many facts it shows only bundled or without their words."""

    marks: list[Mark] = field(default_factory=list)
    bundled: int = 0


@dataclass(frozen=True)
class Tally:
    """Where all the facts went: each one is in exactly one of the three."""

    shown: int
    bundled: int
    outside: int


def marks_of(row: Row, scale: Scale, measure: Measure, words: Callable[[Item], str]) -> RowMarks:
    """The marks of one row at this scale; in the density stage nothing but the count."""
    first, last = scale.left, scale.right
    if scale.stage is Stage.DENSITY and row.style not in (RowStyle.DECISIONS, RowStyle.CONTACTS):
        return RowMarks([], row.counted(first, last))
    if row.style in (RowStyle.BARS, RowStyle.NUMBERS, RowStyle.SERIES):
        return _plain(row, scale)
    if row.style is RowStyle.SPANS:
        return _spans(row, scale, measure, words)
    return _glyphs(row, scale, measure, words)


def _plain(row: Row, scale: Scale) -> RowMarks:
    """Bars, numbers, values: one mark each; of those too near only the first, the rest is counted."""
    found = RowMarks()
    visible = row.between(scale.left, scale.right)
    near = _VALUE if row.style is RowStyle.SERIES else 2
    crowded = len(visible) > scale.width / near
    index = visible.start
    while index < visible.stop:
        item = row.items[index]
        x = scale.x(item.start)
        stop = index + 1
        if crowded:
            stop = bisect_left(row.starts, scale.day(x + near), stop, visible.stop)
            found.bundled += row.count_of(index + 1, stop)
        found.marks.append(Mark(index, stop, item, x, scale.x(item.end + 1)))
        index = stop
    return found


def _spans(row: Row, scale: Scale, measure: Measure, words: Callable[[Item], str]) -> RowMarks:
    found = RowMarks()
    right_of = [-1e9] * row.lines
    left, per_day = scale.left, scale.per_day  # inlined: thousands of spans may be hidden here
    for index in row.between(scale.left, scale.right):
        item = row.items[index]
        if item.end < left:
            continue
        x2 = (item.end + 1 - left) * per_day
        if x2 < right_of[item.line] + 2:  # hidden behind the one before
            found.bundled += item.counts
            continue
        x = (item.start - left) * per_day
        if item.shape is not Shape.SPAN:
            x = x2 = x + per_day / 2
        right_of[item.line] = x2
        found.marks.append(Mark(index, index + 1, item, x, x2))
    _label_spans(found, row, scale, measure, words)
    return found


def _label_spans(found: RowMarks, row: Row, scale: Scale, measure: Measure, words: Callable[[Item], str]) -> None:
    """Words stand inside a span, or after it as far as its line is free."""
    next_x = [scale.width] * row.lines
    for mark in reversed(found.marks):
        line = mark.item.line
        if scale.stage >= Stage.SHORT and mark.item.shape is not Shape.NOTHING:
            mark.label = words(mark.item)
            mark.width = measure(mark.label)
            inside = min(mark.x2, scale.width) - max(mark.x, 0) - 12
            if mark.item.shape is Shape.SPAN and mark.width <= inside:
                mark.side = 0
            elif mark.x2 + 12 + mark.width <= next_x[line]:
                mark.side = 1
            elif inside >= 40:
                mark.width = inside  # elided by the painter
                found.bundled += mark.item.counts
            else:
                mark.label = ""
                found.bundled += mark.item.counts
        next_x[line] = mark.x - (8 if mark.item.shape is not Shape.SPAN else 0)


def _glyphs(row: Row, scale: Scale, measure: Measure, words: Callable[[Item], str]) -> RowMarks:
    found = RowMarks()
    middle = scale.per_day / 2
    near = NEAR if row.style is not RowStyle.CONTACTS else _NEAR_RINGS
    index = bisect_left(row.starts, scale.left)
    end = bisect_right(row.starts, scale.right)
    while index < end:
        x = scale.x(row.starts[index]) + middle
        stop = bisect_left(row.starts, scale.day(x + near - middle), index + 1, end)
        bundled = stop - index
        item = row.items[index]
        if row.style is RowStyle.CONTACTS:
            # What somebody saw with their own eyes gives the box its sign: never hidden in it.
            item = next((one for one in reversed(row.items[index:stop]) if one.seen), item)
        found.marks.append(Mark(index, stop, item, x, x, box=bundled if bundled > 1 else 0))
        index = stop
    for mark in found.marks:
        if mark.box:
            found.bundled += row.count_of(mark.first, mark.last) - mark.item.seen
    _label_glyphs(found, row, scale, measure, words)
    return found


def _label_glyphs(found: RowMarks, row: Row, scale: Scale, measure: Measure, words: Callable[[Item], str]) -> None:
    """Right of the glyph, else left, else dropped and counted."""
    if not _labelled(row.style, scale.stage):
        return
    taken = 0.0  # up to here the row is full
    marks = found.marks
    for position, mark in enumerate(marks):
        label = "" if mark.box else words(mark.item)
        free = marks[position + 1].x - GLYPH if position + 1 < len(marks) else scale.width
        if label:
            bold = row.style is RowStyle.DECISIONS or mark.item.uncertain
            width = measure(label) * (1.1 if bold else 1)
            if mark.x + GLYPH + width <= free:
                mark.label, mark.side, mark.width = label, 1, width
            elif mark.x - GLYPH - width >= taken:
                mark.label, mark.side, mark.width = label, -1, width
            else:
                found.bundled += mark.item.counts
        taken = mark.x + GLYPH + (mark.width + 6 if mark.side == 1 else 0)


def _labelled(style: RowStyle, stage: Stage) -> bool:
    if style is RowStyle.DECISIONS:
        return stage >= Stage.GLYPHS
    return stage >= Stage.SHORT


def tally(lanes: Lanes, scale: Scale, bundled: int) -> Tally:
    """Shown with its own sign, shown bundled, not in sight: together they are everything."""
    visible = lanes.counted(scale.left, scale.right)
    bundled = min(bundled, visible)
    return Tally(visible - bundled, bundled, lanes.total - visible)


def density(lane: Lane, scale: Scale) -> list[tuple[float, float, int]]:
    """(x, width, count) for each stretch of months in sight that has something in it."""
    step = max(1, int(4 / max(scale.per_month, 0.1)) + (scale.per_month < 4))
    ticks = [month.toordinal() for month in months(scale)][::step]
    found = []
    for index, day in enumerate(ticks):
        after = ticks[index + 1] if index + 1 < len(ticks) else int(scale.right) + 1
        count = bisect_left(lane.starts, after) - bisect_left(lane.starts, day)
        if count:
            x = scale.x(day)
            found.append((x, scale.x(after) - x, count))
    return found


def over_holes(row: Row, scale: Scale, left: float, right: float) -> list[tuple[float, float]]:
    """The pieces (x, width) of ``left`` to ``right`` (px) in which words would stand on a hatch."""
    pieces = []
    for hole in row.holes:
        start, end = max(scale.x(hole.start), left), min(scale.x(hole.end + 1), right)
        if end > start:
            pieces.append((start, end - start))
    return pieces


def holes_of(lane: Lane, strip: Strip) -> list[tuple[int, int, float, float]]:
    """(first day, last day, y, height) to hatch; rows with the same hole share one piece."""
    if lane.state is not LaneState.ROWS or not strip.bands:
        return [(hole.start, hole.end, strip.y, strip.height) for hole in lane.holes]
    found: list[tuple[int, int, float, float]] = []
    open_pieces: dict[tuple[int, int], tuple[float, float]] = {}
    for band in strip.bands:
        here: dict[tuple[int, int], tuple[float, float]] = {}
        for hole in lane.rows[band.row].holes:
            key = (hole.start, hole.end)
            top, _bottom = open_pieces.pop(key, (band.y, band.y))
            here[key] = (top, band.y + band.height)
        found += [(*key, top, bottom - top) for key, (top, bottom) in open_pieces.items()]
        open_pieces = here
    found += [(*key, top, bottom - top) for key, (top, bottom) in open_pieces.items()]
    return found
