"""The page of sources: what each department has sent and when, and for what its items are used.

Everybody may read both; a lead sets purposes and switches items. The rail counts the files that are late.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.domain.message import Trouble
from app.services.answers.outcomes import Changes, Outcome
from app.services.imports.import_jobs import Ended, Failed, Finished, News, Step
from ui.desk import Desk
from ui.imports.progress import ProgressStrip
from ui.page import Done, Page
from ui.runner import Runner
from ui.sources.coverage import Coverage
from ui.sources.purposes import Purposes
from ui.widgets.buttons import TabRow
from ui.widgets.ground import Ground
from ui.words import _, count, language

TABS = ("coverage", "purposes")
CONCERNS = frozenset({"published", "purpose", "stance"})
_GRACE = 2.0
"""Seconds that clearing may take when the office is shut; the next unlock clears the rest."""


class SourcesPage(Page):
    """データの届き具合と目的。"""

    key = "sources"
    icon = "database-check-outline"
    _heard = Signal(object)

    def __init__(self, desk: Desk, runner: Runner) -> None:
        super().__init__()
        self._desk, self._runner = desk, runner
        self._late = 0
        self.may = "lead" in desk.member.roles
        self.tabs = TabRow([(key, _(f"sources.tab.{key}")) for key in TABS], 38)
        self.tabs.choose("coverage")
        self.coverage = Coverage(desk.today())
        self.purposes = Purposes(desk.today(), self.may)
        self._job: Any = None
        self._heard.connect(self._hear, Qt.ConnectionType.QueuedConnection)
        self.progress = ProgressStrip()
        self.progress.hide()
        self.progress.cancelled.connect(self.cancel)
        top = Ground("surface", "b")
        row = QHBoxLayout(top)
        row.setContentsMargins(8, 0, 12, 0)
        row.addWidget(self.tabs)
        row.addStretch(1)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.coverage)
        self._stack.addWidget(self.purposes)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(top)
        whole.addWidget(self.progress)
        whole.addWidget(self._stack, 1)
        self.tabs.chosen.connect(self.show_tab)
        self.purposes.saved.connect(self._save)
        self.purposes.wanted.connect(self._ask_history)
        if desk.may_import:
            self.coverage.empty.put_way(
                _("sources.empty"), _("sources.empty.words"), _("empty.no_children.bring"), "tray-arrow-down",
                lambda: self.opens.emit("imports", None),
            )  # fmt: skip
        self._asked = False

    def subtitle(self) -> str:
        return _("sources.late", late=count(self._late)) if self._late else ""

    def arrive(self, where: object) -> None:
        """``where`` names a tab, or is (extract, item)."""
        if isinstance(where, str) and where in TABS:
            self.show_tab(where)
        if isinstance(where, tuple):
            self.show_tab("purposes")
            self.purposes.choose(*where)

    def shown(self) -> None:
        if not self._asked:  # whom each extract speaks of is counted: not before somebody looks
            self.ask()
        self._table().setFocus()

    def changed(self, changes: Changes) -> None:
        if self._asked and changes.kinds & CONCERNS:
            self.ask()

    def panes(self) -> tuple[QWidget, ...]:
        return (self._table(), self.purposes.form.purpose if self._stack.currentIndex() else self.coverage.side)

    def _table(self) -> QWidget:
        return self.purposes.table if self._stack.currentIndex() else self.coverage.table

    def show_tab(self, key: str) -> None:
        self.tabs.choose(key)
        self._stack.setCurrentIndex(TABS.index(key))

    def ask(self) -> None:
        """Ask for both tabs."""
        self._asked = True
        office = self._desk.office
        self._runner.ask(
            self._desk.received.arrived, office, self._desk.today(), then=self._put_coverage, topic="sources.coverage"
        )
        self._runner.ask(
            self._desk.purposes.items, office, language(), then=self.purposes.put, topic="sources.purposes"
        )

    def _put_coverage(self, lines: Any) -> None:
        self.coverage.put(lines)
        self._late = sum(one.state == "late" for one in lines)
        self.tabs.set_count("coverage", self._late or None)
        self.counted.emit(self._late)
        self.retitled.emit()

    def _ask_history(self, extract: str, item: str) -> None:
        self._runner.ask(
            self._desk.purposes.history, self._desk.office, extract, item,
            then=self.purposes.form.put_history, topic="sources.history",
        )  # fmt: skip

    def _save(self, said: dict[str, Any]) -> None:
        """A new purpose is an entry; a switch works everything out again, in a process of its own."""
        if self._job is not None:
            return
        if not self.purposes.switches(said):
            act = partial(self._desk.purposes.set_item, self._desk.office, **said, now=self._desk.now())
            self._runner.do(act, then=self._saved, failed=self._failed)
            return
        self.progress.cancel.setEnabled(True)
        self.progress.put(_("purposes.begins"), "", 0.0, _("purposes.meanwhile"))
        self.progress.show()
        start = self._desk.purpose_jobs.start
        self._job = start(self._desk.office, **said, now=self._desk.now(), tell=self._tell)
        self.retitled.emit()

    def cancel(self) -> None:
        """Give the switch up; what is being published already finishes."""
        if self._job is not None:
            self.progress.cancel.setEnabled(False)
            self._job.cancel()

    def working(self) -> bool:
        return self._job is not None

    def leave(self) -> None:
        """The office is about to be shut: what is not being published is given up."""
        if self._job is not None:
            publishing = not self._job.cancel()
            self._runner.do(self._job.wait, None if publishing else _GRACE)
            self._job = None

    def status(self) -> str:
        return _("purposes.working") if self._job is not None else ""

    def _tell(self, news: News) -> None:
        """Called on the job's thread; the page may be gone by then."""
        with suppress(RuntimeError):
            self._heard.emit(news)

    def _hear(self, news: News) -> None:
        if isinstance(news, Step):
            self.progress.cancel.setEnabled(news.stage != "publish")
            self.progress.put(_(f"import.stage_{news.stage}"), "", news.done, _("purposes.meanwhile"))
        elif isinstance(news, Finished) and news.outcome is not None:
            self._saved(news.outcome)
        elif isinstance(news, Failed):
            self._failed(news.trouble)
        elif isinstance(news, Ended):
            self._job = None
            self.progress.hide()
            self.purposes.form.finished()
            self.retitled.emit()

    def _saved(self, outcome: Outcome[str]) -> None:
        self.purposes.form.finished()
        self.done.emit(Done(outcome.changes))

    def _failed(self, trouble: Trouble) -> None:
        self.purposes.form.finished()
        self.purposes.form.trouble.put(trouble)
