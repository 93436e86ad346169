"""The tabs beside the timeline: reasons in whole sentences, source records.

Plain tables of plain text; what can be done with a line is said by signals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QStackedWidget,
    QTableWidget,
    QVBoxLayout,
)

from app.services.answers.child import ChildFile, RecordLine
from ui.child.reasons import dates_words
from ui.theme import theme
from ui.timeline import wording
from ui.tokens import BODY, SECOND
from ui.widgets.buttons import Button
from ui.widgets.ground import Ground
from ui.widgets.rows import make_plain
from ui.widgets.states import EmptyState
from ui.widgets.text import Label, cell_with_tip
from ui.words import _, criterion_name, day_short, reason_words, sector_word

_LINE = 30


@dataclass(frozen=True)
class Column:
    """A column: its words' key and its width in px, 0 for what is left."""

    key: str
    width: int


class PlainTable(QTableWidget):
    """A table of texts; every cell has its whole text as a tooltip."""

    def __init__(self, says: str, columns: Sequence[Column]) -> None:
        super().__init__(0, len(columns))
        self.setFont(theme.font(BODY))
        self.setAccessibleName(says)
        self.setHorizontalHeaderLabels([_(column.key) if column.key else "" for column in columns])
        make_plain(self, _LINE)
        head = self.horizontalHeader()
        for number, column in enumerate(columns):
            if column.width:
                self.setColumnWidth(number, column.width)
            else:
                head.setSectionResizeMode(number, QHeaderView.ResizeMode.Stretch)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Letters and digits are the page's keys; the table must not search with them.
        if event.text() and event.text().isprintable() and event.key() != Qt.Key.Key_Space:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def put(self, lines: Sequence[Sequence[str]]) -> None:
        """Show these lines."""
        self.setRowCount(len(lines))
        for row, cells in enumerate(lines):
            for column, text in enumerate(cells):
                self.setItem(row, column, cell_with_tip(text))


class Listed(Ground):
    """A table with a line above it, or a sentence when there is nothing."""

    def __init__(self, key: str, table: PlainTable) -> None:
        super().__init__("surface")
        self.table = table
        self._key = key
        self._empty = EmptyState("text-box-outline")
        self._stack = QStackedWidget()
        self._stack.addWidget(table)
        self._stack.addWidget(self._empty)
        self.note = Label(_(f"{key}.note"), "text2", px=SECOND, wrap=True)
        self.foot = QHBoxLayout()
        self.foot.setContentsMargins(12, 6, 12, 6)
        self.foot.addWidget(self.note, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(self.foot)
        whole.addWidget(self._stack, 1)

    def put_lines(self, lines: Sequence[Sequence[str]]) -> None:
        self.table.put(lines)
        self._stack.setCurrentIndex(0 if lines else 1)
        if not lines:
            self._empty.put(_(f"{self._key}.empty"), _(f"{self._key}.empty.words"))


class PointsTab(Listed):
    """理由と点: each reason in its whole sentence, then what nobody can tell."""

    def __init__(self) -> None:
        super().__init__(
            "points",
            PlainTable(
                _("points.says"),
                (
                    Column("points.number", 44),
                    Column("points.sector", 64),
                    Column("points.points", 64),
                    Column("points.words", 0),
                    Column("points.days", 210),
                ),
            ),
        )

    def put(self, file: ChildFile) -> None:
        """Show a child."""
        lines = [
            (
                str(number),
                sector_word(reason.sector),
                str(reason.points),
                reason_words(reason, whole=True),
                dates_words(reason, file.as_of),
            )
            for number, reason in enumerate(file.reasons, 1)
        ]
        lines += [
            ("", sector_word(one.sector), "?", _("points.unknown", name=criterion_name(one.criterion)), "")
            for one in file.unknown
        ]
        self.put_lines(lines)


class RecordsTab(Listed):
    """来源レコード: what each source system calls this person. ``taken_out`` carries a record that
    somebody wants to part from the others, ``added`` asks for another one."""

    taken_out = Signal(object)
    added = Signal()

    def __init__(self) -> None:
        super().__init__(
            "records",
            PlainTable(
                _("records.says"),
                (
                    Column("records.extract", 120),
                    Column("records.id", 110),
                    Column("records.state", 96),
                    Column("records.name", 120),
                    Column("records.kana", 130),
                    Column("records.birth", 96),
                    Column("records.address", 0),
                    Column("records.as_of", 80),
                ),
            ),
        )
        self._records: tuple[RecordLine, ...] = ()
        self.take_out = Button(_("hand.take_out"), icon="link-variant-remove", height=24)
        self.add = Button(_("hand.add"), icon="link-variant-plus", height=24)
        self.take_out.clicked.connect(self._take_out)
        self.add.clicked.connect(self.added.emit)
        self.foot.setSpacing(6)
        self.foot.addWidget(self.take_out)
        self.foot.addWidget(self.add)
        self.table.itemSelectionChanged.connect(self._tell)

    def chosen(self) -> RecordLine | None:
        """The record that the table stands on."""
        row = self.table.currentRow()
        return self._records[row] if 0 <= row < len(self._records) else None

    def _tell(self) -> None:
        self.take_out.setEnabled(self.chosen() is not None and len(self._records) > 1)

    def _take_out(self) -> None:
        record = self.chosen()
        if record is not None:
            self.taken_out.emit(record)

    def put(self, file: ChildFile) -> None:
        """Show a child; a withheld value says that it is withheld."""
        self._records = file.records
        self.put_lines(
            [
                (
                    wording.extract_word(r.extract),
                    r.local_id,
                    _(f"records.state.{r.state}"),
                    _("records.former_name", name=r.name) if r.renamed else r.name,
                    r.kana,
                    r.birth,
                    _("protected.withheld") if r.address is None else r.address,
                    day_short(r.seen_as_of, file.as_of) if r.seen_as_of else "",
                )
                for r in file.records
            ]
        )
        self._tell()
