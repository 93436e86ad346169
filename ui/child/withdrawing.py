"""Taking a decision or a contact back: always with a reason; both stay in the journal."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from app.services.answers.child import ContactLine, DecisionLine
from app.services.casework.planning import PlanLine
from ui.theme import theme
from ui.tokens import SECOND, TITLE
from ui.widgets.buttons import Button
from ui.widgets.states import ErrorPanel
from ui.widgets.text import Label
from ui.words import _, day_long, term

Line = DecisionLine | ContactLine | PlanLine


class WithdrawDialog(QDialog):
    """``confirmed`` carries the reason; the dialog closes itself then."""

    confirmed = Signal(str)

    def __init__(self, line: Line, parent: QWidget) -> None:
        super().__init__(parent)
        title = _title(line)
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
                    day=day_long(_day(line)),
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


def _title(line: Line) -> str:
    if isinstance(line, PlanLine):
        return _("withdraw.title.plan")
    return _("withdraw.title.contact" if isinstance(line, ContactLine) else "withdraw.title")


def _day(line: Line) -> date:
    return line.recorded.date() if isinstance(line, PlanLine) else line.day


def _kind(line: Line) -> str:
    if isinstance(line, PlanLine):
        return _("plan.version", n=line.version, day=day_long(line.recorded.date(), False))
    if isinstance(line, ContactLine):
        return _("history.contact", kind=term("contact", line.kind), result=term("result", line.result))
    return term("decision", line.kind.value)
