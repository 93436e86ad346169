"""What one did and may take back: the newest by a key, all of it from a list, also what was done before locking."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from app.domain.message import Trouble
from app.services.answers.outcomes import Outcome
from ui.desk import Desk
from ui.page import Undo
from ui.runner import Runner
from ui.undolist import UndoDialog
from ui.words import _, say

KEPT = 50
BEFORE = 10
"""So many acts from before the last locking can be taken back one by one; the list has more."""


class Undoing(QObject):
    """The acts of this session and some from before. ``shown`` is the window that the list stands over."""

    offered = Signal(object)
    """What would be taken back next, an ``Undo``; None for nothing."""
    undone = Signal(str, object)
    """What was taken back, in words ("" where they are not known), and the ``Changes``."""
    troubled = Signal(object)

    def __init__(self, desk: Desk, runner: Runner, shown: QWidget) -> None:
        super().__init__(shown)
        self._desk, self._runner, self._shown = desk, runner, shown
        self._acts: list[Undo] = []
        self._from_before: frozenset[str] = frozenset()
        """Acts from before this unlocking: they are taken back from the list only."""
        self._on_its_way = False

    def ask(self) -> None:
        """What can be taken back from before the last locking."""
        if self._desk.undoing is not None:
            self._runner.ask(self._desk.undoing.recent, self._desk.office, then=self._know, topic="window.undos")

    def _know(self, lines: Sequence[Any]) -> None:
        before = [one for one in reversed(lines) if one.possible][-BEFORE:]
        known = {one.entry for one in self._acts}
        self._from_before = frozenset(one.entry for one in before) - known
        earlier = [
            Undo(say(one.what), self._taking_back(one.entry), one.entry) for one in before if one.entry not in known
        ]
        self._put([*earlier, *self._acts])

    def add(self, undo: Undo) -> None:
        """Something was done that can be taken back."""
        self._put([*self._acts, undo][-KEPT:])

    def take_over(self, other: Undoing) -> None:
        """The acts that another one knew."""
        self._put(list(other._acts))

    def _put(self, acts: list[Undo]) -> None:
        self._acts = acts
        self.offered.emit(acts[-1] if acts else None)

    def _taking_back(self, entry: str) -> Callable[[], Outcome[Any]]:
        desk = self._desk

        def call() -> Outcome[Any]:
            undone: Outcome[Any] = desk.undoing.undo(desk.office, entry, desk.now(), _("undo.reason"))
            return undone

        return call

    # ------------------------------------------------------------ the newest

    def undo(self) -> None:
        """Take the newest undoable change back."""
        if self._acts and self._acts[-1].entry in self._from_before:
            self.show_list()  # not blindly what was done days ago
        elif self._acts and not self._on_its_way:
            self._on_its_way = True
            self._runner.do(self._acts[-1].call, then=self._undone, failed=self._not_undone)

    def _undone(self, outcome: Outcome[Any]) -> None:
        self._on_its_way = False
        *rest, taken = self._acts
        self._put(rest)
        self.undone.emit(taken.words, outcome.changes)

    def _not_undone(self, trouble: Trouble) -> None:
        self._on_its_way = False
        self._put(self._acts[:-1])
        self.troubled.emit(trouble)

    # ------------------------------------------------------------ the list

    def show_list(self) -> None:
        """The list of what one did lately."""
        if self._desk.undoing is None:
            return
        dialog = UndoDialog(self._desk.today(), self._shown.window())
        dialog.wanted.connect(lambda entry: self._undo_listed(dialog, entry))
        self._fill(dialog)
        dialog.open()

    def _fill(self, dialog: UndoDialog) -> None:
        self._runner.ask(
            self._desk.undoing.recent,
            self._desk.office,
            then=lambda lines: dialog.put(lines) if isValid(dialog) else None,
            topic="window.undo_list",
        )

    def _undo_listed(self, dialog: UndoDialog, entry: str) -> None:
        def undone(outcome: Outcome[Any]) -> None:
            taken = next((one for one in self._acts if one.entry == entry), None)
            self._put([one for one in self._acts if one.entry != entry])
            self.undone.emit(taken.words if taken else "", outcome.changes)
            if isValid(dialog):
                self._fill(dialog)

        def refused(trouble: Trouble) -> None:
            if isValid(dialog):
                dialog.refuse(trouble)
            else:
                self.troubled.emit(trouble)

        self._runner.do(self._taking_back(entry), then=undone, failed=refused)
