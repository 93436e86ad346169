"""The form for a criterion of the office's own, with what is wrong with it and whom it would find.

Nothing is kept before somebody takes it over into the draft; and a draft changes nothing before it
is applied.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QDialog, QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.domain.criteria import Measure
from app.domain.message import Trouble
from app.domain.sectors import SECTORS
from app.domain.weighing import PrioritySettings
from app.services.criteria.composing import Found
from ui.child.choices import Tick
from ui.criteria.cells import LOW_ROW, Cell, CellsTable, Column
from ui.criteria.detail import mistake
from ui.criteria.numbers import NumberField
from ui.criteria.parts import SignalForm, StepsForm
from ui.criteria.saying import GRADES
from ui.desk import Desk
from ui.runner import Runner
from ui.tokens import NAME, SECOND
from ui.widgets.buttons import Button
from ui.widgets.forms import choose, combo, line
from ui.widgets.ground import Ground
from ui.widgets.text import Label
from ui.words import LANGUAGES, _, count, level_word, number, say, sector_word, term

TEXTS = ("name", "sentence", "short")
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
        self.kinds = desk.composing.kinds()
        self.conditions: list[SignalForm] = []
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE)
        self._pause.timeout.connect(self._try)
        self._build()
        if table is not None:
            self._put(table)
        self._judge()

    # ------------------------------------------------------------ building

    def _build(self) -> None:
        self.signal = SignalForm(self.kinds, self._ask_words, False)
        self.steps = StepsForm()
        self.sector = combo([(one.value, sector_word(one)) for one in SECTORS], _("compose.sector"))
        self.ages = combo([("grades", _("compose.ages.grades")), ("months", _("compose.ages.months"))], "")
        self.ages.setAccessibleName(_("criteria.field.ages"))
        self.grades = [combo([(one, term("grade", one)) for one in GRADES], _("criteria.field.ages")) for _at in (0, 1)]
        choose(self.grades[0], "小1")
        choose(self.grades[1], "中3")
        self.months = [
            NumberField(value, 0, 230, _("criteria.field.ages"), _("criteria.suffix.months")) for value in (0, 72)
        ]
        self.silence = Tick(_("compose.silence"))
        self.urgent = Tick(_("criteria.urgent"))
        self.joint = combo([("all", _("compose.joint.all")), ("any", _("compose.joint.any"))], _("compose.joint"))
        self.add_condition = Button(_("compose.condition.add"), kind="quiet", icon="plus", height=24)
        self.texts = {(name, code): line(f"{_(f'compose.{name}')} {code}") for name in TEXTS for code in LANGUAGES}
        self.source = line(_("criteria.field.source"), hint=_("compose.source.hint"))
        form = Ground("surface")
        column = QVBoxLayout(form)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        self._conditions = QVBoxLayout()
        self._conditions.setSpacing(6)
        self._section(column, "says", self._texts_grid())
        self._section(column, "looks", self.signal)
        self._section(column, "steps", self.steps)
        self._section(column, "conditions", self._conditions_box())
        self._section(column, "whom", self._whom_box())
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
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
        grid.addWidget(Label(_("criteria.field.source"), "text2", SECOND), len(TEXTS) + 2, 0)
        grid.addWidget(self.source, len(TEXTS) + 2, 1, 1, 2)
        return holder

    def _conditions_box(self) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.joint, 0, Qt.AlignmentFlag.AlignLeft)
        column.addLayout(self._conditions)
        column.addWidget(self.add_condition, 0, Qt.AlignmentFlag.AlignLeft)
        self.joint.hide()
        return holder

    def _whom_box(self) -> QWidget:
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setColumnStretch(2, 1)
        row = QHBoxLayout()
        row.setSpacing(6)
        for field in (self.ages, *self.grades, *self.months):
            row.addWidget(field)
        grid.addWidget(Label(_("criteria.field.ages"), "text2", SECOND), 0, 0)
        grid.addLayout(row, 0, 1)
        grid.addWidget(Label(_("compose.sector"), "text2", SECOND), 1, 0)
        grid.addWidget(self.sector, 1, 1, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(self.silence, 2, 1)
        grid.addWidget(self.urgent, 3, 1)
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
        self.signal.edited.connect(self._judge)
        self.signal.kind.currentIndexChanged.connect(
            lambda _at: choose(self.sector, self.signal.part.kind.sector.value)
        )
        self.steps.edited.connect(self._judge)
        for field in (*self.texts.values(), self.source):
            field.textChanged.connect(lambda _text: self._judge())
        for box in (self.sector, self.ages, *self.grades, self.joint):
            box.currentIndexChanged.connect(lambda _at: self._judge())
        for months in self.months:
            months.valueChanged.connect(lambda _value: self._judge())
        for tick in (self.silence, self.urgent):
            tick.toggled.connect(lambda _on: self._judge())
        self.add_condition.clicked.connect(lambda: self._condition(None))
        self._own_sector()

    def _own_sector(self) -> None:
        choose(self.sector, self.signal.part.kind.sector.value)

    def _ask_words(self, kind: str, attribute: str, then: Callable[[Sequence[str]], None]) -> None:
        self._runner.ask(self._desk.composing.words_of, self._desk.office, kind, attribute, then=then)

    def _condition(self, table: Mapping[str, Any] | None) -> None:
        form = SignalForm(self.kinds, self._ask_words, True)
        if table is not None:
            form.put(table)
        form.edited.connect(self._judge)
        form.dropped.connect(partial(self._drop, form))
        self.conditions.append(form)
        self._conditions.addWidget(form)
        self._judge()

    def _drop(self, form: SignalForm) -> None:
        self.conditions.remove(form)
        form.hide()
        form.deleteLater()
        self._judge()

    # ------------------------------------------------------------ as a table

    def table(self) -> dict[str, Any]:
        """The criterion as plain words."""
        said = self.signal.table()
        said |= {
            "key": self._key,
            "sector": str(self.sector.currentData()),
            "applies": self._ages(),
            "roster": list(self.signal.part.roster) if said["who"] == "child" else [],
            "silence": "no" if self.silence.isChecked() else "cannot_tell",
            "urgent": self.urgent.isChecked(),
            "source": self.source.text().strip(),
        }
        if said["measure"] != Measure.ABSENT:
            said["steps"] = self.steps.steps()
        for name in TEXTS:
            said[name] = {code: self.texts[name, code].text().strip() for code in LANGUAGES}
        if self.conditions:
            parts = [form.condition() for form in self.conditions]
            said["also"] = {str(self.joint.currentData()): parts}
        said["needs"] = list(self._desk.composing.needs_of(said))
        return said

    def _ages(self) -> dict[str, Any]:
        if self.ages.currentData() == "grades":
            return {"grades": [str(box.currentData()) for box in self.grades]}
        return {"months": [int(field.value()) for field in self.months]}

    def _put(self, table: Mapping[str, Any]) -> None:
        self.signal.put(table)
        self.steps.put(table.get("steps", ()))
        choose(self.sector, str(table["sector"]))
        for (name, code), field in self.texts.items():
            field.setText(str(table[name][code]))
        self.source.setText(str(table["source"]))
        word, bounds = next(iter(table["applies"].items()))
        choose(self.ages, word)
        for at, value in enumerate(bounds):
            if word == "grades":
                choose(self.grades[at], value)
            else:
                self.months[at].setValue(value)
        self.silence.setChecked(table.get("silence") == "no")
        self.urgent.setChecked(bool(table.get("urgent")))
        for joint, parts in table.get("also", {}).items():
            choose(self.joint, joint)
            for part in parts:
                self._condition(part)

    # ------------------------------------------------------------ judged as one writes

    def _judge(self) -> None:
        measure = str(self.signal.measure.currentData())
        by_word = measure == Measure.LATEST and any(
            tick.isChecked() for name, tick in self.signal.ticks.items() if name in self.signal.part.kind.words
        )
        self.steps.setVisible(measure != Measure.ABSENT)
        self.steps.blockSignals(True)
        self.steps.measure_words(by_word)
        self.steps.blockSignals(False)
        by_grade = self.ages.currentData() == "grades"
        for box in self.grades:
            box.setVisible(by_grade)
        for months in self.months:
            months.setVisible(not by_grade)
        self.joint.setVisible(len(self.conditions) > 1)
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
