"""The follow-ups as lines under their headings: what each cell says, in two lines of words.

A heading is a row of its own that cannot be chosen. Nothing is asked here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from app.domain.priority import Level
from app.services.casework.followups import GROUPS, FollowUp
from ui.words import _, age_words, count, day_long, day_short, days_ago, term

COLUMNS = ("when", "child", "what", "last", "seen", "assignee")
CELL = Qt.ItemDataRole.UserRole
_Index = QModelIndex


@dataclass(frozen=True)
class Cell:
    """Two lines of words; ``ink`` is the role of the first one, ``icon`` and ``level`` stand before it."""

    first: str
    second: str = ""
    ink: str = "text"
    icon: str = ""
    level: Level | None = None
    bold: bool = False


@dataclass(frozen=True)
class Heading:
    """A group's name and how many stand under it."""

    group: str
    number: int


Row = Heading | FollowUp


def rows_of(lines: Sequence[FollowUp]) -> tuple[Row, ...]:
    """The lines under their headings; a group without lines has none."""
    rows: list[Row] = []
    for group in GROUPS:
        inside = [line for line in lines if line.group == group]
        if inside:
            rows += [Heading(group, len(inside)), *inside]
    return tuple(rows)


class FollowUpModel(QAbstractTableModel):
    """The rows in sight."""

    def __init__(self, today: date, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._today = today
        self.rows: tuple[Row, ...] = ()

    def put(self, lines: Sequence[FollowUp]) -> None:
        """Show these lines, which stand in their order."""
        self.beginResetModel()
        self.rows = rows_of(lines)
        self.endResetModel()

    def follow_up(self, row: int) -> FollowUp | None:
        """The line at this row; None at a heading."""
        found = self.rows[row] if 0 <= row < len(self.rows) else None
        return found if isinstance(found, FollowUp) else None

    def row_of(self, person_id: int) -> int:
        """The row of a child, -1 where it has none."""
        return next(
            (n for n, row in enumerate(self.rows) if isinstance(row, FollowUp) and row.person_id == person_id), -1
        )

    def rowCount(self, parent: Any = _Index()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Any = _Index()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _(f"followups.{COLUMNS[section]}")
        return None

    def flags(self, index: Any) -> Qt.ItemFlag:
        if self.follow_up(index.row()) is None:
            return Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Any, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.rows[index.row()]
        if isinstance(row, Heading):
            words = _(f"followups.group.{row.group}", n=count(row.number))
            return words if role == Qt.ItemDataRole.DisplayRole and index.column() == 0 else None
        cell = cell_of(row, COLUMNS[index.column()], self._today)
        if role == CELL:
            return cell
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return " ".join(part for part in (cell.first, cell.second) if part)
        return None


def cell_of(line: FollowUp, column: str, today: date) -> Cell:
    """What a column says of a follow-up."""
    return _CELLS[column](line, today)


def _when(line: FollowUp, today: date) -> Cell:
    if line.day is None:
        return Cell(_("followups.no_day"), "", "text2", "calendar-question-outline")
    words = day_short(line.day, today, with_weekday=True)
    if line.group == "overdue":
        second = _("followups.overdue", days=count((today - line.day).days))
        return Cell(words, second, "caution", "clock-alert-outline", bold=True)
    return Cell(words, days_ago(line.day, today), bold=line.group == "today")


def _child(line: FollowUp, _today: date) -> Cell:
    who = _("list.dot").join(part for part in (age_words(line.age), term("grade", line.grade)) if part)
    if line.protected:
        who = _("list.dot").join((who, _("followups.protected")))
    return Cell(line.name, who, icon="shield-account-outline" if line.protected else "", level=line.level, bold=True)


def _what(line: FollowUp, _today: date) -> Cell:
    if line.group == "without":
        return Cell(_("followups.what.without"), line.step, "text2")
    if line.kind == "contact":
        first, second = (line.step, "") if line.step else (_("followups.what.contact"), "")
    else:
        first, second = _("followups.what.review", kind=term("decision", line.kind)), line.step
    return Cell(first, _("followups.moved", reason=line.moved) if line.moved else second)


def _last(line: FollowUp, today: date) -> Cell:
    if line.last_contact is None:
        return Cell(_("followups.none"), "", "text2")
    what = _("history.contact", kind=term("contact", line.last_contact_kind), result=term("result", line.last_result))
    return Cell(day_short(line.last_contact, today), what)


def _seen(line: FollowUp, today: date) -> Cell:
    if line.last_seen is None:
        return Cell(_("followups.none"), "", "text2")
    return Cell(day_short(line.last_seen, today), days_ago(line.last_seen, today), icon="eye-outline")


def _assignee(line: FollowUp, _today: date) -> Cell:
    return Cell(line.assignee) if line.assignee else Cell(_("followups.nobody"), "", "text2")


_CELLS = {
    "when": _when, "child": _child, "what": _what, "last": _last, "seen": _seen, "assignee": _assignee,
}  # fmt: skip


def says(line: FollowUp, today: date) -> str:
    """A follow-up in one sentence, for a tooltip."""
    day = day_long(line.day) if line.day else _("followups.no_day")
    what = _what(line, today)
    parts = (line.name, day, what.first, what.second, line.step)
    return "\n".join(dict.fromkeys(part for part in parts if part))
