"""Before a contact with a protected household: who may not learn of it, as far as the records show."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QVBoxLayout

from app.services.answers.child import ChildFile
from app.services.protection.bewaring import Outsider
from ui.desk import Desk
from ui.runner import Runner
from ui.tokens import SECOND
from ui.widgets.ground import Ground
from ui.widgets.text import Label
from ui.words import _

SHOWN = 3


class Beware(Ground):
    """A caution above the contact form of a protected child; nothing for others."""

    def __init__(self, desk: Desk, runner: Runner) -> None:
        super().__init__("caution_tint", "tb", "caution")
        self._desk, self._runner = desk, runner
        self._person = 0
        self.words = Label(px=SECOND, wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 8, 6)
        column.addWidget(self.words)
        self.hide()

    def put(self, file: ChildFile) -> None:
        """Say at once that care is needed; whom to beware of follows."""
        self._person = file.person_id
        self.setVisible(file.protected)
        self.words.setText(_("beware.words"))
        if file.protected and self._desk.bewaring is not None:
            desk = self._desk
            self._runner.ask(
                desk.bewaring.outsiders,
                desk.office,
                file.person_id,
                desk.today().isoformat(),
                then=partial(self._name, file.person_id),
                topic="child.beware",
            )

    def _name(self, person: int, found: Sequence[Outsider]) -> None:
        if person != self._person:
            return
        names = _("list.join").join(_(f"beware.{one.why}", name=one.name) for one in found[:SHOWN])
        if len(found) > SHOWN:
            names = _("beware.more", names=names, n=len(found) - SHOWN)
        self.words.setText(_("beware.words") + "\n" + (_("beware.who", names=names) if names else _("beware.nobody")))
