"""決裁待ち: the decisions that await sign-off, one line each; ticked ones are signed in one act."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.services.casework.signing import WaitingDecision
from ui.criteria.cells import ROW, Cell, CellsTable, Column
from ui.tokens import SECOND
from ui.widgets.buttons import Button
from ui.widgets.ground import Ground
from ui.widgets.text import ElidedLabel, Label
from ui.words import _, count, day_short, days_ago, term


class SignPane(QWidget):
    """``signed`` carries entry -> child of what is to be signed, ``returned`` a line; ``opened`` asks for a child's
    page, ``closed`` puts the pane away."""

    signed = Signal(object)
    returned = Signal(object)
    opened = Signal(int)
    closed = Signal()

    def __init__(self, today: date) -> None:
        super().__init__()
        self._today = today
        self.lines: tuple[WaitingDecision, ...] = ()
        self._ticked: set[str] = set()
        self.title = Label(_("sign_off.title"), bold=True)
        self.note = ElidedLabel(_("sign_off.note"), "text2", px=SECOND)
        self.every = Button(_("team.plan.every"), height=26)
        self.open = Button(_("sign_off.open"), icon="account-outline", height=26)
        self.back = Button(_("sign_off.back"), icon="undo", height=26)
        self.sign = Button(_("sign_off.sign"), kind="primary", icon="check", height=26)
        self.away = Button(kind="quiet", icon="close", height=26, says=_("sign_off.close"))
        self.table = CellsTable(_columns(), _("sign_off.title"), ROW)
        self.reason = Label("", px=SECOND, wrap=True)
        self._build()
        self.every.clicked.connect(self._tick_every)
        self.open.clicked.connect(lambda: self._with_current(lambda line: self.opened.emit(line.person_id)))
        self.back.clicked.connect(lambda: self._with_current(self.returned.emit))
        self.sign.clicked.connect(self._sign)
        self.away.clicked.connect(self.closed)
        self.table.spaced.connect(self._toggle)
        self.table.clicked.connect(lambda index: self._toggle(index.row()) if index.column() == 0 else None)
        self.table.opened.connect(lambda row: self.opened.emit(self.lines[row].person_id))
        self.table.went_to.connect(lambda _row: self._tell())

    def _build(self) -> None:
        head = Ground("header", "tb", "line2")
        row = QHBoxLayout(head)
        row.setContentsMargins(12, 5, 12, 5)
        row.setSpacing(8)
        row.addWidget(self.title)
        row.addWidget(self.note, 1)
        for part in (self.every, self.open, self.back, self.sign, self.away):
            row.addWidget(part)
        foot = Ground("alt", "t")
        line = QHBoxLayout(foot)
        line.setContentsMargins(12, 5, 12, 5)
        line.addWidget(self.reason)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(head)
        whole.addWidget(self.table, 1)
        whole.addWidget(foot)

    # -------------------------------------------------------------- what is shown

    def put(self, lines: Sequence[WaitingDecision]) -> None:
        """What waits now; what was ticked stays ticked, and the hand stays where it was."""
        row = self.table.currentIndex().row()
        self.lines = tuple(lines)
        self._ticked &= {line.entry for line in lines}
        self.title.setText(_("sign_off.title.n", n=count(len(lines))))
        self._fill()
        if lines:
            self.table.selectRow(min(max(row, 0), len(lines) - 1))
        self._tell()

    def current(self) -> WaitingDecision | None:
        """The line that is meant."""
        row = self.table.currentIndex().row()
        return self.lines[row] if 0 <= row < len(self.lines) else None

    def meant(self) -> dict[str, int]:
        """What would be signed: the ticked lines, or the one in front where none is ticked."""
        front = self.current()
        chosen = [line for line in self.lines if line.entry in self._ticked] or ([front] if front else [])
        return {line.entry: line.person_id for line in chosen}

    def _fill(self) -> None:
        self.table.put([self._cells(line) for line in self.lines])

    def _tell(self) -> None:
        line = self.current()
        for button in (self.open, self.back, self.sign):
            button.setEnabled(line is not None)
        many = len(self._ticked)
        self.sign.set_words(_("sign_off.sign.n", n=count(many)) if many else _("sign_off.sign"))
        every = bool(self.lines) and many == len(self.lines)
        self.every.set_words(_("team.plan.none") if every else _("team.plan.every"))
        self.reason.setText(line.reason if line else "")

    def _cells(self, line: WaitingDecision) -> tuple[Cell, ...]:
        on = line.entry in self._ticked
        box = "checkbox-marked" if on else "checkbox-blank-outline"
        day = line.recorded.date()
        following = _("sign_off.next", day=day_short(line.next, self._today)) if line.next else ""
        meeting = term("meeting", line.meeting) if line.meeting else ""
        return (
            Cell(icon=box, role="accent" if on else "text2", says=_("team.plan.on") if on else _("team.plan.off")),
            Cell(mark=line.level),
            Cell(line.name or _("header.unknown"), bold=True),
            Cell(term("decision", line.kind.value), following),
            Cell(line.reason.replace("\n", " "), meeting),
            Cell(line.author),
            Cell(day_short(day, self._today), days_ago(day, self._today)),
        )

    # -------------------------------------------------------------- choosing

    def _toggle(self, row: int) -> None:
        self._ticked ^= {self.lines[row].entry}
        self._fill()
        self._tell()

    def _tick_every(self) -> None:
        every = {line.entry for line in self.lines}
        self._ticked = set() if self._ticked == every else every
        self._fill()
        self._tell()

    def _with_current(self, act: Callable[[WaitingDecision], object]) -> None:
        line = self.current()
        if line is not None:
            act(line)

    def _sign(self) -> None:
        meant = self.meant()
        if meant:
            self.sign.setEnabled(False)
            self.signed.emit(meant)


def _columns() -> tuple[Column, ...]:
    return (
        Column("", 36, says=_("sign_off.tick")),
        Column(_("team.plan.level"), 52),
        Column(_("team.plan.child"), 130),
        Column(_("sign_off.column.kind"), 140),
        Column(_("sign_off.column.reason")),
        Column(_("sign_off.column.author"), 100),
        Column(_("sign_off.column.day"), 84),
    )
