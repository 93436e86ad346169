"""The form of one signal: which facts, which measure of them, through which window, of whom; as a condition its limit.

A signal here is a plain table as ``app.domain.criteria_reading`` reads it. ``edited`` is said whenever something in
it changes; what is wrong is judged by the services.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.domain.criteria import Measure, Span, Who
from app.services.criteria.composing import KindPart
from ui.child.choices import Tick
from ui.criteria.accepted import AcceptedRow, AskWords, Picks
from ui.criteria.draft import whole
from ui.criteria.numbers import NumberField
from ui.timeline.wording import kind_word
from ui.tokens import SECOND
from ui.widgets.buttons import Button
from ui.widgets.chips import FlowLayout
from ui.widgets.forms import choose, combo
from ui.widgets.ground import Ground
from ui.widgets.text import Label
from ui.words import _

_DAYS = {Span.DAYS: 183, Span.SCHOOL_YEAR: 120, Span.TERM: 60, Span.AROUND_BIRTH: 300}
_NUMERIC = (Measure.SUM, Measure.MAX, Measure.MIN, Measure.CHANGE, Measure.GROWTH)
_AGAINST = {Measure.CHANGE: ("previous", "year"), Measure.GROWTH: ("curve", "own")}
_GROWING = ("weight", "height")
LIMITS = ("at_least", "at_most")


@dataclass(frozen=True)
class Parts:
    """What a form is made from: kinds of facts, relations of a household, criteria (key, name) that may be counted."""

    kinds: Sequence[KindPart]
    relations: Sequence[str]
    criteria: Sequence[tuple[str, str]]
    ask_words: AskWords


class SignalForm(Ground):
    """Kind, measure, attributes, window, whose facts, accepted words; as a condition also its limit."""

    edited = Signal()
    dropped = Signal()

    def __init__(self, parts: Parts, condition: bool) -> None:
        super().__init__("alt" if condition else "surface")
        self._parts, self._condition = parts, condition
        self._kinds = {part.kind.name: part for part in parts.kinds}
        self.accepted: list[AcceptedRow] = []
        self.ticks: dict[str, Tick] = {}
        self._fields()
        self._lay()
        for box in (self.measure, self.span, self.who, self.against):
            box.currentIndexChanged.connect(lambda _at: self._adapt())
        self.kind.currentIndexChanged.connect(lambda _at: self._other_kind())
        for field in (self.days, self.first, self.last, self.value):
            field.valueChanged.connect(lambda _value: self.edited.emit())
        for tick in (self.ongoing, self.relative, self.negated):
            tick.toggled.connect(lambda _on: self.edited.emit())
        for picks in (self.relation, self.criteria):
            picks.edited.connect(self.edited.emit)
        self.limit.currentIndexChanged.connect(lambda _at: self.edited.emit())
        self.where_add.activated.connect(lambda _at: self._add_accepted(self.where_add, "where"))
        self.known_add.activated.connect(lambda _at: self._add_accepted(self.known_add, "known"))
        self._other_kind()

    def _fields(self) -> None:
        self.kind = combo([(name, kind_word(name)) for name in self._kinds], _("compose.kind"))
        self.measure = combo([(one.value, _(f"measure.{one.value}")) for one in Measure], _("compose.measure"))
        self.span = combo([(one.value, _(f"compose.span.{one.value}")) for one in Span], _("compose.window"))
        self.days = NumberField(183, 0, 7000, _("compose.days.says"), _("criteria.suffix.days"))
        self.first = NumberField(0, 0, 230, _("compose.months.first"), _("criteria.suffix.months"))
        self.last = NumberField(12, 0, 230, _("compose.months.last"), _("criteria.suffix.months"))
        self.who = combo([(one.value, _(f"compose.who.{one.value}")) for one in Who], _("compose.who"))
        self.relation = Picks(
            _("compose.relation.says"), _("compose.relation.add"), [(one, one) for one in self._parts.relations]
        )
        self.criteria = Picks(_("compose.criteria.says"), _("compose.criteria.add"), self._parts.criteria, many=True)
        self.ongoing = Tick(_("compose.ongoing"))
        self.relative = Tick(_("compose.relative"))
        self.against = combo([], _("compose.against"))
        self.negated = Tick(_("compose.negated"))
        self.limit = combo([(one, _(f"criteria.suffix.{one}").strip()) for one in LIMITS], _("compose.limit"))
        self.value = NumberField(1, -10_000, 10_000, _("compose.limit"), "", 1)
        self.where_add = combo([], _("compose.where.says"))
        self.known_add = combo([], _("compose.known.says"))

    def _lay(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(1, 1)
        self._attributes = FlowLayout()
        attributes = QWidget()
        attributes.setLayout(self._attributes)
        self._words = QVBoxLayout()
        self._words.setSpacing(3)
        words = QWidget()
        words.setLayout(self._words)
        rows: list[tuple[str, Sequence[QWidget]]] = [
            ("measure", (self.measure, self.against, self.relative)),
            ("kind", (self.kind,)),
            ("criteria", (self.criteria,)),
            ("attributes", (attributes,)),
            ("window", (self.span, self.days, self.first, self.last)),
            ("who", (self.who, self.ongoing)),
            ("relation", (self.relation,)),
            ("only_where", (self.where_add, self.known_add)),
            ("", (words,)),
        ]
        if self._condition:
            rows.append(("limit", (self.value, self.limit, self.negated)))
        self._rows: dict[str, tuple[QWidget, ...]] = {}
        wide = (attributes, words, self.relation, self.criteria)
        for at, (key, fields) in enumerate(rows):
            label = Label(_(f"compose.{key}") if key else "", "text2", SECOND)
            label.setContentsMargins(0, 6, 0, 0)
            grid.addWidget(label, at, 0, Qt.AlignmentFlag.AlignTop)
            row = QHBoxLayout()
            row.setSpacing(6)
            for field in fields:
                row.addWidget(field, 1 if field in wide else 0)
            if fields[0] not in wide:
                row.addStretch(1)
            grid.addLayout(row, at, 1)
            self._rows[key] = (label, *fields)
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

    @property
    def counts_siblings(self) -> bool:
        """Whether it counts findings of siblings, and no facts."""
        return str(self.measure.currentData()) == Measure.SIBLINGS

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
        for row in list(self.accepted):
            self._drop_accepted(row)
        for box, hint, names in (
            (self.where_add, "compose.where.any", (*kind.words, *kind.numbers)),
            (self.known_add, "compose.known.any", kind.words),
        ):
            box.clear()
            box.addItem(_(hint), "")
            for name in names:
                box.addItem(_(f"attribute.{name}"), name)
        self._adapt()

    def _adapt(self) -> None:
        """Show what belongs to the measure and the window chosen."""
        measure, span = Measure(self.measure.currentData()), Span(self.span.currentData())
        facts = measure is not Measure.SIBLINGS
        for name, tick in self.ticks.items():
            shown = facts and self._takes(measure, name)
            tick.setVisible(shown)
            if not shown:
                tick.setChecked(False)
        self._show_against(measure)
        for key, shown in (
            ("kind", facts),
            ("criteria", not facts),
            ("attributes", measure in _NUMERIC or measure is Measure.LATEST),
            ("window", facts),
            ("who", facts),
            ("relation", facts and self.who.currentData() != Who.CHILD),
            ("only_where", facts),
            ("", facts and bool(self.accepted)),
        ):
            for widget in self._rows[key]:
                widget.setVisible(shown)
        self.days.setVisible(facts and span in _DAYS)
        for field in (self.first, self.last):
            field.setVisible(facts and span is Span.MONTHS_OF_AGE)
        for widget in (self.value, self.limit):
            widget.setVisible(measure is not Measure.ABSENT)
        self.edited.emit()

    def _takes(self, measure: Measure, name: str) -> bool:
        """Whether a measure can be taken of an attribute."""
        if measure is Measure.GROWTH:
            return name in _GROWING and name in self.part.kind.numbers
        if measure in _NUMERIC:
            return name in self.part.kind.numbers
        return measure is Measure.LATEST

    def _show_against(self, measure: Measure) -> None:
        ways = _AGAINST.get(measure, ())
        if [self.against.itemData(at) for at in range(self.against.count())] != list(ways):
            self.against.blockSignals(True)
            self.against.clear()
            for one in ways:
                self.against.addItem(_(f"compose.against.{one}"), one)
            self.against.blockSignals(False)
        self.against.setVisible(bool(ways))
        self.relative.setVisible(measure is Measure.CHANGE)

    # ------------------------------------------------------------ words that count

    def _add_accepted(self, box: Any, use: str) -> None:
        attribute = str(box.currentData() or "")
        box.setCurrentIndex(0)
        if attribute and (attribute, use) not in {(row.attribute, row.use) for row in self.accepted}:
            self._put_accepted(attribute, "known" if attribute in self.part.kind.numbers else (), use)
            self.edited.emit()

    def _put_accepted(self, attribute: str, words: Sequence[str] | str, use: str) -> None:
        row = AcceptedRow(self.part.kind.name, attribute, words, self._parts.ask_words, use)
        row.edited.connect(self.edited.emit)
        row.dropped.connect(lambda: self._drop_accepted(row))
        self.accepted.append(row)
        self._words.addWidget(row)
        self._show_words()

    def _drop_accepted(self, row: AcceptedRow) -> None:
        self.accepted.remove(row)
        row.hide()
        row.deleteLater()
        self._show_words()
        self.edited.emit()

    def _show_words(self) -> None:
        for widget in self._rows[""]:
            widget.setVisible(bool(self.accepted))

    # ------------------------------------------------------------ as a table

    def table(self) -> dict[str, Any]:
        """The signal as plain words."""
        measure, span = Measure(self.measure.currentData()), Span(self.span.currentData())
        said: dict[str, Any] = {"measure": measure.value}
        if measure is Measure.SIBLINGS:
            said |= {"criteria": list(self.criteria.chosen), "who": Who.CHILD.value, "window": {"ever": True}}
        else:
            said |= self._facts(span)
        if measure in _AGAINST:
            said["against"] = str(self.against.currentData())
            said["relative"] = measure is Measure.CHANGE and self.relative.isChecked()
        if self._condition and measure is not Measure.ABSENT:
            said[str(self.limit.currentData())] = whole(round(self.value.value(), 1))
        return said

    def _facts(self, span: Span) -> dict[str, Any]:
        said: dict[str, Any] = {
            "kind": self.part.kind.name,
            "attributes": [name for name, tick in self.ticks.items() if tick.isChecked()],
            "window": {span.value: self._length(span)},
            "who": str(self.who.currentData()),
        }
        if self.ongoing.isChecked():
            said["ongoing"] = True
        if self.who.currentData() != Who.CHILD and self.relation.chosen:
            said["relation"] = list(self.relation.chosen)
        for use in ("where", "known"):
            rows = {row.attribute: row.said() for row in self.accepted if row.use == use}
            if rows:
                said[use] = rows
        return said

    def _length(self, span: Span) -> Any:
        if span is Span.MONTHS_OF_AGE:
            return [int(self.first.value()), int(self.last.value())]
        return (int(self.days.value()) or True) if span in _DAYS else True

    def condition(self) -> dict[str, Any]:
        """The signal as a condition, under a "not" where it is ticked."""
        return {"not": self.table()} if self.negated.isChecked() else self.table()

    def put(self, table: Mapping[str, Any]) -> None:
        """Show a signal that is there already."""
        if "not" in table:
            self.negated.setChecked(True)
            table = table["not"]
        if table.get("kind"):
            choose(self.kind, str(table["kind"]))
        choose(self.measure, str(table.get("measure", "count")))
        span, length = next(iter(table.get("window", {"ever": True}).items()))
        choose(self.span, span)
        if span == Span.MONTHS_OF_AGE:
            self.first.setValue(length[0])
            self.last.setValue(length[1])
        elif span in _DAYS:
            self.days.setValue(0 if length is True else length)
        choose(self.who, str(table.get("who", "child")))
        choose(self.against, str(table.get("against", "previous")))
        self.relative.setChecked(bool(table.get("relative", False)))
        self.ongoing.setChecked(bool(table.get("ongoing", False)))
        self.relation.put(table.get("relation", ()))
        self.criteria.put(table.get("criteria", ()))
        for name in table.get("attributes", ()):
            self.ticks[name].setChecked(True)
        for use in ("where", "known"):
            for attribute, words in table.get(use, {}).items():
                self._put_accepted(attribute, words, use)
        for limit in LIMITS:
            if table.get(limit) is not None:
                choose(self.limit, limit)
                self.value.setValue(table[limit])
