"""The matching model: those that were in force, and what another one would change before it is taken over."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.services.links.quality_answers import ChangedPair, KeptComparison, ModelComparison, ModelLine
from ui.linkquality import saying
from ui.linkquality.lines import Lines
from ui.review.wording import field_word
from ui.tokens import BODY, SECOND
from ui.widgets.buttons import Button
from ui.widgets.ground import Ground
from ui.widgets.states import EmptyState
from ui.widgets.text import Label
from ui.words import _, count, moment

_HISTORY = (
    ("quality.column.model", 92),
    ("quality.column.kind", 90),
    ("quality.column.taken", 170),
    ("quality.column.author", 100),
    ("quality.column.reason", 0),
    ("quality.column.state", 76),
)
_CHANGES = (
    ("quality.column.change", 118),
    ("quality.column.one", 0),
    ("quality.column.other", 0),
    ("quality.column.worked", 104),
)
_LEVELS = (
    ("quality.column.level", 0),
    ("quality.column.weight_now", -60),
    ("quality.column.weight_then", -60),
    ("quality.column.difference", -60),
)


class ModelPane(QWidget):
    """``learns`` asks to learn anew, ``compares`` carries the text of a model, ``takes`` and ``drops`` end it,
    ``opened`` carries two records."""

    learns = Signal()
    compares = Signal(str)
    takes = Signal()
    drops = Signal()
    opened = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._models: Sequence[ModelLine] = ()
        self._working = False
        self.comparison: ModelComparison | None = None
        self.learn = Button(_("quality.learn"), kind="primary", icon="school-outline")
        self.back_to = Button(_("quality.compare_this"), icon="compare-horizontal")
        self.take = Button(_("quality.take"), kind="primary", icon="check")
        self.drop = Button(_("quality.drop"), icon="close")
        self.learn.clicked.connect(self.learns.emit)
        self.back_to.clicked.connect(self._compare)
        self.take.clicked.connect(self.takes.emit)
        self.drop.clicked.connect(self.drops.emit)
        self.models = Lines(_("quality.models"), _HISTORY)
        self.models.moved.connect(lambda _row: self._allow())
        self.changes = Lines(_("quality.changes"), _CHANGES, "check-circle-outline")
        self.changes.empty.put(_("quality.changes.none"), _("quality.changes.none.words"))
        self.changes.opened.connect(self._open)
        self.levels = Lines(_("quality.levels"), _LEVELS)
        self._summary = Label(px=BODY, wrap=True)
        self._second = Label(role="text2", px=SECOND, wrap=True)
        self._made = Label(role="text2", px=SECOND, wrap=True)
        self.anew = Button(_("quality.compare_anew"), icon="refresh")
        self.anew.clicked.connect(self._compare_anew)
        nothing = EmptyState("compare-horizontal")
        nothing.put(_("quality.no_comparison"), _("quality.no_comparison.words"))
        self._stack = QStackedWidget()
        self._stack.addWidget(nothing)
        self._stack.addWidget(self._compared())
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._head())
        whole.addWidget(self._stack, 1)

    def _head(self) -> Ground:
        """The models so far, and what can be begun."""
        top = QHBoxLayout()
        top.setContentsMargins(12, 6, 10, 6)
        top.setSpacing(8)
        top.addWidget(Label(_("quality.models"), px=BODY, bold=True), 1)
        top.addWidget(self.back_to)
        top.addWidget(self.learn)
        head = Ground("surface", "b")
        column = QVBoxLayout(head)
        column.setContentsMargins(0, 0, 0, 1)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.models, 1)
        head.setFixedHeight(178)
        return head

    def _compared(self) -> QWidget:
        ground = Ground("surface")
        head = QHBoxLayout()
        head.setContentsMargins(12, 8, 10, 8)
        head.setSpacing(8)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._summary)
        words.addWidget(self._second)
        words.addWidget(self._made)
        head.addLayout(words, 1)
        head.addWidget(self.anew)
        head.addWidget(self.drop)
        head.addWidget(self.take)
        tables = QHBoxLayout()
        tables.setSpacing(0)
        tables.addWidget(self.changes, 3)
        tables.addWidget(self.levels, 2)
        whole = QVBoxLayout(ground)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addLayout(tables, 1)
        return ground

    def put(self, models: Sequence[ModelLine]) -> None:
        self._models = models
        self.models.put([saying.model_cells(one) for one in models])
        self._allow()

    def busy(self, working: bool) -> None:
        """Something runs: nothing else can be begun."""
        self._working = working
        for button in (self.learn, self.take, self.drop, self.anew):
            button.setEnabled(not working)
        self._allow()

    def _allow(self) -> None:
        row = self.models.row()
        chosen = 0 <= row < len(self._models) and not self._models[row].in_force
        self.back_to.setEnabled(chosen and not self._working)

    def _compare(self) -> None:
        row = self.models.row()
        if 0 <= row < len(self._models):
            self.compares.emit(self._models[row].text)

    def _compare_anew(self) -> None:
        if self.comparison is not None:
            self.compares.emit(self.comparison.text if self.comparison.own else "")

    def show_kept(self, kept: KeptComparison | None) -> None:
        """Show the comparison that waits; None where there is none."""
        self.compare_with(kept.comparison if kept is not None else None)
        if kept is None:
            return
        key = "quality.compared_stale" if kept.stale else "quality.compared_at"
        self._made.setText(_(key, when=moment(kept.made.astimezone()), author=kept.author))
        self._made.set_role("caution" if kept.stale else "text2")
        self.anew.setVisible(kept.stale)

    def compare_with(self, comparison: ModelComparison | None) -> None:
        """Show what another model would change; None where there is none any more."""
        self.comparison = comparison
        self._stack.setCurrentIndex(0 if comparison is None else 1)
        if comparison is None:
            return
        counts = comparison.counts
        self._summary.setText(
            _(
                "quality.comparison",
                joined=count(counts["joined"]),
                parted=count(counts["parted"]),
                asked=count(counts["asked"]),
                settled=count(counts["settled"]),
                before=count(comparison.reviews_now),
                after=count(comparison.reviews_then),
            )
        )
        self._second.setText(
            _(
                "quality.comparison.second",
                model=saying.model_words(comparison.model),
                records=count(comparison.records),
                worked=count(comparison.worked),
                levels=count(comparison.levels_moved),
            )
        )
        self.changes.put([_change_cells(one) for one in comparison.examples])
        ordered = sorted(comparison.levels, key=lambda one: -abs(one.then - one.now))
        self.levels.put(
            [
                (
                    _("quality.level", field=field_word(one.field), level=_(f"linkage.{one.field}.{one.level}")),
                    f"{one.now:+.1f}",
                    f"{one.then:+.1f}",
                    f"{one.then - one.now:+.1f}",
                )
                for one in ordered
            ]
        )

    def _open(self, row: int) -> None:
        if self.comparison is not None and 0 <= row < len(self.comparison.examples):
            one = self.comparison.examples[row]
            self.opened.emit((one.a, one.b, ()))


def _change_cells(one: ChangedPair) -> tuple[str, ...]:
    return (
        _(f"quality.change.{one.how}"),
        saying.of_source(one.name, one.extract),
        saying.of_source(one.other_name, one.other_extract),
        _("quality.change.worked") if one.worked else "",
    )
