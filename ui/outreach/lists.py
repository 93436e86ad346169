"""The lists at the left, and the people of the chosen one: who, who looks after them, what became of a letter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QVBoxLayout

from app.services.papers.outreach import Entitled, ReachList
from ui.child.lists import Column, PlainTable
from ui.theme import theme
from ui.tokens import BODY, SECOND
from ui.widgets.buttons import Pressable
from ui.widgets.ground import Ground, draw_box
from ui.words import _, age_words, count, day_short, term

WIDTH = 250


class _ListRow(Pressable):
    """One list: its name, how many stand on it, how many were written to."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key
        self.setCheckable(True)
        self.setFixedHeight(48)
        self._name, self._many, self._second = _(f"outreach.{key}.name"), "", ""

    def put(self, found: ReachList) -> None:
        """Show how many."""
        written = sum(one.letter is not None for one in found.people)
        self._many = count(len(found.people))
        self._second = _("outreach.written", n=count(written))
        self.setAccessibleName(_("outreach.list.says", name=self._name, n=self._many, words=self._second))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(WIDTH - 24, 48)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        ground = "sel" if self.isChecked() else "hover" if self.over else "surface"
        draw_box(painter, QRectF(self.rect()), ground, "accent" if self.isChecked() else "line", radius=3)
        middle = Qt.AlignmentFlag.AlignVCenter
        right = middle | Qt.AlignmentFlag.AlignRight
        for top, text, px, role, bold, flags in (
            (4, self._name, BODY, "text", True, middle),
            (4, self._many, BODY, "text", True, right),
            (25, self._second, SECOND, "text2", False, middle),
        ):
            painter.setFont(theme.font(px, bold))
            painter.setPen(theme.color(role))
            painter.drawText(QRectF(10, top, self.width() - 20, 19), flags, text)
        self.ring(painter, 3)


class ListsPane(Ground):
    """``chosen`` carries the key of a list."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__("surface", "r", "line2")
        self.setFixedWidth(WIDTH)
        self.rows: dict[str, _ListRow] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 12, 12, 12)
        self._column.setSpacing(6)
        self._column.addStretch(1)

    def put(self, lists: Sequence[ReachList]) -> None:
        """Show the lists; the chosen one stays."""
        for at, found in enumerate(lists):
            row = self.rows.get(found.key)
            if row is None:
                row = self.rows[found.key] = _ListRow(found.key)
                row.clicked.connect(lambda _on=False, key=found.key: self.choose(key))
                self._column.insertWidget(at, row)
            row.put(found)

    def choose(self, key: str) -> None:
        """Put a list in force."""
        for name, row in self.rows.items():
            row.setChecked(name == key)
        self.chosen.emit(key)

    def current(self) -> str:
        return next((key for key, row in self.rows.items() if row.isChecked()), "")


class PeopleTable(PlainTable):
    """The people of a list; several can be chosen."""

    def __init__(self) -> None:
        columns = (
            Column("outreach.child", 170), Column("outreach.kana", 150), Column("outreach.age", 160),
            Column("outreach.guardian", 150), Column("outreach.letter", 0),
        )  # fmt: skip
        super().__init__(_("page.outreach"), columns)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.people: Sequence[Entitled] = ()

    def put_people(self, people: Sequence[Entitled], today: date) -> None:
        """Show these, keeping who is chosen."""
        before = {one.person_id for one in self.chosen()}
        self.people = people
        self.put([(one.name, one.kana, _age(one), one.guardian, letter_words(one, today) or "—") for one in people])
        self.clearSelection()
        for row, one in enumerate(people):
            if one.person_id in before:
                self.choose_line(row)

    def choose_line(self, row: int) -> None:
        """Choose one line beside those that are."""
        model = self.selectionModel()
        model.select(self.model().index(row, 0), model.SelectionFlag.Select | model.SelectionFlag.Rows)

    def chosen(self) -> list[Entitled]:
        """Who is chosen, in the order of the list."""
        rows = sorted({index.row() for index in self.selectedIndexes()})
        return [self.people[row] for row in rows if row < len(self.people)]


def _age(one: Entitled) -> str:
    return _("list.join").join(words for words in (age_words(one.age), term("grade", one.grade)) if words)


_STATES: Mapping[str, str] = {
    "sent": "outreach.was.sent",
    "returned": "outreach.was.returned",
    "answered": "outreach.was.answered",
}


def letter_words(one: Entitled, today: date) -> str:
    """What became of a letter, whether that is lately, and why none goes out."""
    parts = []
    if one.protected:
        parts.append(_("outreach.protected"))
    if one.letter is not None:
        parts.append(_(_STATES[one.letter.state], day=day_short(one.letter.day, today), author=one.letter.author))
    if one.recent:
        parts.append(_("outreach.recent"))
    return _("list.join").join(parts)
