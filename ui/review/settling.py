"""What a member does about a pair: ruling on it, asking somebody; one at a time, each with its undo."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.domain.message import Trouble
from app.services.answers.outcomes import Outcome
from app.services.links.link_answers import PairFile
from ui.desk import Desk
from ui.page import Done, Undo
from ui.review.wording import ruling_word
from ui.runner import Runner
from ui.words import _


class Settling(QObject):
    """``ruled`` carries the pair, what was ruled, a ``Done``; ``asked`` a ``Done``; ``failed`` pair and trouble."""

    ruled = Signal(object, bool, object)
    asked = Signal(object)
    failed = Signal(object, object)

    def __init__(self, desk: Desk, runner: Runner, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._runner = desk, runner
        self.saving = False

    def rule(self, file: PairFile, same: bool, reason: str) -> bool:
        """Rule on a pair; whether it is on its way."""
        call = partial(self._desk.linking.rule, self._desk.office, file.a.record_id, file.b.record_id, same, reason)
        return self._do(call, file, partial(self._ruled, file, same))

    def ask(self, file: PairFile, whom: str, words: str) -> bool:
        """Note that somebody is asked about a pair; whether it is on its way."""
        call = partial(self._desk.linking.ask, self._desk.office, file.a.record_id, file.b.record_id, whom, words)
        return self._do(call, file, self._asked)

    def _do(self, call: Callable[..., Any], file: PairFile, then: Callable[[Outcome[str]], None]) -> bool:
        if self.saving:
            return False
        self.saving = True
        self._runner.do(call, self._desk.now(), then=then, failed=partial(self._failed, file))
        return True

    def _ruled(self, file: PairFile, same: bool, outcome: Outcome[str]) -> None:
        desk, entry = self._desk, outcome.value

        def take_back() -> Outcome[Any]:
            undone: Outcome[Any] = desk.linking.withdraw_ruling(desk.office, entry, _("links.undo.reason"), desk.now())
            return undone

        self.saving = False
        words = _("undo.ruling", name=file.a.name, ruling=ruling_word(same))
        self.ruled.emit(file, same, Done(outcome.changes, Undo(words, take_back, entry)))

    def _asked(self, outcome: Outcome[str]) -> None:
        self.saving = False
        self.asked.emit(Done(outcome.changes))

    def _failed(self, file: PairFile, trouble: Trouble) -> None:
        self.saving = False
        self.failed.emit(file, trouble)
