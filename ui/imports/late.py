"""A quiet reminder above past imports: which departments' files should have come by now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from app.services.imports.received import Arrived
from ui.tokens import SECOND
from ui.widgets.buttons import Button
from ui.widgets.ground import Ground
from ui.widgets.states import Icon
from ui.widgets.text import Label
from ui.words import _, count, day_short, language

_NAMED = 3


class LateStrip(Ground):
    """Hidden while nothing is late. ``opened`` asks for the page that says how everything arrives."""

    opened = Signal()

    def __init__(self) -> None:
        super().__init__("caution_tint", "tb", "caution")
        self.words = Label(px=SECOND, wrap=True)
        self.more = Button(_("imports.late.more"), icon="database-check-outline", height=26)
        self.more.clicked.connect(self.opened.emit)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(8)
        row.addWidget(Icon("calendar-alert", "caution"))
        row.addWidget(self.words, 1)
        row.addWidget(self.more)
        self.hide()

    def put(self, lines: Sequence[Arrived], today: date) -> None:
        """Name the longest late ones, and how many more there are."""
        named = _("list.join").join(_late(one, today) for one in lines[:_NAMED])
        rest = len(lines) - _NAMED
        words = _("imports.late", names=named) + (_("imports.late.rest", n=count(rest)) if rest > 0 else "")
        self.words.setText(words)
        self.setAccessibleName(words)
        self.setVisible(bool(lines))


def _late(one: Arrived, today: date) -> str:
    name = one.names.get(language()) or one.names.get("ja", "")
    due = one.due or today
    return _("imports.late.one", name=name, due=day_short(due, today), days=count((today - due).days))
