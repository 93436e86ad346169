"""Of whom a criterion is asked, whose points they are, and what it means where nothing is on record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from app.domain.criteria import UNHEARD
from app.domain.sectors import SECTORS
from ui.child.choices import Tick
from ui.criteria.accepted import Picks
from ui.criteria.numbers import NumberField
from ui.criteria.saying import GRADES
from ui.tokens import SECOND
from ui.widgets.forms import choose, combo
from ui.widgets.text import Label
from ui.words import _, sector_word, term

SILENCES = ("cannot_tell", "no", UNHEARD)
"""What it means where nothing is on record; the first is what a new criterion begins with."""


class WhomForm(QWidget):
    """Classes and months of age, sector, what must have been delivered, whose records there must be."""

    edited = Signal()

    def __init__(self, extracts: Sequence[str]) -> None:
        super().__init__()
        ages = _("criteria.field.ages")
        self.by_grade, self.by_month = Tick(_("compose.ages.grades")), Tick(_("compose.ages.months"))
        self.by_grade.setChecked(True)
        self.grades = [combo([(one, term("grade", one)) for one in GRADES], ages) for _at in (0, 1)]
        choose(self.grades[0], "小1")
        choose(self.grades[1], "中3")
        self.months = [NumberField(value, 0, 230, ages, _("criteria.suffix.months")) for value in (0, 72)]
        self.sector = combo([(one.value, sector_word(one)) for one in SECTORS], _("compose.sector"))
        named = [(one, term("extract", one)) for one in extracts]
        self.needs = Picks(_("compose.needs"), _("compose.needs.add"), named)
        self.roster = Picks(_("compose.roster"), _("compose.roster.add"), named)
        self.outside = Tick(_("compose.outside"))
        self.silence = combo([(one, _(f"compose.silence.{one}")) for one in SILENCES], _("compose.silence"))
        self.urgent = Tick(_("criteria.urgent"))
        self.seen = NumberField(0, 0, 3650, _("criteria.set.seen_within"), _("criteria.suffix.days"))
        self._lay()
        for box in (self.sector, self.silence, *self.grades):
            box.currentIndexChanged.connect(lambda _at: self.edited.emit())
        for number in (*self.months, self.seen):
            number.valueChanged.connect(lambda _value: self.edited.emit())
        for tick in (self.by_grade, self.by_month, self.outside, self.urgent):
            tick.toggled.connect(lambda _on: self._adapt())
        for picks in (self.needs, self.roster):
            picks.edited.connect(self._adapt)
        self._adapt()

    def _lay(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(1, 1)
        rows: tuple[tuple[str, tuple[QWidget, ...]], ...] = (
            ("criteria.field.ages", (self.by_grade, *self.grades)),
            ("", (self.by_month, *self.months)),
            ("compose.sector", (self.sector,)),
            ("compose.needs", (self.needs,)),
            ("compose.roster", (self.roster,)),
            ("", (self.outside,)),
            ("compose.silence", (self.silence,)),
            ("", (self.urgent,)),
            ("", (Label(_("criteria.set.seen_within"), px=SECOND), self.seen)),
        )
        for at, (key, fields) in enumerate(rows):
            label = Label(_(key) if key else "", "text2", SECOND)
            label.setContentsMargins(0, 6, 0, 0)
            grid.addWidget(label, at, 0, Qt.AlignmentFlag.AlignTop)
            row = QHBoxLayout()
            row.setSpacing(6)
            for field in fields:
                row.addWidget(field, 1 if isinstance(field, Picks) else 0)
            if not isinstance(fields[0], Picks):
                row.addStretch(1)
            grid.addLayout(row, at, 1)

    def _adapt(self) -> None:
        for box in self.grades:
            box.setEnabled(self.by_grade.isChecked())
        for months in self.months:
            months.setEnabled(self.by_month.isChecked())
        self.outside.setEnabled(bool(self.roster.chosen))
        self.edited.emit()

    # ------------------------------------------------------------ as plain words

    def words(self) -> dict[str, Any]:
        """What of the criterion's table stands in this part."""
        applies: dict[str, Any] = {}
        if self.by_grade.isChecked():
            applies["grades"] = [str(box.currentData()) for box in self.grades]
        if self.by_month.isChecked():
            applies["months"] = [int(field.value()) for field in self.months]
        return {
            "applies": applies,
            "sector": str(self.sector.currentData()),
            "needs": list(self.needs.chosen),
            "roster": list(self.roster.chosen),
            "outside": "no" if self.outside.isChecked() and self.roster.chosen else "cannot_tell",
            "silence": str(self.silence.currentData()),
            "urgent": self.urgent.isChecked(),
            "seen_within": int(self.seen.value()),
        }

    def put(self, table: Mapping[str, Any]) -> None:
        """Show what a table says."""
        applies = table["applies"]
        self.by_grade.setChecked("grades" in applies)
        self.by_month.setChecked("months" in applies)
        for box, grade in zip(self.grades, applies.get("grades", ()), strict=False):
            choose(box, grade)
        for field, month in zip(self.months, applies.get("months", ()), strict=False):
            field.setValue(month)
        choose(self.sector, str(table["sector"]))
        self.roster.put(table.get("roster", ()))
        self.outside.setChecked(table.get("outside") == "no")
        choose(self.silence, str(table.get("silence", "no")))
        self.urgent.setChecked(bool(table.get("urgent")))
        self.seen.setValue(int(table.get("seen_within", 0)))
        self.needs.put(table.get("needs", ()))
        self._adapt()
