"""The rows above the caseload: views, saved views, conditions, how many match, order, columns, paper.

Views stand above tools; on a low screen both share one row, as long as the conditions can be read.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.services.answers.caseload import CaseloadList, CaseloadQuery
from ui.caseload.filters import FilterBar, OrderButton
from ui.caseload.saved import SavedViews
from ui.tokens import SECOND, TOOLS
from ui.widgets.buttons import Button, TabRow
from ui.widgets.ground import Ground
from ui.widgets.text import Label
from ui.words import _, count

VIEWS = ("mine", "unassigned", "month", "all")
FEW_CHIPS = 2
"""So many conditions share a row with the views on a low screen."""


class ToolRows(QWidget):
    """``put`` shows a query, ``put_counts`` what it found; ``last`` are the buttons at the end of the tools."""

    def __init__(self, query: CaseloadQuery, saved: SavedViews, last: Sequence[QWidget]) -> None:
        super().__init__()
        self._query, self._last, self.saved = query, last, saved
        self._narrow = self._low = self._one_row = self._tight = False
        self.views = TabRow([(key, _(f"view.{key}")) for key in VIEWS])
        self.views.choose(query.view)
        self.filters = FilterBar()
        self.order = OrderButton()
        self.assign = Button(_("assign.button"), icon="account-arrow-right-outline", height=26)
        self.assign.hide()
        self._matches = Label(role="text2", px=SECOND)
        self._chosen = Label(role="text", px=SECOND, bold=True)
        self._views_row = Ground("surface", "b")
        self._views_line = _row(self._views_row)
        self.tools = Ground("window", "b")
        self._tools_line = _row(self.tools)
        self._tools_line.setContentsMargins(8, 6, 8, 6)
        self.tools.setMinimumHeight(TOOLS)
        self.tools.setMaximumHeight(3 * TOOLS)  # many conditions go on in a second line, none is cut
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._views_row)
        whole.addWidget(self.tools)
        self._lay()

    def compact(self, narrow: bool, low: bool) -> None:
        """Lay them for a window of this kind."""
        self._narrow, self._low = narrow, low
        self._lay()

    def put(self, query: CaseloadQuery) -> None:
        """Show what is asked for."""
        self._query = query
        self.filters.put(query)
        if (self._one_row, self._tight) != self._roomy():
            self._lay()
        self.views.choose(query.view)
        self.order.put(query.sort, self._tight)
        self.saved.put(query, self._one_row)

    def put_counts(self, listing: CaseloadList) -> None:
        """How many children each view has, and how many match."""
        for view in VIEWS:
            self.views.set_count(view, listing.counts.get(view))
        found = count(len(listing.ids))
        self._matches.setText(_("matches.short" if self._tight else "matches", found=found, total=count(listing.total)))

    def put_chosen(self, several: int, may_assign: bool) -> None:
        """How many lines are chosen, and whether they can be given to somebody."""
        self._chosen.setText(_("chosen.several", n=count(several)) if several > 1 else "")
        self.assign.setVisible(may_assign)

    def _roomy(self) -> tuple[bool, bool]:
        """Whether tools share the views' row, and whether they go without words: conditions come first."""
        chips = len(self.filters.chips())
        one = self._low and chips <= FEW_CHIPS
        return one, one or chips > (FEW_CHIPS if self._narrow else 2 * FEW_CHIPS)

    def _lay(self) -> None:
        self._one_row, self._tight = self._roomy()
        one = self._one_row
        parts = (self._chosen, self.assign, self._matches, self.order, *self._last)
        for line in (self._views_line, self._tools_line):
            for part in (self.views, self.saved, self.filters, *parts):
                line.removeWidget(part)  # Qt deletes its item: a widget tells only its first one of a new size
            while line.takeAt(0) is not None:
                pass
        tools = self._views_line if one else self._tools_line
        self._views_line.addWidget(self.views)
        self._views_line.addWidget(self.saved)
        if one:
            self._views_line.addSpacing(8)
        tools.addWidget(self.filters, 1, Qt.AlignmentFlag.AlignVCenter if one else Qt.AlignmentFlag(0))
        for part in parts:
            tools.addWidget(part)
        if not one:
            self._views_line.addStretch(1)
        self.tools.setVisible(not one)
        self.filters.set_tight(self._tight)
        self.order.put(self._query.sort, self._tight)
        self.saved.put(self._query, one)


def _row(ground: QWidget) -> QHBoxLayout:
    ground.setFixedHeight(TOOLS)
    line = QHBoxLayout(ground)
    line.setContentsMargins(8, 0, 12, 0)
    line.setSpacing(8)
    return line
