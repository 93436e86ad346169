"""The table of acts and looks: pages that come as one scrolls."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QModelIndex, Signal

from app.domain import ids
from app.services.offices.activity import LOOKS, ActivityLine
from ui.criteria.cells import LOW_ROW, Cell, CellsTable, Column
from ui.words import _, clock, day_short, moment, say

AHEAD = 20
"""So many lines before the end, the next page is asked for."""


def columns() -> tuple[Column, ...]:
    return (
        Column(_("activity.time"), 168),
        Column(_("activity.who"), 140),
        Column(_("activity.what")),
        Column(_("activity.child"), 210),
    )


def cells(line: ActivityLine, today: date) -> tuple[Cell, ...]:
    """One line in words."""
    looked = line.kind == LOOKS
    icon = "eye-outline" if looked else "pencil-outline"
    what = say(line.what) + (f"（{line.detail}）" if line.detail else "")
    return (
        Cell(f"{day_short(line.time.date(), today, True)} {clock(line.time)}", says=moment(line.time)),
        Cell(line.member),
        Cell(what, icon=icon, role="text2" if looked else "text"),
        Cell(child_words(line)),
    )


def child_words(line: ActivityLine) -> str:
    """The first child by name or id, and how many more."""
    if not line.children:
        return ""
    first = line.name or ids.code(line.children[0])
    more = len(line.children) - 1
    return _("activity.child_and_more", child=first, more=more) if more else first


class LinesTable(CellsTable):
    """``wanted``: the end is near, the next page may come."""

    wanted = Signal()

    def __init__(self, today: date) -> None:
        super().__init__(columns(), _("activity.table"), LOW_ROW)
        self._today = today
        self.lines: list[ActivityLine] = []
        self.verticalScrollBar().valueChanged.connect(self._moved)

    def start(self, lines: Sequence[ActivityLine]) -> None:
        """Other lines altogether."""
        self.lines = list(lines)
        self.cells.beginResetModel()
        self.cells.rows = [cells(line, self._today) for line in lines]
        self.cells.endResetModel()
        self.scrollToTop()

    def add(self, lines: Sequence[ActivityLine]) -> None:
        """The next page; nothing moves under the hand."""
        if not lines:
            return
        first = len(self.lines)
        self.cells.beginInsertRows(QModelIndex(), first, first + len(lines) - 1)
        self.lines += lines
        self.cells.rows += [cells(line, self._today) for line in lines]
        self.cells.endInsertRows()

    def _moved(self, value: int) -> None:
        if value >= self.verticalScrollBar().maximum() - AHEAD:
            self.wanted.emit()
