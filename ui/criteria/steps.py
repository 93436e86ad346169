"""The steps of an own criterion: from which value on it holds, and what each step weighs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from ui.child.choices import Tick
from ui.criteria.draft import whole
from ui.criteria.numbers import NumberField
from ui.tokens import SECOND
from ui.widgets.buttons import Button
from ui.widgets.forms import choose, combo, line
from ui.widgets.text import Label
from ui.words import _

NUMBERS, WORDS, NOTHING = "numbers", "words", "nothing"
_FIRST_POINTS = 2.0


class StepsForm(QWidget):
    """Thresholds with their weight: numbers; words where the latest word is measured; nothing where it is absence.

    A step's weight multiplies its rarity; with ``fixed`` ticked it has the office's own points instead.
    """

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[tuple[QWidget, QWidget | None, NumberField]] = []
        self._of = NUMBERS
        self.way = combo([("at_least", _("criteria.suffix.at_least")), ("at_most", _("criteria.suffix.at_most"))], "")
        self.way.setAccessibleName(_("compose.way"))
        self.way.currentIndexChanged.connect(lambda _at: self.edited.emit())
        self.fixed = Tick(_("criteria.fixed"))
        self.fixed.toggled.connect(lambda _on: self._reweigh())
        self.more = Button(_("criteria.step.more"), kind="quiet", icon="plus", height=24)
        self.more.clicked.connect(lambda: self._put(None, None))
        self._lines = QVBoxLayout()
        self._lines.setSpacing(3)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(self.way, 0, Qt.AlignmentFlag.AlignLeft)
        column.addLayout(self._lines)
        column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.fixed, 0, Qt.AlignmentFlag.AlignLeft)

    def measure(self, of: str) -> None:
        """What steps are of from now on: ``NUMBERS``, ``WORDS`` or ``NOTHING``."""
        if of == self._of and self.rows:
            return
        self._of = of
        for row in list(self.rows):
            self._drop(row)
        self._put(None, None)

    def put(self, steps: Sequence[Mapping[str, Any]], of: str = "") -> None:
        """Show steps that are there already."""
        quiet = self.blockSignals(True)  # who listens would put a first step into an empty form
        for row in list(self.rows):
            self._drop(row)
        self._of = of or (WORDS if steps and "words" in steps[0] else NUMBERS)
        if steps and "at_most" in steps[0]:
            choose(self.way, "at_most")
        self.fixed.setChecked(bool(steps) and "fixed" in steps[0])
        for step in steps:
            limit = step.get("at_least", step.get("at_most"))
            given = _("list.comma").join(step["words"]) if self._of == WORDS else limit
            self._put(given, float(step.get("fixed", step.get("points", 1))))
        self.blockSignals(quiet)
        self.edited.emit()

    def _reweigh(self) -> None:
        """Weights become points, or points weights again."""
        quiet = self.blockSignals(True)
        said = self.steps()
        for row in list(self.rows):
            self._drop(row)
        for step in said:
            limit = step.get("at_least", step.get("at_most"))
            self._put(_("list.comma").join(step["words"]) if "words" in step else limit, None)
        self.blockSignals(quiet)
        self.edited.emit()

    def _put(self, given: Any, weight: float | None) -> None:
        holder = QWidget()
        line_of = QHBoxLayout(holder)
        line_of.setContentsMargins(0, 0, 0, 0)
        line_of.setSpacing(6)
        number = len(self.rows) + 1
        limit = self._limit(given, number)
        fixed = self.fixed.isChecked()
        kind, most, usual = ("fixed", 100, _FIRST_POINTS) if fixed else ("times", 10, 1.0)
        weight_of = NumberField(
            usual if weight is None else weight, 0.1, most, _(f"criteria.steps.{kind}.says", n=number),
            _(f"criteria.suffix.{kind}"), 1,
        )  # fmt: skip
        weight_of.setFixedWidth(72)
        weight_of.valueChanged.connect(lambda _value: self.edited.emit())
        drop = Button(kind="quiet", icon="close", height=24, says=_("criteria.step.drop", n=number))
        for part in (limit, Label(_(f"criteria.steps.{kind}"), "text2", SECOND), weight_of, drop):
            if part is not None:
                line_of.addWidget(part)
        line_of.addStretch(1)
        row = (holder, limit, weight_of)
        drop.clicked.connect(lambda: self._drop(row))
        drop.setVisible(limit is not None)
        self.rows.append(row)
        self._lines.addWidget(holder)
        self.way.setVisible(self._of == NUMBERS)
        self.more.setVisible(self._of != NOTHING)
        self.edited.emit()

    def _limit(self, given: Any, number: int) -> QWidget | None:
        if self._of == NOTHING:
            return None
        says = _("criteria.steps.limit.says", n=number)
        if self._of == WORDS:
            words = line(says, str(given or ""), _("compose.step.words"))
            words.textChanged.connect(lambda _text: self.edited.emit())
            return words
        value = NumberField(float(number) if given is None else float(given), -10_000, 10_000, says, "", 1)
        value.setFixedWidth(90)
        value.valueChanged.connect(lambda _value: self.edited.emit())
        return value

    def _drop(self, row: tuple[QWidget, QWidget | None, NumberField]) -> None:
        self.rows.remove(row)
        row[0].hide()
        row[0].deleteLater()
        self.edited.emit()

    def steps(self) -> list[dict[str, Any]]:
        """The steps as plain words."""
        way = str(self.way.currentData())
        said: list[dict[str, Any]] = []
        for _holder, limit, weight in self.rows:
            given = whole(round(weight.value(), 1))
            step: dict[str, Any] = {"points": 1, "fixed": given} if self.fixed.isChecked() else {"points": given}
            if isinstance(limit, NumberField):
                step[way] = whole(round(limit.value(), 1))
            elif isinstance(limit, QLineEdit):
                parts = limit.text().replace("、", ",").replace("，", ",").split(",")
                step["words"] = [part.strip() for part in parts if part.strip()]
            said.append(step)
        return said
