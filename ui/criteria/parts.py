"""The parts of the form for an own criterion: one signal with all that belongs to it, and its steps.

A signal here is a plain table as ``app.domain.criteria_reading`` reads it. Parts say ``edited``
whenever something in them changes; what is wrong is judged by the services.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.domain.criteria import Measure, Span, Who
from app.services.criteria.composing import KindPart
from ui.child.choices import Tick
from ui.criteria.draft import whole
from ui.criteria.numbers import NumberField
from ui.timeline.wording import coded, kind_word
from ui.tokens import SECOND
from ui.widgets.buttons import Button
from ui.widgets.chips import Chip, FlowLayout
from ui.widgets.forms import choose, combo, line
from ui.widgets.ground import Ground
from ui.widgets.text import Label
from ui.words import _

MEASURES = tuple(one for one in Measure if one is not Measure.SIBLINGS)
_DAYS = {Span.DAYS: 183, Span.SCHOOL_YEAR: 120, Span.TERM: 60, Span.AROUND_BIRTH: 300}
AskWords = Callable[[str, str, Callable[[Sequence[str]], None]], None]


class WhereRow(QWidget):
    """One attribute and the words of it that count."""

    edited = Signal()
    dropped = Signal()

    def __init__(self, kind: KindPart, attribute: str, words: Sequence[str], ask: AskWords) -> None:
        super().__init__()
        self.attribute = attribute
        self.chosen: list[str] = list(words)
        self._offer = combo([("", _("compose.where.add"))], _("compose.where.says"))
        self._offer.setEditable(True)
        self._written = line(_("compose.where.says"))
        self._offer.setLineEdit(self._written)
        self._offer.setMinimumWidth(200)
        self._chips = FlowLayout()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(Label(_("compose.where", attribute=_(f"attribute.{attribute}")), px=SECOND))
        row.addWidget(self._offer)
        holder = QWidget()
        holder.setLayout(self._chips)
        row.addWidget(holder, 1)
        drop = Button(kind="quiet", icon="close", height=24, says=_("compose.where.drop"))
        drop.clicked.connect(self.dropped.emit)
        row.addWidget(drop)
        self._offer.activated.connect(lambda _at: self._take(str(self._offer.currentData() or "")))
        self._written.returnPressed.connect(lambda: self._take(self._offer.currentText().strip()))
        ask(kind.kind.name, attribute, self._know)
        self._show()

    def _know(self, words: Sequence[str]) -> None:
        for word in words:
            self._offer.addItem(coded(word), word)

    def _take(self, word: str) -> None:
        if word and word not in self.chosen and word != self._offer.itemText(0):
            self.chosen.append(word)
            self._show()
            self.edited.emit()
        self._offer.setCurrentIndex(0)

    def _show(self) -> None:
        while (item := self._chips.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for word in self.chosen:
            chip = Chip(coded(word))
            chip.removed.connect(lambda word=word: self._remove(word))
            self._chips.addWidget(chip)

    def _remove(self, word: str) -> None:
        self.chosen.remove(word)
        self._show()
        self.edited.emit()


class SignalForm(Ground):
    """Kind, measure, attributes, window, whose facts, accepted words; as a condition also its limit."""

    edited = Signal()
    dropped = Signal()

    def __init__(self, kinds: Sequence[KindPart], ask: AskWords, condition: bool) -> None:
        super().__init__("alt" if condition else "surface")
        self._kinds = {part.kind.name: part for part in kinds}
        self._ask, self._condition = ask, condition
        self.wheres: list[WhereRow] = []
        self.ticks: dict[str, Tick] = {}
        self.kind = combo([(name, kind_word(name)) for name in self._kinds], _("compose.kind"))
        self.measure = combo([(one.value, _(f"measure.{one.value}")) for one in MEASURES], _("compose.measure"))
        self.span = combo([(one.value, _(f"compose.span.{one.value}")) for one in Span], _("compose.window"))
        self.days = NumberField(183, 0, 7000, _("compose.days.says"), _("criteria.suffix.days"))
        self.first = NumberField(0, 0, 230, _("compose.months.first"), _("criteria.suffix.months"))
        self.last = NumberField(12, 0, 230, _("compose.months.last"), _("criteria.suffix.months"))
        self.who = combo([(one.value, _(f"compose.who.{one.value}")) for one in Who], _("compose.who"))
        self.ongoing = Tick(_("compose.ongoing"))
        self.relative = Tick(_("compose.relative"))
        self.against = combo([(one, _(f"compose.against.{one}")) for one in ("previous", "year")], _("compose.against"))
        self.negated = Tick(_("compose.negated"))
        self.at_least = NumberField(1, -10_000, 10_000, _("compose.limit"), _("criteria.suffix.at_least"), 1)
        self.where_add = combo([], _("compose.where.says"))
        self._lay()
        for box in (self.measure, self.span, self.who, self.against):
            box.currentIndexChanged.connect(lambda _at: self._adapt())
        self.kind.currentIndexChanged.connect(lambda _at: self._other_kind())
        for field in (self.days, self.first, self.last, self.at_least):
            field.valueChanged.connect(lambda _value: self.edited.emit())
        for tick in (self.ongoing, self.relative, self.negated):
            tick.toggled.connect(lambda _on: self.edited.emit())
        self.where_add.activated.connect(self._add_where)
        self._other_kind()

    def _lay(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(1, 1)
        self._attributes = FlowLayout()
        attributes = QWidget()
        attributes.setLayout(self._attributes)
        self._where = QVBoxLayout()
        self._where.setSpacing(3)
        where = QWidget()
        where.setLayout(self._where)
        rows: list[tuple[str, Sequence[QWidget]]] = [
            ("kind", (self.kind,)),
            ("measure", (self.measure, self.against, self.relative)),
            ("attributes", (attributes,)),
            ("window", (self.span, self.days, self.first, self.last)),
            ("who", (self.who, self.ongoing)),
            ("only_where", (self.where_add,)),
            ("", (where,)),
        ]
        if self._condition:
            rows.append(("limit", (self.at_least, self.negated)))
        for at, (key, fields) in enumerate(rows):
            if key:
                label = Label(_(f"compose.{key}"), "text2", SECOND)
                grid.addWidget(label, at, 0)
                if key == "attributes":
                    self._attributes_label = label
            row = QHBoxLayout()
            row.setSpacing(6)
            for field in fields:
                row.addWidget(field, 1 if field in (attributes, where) else 0)
            if attributes not in fields and where not in fields:
                row.addStretch(1)
            grid.addLayout(row, at, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(10 if self._condition else 0, 6, 6, 6)
        if self._condition:
            drop = Button(_("compose.condition.drop"), kind="quiet", icon="close", height=24)
            drop.clicked.connect(self.dropped.emit)
            column.addWidget(drop, 0, Qt.AlignmentFlag.AlignRight)
        column.addLayout(grid)

    # ------------------------------------------------------------ what is chosen

    @property
    def part(self) -> KindPart:
        return self._kinds[str(self.kind.currentData())]

    def _other_kind(self) -> None:
        while (item := self._attributes.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        kind = self.part.kind
        self.ticks = {}
        for name in (*kind.numbers, *kind.words):
            tick = Tick(_(f"attribute.{name}"))
            tick.toggled.connect(lambda _on: self.edited.emit())
            self.ticks[name] = tick
            self._attributes.addWidget(tick)
        for row in list(self.wheres):
            self._drop_where(row)
        self.where_add.clear()
        self.where_add.addItem(_("compose.where.any"), "")
        for name in kind.words:
            self.where_add.addItem(_(f"attribute.{name}"), name)
        self._adapt()

    def _adapt(self) -> None:
        """Show what belongs to the measure and the window chosen."""
        measure, span = Measure(self.measure.currentData()), Span(self.span.currentData())
        numbers = measure in (Measure.SUM, Measure.MAX, Measure.MIN, Measure.CHANGE)
        for name, tick in self.ticks.items():
            shown = name in self.part.kind.numbers if numbers else measure is Measure.LATEST
            tick.setVisible(shown)
            if not shown:
                tick.setChecked(False)
        self._attributes_label.setVisible(numbers or measure is Measure.LATEST)
        self.against.setVisible(measure is Measure.CHANGE)
        self.relative.setVisible(measure is Measure.CHANGE)
        self.days.setVisible(span in _DAYS)
        for field in (self.first, self.last):
            field.setVisible(span is Span.MONTHS_OF_AGE)
        self.at_least.setVisible(measure is not Measure.ABSENT)
        self.edited.emit()

    def _add_where(self, _at: int) -> None:
        attribute = str(self.where_add.currentData() or "")
        self.where_add.setCurrentIndex(0)
        if attribute and attribute not in {row.attribute for row in self.wheres}:
            self._put_where(attribute, ())
            self.edited.emit()

    def _put_where(self, attribute: str, words: Sequence[str]) -> None:
        row = WhereRow(self.part, attribute, words, self._ask)
        row.edited.connect(self.edited.emit)
        row.dropped.connect(lambda: self._drop_where(row))
        self.wheres.append(row)
        self._where.addWidget(row)

    def _drop_where(self, row: WhereRow) -> None:
        self.wheres.remove(row)
        row.hide()
        row.deleteLater()
        self.edited.emit()

    # ------------------------------------------------------------ as a table

    def table(self) -> dict[str, Any]:
        """The signal as plain words."""
        measure, span = Measure(self.measure.currentData()), Span(self.span.currentData())
        said: dict[str, Any] = {
            "kind": self.part.kind.name,
            "measure": measure.value,
            "attributes": [name for name, tick in self.ticks.items() if tick.isChecked()],
            "window": {span.value: self._length(span)},
            "who": str(self.who.currentData()),
        }
        if self.ongoing.isChecked():
            said["ongoing"] = True
        if self.wheres:
            said["where"] = {row.attribute: list(row.chosen) for row in self.wheres}
        if measure is Measure.CHANGE:
            said["against"] = str(self.against.currentData())
            said["relative"] = self.relative.isChecked()
        if self._condition and measure is not Measure.ABSENT:
            said["at_least"] = whole(round(self.at_least.value(), 1))
        return said

    def _length(self, span: Span) -> Any:
        if span is Span.MONTHS_OF_AGE:
            return [int(self.first.value()), int(self.last.value())]
        return int(self.days.value()) if span in _DAYS else True

    def condition(self) -> dict[str, Any]:
        """The signal as a condition, under a "not" where it is ticked."""
        return {"not": self.table()} if self.negated.isChecked() else self.table()

    def put(self, table: Mapping[str, Any]) -> None:
        """Show a signal that is there already."""
        if "not" in table:
            self.negated.setChecked(True)
            table = table["not"]
        choose(self.kind, str(table["kind"]))
        choose(self.measure, str(table.get("measure", "count")))
        span, length = next(iter(table.get("window", {"ever": True}).items()))
        choose(self.span, span)
        if span == Span.MONTHS_OF_AGE:
            self.first.setValue(length[0])
            self.last.setValue(length[1])
        elif length is not True:
            self.days.setValue(length)
        choose(self.who, str(table.get("who", "child")))
        choose(self.against, str(table.get("against", "previous")))
        self.relative.setChecked(bool(table.get("relative", False)))
        self.ongoing.setChecked(bool(table.get("ongoing", False)))
        for name in table.get("attributes", ()):
            self.ticks[name].setChecked(True)
        for attribute, words in table.get("where", {}).items():
            self._put_where(attribute, words)
        if table.get("at_least") is not None:
            self.at_least.setValue(table["at_least"])


class StepsForm(QWidget):
    """Thresholds with their weight; each is a number, or words where the latest word is measured."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[tuple[QWidget, QWidget, NumberField]] = []
        self._words = False
        self.way = combo([("at_least", _("criteria.suffix.at_least")), ("at_most", _("criteria.suffix.at_most"))], "")
        self.way.setAccessibleName(_("compose.way"))
        self.way.currentIndexChanged.connect(lambda _at: self.edited.emit())
        self.more = Button(_("criteria.step.more"), kind="quiet", icon="plus", height=24)
        self.more.clicked.connect(lambda: self._put(None, 1.0))
        self._lines = QVBoxLayout()
        self._lines.setSpacing(3)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(self.way, 0, Qt.AlignmentFlag.AlignLeft)
        column.addLayout(self._lines)
        column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)

    def measure_words(self, words: bool) -> None:
        """Whether steps are words from now on."""
        if words == self._words and self.rows:
            return
        self._words = words
        self.way.setVisible(not words)
        for row in list(self.rows):
            self._drop(row)
        self._put(None, 1.0)

    def put(self, steps: Sequence[Mapping[str, Any]]) -> None:
        quiet = self.blockSignals(True)  # who listens would put a first step into an empty form
        for row in list(self.rows):
            self._drop(row)
        self._words = bool(steps) and "words" in steps[0]
        self.way.setVisible(not self._words)
        if steps and "at_most" in steps[0]:
            choose(self.way, "at_most")
        for step in steps:
            given = _("list.comma").join(step["words"]) if self._words else step.get("at_least", step.get("at_most"))
            self._put(given, float(step.get("points", 1)))
        self.blockSignals(quiet)
        self.edited.emit()

    def _put(self, given: Any, points: float) -> None:
        holder = QWidget()
        line_of = QHBoxLayout(holder)
        line_of.setContentsMargins(0, 0, 0, 0)
        line_of.setSpacing(6)
        number = len(self.rows) + 1
        limit: QWidget
        if self._words:
            limit = line(_("criteria.steps.limit.says", n=number), str(given or ""), _("compose.step.words"))
            limit.textChanged.connect(lambda _text: self.edited.emit())
        else:
            value = float(given) if given is not None else float(number)
            limit = NumberField(value, -10_000, 10_000, _("criteria.steps.limit.says", n=number), "", 1)
            limit.setFixedWidth(90)
            limit.valueChanged.connect(lambda _value: self.edited.emit())
        times = NumberField(points, 0.1, 10, _("criteria.steps.times.says", n=number), _("criteria.suffix.times"), 1)
        times.setFixedWidth(72)
        times.valueChanged.connect(lambda _value: self.edited.emit())
        drop = Button(kind="quiet", icon="close", height=24, says=_("criteria.step.drop", n=number))
        line_of.addWidget(limit)
        line_of.addWidget(Label(_("criteria.steps.times"), "text2", SECOND))
        line_of.addWidget(times)
        line_of.addWidget(drop)
        line_of.addStretch(1)
        row = (holder, limit, times)
        drop.clicked.connect(lambda: self._drop(row))
        self.rows.append(row)
        self._lines.addWidget(holder)
        self.edited.emit()

    def _drop(self, row: tuple[QWidget, QWidget, NumberField]) -> None:
        self.rows.remove(row)
        row[0].hide()
        row[0].deleteLater()
        self.edited.emit()

    def steps(self) -> list[dict[str, Any]]:
        """The steps as plain words."""
        way = str(self.way.currentData())
        said: list[dict[str, Any]] = []
        for _holder, limit, times in self.rows:
            step: dict[str, Any] = {"points": whole(round(times.value(), 1))}
            if isinstance(limit, NumberField):
                step[way] = whole(round(limit.value(), 1))
            elif isinstance(limit, QLineEdit):
                parts = limit.text().replace("、", ",").replace("，", ",").split(",")
                step["words"] = [part.strip() for part in parts if part.strip()]
            said.append(step)
        return said
