"""Above past imports: children whom only a withdrawn import knew, and about whom people recorded something."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal

from app.services.casework.lost_children import LostChild
from ui.criteria.strips import Strip
from ui.widgets.buttons import Button
from ui.words import _, count


class LostStrip(Strip):
    """Hidden while there are none. ``opened`` carries the first of them and all in their order."""

    opened = Signal(object)

    def __init__(self) -> None:
        self.more = Button(_("imports.lost.more"), icon="account-question-outline", height=26)
        super().__init__("tint", "accent", "information-outline", self.more)
        self._children: list[int] = []
        self.more.clicked.connect(lambda: self.opened.emit((self._children[0], tuple(self._children), "")))

    def put(self, lines: Sequence[LostChild]) -> None:
        """Say how many there are, and what is recorded of them."""
        self._children = [one.person_id for one in lines]
        decisions, contacts = sum(one.decisions for one in lines), sum(one.contacts for one in lines)
        words = _("imports.lost", n=count(len(lines)), decisions=count(decisions), contacts=count(contacts))
        self.say(words if lines else "")
