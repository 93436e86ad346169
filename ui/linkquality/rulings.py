"""What was ruled, newest first; each can be taken back, also months later, and be ruled once more after that.
What would follow is said before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from app.domain.message import Trouble
from app.services.answers.outcomes import Outcome
from app.services.links.link_answers import Consequences
from app.services.links.quality_answers import RulingHistory
from ui.desk import Desk
from ui.linkquality import saying
from ui.linkquality.lines import Lines
from ui.page import Done, Undo
from ui.review.wording import ruling_word
from ui.runner import Runner
from ui.tokens import SECOND
from ui.widgets.buttons import Button
from ui.widgets.ground import Ground
from ui.widgets.text import Label
from ui.words import _, count

_RULINGS = (
    ("quality.column.taken", 166),
    ("quality.column.ruling", 84),
    ("quality.column.names", 0),
    ("quality.column.sources", 168),
    ("quality.column.author", 96),
    ("quality.column.reason", 190),
    ("quality.column.state", 96),
)


class RulingsPane(Ground):
    """``opened`` carries two records, ``done`` what was saved, ``troubled`` what was not."""

    opened = Signal(object)
    done = Signal(object)
    troubled = Signal(object)

    def __init__(self, desk: Desk, runner: Runner) -> None:
        super().__init__("surface")
        self._desk, self._runner = desk, runner
        self.rulings: Sequence[RulingHistory] = ()
        self.lines = Lines(_("quality.rulings"), _RULINGS)
        self.lines.empty.put(_("quality.rulings.none"), _("quality.rulings.none.words"))
        self.take_back = Button(_("quality.take_back"), icon="undo")
        self.again = Button(_("quality.again"), icon="redo")
        self.see = Button(_("quality.see_pair"), icon="compare-horizontal")
        self.foreseen = Label(role="text2", px=SECOND, wrap=True)
        self.take_back.clicked.connect(self.withdraw)
        self.again.clicked.connect(self.rule_again)
        self.see.clicked.connect(self._see)
        self.lines.moved.connect(lambda _row: self._stand())
        self.lines.opened.connect(lambda _row: self._see())
        line = QHBoxLayout()
        line.setContentsMargins(12, 6, 10, 6)
        line.setSpacing(8)
        line.addWidget(self.foreseen, 1)
        for button in (self.see, self.again, self.take_back):
            line.addWidget(button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(line)
        whole.addWidget(self.lines, 1)

    def ask(self) -> None:
        """Ask for the rulings."""
        desk = self._desk
        self._runner.ask(desk.ruling_history.rulings, desk.office, then=self.put, topic="quality.rulings")

    def put(self, rulings: Sequence[RulingHistory]) -> None:
        """Show these rulings; the one in front stays in front."""
        self.rulings = rulings
        self.lines.put([saying.ruling_cells(one) for one in rulings])

    def current(self) -> RulingHistory | None:
        """The ruling in front."""
        row = self.lines.row()
        return self.rulings[row] if 0 <= row < len(self.rulings) else None

    def _stand(self) -> None:
        one = self.current()
        mine = one is not None and one.mine
        again = one is not None and mine and one.again
        self.take_back.setVisible(one is None or not one.withdrawn)
        self.take_back.setEnabled(one is not None and mine and not one.withdrawn)
        self.again.setVisible(one is not None and one.withdrawn)
        self.again.setEnabled(again)
        self.see.setEnabled(one is not None and all(one.extracts))
        self.foreseen.setText("")
        if one is not None and mine and (again or not one.withdrawn):
            self._foresee(one)

    def _foresee(self, one: RulingHistory) -> None:
        """Ask what would follow from taking it back, or from ruling so again."""
        look = self._desk.foreseeing
        self._runner.ask(
            look.preview_again if one.withdrawn else look.preview_withdrawing,
            self._desk.office,
            one.entry,
            then=partial(self.foresee, one),
            failed=lambda trouble: None,
            topic="quality.foreseen",
        )

    def foresee(self, ruling: RulingHistory, what: Consequences) -> None:
        """Say what would follow."""
        if self.current() is ruling:
            levels = [
                f"{brief.name} {_('cons.points', points=brief.points)}"
                for brief in what.after
                if brief.level is not None
            ]
            after = _("list.comma").join(levels) or "—"
            key = "quality.foreseen.again" if ruling.withdrawn else "quality.foreseen"
            self.foreseen.setText(_(key, facts=count(what.moved_count), after=after))

    def _see(self) -> None:
        one = self.current()
        if one is not None and all(one.extracts):
            self.opened.emit((one.a, one.b, ()))

    # ------------------------------------------------------------ acting

    def withdraw(self) -> None:
        """Take the ruling in front back; that can be undone."""
        one, link = self.current(), self._desk.linking
        if one is not None and not one.withdrawn and one.mine:
            undo = partial(link.rule_again, self._desk.office, one.entry, one.reason)
            words = _("undo.withdrawn", name=one.names[0], ruling=ruling_word(one.same))
            self._do(partial(link.withdraw_ruling, self._desk.office, one.entry, _("quality.take_back.reason")),
                     lambda _made: Undo(words, partial(self._at_once, undo)))  # fmt: skip

    def rule_again(self) -> None:
        """Rule once more what the ruling in front said; that can be undone."""
        one, link = self.current(), self._desk.linking
        if one is not None and one.again and one.mine:
            words = _("undo.ruling", name=one.names[0], ruling=ruling_word(one.same))

            def undo(made: str) -> Undo:
                back = partial(link.withdraw_ruling, self._desk.office, made, _("links.undo.reason"))
                return Undo(words, partial(self._at_once, back), made)

            self._do(partial(link.rule_again, self._desk.office, one.entry, one.reason), undo)

    def _do(self, call: Callable[..., Any], undo: Callable[[str], Undo]) -> None:
        self.take_back.setEnabled(False)
        self.again.setEnabled(False)
        self._runner.do(call, self._desk.now(), then=partial(self._was_done, undo), failed=self._not_done)

    def _was_done(self, undo: Callable[[str], Undo], outcome: Outcome[str]) -> None:
        self.done.emit(Done(outcome.changes, undo(outcome.value)))

    def _not_done(self, trouble: Trouble) -> None:
        self._stand()
        self.troubled.emit(trouble)

    def _at_once(self, call: Callable[..., Outcome[Any]]) -> Outcome[Any]:
        return call(self._desk.now())
