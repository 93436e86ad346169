"""The own day of a chosen file: shown with where it comes from, and set where it is not right."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.imports.lines import FileLine
from ui.tokens import SECOND
from ui.widgets.buttons import Button
from ui.widgets.days import DayField, show_years
from ui.widgets.text import Label
from ui.words import _, language

_EARLIEST = date(2000, 1, 1)
_SUPPLEMENT = "supplement"


class OwnDay(QWidget):
    """``said`` carries a file and the day that somebody gives it (None: as the file has it). The file must be
    looked over again: what lies after its day is at fault."""

    said = Signal(object, object)

    def __init__(self, today: date) -> None:
        super().__init__()
        self._line: FileLine | None = None
        self._may = False
        self.field = DayField(_EARLIEST, "", _("imports.day"))
        if language() == "ja":  # the year may be another one here
            show_years(self.field, "（ddd）")
        self.field.setMaximumDate(QDate(today.year, today.month, today.day))
        self.origin = Label(role="text2", px=SECOND, wrap=True)
        self.apply = Button(_("imports.day.apply"), height=26)
        self.back = Button(_("imports.day.back"), kind="quiet", height=26)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.field)
        row.addWidget(self.apply)
        row.addWidget(self.back)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(Label(_("imports.day"), "text2", SECOND))
        column.addLayout(row)
        column.addWidget(self.origin)
        self.field.dateChanged.connect(lambda _day: self._tell())
        self.apply.clicked.connect(lambda: self.said.emit(self._line, self.field.day()))
        self.back.clicked.connect(lambda: self.said.emit(self._line, None))

    def put(self, line: FileLine | None, may: bool) -> None:
        """Show a file's day; ``may``: whether it can be changed now."""
        known = line is not None and line.preview.as_of is not None and line.preview.refusal is None
        self.setVisible(known)
        self._line, self._may = line, may
        if line is None or not known:
            return
        self.field.put(line.preview.as_of)
        self.origin.setText(_(f"imports.day.{line.preview.day_from}"))
        self._tell()

    def _tell(self) -> None:
        """A file of corrected rows belongs to the day of what it corrects."""
        preview = self._line.preview if self._line is not None else None
        may = self._may and preview is not None and preview.day_from != _SUPPLEMENT
        self.field.setEnabled(may)
        other = preview is not None and self.field.day() not in (None, preview.as_of)
        self.apply.setVisible(may and other)
        self.back.setVisible(may and not other and preview is not None and preview.day_from == "said")
