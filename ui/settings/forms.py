"""Small forms of the settings: a question with what it does, fields, a button that names the act."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.domain.message import Trouble
from app.domain.roles import Role
from ui.theme import theme
from ui.tokens import SECOND, TITLE
from ui.widgets.buttons import Button
from ui.widgets.forms import line
from ui.widgets.states import ErrorPanel, Icon
from ui.widgets.text import Label
from ui.words import _

ROLES = tuple(str(role) for role in Role)


class Question(QDialog):
    """What is about to happen, in sentences; ``agreed`` when its button is pressed. Stays open until told."""

    agreed = Signal()

    def __init__(self, title: str, sentences: Iterable[str], verb: str, parent: QWidget, final: bool = False) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(480)
        self.column = QVBoxLayout()
        self.column.setSpacing(8)
        self.error = ErrorPanel(closable=False)
        self.agree = Button(verb, kind="primary")
        self.agree.clicked.connect(self._agree)
        cancel = Button(_("form.cancel"), keys="Esc")
        cancel.clicked.connect(self.reject)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, 16, 20, 16)
        whole.setSpacing(10)
        whole.addWidget(Label(title, px=TITLE, bold=True))
        for one in sentences:
            whole.addWidget(Label(one, wrap=True))
        if final:
            row = QHBoxLayout()
            row.setSpacing(6)
            row.addWidget(Icon("alert-circle-outline", "caution"), 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(Label(_("settings.final"), "caution", SECOND, bold=True, wrap=True), 1)
            whole.addLayout(row)
        whole.addLayout(self.column)
        whole.addWidget(self.error)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(cancel)
        foot.addWidget(self.agree)
        whole.addLayout(foot)

    def field(self, says: str, secret: bool = False, text: str = "") -> QLineEdit:
        """A field under its words."""
        self.column.addWidget(Label(says, "text2", SECOND))
        made = line(says, text)
        made.setMaxLength(1024)
        if secret:
            made.setEchoMode(QLineEdit.EchoMode.Password)
        made.returnPressed.connect(self._agree)
        self.column.addWidget(made)
        return made

    def say(self, words: str, bold: bool = False) -> Label:
        """A sentence between the fields."""
        label = Label(words, "text" if bold else "text2", SECOND, bold=bold, wrap=True)
        self.column.addWidget(label)
        return label

    def _agree(self) -> None:
        if self.agree.isEnabled():
            self.error.hide()
            self.agree.setEnabled(False)
            self.agreed.emit()

    def refuse(self, trouble: Trouble | str) -> None:
        """It was not done: say why, keep what was written."""
        self.agree.setEnabled(True)
        self.error.put(trouble)


class RoleBoxes(QWidget):
    """The four roles, each with what it allows."""

    def __init__(self, chosen: Iterable[str]) -> None:
        super().__init__()
        self.boxes: dict[str, QCheckBox] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        given = set(chosen)
        for role in ROLES:
            box = QCheckBox(_("settings.role", role=_(f"role.{role}"), may=_(f"settings.role.{role}")))
            box.setFont(theme.font())
            box.setChecked(role in given)
            self.boxes[role] = box
            column.addWidget(box)

    def roles(self) -> list[str]:
        return [role for role, box in self.boxes.items() if box.isChecked()]


class PassphraseFields(QWidget):
    """A passphrase that is offered, with its reading in kana, or one of one's own."""

    def __init__(self, offered: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._offered = list(offered)
        self._at = 0
        self.field = line(_("settings.passphrase"))
        self.field.setMaxLength(1024)
        self.reading = Label("", "text2", SECOND, wrap=True)
        another = Button(_("settings.passphrase.another"), icon="refresh", height=26)
        another.clicked.connect(self._another)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.field, 1)
        row.addWidget(another)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(Label(_("settings.passphrase"), "text2", SECOND))
        column.addLayout(row)
        column.addWidget(self.reading)
        self._show()

    def _another(self) -> None:
        self._at = (self._at + 1) % len(self._offered)
        self._show()

    def _show(self) -> None:
        text, reading = self._offered[self._at]
        self.field.setText(text)
        self.reading.setText(_("settings.passphrase.reading", reading=reading))

    def text(self) -> str:
        return self.field.text()
