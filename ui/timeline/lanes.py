"""What stands on the timeline, before anyone asks where: a child's file as lanes, rows and items.

An item is one thing the eye can meet: a point, a span, a month's bar, a value of a series, a
decision, a contact, a planned day. It names the facts it speaks for, and every fact of the file is
counted in exactly one item, so that the view can say how many it does not show. How a kind of fact
becomes items is told in ``rows``; pixels are told in ``layout``. Pure: no Qt, no words.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cached_property
from itertools import accumulate

from app.domain.facts import KINDS
from app.domain.sectors import Sector
from app.services.answers.child import ContactLine, DecisionLine, FactLine, WithheldItem

OUTREACH = "outreach"


class Shape(Enum):
    """How an item is drawn."""

    POINT = auto()
    SPAN = auto()
    BAR = auto()
    NUMBER = auto()
    VALUE = auto()  # one value of a series
    NOTHING = auto()  # somebody told us, and there was nothing
    DECISION = auto()
    CONTACT = auto()
    PLANNED = auto()


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """One thing on the timeline, from ordinal ``start`` to ``end`` (inclusive).

    ``counts`` is how many facts, decisions or contacts are counted here and nowhere else; an item
    that repeats a fact already counted in another row has 0. ``value`` is None where the source
    left it empty: unknown, never 0. ``line`` is the sub-row of a packed span.
    """

    shape: Shape
    start: int
    end: int
    facts: tuple[FactLine, ...] = ()
    value: float | None = None
    counts: int = 1
    line: int = 0
    aspect: str = ""
    decision: DecisionLine | None = None
    contact: ContactLine | None = None

    @property
    def uncertain(self) -> bool:
        """Does any of its facts hang on a link that is not settled?"""
        return any(line.uncertain for line in self.facts)

    @property
    def seen(self) -> bool:
        """A contact at which somebody saw the child with their own eyes."""
        return self.contact is not None and self.contact.seen


class RowStyle(Enum):
    """How a row is laid out; the heights of rows hang on it."""

    POINTS = auto()
    SPANS = auto()
    BARS = auto()
    NUMBERS = auto()
    SERIES = auto()
    DECISIONS = auto()
    CONTACTS = auto()


@dataclass(frozen=True, slots=True)
class Hole:
    """A stretch of ordinals (inclusive) in which nobody told us."""

    start: int
    end: int


@dataclass(frozen=True)
class Row:
    """Items of one subject in order of their start. ``detail`` replaces them when zoomed in.

    ``curve`` is the child's own earlier line through a series: (day, value, day, value).
    """

    key: str
    style: RowStyle
    items: tuple[Item, ...]
    holes: tuple[Hole, ...] = ()
    lines: int = 1
    detail: tuple[Item, ...] = ()
    curve: tuple[float, float, float, float] | None = None

    @cached_property
    def starts(self) -> list[int]:
        """Starts of the items, for bisecting."""
        return [item.start for item in self.items]

    @cached_property
    def top(self) -> float:
        """The greatest value, at least 1."""
        return max((item.value or 0 for item in self.items), default=1.0) or 1.0

    def range_in(self, first: float, last: float) -> tuple[float, float]:
        """Smallest and greatest value in sight, with the neighbours that the line runs to."""
        here = self.between(first, last)
        near = self.items[max(here.start - 1, 0) : here.stop + 1]
        values = [item.value for item in near if item.value is not None]
        return (min(values), max(values)) if values else (0.0, 1.0)

    @cached_property
    def longest(self) -> int:
        """The longest item in days: how far to look to the left of the view."""
        return max((item.end - item.start for item in self.items), default=0)

    @cached_property
    def _counts(self) -> tuple[list[int], list[int], list[int]]:
        by_end = sorted(self.items, key=lambda item: item.end)
        return (
            [0, *accumulate(item.counts for item in self.items)],
            [item.end for item in by_end],
            [0, *accumulate(item.counts for item in by_end)],
        )

    def between(self, first: float, last: float) -> range:
        """Indexes of the items that may touch the days ``first`` to ``last``."""
        return range(bisect_left(self.starts, first - self.longest), bisect_right(self.starts, last))

    def counted(self, first: float, last: float) -> int:
        """How many facts lie, wholly or partly, in the days ``first`` to ``last``."""
        by_start, ends, by_end = self._counts
        begun = by_start[bisect_right(self.starts, last)]
        over = by_end[bisect_left(ends, first)]
        return begun - over

    def count_of(self, first: int, last: int) -> int:
        """How many facts the items ``first`` up to ``last`` (exclusive) are counted for."""
        by_start = self._counts[0]
        return by_start[last] - by_start[first]

    @property
    def total(self) -> int:
        """All facts that are counted in this row."""
        return self._counts[0][-1]


class LaneState(Enum):
    """Why a lane is empty, if it is."""

    ROWS = auto()
    NOTHING = auto()
    NO_DATA = auto()
    CLOSED = auto()  # to the role of who looks, and something is there
    OFF = auto()  # the office, or the family, has it that this is not used
    NOT_APPLICABLE = auto()


@dataclass(frozen=True)
class Lane:
    """One department's strip, or our own (``outreach``). ``as_of`` is an ordinal or None; ``withheld``
    are its items that are not used."""

    key: str
    sector: Sector | None
    rows: tuple[Row, ...]
    state: LaneState
    holes: tuple[Hole, ...] = ()
    as_of: int | None = None
    ended: int | None = None
    withheld: tuple[WithheldItem, ...] = ()

    @cached_property
    def starts(self) -> list[int]:
        """Starts of everything counted in the lane, in order, for the density bars."""
        return sorted(item.start for row in self.rows for item in row.items for _ in range(item.counts))


@dataclass(frozen=True)
class Place:
    """Where an item stands: lane, row and index in the row."""

    lane: int
    row: int
    index: int


@dataclass(frozen=True)
class Lanes:
    """Everything on the timeline of one child, and what the window of time may be."""

    lanes: tuple[Lane, ...]
    today: int
    first: int
    last: int
    birth: int | None
    next_day: int | None = None
    fact_places: dict[int, list[Place]] = field(default_factory=dict)

    @cached_property
    def walk(self) -> list[Place]:
        """Every item once, in order of time, then of lane: what the arrow keys walk."""
        places = [
            (item.start, lane_no, row_no, index)
            for lane_no, lane in enumerate(self.lanes)
            for row_no, row in enumerate(lane.rows)
            for index, item in enumerate(row.items)
            if item.counts or item.shape is Shape.PLANNED
        ]
        places.sort()
        return [Place(lane, row, index) for _, lane, row, index in places]

    @cached_property
    def walk_index(self) -> dict[Place, int]:
        """The position of each place in ``walk``; of one that repeats a fact, that fact's own."""
        found = {place: position for position, place in enumerate(self.walk)}
        for places in self.fact_places.values():
            own = next((place for place in places if place in found), None)
            if own is not None:
                found |= {place: found[own] for place in places if place not in found}
        return found

    def row(self, place: Place) -> Row:
        """The row that a place is in."""
        return self.lanes[place.lane].rows[place.row]

    def item(self, place: Place) -> Item:
        """The item at a place."""
        return self.row(place).items[place.index]

    @cached_property
    def total(self) -> int:
        """All facts, decisions and contacts of the file."""
        return sum(row.total for lane in self.lanes for row in lane.rows)

    def counted(self, first: float, last: float) -> int:
        """How many of them lie in the days ``first`` to ``last``."""
        return sum(row.counted(first, last) for lane in self.lanes for row in lane.rows)


def places_of_facts(lanes: Iterable[Lane]) -> dict[int, list[Place]]:
    """Fact id to the places that speak for it."""
    found: dict[int, list[Place]] = {}
    for lane_no, lane in enumerate(lanes):
        for row_no, row in enumerate(lane.rows):
            for index, item in enumerate(row.items):
                for line in item.facts:
                    found.setdefault(line.fact.id, []).append(Place(lane_no, row_no, index))
    return found


def sector_of(line: FactLine) -> Sector:
    """The sector in whose lane a fact stands."""
    return KINDS[line.fact.kind].sector
