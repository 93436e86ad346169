"""What somebody records about the child on the page: the calls, and how each is taken back.

The page says what is shown before and after; nothing of the screen lives here but the question
before a decision is withdrawn.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.domain.decisions import Decision
from app.domain.message import Trouble
from app.services.answers import ChildFile, DecisionLine, Outcome
from ui.child.withdrawing import WithdrawDialog
from ui.desk import Desk
from ui.page import Done, Undo
from ui.runner import Runner
from ui.words import _, term


class Acts(QObject):
    """Decisions and contacts on their way to the disk. ``done`` brings a ``Done`` after each commit."""

    done = Signal(object)

    def __init__(self, desk: Desk, runner: Runner, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk, self._runner, self._over = desk, runner, parent

    def decide(
        self,
        file: ChildFile,
        decision: Decision,
        ref: str,
        then: Callable[[int], None],
        failed: Callable[[Trouble], None],
    ) -> None:
        """Record a decision; ``then`` is told whose it was. ``ref`` makes a retry harmless."""
        desk, person = self._desk, file.person_id
        call = partial(
            desk.reviewing.decide,
            desk.office,
            person,
            decision,
            desk.now(),
            on_screen=file.on_screen,
            ref=ref,
        )
        self._runner.do(call, then=partial(self._decided, person, decision, then), failed=failed)

    def _decided(self, person: int, decision: Decision, then: Callable[[int], None], outcome: Outcome[str]) -> None:
        desk, entry = self._desk, outcome.value

        def take_back() -> Outcome[Any]:
            undone: Outcome[Any] = desk.reviewing.withdraw_decision(
                desk.office, person, entry, _("undo.reason"), desk.now()
            )
            return undone

        then(person)
        words = _("undo.decision", kind=term("decision", decision.kind.value))
        self.done.emit(Done(outcome.changes, Undo(words, take_back)))

    def note(
        self,
        file: ChildFile,
        contact: dict[str, Any],
        then: Callable[[], None],
        failed: Callable[[Trouble], None],
    ) -> None:
        """Record a contact or visit."""
        desk = self._desk

        def noted(outcome: Outcome[str]) -> None:
            then()
            self.done.emit(Done(outcome.changes))

        call = partial(desk.reviewing.note_contact, desk.office, file.person_id, now=desk.now(), **contact)
        self._runner.do(call, then=noted, failed=failed)

    def ask_withdraw(self, file: ChildFile, decision: DecisionLine) -> None:
        """Ask for the reason, then withdraw."""
        dialog = WithdrawDialog(decision, self._over)
        dialog.confirmed.connect(partial(self._withdraw, file.person_id, decision))
        dialog.open()

    def _withdraw(self, person: int, decision: DecisionLine, reason: str) -> None:
        desk = self._desk
        self._runner.do(
            desk.reviewing.withdraw_decision,
            desk.office,
            person,
            decision.entry,
            reason,
            desk.now(),
            then=lambda outcome: self.done.emit(Done(outcome.changes)),
        )
