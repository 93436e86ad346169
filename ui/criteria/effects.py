"""What a change would do, before it is made: who rises, falls, enters, leaves; and what of it falls on whom."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout

from app.domain.sectors import Sector
from app.services.criteria.effects import GroupMove, Move, Preview
from ui.criteria.cells import LOW_ROW, Cell, CellsTable, Column
from ui.tokens import BODY, SECOND
from ui.widgets.buttons import TabRow
from ui.widgets.ground import Ground
from ui.widgets.states import EmptyState
from ui.widgets.text import Label
from ui.words import _, count, has, level_word, sector_word

MOVES = ("rises", "falls", "enters", "leaves")
GROUPS = "groups"
KINDS = ("age", "sex", "sector", "household", "assistance", "name")


class Effects(Ground):
    """``opened`` says the child of a line."""

    opened = Signal(int)

    def __init__(self) -> None:
        super().__init__("surface")
        self.seen: Preview | None = None
        self._moves: Sequence[Move] = ()
        self.summary = Label(px=BODY, bold=True, wrap=True)
        self.tabs = TabRow([(key, _(f"criteria.effects.{key}")) for key in (*MOVES, GROUPS)], 34)
        self.tabs.choose("rises")
        self.moves = CellsTable(
            (
                Column(_("criteria.effects.name")),
                Column(_("criteria.effects.before"), 120),
                Column(_("criteria.effects.after"), 120),
                Column(_("criteria.effects.points_before"), 110, True),
                Column(_("criteria.effects.points"), 110, True),
            ),
            _("criteria.effects.says"),
            LOW_ROW,
        )
        self.groups = CellsTable(
            (
                Column(_("criteria.effects.kind"), 150),
                Column(_("criteria.effects.group")),
                Column(_("criteria.effects.children"), 130, True),
                Column(_("criteria.effects.listed_before"), 120, True),
                Column(_("criteria.effects.listed"), 120, True),
                Column(_("criteria.effects.rises"), 90, True),
                Column(_("criteria.effects.falls"), 90, True),
            ),
            _("criteria.effects.groups.says"),
            LOW_ROW,
        )
        self.empty = EmptyState("tune-variant")
        self._stack = QStackedWidget()
        for one in (self.empty, self.moves, self.groups):
            self._stack.addWidget(one)
        head = Ground("window", "b")
        row = QVBoxLayout(head)
        row.setContentsMargins(12, 8, 12, 0)
        row.setSpacing(4)
        row.addWidget(self.summary)
        row.addWidget(Label(_("criteria.effects.fair"), "text2", SECOND, wrap=True))
        line = QHBoxLayout()
        line.addWidget(self.tabs)
        line.addStretch(1)
        row.addLayout(line)
        self._head = head
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self._stack, 1)
        self.tabs.chosen.connect(lambda _key: self._show())
        self.moves.opened.connect(lambda row: self.opened.emit(self._moves[row].person_id))
        self.put(None)

    def put(self, seen: Preview | None, why: str = "") -> None:
        """A preview; None where there is none, and why."""
        self.seen = seen
        self._head.setVisible(seen is not None)
        if seen is None:
            self.empty.put(_("criteria.effects.none"), why or _("criteria.effects.none.words"))
            self._stack.setCurrentWidget(self.empty)
            return
        self.summary.setText(summary(seen))
        for key in MOVES:
            self.tabs.set_count(key, len(getattr(seen, key)))
        ordered = sorted(seen.groups, key=lambda line: KINDS.index(line.kind))
        self.groups.put([_group_cells(line) for line in ordered])
        self._show()

    def _show(self) -> None:
        key = self.tabs.current()
        if self.seen is None:
            return
        if key == GROUPS:
            self._stack.setCurrentWidget(self.groups)
            return
        self._moves = getattr(self.seen, key)
        self.moves.put([_move_cells(move) for move in self._moves])
        if self._moves:
            self._stack.setCurrentWidget(self.moves)
        else:
            self.empty.put(_(f"criteria.effects.nobody.{key}"))
            self._stack.setCurrentWidget(self.empty)


def summary(seen: Preview) -> str:
    """The whole change in a sentence."""
    values = {key: count(len(getattr(seen, key))) for key in MOVES}
    return _("criteria.effects.summary", before=count(seen.listed_before), after=count(seen.listed), **values)


def _move_cells(move: Move) -> list[Cell]:
    return [
        Cell(move.name, bold=True),
        Cell(level_word(move.level_before), role="text2"),
        Cell(level_word(move.level), bold=move.level is not move.level_before),
        Cell(count(move.points_before), role="text2"),
        Cell(count(move.points), bold=move.points != move.points_before),
    ]


def group_word(kind: str, group: str) -> str:
    """What a group is called."""
    if kind == "sector":
        return sector_word(Sector(group))
    key = f"group.{kind}.{group}"
    return _(key) if has(key) else group


def _group_cells(line: GroupMove) -> list[Cell]:
    children = count(line.children)
    if line.children_before != line.children:
        children = _("criteria.effects.from_to", before=count(line.children_before), after=children)
    return [
        Cell(_(f"group.{line.kind}"), role="text2"),
        Cell(group_word(line.kind, line.group)),
        Cell(children),
        Cell(count(line.listed_before), role="text2"),
        Cell(count(line.listed), bold=line.listed != line.listed_before),
        Cell(count(line.rises), bold=line.rises > 0),
        Cell(count(line.falls), bold=line.falls > 0),
    ]
