"""Signing off and sending back: the calls, the question for a word, and how each is taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from app.domain.message import Trouble
from app.services.answers.outcomes import Outcome
from ui.child.hidden import ReasonDialog
from ui.desk import Desk
from ui.page import Done, Undo
from ui.runner import Runner
from ui.widgets.choosing import close_form
from ui.words import _, count


class SignActs(QObject):
    """``done`` brings a ``Done`` after each commit, ``failed`` the trouble where there was none."""

    done = Signal(object)
    failed = Signal(object)

    def __init__(self, desk: Desk, runner: Runner, over: QWidget) -> None:
        super().__init__(over)
        self._desk, self._runner, self._over = desk, runner, over

    def sign(self, decisions: Mapping[str, int]) -> None:
        """Sign these decisions off in one act; entry -> child."""
        desk, persons = self._desk, list(decisions.values())

        def signed(outcome: Outcome[tuple[str, ...]]) -> None:
            made = dict(zip(persons, outcome.value, strict=True))
            undo = Undo(_("undo.signed", n=count(len(made))), partial(self._take_back, made), _only(made))
            self.done.emit(Done(outcome.changes, undo))

        self._runner.do(
            desk.signing.sign, desk.office, dict(decisions), desk.now(), then=signed, failed=self.failed.emit
        )

    def ask_back(self, decision: str, person: int, **about: object) -> None:
        """Ask for the word that goes with it, then send the decision back. ``about``: name, kind, author."""
        dialog = ReasonDialog("sign_off.back", self._over, **about)
        dialog.confirmed.connect(partial(self._send_back, dialog, decision, person))
        dialog.open()

    def _send_back(self, dialog: ReasonDialog, decision: str, person: int, words: str) -> None:
        desk = self._desk

        def sent(outcome: Outcome[str]) -> None:
            close_form(dialog)
            made = {person: outcome.value}
            self.done.emit(
                Done(outcome.changes, Undo(_("undo.sent_back"), partial(self._take_back, made), _only(made)))
            )

        def failed(trouble: Trouble) -> None:
            if isValid(dialog):
                dialog.failed(trouble)
            self.failed.emit(trouble)

        act: Callable[[], Outcome[str]] = partial(
            desk.signing.send_back, desk.office, decision, person, words, desk.now()
        )
        self._runner.do(act, then=sent, failed=failed)

    def _take_back(self, made: Mapping[int, str]) -> Outcome[Any]:
        desk = self._desk
        undone: Outcome[Any] = desk.signing.withdraw(desk.office, made, _("undo.reason"), desk.now())
        return undone


def _only(made: Mapping[int, str]) -> str:
    """The journal's name of a single act: the list of one's acts says it too."""
    return next(iter(made.values())) if len(made) == 1 else ""
