"""人と鍵: who belongs to the office, with which roles; inviting, leaving, the office's keys. For administrators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QTableWidget, QVBoxLayout, QWidget

from app.services.answers.outcomes import MemberLine
from ui.settings.forms import ROLES
from ui.theme import theme
from ui.tokens import NAME
from ui.widgets.buttons import Button
from ui.widgets.ground import Rule
from ui.widgets.rows import make_plain
from ui.widgets.states import Icon
from ui.widgets.text import Label, cell_with_tip
from ui.words import _, count

ACTS = ("invite", "roles", "again", "leave")


class PeopleSection(QWidget):
    """A table of people and what can be done; says ``wanted`` with the act and the person's name."""

    wanted = Signal(str, str)

    def __init__(self, me: str) -> None:
        super().__init__()
        self._me = me
        self.members: Sequence[MemberLine] = ()
        self.table = QTableWidget(0, 3)
        self._set_up_table()
        self.buttons = {act: Button(_(f"settings.people.{act}"), height=26) for act in ACTS}
        row = QHBoxLayout()
        row.setSpacing(8)
        for act, button in self.buttons.items():
            button.clicked.connect(lambda _on=False, act=act: self.wanted.emit(act, self.chosen()))
            row.addWidget(button)
        row.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 18, 24, 18)
        whole.setSpacing(12)
        whole.addWidget(Label(_("settings.people"), px=NAME, bold=True))
        whole.addWidget(self.table, 1)
        whole.addLayout(row)
        whole.addWidget(Rule())
        whole.addWidget(Label(_("settings.keys"), px=NAME, bold=True))
        whole.addLayout(self._keys())

    def _set_up_table(self) -> None:
        table = self.table
        table.setHorizontalHeaderLabels([_(f"settings.people.{one}") for one in ("name", "may", "children")])
        table.setAccessibleName(_("settings.people"))
        make_plain(table, 30)
        table.setFont(theme.font())
        table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        table.setColumnWidth(0, 200)
        table.setColumnWidth(2, 120)
        table.itemSelectionChanged.connect(self._ready)

    def _keys(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(8)
        self._due = Label(_("settings.keys.due"), "caution", bold=True, wrap=True)
        self._due_icon = Icon("alert-circle-outline", "caution")
        due = QHBoxLayout()
        due.setSpacing(6)
        due.addWidget(self._due_icon)
        due.addWidget(self._due, 1)
        column.addLayout(due)
        self._recovery = Label(wrap=True)
        self.renew_code = Button(_("settings.keys.code"), icon="printer-outline", height=26)
        self.renew_code.clicked.connect(lambda: self.wanted.emit("code", ""))
        self._epoch = Label(wrap=True)
        self.renew_keys = Button(_("settings.keys.renew"), icon="key-outline", height=26)
        self.renew_keys.clicked.connect(lambda: self.wanted.emit("keys", ""))
        for label, button in ((self._recovery, self.renew_code), (self._epoch, self.renew_keys)):
            row = QHBoxLayout()
            row.setSpacing(12)
            row.addWidget(label, 1)
            row.addWidget(button)
            column.addLayout(row)
        return column

    def put(self, members: Sequence[MemberLine], state: Any) -> None:
        """Show the people and how the keys stand."""
        chosen = self.chosen()
        self.members = members
        self.table.setRowCount(len(members))
        for row, one in enumerate(members):
            roles = _("list.join").join(_(f"role.{role}") for role in ROLES if role in one.roles)
            name = _("settings.people.you", name=one.name) if one.name == self._me else one.name
            for at, words in enumerate((name, roles, count(one.open_cases))):
                self.table.setItem(row, at, cell_with_tip(words))
            if one.name == (chosen or self._me):
                self.table.selectRow(row)
        self._recovery.setText(_("settings.keys.has_code" if state.has_recovery else "settings.keys.no_code"))
        self._recovery_ready(state)
        self._ready()

    def _recovery_ready(self, state: Any) -> None:
        self._epoch.setText(_("settings.keys.epoch", n=state.epoch))
        self._due.setText(_("settings.keys.due_by_lead" if state.lead_needed else "settings.keys.due"))
        for part in (self._due, self._due_icon):
            part.setVisible(state.rotation_due)

    def chosen(self) -> str:
        """The name in the chosen row; "" for none."""
        row = self.table.currentRow()
        return self.members[row].name if 0 <= row < len(self.members) else ""

    def _ready(self) -> None:
        name = self.chosen()
        self.buttons["roles"].setEnabled(bool(name))
        for act in ("again", "leave"):
            self.buttons[act].setEnabled(bool(name) and name != self._me)
