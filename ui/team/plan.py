"""The plan for reassigning somebody's children: a line for each, to whom and why, ticked or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from app.services.casework.team import Suggestion
from ui.criteria.cells import LOW_ROW, Cell, CellsTable, Column
from ui.tokens import SECOND
from ui.widgets.buttons import Button
from ui.widgets.ground import Ground
from ui.widgets.text import ElidedLabel, Label
from ui.words import _, age_words, count, term


class PlanPane(QWidget):
    """``changed`` says that another choice was made; ``opened`` asks for a child's page; ``dropped`` throws it away."""

    changed = Signal()
    opened = Signal(int)
    dropped = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.lines: tuple[Suggestion, ...] = ()
        self.whose = ""
        self._to: dict[int, str] = {}
        self._ticked: set[int] = set()
        self._takers: Sequence[str] = ()
        self.title = ElidedLabel("", bold=True)
        self.note = ElidedLabel(_("team.plan.note"), "text2", px=SECOND)
        self.chosen = Label("", "text2", px=SECOND)
        self.every = Button(_("team.plan.every"), height=26)
        self.other = Button(_("team.plan.other"), icon="account-arrow-right-outline", height=26)
        self.drop = Button(_("team.plan.drop"), kind="quiet", icon="close", height=26)
        self.table = CellsTable(_columns(), _("team.plan"), LOW_ROW)
        self._build()
        self.every.clicked.connect(self._tick_every)
        self.other.clicked.connect(self._ask_whom)
        self.drop.clicked.connect(self.dropped)
        self.table.spaced.connect(self._toggle)
        self.table.clicked.connect(lambda index: self._toggle(index.row()) if index.column() == 0 else None)
        self.table.opened.connect(lambda row: self.opened.emit(self.lines[row].person_id))

    def _build(self) -> None:
        head = Ground("header", "tb", "line2")
        row = QHBoxLayout(head)
        row.setContentsMargins(12, 5, 12, 5)
        row.setSpacing(10)
        row.addWidget(self.title)
        row.addWidget(self.note, 1)
        for part in (self.chosen, self.every, self.other, self.drop):
            row.addWidget(part)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(head)
        whole.addWidget(self.table, 1)

    # -------------------------------------------------------------- what is shown

    def put(self, whose: str, lines: Sequence[Suggestion], takers: Sequence[str]) -> None:
        """A plan for the children of ``whose``; all of it is ticked."""
        self.whose, self.lines, self._takers = whose, tuple(lines), takers
        self._to = {line.person_id: line.to for line in lines}
        self._ticked = set(self._to)
        self.title.setText(_("team.plan.title", name=whose, n=count(len(lines))))
        self._fill()
        if lines:
            self.table.selectRow(0)

    def moves(self) -> dict[str, list[int]]:
        """To whom which children go, as ticked now."""
        found: dict[str, list[int]] = {}
        for line in self.lines:
            if line.person_id in self._ticked:
                found.setdefault(self._to[line.person_id], []).append(line.person_id)
        return found

    def gains(self) -> Mapping[str, int]:
        """How many children each would get."""
        return {name: len(persons) for name, persons in self.moves().items()}

    def _fill(self) -> None:
        self.table.put([self._cells(line) for line in self.lines])
        self.chosen.setText(_("team.plan.chosen", n=count(len(self._ticked)), of=count(len(self.lines))))
        self.every.set_words(_("team.plan.none") if len(self._ticked) == len(self.lines) else _("team.plan.every"))
        self.changed.emit()

    def _cells(self, line: Suggestion) -> tuple[Cell, ...]:
        on = line.person_id in self._ticked
        to = self._to[line.person_id]
        why = _(f"team.why.{line.why}", about=line.about) if to == line.to else _("team.why.chosen")
        box = "checkbox-marked" if on else "checkbox-blank-outline"
        age = _("list.join").join(one for one in (age_words(line.age), term("grade", line.grade)) if one)
        return (
            Cell(icon=box, role="accent" if on else "text2", says=_("team.plan.on") if on else _("team.plan.off")),
            Cell(mark=line.level),
            Cell(line.name, bold=True),
            Cell(age),
            Cell(_("team.plan.to", whose=_short(self.whose), name=to), bold=on, role="text" if on else "text2"),
            Cell(why, role="text2"),
        )

    # -------------------------------------------------------------- choosing

    def _toggle(self, row: int) -> None:
        self._ticked ^= {self.lines[row].person_id}
        self._fill()

    def _tick_every(self) -> None:
        every = {line.person_id for line in self.lines}
        self._ticked = set() if self._ticked == every else every
        self._fill()

    def _ask_whom(self) -> None:
        row = self.table.currentIndex().row()
        if row < 0:
            return
        menu = QMenu(self)
        for name in self._takers:
            action = QAction(name.replace("&", "&&"), menu)
            action.triggered.connect(lambda _on=False, name=name: self.give(row, name))
            menu.addAction(action)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.other.mapToGlobal(QPoint(0, self.other.height() + 2)))

    def give(self, row: int, name: str) -> None:
        """This child to somebody else than suggested."""
        self._to[self.lines[row].person_id] = name
        self._ticked.add(self.lines[row].person_id)
        self._fill()


def _short(name: str) -> str:
    """The family name, where a space parts it."""
    return name.split()[0] if name.split() else name


def _columns() -> tuple[Column, ...]:
    return (
        Column("", 36, says=_("team.plan.tick")),
        Column(_("team.plan.level"), 52),
        Column(_("team.plan.child"), 130),
        Column(_("team.plan.age"), 138),
        Column(_("team.plan.to.head"), 150),
        Column(_("team.plan.why")),
    )
