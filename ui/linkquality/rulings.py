"""What was ruled, newest first; each can be taken back, also months later, after saying what would follow."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from app.services.links.link_answers import Consequences
from app.services.links.quality_answers import RulingHistory
from ui.linkquality import saying
from ui.linkquality.lines import Lines
from ui.tokens import SECOND
from ui.widgets.buttons import Button
from ui.widgets.ground import Ground
from ui.widgets.text import Label
from ui.words import _, count

_RULINGS = (
    ("quality.column.taken", 166),
    ("quality.column.ruling", 84),
    ("quality.column.names", 0),
    ("quality.column.sources", 168),
    ("quality.column.author", 96),
    ("quality.column.reason", 190),
    ("quality.column.state", 96),
)


class RulingsPane(Ground):
    """``withdraws`` asks to take the ruling in front back, ``stood_on`` carries it, ``opened`` its two records."""

    withdraws = Signal()
    stood_on = Signal(object)
    opened = Signal(object)

    def __init__(self) -> None:
        super().__init__("surface")
        self.rulings: Sequence[RulingHistory] = ()
        self.lines = Lines(_("quality.rulings"), _RULINGS)
        self.lines.empty.put(_("quality.rulings.none"), _("quality.rulings.none.words"))
        self.take_back = Button(_("quality.take_back"), icon="undo")
        self.see = Button(_("quality.see_pair"), icon="compare-horizontal")
        self.foreseen = Label(role="text2", px=SECOND, wrap=True)
        self.take_back.clicked.connect(self.withdraws.emit)
        self.see.clicked.connect(self._see)
        self.lines.moved.connect(lambda _row: self._stand())
        self.lines.opened.connect(lambda _row: self._see())
        line = QHBoxLayout()
        line.setContentsMargins(12, 6, 10, 6)
        line.setSpacing(8)
        line.addWidget(self.foreseen, 1)
        line.addWidget(self.see)
        line.addWidget(self.take_back)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(line)
        whole.addWidget(self.lines, 1)

    def put(self, rulings: Sequence[RulingHistory]) -> None:
        self.rulings = rulings
        self.lines.put([saying.ruling_cells(one) for one in rulings])

    def current(self) -> RulingHistory | None:
        """The ruling in front."""
        row = self.lines.row()
        return self.rulings[row] if 0 <= row < len(self.rulings) else None

    def _stand(self) -> None:
        one = self.current()
        stands = one is not None and not one.withdrawn and one.mine
        self.take_back.setEnabled(stands)
        self.see.setEnabled(one is not None and all(one.extracts))
        self.foreseen.setText("")
        if stands:
            self.stood_on.emit(one)

    def foresee(self, ruling: RulingHistory, what: Consequences) -> None:
        """Say what taking this ruling back would change."""
        if self.current() is ruling:
            levels = [
                f"{brief.name} {_('cons.points', points=brief.points)}"
                for brief in what.after
                if brief.level is not None
            ]
            after = _("list.comma").join(levels) or "—"
            self.foreseen.setText(_("quality.foreseen", facts=count(what.moved_count), after=after))

    def _see(self) -> None:
        one = self.current()
        if one is not None and all(one.extracts):
            self.opened.emit((one.a, one.b, ()))
