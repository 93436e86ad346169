"""Which fact the arrow keys come to: along time, and from one row to the next. Pure."""

from __future__ import annotations

from ui.timeline.lanes import Lanes, Place


def along(lanes: Lanes, here: Place | None, by: int) -> Place | None:
    """The next or previous place in time; from nowhere the last one before today. None without facts."""
    walk = lanes.walk
    if not walk:
        return None
    if here is None:
        known = [index for index, place in enumerate(walk) if lanes.item(place).start <= lanes.today]
        return walk[known[-1] if known else 0]
    return walk[min(max(lanes.walk_index[here] + by, 0), len(walk) - 1)]


def across(lanes: Lanes, here: Place, by: int) -> Place:
    """The nearest place in time of the next row that has one."""
    rows = [(lane, row) for lane, one in enumerate(lanes.lanes) for row, that in enumerate(one.rows) if that.items]
    at = rows.index((here.lane, here.row))
    lane, row = rows[min(max(at + by, 0), len(rows) - 1)]
    start = lanes.item(here).start
    items = lanes.lanes[lane].rows[row].items
    return Place(lane, row, min(range(len(items)), key=lambda index: abs(items[index].start - start)))
