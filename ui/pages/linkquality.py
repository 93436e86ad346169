"""The page on how good the links are: how they stand, a blind sample, the model, what was ruled.

Long work (learning, comparing, taking over, looking for what is missing) runs in a process of its own
and can be stopped; what was compared and a sample begun wait until somebody goes on.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout

from app.services.answers.outcomes import Changes, Outcome
from app.services.links.quality_answers import ModelComparison
from ui.desk import Desk
from ui.imports.progress import ProgressStrip
from ui.linkquality.model import ModelPane
from ui.linkquality.rulings import RulingsPane
from ui.linkquality.sampling import SamplePane
from ui.linkquality.standing import StandingPane
from ui.linkquality.work import LongWork
from ui.page import Done, KeyLine, Page
from ui.runner import Runner
from ui.widgets.buttons import TabRow
from ui.widgets.focusring import ringed
from ui.widgets.ground import Ground
from ui.widgets.states import ErrorPanel
from ui.words import _, count

TABS = ("standing", "sample", "model", "rulings")
CONCERNS = frozenset({"ruling", "published", "sample", "model", "protection"})


class LinkQualityPage(Page):
    """リンクの品質と履歴."""

    key = "linkquality"
    icon = "link-variant"
    in_rail = False
    rail_key = "links"

    def __init__(self, desk: Desk, runner: Runner) -> None:
        super().__init__()
        self._desk, self._runner = desk, runner
        self._lead = "lead" in desk.member.roles
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        ringed(self)
        self.tabs = TabRow([(key, _(f"quality.tab.{key}")) for key in (TABS if self._lead else TABS[-1:])], 36)
        self.tabs.choose(TABS[0] if self._lead else TABS[-1])
        self.standing, self.model = StandingPane(), ModelPane()
        self.sample, self.past = SamplePane(desk, runner), RulingsPane(desk, runner)
        self.progress, self.trouble = ProgressStrip(), ErrorPanel()
        self.work = LongWork(self.progress, self.trouble)
        self._build()
        self._connect()

    def _build(self) -> None:
        self.panes_ = QStackedWidget()
        for pane in (self.standing, self.sample, self.model, self.past):
            self.panes_.addWidget(pane)
        row = Ground("surface", "b")
        line = QHBoxLayout(row)
        line.setContentsMargins(8, 0, 12, 0)
        line.addWidget(self.tabs)
        line.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        for part in (row, self.progress, self.trouble):
            whole.addWidget(part)
        whole.addWidget(self.panes_, 1)
        self.panes_.setCurrentIndex(TABS.index(self.tabs.current()))

    def _connect(self) -> None:
        self.tabs.chosen.connect(self._turn)
        for pane in (self.standing, self.sample, self.model, self.past):
            pane.opened.connect(lambda pair: self.opens.emit("links", pair))
        for saver in (self.sample, self.past):
            saver.done.connect(self._was_saved)
            saver.troubled.connect(self.trouble.put)
        self.sample.worked.connect(lambda: self.setFocus(Qt.FocusReason.OtherFocusReason))
        self.standing.looked.connect(self.look)
        self.model.learns.connect(self.learn)
        self.model.compares.connect(self.compare)
        self.model.takes.connect(self.take_over)
        self.model.drops.connect(self.drop)
        self.work.busy.connect(self.model.busy)
        self.work.busy.connect(lambda working: self.standing.look.setEnabled(not working))
        self.work.ended.connect(self.ask)

    def _was_saved(self, done: Done) -> None:
        self.trouble.hide()
        self.done.emit(done)

    # ------------------------------------------------------------ a page's duties

    def subtitle(self) -> str:
        return _("quality.subtitle")

    def back_words(self) -> str:
        return _("page.links")

    def arrive(self, where: object) -> None:
        if isinstance(where, str) and (self._lead or where == TABS[-1]):
            self.tabs.choose(where)
            self._turn(where)

    def shown(self) -> None:
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.ask()

    def changed(self, changes: Changes) -> None:
        if changes.kinds & CONCERNS and self.isVisible():
            self.ask()

    def working(self) -> bool:
        return self.work.running

    def leave(self) -> None:
        self.work.cancel()

    def compacted(self, narrow: bool, low: bool) -> None:
        self.sample.compacted(low)

    def keys(self) -> tuple[KeyLine, ...]:
        return (
            KeyLine("1", "keys.quality.same"),
            KeyLine("2", "keys.quality.apart"),
            KeyLine("3", "keys.quality.unknown"),
            KeyLine("J K", "keys.links.move"),
            KeyLine("Enter", "keys.quality.open"),
            KeyLine("Esc", "keys.quality.back"),
        )

    def panes(self) -> tuple[Any, ...]:
        tables = {
            "standing": (self.standing.tallies.table, self.standing.missed.table, self.standing.numbers.table),
            "sample": (self, self.sample.history.table),
            "model": (self.model.models.table, self.model.changes.table, self.model.levels.table),
            "rulings": (self.past.lines.table,),
        }
        return (self.tabs, *tables[self.tabs.current()])

    def _turn(self, tab: str) -> None:
        self.panes_.setCurrentIndex(TABS.index(tab))
        self.ask()

    def ask(self) -> None:
        """Ask for what the tab in front shows."""
        desk, runner = self._desk, self._runner
        tab = self.tabs.current()
        if tab == "standing":
            figures = desk.link_quality.figures
            runner.ask(figures, desk.office, desk.today(), then=self.standing.put, topic="quality.figures")
        elif tab == "sample":
            self.sample.ask()
        elif tab == "model":
            runner.ask(desk.retraining.history, desk.office, then=self.model.put, topic="quality.models")
            runner.ask(desk.comparisons.kept, desk.office, then=self.model.show_kept, topic="quality.kept")
        else:
            self.past.ask()

    # ------------------------------------------------------------ long work

    def learn(self) -> None:
        """Learn a model from the office's records, and compare it."""
        desk = self._desk
        self.work.begin(lambda tell: desk.quality_jobs.learn(desk.office, desk.now(), tell), self._compared)

    def compare(self, text: str) -> None:
        """Compare an earlier model with the one in force."""
        desk = self._desk
        self.work.begin(lambda tell: desk.quality_jobs.compare(desk.office, text, desk.now(), tell), self._compared)

    def take_over(self) -> None:
        """Take the compared model over."""
        comparison, desk = self.model.comparison, self._desk
        if comparison is not None:
            text = comparison.text if comparison.own else ""
            reason = _("quality.take.reason", joined=comparison.counts["joined"], parted=comparison.counts["parted"])
            take = partial(desk.quality_jobs.take_over, desk.office, text, reason, desk.now())
            self.work.begin(take, self._taken)

    def drop(self) -> None:
        """Put the comparison aside."""
        self._runner.do(self._desk.comparisons.forget, self._desk.office, then=lambda _none: self.ask())

    def look(self) -> None:
        """Look for links that may be missing."""
        desk = self._desk
        self.work.begin(
            lambda tell: desk.quality_jobs.look_for_missed(desk.office, tell),
            lambda outcome: self.standing.put_missed(outcome.value),
        )

    def _compared(self, _outcome: Outcome[ModelComparison]) -> None:
        """It is kept: the tab asks for it when the work has ended."""
        self.tabs.choose("model")
        self.panes_.setCurrentIndex(TABS.index("model"))

    def _taken(self, outcome: Outcome[Any]) -> None:
        words = _("quality.taken", links=count(outcome.value.links), reviews=count(outcome.value.reviews))
        self.done.emit(Done(outcome.changes, words=words))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bare = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if not (bare and self.tabs.current() == "sample" and self.sample.pressed(event.key())):
            super().keyPressEvent(event)
