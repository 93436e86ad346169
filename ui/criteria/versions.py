"""Who changed what and when; an earlier version can be taken up again as a draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout

from app.services.criteria.settling import SettingVersion
from ui.criteria import saying
from ui.criteria.cells import Cell, CellsTable, Column
from ui.tokens import SECOND
from ui.widgets.buttons import Button
from ui.widgets.ground import Ground
from ui.widgets.states import EmptyState
from ui.widgets.text import Label
from ui.words import _, clock, day_short


class Versions(Ground):
    """``wanted`` carries the version that is to be taken up; None for everything as shipped."""

    wanted = Signal(object)

    def __init__(self, today: date, may: bool) -> None:
        super().__init__("surface")
        self._today, self._may = today, may
        self._lines: Sequence[SettingVersion] = ()
        self.table = CellsTable(
            (
                Column(_("criteria.version.when"), 130),
                Column(_("criteria.version.who"), 130),
                Column(_("criteria.version.what")),
            ),
            _("criteria.version.says"),
        )
        self.words = Label(px=SECOND, wrap=True)
        self.back = Button(_("criteria.version.back"), icon="history")
        self.shipped = Button(_("criteria.version.as_shipped"), kind="quiet", icon="undo")
        self.empty = EmptyState("history")
        self.empty.put(_("criteria.version.none"), _("criteria.version.none.words"))
        foot = Ground("alt", "t")
        row = QHBoxLayout(foot)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(8)
        row.addWidget(self.words, 1)
        row.addWidget(self.shipped)
        row.addWidget(self.back)
        self._foot = foot
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.table)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._stack, 1)
        column.addWidget(foot)
        self.table.went_to.connect(self._went)
        self.back.clicked.connect(self._want)
        self.shipped.clicked.connect(lambda: self.wanted.emit(None))

    def put(self, lines: Sequence[SettingVersion], names: Mapping[str, str]) -> None:
        """All versions, the newest first."""
        self._lines = lines
        self._names = names
        self.table.put([self._cells(line) for line in lines])
        self._stack.setCurrentIndex(1 if lines else 0)
        self._foot.setVisible(bool(lines))
        for one in (self.back, self.shipped):
            one.setVisible(self._may)
        if lines:
            self.table.selectRow(0)
            self._went(0)

    def _cells(self, line: SettingVersion) -> list[Cell]:
        when = line.time.astimezone()
        return [
            Cell(day_short(when.date(), self._today), clock(when)),
            Cell(line.author),
            Cell(saying.change_words(line, self._names)),
        ]

    def _went(self, row: int) -> None:
        if 0 <= row < len(self._lines):
            self.words.setText(saying.change_words(self._lines[row], self._names))
            self.back.setEnabled(row > 0)

    def _want(self) -> None:
        row = self.table.currentIndex().row()
        if 0 < row < len(self._lines):
            self.wanted.emit(self._lines[row])
