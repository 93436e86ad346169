"""The page on how good the links are: how they stand, a blind sample, the model, what was ruled.

Long work (learning, comparing, taking over, looking for what is missing) runs in a process of its own
and can be stopped; a sample can be left and gone on with at any time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.services.answers import Changes, Outcome
from app.services.imports.import_jobs import Ended, Failed, Finished, Step, Stopped
from app.services.links.link_answers import PairFile
from app.services.links.quality_answers import ModelComparison, RulingHistory, SamplePair, Samples
from ui.desk import Desk
from ui.imports.progress import ProgressStrip
from ui.linkquality import saying
from ui.linkquality.blind import ANSWERS, BlindPane
from ui.linkquality.lines import Lines
from ui.linkquality.model import ModelPane
from ui.linkquality.rulings import RulingsPane
from ui.linkquality.standing import StandingPane
from ui.page import Done, KeyLine, Page, Undo
from ui.review.wording import ruling_word
from ui.runner import Runner
from ui.tokens import BODY, SECOND
from ui.widgets.buttons import Button, TabRow
from ui.widgets.ground import Ground
from ui.widgets.states import ErrorPanel
from ui.widgets.text import Label
from ui.words import _, count

TABS = ("standing", "sample", "model", "rulings")
CONCERNS = frozenset({"ruling", "published", "sample", "model"})
_SAMPLES = (
    ("quality.column.drawn", 124),
    ("quality.column.author", 84),
    ("quality.column.done", 72),
    ("quality.column.wrong", -62),
    ("quality.column.unknown", -68),
    ("quality.column.share", -84),
    ("quality.column.interval", 100),
    ("quality.column.model", 0),
)


class LinkQualityPage(Page):
    """リンクの品質と履歴."""

    key = "linkquality"
    icon = "link-variant"
    in_rail = False
    rail_key = "links"
    _heard = Signal(object)

    def __init__(self, desk: Desk, runner: Runner) -> None:
        super().__init__()
        self._desk, self._runner = desk, runner
        self._lead = "lead" in desk.member.roles
        self.samples: Samples | None = None
        self.pairs: Sequence[SamplePair] = ()
        self._sample, self._place = "", 0
        self._file: PairFile | None = None
        self._job: Any = None
        self._when_done: Callable[[Any], None] | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.tabs = TabRow([(key, _(f"quality.tab.{key}")) for key in (TABS if self._lead else TABS[-1:])], 36)
        self.tabs.choose(TABS[0] if self._lead else TABS[-1])
        self.standing, self.blind, self.model, self.past = StandingPane(), BlindPane(), ModelPane(), RulingsPane()
        self.progress, self.trouble = ProgressStrip(), ErrorPanel()
        self._build()
        self._connect()
        self.progress.hide()

    # ------------------------------------------------------------ building

    def _build(self) -> None:
        self.panes_ = QStackedWidget()
        for pane in (self.standing, self._sample_pane(), self.model, self.past):
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

    def _sample_pane(self) -> QWidget:
        pane = QWidget()
        self._estimate = Label(px=BODY, wrap=True)
        self._method = Label(_("quality.method"), "text2", px=SECOND, wrap=True)
        self.more = Button(_("quality.draw_more"), icon="dice-multiple-outline")
        self.history = Lines(_("quality.samples"), _SAMPLES)
        self.history.empty.put(_("quality.samples.none"))
        side = Ground("surface")
        self._side = side
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QVBoxLayout()
        head.setContentsMargins(12, 10, 12, 8)
        head.setSpacing(6)
        title = QHBoxLayout()
        title.addWidget(Label(_("quality.estimate.title"), px=BODY, bold=True), 1)
        title.addWidget(self.more)
        head.addLayout(title)
        head.addWidget(self._estimate)
        head.addWidget(self._method)
        column.addLayout(head)
        column.addWidget(self.history, 1)
        line = QHBoxLayout(pane)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        line.addWidget(self.blind, 1)
        line.addWidget(side, 1)
        return pane

    def _connect(self) -> None:
        self._heard.connect(self._hear, Qt.ConnectionType.QueuedConnection)
        self.tabs.chosen.connect(self._turn)
        self.standing.opened.connect(lambda pair: self.opens.emit("links", pair))
        self.standing.looked.connect(self.look)
        self.blind.answered.connect(self.answer)
        self.blind.stepped.connect(self.step)
        self.blind.drawn.connect(self.draw)
        self.blind.ruling.connect(self._rule_now)
        self.more.clicked.connect(self.draw)
        self.history.opened.connect(self._go_on_with)
        self.model.learns.connect(self.learn)
        self.model.compares.connect(self.compare)
        self.model.takes.connect(self.take_over)
        self.model.drops.connect(lambda: self.model.compare_with(None))
        self.model.opened.connect(lambda pair: self.opens.emit("links", pair))
        self.progress.cancelled.connect(self.cancel)
        self.past.withdraws.connect(self.withdraw)
        self.past.stood_on.connect(self._foresee)
        self.past.opened.connect(lambda pair: self.opens.emit("links", pair))

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
        return self._job is not None

    def keep(self) -> object:
        return self.model.comparison

    def take(self, kept: object) -> None:
        if isinstance(kept, ModelComparison):
            self.model.compare_with(kept)

    def leave(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def compacted(self, narrow: bool, low: bool) -> None:
        self._method.setVisible(not low)

    def keys(self) -> tuple[KeyLine, ...]:
        return (
            KeyLine("1", "keys.quality.same"),
            KeyLine("2", "keys.quality.apart"),
            KeyLine("3", "keys.quality.unknown"),
            KeyLine("J K", "keys.links.move"),
            KeyLine("Enter", "keys.quality.open"),
            KeyLine("Esc", "keys.quality.back"),
        )

    def panes(self) -> tuple[QWidget, ...]:
        tables = {
            "standing": (self.standing.tallies.table, self.standing.missed.table, self.standing.numbers.table),
            "sample": (self, self.history.table),
            "model": (self.model.models.table, self.model.changes.table, self.model.levels.table),
            "rulings": (self.past.lines.table,),
        }
        return (self.tabs, *tables[self.tabs.current()])

    def _turn(self, tab: str) -> None:
        self.panes_.setCurrentIndex(TABS.index(tab))
        self.ask()

    # ------------------------------------------------------------ asking

    def ask(self) -> None:
        """Ask for what the tab in front shows."""
        desk, runner = self._desk, self._runner
        tab = self.tabs.current()
        if tab == "standing":
            figures = desk.link_quality.figures
            runner.ask(figures, desk.office, desk.today(), then=self.standing.put, topic="quality.figures")
        elif tab == "sample":
            runner.ask(desk.sampling.samples, desk.office, then=self._know_samples, topic="quality.samples")
        elif tab == "model":
            runner.ask(desk.retraining.history, desk.office, then=self.model.put, topic="quality.models")
        else:
            runner.ask(desk.ruling_history.rulings, desk.office, then=self.past.put, topic="quality.rulings")

    # ------------------------------------------------------------ the sample

    def _know_samples(self, samples: Samples) -> None:
        self.samples = samples
        self._estimate.setText(saying.estimate_words(samples.together))
        self.history.put([saying.sample_cells(one, samples.model) for one in samples.lines])
        self.more.setVisible(bool(samples.lines))
        if not samples.lines:
            self.blind.put_nothing(_("quality.sample.none"), _("quality.sample.words"), samples.population > 0)
            return
        known = {one.entry for one in samples.lines}
        if self._sample not in known:
            unfinished = next((one for one in samples.lines if one.answered < one.size), samples.lines[0])
            self._sample, self._place = unfinished.entry, 0
        self._ask_pairs()

    def _go_on_with(self, row: int) -> None:
        if self.samples is not None and 0 <= row < len(self.samples.lines):
            self._sample, self._place = self.samples.lines[row].entry, 0
            self._ask_pairs()
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _ask_pairs(self) -> None:
        desk = self._desk
        self._runner.ask(
            desk.sampling.pairs_of, desk.office, self._sample, then=self._know_pairs, topic="quality.pairs"
        )

    def _know_pairs(self, pairs: Sequence[SamplePair]) -> None:
        self.pairs = [one for one in pairs if one.there]
        if not self._place:
            first = next((one for one in self.pairs if not one.answer), None)
            if first is None:
                self._file = None
                self.blind.put_nothing(_("quality.sample.all"), _("quality.sample.all.words"), True)
                return
            self._place = first.place
        self._ask_file()

    def _current(self) -> SamplePair | None:
        return next((one for one in self.pairs if one.place == self._place), None)

    def _ask_file(self) -> None:
        one, desk = self._current(), self._desk
        if one is not None:
            self._runner.ask(
                desk.pairs.pair, desk.office, one.a, one.b, desk.now(), then=self._show, topic="quality.pair"
            )

    def _show(self, file: PairFile) -> None:
        one = self._current()
        if one is not None:
            self._file = file
            self.blind.put(file, one.place, len(self.pairs), one.answer, one.author)

    def draw(self) -> None:
        """Draw a new sample and begin with it."""
        desk = self._desk
        self._runner.do(desk.sampling.draw, desk.office, desk.now(), then=self._was_drawn, failed=self.trouble.put)

    def _was_drawn(self, outcome: Outcome[str]) -> None:
        self._sample, self._place = outcome.value, 0
        self.done.emit(Done(outcome.changes))
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def answer(self, said: str) -> None:
        """What was found about the pair in front; after "not the same" it stays, so that one can rule."""
        one, desk = self._current(), self._desk
        if one is None or self._file is None:
            return
        self._file = None
        self._runner.do(
            desk.sampling.answer,
            desk.office,
            self._sample,
            one.place,
            said,
            desk.now(),
            then=partial(self._was_answered, said),
            failed=self.trouble.put,
        )

    def _was_answered(self, said: str, outcome: Outcome[str]) -> None:
        if said != "apart":
            later = [one.place for one in self.pairs if one.place > self._place and not one.answer]
            self._place = later[0] if later else 0
        self.done.emit(Done(outcome.changes))

    def step(self, by: int) -> None:
        """To the next or previous pair of the sample, answered or not."""
        places = [one.place for one in self.pairs]
        if self._place in places:
            at = places.index(self._place) + by
            if 0 <= at < len(places):
                self._place = places[at]
                self._ask_file()

    def _rule_now(self) -> None:
        one = self._current()
        if one is not None:
            self.opens.emit("links", (one.a, one.b, ()))

    # ------------------------------------------------------------ long work

    def learn(self) -> None:
        """Learn a model from the office's records, and compare it."""
        jobs = self._desk.quality_jobs
        self._begin(lambda tell: jobs.learn(self._desk.office, self._desk.now(), tell), self._compared)

    def compare(self, text: str) -> None:
        """Compare an earlier model with the one in force."""
        jobs = self._desk.quality_jobs
        self._begin(lambda tell: jobs.compare(self._desk.office, text, tell), self._compared)

    def take_over(self) -> None:
        """Take the compared model over."""
        comparison, desk = self.model.comparison, self._desk
        if comparison is not None:
            text = comparison.text if comparison.own else ""
            reason = _("quality.take.reason", joined=comparison.counts["joined"], parted=comparison.counts["parted"])
            self._begin(
                lambda tell: desk.quality_jobs.take_over(desk.office, text, reason, desk.now(), tell), self._taken
            )

    def look(self) -> None:
        """Look for links that may be missing."""
        jobs = self._desk.quality_jobs
        self._begin(
            lambda tell: jobs.look_for_missed(self._desk.office, tell), lambda out: self.standing.put_missed(out.value)
        )

    def _begin(self, start: Callable[[Callable[[Any], None]], Any], then: Callable[[Any], None]) -> None:
        if self._job is not None:
            return
        self.trouble.hide()
        self._when_done = then
        self.progress.put(_("training.stage_read"), "", 0.0, "")
        self._busy(True)
        self._job = start(self._heard.emit)

    def _busy(self, working: bool) -> None:
        self.progress.setVisible(working)
        self.model.busy(working)
        self.standing.look.setEnabled(not working)

    def cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def _hear(self, news: object) -> None:
        if isinstance(news, Step):
            self.progress.put(_(f"training.stage_{news.stage}"), "", news.done, "")
        elif isinstance(news, Finished):
            if self._when_done is not None and news.outcome is not None:
                self._when_done(news.outcome)
        elif isinstance(news, Failed):
            self.trouble.put(news.trouble)
        elif isinstance(news, Stopped):
            self.trouble.put(_("quality.stopped"))
        elif isinstance(news, Ended):
            self._job = None
            self._busy(False)
            self.ask()

    def _compared(self, outcome: Outcome[ModelComparison]) -> None:
        self.model.compare_with(outcome.value)

    def _taken(self, outcome: Outcome[Any]) -> None:
        self.model.compare_with(None)
        words = _("quality.taken", links=count(outcome.value.links), reviews=count(outcome.value.reviews))
        self.done.emit(Done(outcome.changes, words=words))

    # ------------------------------------------------------------ what was ruled

    def _foresee(self, one: RulingHistory) -> None:
        """Say what taking this ruling back would change."""
        self._runner.ask(
            self._desk.foreseeing.preview_withdrawing,
            self._desk.office,
            one.entry,
            then=partial(self.past.foresee, one),
            failed=lambda trouble: None,
            topic="quality.foreseen",
        )

    def withdraw(self) -> None:
        """Take the ruling in front back; this can be undone by ruling again."""
        one, desk = self.past.current(), self._desk
        if one is None or one.withdrawn or not one.mine:
            return
        self.past.take_back.setEnabled(False)
        self._runner.do(
            desk.linking.withdraw_ruling,
            desk.office,
            one.entry,
            _("quality.take_back.reason"),
            desk.now(),
            then=partial(self._withdrawn, one),
            failed=self.trouble.put,
        )

    def _withdrawn(self, one: RulingHistory, outcome: Outcome[str]) -> None:
        desk = self._desk

        def again() -> Outcome[Any]:
            made: Outcome[Any] = desk.linking.rule(desk.office, one.a, one.b, one.same, one.reason, desk.now())
            return made

        undo = Undo(_("undo.withdrawn", name=one.names[0], ruling=ruling_word(one.same)), again)
        self.done.emit(Done(outcome.changes, undo if one.pairs == 1 else None))

    # ------------------------------------------------------------ keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bare = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if not (bare and self.tabs.current() == "sample" and self._pressed(event.key())):
            super().keyPressEvent(event)

    def _pressed(self, key: int) -> bool:
        calls: dict[int, Callable[[], None]] = {
            Qt.Key.Key_J: partial(self.step, 1),
            Qt.Key.Key_K: partial(self.step, -1),
        }
        for number, said in enumerate(ANSWERS):
            calls[Qt.Key.Key_1 + number] = partial(self.answer, said)
        if key not in calls:
            return False
        calls[key]()
        return True
