"""The columns of the caseload: their order, widths in both modes, and what they sort by.

Two modes: ``roomy`` (two lines a row) and ``compact`` (one line, on small screens). The reasons
take what is left; when that is too little, the columns named in ``LEAVING`` leave one by one.
"""

from __future__ import annotations

from dataclasses import dataclass

ROOMY_ROW, COMPACT_ROW, CUT_ROW = 33, 24, 28
REASONS = "reasons"
REASONS_MIN = 180
SECTORS_AT = "sectors"
REASONS_ENOUGH = 340
WIDENING = {"child": 44, "new": 40, "contact": 44, "seen": 40, "next": 40, "assignee": 36}
"""How much wider columns may get on a wide screen, once the reasons have enough."""
LEAVING = ("contact", "new")
"""Columns that give way, first to last, when the reasons get too narrow."""


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
    Column("new", 84, 48),
    Column("contact", 88, 52, "last_contact"),
    Column("seen", 80, 78, "last_seen"),
    Column("next", 90, 92, "next"),
    Column("assignee", 58, 58, "assignee"),
)
INDEX = {column.key: at for at, column in enumerate(COLUMNS)}


def widths(room: int, compact: bool) -> dict[str, int]:
    """Pixels for each column in ``room`` pixels; 0 for one that has given way."""
    given = {one.key: one.compact if compact else one.roomy for one in COLUMNS}
    for leaving in ("", *LEAVING):
        if leaving:
            given[leaving] = 0
        rest = room - sum(given[key] for key in given if key != REASONS)
        if rest >= REASONS_MIN:
            break
    spare = rest - REASONS_ENOUGH
    if not compact and spare > 0:
        share = min(spare / sum(WIDENING.values()), 1)
        for key, most in WIDENING.items():
            given[key] += int(most * share)
            rest -= int(most * share)
    given[REASONS] = max(rest, 120)
    return given
