"""What stands beside the timeline: the reasons, and below them what is being written.

On a low screen reasons and forms are two tabs; else they stand one above the other.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout

from ui.child.reasons import ReasonsPanel
from ui.child.writing import Writing
from ui.widgets.buttons import TabRow
from ui.widgets.ground import Ground, Rule
from ui.words import _

WIDE, NARROW = 384, 320


class Beside(Ground):
    """The panel at the right of the child page."""

    def __init__(self, reasons: ReasonsPanel, writing: Writing) -> None:
        super().__init__("surface", "l", "line2")
        self.setFixedWidth(WIDE)
        self._low = False
        self.reasons, self.writing = reasons, writing
        self._panes = TabRow([("reasons", _("pane.reasons")), ("decision", _("pane.decision"))], 34)
        self._panes.choose("reasons")
        self._panes.hide()
        self._rule = Rule(role="line2")
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._panes)
        column.addWidget(reasons, 1)
        column.addWidget(self._rule)
        column.addWidget(writing)
        column.addWidget(writing.foot)
        self._panes.chosen.connect(lambda _key: self._arrange())
        writing.turned.connect(self._turned)

    def compact(self, narrow: bool, low: bool) -> None:
        """Give way on a small screen."""
        self._low = low
        self.setFixedWidth(NARROW if narrow else WIDE)
        self._arrange()

    def show_pane(self, key: str) -> None:
        """Bring ``reasons`` or ``decision`` to the front and the focus into it."""
        self._panes.choose(key)
        self._arrange()
        if key == "decision":
            choices = list(self.writing.decision.choices.values())
            chosen = next((choice for choice in choices if choice.isChecked()), choices[0])
            chosen.setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif self.reasons.rows:
            self.reasons.rows[0].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _turned(self, form: str) -> None:
        self._panes.set_words("decision", _("pane.contact" if form == "contact" else "pane.decision"))
        if form == "contact":
            self._panes.choose("decision")
        self._arrange()

    def _arrange(self) -> None:
        front = self._panes.current()
        self._panes.setVisible(self._low)
        self._rule.setVisible(not self._low)
        self.writing.fill(self._low)
        for part, key in ((self.reasons, "reasons"), (self.writing, "decision")):
            if self._low and front != key:
                part.hide()
        for part, key in ((self.reasons, "reasons"), (self.writing, "decision")):
            if not self._low or front == key:
                part.show()
        self.writing.foot.setVisible(not self.writing.isHidden())
