"""The evaluation page: does the list help? From the office's own decisions, without any name.

Shares of many children are said here, with their intervals and with a caution where they rest on
few; nothing here is about one child.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.services.answers.outcomes import Changes
from app.services.criteria.evaluating import Evaluation
from ui.criteria.cells import LOW_ROW, CellsTable
from ui.desk import Desk
from ui.evaluation import tables
from ui.evaluation.summary import Figure
from ui.page import Done, Page
from ui.runner import Runner
from ui.tokens import SECOND
from ui.widgets.buttons import Button, TabRow
from ui.widgets.forms import line
from ui.widgets.ground import Ground
from ui.widgets.states import EmptyState
from ui.widgets.text import Label, tip
from ui.words import _, day_long

TABS = ("shares", "rates", "firing")
CONCERNS = frozenset({"decision", "published", "assignment"})


class EvaluationPage(Page):
    """検証."""

    key = "evaluation"
    icon = "chart-bar"

    def __init__(self, desk: Desk, runner: Runner) -> None:
        super().__init__()
        self._desk, self._runner = desk, runner
        self._may = "lead" in desk.member.roles
        self._stale = True
        self.evaluation: Evaluation | None = None
        self._build()

    def _build(self) -> None:
        self._make_tables()
        self.tabs = TabRow([(key, _(f"evaluation.tab.{key}")) for key in TABS], 34)
        self.tabs.choose("shares")
        self.note = Label(role="text2", px=SECOND, wrap=True)
        figures = QHBoxLayout()
        figures.setContentsMargins(12, 10, 12, 6)
        figures.setSpacing(12)
        figures.addWidget(self.list, 1)
        figures.addWidget(self.sample, 1)
        head = Ground("window", "b")
        column = QVBoxLayout(head)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(figures)
        row = QHBoxLayout()
        row.setContentsMargins(12, 0, 12, 0)
        row.addWidget(self.tabs)
        row.addWidget(self.note, 1)
        column.addLayout(row)
        self.empty = EmptyState("chart-bar")
        full = QWidget()
        whole = QVBoxLayout(full)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(head)
        whole.addWidget(self._tables, 1)
        whole.addWidget(self._foot())
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(full)
        self.empty.put(_("evaluation.none"), _("evaluation.none.words"))
        self.tabs.chosen.connect(self.show_tab)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(self._stack)

    def _make_tables(self) -> None:
        self.list, self.sample = Figure("list"), Figure("sample")
        self.shares = CellsTable(tables.share_columns(), _("evaluation.tab.shares"), LOW_ROW)
        self.rates = CellsTable(tables.rate_columns(), _("evaluation.tab.rates"), LOW_ROW)
        self.firing = CellsTable(tables.firing_columns(), _("evaluation.tab.firing"), LOW_ROW)
        self.nothing = EmptyState("chart-bar")
        self._tables = QStackedWidget()
        for table in (self.shares, self.rates, self.firing, self.nothing):
            self._tables.addWidget(table)

    def _foot(self) -> Ground:
        """Taking it out: with a purpose, without names, without small counts."""
        foot = Ground("alt", "t")
        row = QHBoxLayout(foot)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(8)
        self.purpose = line(_("evaluation.purpose"), hint=_("evaluation.purpose.hint"))
        self.purpose.setFixedWidth(300)
        self.out = Button(_("evaluation.export"), icon="export-variant")
        row.addWidget(Label(_("evaluation.suppressed"), "text2", SECOND, wrap=True), 1)
        row.addWidget(Label(_("evaluation.purpose"), px=SECOND))
        row.addWidget(self.purpose)
        row.addWidget(self.out)
        self.purpose.textChanged.connect(lambda _text: self._may_export())
        self.out.clicked.connect(self._ask_where)
        if not self._may:
            foot.hide()
        self._may_export()
        return foot

    def _may_export(self) -> None:
        self.out.setEnabled(bool(self.purpose.text().strip()))
        tip(self.out, "" if self.out.isEnabled() else _("export.purpose_missing"))

    # ------------------------------------------------------------ a page's duties

    def subtitle(self) -> str:
        found = self.evaluation
        if found is None or found.first is None or found.last is None:
            return _("evaluation.subtitle")
        first, last = day_long(found.first, False), day_long(found.last, False)
        return _(
            "evaluation.runs" if first != last else "evaluation.runs.one_day", n=found.runs, first=first, last=last
        )

    def shown(self) -> None:
        if self._stale:
            self.ask()
        self.tabs.button(self.tabs.current()).setFocus(Qt.FocusReason.OtherFocusReason)

    def changed(self, changes: Changes) -> None:
        if changes.kinds & CONCERNS:
            self._stale = True
            if self.isVisible():
                self.ask()

    def panes(self) -> tuple[QWidget, ...]:
        return (self.shares, self.rates, self.firing, self.purpose)

    def show_tab(self, key: str) -> None:
        """One of the three tables."""
        self.tabs.choose(key)
        scale = tables.rate_scale(self.evaluation.rates) if self.evaluation else 1.0
        self.note.setText(_(f"evaluation.note.tab.{key}", scale=tables.percent(scale)))
        table = (self.shares, self.rates, self.firing)[TABS.index(key)]
        if table.cells.rows:
            self._tables.setCurrentWidget(table)
        else:
            self.nothing.put(_(f"evaluation.nothing.{key}"))
            self._tables.setCurrentWidget(self.nothing)

    # ------------------------------------------------------------ reading, taking out

    def ask(self) -> None:
        self._stale = False
        self._runner.ask(self._desk.evaluating.evaluate, self._desk.office, then=self._put, topic="evaluation")

    def _put(self, found: Evaluation) -> None:
        self.evaluation = found
        words = tables.summary(found)
        self.list.put(found.yielded, words["list"])
        self.sample.put(found.sample, words["sample"])
        self.shares.put(tables.share_rows(found))
        self.rates.put(tables.rate_rows(found.rates))
        self.firing.put(tables.firing_rows(found.firing))
        self._stack.setCurrentIndex(1 if found.runs else 0)
        self.show_tab(self.tabs.current())
        self.retitled.emit()

    def _ask_where(self) -> None:
        dialog = QFileDialog(self, _("evaluation.export"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.selectFile(_("evaluation.file"))
        dialog.fileSelected.connect(lambda name: self.export(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def export(self, out: Path) -> None:
        """Write the evaluation to ``out``; the purpose written here goes into the journal."""
        call = partial(
            self._desk.exporting.export,
            self._desk.office,
            "evaluation",
            out,
            purpose=self.purpose.text().strip(),
            now=self._desk.now(),
        )
        self._runner.do(
            call, then=lambda path: self.done.emit(Done(Changes(), words=_("imports.saved", file=path.name)))
        )
