"""What somebody records about the child on the page: the calls, and how each is taken back.

The page says what is shown before and after; nothing of the screen lives here but the question
before a decision is withdrawn.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.domain.decisions import Decision
from app.domain.message import Trouble
from app.domain.plans import Plan
from app.services.answers.child import ChildFile, ContactLine
from app.services.answers.outcomes import Outcome
from app.services.casework.contacts import Contact
from app.services.casework.planning import PlanLine
from ui.child.decision import Draft
from ui.child.withdrawing import Line, WithdrawDialog
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
        draft: Draft,
        then: Callable[[int], None],
        failed: Callable[[Trouble], None],
    ) -> None:
        """Record a decision; ``then`` is told whose it was. The draft's ``ref`` makes a retry harmless."""
        desk, person = self._desk, file.person_id
        call = partial(
            desk.reviewing.decide,
            desk.office,
            person,
            decision,
            desk.now(),
            on_screen=file.on_screen,
            ref=draft.ref,
            seen_seq=draft.seq,
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
        persons: Sequence[int],
        contact: Contact,
        ref: str,
        seq: int,
        then: Callable[[int], None],
        failed: Callable[[Trouble], None],
    ) -> None:
        """Record a contact or visit of one child or of several at once; ``then`` is told the first one."""
        desk = self._desk

        def noted(outcome: Outcome[tuple[str, ...]]) -> None:
            words = _("undo.contact", kind=term("contact", contact.kind), n=len(persons))
            then(persons[0])
            self.done.emit(Done(outcome.changes, Undo(words, partial(take_back, outcome.value))))

        def take_back(entries: tuple[str, ...]) -> Outcome[Any]:
            undone: Outcome[Any] = desk.contacts.withdraw(
                desk.office, persons[0], entries, _("undo.reason"), desk.now()
            )
            return undone

        call = partial(desk.contacts.note, desk.office, persons, contact, desk.now(), ref=ref, seen_seq=seq)
        self._runner.do(call, then=noted, failed=failed)

    def plan(
        self,
        person: int,
        plan: Plan,
        ref: str,
        seq: int,
        then: Callable[[int], None],
        failed: Callable[[Trouble], None],
    ) -> None:
        """Record a version of the support plan; ``then`` is told whose it was."""
        desk = self._desk

        def planned(outcome: Outcome[str]) -> None:
            then(person)
            self.done.emit(
                Done(outcome.changes, Undo(_("undo.plan"), partial(take_back, outcome.value), outcome.value))
            )

        def take_back(entry: str) -> Outcome[Any]:
            undone: Outcome[Any] = desk.planning.withdraw(desk.office, person, entry, _("undo.reason"), desk.now())
            return undone

        call = partial(desk.planning.record, desk.office, person, plan, desk.now(), ref=ref, seen_seq=seq)
        self._runner.do(call, then=planned, failed=failed)

    def ask_withdraw(self, file: ChildFile, line: Line) -> None:
        """Ask for the reason, then withdraw."""
        dialog = WithdrawDialog(line, self._over)
        dialog.confirmed.connect(partial(self._withdraw, file.person_id, line))
        dialog.open()

    def _withdraw(self, person: int, line: Line, reason: str) -> None:
        desk = self._desk
        if isinstance(line, PlanLine):
            call = partial(desk.planning.withdraw, desk.office, person, line.entry, reason, desk.now())
        elif isinstance(line, ContactLine):
            call = partial(desk.contacts.withdraw, desk.office, person, (line.entry,), reason, desk.now())
        else:
            call = partial(desk.reviewing.withdraw_decision, desk.office, person, line.entry, reason, desk.now())
        self._runner.do(call, then=lambda outcome: self.done.emit(Done(outcome.changes)))
