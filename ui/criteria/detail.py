"""One criterion: what it says, on what it rests, whom it finds now, and what of it can be set."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.domain.criteria import Measure, Span
from app.services.criteria.settling import CriterionLine, StepCount
from ui.child.choices import Tick
from ui.criteria import saying
from ui.criteria.draft import whole
from ui.criteria.numbers import NumberField
from ui.tokens import NAME, SECOND
from ui.widgets.buttons import Button
from ui.widgets.ground import Ground, Rule
from ui.widgets.states import Icon
from ui.widgets.text import Label
from ui.words import _, count

WIDTH, NARROW = 420, 372
_SETTABLE = (Span.DAYS, Span.SCHOOL_YEAR, Span.TERM)
MOST_STEPS = 8


class Detail(Ground):
    """``edited`` carries a criterion's key and its words; the others a key alone."""

    edited = Signal(str, object)
    switched = Signal(str)
    restored = Signal(str)
    wants_edit = Signal(str)
    wants_removal = Signal(str)
    wants_copy = Signal(str)

    def __init__(self, today: date) -> None:
        super().__init__("surface", "l", "line2")
        self._today = today
        self._line: CriterionLine | None = None
        self._words: dict[str, Any] = {}
        self._scroll = QScrollArea()
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is in it takes the focus, and is scrolled to
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        whole_column = QVBoxLayout(self)
        whole_column.setContentsMargins(1, 0, 0, 0)
        whole_column.addWidget(self._scroll)
        self.steps: list[NumberField] = []
        self.setFixedWidth(WIDTH)

    def put(self, line: CriterionLine | None, words: Mapping[str, Any] | None, may: bool) -> None:
        """Show a criterion. ``words`` is what can be set of it, None for one of the office's own."""
        same = self._line is not None and line is not None and self._line.criterion.key == line.criterion.key
        place = self._scroll.verticalScrollBar().value() if same else 0
        self._line = line
        self._words = dict(words or {})
        self.steps = []
        inside = Ground("surface")
        column = QVBoxLayout(inside)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(8)
        if line is not None:
            self._say(column, line)
            self._set(column, line, may)
        column.addStretch(1)
        self._scroll.setWidget(inside)
        self._scroll.verticalScrollBar().setValue(place)

    # ------------------------------------------------------------ what it says

    def _say(self, column: QVBoxLayout, line: CriterionLine) -> None:
        rule = line.criterion
        column.addWidget(Label(saying.name_of(rule), px=NAME, bold=True, wrap=True))
        box = Ground("alt")
        inside = QVBoxLayout(box)
        inside.setContentsMargins(10, 8, 10, 8)
        inside.setSpacing(2)
        inside.addWidget(Label(_("criteria.example"), "text2", SECOND))
        inside.addWidget(Label(saying.example(rule, 1, self._today), wrap=True))
        column.addWidget(box)
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(1, 1)
        facts = (
            ("what", saying.looked_at(rule)),
            ("ages", saying.ages_words(rule.ages)),
            ("needs", saying.needs_words(rule)),
            ("source", saying.source_of(rule)),
            ("now", self._now_words(line)),
        )
        for row, (key, words) in enumerate(facts):
            grid.addWidget(Label(_(f"criteria.field.{key}"), "text2", SECOND), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(Label(words, px=SECOND, wrap=True), row, 1)
        column.addLayout(grid)

    def _now_words(self, line: CriterionLine) -> str:
        if not line.enabled:
            return _("criteria.now.off")
        if line.told == 0 and line.unknown == 0:
            return _("criteria.now.none")
        words = _("criteria.now", holds=count(line.holds), told=count(line.told), unknown=count(line.unknown))
        return words if line.holds == 0 else _("criteria.now.rare", words=words, rare=saying.rare_words(line))

    # ------------------------------------------------------------ what can be set

    def _set(self, column: QVBoxLayout, line: CriterionLine, may: bool) -> None:
        rule = line.criterion
        column.addWidget(Rule())
        self.use = Tick(_("criteria.use"))
        self.use.setChecked(line.enabled)
        self.use.setEnabled(may)
        self.use.clicked.connect(lambda _on: self.switched.emit(rule.key))
        column.addWidget(self.use)
        own = line.shipped is None
        settable = may and not own and line.enabled
        if rule.signal.window.span in _SETTABLE:
            column.addLayout(self._window_row(line, settable))
        if rule.signal.measure is not Measure.ABSENT or not own:
            column.addLayout(self._steps_grid(line, settable))
        if not own and rule.signal.measure is not Measure.ABSENT and settable and not rule.steps[0].words:
            more = Button(_("criteria.step.more"), kind="quiet", icon="plus", height=24)
            more.setEnabled(len(rule.steps) < MOST_STEPS)
            more.clicked.connect(self._more)
            column.addWidget(more)
        if not own:
            self.fixed = Tick(_("criteria.fixed"))
            self.fixed.setChecked(rule.steps[0].fixed is not None)
            self.fixed.setEnabled(settable)
            self.fixed.clicked.connect(lambda on: self._fix(bool(on)))
            column.addWidget(self.fixed)
        self.urgent = Tick(_("criteria.urgent"))
        self.urgent.setChecked(rule.urgent)
        self.urgent.setEnabled(settable)
        self.urgent.clicked.connect(lambda on: self._change("urgent", bool(on)))
        column.addWidget(self.urgent)
        if rule.seen_within:
            column.addLayout(self._seen_row(line, settable))
        if may:
            column.addLayout(self._buttons(line, own))

    def _window_row(self, line: CriterionLine, settable: bool) -> QHBoxLayout:
        window = line.criterion.signal.window
        label = _(f"criteria.set.window.{window.span.value}")
        field = NumberField(window.days, 1 if window.span is Span.DAYS else 0, 7000, label, _("criteria.suffix.days"))
        field.setEnabled(settable)
        field.valueChanged.connect(lambda value: self._change("window", {window.span.value: int(value)}))
        return _row(label, field)

    def _seen_row(self, line: CriterionLine, settable: bool) -> QHBoxLayout:
        label = _("criteria.set.seen_within")
        field = NumberField(line.criterion.seen_within, 1, 3650, label, _("criteria.suffix.days"))
        field.setEnabled(settable)
        field.valueChanged.connect(lambda value: self._change("seen_within", int(value)))
        return _row(label, field)

    def _steps_grid(self, line: CriterionLine, settable: bool) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(4, 1)
        heads = ("limit", "times" if line.criterion.steps[0].fixed is None else "fixed", "holds", "points")
        for at, key in enumerate(heads):
            label = Label(_(f"criteria.steps.{key}"), "text2", SECOND)
            grid.addWidget(label, 0, at, Qt.AlignmentFlag.AlignRight if at > 1 else Qt.AlignmentFlag.AlignLeft)
        counts = {one.step: one for one in line.steps} if line.enabled else {}
        for number, _step in enumerate(line.criterion.steps, 1):
            self._step_row(grid, line, number, counts.get(number), settable)
        return grid

    def _step_row(
        self, grid: QGridLayout, line: CriterionLine, number: int, found: StepCount | None, settable: bool
    ) -> None:
        step = line.criterion.steps[number - 1]
        word = "at_least" if step.at_least is not None else "at_most" if step.at_most is not None else ""
        if word:
            limit = getattr(step, word)
            field = NumberField(
                float(limit), -10_000, 10_000, _("criteria.steps.limit.says", n=number),
                _(f"criteria.suffix.{word}"), 0 if float(limit).is_integer() else 1,
            )  # fmt: skip
            field.setDecimals(1)
            field.setEnabled(settable)
            field.setFixedWidth(104)
            field.valueChanged.connect(lambda value: self._change_step(number, word, whole(round(value, 1))))
            self.steps.append(field)
            grid.addWidget(field, number, 0)
        else:
            grid.addWidget(Label(saying.step_words(step), px=SECOND, wrap=True), number, 0)
        kind, most = ("times", 10) if step.fixed is None else ("fixed", 100)
        says, suffix = _(f"criteria.steps.{kind}.says", n=number), _(f"criteria.suffix.{kind}")
        times = NumberField(step.points if step.fixed is None else step.fixed, 0.1, most, says, suffix, 1)
        times.setEnabled(settable)
        times.setFixedWidth(72)
        name = "points" if step.fixed is None else "fixed"
        times.valueChanged.connect(lambda value: self._change_step(number, name, whole(round(value, 1))))
        grid.addWidget(times, number, 1)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        grid.addWidget(Label(count(found.holds) if found else "—", px=SECOND), number, 2, right)
        grid.addWidget(Label(saying.points_words(found), px=SECOND), number, 3, right)
        if settable and word and len(line.criterion.steps) > 1:
            drop = Button(kind="quiet", icon="close", height=24, says=_("criteria.step.drop", n=number))
            drop.clicked.connect(lambda: self._drop(number))
            grid.addWidget(drop, number, 4, Qt.AlignmentFlag.AlignRight)

    def _buttons(self, line: CriterionLine, own: bool) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        key = line.criterion.key
        if own:
            edit = Button(_("criteria.own.edit"), icon="pencil-outline")
            edit.clicked.connect(lambda: self.wants_edit.emit(key))
            remove = Button(_("criteria.own.remove"), kind="quiet", icon="trash-can-outline")
            remove.clicked.connect(lambda: self.wants_removal.emit(key))
            row.addWidget(edit)
            row.addWidget(remove)
        elif line.changed:
            restore = Button(_("criteria.restore"), icon="undo")
            restore.clicked.connect(lambda: self.restored.emit(key))
            row.addWidget(restore)
        copy = Button(_("criteria.own.copy"), kind="quiet", icon="content-copy")
        copy.clicked.connect(lambda: self.wants_copy.emit(key))
        row.addWidget(copy)
        row.addStretch(1)
        return row

    # ------------------------------------------------------------ edits

    def _change(self, word: str, value: Any) -> None:
        if self._line is not None and self._words.get(word) != value:
            self.edited.emit(self._line.criterion.key, {**self._words, word: value})

    def _change_step(self, number: int, word: str, value: float) -> None:
        steps = [dict(step) for step in self._words["steps"]]
        if steps[number - 1].get(word) != value:
            steps[number - 1][word] = value
            self._change("steps", steps)

    def _more(self) -> None:
        """A further step, graver than the last by as much as the last is than the one before."""
        steps = [dict(step) for step in self._words["steps"]]
        word = "at_least" if "at_least" in steps[-1] else "at_most"
        by = steps[-1][word] - steps[-2][word] if len(steps) > 1 else (1 if word == "at_least" else -1)
        self._change("steps", [*steps, {**steps[-1], word: whole(steps[-1][word] + by)}])

    def _fix(self, on: bool) -> None:
        """Points of the office's own, beginning with what rarity gives now; or by rarity again."""
        given = {one.step: one.most for one in self._line.steps if one.most} if self._line else {}
        steps = []
        for number, step in enumerate(self._words["steps"], 1):
            rest = {word: value for word, value in step.items() if word != "fixed"}
            steps.append({**rest, "fixed": given.get(number, 2)} if on else rest)
        self._change("steps", steps)

    def _drop(self, number: int) -> None:
        steps = [dict(step) for at, step in enumerate(self._words["steps"], 1) if at != number]
        self._change("steps", steps)


def _row(words: str, field: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addWidget(Label(words, px=SECOND))
    field.setFixedWidth(104)
    row.addWidget(field)
    row.addStretch(1)
    return row


def mistake(words: str) -> QWidget:
    """A sentence about something that cannot be meant."""
    note = QWidget()
    row = QHBoxLayout(note)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(6)
    row.addWidget(Icon("alert-circle-outline", "error", 16), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(Label(words, "error", SECOND, wrap=True), 1)
    return note
