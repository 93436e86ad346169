"""Sectors that are closed to who looks: the strip that says so, and opening one for a time, with a reason."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.domain.sectors import Sector
from app.services.answers.child import ChildFile
from app.services.answers.outcomes import Outcome
from ui.child.hidden import ReasonDialog
from ui.desk import Desk
from ui.page import Done
from ui.runner import Runner
from ui.tokens import SECOND
from ui.widgets.buttons import Button
from ui.widgets.choosing import close_form
from ui.widgets.ground import Ground
from ui.widgets.states import Icon
from ui.widgets.text import ElidedLabel, tip
from ui.words import _, sector_word


class Closed(Ground):
    """One line, and a button for each closed sector. ``done`` after each commit."""

    done = Signal(object)

    def __init__(self, desk: Desk, runner: Runner, over: QWidget) -> None:
        super().__init__("surface", "b", "line2")
        self._desk, self._runner, self._over = desk, runner, over
        self._person = 0
        self.words = ElidedLabel(px=SECOND)
        self.buttons: dict[Sector, Button] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 5, 12, 6)
        row.setSpacing(8)
        row.addWidget(Icon("lock-outline"))
        row.addWidget(self.words, 1)
        for sector in Sector:
            button = Button(_("closed.open", sector=sector_word(sector)), icon="lock-open-outline", height=26)
            button.clicked.connect(partial(self._ask, sector))
            self.buttons[sector] = button
            row.addWidget(button)
        self.hide()

    def put(self, file: ChildFile) -> None:
        """Show which sectors of this child are closed to who looks."""
        self._person = file.person_id
        closed = {one.sector for one in file.closed}
        for sector, button in self.buttons.items():
            button.setVisible(sector in closed)
        text = _("closed.words", sectors=_("list.join").join(map(sector_word, sorted(closed, key=list(Sector).index))))
        self.words.setText(text)
        tip(self.words, text)
        self.setVisible(bool(closed))

    def _ask(self, sector: Sector) -> None:
        dialog = ReasonDialog("closed.one", self._over, sector=sector_word(sector))
        dialog.confirmed.connect(partial(self._open, dialog, self._person, sector))
        dialog.open()

    def _open(self, dialog: ReasonDialog, person: int, sector: Sector, reason: str) -> None:
        desk = self._desk

        def then(outcome: Outcome[str]) -> None:
            close_form(dialog)
            self.done.emit(Done(outcome.changes))

        act = partial(desk.unveiling.open_for_me, desk.office, person, str(sector), reason, desk.now())
        self._runner.do(act, then=then, failed=dialog.failed)
