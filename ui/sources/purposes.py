"""For what each item is used: a row for each extract and column, and beside it the form to set it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
)

from app.domain.purposes import BASES
from app.services.imports.purposes import ExtractItems, Item, SwitchLine
from ui.child.choices import Tick
from ui.criteria.cells import LOW_ROW, Cell, CellsTable, Column
from ui.sources import saying
from ui.theme import theme
from ui.tokens import NAME, SECOND
from ui.widgets.buttons import Button
from ui.widgets.forms import choose, combo, line
from ui.widgets.ground import Ground
from ui.widgets.states import ErrorPanel
from ui.widgets.text import Label
from ui.words import _, count, sector_word

_SIDE = 356
_CENTRE = QAbstractItemView.ScrollHint.PositionAtCenter


class Purposes(Ground):
    """The tab of items. ``wanted`` carries an extract and an item whose history is to be shown."""

    wanted = Signal(str, str)
    saved = Signal(object)

    def __init__(self, today: date, may: bool) -> None:
        super().__init__("surface")
        self._today = today
        self._rows: list[tuple[ExtractItems, Item]] = []
        self.table = CellsTable(
            (
                Column(_("sources.sector"), 86),
                Column(_("purposes.item"), 176),
                Column(_("purposes.use"), 128),
                Column(_("purposes.purpose"), 0),
                Column(_("purposes.basis"), 148),
                Column(_("purposes.against"), 68, number=True),
            ),
            _("purposes.table"),
            LOW_ROW,
        )
        self.form = ItemForm(today, may)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.table, 1)
        row.addWidget(self.form)
        self.table.went_to.connect(self._went)
        self.form.saved.connect(self.saved)

    def put(self, lines: Sequence[ExtractItems]) -> None:
        """Every item; the choice stays."""
        before = self.chosen()
        self._rows = [(one, item) for one in lines for item in (one.whole, *one.items)]
        self.table.put([self._cells(one, item) for one, item in self._rows])
        keys = [(one.extract, item.name) for one, item in self._rows]
        at = keys.index(before) if before in keys else 0
        if self._rows:
            self.table.selectRow(at)
            self.table.scrollTo(self.table.model().index(at, 0), _CENTRE)
            self._went(at)

    def chosen(self) -> tuple[str, str] | None:
        row = self.table.currentIndex().row()
        return (self._rows[row][0].extract, self._rows[row][1].name) if 0 <= row < len(self._rows) else None

    def switches(self, said: Mapping[str, Any]) -> bool:
        """Whether this would change the use of an item, and not only what is said of it."""
        named = (said["extract"], said["item"])
        return any((one.extract, item.name) == named and item.used != said["used"] for one, item in self._rows)

    def choose(self, extract: str, item: str) -> None:
        """Go to an item."""
        for at, (one, found) in enumerate(self._rows):
            if (one.extract, found.name) == (extract, item):
                self.table.selectRow(at)
                self.table.scrollTo(self.table.model().index(at, 0), _CENTRE)

    def _cells(self, one: ExtractItems, item: Item) -> list[Cell]:
        used = item.used and one.whole.used
        role = "text" if used else "text3"
        icon = ("lock-outline" if item.locked else "check") if used else "cancel"
        name = saying.extract_name(one.names) if not item.name else f"　{item.name}"
        return [
            Cell(sector_word(one.sector), role=one.sector.value) if not item.name else Cell(),
            Cell(name, role=role, bold=not item.name),
            Cell(saying.use_words(item, one.whole.used), role="ok" if used and not item.locked else "text3", icon=icon),
            Cell(item.purpose, role=role),
            Cell(_(f"purposes.basis.{item.basis}"), role=role),
            Cell(count(item.against) if item.against else ""),
        ]

    def _went(self, row: int) -> None:
        if 0 <= row < len(self._rows):
            one, item = self._rows[row]
            self.form.put(one, item)
            self.wanted.emit(one.extract, item.name)


class ItemForm(Ground):
    """One item: its use, purpose, basis; ``saved`` carries what is to be set."""

    saved = Signal(object)

    def __init__(self, today: date, may: bool) -> None:
        super().__init__("surface", "l", "line2")
        self._today, self._may = today, may
        self._item: Item | None = None
        self.setFixedWidth(_SIDE)
        self.name = Label(px=NAME, bold=True, wrap=True)
        self.by = Label(role="text2", px=SECOND, wrap=True)
        self.use = Tick(_("purposes.use.tick"))
        self.why_locked = Label(role="text2", px=SECOND, wrap=True)
        self.effect = Label(role="caution", px=SECOND, wrap=True)
        self.purpose = QPlainTextEdit()
        self.purpose.setFont(theme.font())
        self.purpose.setFixedHeight(76)
        self.purpose.setTabChangesFocus(True)
        self.purpose.setAccessibleName(_("purposes.purpose"))
        self.basis: QComboBox = combo([(one, _(f"purposes.basis.{one}")) for one in BASES], _("purposes.basis"))
        self.words: QLineEdit = line(_("purposes.words"), hint=_("purposes.words.hint"))
        self.trouble = ErrorPanel()
        self.save = Button(_("purposes.save"), kind="primary", icon="content-save-check-outline")
        self.past = Label(role="text2", px=SECOND, wrap=True)
        self._lay()
        self.use.clicked.connect(lambda _on: self._foresee())
        self.save.clicked.connect(self._save)

    def _lay(self) -> None:
        inside = Ground("surface")
        column = QVBoxLayout(inside)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(6)
        for part in (self.name, self.by, self.use, self.why_locked, self.effect):
            column.addWidget(part)
        for key, field in (("purpose", self.purpose), ("basis", self.basis), ("words", self.words)):
            column.addWidget(Label(_(f"purposes.{key}"), "text2", SECOND))
            column.addWidget(field)
        column.addWidget(self.trouble)
        column.addWidget(self.save, 0, Qt.AlignmentFlag.AlignRight)
        column.addSpacing(8)
        column.addWidget(Label(_("purposes.history"), bold=True, px=SECOND))
        column.addWidget(self.past)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(1, 0, 0, 0)
        whole.addWidget(scroll)

    def put(self, one: ExtractItems, item: Item) -> None:
        """Show an item; what was written for another one is gone."""
        same = self._item is not None and (self._item.extract, self._item.name) == (item.extract, item.name)
        if same and self._item == item:
            return
        self._item = item
        name = saying.extract_name(one.names)
        self.name.setText(f"{name} ＞ {item.name}" if item.name else _("purposes.whole_of", extract=name))
        self.by.setText(saying.set_by(item, self._today))
        self.use.setChecked(item.used)
        self.use.setEnabled(self._may and not item.locked)
        self.why_locked.setText(_(item.locked) if item.locked else "")
        self.why_locked.setVisible(bool(item.locked))
        self.purpose.setPlainText(item.purpose)
        choose(self.basis, item.basis)
        self.words.setText(item.words)
        for field in (self.purpose, self.basis, self.words):
            field.setEnabled(self._may)
        self.save.setVisible(self._may)
        self.trouble.hide()
        self.past.setText("")
        self._foresee()

    def put_history(self, lines: Sequence[SwitchLine]) -> None:
        words = [saying.version(one, self._today) for one in lines]
        self.past.setText("\n".join(words) if words else _("purposes.history.none"))

    def _foresee(self) -> None:
        """What saving would do, said before it is done."""
        item = self._item
        if item is None:
            return
        wants = self.use.isChecked()
        key = "" if wants == item.used else "purposes.effect.on" if wants else "purposes.effect.off"
        self.effect.setText(_(key) if key else "")
        self.effect.setVisible(bool(key))

    def _save(self) -> None:
        if self._item is None:
            return
        self.save.setEnabled(False)
        self.saved.emit(
            {
                "extract": self._item.extract, "item": self._item.name, "used": self.use.isChecked(),
                "purpose": self.purpose.toPlainText(), "basis": str(self.basis.currentData()),
                "words": self.words.text(),
            }
        )  # fmt: skip

    def finished(self) -> None:
        """What was saved is in force, or was refused: the button can be pressed again."""
        self.save.setEnabled(True)
