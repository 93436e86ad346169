"""One frame as data: what is known, which stretch of time, where everything stands and is lit.

Worked out once per change by the view; the painters only read it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field

from app.domain.priority import Reason
from app.domain.sectors import Sector
from ui.theme import theme
from ui.timeline import wording
from ui.timeline.lanes import Item, Lane, Lanes, Place, Row
from ui.timeline.layout import Band, Mark, RowMarks, Strip, marks_of
from ui.timeline.scale import Scale
from ui.timeline.smallseries import LEAST_RANGE
from ui.tokens import SECOND
from ui.words import _, sector_word

LABELS = 96  # px: the column of lane names
AXIS = 52  # px: school years, ages, months


@dataclass
class Picture:
    """One frame: what is known, which stretch of time, and where the rows stand."""

    lanes: Lanes
    scale: Scale
    strips: tuple[Strip, ...]
    height: float
    scroll: float = 0.0
    numbers: dict[Place, int] = field(default_factory=dict)
    lit: frozenset[Place] = frozenset()
    overdue: bool = False
    marks: dict[tuple[int, int], RowMarks] = field(default_factory=dict)
    _numbered: dict[tuple[int, int], list[int]] = field(default_factory=dict)
    _lighted: dict[tuple[int, int], list[int]] = field(default_factory=dict)
    _ranges: dict[tuple[int, int], tuple[float, float]] = field(default_factory=dict)

    def work_out(self, measured: dict[str, float], said: dict[Item, str]) -> None:
        """Find every row's marks; ``measured`` and ``said`` remember widths and words."""
        metrics = theme.metrics(SECOND)
        self._numbered, self._lighted = _by_row(self.numbers), _by_row(self.lit)

        def measure(text: str) -> float:
            width = measured.get(text)
            if width is None:
                width = measured[text] = float(metrics.horizontalAdvance(text)) + 1
            return width

        def words(item: Item) -> str:
            text = said.get(item)
            if text is None:
                text = said[item] = wording.short(item)
            return text

        self.marks = {
            (number, index): marks_of(row, self.scale, measure, words)
            for number, lane in enumerate(self.lanes.lanes)
            for index, row in enumerate(lane.rows)
        }

    @property
    def bundled(self) -> int:
        """Facts in boxes, density bars, or without their words."""
        open_rows = sum(marks.bundled for _no, _lane, _band, _row, marks in self.bands())
        folded = sum(self.visible_in(strip.lane) for strip in self.strips if not strip.bands)
        return open_rows + folded

    def visible_in(self, lane: int) -> int:
        """How many facts of a lane lie in the stretch of time that is shown."""
        rows = self.lanes.lanes[lane].rows
        return sum(row.counted(self.scale.left, self.scale.right) for row in rows)

    def bands(self) -> Iterable[tuple[int, Lane, Band, Row, RowMarks]]:
        """Every row with its lane, its strip and its marks."""
        for strip in self.strips:
            lane = self.lanes.lanes[strip.lane]
            for band in strip.bands:
                yield (strip.lane, lane, band, lane.rows[band.row], self.marks[strip.lane, band.row])

    def number_of(self, lane: int, row: int, mark: Mark) -> int:
        """The reason that a mark stands for, 0 for none."""
        indexes = self._numbered.get((lane, row))
        if indexes is None:
            return 0
        at = bisect_left(indexes, mark.first)
        if at == len(indexes) or indexes[at] >= mark.last:
            return 0
        return self.numbers[Place(lane, row, indexes[at])]

    def is_lit(self, lane: int, row: int, mark: Mark) -> bool:
        """Does the mark stand for a fact of the selected reason?"""
        indexes = self._lighted.get((lane, row))
        if indexes is None:
            return False
        at = bisect_left(indexes, mark.first)
        return at < len(indexes) and indexes[at] < mark.last

    def range_of(self, lane: int, row: int) -> tuple[float, float]:
        """The values between which a series is drawn in this frame."""
        found = self._ranges.get((lane, row))
        if found is None:
            low, high = self.lanes.lanes[lane].rows[row].range_in(self.scale.left, self.scale.right)
            spare = max(LEAST_RANGE - (high - low), 0) / 2
            found = self._ranges[lane, row] = (low - spare, high + spare)
        return found


def _by_row(places: Iterable[Place]) -> dict[tuple[int, int], list[int]]:
    found: dict[tuple[int, int], list[int]] = {}
    for place in places:
        found.setdefault((place.lane, place.row), []).append(place.index)
    for indexes in found.values():
        indexes.sort()
    return found


def numbers_of(lanes: Lanes, reasons: tuple[Reason, ...]) -> dict[Place, int]:
    """Place to the number of the first reason whose facts it speaks for."""
    found: dict[Place, int] = {}
    for number, reason in enumerate(reasons, 1):
        for place in places_of(lanes, reason):
            found.setdefault(place, number)
    return found


# A fact can stand in two rows; the criterion's name says which of them its reason speaks of.
_SPOKEN_OF = (("weight", "weight"), ("late", "late"), ("absence", "absence"))


def places_of(lanes: Lanes, reason: Reason) -> list[Place]:
    """Where a reason's facts stand, each once: in the row that the reason speaks of."""
    found = []
    for fact in reason.facts:
        places = lanes.fact_places.get(fact, [])
        rows = {lanes.row(place).key: place for place in places}
        row = next((key for word, key in _SPOKEN_OF if word in reason.criterion and key in rows), "")
        if row:
            found.append(rows[row])
        elif "checks" in rows:
            found.append(rows["checks"])
        else:
            found += places[:1]
    return found


def lit_of(lanes: Lanes, reason: Reason | None) -> frozenset[Place]:
    """All places of a reason's facts."""
    if reason is None:
        return frozenset()
    return frozenset(places_of(lanes, reason))


def lane_title(lane: Lane) -> str:
    """The lane's name as words."""
    return sector_word(Sector(lane.key)) if lane.sector else _("lane.outreach")
