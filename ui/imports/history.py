"""What was brought in before, and the invitation to bring in more: the page without chosen files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtWidgets import QHeaderView, QTableWidget, QVBoxLayout

from app.services.batches import BatchLine
from ui.theme import theme
from ui.timeline.table import make_plain
from ui.tokens import BODY
from ui.widgets.buttons import Button
from ui.widgets.ground import Ground
from ui.widgets.states import EmptyState
from ui.widgets.text import Label, cell_with_tip
from ui.words import _, count, day_short, moment, term

COLUMNS = (
    ("time", 210),
    ("author", 110),
    ("kind", 130),
    ("file", 0),
    ("as_of", 90),
    ("rows", 80),
    ("accepted", 80),
    ("rejected", 70),
)


class Invitation(Ground):
    """How to begin, above; past imports, newest first, below."""

    def __init__(self, buttons: tuple[Button, ...]) -> None:
        super().__init__("surface")
        self.empty = EmptyState("tray-arrow-down")
        self.empty.put(_("imports.empty"), _("imports.empty.words"), buttons)
        self._title = Label(_("imports.history"), bold=True)
        self._title.setContentsMargins(12, 8, 12, 6)
        self.table = QTableWidget(0, len(COLUMNS))
        make_plain(self.table, 28)
        self.table.setFont(theme.font(BODY))
        self.table.setAccessibleName(_("imports.history"))
        self.table.setHorizontalHeaderLabels([_(f"imports.column.{key}") for key, _width in COLUMNS])
        for at, (_key, width) in enumerate(COLUMNS):
            if width:
                self.table.setColumnWidth(at, width)
            else:
                self.table.horizontalHeader().setSectionResizeMode(at, QHeaderView.ResizeMode.Stretch)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.empty, 2)
        column.addWidget(self._title)
        column.addWidget(self.table, 3)

    def put(self, lines: Sequence[BatchLine], today: date) -> None:
        """Show these past imports."""
        self._title.setVisible(bool(lines))
        self.table.setVisible(bool(lines))
        self.table.setRowCount(len(lines))
        for row, one in enumerate(lines):
            texts = (
                moment(one.time.astimezone()),
                one.author,
                term("extract", one.extract),
                one.file,
                day_short(one.as_of, today) if one.as_of else "",
                count(one.rows),
                count(one.accepted),
                count(one.rejected),
            )
            for column, text in enumerate(texts):
                self.table.setItem(row, column, cell_with_tip(text))
