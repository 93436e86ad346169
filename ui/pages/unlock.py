"""Unlocking: which office, who, passphrase. The one page that shows before there is a desk.

A wrong passphrase gets one clear sentence and a pause that grows; the passphrase stands nowhere
but in its field, which is emptied as soon as it was handed over.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QFileDialog, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout

from app.domain.message import Trouble
from ui.runner import Runner
from ui.theme import theme
from ui.tokens import CHILD, FIELD, SECOND
from ui.widgets.buttons import Button
from ui.widgets.ground import Ground, Rule
from ui.widgets.states import ErrorPanel, Icon
from ui.widgets.text import Label
from ui.words import _

WIDTH = 520
"""Pixels of the card: the sentence at its foot and the way to a backup stand in one line."""
LONGEST_PAUSE = 60
"""Seconds; the pause after the n-th wrong passphrase in a row is 2 to the n, up to this."""


class PassphraseField(QLineEdit):
    """Hides what is typed; says when Caps Lock seems to be on."""

    caps = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setFixedHeight(FIELD)
        self.setAccessibleName(_("unlock.passphrase"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        text = event.text()
        if len(text) == 1 and text.isalpha() and text.isascii():
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.caps.emit(text.isupper() != shift)
        super().keyPressEvent(event)


class UnlockPage(Ground):
    """Asks ``opening.people_of`` and ``opening.open_office``; says ``unlocked`` with the office."""

    unlocked = Signal(object)
    restored = Signal()
    """Somebody wants an office laid out from a backup."""

    def __init__(self, opening: Any, runner: Runner, folder: Path | None = None) -> None:
        super().__init__("window")
        self._opening, self._runner = opening, runner
        self._folder: Path | None = None
        self._wrong = 0
        self._wait = 0
        self._build()
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self._tick)
        if folder is not None:
            self.choose_folder(folder)
        self._ready()

    # ------------------------------------------------------------ building

    def _build(self) -> None:
        card = Ground("surface", "lrtb")
        card.setFixedWidth(WIDTH)
        column = QVBoxLayout(card)
        column.setContentsMargins(28, 24, 28, 24)
        column.setSpacing(14)
        column.addLayout(self._head())
        column.addLayout(self._fields())
        self.notice = ErrorPanel(closable=False, tone="caution")
        column.addWidget(self.notice)
        self.error = ErrorPanel(closable=False)
        column.addWidget(self.error)
        column.addWidget(self.enter, 0, Qt.AlignmentFlag.AlignRight)
        column.addWidget(Rule())
        foot = QHBoxLayout()
        foot.addWidget(Label(_("unlock.offline"), "text2", SECOND, wrap=True), 1)
        self.restore = Button(_("unlock.restore"), kind="quiet", icon="backup-restore", height=24)
        self.restore.clicked.connect(lambda _on=False: self.restored.emit())
        foot.addWidget(self.restore)
        column.addLayout(foot)
        whole = QVBoxLayout(self)
        whole.addStretch(2)
        middle = QHBoxLayout()  # not by alignment: wrapped lines would get no height
        middle.addStretch(1)
        middle.addWidget(card)
        middle.addStretch(1)
        whole.addLayout(middle)
        whole.addStretch(3)

    def offer_restoring(self, on: bool) -> None:
        """Whether there is a way to lay an office out from here."""
        self.restore.setVisible(on)

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(Icon("lock-outline", "accent", 22))
        row.addWidget(Label(_("app.name"), px=CHILD, bold=True))
        row.addWidget(Label(_("unlock.title"), "text2", SECOND), 1, Qt.AlignmentFlag.AlignBottom)
        return row

    def _fields(self) -> QGridLayout:
        self.folder = QLineEdit()
        self.folder.setReadOnly(True)
        self.folder.setFixedHeight(FIELD)
        self.folder.setPlaceholderText(_("unlock.folder.hint"))
        self.folder.setAccessibleName(_("unlock.folder"))
        self.choose = Button(_("unlock.choose"), icon="folder-open-outline")
        self.choose.clicked.connect(self._ask_folder)
        self.person = QComboBox()
        self.person.setFixedHeight(FIELD)
        self.person.setAccessibleName(_("unlock.person"))
        self.passphrase = PassphraseField()
        self.passphrase.textChanged.connect(self._ready)
        self.passphrase.returnPressed.connect(self._enter)
        self.caps = Label(_("unlock.caps"), "caution", SECOND, bold=True)
        self.caps.hide()
        self.passphrase.caps.connect(self.caps.setVisible)
        self.enter = Button(_("unlock.enter"), kind="primary")
        self.enter.clicked.connect(self._enter)
        for field in (self.folder, self.person, self.passphrase):
            field.setFont(theme.font())
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for row, key in enumerate(("folder", "person", "passphrase")):
            grid.addWidget(Label(_(f"unlock.{key}"), "text2"), row, 0)
        grid.addWidget(self.folder, 0, 1)
        grid.addWidget(self.choose, 0, 2)
        grid.addWidget(self.person, 1, 1, 1, 2)
        grid.addWidget(self.passphrase, 2, 1, 1, 2)
        grid.addWidget(self.caps, 3, 1, 1, 2)
        return grid

    def say(self, words: str) -> None:
        """Something that must be heard before unlocking."""
        self.notice.put(words)

    # ------------------------------------------------------------ folder and people

    def _ask_folder(self) -> None:
        start = str(self._folder or "")
        chosen = QFileDialog.getExistingDirectory(self, _("unlock.choose.title"), start)
        if chosen:
            self.choose_folder(Path(chosen))

    def choose_folder(self, folder: Path) -> None:
        """Look who may open this office; the newest folder asked for wins."""
        self._folder = folder
        self.folder.setText(str(folder))
        self.person.clear()
        self.error.hide()
        self._ready()
        self._runner.ask(
            self._opening.people_of, folder, then=self._know_people, failed=self.error.put, topic="unlock.people"
        )

    def choose_person(self, name: str) -> None:
        """Select this person as soon as the office's people are known."""
        self._wanted = name
        self.person.setCurrentText(name)

    _wanted = ""

    def _know_people(self, people: Sequence[str]) -> None:
        self.person.addItems(list(people))
        if self._wanted in people:
            self.person.setCurrentText(self._wanted)
        self._ready()
        self.passphrase.setFocus(Qt.FocusReason.OtherFocusReason)

    # ------------------------------------------------------------ entering

    def _ready(self) -> None:
        known = self._folder is not None and self.person.count() > 0
        self.enter.setEnabled(known and bool(self.passphrase.text()) and not self._wait)
        self.passphrase.setEnabled(known and not self._opening_now)
        self.person.setEnabled(known)

    _opening_now = False

    def _enter(self) -> None:
        if not self.enter.isEnabled():
            return
        self._opening_now = True
        self.enter.set_words(_("unlock.opening"))
        passphrase = self.passphrase.text()
        self.passphrase.clear()
        self._runner.do(
            self._opening.open_office,
            self._folder,
            self.person.currentText(),
            passphrase,
            datetime.now().astimezone(),
            then=self._opened,
            failed=self._refused,
        )
        self._ready()

    def _opened(self, office: object) -> None:
        self._opening_now = False
        self._wrong = 0
        self.error.hide()
        self.notice.hide()
        self.enter.set_words(_("unlock.enter"))
        self.unlocked.emit(office)

    def _refused(self, trouble: Trouble) -> None:
        self._opening_now = False
        self._wrong += 1
        self._wait = _pause(trouble, self._wrong)
        self.error.put(trouble)
        if self._wait:
            self._timer.start()
        self._show_wait()
        self.passphrase.setFocus(Qt.FocusReason.OtherFocusReason)

    def _tick(self) -> None:
        self._wait = max(0, self._wait - 1)
        if not self._wait:
            self._timer.stop()
        self._show_wait()

    def _show_wait(self) -> None:
        words = _("unlock.wait_button", seconds=self._wait) if self._wait else _("unlock.enter")
        self.enter.set_words(words)
        self._ready()


def _pause(trouble: Trouble, wrong: int) -> int:
    """Seconds to wait: what the refusal itself says, else twice as long each time."""
    told = trouble.message.values.get("seconds")
    return told if isinstance(told, int) else min(2**wrong, LONGEST_PAUSE)
