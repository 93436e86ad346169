"""The tab of the blind sample: a pair to be checked at the left, what all checks say at the right.

A sample can be left and gone on with at any time; the last answer to a pair counts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.message import Trouble
from app.services.answers.outcomes import Outcome
from app.services.links.link_answers import PairFile
from app.services.links.quality_answers import SamplePair, Samples
from ui.desk import Desk
from ui.linkquality import saying
from ui.linkquality.blind import ANSWERS, BlindPane
from ui.linkquality.lines import Lines
from ui.page import Done
from ui.runner import Runner
from ui.tokens import BODY, SECOND
from ui.widgets.buttons import Button
from ui.widgets.ground import Ground
from ui.widgets.text import Label
from ui.words import _

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


class SamplePane(QWidget):
    """``opened`` carries two records to be ruled on, ``done`` what was saved, ``troubled`` what was not,
    ``worked`` that the keys go on here."""

    opened = Signal(object)
    done = Signal(object)
    troubled = Signal(object)
    worked = Signal()

    def __init__(self, desk: Desk, runner: Runner) -> None:
        super().__init__()
        self._desk, self._runner = desk, runner
        self.samples: Samples | None = None
        self.pairs: Sequence[SamplePair] = ()
        self._sample, self._place = "", 0
        self._file: PairFile | None = None
        self.blind = BlindPane()
        self._estimate = Label(px=BODY, wrap=True)
        self._method = Label(_("quality.method"), "text2", px=SECOND, wrap=True)
        self.more = Button(_("quality.draw_more"), icon="dice-multiple-outline")
        self.history = Lines(_("quality.samples"), _SAMPLES)
        self.history.empty.put(_("quality.samples.none"))
        self._build()
        self.blind.answered.connect(self.answer)
        self.blind.stepped.connect(self.step)
        self.blind.drawn.connect(self.draw)
        self.blind.ruling.connect(self._rule_now)
        self.more.clicked.connect(self.draw)
        self.history.opened.connect(self._go_on_with)

    def _build(self) -> None:
        side = Ground("surface")
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
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        line.addWidget(self.blind, 1)
        line.addWidget(side, 1)

    def compacted(self, low: bool) -> None:
        """Little height: how it is worked out stays in the help."""
        self._method.setVisible(not low)

    # ------------------------------------------------------------ asking

    def ask(self) -> None:
        """Ask for the samples, and for the pair in front."""
        desk = self._desk
        self._runner.ask(desk.sampling.samples, desk.office, then=self._know_samples, topic="quality.samples")

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
            self.worked.emit()

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
            at = [pair.place for pair in self.pairs].index(one.place)
            self.blind.put(file, at + 1, len(self.pairs), one.answer, one.author)

    # ------------------------------------------------------------ acting

    def draw(self) -> None:
        """Draw a new sample and begin with it."""
        desk = self._desk
        self._runner.do(desk.sampling.draw, desk.office, desk.now(), then=self._was_drawn, failed=self.troubled.emit)

    def _was_drawn(self, outcome: Outcome[str]) -> None:
        self._sample, self._place = outcome.value, 0
        self.done.emit(Done(outcome.changes))
        self.worked.emit()

    def answer(self, said: str) -> None:
        """What was found about the pair in front; after "not the same" it stays, so that one can rule."""
        one, file, desk = self._current(), self._file, self._desk
        if one is None or file is None:
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
            failed=partial(self._not_answered, file),
        )

    def _was_answered(self, said: str, outcome: Outcome[str]) -> None:
        if said != "apart":
            later = [one.place for one in self.pairs if one.place > self._place and not one.answer]
            self._place = later[0] if later else 0
        self.done.emit(Done(outcome.changes))

    def _not_answered(self, file: PairFile, trouble: Trouble) -> None:
        """Nothing was saved: the pair can be answered still."""
        self._file = file
        self.troubled.emit(trouble)

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
            self.opened.emit((one.a, one.b, ()))

    def pressed(self, key: int) -> bool:
        """A single key, which comes here only when no text field took it."""
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
