"""The child page: header, tabs, timeline, and beside it the reasons and the decision form.

Asks ``desk.reviewing`` through the runner and shows what comes back. What is being written about a
child is kept while the window is open, also when another child is opened in between.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.message import Trouble
from app.services.answers.child import ChildFile, ContactLine, DecisionLine, FactLine, RawRow, RecordLine
from app.services.answers.outcomes import Changes
from ui.child.beside import Beside
from ui.child.closed import Closed
from ui.child.comparing import Comparing
from ui.child.course import CoursePane
from ui.child.hand import RecordsByHand
from ui.child.header import Header
from ui.child.hidden import Hidden
from ui.child.history import HistoryTab
from ui.child.lists import PointsTab, RecordsTab
from ui.child.pictures import open_whole
from ui.child.protection import Shields
from ui.child.reasons import ReasonsPanel
from ui.child.selected import RawRowDialog
from ui.child.wishes import Wishes
from ui.child.writing import Writing
from ui.desk import Desk
from ui.page import KeyLine, Page
from ui.papers.buttons import ChildPrint
from ui.runner import Runner
from ui.signing.strip import SignStrip
from ui.timeline.scale import Preset
from ui.widgets.buttons import Button, TabRow
from ui.widgets.ground import Ground
from ui.widgets.stack import Stack
from ui.widgets.states import EmptyState
from ui.words import _

TABS = ("timeline", "points", "history", "plan", "records")
CONCERNS = frozenset({"decision", "contact", "assignment", "published", "ruling", "setting", "follow_up", "plan"}) | {
    "protection", "opening", "sign_off",
}  # fmt: skip


class ChildPage(Page):
    """児童."""

    key = "child"
    icon = "account-outline"
    in_rail = False
    rail_key = "caseload"

    def __init__(self, desk: Desk, runner: Runner) -> None:
        super().__init__()
        self._desk, self._runner = desk, runner
        self.file: ChildFile | None = None
        self._order: Sequence[int] = ()
        self._place = 0
        self._focus: str | None = None
        today = desk.today()
        self.header, self.hidden = Header(), Hidden(desk, runner, self)
        self.closed, self.signing = Closed(desk, runner, self), SignStrip(desk, runner, self)
        self.tabs = TabRow([(key, _(f"tab.{key}")) for key in TABS], 36)
        self.course = CoursePane(today)
        self.points, self.history, self.records = PointsTab(), HistoryTab(), RecordsTab()
        self.wishes = Wishes(desk, runner, self)
        self.reasons = ReasonsPanel()
        self.writing = Writing(desk, runner, self)
        self.decision, self.contact, self.acts = self.writing.decision, self.writing.contact, self.writing.acts
        self.beside = Beside(self.reasons, self.writing)
        self.comparing = Comparing(desk, runner, self.course, self)
        self._build()
        self._connect()

    # ------------------------------------------------------------ building

    def _build(self) -> None:
        self._tabs_row = Ground("surface", "b", "line2")
        line = QHBoxLayout(self._tabs_row)
        line.setContentsMargins(8, 0, 12, 0)
        line.setSpacing(8)
        self.contact_button = Button(_("child.contact"), icon="phone-outline", keys="C")
        line.addWidget(self.tabs)
        self.shield_button = Button(icon="shield-account-outline", height=26, says=_("shield.title"))
        line.addWidget(self.wishes, 1)
        line.addWidget(self.shield_button)
        self.print = ChildPrint(self._desk, self._runner, self)
        line.addWidget(self.print)
        line.addWidget(self.contact_button)
        self.tabs.choose("timeline")
        self._left = Stack()
        for pane in (self.course, self.points, self.history, self.writing.plan, self.records):
            self._left.addWidget(pane)
        body = QWidget()
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._left, 1)
        row.addWidget(self.beside)
        opened = QWidget()
        whole = QVBoxLayout(opened)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        for part in (self.header, self.hidden, self.closed, self.signing, self._tabs_row):
            whole.addWidget(part)
        whole.addWidget(body, 1)
        self._empty = EmptyState("account-outline")
        self._empty.put(_("child.none"), _("child.none.words"))
        self._stack = Stack()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(opened)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._stack)

    def _connect(self) -> None:
        self.header.stepped.connect(self.step)
        self.tabs.chosen.connect(self.show_tab)
        self.comparing.troubled.connect(self.troubled)
        self.course.turned_to.connect(self._turn_to)
        self.contact_button.clicked.connect(self.start_contact)
        self.course.opened.connect(self._open_row)
        self.course.taken.connect(self._take)
        self.course.view.selected.connect(lambda _place: self._show_taken())
        self.reasons.chosen.connect(self._light)
        self.writing.recorded.connect(lambda _form: self.shown())
        self.writing.stale.connect(self._ask_again)
        self.writing.plan.printed.connect(partial(self.print.open_dialog, "plan"))
        self.contact.cancelled.connect(self.shown)
        self.signing.troubled.connect(self.troubled)
        self.signing.stale.connect(self._ask_again)
        self.history.withdrawn.connect(self._ask_withdraw)
        self.history.looked.connect(lambda picture: open_whole(self._desk, self._runner, picture, self))
        self.acts.done.connect(self.done.emit)
        self.wishes.done.connect(self.done.emit)
        self.shields = Shields(self._desk, self._runner, self)
        for part in (self.hidden, self.closed, self.shields, self.signing):
            part.done.connect(self.done.emit)
        for asks in (self.hidden.shields, self.shield_button.clicked):
            asks.connect(self._show_shields)
        self.print.done.connect(self.done.emit)
        self.by_hand = RecordsByHand(self._desk, self._runner, self)
        self.by_hand.done.connect(self.done.emit)
        self.records.taken_out.connect(self._take_out)
        self.records.added.connect(self._add_record)
        for keys, call in (
            ("Alt+Up", partial(self.step, -1)),
            ("Alt+Down", partial(self.step, 1)),
            ("Alt+R", partial(self.beside.show_pane, "reasons")),
            ("Alt+D", partial(self.beside.show_pane, "decision")),
            ("Ctrl+P", self.print.open_dialog),
            ("Ctrl+Return", self.writing.submit),
            ("Ctrl+Enter", self.writing.submit),
        ):
            QShortcut(QKeySequence(keys), self, call, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)

    # ------------------------------------------------------------ a page's duties

    def back_words(self) -> str:
        return _("child.back")

    def status(self) -> str:
        return _("child.status") if self.file is not None else ""

    def arrive(self, where: object) -> None:
        if isinstance(where, tuple):
            person, order, focus = where
            self.open_child(person, order, focus)

    def shown(self) -> None:
        if not self.contact.isHidden():
            self.contact.start()
        elif self.course.as_table:
            self.course.table.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.course.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def changed(self, changes: Changes) -> None:
        file = self.file
        if file is None or not changes.kinds & CONCERNS:
            return
        if not changes.persons or file.person_id in changes.persons:
            self._ask(file.person_id)

    def leave(self) -> None:
        self.writing.leave()

    def compacted(self, narrow: bool, low: bool) -> None:
        self.header.set_narrow(narrow)
        self.course.set_small(narrow, low)
        for form in (self.decision, self.contact):
            form.set_narrow(narrow)
        self.beside.compact(narrow, low)

    def panes(self) -> tuple[QWidget, ...]:
        form = self.decision if self.contact.isHidden() else self.contact
        left = {
            "timeline": self.course.table if self.course.as_table else self.course.view,
            "points": self.points.table,
            "history": self.history.table,
            "plan": self.writing.plan.words,
            "records": self.records.table,
        }[self.tabs.current()]
        return (left, *self.reasons.rows[:1], form)

    def keys(self) -> tuple[KeyLine, ...]:
        lines = (
            ("Alt+↑ ↓", "step"),
            ("← →", "fact"),
            ("Ctrl+← →", "pan"),
            ("+ −", "zoom"),
            ("0", "all"),
            ("T", "table"),
            ("S", "siblings"),
            ("O", "raw"),
            ("E", "evidence"),
            ("1 … 7", "decide"),
            ("Ctrl+Enter", "record"),
            ("C", "contact"),
            ("Ctrl+P", "print"),
            ("Alt+R / D", "panes"),
        )
        return tuple(KeyLine(keys, f"keys.child.{key}") for keys, key in lines)

    # ------------------------------------------------------------ which child

    def open_child(self, person_id: int, order: Sequence[int], focus: str | None = None) -> None:
        """Show a child. ``order`` is the list it came from; ``focus`` decision, contact or None."""
        self._order, self._focus = order, focus
        self._place = order.index(person_id) if person_id in order else -1
        self._ask(person_id)

    def step(self, by: int) -> None:
        """To the previous or next child of the list."""
        place = self._place + by
        if self._place >= 0 and 0 <= place < len(self._order):
            self._place, self._focus = place, None
            self._ask(self._order[place])

    def _ask(self, person_id: int) -> None:
        self.writing.leave()
        self.decision.set_busy(True)
        self.contact.set_busy(True)
        self._runner.ask(
            self._desk.reviewing.child_file,
            self._desk.office,
            person_id,
            self._desk.now(),
            then=self._arrived,
            failed=self._not_arrived,
            topic="child.file",
        )

    def _ask_again(self) -> None:
        if self.file is not None:
            self._ask(self.file.person_id)

    def _not_arrived(self, trouble: Trouble) -> None:
        self.decision.set_busy(False)
        self.contact.set_busy(False)
        if self.file is not None and self.file.person_id in self._order:
            self._place = self._order.index(self.file.person_id)
        self.troubled.emit(trouble)

    def _arrived(self, file: ChildFile) -> None:
        again = self.file is not None and self.file.person_id == file.person_id
        self.file = file
        today = self._desk.today()
        self.header.put(file, today)
        self.header.put_place(self._place + 1, len(self._order))
        self.course.put(file, keep=again)
        self.comparing.put(file)
        self.reasons.put(file, file.as_of)
        for tab in (self.points, self.history, self.records):
            tab.put(file)
        self.tabs.set_count("history", len(file.decisions) + len(file.contacts))
        self.tabs.set_count("records", len(file.records))
        self.wishes.put(file)
        self.hidden.put(file)
        self.closed.put(file)
        self.signing.put(file)
        self.shield_button.setVisible(not file.protected)
        self.print.put(file)
        self.writing.put(file)
        self.course.light(self.reasons.marked() if again else None)
        self._show_taken()
        if not again:
            self._start(file)
        self._stack.setCurrentIndex(1)
        self.retitled.emit()
        if file.uncertain_links:
            self._runner.ask(
                self._desk.foreseeing.doubt,
                self._desk.office,
                file.person_id,
                then=partial(self._doubted, file),
                topic="child.doubt",
            )

    def _doubted(self, file: ChildFile, doubt: Any) -> None:
        if self.file is file:
            self.header.put_doubt(doubt)

    def _start(self, file: ChildFile) -> None:
        self.writing.turn("decision")
        for row in self.reasons.rows:
            row.setChecked(False)
        focus, self._focus = self._focus, None
        if focus == "contact":
            self.start_contact()
        elif focus == "plan":
            self.show_tab("plan")
        elif focus == "decision":
            self.beside.show_pane("decision")
            next(iter(self.decision.choices.values())).setFocus(Qt.FocusReason.OtherFocusReason)
        elif self.isVisible():
            self.shown()

    # ------------------------------------------------------------ tabs and panes

    def show_tab(self, key: str) -> None:
        """Bring a tab to the front; the forms at the right stay."""
        self.tabs.choose(key)
        self._left.setCurrentIndex(TABS.index(key))

    # ------------------------------------------------------------ keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bare = not event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        if self.file is None or not bare or not self._pressed(event.key()):
            super().keyPressEvent(event)

    def _pressed(self, key: int) -> bool:
        """A single key, which comes here only when no text field took it."""
        if Qt.Key.Key_1 <= key <= Qt.Key.Key_7:
            self.beside.show_pane("decision")
            self.decision.choose(key - Qt.Key.Key_0)
            return True
        if key == Qt.Key.Key_Escape:
            if not self.contact.isHidden():
                self._close_contact()
                return True
            return False
        calls: dict[int, Callable[[], None]] = {
            Qt.Key.Key_T: self._toggle_table,
            Qt.Key.Key_O: self.course.open_row,
            Qt.Key.Key_E: self.course.take,
            Qt.Key.Key_S: self._toggle_siblings,
            Qt.Key.Key_C: self.start_contact,
            Qt.Key.Key_D: partial(self.beside.show_pane, "decision"),
            Qt.Key.Key_Plus: partial(self.course.view.zoom, True),
            Qt.Key.Key_Semicolon: partial(self.course.view.zoom, True),
            Qt.Key.Key_Minus: partial(self.course.view.zoom, False),
            Qt.Key.Key_0: partial(self.course.view.choose, Preset.ALL),
        }
        if key not in calls:
            return False
        calls[key]()
        return True

    def _toggle_siblings(self) -> None:
        self.show_tab("timeline")
        self.course.compare(not self.course.compared)

    def _turn_to(self, person: int) -> None:
        """A sibling's own page, in the list that is stepped through where the sibling stands in it."""
        self.open_child(person, self._order if person in self._order else (person,))

    def _toggle_table(self) -> None:
        self.show_tab("timeline")
        self.course.show_table(not self.course.as_table)

    # ------------------------------------------------------------ facts

    def _light(self, reason: Any) -> None:
        self.show_tab("timeline")
        self.course.light(reason, select=True)

    def _take(self, facts: tuple[int, ...]) -> None:
        self.decision.toggle_evidence(facts)
        self._show_taken()

    def _show_taken(self) -> None:
        facts = tuple(line.fact.id for line in self.course.facts())
        self.course.mark_evidence(self.decision.is_evidence(facts))

    def _open_row(self, line: FactLine) -> None:
        self._runner.ask(
            self._desk.reviewing.raw_row,
            self._desk.office,
            line.batch,
            line.line,
            then=self._show_row,
            topic="child.row",
        )

    def _show_row(self, row: RawRow) -> None:
        RawRowDialog(row, self).open()

    def _take_out(self, record: RecordLine) -> None:
        if self.file is not None:
            self.by_hand.take_out(self.file, record)

    def _add_record(self) -> None:
        if self.file is not None:
            self.by_hand.add(self.file)

    def _show_shields(self) -> None:
        if self.file is not None:
            self.shields.open(self.file)

    # ------------------------------------------------------------ recording

    def start_contact(self) -> None:
        """Open the contact form in place of the decision form; the timeline stays in sight."""
        self.writing.turn("contact")
        self.contact.start()

    def _close_contact(self) -> None:
        self.writing.turn("decision")
        self.shown()

    def _ask_withdraw(self, line: DecisionLine | ContactLine) -> None:
        assert self.file is not None
        self.acts.ask_withdraw(self.file, line)
