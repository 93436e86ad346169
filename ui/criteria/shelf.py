"""The list of all criteria: by sector, searched as one types, each with how often it holds now."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.sectors import SECTORS
from app.services.criteria.settling import CriterionLine
from ui.criteria import saying
from ui.criteria.cells import Cell, CellsTable, Column
from ui.tokens import SECOND
from ui.widgets.buttons import Button, Segmented
from ui.widgets.fields import SearchField
from ui.widgets.ground import Ground
from ui.widgets.text import Label, tip
from ui.words import _, count, sector_letter, sector_word

ALL = "all"


_TIGHT = 600
"""px of the shelf: below this some columns give way."""
_BESIDE = (4, 6)
"""Columns that the pane beside the list tells as well: who cannot be told, the setting."""


class Shelf(QWidget):
    """``chosen`` says a criterion's key, ``switched`` one that is to change between on and off."""

    chosen = Signal(str)
    switched = Signal(str)
    wants_own = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._lines: Sequence[CriterionLine] = ()
        self._shown: list[CriterionLine] = []
        self._touched: Callable[[str], bool] = lambda _key: False
        self._quiet = False
        self.search = SearchField(_("criteria.search"))
        self.search.setFixedWidth(210)
        self.sectors = Segmented([(ALL, _("criteria.all")), *((one.value, sector_letter(one)) for one in SECTORS)])
        for one in SECTORS:
            self.sectors.button(one.value).setAccessibleName(sector_word(one))
            tip(self.sectors.button(one.value), sector_word(one))
        self.sectors.choose(ALL)
        self.own = Button(_("criteria.own.new"), icon="plus")
        self.counted = Label(role="text2", px=SECOND)
        self.table = CellsTable(
            (
                Column(_("criteria.column.use"), 52),
                Column(_("criteria.column.sector"), 84, says=_("criteria.column.sector.says")),
                Column(_("criteria.column.name")),
                Column(_("criteria.column.holds"), 64, True, _("criteria.column.holds.says")),
                Column(_("criteria.column.unknown"), 84, True, _("criteria.column.unknown.says")),
                Column(_("criteria.column.rare"), 104, True, _("criteria.column.rare.says")),
                Column(_("criteria.column.state"), 92),
            ),
            _("criteria.table.says"),
        )
        tools = Ground("window", "b")
        row = QHBoxLayout(tools)
        row.setContentsMargins(8, 5, 8, 5)
        row.setSpacing(8)
        row.addWidget(self.search)
        row.addWidget(self.sectors)
        row.addWidget(self.counted)
        row.addStretch(1)
        row.addWidget(self.own)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(tools)
        column.addWidget(self.table, 1)
        self.search.textChanged.connect(lambda _text: self._filter())
        self.search.left.connect(lambda: self.table.setFocus(Qt.FocusReason.OtherFocusReason))
        self.sectors.chosen.connect(lambda _key: self._filter())
        self.table.went_to.connect(self._went)
        self.table.spaced.connect(lambda row: self.switched.emit(self._shown[row].criterion.key))
        self.own.clicked.connect(self.wants_own.emit)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What a criterion is called goes before what can be read beside the list."""
        super().resizeEvent(event)
        tight = self.width() < _TIGHT
        self.search.setFixedWidth(120 if tight else 210)
        self.counted.setVisible(not tight)
        for column in _BESIDE:
            self.table.setColumnHidden(column, tight)

    def put(self, lines: Sequence[CriterionLine], touched: Callable[[str], bool], may: bool) -> None:
        """All criteria as they stand in the draft."""
        self._lines, self._touched = lines, touched
        self.own.setVisible(may)
        self._filter()

    def choose(self, key: str) -> None:
        """Bring a criterion into sight; the filters give way to it."""
        if not any(line.criterion.key == key for line in self._shown):
            self.search.clear()
            self.sectors.choose(ALL)
            self._filter()
        for row, line in enumerate(self._shown):
            if line.criterion.key == key:
                self.table.selectRow(row)
                self.table.scrollTo(self.table.model().index(row, 0))

    def current(self) -> CriterionLine | None:
        row = self.table.currentIndex().row()
        return self._shown[row] if 0 <= row < len(self._shown) else None

    def _filter(self) -> None:
        before = self.current()
        words, sector = self.search.text().strip().lower(), self.sectors.current()
        self._shown = [line for line in self._ordered() if _fits(line, words, sector)]
        self._quiet = True
        self.table.put([self._cells(line) for line in self._shown])
        self._quiet = False
        self.counted.setText(_("criteria.counted", n=len(self._shown), of=len(self._lines)))
        keys = [line.criterion.key for line in self._shown]
        if keys:
            row = keys.index(before.criterion.key) if before and before.criterion.key in keys else 0
            self.table.selectRow(row)
            self._went(row)

    def _ordered(self) -> list[CriterionLine]:
        """By sector, and there the commonest first: what holds of nobody comes last."""
        return sorted(
            self._lines, key=lambda line: (SECTORS.index(line.criterion.sector), -line.holds, line.criterion.key)
        )

    def _cells(self, line: CriterionLine) -> list[Cell]:
        state, role = saying.state_words(line, self._touched(line.criterion.key))
        ink = "text" if line.enabled else "text2"
        used = Cell(
            icon="checkbox-marked-outline" if line.enabled else "checkbox-blank-outline",
            role="accent" if line.enabled else "text2",
            says=_("criteria.used") if line.enabled else _("criteria.off"),
        )
        return [
            used,
            Cell(sector_word(line.criterion.sector), role=line.criterion.sector.value, bold=True),
            Cell(saying.name_of(line.criterion), saying.looked_at(line.criterion).split("\n")[0], ink, line.enabled),
            Cell(count(line.holds) if line.enabled else "—", role=ink),
            Cell(count(line.unknown) if line.enabled else "—", role="text2"),
            Cell(saying.rare_words(line), role=ink),
            Cell(state, role=role, bold=role == "accent"),
        ]

    def _went(self, row: int) -> None:
        if not self._quiet and 0 <= row < len(self._shown):
            self.chosen.emit(self._shown[row].criterion.key)


def _fits(line: CriterionLine, words: str, sector: str) -> bool:
    if sector not in (ALL, line.criterion.sector.value):
        return False
    texts = (*line.criterion.names.values(), *line.criterion.sentences.values(), *line.criterion.origins.values())
    return not words or any(words in text.lower() for text in (*texts, saying.looked_at(line.criterion)))
