"""Moving what is due to another day: the day, with its suggestions, and always the reason."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from app.domain.message import Trouble
from app.services.casework.followups import FollowUp
from ui.child.choices import NextDay
from ui.theme import theme
from ui.tokens import SECOND, TITLE
from ui.widgets.buttons import Button
from ui.widgets.states import ErrorPanel
from ui.widgets.text import Label
from ui.words import _, day_long


class MoveDialog(QDialog):
    """``confirmed`` carries the day and the reason; the page closes the dialog when it is on the disk."""

    confirmed = Signal(object, str)

    def __init__(self, line: FollowUp, today: date, parent: QWidget) -> None:
        super().__init__(parent)
        title = _("move.title" if line.day else "move.title.set")
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(460)
        self.day = NextDay(today)
        self.reason = QPlainTextEdit()
        self.reason.setFont(theme.font())
        self.reason.setFixedHeight(72)
        self.reason.setTabChangesFocus(True)
        self.reason.setAccessibleName(_("move.reason"))
        self.trouble = ErrorPanel()
        self.confirm = Button(_("move.confirm"), kind="primary", keys="Ctrl+Enter")
        cancel = Button(_("withdraw.cancel"), keys="Esc")
        self.confirm.clicked.connect(self._confirm)
        self.confirm.setShortcut("Ctrl+Return")
        cancel.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(cancel)
        foot.addWidget(self.confirm)
        now = _("move.now", name=line.name, day=day_long(line.day)) if line.day else _("move.none", name=line.name)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 14, 16, 14)
        whole.setSpacing(8)
        whole.addWidget(Label(title, px=TITLE, bold=True))
        whole.addWidget(Label(now, wrap=True))
        for part in (
            Label(_("move.day"), "text2", px=SECOND), self.day, self.day.hint,
            Label(_("move.reason"), "text2", px=SECOND), self.reason, self.trouble,
        ):  # fmt: skip
            whole.addWidget(part)
        whole.addLayout(foot)
        self.day.field.setFocus()

    def _confirm(self) -> None:
        day, reason = self.day.day(), self.reason.toPlainText().strip()
        if day is None:
            self.trouble.put(_("move.day_missing"))
            self.day.field.setFocus()
        elif not reason:
            self.trouble.put(_("follow_up.reason_missing"))
            self.reason.setFocus()
        else:
            self.trouble.hide()
            self.confirm.setEnabled(False)
            self.confirmed.emit(day, reason)

    def failed(self, trouble: Trouble) -> None:
        """It was not moved; what was written stays."""
        self.confirm.setEnabled(True)
        self.trouble.put(trouble)
