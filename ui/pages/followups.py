"""The follow-ups page: what is overdue, due today, this week, later and without a date; a month beside it.

A follow-up leads to its child. It is done by a contact or a decision there, or moved here with a reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.services.answers.outcomes import Changes, Outcome
from app.services.casework.drafting import DraftLine
from app.services.casework.followups import FollowUp, FollowUps
from app.services.casework.signing import ReturnedDecision
from ui.desk import Desk
from ui.followups.model import FollowUpModel
from ui.followups.month import MonthGrid
from ui.followups.moving import MoveDialog
from ui.followups.table import FollowUpTable
from ui.page import Done, KeyLine, Page, Undo
from ui.runner import Runner
from ui.tokens import NAME, SECOND, TOOLS
from ui.widgets.buttons import Button, Segmented
from ui.widgets.choosing import close_form
from ui.widgets.ground import Ground
from ui.widgets.states import EmptyState
from ui.widgets.text import Label
from ui.words import _, clock, count, day_long, day_short, term

CONCERNS = frozenset(
    {"decision", "contact", "follow_up", "assignment", "published", "ruling", "protection", "sign_off"}
)
DRAFTS_SHOWN = RETURNED_SHOWN = 6
WIDE, NARROW = 312, 264


class FollowUpsPage(Page):
    """次回対応."""

    key = "followups"
    icon = "calendar-clock-outline"

    def __init__(self, desk: Desk, runner: Runner) -> None:
        super().__init__()
        self._desk, self._runner = desk, runner
        self.everybody = False
        self.found: FollowUps | None = None
        self.drafts: tuple[DraftLine, ...] = ()
        self.returned: tuple[ReturnedDecision, ...] = ()
        self._own: FollowUps | None = None
        today = desk.today()
        self.model = FollowUpModel(today, self)
        self.table = FollowUpTable(self.model, _("page.followups"), today)
        self.month = MonthGrid(today)
        self._build()
        self._connect()
        self._ask()

    # ------------------------------------------------------------ building

    def _build(self) -> None:
        self._empty = EmptyState("calendar-check-outline")
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._empty)
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addWidget(self._tools())
        left.addWidget(self._stack, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(left, 1)
        row.addWidget(self._side())

    def _tools(self) -> QWidget:
        tools = Ground("window", "b")
        tools.setFixedHeight(TOOLS)
        row = QHBoxLayout(tools)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(8)
        self.whose = Segmented([(key, _(f"followups.whose.{key}")) for key in ("own", "all")])
        self.whose.choose("own")
        if not self._desk.may_assign:
            self.whose.hide()
        self.open_button = Button(_("followups.open"), icon="account-outline", keys="Enter")
        self.contact_button = Button(_("followups.contact"), icon="phone-outline", keys="C")
        self.decide_button = Button(_("followups.decide"), icon="flag-outline", keys="D")
        self.move_button = Button(_("followups.move"), icon="calendar-edit", keys="M")
        self._acts = (self.open_button, self.contact_button, self.decide_button, self.move_button)
        row.addWidget(self.whose)
        row.addStretch(1)
        for button in self._acts:
            row.addWidget(button)
        return tools

    def _side(self) -> QWidget:
        self._right = Ground("surface", "l", "line2")
        self._right.setFixedWidth(WIDE)
        self._month_name = Label(px=NAME, bold=True)
        before = Button(kind="quiet", icon="chevron-left", height=24, says=_("month.before"))
        after = Button(kind="quiet", icon="chevron-right", height=24, says=_("month.after"))
        before.clicked.connect(lambda: self.month.turn(-1))
        after.clicked.connect(lambda: self.month.turn(1))
        head = QHBoxLayout()
        head.addWidget(self._month_name, 1)
        head.addWidget(before)
        head.addWidget(after)
        self.every_day = Button(_("month.every_day"), kind="quiet", icon="close", height=24)
        self.every_day.hide()
        self.every_day.clicked.connect(lambda: self.month.pick(None))
        self._returned_title = Label(_("followups.returned"), px=NAME, bold=True)
        self._returned_title.hide()
        self._returned = QVBoxLayout()
        self._returned.setSpacing(4)
        self._drafts_title = Label(_("followups.drafts"), px=NAME, bold=True)
        self._drafts = QVBoxLayout()
        self._drafts.setSpacing(4)
        column = QVBoxLayout(self._right)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.month)
        column.addWidget(self.every_day, 0, Qt.AlignmentFlag.AlignLeft)
        column.addSpacing(10)
        column.addWidget(self._returned_title)
        column.addLayout(self._returned)
        column.addWidget(self._drafts_title)
        column.addLayout(self._drafts)
        column.addStretch(1)
        column.addWidget(Label(_("followups.how"), "text2", px=SECOND, wrap=True))
        self._turned()
        return self._right

    def _connect(self) -> None:
        self.whose.chosen.connect(self._choose_whose)
        self.month.chosen.connect(lambda _day: self._show())
        self.month.turned.connect(self._turned)
        self.table.doubleClicked.connect(lambda _index: self.open_child(None))
        self.table.selectionModel().currentRowChanged.connect(lambda *_rows: self._tell())
        self.open_button.clicked.connect(partial(self.open_child, None))
        self.contact_button.clicked.connect(partial(self.open_child, "contact"))
        self.decide_button.clicked.connect(partial(self.open_child, "decision"))
        self.move_button.clicked.connect(self.ask_move)

    # ------------------------------------------------------------ a page's duties

    def subtitle(self) -> str:
        return day_long(self._desk.today())

    def shown(self) -> None:
        self._ask()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def changed(self, changes: Changes) -> None:
        if changes.kinds & CONCERNS:
            self._ask()

    def compacted(self, narrow: bool, low: bool) -> None:
        self.table.set_narrow(narrow)
        self._right.setFixedWidth(NARROW if narrow else WIDE)
        for button in self._acts:
            button.set_keys("" if narrow else {0: "Enter", 1: "C", 2: "D", 3: "M"}[self._acts.index(button)])

    def panes(self) -> tuple[QWidget, ...]:
        return (self.table, self.month)

    def keys(self) -> tuple[KeyLine, ...]:
        lines = (("↑ ↓", "line"), ("Enter", "open"), ("C", "contact"), ("D", "decide"), ("M", "move"))
        return tuple(KeyLine(keys, f"keys.followups.{key}") for keys, key in lines)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        calls: dict[Qt.Key, Callable[[], None]] = {
            Qt.Key.Key_Return: partial(self.open_child, None),
            Qt.Key.Key_Enter: partial(self.open_child, None),
            Qt.Key.Key_C: partial(self.open_child, "contact"),
            Qt.Key.Key_D: partial(self.open_child, "decision"),
            Qt.Key.Key_M: self.ask_move,
        }
        call = calls.get(Qt.Key(event.key()))
        if call is None or event.modifiers() & ~(
            Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
        ):
            super().keyPressEvent(event)
        else:
            call()

    # ------------------------------------------------------------ what is due

    def _ask(self) -> None:
        self._runner.ask(
            self._desk.followups.listing, self._desk.office, self._desk.today(), self.everybody, then=self._arrived,
            topic="followups",
        )  # fmt: skip
        self._runner.ask(
            self._desk.drafting.waiting, self._desk.office, then=self._know_drafts, topic="followups.drafts"
        )
        self._runner.ask(
            self._desk.signing.returned, self._desk.office, then=self._know_returned, topic="followups.returned"
        )
        if self.everybody:
            self._runner.ask(
                self._desk.followups.listing, self._desk.office, self._desk.today(), then=self._remind,
                topic="followups.own",
            )  # fmt: skip

    def _arrived(self, found: FollowUps) -> None:
        self.found = found
        if not self.everybody:
            self._remind(found)
        self.month.put(Counter(line.day for line in found.lines if line.day is not None))
        self._show()

    def _remind(self, own: FollowUps) -> None:
        """What of one's own cannot wait: at the rail, and in a line below every page."""
        self._own = own
        self._say_reminder()

    def _say_reminder(self) -> None:
        own = self._own
        due = own.due if own is not None else 0
        self.counted.emit(due + len(self.returned))
        parts = [
            _("followups.reminder", overdue=count(own.overdue), today=count(own.today)) if own and due else "",
            _("followups.reminder.returned", n=count(len(self.returned))) if self.returned else "",
            _("followups.reminder.drafts", n=count(len(self.drafts))) if self.drafts else "",
        ]
        self.reminded.emit(_("list.join").join(part for part in parts if part))

    def _choose_whose(self, key: str) -> None:
        self.everybody = key == "all"
        self._ask()

    def _turned(self) -> None:
        self._month_name.setText(self.month.title())

    def _show(self) -> None:
        if self.found is None:
            return
        kept = self.current()
        row = self.table.currentIndex().row()
        day = self.month.picked
        lines = [line for line in self.found.lines if day is None or line.day == day]
        self.model.put(lines)
        # What was done moves away: then the hand stays where it was, on the one that is next.
        again = self.model.row_of(kept.person_id) if kept else -1
        now = self.model.follow_up(again)
        again = again if kept and now and now.day == kept.day else -1
        self.table.choose(again if again >= 0 else min(row, len(self.model.rows) - 1))
        self.every_day.setVisible(day is not None)
        self._stack.setCurrentIndex(0 if lines else 1)
        if not lines:
            self._tell_empty(day)
        self._tell()

    def _tell_empty(self, day: date | None) -> None:
        if day is not None:
            self._empty.put(_("followups.empty.day", day=day_short(day, with_weekday=True)), _("followups.empty.words"))
        else:
            self._empty.put(_("followups.empty"), _("followups.empty.words"))

    def current(self) -> FollowUp | None:
        """The follow-up that the list stands on."""
        return self.model.follow_up(self.table.currentIndex().row())

    def _tell(self) -> None:
        for button in self._acts:
            button.setEnabled(self.current() is not None)

    # ------------------------------------------------------------ drafts

    def _know_returned(self, found: tuple[ReturnedDecision, ...]) -> None:
        """One's own decisions that a lead sent back: each leads to its child, where another one is recorded."""
        self.returned = found
        _empty(self._returned)
        self._returned_title.setVisible(bool(found))
        for line in found[:RETURNED_SHOWN]:
            kind = term("decision", line.kind.value)
            words = _("followups.returned.line", name=line.name, kind=kind, author=line.author)
            button = Button(
                words, kind="quiet", icon="undo", height=24, says=_("followups.returned.says", words=line.words)
            )
            button.clicked.connect(partial(self._open, line.person_id, "decision"))
            self._returned.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        if len(found) > RETURNED_SHOWN:
            more = _("followups.drafts.more", n=len(found) - RETURNED_SHOWN)
            self._returned.addWidget(Label(more, "text2", px=SECOND))
        self._say_reminder()

    def _know_drafts(self, drafts: tuple[DraftLine, ...]) -> None:
        self.drafts = drafts
        self._say_reminder()
        _empty(self._drafts)
        self._drafts_title.setVisible(bool(drafts))
        for draft in drafts[:DRAFTS_SHOWN]:
            when = clock(draft.saved) if draft.saved.date() == self._desk.today() else day_short(draft.saved.date())
            words = _("followups.draft", name=draft.name, form=term("form", draft.form), time=when)
            button = Button(words, kind="quiet", icon="file-document-edit-outline", height=24)
            focus = draft.form if draft.form in ("contact", "decision", "plan") else None
            button.clicked.connect(partial(self._open, draft.person_id, focus))
            self._drafts.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        if len(drafts) > DRAFTS_SHOWN:
            self._drafts.addWidget(Label(_("followups.drafts.more", n=len(drafts) - DRAFTS_SHOWN), "text2", px=SECOND))

    # ------------------------------------------------------------ acts

    def open_child(self, focus: str | None = None, _on: bool = False) -> None:
        """To the child of the line in front; ``focus`` contact or decision opens that form."""
        line = self.current()
        if line is not None:
            self._open(line.person_id, focus)

    def _open(self, person: int, focus: str | None, _on: bool = False) -> None:
        order = tuple(dict.fromkeys(row.person_id for row in self.model.rows if isinstance(row, FollowUp)))
        self.opens.emit("child", (person, order, focus))

    def ask_move(self) -> None:
        """Ask for another day and the reason."""
        line = self.current()
        if line is not None:
            dialog = MoveDialog(line, self._desk.today(), self)
            dialog.confirmed.connect(partial(self._move, dialog, line))
            dialog.open()

    def _move(self, dialog: MoveDialog, line: FollowUp, day: date, reason: str) -> None:
        desk = self._desk

        def moved(outcome: Outcome[str]) -> None:
            close_form(dialog)
            words = _("undo.moved", name=line.name, day=day_short(day))
            self.done.emit(Done(outcome.changes, Undo(words, partial(take_back, outcome.value), outcome.value)))

        def take_back(entry: str) -> Outcome[Any]:
            undone: Outcome[Any] = desk.followups.take_back_move(
                desk.office, line.person_id, entry, _("undo.reason"), desk.now()
            )
            return undone

        self._runner.do(
            desk.followups.move, desk.office, line.person_id, day, reason, desk.now(), then=moved, failed=dialog.failed
        )


def _empty(column: QVBoxLayout) -> None:
    while (item := column.takeAt(0)) is not None:
        if (old := item.widget()) is not None:
            old.setParent(None)
            old.deleteLater()
