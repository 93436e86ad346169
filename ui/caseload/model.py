"""The lazy model: ids in the list's order, and the lines in sight, fetched in pages of 128.

The model holds no connection: it emits ``wanted`` and somebody gives the lines back with
``put``. The cut is a row of its own. Painting lives in ``cells``; the words a screen reader hears
come from ``saying``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)

from app.services.answers.caseload import CaseloadList, CaseloadRow
from ui.caseload.columns import COLUMNS
from ui.caseload.saying import cell_says, cell_tip, cut_says
from ui.words import _

PAGE = 48
KEPT = 128 * PAGE
"""So many lines stay in memory; beyond them the ones farthest from sight are dropped."""
AT_ONCE = 3
"""So many pages are fetched at once; a fast scroll drops the ones it only passed."""

Index = QModelIndex | QPersistentModelIndex
EMPTY = CaseloadList((), 0, None, 0, frozenset(), {}, None)


class CaseloadModel(QAbstractTableModel):
    """Rows are children in the list's order; one extra row is the cut, if there is one."""

    wanted = Signal(int, tuple)
    """(generation, ids): these lines are needed; answer with ``put``."""
    filled = Signal()

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self.listing = EMPTY
        self.today: Any = None
        self.generation = 0
        self._rows: dict[int, CaseloadRow] = {}
        self._asked: set[int] = set()
        self._fresh: frozenset[int] = frozenset()
        """Whose lines came with this list: they are not asked for again."""
        self._queue: list[int] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._fetch)

    # ------------------------------------------------------------ what stands where

    @property
    def cut(self) -> int | None:
        """The row of the cut, or None."""
        cut = self.listing.cut
        return cut if cut is not None and 0 <= cut < len(self.listing.ids) else None

    def is_cut(self, row: int) -> bool:
        return row == self.cut

    def below_cut(self, row: int) -> bool:
        return self.cut is not None and row > self.cut

    def place_of(self, row: int) -> int | None:
        """The place in the ids of a row of the table; None for the cut."""
        cut = self.cut
        if cut is None or row < cut:
            return row if 0 <= row < len(self.listing.ids) else None
        return None if row == cut else row - 1

    def row_at_place(self, place: int) -> int:
        cut = self.cut
        return place if cut is None or place < cut else place + 1

    def person_at(self, row: int) -> int | None:
        place = self.place_of(row)
        return None if place is None else self.listing.ids[place]

    def row_of(self, person_id: int) -> int | None:
        try:
            return self.row_at_place(self.listing.ids.index(person_id))
        except ValueError:
            return None

    def line(self, row: int) -> CaseloadRow | None:
        """The line of a row; None while it is on its way (it is then asked for)."""
        place = self.place_of(row)
        if place is None:
            return None
        page, person = place // PAGE, self.listing.ids[place]
        if page not in self._asked and person not in self._fresh:
            self._asked.add(page)
            self._queue.append(page)
            self._timer.start()
        return self._rows.get(person)

    def known(self, person_id: int) -> CaseloadRow | None:
        """The line of a child if it happens to be here; asks for nothing."""
        return self._rows.get(person_id)

    # ------------------------------------------------------------ new answers

    def show(self, listing: CaseloadList, rows: Sequence[CaseloadRow] = ()) -> None:
        """Take a new list, and the lines that came with it. Lines already here stay until fresher ones arrive:
        nothing flickers."""
        self.beginResetModel()
        self.listing = listing
        self._rows.update((row.person_id, row) for row in rows)
        self._fresh = frozenset(row.person_id for row in rows)
        self.generation += 1
        self._asked.clear()
        self._queue.clear()
        self.endResetModel()

    def put(self, generation: int, rows: Sequence[CaseloadRow]) -> None:
        """Lines that were ``wanted``; those of an older list are only kept, not announced."""
        for row in rows:
            self._rows[row.person_id] = row
        if generation == self.generation and self.rowCount():
            top = self.index(0, 0)
            bottom = self.index(self.rowCount() - 1, len(COLUMNS) - 1)
            self.dataChanged.emit(top, bottom)
            self.filled.emit()
        self._spare()

    def doubtful(self, first: int, last: int) -> int | None:
        """The first child in these rows of whom it is not known what hangs on an unsettled link."""
        for row in range(max(first, 0), min(last, self.rowCount() - 1) + 1):
            person = self.person_at(row)
            line = self._rows.get(person) if person is not None else None
            if line is not None and line.uncertain_links and line.points_linked is None:
                return person
        return None

    def put_doubt(self, person_id: int, points: int) -> None:
        """What a child would have with the unsettled link that adds most."""
        line, row = self._rows.get(person_id), self.row_of(person_id)
        if line is not None and row is not None:
            self._rows[person_id] = replace(line, points_linked=points)
            self.dataChanged.emit(self.index(row, 0), self.index(row, len(COLUMNS) - 1))

    def _fetch(self) -> None:
        passed, wanted = self._queue[:-AT_ONCE], self._queue[-AT_ONCE:]
        self._queue.clear()
        self._asked.difference_update(passed)
        for page in wanted:
            ids = self.listing.ids[page * PAGE : (page + 1) * PAGE]
            self.wanted.emit(self.generation, ids)

    def _spare(self) -> None:
        if len(self._rows) <= KEPT:
            return
        for person_id in list(self._rows)[: len(self._rows) - KEPT // 2]:
            del self._rows[person_id]
        self._asked.clear()
        self._fresh = frozenset()

    # ------------------------------------------------------------ what Qt asks

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        if parent.isValid():
            return 0
        return len(self.listing.ids) + (self.cut is not None)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if self.is_cut(index.row()):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def headerData(self, section: int, way: Qt.Orientation, role: int = 0) -> Any:
        if way is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _(f"caseload.column.{COLUMNS[section].key}")
        return None

    def data(self, index: Index, role: int = 0) -> Any:
        roles = Qt.ItemDataRole
        if role not in (roles.DisplayRole, roles.AccessibleTextRole, roles.ToolTipRole):
            return None
        if self.is_cut(index.row()):
            return cut_says(self) if role != roles.ToolTipRole else None
        line = self.line(index.row())
        if line is None:
            return None
        key = COLUMNS[index.column()].key
        if role == roles.ToolTipRole:
            return cell_tip(key, line, self.today)
        return cell_says(key, line, self.today)
