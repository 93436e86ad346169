"""Taking a decision or a contact back: always with a reason; both stay in the journal."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from app.services.answers import ContactLine, DecisionLine
from ui.theme import theme
from ui.tokens import SECOND, TITLE
from ui.widgets.buttons import Button
from ui.widgets.states import ErrorPanel
from ui.widgets.text import Label
from ui.words import _, day_long, term


class WithdrawDialog(QDialog):
    """``confirmed`` carries the reason; the dialog closes itself then."""

    confirmed = Signal(str)

    def __init__(self, line: DecisionLine | ContactLine, parent: QWidget) -> None:
        super().__init__(parent)
        title = _("withdraw.title.contact" if isinstance(line, ContactLine) else "withdraw.title")
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(440)
        self.reason = QPlainTextEdit()
        self.reason.setFont(theme.font())
        self.reason.setFixedHeight(80)
        self.reason.setTabChangesFocus(True)
        self.reason.setAccessibleName(_("withdraw.reason"))
        self.trouble = ErrorPanel()
        self.confirm = Button(_("withdraw.confirm"), kind="primary")
        cancel = Button(_("withdraw.cancel"), keys="Esc")
        self.confirm.clicked.connect(self._confirm)
        cancel.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(cancel)
        foot.addWidget(self.confirm)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 14, 16, 14)
        whole.setSpacing(8)
        whole.addWidget(Label(title, px=TITLE, bold=True))
        whole.addWidget(
            Label(
                _(
                    "withdraw.what",
                    kind=_kind(line),
                    day=day_long(line.day),
                    author=line.author,
                ),
                wrap=True,
            )
        )
        whole.addWidget(Label(_("withdraw.reason"), "text2", px=SECOND))
        whole.addWidget(self.reason)
        whole.addWidget(self.trouble)
        whole.addLayout(foot)
        self.reason.setFocus()

    def _confirm(self) -> None:
        words = self.reason.toPlainText().strip()
        if not words:
            self.trouble.put(_("withdraw.reason_missing"))
            self.reason.setFocus()
            return
        self.confirmed.emit(words)
        self.accept()


def _kind(line: DecisionLine | ContactLine) -> str:
    if isinstance(line, ContactLine):
        return _("history.contact", kind=term("contact", line.kind), result=term("result", line.result))
    return term("decision", line.kind.value)
