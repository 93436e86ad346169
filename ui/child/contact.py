"""The contact form: how, with what result, seen with one's own eyes or not, when, in words."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QHBoxLayout, QPlainTextEdit, QVBoxLayout

from app.domain.message import Trouble
from ui.child.choices import DayField, KeyChoice, NextDay, Tick
from ui.theme import theme
from ui.tokens import NAME, SECOND, SMALL
from ui.widgets.buttons import Button
from ui.widgets.ground import Ground
from ui.widgets.states import ErrorPanel
from ui.widgets.text import Label
from ui.words import _, say, term

KINDS = ("phone", "home_visit", "school_visit", "office_visit", "agency", "letter", "mail")
RESULTS = ("met", "guardian_only", "absent", "not_reached", "refused")
_BACK = 365  # days that a contact may be noted late


class ContactForm(Ground):
    """``noted`` carries the keyword arguments of ``note_contact``; ``cancelled`` closes the form."""

    noted = Signal(object)
    cancelled = Signal()

    def __init__(self, today: date) -> None:
        super().__init__("surface")
        self._today = today
        self._busy = False
        self.kinds = {kind: KeyChoice(term("contact", kind), px=SECOND) for kind in KINDS}
        self.results = {result: KeyChoice(term("result", result), px=SECOND) for result in RESULTS}
        self.seen = Tick(_("contact.seen"))
        self.day = DayField(date.fromordinal(today.toordinal() - _BACK), _("next.unset"), _("contact.day"))
        self.next = NextDay(today)
        self.words = QPlainTextEdit()
        self.trouble = ErrorPanel()
        self.record = Button(_("contact.record"), kind="primary", keys="Ctrl+Enter")
        self._build()
        self.clear()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 6, 12, 8)
        column.setSpacing(6)
        head = QHBoxLayout()
        head.addWidget(Label(_("contact.title"), px=NAME, bold=True), 1)
        close = Button(_("contact.cancel"), kind="quiet", keys="Esc", height=24)
        close.clicked.connect(self.cancelled)
        head.addWidget(close)
        column.addLayout(head)
        self._groups: list[QButtonGroup] = []
        for key, choices in (("kind", self.kinds), ("result", self.results)):
            column.addWidget(Label(_(f"contact.{key}"), "text2", px=SECOND))
            column.addLayout(self._grid(choices))
        column.addWidget(self.seen)
        self.words.setFont(theme.font())
        self.words.setFixedHeight(64)
        self.words.setTabChangesFocus(True)
        self.words.setAccessibleName(_("contact.words"))
        self.words.setPlaceholderText(_("contact.words"))
        column.addWidget(self.words)
        fields = QGridLayout()
        fields.setColumnStretch(1, 1)
        fields.addWidget(Label(_("contact.day"), "text2", px=SECOND), 0, 0)
        fields.addWidget(self.day, 0, 1)
        fields.addWidget(Label(_("decision.next"), "text2", px=SECOND), 1, 0)
        fields.addWidget(self.next, 1, 1)
        fields.addWidget(self.next.hint, 2, 1)
        column.addLayout(fields)
        column.addWidget(self.trouble)
        foot = QHBoxLayout()
        self.record.clicked.connect(self.submit)
        foot.addWidget(self.record)
        foot.addWidget(Label(_("contact.never_edited"), "text2", px=SMALL, wrap=True), 1)
        column.addLayout(foot)
        column.addStretch(1)
        self.results["met"].toggled.connect(self.seen.setChecked)

    def _grid(self, choices: dict[str, KeyChoice]) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(4)
        group = QButtonGroup(self)
        self._groups.append(group)
        for number, choice in enumerate(choices.values()):
            group.addButton(choice)
            grid.addWidget(choice, number // 3, number % 3)
        return grid

    def clear(self) -> None:
        """An empty form, today."""
        for group in self._groups:
            group.setExclusive(False)
            for button in group.buttons():
                button.setChecked(False)
            group.setExclusive(True)
        self.seen.setChecked(False)
        self.words.clear()
        self.day.put(self._today)
        self.next.put(None)
        self.trouble.hide()
        self.set_busy(False)

    def start(self) -> None:
        """Put the keyboard on the first choice."""
        self.kinds["phone"].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def submit(self) -> None:
        """Say the contact, or what is missing in it."""
        if self._busy:
            return
        kind = next((key for key, one in self.kinds.items() if one.isChecked()), "")
        result = next((key for key, one in self.results.items() if one.isChecked()), "")
        day = self.day.day()
        missing = "kind" if not kind else "result" if not result else "day" if day is None else ""
        if missing:
            self.trouble.put(_(f"contact.{missing}_missing"))
            return
        if day is not None and day > self._today:
            self.trouble.put(_("contact.in_the_future", day=day))
            return
        self.trouble.hide()
        self.set_busy(True)
        self.noted.emit(
            {
                "kind": kind,
                "result": result,
                "seen": self.seen.isChecked(),
                "day": day,
                "words": self.words.toPlainText().strip(),
                "next_day": self.next.day(),
            }
        )

    def set_busy(self, busy: bool) -> None:
        """While a contact is on its way it cannot be sent again."""
        self._busy = busy
        self.record.setEnabled(not busy)

    def failed(self, trouble: Trouble) -> None:
        """It was not recorded; what was written stays."""
        self.set_busy(False)
        self.trouble.put(_("decision.failed", why=say(trouble.message)))
