"""After the recovery code opened the office: the one step that counts, a new passphrase, code and keys.

Shown instead of the pages. Nothing else can be done before, and nothing is read of any child.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout

from app.domain.message import Trouble
from ui.runner import Runner
from ui.theme import theme
from ui.tokens import CHILD, FIELD, SECOND
from ui.widgets.buttons import Button
from ui.widgets.choosing import ask_where
from ui.widgets.ground import Ground, Rule
from ui.widgets.states import ErrorPanel, Icon
from ui.widgets.text import Label
from ui.words import _

FIELDS = ("code", "new", "again")


class RenewPage(Ground):
    """Asks ``belonging.recover``; says ``renewed`` with the successor, or ``gave_up``."""

    renewed = Signal(object)
    gave_up = Signal()

    def __init__(self, belonging: Any, runner: Runner, office: Any) -> None:
        super().__init__("window")
        self._belonging, self._runner, self._office = belonging, runner, office
        self._path: Path | None = None
        self.fields = {key: _secret(key) for key in FIELDS}
        self.file = QLineEdit()
        self.file.setReadOnly(True)
        self.file.setFixedHeight(FIELD)
        self.file.setFont(theme.font())
        self.file.setAccessibleName(_("renew.file"))
        self.choose = Button(_("renew.choose"), icon="folder-open-outline")
        self.choose.clicked.connect(self._ask_file)
        self.error = ErrorPanel(closable=False)
        self.go = Button(_("renew.go"), kind="primary")
        self.go.clicked.connect(self._go)
        self.stop = Button(_("renew.stop"))
        self.stop.clicked.connect(self.gave_up)
        for field in self.fields.values():
            field.textChanged.connect(self._ready)
        self._build()
        self._ready()
        self.fields["code"].setFocus()

    def _build(self) -> None:
        card = Ground("surface", "lrtb")
        card.setFixedWidth(560)
        column = QVBoxLayout(card)
        column.setContentsMargins(28, 24, 28, 24)
        column.setSpacing(12)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(Icon("key-outline", "accent", 22))
        head.addWidget(Label(_("renew.title"), px=CHILD, bold=True), 1)
        column.addLayout(head)
        column.addWidget(Label(_("renew.words"), wrap=True))
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for row, (key, field) in enumerate(self.fields.items()):
            grid.addWidget(Label(_(f"renew.{key}"), "text2"), row, 0)
            grid.addWidget(field, row, 1, 1, 2)
        grid.addWidget(Label(_("renew.file"), "text2"), len(FIELDS), 0)
        grid.addWidget(self.file, len(FIELDS), 1)
        grid.addWidget(self.choose, len(FIELDS), 2)
        column.addLayout(grid)
        column.addWidget(Label(_("renew.print"), "text2", SECOND, wrap=True))
        column.addWidget(self.error)
        column.addWidget(Rule())
        foot = QHBoxLayout()
        foot.addWidget(self.stop)
        foot.addStretch(1)
        foot.addWidget(self.go)
        column.addLayout(foot)
        whole = QVBoxLayout(self)
        whole.addStretch(2)
        middle = QHBoxLayout()  # not by alignment: wrapped lines would get no height
        middle.addStretch(1)
        middle.addWidget(card)
        middle.addStretch(1)
        whole.addLayout(middle)
        whole.addStretch(3)

    def _ask_file(self) -> None:
        ask_where(self, _("renew.file"), "kizuki-code.txt", self.choose_file)

    def choose_file(self, path: Path) -> None:
        """Where the new recovery code is written to."""
        self._path = path
        self.file.setText(str(path))
        self._ready()

    def _ready(self) -> None:
        self.go.setEnabled(self._path is not None and all(field.text() for field in self.fields.values()))

    def _go(self) -> None:
        code, new, again = (self.fields[key].text() for key in FIELDS)
        if new != again:
            self.error.put(_("settings.own.differ"))
            return
        self.error.hide()
        self._work(True)
        belonging, office, path = self._belonging, self._office, self._path
        now = datetime.now().astimezone()
        self._runner.do(
            lambda: belonging.recover(office, code=code, passphrase=new, recovery_file=path, now=now),
            then=self.renewed.emit,
            failed=self._refused,
        )

    def _work(self, busy: bool) -> None:
        self.go.set_words(_("renew.going") if busy else _("renew.go"))
        for part in (self.go, self.stop, self.choose, *self.fields.values()):
            part.setEnabled(not busy)

    def _refused(self, trouble: Trouble) -> None:
        self._work(False)
        self.error.put(trouble)
        self._ready()


def _secret(key: str) -> QLineEdit:
    field = QLineEdit()
    if key != "code":
        field.setEchoMode(QLineEdit.EchoMode.Password)
    field.setFixedHeight(FIELD)
    field.setFont(theme.font())
    field.setMaxLength(1024)
    field.setAccessibleName(_(f"renew.{key}"))
    return field
