"""The conditions of the list: chips that are in force, the menu that adds one, the order.

Keeps a ``CaseloadQuery`` and says ``changed`` with the next one. Which children fit is the
service's business.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import TypeVar

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from app.domain.priority import LEVELS
from app.domain.sectors import SECTORS
from app.services.answers import SORTS, CaseloadQuery
from ui.tokens import SECOND
from ui.widgets.buttons import Button
from ui.widgets.chips import Chip
from ui.widgets.text import Label
from ui.words import _, level_word, sector_word

PARTS = ("levels", "sectors", "assignees", "overdue", "hide_supported")
Choice = TypeVar("Choice", bound=StrEnum)


def part_words(query: CaseloadQuery, part: str) -> str:
    """One condition as its chip says it; "" when it is not in force."""
    joined = _("list.join").join
    if part == "levels" and query.levels:
        words = joined(level_word(one) for one in LEVELS if one in query.levels)
        return _("condition.levels", words=words)
    if part == "sectors" and query.sectors:
        words = joined(sector_word(one) for one in SECTORS if one in query.sectors)
        return _("condition.sectors", words=words)
    if part == "assignees" and query.assignees:
        words = joined(one or _("assignee.none") for one in sorted(query.assignees))
        return _("condition.assignees", words=words)
    if part in ("overdue", "hide_supported") and getattr(query, part):
        return _(f"condition.{part}")
    return ""


def without(query: CaseloadQuery, part: str) -> CaseloadQuery:
    empty = CaseloadQuery()
    return replace(query, **{part: getattr(empty, part)})


def toggled(chosen: frozenset[Choice], one: Choice) -> frozenset[Choice]:
    return chosen - {one} if one in chosen else chosen | {one}


class FilterBar(QWidget):
    """条件: the chips, "add a condition", "remove all"; the order stands at its right end."""

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.query = CaseloadQuery()
        self._members: Sequence[str] = ()
        self._label = Label(_("filters.label"), "text2", SECOND)
        self._chips = QHBoxLayout()
        self._chips.setSpacing(6)
        self.add = Button(_("filters.add"), icon="filter-plus-outline", height=26)
        self.add.clicked.connect(self.open_menu)
        self.clear = Button(_("filters.clear"), kind="quiet", height=26)
        self.clear.clicked.connect(self._clear)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._label)
        row.addLayout(self._chips)
        row.addWidget(self.add)
        row.addWidget(self.clear)
        self.put(self.query)

    def set_members(self, names: Iterable[str]) -> None:
        self._members = tuple(names)

    def set_tight(self, tight: bool) -> None:
        """On a narrow window the words of tools give way before any data does."""
        self._label.setVisible(not tight)
        self.add.set_words("" if tight else _("filters.add"))
        self.add.setAccessibleName(_("filters.add"))

    def put(self, query: CaseloadQuery) -> None:
        """Show the conditions of this query."""
        self.query = query
        while (item := self._chips.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        parts = [part for part in PARTS if part_words(query, part)]
        for part in parts:
            chip = Chip(part_words(query, part))
            chip.removed.connect(lambda part=part: self._remove(part))
            chip.clicked.connect(lambda _on=False, part=part, chip=chip: self._menu_at(part, chip))
            self._chips.addWidget(chip)
        self.clear.setVisible(len(parts) > 1)

    def chips(self) -> list[Chip]:
        items = [self._chips.itemAt(at) for at in range(self._chips.count())]
        widgets = [item.widget() for item in items if item is not None]
        return [one for one in widgets if isinstance(one, Chip)]

    def open_menu(self) -> None:
        menu = self.build_menu()
        menu.popup(self.add.mapToGlobal(QPoint(0, self.add.height() + 2)))

    def build_menu(self) -> QMenu:
        """The menu of all conditions, those in force ticked."""
        menu = QMenu(self)
        for part in ("levels", "sectors", "assignees"):
            self._fill(menu.addMenu(_(f"filters.{part}")), part)
        menu.addSeparator()
        query = self.query
        self._tick(menu, _("condition.overdue"), query.overdue, replace(query, overdue=not query.overdue))
        self._tick(
            menu,
            _("condition.hide_supported"),
            query.hide_supported,
            replace(query, hide_supported=not query.hide_supported),
        )
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _menu_at(self, part: str, chip: Chip) -> None:
        if part in ("overdue", "hide_supported"):
            return
        menu = QMenu(self)
        self._fill(menu, part)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(chip.mapToGlobal(QPoint(0, chip.height() + 2)))

    def _fill(self, menu: QMenu, part: str) -> None:
        query = self.query
        if part == "levels":
            for level in LEVELS:
                self._tick(
                    menu, level_word(level), level in query.levels, replace(query, levels=toggled(query.levels, level))
                )
        elif part == "sectors":
            for sector in SECTORS:
                self._tick(
                    menu,
                    sector_word(sector),
                    sector in query.sectors,
                    replace(query, sectors=toggled(query.sectors, sector)),
                )
        else:
            for name in ("", *self._members):
                self._tick(
                    menu,
                    name or _("assignee.none"),
                    name in query.assignees,
                    replace(query, assignees=query.assignees ^ {name}),
                )

    def _tick(self, menu: QMenu, words: str, on: bool, after: CaseloadQuery) -> None:
        # An ampersand in a colleague's name is a letter, not a mnemonic.
        action = QAction(words.replace("&", "&&"), menu)
        action.setCheckable(True)
        action.setChecked(on)
        action.triggered.connect(lambda: self.changed.emit(after))
        menu.addAction(action)

    def _remove(self, part: str) -> None:
        self.changed.emit(without(self.query, part))

    def _clear(self) -> None:
        query = self.query
        for part in PARTS:
            query = without(query, part)
        self.changed.emit(query)


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

    def _open(self) -> None:
        menu = QMenu(self)
        for sort in SORTS:
            action = QAction(_(f"sort.{sort}"), menu)
            action.setCheckable(True)
            action.setChecked(sort == self._sort.lstrip("-"))
            action.triggered.connect(lambda _on=False, sort=sort: self.chosen.emit(sort))
            menu.addAction(action)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.mapToGlobal(QPoint(0, self.height() + 2)))
