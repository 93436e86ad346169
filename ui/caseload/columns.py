"""The columns of the caseload: their order, widths in both modes, and what they sort by.

Two modes: ``roomy`` (two lines a row) and ``compact`` (one line, on small screens). The reasons
take what is left; when that is too little, the columns named in ``LEAVING`` leave one by one. Which
columns show, in which order and how wide, everybody chooses for themselves (``Shape``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

ROOMY_ROW, COMPACT_ROW, CUT_ROW = 33, 24, 28
REASONS = "reasons"
REASONS_MIN = 180
SECTORS_AT = "sectors"
REASONS_ENOUGH = 340
WIDENING = {"child": 44, "new": 40, "contact": 44, "seen": 40, "next": 40, "assignee": 36, "school": 50}
"""How much wider columns may get on a wide screen, once the reasons have enough."""
LEAVING = ("contact", "new", "school", "decision")
"""Columns that give way, first to last, when the reasons get too narrow."""
LEAST, MOST = 34, 600
"""Pixels that a column may be given by hand."""


@dataclass(frozen=True)
class Column:
    """One column: its key (words ``caseload.column.<key>``), widths, and what it sorts by."""

    key: str
    roomy: int
    compact: int
    sort: str = ""


COLUMNS: tuple[Column, ...] = (
    Column("level", 50, 46, "rank"),
    Column("child", 138, 120, "name"),
    Column("age", 50, 70, "age"),
    Column("sectors", 136, 130),
    Column("total", 34, 34, "points"),
    Column(REASONS, 0, 0),
    Column("new", 84, 48, "new"),
    Column("contact", 88, 52, "last_contact"),
    Column("seen", 80, 78, "last_seen"),
    Column("next", 90, 92, "next"),
    Column("assignee", 58, 58, "assignee"),
    Column("school", 104, 96, "school"),
    Column("decision", 92, 92),
)
INDEX = {column.key: at for at, column in enumerate(COLUMNS)}
FIXED = ("level", "child")
"""Columns that always show: without them a line says nothing. The level stands first."""
AT_FIRST = tuple(column.key for column in COLUMNS if column.key not in ("school", "decision"))


@dataclass(frozen=True)
class Shape:
    """Which columns show, in which order, and how wide somebody made them (by key)."""

    shown: tuple[str, ...] = AT_FIRST
    widths: Mapping[str, int] = field(default_factory=dict)

    def plain(self) -> dict[str, object]:
        return {"shown": list(self.shown), "widths": dict(self.widths)}

    def order(self) -> tuple[str, ...]:
        """All columns from left to right; those that do not show stand last."""
        return (*self.shown, *(one.key for one in COLUMNS if one.key not in self.shown))

    def toggled(self, key: str) -> Shape:
        """The same with a column more, at its usual place, or less."""
        if key in self.shown:
            return Shape(tuple(one for one in self.shown if one != key), self.widths)
        before = [at for at, one in enumerate(self.shown) if INDEX[one] < INDEX[key]]
        place = before[-1] + 1 if before else len(self.shown)
        return Shape((*self.shown[:place], key, *self.shown[place:]), self.widths)


def shape_of(said: object) -> Shape:
    """The shape behind plain values; what this program does not know is left out."""
    if not isinstance(said, Mapping):
        return Shape()
    shown, widths = said.get("shown"), said.get("widths")
    keys = [one for one in shown if one in INDEX] if isinstance(shown, list) else []
    keys = list(dict.fromkeys(("level", *(one for one in keys if one != "level"), *FIXED)))
    if keys == list(FIXED):
        keys = list(AT_FIRST)
    given = widths if isinstance(widths, Mapping) else {}
    kept = {one: int(px) for one, px in given.items() if one in INDEX and isinstance(px, int) and LEAST <= px <= MOST}
    return Shape(tuple(keys), kept)


def widths(room: int, compact: bool, shape: Shape | None = None) -> dict[str, int]:
    """Pixels for each column in ``room`` pixels; 0 for one that does not show or has given way."""
    shape = shape or Shape()
    given = {one.key: one.compact if compact else one.roomy for one in COLUMNS}
    given.update(shape.widths if not compact else {})
    given.update(dict.fromkeys((key for key in given if key not in shape.shown), 0))
    flexible = REASONS in shape.shown
    given[REASONS] = 0
    for leaving in ("", *LEAVING):
        if leaving:
            given[leaving] = 0
        rest = room - sum(given.values())
        if rest >= (REASONS_MIN if flexible else 0):
            break
    spare = rest - (REASONS_ENOUGH if flexible else 0)
    if not compact and spare > 0:
        wider = {key: most for key, most in WIDENING.items() if given[key] and key not in shape.widths}
        share = min(spare / max(1, sum(wider.values())), 1)
        for key, most in wider.items():
            given[key] += int(most * share)
            rest -= int(most * share)
    if flexible:
        given[REASONS] = max(rest, 120)
    else:
        given["child"] += max(rest, 0)
    return given
