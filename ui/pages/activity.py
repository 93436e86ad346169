"""The activity page: who did and who looked at what, as lines and as questions; the anchor of the day.

For leads and auditors. An auditor who may not see children reads ids only, and has this page alone.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.domain import ids
from app.services.activity import Activity, Question
from app.services.answers import Changes
from ui.activity import anchor as sheets
from ui.activity.anchor import AnchorPanel
from ui.activity.filters import Filters
from ui.activity.questions import Questions
from ui.activity.table import LinesTable, child_words
from ui.desk import Desk
from ui.page import Done, KeyLine, Page
from ui.runner import Runner
from ui.widgets.buttons import Button
from ui.widgets.states import EmptyState
from ui.words import _, count

SIDE, SIDE_NARROW = 320, 280


class ActivityPage(Page):
    """利用状況。"""

    key = "activity"
    icon = "history"

    def __init__(self, desk: Desk, runner: Runner) -> None:
        super().__init__()
        self._desk, self._runner = desk, runner
        self._more = self._asking = False
        self._found: tuple[Question, ...] = ()
        self._names: dict[str, str] = {}
        self.filters = Filters(desk.today())
        self.questions = Questions(desk.today())
        self.table = LinesTable(desk.today())
        self.empty = EmptyState("history")
        self.side = AnchorPanel()
        self.side.setFixedWidth(SIDE)
        self._build()
        self._connect()

    def _build(self) -> None:
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addWidget(self.filters)
        left.addWidget(self.questions)
        left.addWidget(self._stack, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(left, 1)
        whole.addWidget(self.side)

    def _connect(self) -> None:
        self.filters.changed.connect(self.ask)
        self.questions.chosen.connect(self.open_question)
        self.table.wanted.connect(self._ask_more)
        self.table.opened.connect(self.only_this_child)
        self.side.asked.connect(self.ask_anchor)
        self.side.saved.connect(self._ask_where)
        self.side.printed.connect(self._ask_printer)
        self.side.checked.connect(self._check)

    # ------------------------------------------------------------ a page's duties

    def subtitle(self) -> str:
        return _("activity.subtitle") if "lead" in self._desk.member.roles else _("activity.subtitle.ids")

    def status(self) -> str:
        shown = count(len(self.table.lines))
        return _("activity.shown_more", n=shown) if self._more else _("activity.shown", n=shown)

    def shown(self) -> None:
        self.ask()
        self._ask_questions()
        self.ask_anchor()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def changed(self, changes: Changes) -> None:
        if self.isVisible() and not self.table.verticalScrollBar().value():
            self.ask()

    def compacted(self, narrow: bool, low: bool) -> None:
        self.side.setFixedWidth(SIDE_NARROW if narrow else SIDE)

    def keys(self) -> tuple[KeyLine, ...]:
        return (KeyLine("↑ ↓", "keys.activity.move"), KeyLine("Enter", "keys.activity.child"))

    def panes(self) -> tuple[QWidget, ...]:
        return (self.filters.member, self.table, self.side.typed)

    # ------------------------------------------------------------ lines

    def ask(self) -> None:
        """The first page of what the filters say."""
        self._asking = True
        call = partial(self._desk.activity.lines, self._desk.office, self.filters.query())
        self._runner.ask(call, then=self._put, topic="activity.lines")

    def _put(self, found: Activity) -> None:
        self._asking = False
        self._more, self._names = found.more, found.names
        self.table.start(found.lines)
        if found.lines:
            self._stack.setCurrentWidget(self.table)
        else:
            again = Button(_("activity.clear"), icon="close")
            again.clicked.connect(self.filters.clear.click)
            self.empty.put(_("activity.none"), _("activity.none.words"), (again,))
            self._stack.setCurrentWidget(self.empty)
        self._put_questions()
        self.retitled.emit()

    def _ask_more(self) -> None:
        if not self._more or self._asking or not self.table.lines:
            return
        self._asking = True
        call = partial(
            self._desk.activity.lines, self._desk.office, self.filters.query(), after=self.table.lines[-1].key
        )
        self._runner.ask(call, then=self._add, topic="activity.lines")

    def _add(self, found: Activity) -> None:
        self._asking = False
        self._more = found.more
        self.table.add(found.lines)
        self.retitled.emit()

    def only_this_child(self, row: int) -> None:
        """Enter on a line: everything about its child."""
        line = self.table.lines[row]
        if line.children:
            words = line.name or ids.code(line.children[0])
            self.filters.put_child(line.children[0], words if len(line.children) == 1 else child_words(line))

    # ------------------------------------------------------------ questions

    def _ask_questions(self) -> None:
        office, activity = self._desk.office, self._desk.activity
        self._runner.ask(activity.questions, office, self._desk.today(), then=self._know, topic="activity.questions")
        self._runner.ask(activity.kinds, office, then=self._offer, topic="activity.kinds")

    def _know(self, found: tuple[Question, ...]) -> None:
        self._found = found
        self._put_questions()

    def _put_questions(self) -> None:
        self.questions.put(self._found, self._names)

    def _offer(self, kinds: tuple[str, ...]) -> None:
        self.filters.offer(self._names, kinds)

    def open_question(self, question: Question) -> None:
        """The lines behind a question."""
        self.filters.put(question.query)

    # ------------------------------------------------------------ the anchor

    def ask_anchor(self) -> None:
        """A code for how both logs stand now. It signs the access log, so it goes where writes go."""
        desk = self._desk
        self._runner.do(desk.anchoring.anchor, desk.office, desk.now(), then=self.side.put)

    def _check(self, code: str) -> None:
        self._runner.ask(
            self._desk.anchoring.check, self._desk.office, code, then=self.side.answer,
            failed=lambda trouble: self.side.answer(trouble.message), topic="activity.check",
        )  # fmt: skip

    def _ask_where(self) -> None:
        if self.side.anchor is None:
            return
        dialog = QFileDialog(self, _("activity.anchor.save"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("pdf")
        dialog.selectFile(_("activity.anchor.file", day=f"{self.side.anchor.time:%Y%m%d}"))
        dialog.fileSelected.connect(lambda name: self.save_anchor(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def save_anchor(self, out: Path) -> None:
        """The code as a PDF; it holds no name of any child."""
        desk, anchor = self._desk, self.side.anchor
        assert anchor is not None
        content = sheets.pdf(desk.office.name, desk.member.name, anchor)

        def saved(_nothing: Any) -> None:
            self.done.emit(Done(Changes(), words=_("imports.saved", file=out.name)))

        self._runner.do(desk.anchoring.save, desk.office, out, content, then=saved)

    def _ask_printer(self) -> None:
        anchor = self.side.anchor
        if anchor is None:
            return
        printer = QPrinter()
        dialog = QPrintDialog(printer, self)
        desk = self._desk
        dialog.accepted.connect(lambda: sheets.print_on(printer, desk.office.name, desk.member.name, anchor))
        dialog.finished.connect(dialog.deleteLater)
        dialog.setModal(True)
        dialog.show()
