"""The strip below a child's header: its newest decision awaits sign-off, or was sent back and why."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.domain.decisions import SignOff, SignOffState
from app.domain.message import Trouble
from app.services.answers.child import ChildFile, DecisionLine
from ui.desk import Desk
from ui.runner import Runner
from ui.signing.acts import SignActs
from ui.tokens import SECOND
from ui.widgets.buttons import Button
from ui.widgets.ground import Ground
from ui.widgets.states import Icon
from ui.widgets.text import ElidedLabel, tip
from ui.words import _, day_short, term


class SignStrip(Ground):
    """``done`` after each commit, ``troubled`` where there was none, ``stale`` when the child should be asked again."""

    done = Signal(object)
    troubled = Signal(object)
    stale = Signal()

    def __init__(self, desk: Desk, runner: Runner, over: QWidget) -> None:
        super().__init__("surface", "b", "line2")
        self._desk = desk
        self.file: ChildFile | None = None
        self.line: DecisionLine | None = None
        self._icon = Icon("flag-outline")
        self.words = ElidedLabel(px=SECOND)
        self.sign = Button(_("sign_off.sign"), kind="primary", icon="check", height=26)
        self.back = Button(_("sign_off.back"), icon="undo", height=26)
        self.acts = SignActs(desk, runner, over)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 5, 12, 6)
        row.setSpacing(8)
        row.addWidget(self._icon)
        row.addWidget(self.words, 1)
        for button in (self.back, self.sign):
            row.addWidget(button)
        self.sign.clicked.connect(self._sign)
        self.back.clicked.connect(self._send_back)
        self.acts.done.connect(self.done.emit)
        self.acts.failed.connect(self._failed)
        self.hide()

    def put(self, file: ChildFile) -> None:
        """How it stands with the newest decision; nothing is shown where nobody has to act."""
        self.file = file
        self.line = file.decisions[-1] if file.decisions else None
        stands = self.line.sign_off if self.line is not None else None
        waits = stands is not None and stands.state is SignOffState.WAITING and self._may()
        returned = stands is not None and stands.state is SignOffState.RETURNED
        for button in (self.sign, self.back):
            button.setVisible(waits)
            button.setEnabled(True)
        if self.line is not None and stands is not None and (waits or returned):
            text = _waiting(self.line) if waits else _returned(self.line, stands)
            self._icon.set_icon("flag-outline" if waits else "undo", "text2" if waits else "caution")
            self.words.setText(text)
            tip(self.words, text)
        self.setVisible(waits or returned)

    def _may(self) -> bool:
        line = self.line
        return self._desk.may_assign and line is not None and line.author != self._desk.member.name

    def _sign(self) -> None:
        if self.file is not None and self.line is not None:
            self._busy()
            self.acts.sign({self.line.entry: self.file.person_id})

    def _send_back(self) -> None:
        if self.file is not None and self.line is not None:
            kind = term("decision", self.line.kind.value)
            self.acts.ask_back(
                self.line.entry, self.file.person_id, name=self.file.name, kind=kind, author=self.line.author
            )

    def _busy(self) -> None:
        for button in (self.sign, self.back):
            button.setEnabled(False)

    def _failed(self, trouble: Trouble) -> None:
        self.troubled.emit(trouble)
        self.stale.emit()


def _waiting(line: DecisionLine) -> str:
    return _(
        "sign_off.waits", kind=term("decision", line.kind.value), day=day_short(line.day), author=line.author,
        reason=line.reason,
    )  # fmt: skip


def _returned(line: DecisionLine, stands: SignOff) -> str:
    when = day_short(stands.recorded.date()) if stands.recorded else ""
    kind = term("decision", line.kind.value)
    return _("sign_off.returned", kind=kind, author=stands.author, time=when, words=stands.words)
