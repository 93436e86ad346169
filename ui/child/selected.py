"""The selected fact in words, where it came from, and the row as it was received."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.services.answers.child import RawRow
from ui.theme import theme
from ui.timeline import glyphs, wording
from ui.timeline.lanes import Item
from ui.tokens import SECOND, TITLE
from ui.widgets.buttons import Button
from ui.widgets.ground import Ground
from ui.widgets.rows import make_plain
from ui.widgets.states import Icon
from ui.widgets.text import ElidedLabel, Label
from ui.words import _, count, day_long

HEIGHT, FOLDED = 66, 28


class Disc(QWidget):
    """The number of the reason that a fact belongs to."""

    def __init__(self) -> None:
        super().__init__()
        self._number = 0
        self.setFixedSize(18, 18)
        theme.changed.connect(self.update)

    def put(self, number: int) -> None:
        """Show a number; nothing for 0."""
        self._number = number
        self.setVisible(bool(number))
        self.setAccessibleName(str(number))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._number:
            rect = QRectF(self.rect())
            glyphs.disc(QPainter(self), self._number, rect.center().x(), rect.center().y())


class SelectedFact(Ground):
    """``stepped`` asks for the fact before or after, ``opened`` for the row as received."""

    stepped = Signal(int)
    opened = Signal()
    taken = Signal()

    def __init__(self) -> None:
        super().__init__("surface", "t", "line2")
        self.title = Label(_("selected.title"), px=SECOND, bold=True)
        self.disc = Disc()
        self.words = ElidedLabel()
        self.source = ElidedLabel(role="text2", px=SECOND)
        self.evidence = Button(_("selected.evidence"), keys="E", height=24)
        self.evidence.setCheckable(True)
        self.open = Button(_("selected.open"), keys="O", height=24)
        self._previous = Button(_("selected.previous"), kind="quiet", icon="chevron-left", height=24)
        self._next = Button(_("selected.next"), kind="quiet", icon="chevron-right", height=24)
        self._icon = Icon("file-document-outline", "text2", 14)
        self._build()
        self.put(None, 0, date.min, False)

    def _build(self) -> None:
        first, second = QHBoxLayout(), QHBoxLayout()
        for row in (first, second):
            row.setSpacing(6)
        for part, share in ((self.title, 0), (self.disc, 0), (self.words, 1), (self._previous, 0), (self._next, 0)):
            first.addWidget(part, share)
        second.addWidget(self._icon)
        second.addWidget(self.source, 1)
        second.addWidget(self.evidence)
        second.addWidget(self.open)
        self._second = QWidget()
        second.setContentsMargins(0, 0, 0, 0)
        self._second.setLayout(second)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(10, 3, 10, 4)
        whole.setSpacing(2)
        whole.addLayout(first)
        whole.addWidget(self._second)
        self._previous.clicked.connect(lambda: self.stepped.emit(-1))
        self._next.clicked.connect(lambda: self.stepped.emit(1))
        self.open.clicked.connect(self.opened)
        self.evidence.clicked.connect(self.taken)
        self.setFixedHeight(HEIGHT)

    def fold(self, folded: bool) -> None:
        """On a low screen only the first line stays."""
        self._second.setVisible(not folded)
        self.setFixedHeight(FOLDED if folded else HEIGHT)

    def put(self, item: Item | None, number: int, today: date, evidence: bool) -> None:
        """Show an item; without one say how to get there."""
        self.disc.put(number)
        facts = item.facts if item is not None else ()
        for button in (self.open, self.evidence):
            button.setEnabled(bool(facts))
        self.evidence.setChecked(evidence)
        self._icon.setVisible(bool(facts))
        if item is None:
            self.words.setText(_("selected.none"))
            self.source.setText("")
            return
        self.words.setText(wording.full(item))
        if not facts:
            self.source.setText("")
            return
        source = wording.source(facts[-1], today)
        if len(facts) > 1:
            source += _("selected.rows", n=count(len(facts)))
        self.source.setText(source)


class RawRowDialog(QDialog):
    """The row as received: every column, every cell, as plain text and nothing else."""

    def __init__(self, row: RawRow, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("raw.title"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(620, 460)
        table = QTableWidget(len(row.cells), 2)
        table.setFont(theme.font(SECOND))
        table.setHorizontalHeaderLabels([_("raw.column"), _("raw.cell")])
        table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        table.setColumnWidth(0, 200)
        make_plain(table, 28)
        table.setAccessibleName(_("raw.title"))
        for line, (column, cell) in enumerate(row.cells):
            table.setItem(line, 0, QTableWidgetItem(column))
            table.setItem(line, 1, QTableWidgetItem(cell))
        self.table = table
        received = day_long(row.received, False) if row.received else _("header.unknown")
        close = Button(_("raw.close"), kind="primary", keys="Esc")
        close.clicked.connect(self.accept)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 14, 16, 14)
        whole.setSpacing(8)
        whole.addWidget(Label(_("raw.title"), px=TITLE, bold=True))
        whole.addWidget(
            Label(
                _("raw.where", file=row.file, line=row.line, day=received, extract=wording.extract_word(row.extract)),
                "text2",
                wrap=True,
            )
        )
        whole.addWidget(table, 1)
        whole.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
