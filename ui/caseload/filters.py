"""The conditions of the list: chips that are in force, the menu that adds one, the order.

Keeps a ``CaseloadQuery`` and says ``changed`` with the next one. Which children fit is the
service's business; what a condition says is in ``conditions``.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from app.services.answers.caseload import SORTS, CaseloadQuery
from ui.caseload.conditions import GROUPS, PARTS, SWITCHES, Choice, Known, choices, part_words, without
from ui.tokens import SECOND
from ui.widgets.buttons import Button
from ui.widgets.chips import Chip, FlowLayout
from ui.widgets.text import Label
from ui.words import _


class FilterBar(QWidget):
    """条件: the chips, "add a condition", "remove all"; the order stands at its right end."""

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.query = CaseloadQuery()
        self.known = Known()
        self._label = Label(_("filters.label"), "text2", SECOND)
        self._chips: list[Chip] = []
        self._said: tuple[tuple[str, str], ...] | None = None
        self.add = Button(_("filters.add"), icon="filter-plus-outline", height=26)
        self.add.clicked.connect(self.open_menu)
        self.clear = Button(_("filters.clear"), kind="quiet", height=26)
        self.clear.clicked.connect(self._clear)
        self._label.setFixedHeight(26)
        self._row = FlowLayout(6, self)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.put(self.query)

    def set_tight(self, tight: bool) -> None:
        """On a narrow window the words of tools give way before any data does."""
        self._label.setVisible(not tight)
        self.add.set_words("" if tight else _("filters.add"))
        self.add.setAccessibleName(_("filters.add"))

    def put(self, query: CaseloadQuery) -> None:
        """Show the conditions of this query; where they read the same, no chip is made anew."""
        self.query = query
        words = tuple((part, part_words(query, part)) for part in PARTS)
        if words == self._said:
            return
        self._said = words
        focused = next((at for at, chip in enumerate(self.chips()) if chip.hasFocus()), None)
        while self._row.takeAt(0) is not None:
            pass
        for old in self._chips:
            old.hide()
            old.deleteLater()
        self._chips = []
        said = {part: read for part, read in words if read}
        parts = list(said)
        for part in parts:
            chip = Chip(said[part])
            chip.removed.connect(lambda part=part: self.changed.emit(without(self.query, part)))
            chip.clicked.connect(lambda _on=False, part=part, chip=chip: self._menu_at(part, chip))
            self._chips.append(chip)
        for shown in (self._label, *self._chips, self.add, self.clear):
            self._row.addWidget(shown)
        self.clear.setVisible(len(parts) > 1)
        self.updateGeometry()
        if focused is not None:
            # Removed by key: the next chip has the focus, or the button that adds one.
            (self.chips()[min(focused, len(parts) - 1)] if parts else self.add).setFocus()

    def chips(self) -> list[Chip]:
        """The conditions in force, in their order."""
        return list(self._chips)

    def open_menu(self) -> None:
        menu = self.build_menu()
        menu.popup(self.add.mapToGlobal(QPoint(0, self.add.height() + 2)))

    def build_menu(self) -> QMenu:
        """The menu of all conditions, those in force ticked."""
        menu = QMenu(self)
        for group in GROUPS:
            for part in group:
                if part in SWITCHES:
                    self._fill(menu, choices(self.query, part, self.known))
                else:
                    lines = choices(self.query, part, self.known)
                    under = menu.addMenu(_(f"filters.{part}"))
                    under.setEnabled(bool(lines))
                    self._fill(under, lines)
            menu.addSeparator()
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _menu_at(self, part: str, chip: Chip) -> None:
        if part in SWITCHES:
            return
        menu = QMenu(self)
        self._fill(menu, choices(self.query, part, self.known))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(chip.mapToGlobal(QPoint(0, chip.height() + 2)))

    def _fill(self, menu: QMenu, lines: Sequence[Choice]) -> None:
        unders: dict[str, QMenu] = {}
        for line in lines:
            place = menu
            if line.under:
                place = unders.get(line.under) or unders.setdefault(line.under, menu.addMenu(line.under))
            # An ampersand in a colleague's name is a letter, not a mnemonic.
            action = QAction(line.words.replace("&", "&&"), menu)
            action.setCheckable(True)
            action.setChecked(line.on)
            action.triggered.connect(lambda _on=False, after=line.after: self.changed.emit(after))
            place.addAction(action)

    def _clear(self) -> None:
        self.changed.emit(without_all(self.query))


def without_all(query: CaseloadQuery) -> CaseloadQuery:
    """The same without any condition."""
    for part in PARTS:
        query = without(query, part)
    return query


class OrderButton(Button):
    """並び: by what the list is ordered, with a menu to change it by keyboard."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__(kind="quiet", icon="sort", height=26)
        self._sort = "rank"
        self.clicked.connect(self._open)
        self.put("rank", False)

    def put(self, sort: str, tight: bool) -> None:
        self._sort = sort
        words = _(f"sort.{sort.lstrip('-')}")
        whole = _("sort.label", words=words)
        self.set_words("" if tight else whole)
        self.setAccessibleName(whole)

    def build_menu(self) -> QMenu:
        """All orders; below them the other way round."""
        menu, now = QMenu(self), self._sort.lstrip("-")
        for sort in SORTS:
            if sort in ("name", "p_register"):
                menu.addSeparator()
            action = QAction(_(f"sort.{sort}"), menu)
            action.setCheckable(True)
            action.setChecked(sort == now)
            action.triggered.connect(lambda _on=False, sort=sort: self.chosen.emit(sort))
            menu.addAction(action)
        menu.addSeparator()
        turned = QAction(_("sort.turned"), menu)
        turned.setCheckable(True)
        turned.setChecked(self._sort.startswith("-"))
        turned.triggered.connect(lambda on: self.chosen.emit(f"-{now}" if on else now))
        menu.addAction(turned)
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _open(self) -> None:
        self.build_menu().popup(self.mapToGlobal(QPoint(0, self.height() + 2)))
