"""Reaching out (案内): the lists of those who are probably entitled, letters to them, what became of these."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.services.answers.outcomes import Changes, Outcome
from app.services.papers.outreach import Entitled, ReachList
from app.services.papers.paper import Paper
from ui.desk import Desk
from ui.outreach.lists import ListsPane, PeopleTable
from ui.page import Done, KeyLine, Page
from ui.papers.dialog import PaperDialog
from ui.runner import Runner
from ui.tokens import SECOND, TOOLS
from ui.widgets.buttons import Button
from ui.widgets.ground import Ground
from ui.widgets.states import EmptyState
from ui.widgets.text import Label
from ui.words import _, count

CONCERNS = frozenset({"letter", "published", "setting", "ruling", "protection"})
STATES = ("sent", "returned", "answered")
FIRST = "school_aid"


class OutreachPage(Page):
    """案内."""

    key = "outreach"
    icon = "email-fast-outline"

    def __init__(self, desk: Desk, runner: Runner) -> None:
        super().__init__()
        self._desk, self._runner = desk, runner
        self.lists: dict[str, ReachList] = {}
        self._asked = False
        self.pane = ListsPane()
        self.table = PeopleTable()
        self.write_chosen = Button(_("outreach.write"), kind="primary", icon="email-edit-outline")
        self.write_all = Button(_("outreach.write_all", n=0), icon="email-multiple-outline")
        self.record = {state: Button(_(f"outreach.record.{state}")) for state in STATES}
        self.note = Label("", "text2", px=SECOND, wrap=True)
        self._build()
        self.pane.chosen.connect(lambda _key: self._show())
        self.table.itemSelectionChanged.connect(self._judge)
        self.table.cellDoubleClicked.connect(lambda row, _column: self._open(row))
        self.write_chosen.clicked.connect(lambda: self.letters(self.table.chosen()))
        self.write_all.clicked.connect(lambda: self.letters(self.unwritten()))
        for state, button in self.record.items():
            button.clicked.connect(lambda _on=False, state=state: self.note_letters(state))

    def _build(self) -> None:
        tools = Ground("window", "b")
        tools.setFixedHeight(TOOLS + 4)
        row = QHBoxLayout(tools)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(8)
        row.addWidget(self.write_chosen)
        row.addWidget(self.write_all)
        row.addStretch(1)
        row.addWidget(Label(_("outreach.record"), "text2", px=SECOND))
        for button in self.record.values():
            row.addWidget(button)
        self._empty = EmptyState("email-fast-outline")
        self._stack = QStackedWidget()
        for part in (self.table, self._empty):
            self._stack.addWidget(part)
        words = Ground("surface", "b")
        line = QHBoxLayout(words)
        line.setContentsMargins(12, 6, 12, 6)
        line.addWidget(self.note, 1)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(tools)
        right.addWidget(words)
        right.addWidget(self._stack, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.pane)
        whole.addLayout(right, 1)

    # ------------------------------------------------------------ a page's duties

    def subtitle(self) -> str:
        return _("outreach.subtitle")

    def shown(self) -> None:
        if not self._asked:
            self._asked = True
            self._empty.put(_("outreach.asking"))
            self._stack.setCurrentIndex(1)
            self._ask()

    def _say_nothing_came(self) -> None:
        title, said = _("outreach.nothing_imported"), _("outreach.nothing_imported.words")
        if self._desk.may_import:
            way = _("empty.no_children.bring")
            self._empty.put_way(title, said, way, "tray-arrow-down", lambda: self.opens.emit("imports", None))
        else:
            self._empty.put(title, said)

    def changed(self, changes: Changes) -> None:
        if self._asked and changes.kinds & CONCERNS:
            self._ask()

    def panes(self) -> tuple[QWidget, ...]:
        return (*list(self.pane.rows.values())[:1], self.table)

    def keys(self) -> tuple[KeyLine, ...]:
        return (KeyLine("Shift+↑ ↓", "keys.caseload.several"), KeyLine("Ctrl+A", "keys.outreach.all"))

    # ------------------------------------------------------------ lists

    def _ask(self) -> None:
        self._runner.ask(
            self._desk.outreach.lists, self._desk.office, self._desk.today(), then=self._arrived, topic="outreach"
        )

    def _arrived(self, lists: Sequence[ReachList]) -> None:
        self.lists = {one.key: one for one in lists}
        self.pane.put(lists)
        if lists and not self.pane.current():
            self.pane.choose(FIRST if FIRST in self.lists else lists[0].key)
        else:
            self._show()

    def _show(self) -> None:
        found = self.lists.get(self.pane.current())
        people = found.people if found is not None else ()
        self.table.put_people(people, self._desk.today())
        self._stack.setCurrentIndex(0 if people else 1)
        if found is None:
            self._say_nothing_came()
        else:
            self._empty.put(_("outreach.empty"), _("outreach.empty.words"))
            said = [_(f"outreach.{found.key}.who")]
            if found.left_out:
                said.append(_("outreach.left_out", n=count(found.left_out)))
            self.note.setText(" ".join(said))
        self._judge()

    def unwritten(self) -> list[Entitled]:
        """Everybody of the list who was not written to lately and whose address may be used."""
        found = self.lists.get(self.pane.current())
        return [one for one in found.people if not one.recent and not one.protected] if found is not None else []

    def _judge(self) -> None:
        chosen, left = self.table.chosen(), self.unwritten()
        self.write_chosen.setEnabled(any(not one.protected for one in chosen))
        self.write_all.setEnabled(bool(left))
        self.write_all.set_words(_("outreach.write_all", n=count(len(left))))
        for button in self.record.values():
            button.setEnabled(bool(chosen))

    def _open(self, row: int) -> None:
        if row < len(self.table.people):
            order = tuple(one.person_id for one in self.table.people)
            self.opens.emit("child", (order[row], order, None))

    # ------------------------------------------------------------ letters

    def letters(self, people: Sequence[Entitled]) -> PaperDialog | None:
        """The dialog over a letter for each of these."""
        key, desk = self.pane.current(), self._desk
        if not key or not people:
            return None

        def make(_form: str, purpose: str, _addressee: str, words: str) -> Sequence[Paper]:
            papers: Sequence[Paper] = desk.outreach.letters(
                desk.office, key, people, desk.now(), purpose=purpose, words=words
            )
            return papers

        dialog = PaperDialog(desk, self._runner, self, ("letter",), make)
        dialog.done_with.connect(self.done.emit)
        dialog.open()
        return dialog

    def note_letters(self, state: str) -> None:
        """Record what became of the letters to those chosen."""
        desk, chosen = self._desk, [one.person_id for one in self.table.chosen()]
        call = partial(desk.outreach.note, desk.office, self.pane.current(), chosen, state, desk.today(), desk.now())
        self._runner.do(call, then=partial(self._noted, state))

    def _noted(self, state: str, outcome: Outcome[int]) -> None:
        self.done.emit(Done(outcome.changes, words=_(f"outreach.noted.{state}", n=count(outcome.value))))
