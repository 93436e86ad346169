"""担当: whom the chosen children can be given to, and giving them, with its undo by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from app.services.answers.outcomes import MemberLine, Outcome
from ui.desk import Desk
from ui.page import Done, Undo
from ui.runner import Runner
from ui.widgets.buttons import Button
from ui.words import _, count


class Giving(QObject):
    """The menu of colleagues. ``chosen`` says which children are meant, at the moment it is opened."""

    done = Signal(object)

    def __init__(self, desk: Desk, runner: Runner, chosen: Callable[[], list[int]], parent: QWidget) -> None:
        super().__init__(parent)
        self._desk, self._runner, self._chosen = desk, runner, chosen
        self._parent = parent
        self.members: Sequence[MemberLine] = ()

    def popup(self, button: Button) -> None:
        """The menu under its button."""
        self.menu().popup(button.mapToGlobal(QPoint(0, button.height() + 2)))

    def menu(self) -> QMenu:
        """Whom the chosen children can be given to, with how many each has already."""
        menu = QMenu(self._parent)
        self.fill(menu)
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def fill(self, menu: QMenu) -> None:
        """Put the colleagues into a menu."""
        people = self._chosen()
        title = QAction(_("assign.title", n=count(len(people))), menu)
        title.setEnabled(False)
        menu.addAction(title)
        for member in self.members:
            if not member.roles & {"worker", "lead"}:
                continue
            words = _("assign.member", name=member.name, n=count(member.open_cases))
            action = QAction(words.replace("&", "&&"), menu)
            action.triggered.connect(lambda _on=False, name=member.name: self.give(people, name))
            menu.addAction(action)
        menu.addSeparator()
        nobody = QAction(_("assign.nobody"), menu)
        nobody.triggered.connect(lambda: self.give(people, ""))
        menu.addAction(nobody)

    def give(self, people: Sequence[int], name: str) -> None:
        """Give these children to a colleague, or to nobody ("")."""
        self._runner.do(
            self._desk.assigning.assign,
            self._desk.office,
            people,
            name,
            self._desk.now(),
            then=partial(self._given, len(people)),
        )

    def _given(self, many: int, outcome: Outcome[str]) -> None:
        desk, entry = self._desk, outcome.value

        def take_back() -> Outcome[Any]:
            undone: Outcome[Any] = desk.assigning.undo_assign(desk.office, entry, desk.now())
            return undone

        self.members = ()
        self.done.emit(Done(outcome.changes, Undo(_("undo.assign", n=count(many)), take_back, entry)))
