"""自分の鍵: one's own passphrase, and the second factor."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.tokens import NAME
from ui.widgets.buttons import Button
from ui.widgets.text import Label
from ui.words import _


class OwnSection(QWidget):
    """Says ``wanted`` with ``passphrase``, ``factor_on`` or ``factor_off``."""

    wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._has = False
        self.passphrase = Button(_("settings.own.change"), icon="form-textbox-password", height=26)
        self.passphrase.clicked.connect(lambda: self.wanted.emit("passphrase"))
        self.factor = Button("", icon="shield-key-outline", height=26)
        self.factor.clicked.connect(lambda: self.wanted.emit("factor_off" if self._has else "factor_on"))
        self._factor_says = Label(wrap=True)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 18, 24, 18)
        whole.setSpacing(12)
        whole.addWidget(Label(_("settings.own"), px=NAME, bold=True))
        for words, button in (
            (Label(_("settings.own.says"), wrap=True), self.passphrase),
            (self._factor_says, self.factor),
        ):
            row = QHBoxLayout()
            row.setSpacing(12)
            row.addWidget(words, 1)
            row.addWidget(button)
            whole.addLayout(row)
        whole.addStretch(1)
        self.put(False)

    def put(self, has_factor: bool) -> None:
        """Whether the passphrase works on this PC only."""
        self._has = has_factor
        self._factor_says.setText(_("settings.own.factor_is_on" if has_factor else "settings.own.factor_is_off"))
        self.factor.set_words(_("settings.own.factor_off" if has_factor else "settings.own.factor_on"))
