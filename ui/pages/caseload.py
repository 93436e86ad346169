"""The caseload page: views, search, conditions, the list, the panel, assigning.

Asks ``desk.caseload`` through the runner and shows what comes back; the list keeps its place
when something was saved. What a line looks like is in ``ui.caseload``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from app.services.answers.caseload import CaseloadList, CaseloadQuery, CaseloadRow
from app.services.answers.outcomes import Changes, MemberLine
from app.services.links.link_answers import Doubt
from ui.caseload.emptiness import explain
from ui.caseload.giving import Giving
from ui.caseload.model import CaseloadModel
from ui.caseload.panel import CasePanel
from ui.caseload.saved import SavedViews
from ui.caseload.shaping import Shaping
from ui.caseload.table import CaseloadTable
from ui.caseload.toolrows import ToolRows
from ui.desk import Desk
from ui.page import KeyLine, Page
from ui.papers.buttons import ListPrint
from ui.runner import Runner
from ui.widgets.ground import Ground
from ui.widgets.stack import Stack
from ui.widgets.states import EmptyState
from ui.words import _, count, day_long

TYPING_PAUSE = 15
"""Milliseconds after a keystroke before the list is asked for: two quick keys ask once."""
SETTLED = 1500
"""Milliseconds after which a search has settled: then it goes into the access log."""
CONCERNS = frozenset(
    {"decision", "contact", "assignment", "setting", "people", "published", "ruling", "follow_up", "protection"}
)
CHOICES = frozenset({"people", "published", "assignment"})
"""What changes the names that conditions offer."""


class CaseloadPage(Page):
    """児童一覧."""

    key = "caseload"
    icon = "clipboard-text-outline"
    listed = Signal()
    """A list has arrived and is on the screen."""

    def __init__(self, desk: Desk, runner: Runner) -> None:
        super().__init__()
        self._desk, self._runner = desk, runner
        self.query = CaseloadQuery()
        self._asked_once = False
        self._panel_wanted = True
        self.model = CaseloadModel(self)
        self.model.today = desk.today()
        self.table = CaseloadTable(self.model)
        self.panel = CasePanel(desk.today())
        self.giving = Giving(desk, runner, self.table.chosen_people, self)
        self.saved = SavedViews(desk, runner)
        self._logged = CaseloadQuery()
        self._build()
        self._connect()

    # ------------------------------------------------------------ building

    def _build(self) -> None:
        self.shaping = Shaping(self._desk, self._runner, self.table, self)
        self.print = ListPrint(self._desk, self._runner, self, lambda: self.query)
        self.print.done.connect(self.done.emit)
        self.rows = ToolRows(self.query, self.saved, (self.shaping.button, self.print))
        self.views, self.filters, self.assign = self.rows.views, self.rows.filters, self.rows.assign
        self.empty = EmptyState()
        self._stack = Stack()
        self._stack.addWidget(self.table)
        ground = Ground("surface")
        centre = QVBoxLayout(ground)
        centre.addWidget(self.empty)
        self._stack.addWidget(ground)
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addWidget(self._stack, 1)
        body.addWidget(self.panel)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.rows)
        whole.addLayout(body, 1)

    def _connect(self) -> None:
        self.model.wanted.connect(self._fetch)
        self.model.filled.connect(self._show_panel)
        self.model.filled.connect(self._ask_doubt)
        self.table.verticalScrollBar().valueChanged.connect(self._ask_doubt)
        self.views.chosen.connect(lambda view: self.ask(replace(self.query, view=view)))
        self.filters.changed.connect(self.ask)
        self.rows.order.chosen.connect(self._sort)
        self.table.sorted_by.connect(self._sort)
        self.table.opened.connect(self._open)
        self.table.current_changed.connect(self._show_panel)
        self.table.selection_changed.connect(self._show_chosen)
        self.table.menu_wanted.connect(self._context_menu)
        self.panel.opened.connect(self.open_current)
        self.panel.stepped.connect(self.table.step)
        self.assign.clicked.connect(lambda: self.giving.popup(self.assign))
        self.giving.done.connect(self.done)
        self.saved.done.connect(self.done)
        self.saved.troubled.connect(self.troubled)
        self.saved.chosen.connect(self._take_view)
        self._settling = _timer(self, SETTLED, self._log_search)
        self._typing = _timer(self, TYPING_PAUSE, lambda: self.ask(self.query))
        for keys, call in (
            ("F4", self._fold_panel),
            ("Ctrl+Shift+F", self.filters.open_menu),
            ("Ctrl+Shift+V", self.saved.click),
            ("Ctrl+Shift+S", self.saved.name_view),
        ):
            QShortcut(QKeySequence(keys), self, call, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)

    # ------------------------------------------------------------ a page's duties

    def subtitle(self) -> str:
        listing = self.model.listing
        day = day_long(self._desk.today())
        if not listing.looked:
            return day
        return _("caseload.looked", day=day, looked=count(listing.looked), left=count(listing.left))

    def shown(self) -> None:
        if not self._asked_once:
            self.ask(self.query)
            self._ask_choices()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def changed(self, changes: Changes) -> None:
        if self._asked_once and changes.kinds & CONCERNS:
            self.ask(self.query)
        if self._asked_once and changes.kinds & CHOICES:
            self._ask_choices()
        if "views" in changes.kinds:
            self.saved.ask()

    def keep(self) -> object:
        return self.query, self.table.current_person(), self._panel_wanted

    def take(self, kept: object) -> None:
        if isinstance(kept, tuple):
            self.query, self._person_kept, self._panel_wanted = kept
            self.panel.setVisible(self._panel_wanted)
            self.searched_for.emit(self.query.text)

    def seek(self, text: str) -> bool:
        self.query = replace(self.query, text=text)
        self._typing.start()
        return True

    def compacted(self, narrow: bool, low: bool) -> None:
        self.table.set_compact(narrow or low)
        self.panel.set_narrow(narrow or low)
        self.rows.compact(narrow, low)

    def panes(self) -> tuple[QWidget, ...]:
        return (self.views.button(self.query.view), self.filters.add, self.table, self.panel)

    def keys(self) -> tuple[KeyLine, ...]:
        return (
            KeyLine("↑ ↓", "keys.caseload.move"),
            KeyLine("Enter", "keys.caseload.open"),
            KeyLine("D", "keys.caseload.decide"),
            KeyLine("C", "keys.caseload.contact"),
            KeyLine("Shift+↑ ↓", "keys.caseload.several"),
            KeyLine("F4", "keys.caseload.panel"),
            KeyLine("Ctrl+Shift+F", "keys.caseload.condition"),
            KeyLine("Delete", "keys.caseload.remove"),
            KeyLine("Ctrl+Shift+V", "keys.caseload.views"),
            KeyLine("Ctrl+Shift+S", "keys.caseload.save_view"),
        )

    # ------------------------------------------------------------ asking

    def ask(self, query: CaseloadQuery) -> None:
        """List this query; the answer of an older one is dropped."""
        self._asked_once = True
        self.query = query
        self._runner.ask(
            self._desk.caseload.listing_with_rows,
            self._desk.office,
            query,
            self._desk.today(),
            self.table.current_person() or self._person_kept,
            self.table.sight(),
            then=partial(self._listed, query),
            topic="caseload.listing",
        )

    def _ask_choices(self) -> None:
        """What conditions can be chosen from, the saved views, and the columns as they were left."""
        ask, desk = self._runner.ask, self._desk
        ask(desk.belonging.members, desk.office, then=self._know_members, topic="caseload.members")
        ask(desk.caseload.choices, desk.office, then=self._know_choices, topic="caseload.choices")
        if not self._views_known:
            self._views_known = True
            self.saved.ask()
            self.shaping.ask()

    _views_known = False
    _person_kept: int | None = None

    def _know_members(self, members: Sequence[MemberLine]) -> None:
        self.giving.members = members
        self.filters.known = replace(self.filters.known, members=tuple(one.name for one in members))

    def _know_choices(self, found: Any) -> None:
        self.filters.known = replace(self.filters.known, criteria=found.criteria, schools=found.schools)

    def arrive(self, where: object) -> None:
        if isinstance(where, CaseloadQuery):
            self._take_view(where)

    def _take_view(self, query: CaseloadQuery) -> None:
        """A saved view: also its words stand in the search field."""
        self.searched_for.emit(query.text)
        self.ask(query)

    def _log_search(self) -> None:
        """A search that settled goes into the access log."""
        query = self.query
        if query != self._logged:
            self._logged = query
            found = len(self.model.listing.ids)
            self._runner.do(self._desk.caseload.log_search, self._desk.office, query, found, self._desk.now())

    def _fetch(self, generation: int, ids: tuple[int, ...]) -> None:
        self._runner.ask(
            self._desk.caseload.rows,
            self._desk.office,
            ids,
            self._desk.today(),
            then=partial(self.model.put, generation),
        )

    def _ask_doubt(self) -> None:
        """What hangs on the unsettled links of the children in sight: one at a time, for each takes a trial."""
        table = self.table
        last = table.rowAt(table.viewport().height() - 1)
        person = self.model.doubtful(table.rowAt(0), last if last >= 0 else self.model.rowCount() - 1)
        if person is not None and self._desk.foreseeing is not None:
            self._runner.ask(
                self._desk.foreseeing.doubt,
                self._desk.office,
                person,
                then=partial(self._know_doubt, person),
                topic="caseload.doubt",
            )

    def _know_doubt(self, person: int, doubt: Doubt | None) -> None:
        line = self.model.known(person)
        if line is not None:
            self.model.put_doubt(person, doubt.most if doubt is not None else line.points)
            self._ask_doubt()

    def _listed(self, query: CaseloadQuery, found_now: tuple[CaseloadList, Sequence[CaseloadRow]]) -> None:
        """Show a list; when it is the same question as before, nothing moves under the hand."""
        listing, rows = found_now
        person, row = self.table.current_person() or self._person_kept, self.table.currentIndex().row()
        self._person_kept = None
        scrolled = self.table.verticalScrollBar().value()
        same = query == self.filters.query
        chosen = self.table.chosen_people() if same and self.table.chosen_count() > 1 else []
        self.rows.put(query)
        self._settling.start()
        self.table.set_sort(query.sort)
        self.model.show(listing, rows)
        self.table.relisted()
        self.rows.put_counts(listing)
        if listing.ids:
            self._stack.setCurrentIndex(0)
            found = self.model.row_of(person) if person is not None else None
            self.table.go_to(self._next_row(found, row if same else 0))
            self.table.choose(chosen)
            if same:
                self.table.verticalScrollBar().setValue(scrolled)
            elif found is None:
                self.table.scrollToTop()
        else:
            self._stack.setCurrentIndex(1)
            explain(self.empty, query, listing, self.ask, self._bring)
        self._show_chosen()
        self._show_panel()
        self._ask_doubt()
        self.retitled.emit()
        self.listed.emit()

    def _next_row(self, found: int | None, before: int) -> int:
        if found is not None:
            return found
        row = min(max(before, 0), self.model.rowCount() - 1)
        return (row - 1 if row else 1) if self.model.is_cut(row) else row

    # ------------------------------------------------------------ acting

    def _sort(self, sort: str) -> None:
        self.ask(replace(self.query, sort=sort))

    def _open(self, person: int, focus: str) -> None:
        self.opens.emit("child", (person, self.model.listing.ids, focus or None))

    def open_current(self, focus: str = "") -> None:
        """Open the child that the list stands on."""
        person = self.table.current_person()
        if person is not None:
            self._open(person, focus)

    def _show_panel(self) -> None:
        row = self.table.currentIndex().row()
        line = self.model.line(row) if self.model.listing.ids and row >= 0 else None
        place = self.model.place_of(row)
        self.panel.put(line, (place or 0) + 1, len(self.model.listing.ids))

    def _show_chosen(self) -> None:
        several = self.table.chosen_count()
        self.rows.put_chosen(several, self._desk.may_assign and several > 0 and bool(self.listed_ids))

    @property
    def _bring(self) -> Callable[[], None] | None:
        """To where extracts come in, for those who may."""
        return (lambda: self.opens.emit("imports", None)) if self._desk.may_import else None

    @property
    def listed_ids(self) -> Sequence[int]:
        return self.model.listing.ids

    def _fold_panel(self) -> None:
        self._panel_wanted = not self._panel_wanted
        self.panel.setVisible(self._panel_wanted)

    # ------------------------------------------------------------ assigning

    def _context_menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        for key, focus in (("panel.open", ""), ("panel.decide", "decision"), ("panel.contact_note", "contact")):
            action = QAction(_(key), menu)
            action.triggered.connect(lambda _on=False, focus=focus: self.open_current(focus))
            menu.addAction(action)
        if self._desk.may_assign and self.table.chosen_count():
            menu.addSeparator()
            self.giving.fill(menu.addMenu(_("assign.button")))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)


def _timer(parent: QWidget, pause: int, call: Callable[[], object]) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(pause)
    timer.timeout.connect(call)
    return timer
