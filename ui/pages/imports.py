"""The import page: files chosen, looked over, taken in by a process of its own, published.

Nothing changes on other pages before it is published; decisions can be saved all the while. What
a file is shown as stands in ``ui.imports``.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.services.answers.outcomes import Changes, Outcome
from app.services.imports.import_jobs import Ended, Failed, Finished, Looked, News, PassedOver, Step, Stopped
from ui.desk import Desk
from ui.imports.acts import ImportActs
from ui.imports.course import course_words
from ui.imports.dialogs import ask_files, ask_folder
from ui.imports.files import FilesTable
from ui.imports.history import Invitation
from ui.imports.lines import FileLine, Lines
from ui.imports.preview import PreviewPane, ProblemsPane
from ui.imports.progress import DoneStrip, PassedStrip, ProgressStrip, StepBar
from ui.imports.side import SidePanel
from ui.page import Done, KeyLine, Page
from ui.runner import Runner
from ui.tokens import SECOND
from ui.widgets.buttons import Button, TabRow
from ui.widgets.ground import Ground
from ui.widgets.text import Label, tip
from ui.words import _, count, say

CHOOSING, LOOKING, READY, RUNNING, DONE = range(5)
_STEP = {CHOOSING: 0, LOOKING: 1, READY: 1, RUNNING: 2, DONE: 4}
_GRACE = 2.0
"""Seconds that clearing may take when the office is shut; the next unlock clears the rest."""


class ImportsPage(Page):
    """取込."""

    key = "imports"
    icon = "tray-arrow-down"
    _heard = Signal(object)

    def __init__(self, desk: Desk, runner: Runner) -> None:
        super().__init__()
        self._desk, self._runner = desk, runner
        self.lines = Lines()
        self.state = CHOOSING
        self._job: Any = None
        self._step: Step | None = None
        self._told = 0.0
        self._narrow = self._low = self._published = False
        self.setAcceptDrops(True)
        self._heard.connect(self._hear, Qt.ConnectionType.QueuedConnection)
        self._ticking = QTimer(self)
        self._ticking.setInterval(1000)
        self._ticking.timeout.connect(self._show_progress)
        self._build()
        self._arrange()
        self._show_all()

    # ------------------------------------------------------------ building

    def _build(self) -> None:
        self.acts = ImportActs(self, self._desk, self._runner)
        self.steps = StepBar()
        self.add_files = Button(_("imports.add_files"), icon="file-plus-outline")
        self.add_folder = Button(_("imports.add_folder"), icon="folder-open-outline")
        self.clear = Button(_("imports.clear"), kind="quiet", icon="close")
        self.go = Button(kind="primary", icon="tray-arrow-down")
        self.waits = Label(role="caution", px=SECOND, bold=True)
        self.progress = ProgressStrip()
        self.summary = DoneStrip()
        first_files = Button(_("imports.add_files"), kind="primary", icon="file-plus-outline")
        first_folder = Button(_("imports.add_folder"), icon="folder-open-outline")
        self.invitation = Invitation((first_files, first_folder))
        self.files = FilesTable(self._desk.today())
        self.passed = PassedStrip()
        self.preview = PreviewPane()
        self.problems = ProblemsPane()
        self.side = SidePanel(self._desk.today())
        self.tabs = TabRow([(key, _(f"imports.tab.{key}")) for key in ("preview", "problems", "side")], 36)
        self.tabs.choose("preview")
        self._connect(first_files, first_folder)
        self._lay()

    def _connect(self, first_files: Button, first_folder: Button) -> None:
        for button in (self.add_files, first_files):
            button.clicked.connect(lambda: ask_files(self, self.add))
        for button in (self.add_folder, first_folder):
            button.clicked.connect(lambda: ask_folder(self, self.add))
        self.clear.clicked.connect(self.begin_anew)
        self.summary.more.clicked.connect(self.begin_anew)
        self.summary.list.clicked.connect(lambda: self.opens.emit("caseload", None))
        self.go.clicked.connect(self.bring_in)
        self.progress.cancelled.connect(self.cancel)
        self.files.chosen.connect(lambda _row: self._show_chosen())
        self.files.dropped.connect(self._drop_line)
        self.tabs.chosen.connect(lambda _key: self._arrange())
        self.problems.saving.connect(lambda: self.acts.save_rejected(self._chosen()))
        self.side.agreed.connect(partial(self._answer, agreed=True))
        self.side.left_out.connect(partial(self._answer, left_out=True))
        self.side.back_in.connect(partial(self._answer, left_out=False))
        self.side.day_said.connect(self._say_day)
        self.acts.mapped.connect(lambda path: self.add([path]))
        self.acts.done.connect(self.done)
        self.invitation.moving.connect(self.acts.withdraw)
        self.invitation.ruling.connect(self.acts.rules)
        self.invitation.arriving.connect(lambda: self.opens.emit("sources", "coverage"))
        self.invitation.lost.opened.connect(lambda where: self.opens.emit("child", where))
        self.side.mapping.connect(lambda line: self.acts.map_file(line.preview.path))
        self.preview.mapping.connect(self._map_chosen)

    def _map_chosen(self) -> None:
        line = self._chosen()
        if line is not None and self._may_add():
            self.acts.map_file(line.preview.path)

    def _lay(self) -> None:
        top = Ground("surface", "b")
        line = QHBoxLayout(top)
        line.setContentsMargins(12, 0, 12, 0)
        line.setSpacing(8)
        line.addWidget(self.steps)
        line.addStretch(1)
        for tool in (self.clear, self.add_files, self.add_folder, self.waits, self.go):
            line.addWidget(tool)
        self._tabs_row = Ground("window", "t")
        tabs = QHBoxLayout(self._tabs_row)
        tabs.setContentsMargins(8, 0, 8, 0)
        tabs.addWidget(self.tabs)
        tabs.addStretch(1)
        self._left = QVBoxLayout()
        self._left.setSpacing(0)
        for part, share in (
            (self.files, 10),
            (self.passed, 0),
            (self._tabs_row, 0),
            (self.preview, 8),
            (self.problems, 5),
        ):
            self._left.addWidget(part, share)
        work = Ground("surface")
        self._body = QHBoxLayout(work)
        self._body.setContentsMargins(0, 0, 0, 0)
        self._body.setSpacing(0)
        self._body.addLayout(self._left, 1)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.invitation)
        self._stack.addWidget(work)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        for one in (top, self.progress, self.summary):
            whole.addWidget(one)
        whole.addWidget(self._stack, 1)

    def _arrange(self) -> None:
        """Everything side by side; where there is little room, in tabs below the files."""
        tight, tab = self._narrow or self._low, self.tabs.current()
        (self._left if self._narrow else self._body).addWidget(self.side, 8 if self._narrow else 0)
        self.side.set_narrow(self._narrow)
        self._tabs_row.setVisible(tight)
        self.tabs.button("side").setVisible(self._narrow)
        if tab == "side" and not self._narrow:
            self.tabs.choose("preview")
            tab = "preview"
        self.preview.setVisible(not tight or tab == "preview")
        self.problems.setVisible(not tight or tab == "problems")
        self.side.setVisible(not self._narrow or tab == "side")
        self.steps.set_tight(self._narrow)

    # ------------------------------------------------------------ a page's duties

    def shown(self) -> None:
        if self.state == CHOOSING:
            self._ask_history()
        else:
            self.files.setFocus(Qt.FocusReason.OtherFocusReason)

    def changed(self, changes: Changes) -> None:
        if changes.kinds & {"published", "purpose"} and self.state == CHOOSING:
            self._ask_history()

    def compacted(self, narrow: bool, low: bool) -> None:
        self._narrow, self._low = narrow, low
        self._arrange()

    def status(self) -> str:
        if self.state == RUNNING:
            return _("imports.status.running")
        cleared = self._job is None or self.state == LOOKING
        return "" if cleared else _("imports.status.clearing")

    def panes(self) -> tuple[QWidget, ...]:
        return (self.files, self.preview.table, self.problems.table, self.side, self.go)

    def keys(self) -> tuple[KeyLine, ...]:
        return (KeyLine("↑ ↓", "keys.imports.move"), KeyLine("Delete", "keys.imports.remove"))

    def working(self) -> bool:
        return self._job is not None

    def leave(self) -> None:
        """The office is about to be shut: what is not being published is given up."""
        if self._job is not None:
            publishing = not self._job.cancel()
            self._runner.do(self._job.wait, None if publishing else _GRACE)
            self._job = None

    # ------------------------------------------------------------ choosing

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._may_add() and any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.add([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])
        event.acceptProposedAction()

    def _may_add(self) -> bool:
        return self._job is None and self.state in (CHOOSING, READY)

    def add(self, paths: Sequence[Path]) -> None:
        """Look these files and folders over."""
        if paths and self._may_add():
            self._begin(LOOKING)
            days = self.lines.days()
            self._job = self._desk.imports.look(self._desk.office, paths, self._desk.now(), self._tell, days)

    def _say_day(self, line: FileLine, day: date | None) -> None:
        """A file has another day than it says: looked over again, since its rows may lie after it."""
        if self._may_add():
            line.day = day
            self.add([line.preview.path])

    def _drop_line(self, row: int) -> None:
        """Take a file off the list."""
        if self.state == READY and self._job is None:
            del self.lines.all[row]
            self.state = READY if self.lines.all else CHOOSING
            self._show_all()
            self.files.go_to(min(row, len(self.lines.all) - 1))

    def _answer(self, line: FileLine, **said: bool) -> None:
        for name, value in said.items():
            setattr(line, name, value)
        self._show_all()

    def begin_anew(self) -> None:
        """An empty page again; what was brought in stays."""
        if self._job is None:
            self.lines = Lines()
            self.state = CHOOSING
            self._show_all()
            self._ask_history()

    def _ask_history(self) -> None:
        self.invitation.ask(self._desk, self._runner)

    # ------------------------------------------------------------ the job

    def bring_in(self) -> None:
        """Import the files that take part."""
        if self._job is not None or self._why_not():
            return
        self.lines.begin()
        self._begin(RUNNING)
        rows = [line.preview.rows for line in self.lines.taking_part]
        start, now, paths = self._desk.imports.start, self._desk.now(), self.lines.paths()
        self._job = start(self._desk.office, paths, now, self._tell, rows, self.lines.days())

    def cancel(self) -> None:
        """Give up what runs; what is being published already finishes."""
        if self._job is not None:
            self.progress.cancel.setEnabled(False)
            self._job.cancel()

    def _begin(self, state: int) -> None:
        self.state, self._step = state, None
        self._told = time.monotonic()
        self._ticking.start()
        self.progress.cancel.setEnabled(True)
        self._show_all()
        self.retitled.emit()

    def _tell(self, news: News) -> None:
        """Called on the job's thread; the page may be gone by then."""
        with suppress(RuntimeError):
            self._heard.emit(news)

    def _hear(self, news: News) -> None:
        if isinstance(news, Step):
            self._step, self._told = news, time.monotonic()
            if self.state == RUNNING and (news.number or news.stage != "read"):
                self.lines.step(news.number, news.rows)
            self.files.show_lines(self.lines.all)
            self._show_progress()
        elif isinstance(news, PassedOver):
            self.lines.pass_over(news.names)
        elif isinstance(news, Looked):
            self.lines.put(news.preview)
            self._show_all()
        elif isinstance(news, Finished):
            self._finished(news.outcome)
        elif isinstance(news, Ended):
            self._job = None
            self._show_all()
            self.retitled.emit()
        else:
            self._not_finished(news)

    def _finished(self, outcome: Outcome[Any] | None) -> None:
        self._ticking.stop()
        self.state = READY if self.lines.all else CHOOSING
        if outcome is not None:
            self.state = DONE
            self.lines.finish(outcome.value.files)
            self.summary.put(say(outcome.value.message()), outcome.value.refused)
            self._published = bool(outcome.changes.kinds)
            if outcome.changes.kinds:
                self.done.emit(Done(outcome.changes, words=_("imports.published")))
        elif self.lines.asked:
            self._show_what_is_asked()
        self._show_all()
        self.retitled.emit()

    def _show_what_is_asked(self) -> None:
        """Bring the first file that needs an answer, and its question, into sight."""
        self.files.go_to(self.lines.all.index(self.lines.asked[0]))
        if self._narrow:
            self.tabs.choose("side")
            self._arrange()

    def _not_finished(self, news: Stopped | Failed) -> None:
        self._ticking.stop()
        self.lines.back()
        self.state = READY if self.lines.all else CHOOSING
        if isinstance(news, Failed):
            self.troubled.emit(news.trouble)
        self._show_all()
        self.retitled.emit()

    # ------------------------------------------------------------ showing

    def _chosen(self) -> FileLine | None:
        row = self.files.currentIndex().row()
        return self.lines.all[row] if 0 <= row < len(self.lines.all) else None

    def _why_not(self) -> str:
        """Why nothing can be imported now; "" when it can."""
        if self._job is not None:
            return _("imports.go.busy")
        if self.lines.asked:
            return _("imports.go.ask", n=count(len(self.lines.asked)))
        return "" if self.lines.taking_part and self.state == READY else _("imports.go.nothing")

    def _show_all(self) -> None:
        self._stack.setCurrentIndex(0 if self.state == CHOOSING else 1)
        self.steps.put(_STEP[self.state] if self.state != DONE or self._published else _STEP[READY])
        self.progress.setVisible(self.state in (LOOKING, RUNNING))
        self.summary.setVisible(self.state == DONE)
        choosing = self.state in (LOOKING, READY)
        for button in (self.add_files, self.add_folder, self.clear, self.go):
            button.setVisible(choosing)
        for button in (self.add_files, self.add_folder, self.clear):
            button.setEnabled(self._may_add())
            tip(button, "" if self._may_add() else _("imports.go.busy"))
        self.summary.more.setEnabled(self._job is None)
        self.go.set_words(_("imports.go", n=count(len(self.lines.taking_part))))
        why = self._why_not()
        self.waits.setText(_("imports.waits", n=count(len(self.lines.asked))))
        self.waits.setVisible(choosing and bool(self.lines.asked))
        self.go.setEnabled(not why)
        tip(self.go, why)
        self.files.show_lines(self.lines.all)
        self.passed.put(self.lines.passed_over)
        if self._chosen() is None:
            self.files.go_to(0)
        self._show_chosen()
        self._show_progress()

    def _show_chosen(self) -> None:
        line = self._chosen()
        self.preview.put(line)
        self.problems.put(line)
        noted = self.side.put(line, self.lines.all, quiet=self.state != READY or self._job is not None)
        self.tabs.set_count("side", noted or None)
        self.tabs.set_count("problems", sum(line.counts[2:]) if line and line.counts else None)

    def _show_progress(self) -> None:
        step = self._step
        publishing = step is not None and step.stage == "publish"
        if publishing:
            self.progress.cancel.setEnabled(False)
        tip(self.progress.cancel, _("imports.cancel.too_late") if publishing else "")
        gone = time.monotonic() - self._told
        words = course_words(step, self.lines, self.state == RUNNING, gone)
        self.progress.put(*words, _(f"imports.meanwhile.{self.state}"))
