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
from app.services.answers.outcomes import Changes
from app.services.offices.activity import Activity, Question
from app.services.papers.handing_out import ExportLine, Listing
from ui.activity import anchor as sheets
from ui.activity.anchor import AnchorPanel
from ui.activity.exports import Exports
from ui.activity.filters import Filters
from ui.activity.questions import Questions
from ui.activity.table import LinesTable, child_words
from ui.desk import Desk
from ui.page import Done, KeyLine, Page
from ui.printing.output import pdf
from ui.runner import Runner
from ui.widgets.buttons import Button, TabRow
from ui.widgets.ground import Ground
from ui.widgets.states import EmptyState
from ui.words import _, count, language, reason_words

SIDE, SIDE_NARROW = 320, 280
TABS = ("lines", "exports")


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
        self._lead = "lead" in desk.member.roles
        self.tabs = TabRow([(key, _(f"activity.tab.{key}")) for key in TABS], 36)
        self.tabs.choose("lines")
        self.exports = Exports(desk.today(), self._lead, lambda: desk.belonging.offer_passphrase().text)
        self.exports.form.setFixedWidth(SIDE)
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
        lines = QWidget()
        across = QHBoxLayout(lines)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        across.addLayout(left, 1)
        across.addWidget(self.side)
        self._tabs = QStackedWidget()
        self._tabs.addWidget(lines)
        self._tabs.addWidget(self.exports)
        head = Ground("surface", "b")
        row = QHBoxLayout(head)
        row.setContentsMargins(8, 0, 12, 0)
        row.addWidget(self.tabs)
        row.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(head)
        whole.addWidget(self._tabs, 1)

    def _connect(self) -> None:
        self.filters.changed.connect(self.ask)
        self.questions.chosen.connect(self.open_question)
        self.table.wanted.connect(self._ask_more)
        self.table.opened.connect(self.only_this_child)
        self.tabs.chosen.connect(self.show_tab)
        self.exports.erased.connect(self._erased)
        self.exports.form.wanted.connect(self._ask_export)
        self.side.asked.connect(self.ask_anchor)
        self.side.saved.connect(self._ask_where)
        self.side.printed.connect(self._ask_printer)
        self.side.checked.connect(self._check)

    # ------------------------------------------------------------ a page's duties

    def subtitle(self) -> str:
        return _("activity.subtitle") if "lead" in self._desk.member.roles else _("activity.subtitle.ids")

    def status(self) -> str:
        if self._tabs.currentIndex():
            return ""
        shown = count(len(self.table.lines))
        return _("activity.shown_more", n=shown) if self._more else _("activity.shown", n=shown)

    def shown(self) -> None:
        self.ask()
        self._ask_questions()
        self.ask_anchor()
        self._ask_register()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_tab(self, key: str) -> None:
        """Acts and looks, or what was handed out."""
        self.tabs.choose(key)
        self._tabs.setCurrentIndex(TABS.index(key))
        self.retitled.emit()

    def changed(self, changes: Changes) -> None:
        if self.isVisible():
            self._ask_register()
        if self.isVisible() and not self.table.verticalScrollBar().value():
            self.ask()

    def compacted(self, narrow: bool, low: bool) -> None:
        for side in (self.side, self.exports.form):
            side.setFixedWidth(SIDE_NARROW if narrow else SIDE)

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

    # ------------------------------------------------------------ what was handed out

    def _ask_register(self) -> None:
        self._runner.ask(
            self._desk.handing_out.register, self._desk.office, then=self._put_register, topic="activity.register"
        )
        if self._desk.views is not None and self._desk.may_import:  # whoever may hand lists out
            saved, office = self._desk.views.saved, self._desk.office
            self._runner.ask(saved, office, then=self.exports.form.put_views, topic="activity.views")

    def _put_register(self, lines: tuple[ExportLine, ...]) -> None:
        self.exports.put(lines)
        self.tabs.set_count("exports", sum(one.erased_on is None for one in lines) or None)

    def _erased(self, entry: str, how: str) -> None:
        desk = self._desk
        call = partial(desk.handing_out.erased, desk.office, entry, how, desk.today(), desk.now())
        self._runner.do(call, then=lambda outcome: self.done.emit(Done(outcome.changes, words=_("exports.erase.done"))))

    def _ask_export(self) -> None:
        form = self.exports.form
        ending = form.form.currentData() + (".sealed" if form.sealed.isChecked() else "")
        dialog = QFileDialog(self, _("exports.new"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile(f"{form.what.currentText()}_{self._desk.today():%Y%m%d}.{ending}")
        dialog.fileSelected.connect(lambda name: self.hand_out(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def hand_out(self, out: Path) -> None:
        """Work the list out, then write it: journalled first."""
        desk, form, now = self._desk, self.exports.form, self._desk.now()
        what, purpose = form.what.currentData(), form.purpose.text()
        call = partial(desk.handing_out.listed, desk.office, what, now, language(), reason_words, form.query())
        self._runner.ask(call, then=lambda listing: self._write(listing, out, purpose, form.secret()))

    def _write(self, listing: Listing, out: Path, purpose: str, secret: str | None) -> None:
        desk, now, form = self._desk, self._desk.now(), self.exports.form.form.currentData()
        service = desk.handing_out
        if form == "pdf":
            content = pdf([service.paper(desk.office, listing, purpose, now)])
        elif form == "xlsx":
            content = service.workbook(desk.office, listing, purpose, now, language())
        else:
            content = service.table(listing)
        call = partial(service.hand_out, desk.office, listing.what, form, content, out, purpose, now, secret)
        self._runner.do(call, then=self._handed_out)

    def _handed_out(self, out: Path) -> None:
        self.done.emit(Done(Changes(kinds=frozenset({"export"})), words=_("exports.saved", file=out.name)))

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
