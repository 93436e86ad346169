"""The form for a criterion of the office's own, with what is wrong with it and whom it would find.

Nothing is kept before somebody takes it over into the draft; and a draft changes nothing before it
is applied.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QDialog, QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.domain.criteria import Measure
from app.domain.message import Trouble
from app.domain.weighing import PrioritySettings
from app.services.criteria.composing import Found
from ui.criteria import saying
from ui.criteria.cells import LOW_ROW, Cell, CellsTable, Column
from ui.criteria.conditions import Conditions
from ui.criteria.detail import mistake
from ui.criteria.signals import Parts, SignalForm
from ui.criteria.steps import NOTHING, NUMBERS, WORDS, StepsForm
from ui.criteria.whom import WhomForm
from ui.desk import Desk
from ui.runner import Runner
from ui.tokens import NAME, SECOND
from ui.widgets.buttons import Button
from ui.widgets.forms import choose, line
from ui.widgets.ground import Ground
from ui.widgets.tabbing import tab_by_place
from ui.widgets.text import Label
from ui.words import LANGUAGES, _, count, level_word, number, say

TEXTS = ("name", "sentence", "short", "source")
_PAUSE = 350


class Builder(QDialog):
    """``finished_with`` carries the table of the criterion."""

    finished_with = Signal(object)

    def __init__(
        self,
        desk: Desk,
        runner: Runner,
        settings: PrioritySettings,
        key: str,
        table: Mapping[str, Any] | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk, self._runner, self._settings, self._key = desk, runner, settings, key
        self.setWindowTitle(_("compose.title"))
        self.resize(1120, 640)
        self._quiet = False
        self._kind = ""
        self._needed: tuple[str, ...] = ()
        countable = desk.composing.countable(settings, key)
        self.parts = Parts(
            desk.composing.kinds(),
            desk.composing.relations(),
            [(rule.key, saying.name_of(rule)) for rule in countable],
            self._ask_words,
        )
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE)
        self._pause.timeout.connect(self._try)
        self._placing = QTimer(self)
        self._placing.setSingleShot(True)
        self._placing.timeout.connect(lambda: tab_by_place(self._form))
        self._build()
        if table is not None:
            self._put(table)
            self._judge()
        else:
            self._looked_at()

    # ------------------------------------------------------------ building

    def _build(self) -> None:
        extracts = dict.fromkeys(one for part in self.parts.kinds for one in part.extracts)
        self.signal = SignalForm(self.parts, False)
        self.steps = StepsForm()
        self.also, self.only_if = Conditions(self.parts), Conditions(self.parts)
        self.whom = WhomForm(tuple(dict.fromkeys(("resident_register", "school_register", *extracts))))
        self.texts = {(name, code): line(f"{_(f'compose.{name}')} {code}") for name in TEXTS for code in LANGUAGES}
        self._form = form = Ground("surface")
        column = QVBoxLayout(form)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        for key, part in (
            ("says", self._texts_grid()), ("looks", self.signal), ("steps", self.steps), ("conditions", self.also),
            ("only_if", self.only_if), ("whom", self.whom),
        ):  # fmt: skip
            self._section(column, key, part)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(form)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(scroll, 1)
        row.addWidget(self._side())
        self._listen()

    def _section(self, column: QVBoxLayout, key: str, part: QWidget) -> None:
        column.addWidget(Label(_(f"compose.part.{key}"), px=NAME, bold=True))
        column.addWidget(part)

    def _texts_grid(self) -> QWidget:
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(5)
        for at, code in enumerate(LANGUAGES, 1):
            grid.addWidget(Label(_(f"compose.in.{code}"), "text2", SECOND), 0, at)
        for row, name in enumerate(TEXTS, 1):
            grid.addWidget(Label(_(f"compose.{name}"), "text2", SECOND), row, 0)
            for at, code in enumerate(LANGUAGES, 1):
                grid.addWidget(self.texts[name, code], row, at)
        grid.addWidget(Label(_("compose.places"), "text2", SECOND, wrap=True), len(TEXTS) + 1, 1, 1, 2)
        return holder

    def _side(self) -> QWidget:
        side = Ground("alt", "l", "line2")
        side.setFixedWidth(370)
        self._rest = QWidget()
        self.wrong = QVBoxLayout()
        self.wrong.setSpacing(4)
        self.head = Label(px=NAME, bold=True, wrap=True)
        self.words = Label(role="text2", px=SECOND, wrap=True)
        self.found = CellsTable(
            (Column(_("criteria.effects.name")), Column(_("compose.value"), 76, True), Column(_("compose.level"), 88)),
            _("compose.found.says"),
            LOW_ROW,
        )
        self.take = Button(_("compose.take"), kind="primary", icon="check")
        self.away = Button(_("compose.away"), kind="quiet")
        self.take.clicked.connect(self._take)
        self.away.clicked.connect(self.reject)
        column = QVBoxLayout(side)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(8)
        column.addWidget(self.head)
        column.addWidget(self.words)
        column.addLayout(self.wrong)
        column.addWidget(self.found, 1)
        column.addWidget(self._rest, 1)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.away)
        row.addWidget(self.take)
        column.addLayout(row)
        return side

    def _listen(self) -> None:
        for part in (self.steps, self.whom):
            part.edited.connect(self._judge)
        for signal in (self.signal.edited, self.also.edited, self.only_if.edited):
            signal.connect(self._looked_at)
        for field in self.texts.values():
            field.textChanged.connect(lambda _text: self._judge())

    def _looked_at(self) -> None:
        """Another kind of fact belongs to another sector; what is read must have been delivered."""
        if self._quiet:
            return
        said = self._said()
        kind, needed = str(said.get("kind", "")), self._desk.composing.needs_of(said)
        quiet = self.whom.blockSignals(True)
        if kind != self._kind:
            choose(self.whom.sector, self.signal.part.kind.sector.value)
            self.whom.roster.put(self.signal.part.roster if kind and said["who"] == "child" else ())
        if needed != self._needed:
            rest = [one for one in self.whom.needs.chosen if one not in self._needed]
            self.whom.needs.put(list(dict.fromkeys((*needed, *rest))))
        self.whom.blockSignals(quiet)
        self._kind, self._needed = kind, needed
        self._judge()

    def _ask_words(self, kind: str, attribute: str, then: Callable[[Sequence[str]], None]) -> None:
        self._runner.ask(self._desk.composing.words_of, self._desk.office, kind, attribute, then=then)

    # ------------------------------------------------------------ as a table

    def _said(self) -> dict[str, Any]:
        """What is looked at, under its conditions."""
        said = self.signal.table()
        for name, conditions in (("also", self.also), ("only_if", self.only_if)):
            condition = conditions.condition()
            if condition is not None:
                said[name] = condition
        return said

    def table(self) -> dict[str, Any]:
        """The criterion as plain words."""
        said = {**self._said(), **self.whom.words(), "key": self._key, "steps": self.steps.steps()}
        for name in TEXTS:
            said[name] = {code: self.texts[name, code].text().strip() for code in LANGUAGES}
        return said

    def _put(self, table: Mapping[str, Any]) -> None:
        self._quiet = True
        self.signal.put(table)
        self.steps.put(table.get("steps", ()), self._steps_of())
        self.whom.put(table)
        for (name, code), field in self.texts.items():
            text = table[name]
            field.setText(str(text[code] if isinstance(text, Mapping) else text))
            field.setCursorPosition(0)
        for name, conditions in (("also", self.also), ("only_if", self.only_if)):
            if name in table:
                conditions.put(table[name])
        said = self._said()
        self._kind, self._needed = str(said.get("kind", "")), self._desk.composing.needs_of(said)
        self._quiet = False

    def _steps_of(self) -> str:
        """What the steps are of, by what is measured."""
        measure = str(self.signal.measure.currentData())
        if measure == Measure.ABSENT:
            return NOTHING
        words = self.signal.part.kind.words
        by_word = any(tick.isChecked() for name, tick in self.signal.ticks.items() if name in words)
        return WORDS if measure == Measure.LATEST and by_word else NUMBERS

    # ------------------------------------------------------------ judged as one writes

    def _judge(self) -> None:
        if self._quiet:
            return
        quiet = self.steps.blockSignals(True)
        self.steps.measure(self._steps_of())
        self.steps.blockSignals(quiet)
        self._placing.start(0)
        wrong = self._desk.composing.mistakes(self.table())
        while (item := self.wrong.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for one in wrong:
            self.wrong.addWidget(mistake(say(one)))
        self.take.setEnabled(not wrong)
        self.head.setText(_("compose.wrong", n=len(wrong)) if wrong else _("compose.trying"))
        self.words.setText("" if wrong else _("compose.trying.words"))
        self.found.setVisible(not wrong)
        self._rest.setVisible(bool(wrong))
        if wrong:
            self._pause.stop()
        else:
            self._pause.start()

    def _try(self) -> None:
        table = self.table()
        self._runner.ask(
            self._desk.composing.found,
            self._desk.office,
            table,
            self._settings,
            then=self._show_found,
            failed=self._not_found,
            topic="compose",
        )

    def _show_found(self, found: Found) -> None:
        if not found.covered:
            self.head.setText(_("compose.found.uncovered"))
        else:
            self.head.setText(_("compose.found", holds=count(found.holds)))
        self.words.setText(
            _("compose.found.words", told=count(found.told), unknown=count(found.unknown), shown=len(found.children))
        )
        self.found.put(
            [
                (
                    Cell(one.name, bold=True),
                    Cell("—" if one.value is None else number(float(one.value))),
                    Cell(level_word(one.level), role="text2"),
                )
                for one in found.children
            ]
        )

    def _not_found(self, trouble: Trouble) -> None:
        self.head.setText(_("compose.not_tried"))
        self.words.setText(say(trouble.message))
        self.found.put([])

    def _take(self) -> None:
        self.finished_with.emit(self.table())
        self.accept()

    def keyPressEvent(self, event: Any) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()  # Enter belongs to the fields; taking over is a button
        else:
            super().keyPressEvent(event)
