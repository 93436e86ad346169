"""What was brought in before, and the invitation to bring in more: the page without chosen files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QTableWidget, QVBoxLayout

from app.services.imports.batches import BatchLine
from ui.desk import Desk
from ui.imports.late import LateStrip
from ui.imports.lost import LostStrip
from ui.runner import Runner
from ui.theme import theme
from ui.tokens import BODY
from ui.widgets.buttons import Button
from ui.widgets.ground import Ground
from ui.widgets.rows import make_plain
from ui.widgets.states import EmptyState
from ui.widgets.text import Label, cell_with_tip, tip
from ui.words import _, count, day_short, moment, term

COLUMNS = (
    ("time", 210),
    ("author", 110),
    ("kind", 130),
    ("file", 0),
    ("as_of", 90),
    ("rows", 80),
    ("accepted", 80),
    ("waiting", 70),
    ("rejected", 70),
    ("state", 120),
)


_NUMBERS = ("rows", "accepted", "waiting", "rejected")
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class Invitation(Ground):
    """How to begin, above; past imports, newest first, below. ``moving`` carries the import that is to be
    taken back, or whose withdrawal is; ``ruling`` asks for the rules of reading, ``arriving`` how
    everything arrives."""

    moving = Signal(object)
    ruling = Signal()
    arriving = Signal()

    def __init__(self, buttons: tuple[Button, ...]) -> None:
        super().__init__("surface")
        self.empty = EmptyState("tray-arrow-down")
        self.empty.put(_("imports.empty"), _("imports.empty.words"), buttons)
        self._title = Label(_("imports.history"), bold=True)
        self.rules = Button(_("rules.open"), icon="tune-variant", height=26)
        self.rules.clicked.connect(self.ruling.emit)
        self.move_batch = Button(_("withdrawal.do"), icon="undo", height=26)
        self.move_batch.clicked.connect(self._move)
        self._lines: tuple[BatchLine, ...] = ()
        head = QHBoxLayout()
        head.setContentsMargins(12, 6, 12, 6)
        head.setSpacing(8)
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self.move_batch)
        head.addWidget(self.rules)
        self.table = _table()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.late = LateStrip()
        self.late.opened.connect(self.arriving)
        self.lost = LostStrip()
        column.addWidget(self.late)
        column.addWidget(self.lost)
        column.addWidget(self.empty, 2)
        column.addLayout(head)
        column.addWidget(self.table, 3)
        self.table.itemSelectionChanged.connect(self._chosen)
        self._chosen()

    def ask(self, desk: Desk, runner: Runner) -> None:
        """Read what was brought in, what is late, and whom only a withdrawn import knew."""
        today = desk.today()
        for topic, verb, more, then in (
            ("history", desk.batches.history, (), lambda lines: self.put(lines, today)),
            ("late", desk.received.late, (today,), lambda lines: self.late.put(lines, today)),
            ("lost", desk.lost_children.lost_children, (), self.lost.put),
        ):
            runner.ask(verb, desk.office, *more, topic=f"imports.{topic}", then=then)

    def _line(self) -> BatchLine | None:
        at = self.table.currentRow()
        return self._lines[at] if 0 <= at < len(self._lines) else None

    def _chosen(self) -> None:
        """The button says what it would do with the chosen import."""
        line = self._line()
        back = line is not None and line.state == "withdrawn"
        self.move_batch.set_words(_("withdrawal.undo" if back else "withdrawal.do"))
        self.move_batch.setEnabled(line is not None)
        tip(self.move_batch, "" if line is not None else _("withdrawal.choose"))

    def _move(self) -> None:
        line = self._line()
        if line is not None:
            self.moving.emit(line)

    def put(self, lines: Sequence[BatchLine], today: date) -> None:
        """Show these past imports."""
        self._lines = tuple(lines)
        self._title.setVisible(bool(lines))
        self.move_batch.setVisible(bool(lines))
        self.table.setVisible(bool(lines))
        self.table.setRowCount(len(lines))
        for row, one in enumerate(lines):
            texts = (
                moment(one.time.astimezone()),
                one.author,
                term("extract", one.extract),
                one.file,
                day_short(one.as_of, today) if one.as_of else "",
                count(one.rows),
                count(one.accepted),
                count(one.waiting),
                count(one.rejected),
                _(f"imports.batch.{one.state}"),
            )
            for column, text in enumerate(texts):
                item = cell_with_tip(text, _moves(one) if column == len(texts) - 1 else "")
                if COLUMNS[column][0] in _NUMBERS:
                    item.setTextAlignment(_RIGHT)
                if one.state == "withdrawn":
                    item.setForeground(theme.color("text3"))
                self.table.setItem(row, column, item)
        self._chosen()


def _moves(one: BatchLine) -> str:
    """Who took it back or brought it back, when and why."""
    if one.moved is None:
        return ""
    return _("withdrawal.moved", author=one.moved_by, time=moment(one.moved.astimezone()), reason=one.reason)


def _table() -> QTableWidget:
    """Past imports; numbers stand under each other."""
    table = QTableWidget(0, len(COLUMNS))
    make_plain(table, 28)
    table.setFont(theme.font(BODY))
    table.setAccessibleName(_("imports.history"))
    table.setHorizontalHeaderLabels([_(f"imports.column.{key}") for key, _width in COLUMNS])
    for at, (_key, width) in enumerate(COLUMNS):
        if width:
            table.setColumnWidth(at, width)
        else:
            table.horizontalHeader().setSectionResizeMode(at, QHeaderView.ResizeMode.Stretch)
    for at, (key, _width) in enumerate(COLUMNS):
        printed = table.horizontalHeaderItem(at)
        if key in _NUMBERS and printed is not None:
            printed.setTextAlignment(_RIGHT)
    return table
