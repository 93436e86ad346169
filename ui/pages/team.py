"""The team page, for leads: how the load lies, what waits, who is away; and giving somebody's children to the others.

The figures are there to share a load, not to judge anybody: the page says so, and orders nobody by them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSplitter, QVBoxLayout, QWidget

from app.domain.message import Trouble
from app.domain.priority import Level
from app.services.answers.caseload import CaseloadQuery
from app.services.answers.outcomes import Changes, Outcome
from app.services.casework.signing import WaitingDecision
from app.services.casework.team import Away, Figures, Load, Suggestion, Team
from ui.desk import Desk
from ui.page import Done, KeyLine, Page, Undo
from ui.runner import Runner
from ui.signing.acts import SignActs
from ui.signing.pane import SignPane
from ui.team.beside import BesidePane
from ui.team.loads import LoadsTable
from ui.team.plan import PlanPane
from ui.tokens import SECOND, TITLE
from ui.widgets.buttons import Button
from ui.widgets.ground import Ground, Rule
from ui.widgets.states import ErrorPanel, Icon
from ui.widgets.text import Label
from ui.words import _, count, term

COUNTED = frozenset({"decision", "sign_off", "published", "assignment", "team", "setting", "people"})
CONCERNS = COUNTED | {"contact", "follow_up", "protection"}
_WIDE, _NARROW = 372, 312
_FIGURES = (
    ("overdue", "calendar-alert"),
    ("unseen", "eye-off-outline"),
    ("unassigned", "account-question-outline"),
    ("signing", "flag-outline"),
    ("month", "account-multiple-check-outline"),
)


class _Figure(QWidget):
    """One figure of the whole team: what, how many, and a word more."""

    def __init__(self, key: str, icon: str) -> None:
        super().__init__()
        head = QHBoxLayout()
        head.setSpacing(5)
        head.addWidget(Icon(icon, "text2", 14))
        head.addWidget(Label(_(f"team.figure.{key}"), "text2", px=SECOND), 1)
        self._many = Label("", px=TITLE, bold=True)
        self._more = Label("", "text2", px=SECOND)
        foot = QHBoxLayout()
        foot.setSpacing(6)
        foot.addWidget(self._many)
        foot.addWidget(self._more, 1)
        self.foot = foot
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 6, 12, 6)
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(foot)
        self._name = _(f"team.figure.{key}")

    def put(self, many: str, more: str) -> None:
        """What stands there now."""
        self._many.setText(many)
        self._more.setText(more)
        self.setAccessibleName(f"{self._name} {many} {more}")


class TeamPage(Page):
    """チーム."""

    key = "team"
    icon = "account-group-outline"

    def __init__(self, desk: Desk, runner: Runner) -> None:
        super().__init__()
        self._desk, self._runner = desk, runner
        self._stale, self._back = True, 0
        self.team: Team | None = None
        today = desk.today()
        self.figures = {key: _Figure(key, icon) for key, icon in _FIGURES}
        self.loads = LoadsTable(today)
        self.note = Label(_("team.note"), "text2", px=SECOND, wrap=True)
        self.plan = PlanPane()
        self.waiting = SignPane(today)
        self.show_waiting = Button(_("sign_off.list"), kind="quiet", height=24, says=_("sign_off.title"))
        self.acts = SignActs(desk, runner, self)
        self.beside = BesidePane(today, desk.may_assign)
        self.trouble = ErrorPanel()
        self._build()
        self.loads.went_to.connect(lambda _row: self._meant())
        self.loads.opened.connect(lambda _row: self.show_list())
        self.plan.changed.connect(self._planned)
        self.plan.opened.connect(self._open_child)
        self.plan.dropped.connect(self._drop_plan)
        self.beside.limited.connect(self._limit)
        self.beside.went_away.connect(self._away)
        self.beside.planned.connect(self.suggest)
        self.beside.given.connect(self.give)
        self.beside.listed.connect(self.show_list)
        self.beside.taken_back.connect(self._give_back)
        self.show_waiting.clicked.connect(self.turn_to_waiting)
        self.waiting.signed.connect(self.acts.sign)
        self.waiting.returned.connect(self._ask_back)
        self.waiting.opened.connect(self._open_waiting)
        self.waiting.closed.connect(self._put_waiting_away)
        self.acts.done.connect(self.done.emit)
        self.acts.failed.connect(self._not_signed)
        self._ask_waiting()

    def _build(self) -> None:
        top = Ground("surface", "b", "line2")
        row = QHBoxLayout(top)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for place, figure in enumerate(self.figures.values()):
            if place:
                row.addWidget(Rule(standing=True))
            row.addWidget(figure, 1)
        self.figures["signing"].foot.addWidget(self.show_waiting)
        self._side = QScrollArea()
        self._side.setWidget(self.beside)
        self._side.setWidgetResizable(True)
        self._side.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is in it takes the focus, and is scrolled to
        self._side.setFrameShape(QScrollArea.Shape.NoFrame)
        self._side.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._side.setFixedWidth(_WIDE)
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addWidget(self._left(), 1)
        body.addWidget(self._side)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(top)
        whole.addLayout(body, 1)
        whole.addWidget(self.trouble)

    def _left(self) -> QWidget:
        """The load above, and below it a plan or what awaits sign-off."""
        above = QWidget()
        column = QVBoxLayout(above)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.loads, 1)
        foot = Ground("alt", "t")
        line = QHBoxLayout(foot)
        line.setContentsMargins(12, 5, 12, 5)
        line.addWidget(self.note)
        column.addWidget(foot)
        left = QSplitter(Qt.Orientation.Vertical)
        left.setChildrenCollapsible(False)
        left.addWidget(above)
        left.addWidget(self.plan)
        left.addWidget(self.waiting)
        self.plan.hide()
        self.waiting.hide()
        return left

    # ------------------------------------------------------------ a page's duties

    def subtitle(self) -> str:
        here = sum(load.here and bool(load.name) for load in self.team.loads) if self.team else 0
        return _("team.subtitle", n=here) if here else ""

    def shown(self) -> None:
        if self._stale:
            self.ask()
        self.loads.setFocus(Qt.FocusReason.OtherFocusReason)

    def changed(self, changes: Changes) -> None:
        if changes.kinds & CONCERNS:
            self._stale = True
            if changes.kinds & COUNTED:
                self._ask_waiting()
            if self.isVisible():
                self.ask()

    def compacted(self, narrow: bool, low: bool) -> None:
        self._side.setFixedWidth(_NARROW if narrow else _WIDE)
        self.loads.compact(narrow)
        self.plan.note.setVisible(not narrow)

    def panes(self) -> tuple[QWidget, ...]:
        return (self.loads, self.plan.table, self.waiting.table, self.beside.show_list)

    def keys(self) -> tuple[KeyLine, ...]:
        return (KeyLine("Enter", "keys.team.list"), KeyLine("Space", "keys.team.tick"))

    # ------------------------------------------------------------ what is shown

    def ask(self) -> None:
        """Ask how the load lies now."""
        self._stale = False
        self._runner.ask(self._desk.team.team, self._desk.office, self._desk.today(), then=self._put, topic="team")

    def _put(self, found: Team) -> None:
        before = self.current()
        self.team = found
        self.loads.put_loads(found.loads)
        names = [load.name for load in found.loads]
        row = names.index(before.name) if before is not None and before.name in names else 0
        self.loads.selectRow(row)
        self._put_figures(found.figures)
        self._meant()
        self._planned()
        self.retitled.emit()

    def _put_figures(self, found: Figures) -> None:
        oldest = _("team.figure.oldest", n=found.oldest) if found.overdue else ""
        self.figures["overdue"].put(_("team.cases", n=count(found.overdue)), oldest)
        high = _("team.figure.high", n=count(found.unseen_high)) if found.unseen else ""
        self.figures["unseen"].put(_("team.people", n=count(found.unseen)), high)
        self.figures["unassigned"].put(_("team.people", n=count(found.unassigned)), _("team.figure.unassigned.says"))
        looked = f"{count(found.looked_at)} / {count(found.capacity)}"
        self.figures["month"].put(looked, _("team.figure.month.says"))

    def current(self) -> Load | None:
        """The line that is meant."""
        row = self.loads.currentIndex().row()
        return self.loads.loads[row] if 0 <= row < len(self.loads.loads) else None

    def _meant(self) -> None:
        self.beside.put(self.current())

    def show_list(self) -> None:
        """The caseload with this member's children only."""
        load = self.current()
        if load is None:
            return
        query = CaseloadQuery(view="all", assignees=frozenset({load.name})) if load.name else None
        self.opens.emit("caseload", query or CaseloadQuery(view="unassigned"))

    def _open_child(self, person: int) -> None:
        order = [line.person_id for line in self.plan.lines]
        self.opens.emit("child", (person, order, None))

    # ------------------------------------------------------------ what awaits sign-off

    def _ask_waiting(self) -> None:
        """Also while another page is in front: the rail says how many wait, and who is here again without theirs."""
        desk = self._desk
        self._runner.ask(desk.signing.waiting, desk.office, then=self._put_waiting, topic="team.waiting")
        self._runner.ask(desk.team.back_again, desk.office, desk.today(), then=self._put_back, topic="team.back")

    def _put_back(self, back: Mapping[str, Sequence[int]]) -> None:
        self._back = len(back)
        self.counted.emit(len(self.waiting.lines) + self._back)

    def _put_waiting(self, lines: Sequence[WaitingDecision]) -> None:
        self.counted.emit(len(lines) + self._back)
        high = sum(line.level in (Level.URGENT, Level.HIGH) for line in lines)
        words = _("team.figure.high.cases", n=count(high)) if high else ""
        self.figures["signing"].put(_("team.cases", n=count(len(lines))), words)
        self.show_waiting.setVisible(bool(lines))
        self.waiting.put(lines)
        if not lines and self.waiting.isVisible():
            self._put_waiting_away()

    def turn_to_waiting(self) -> None:
        """Bring the list of what awaits sign-off to the front, in the place of a plan."""
        if self.plan.isVisible():
            self._drop_plan()
        self.waiting.show()
        self.waiting.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _put_waiting_away(self) -> None:
        self.waiting.hide()
        self.loads.setFocus(Qt.FocusReason.OtherFocusReason)

    def _ask_back(self, line: WaitingDecision) -> None:
        kind = term("decision", line.kind.value)
        self.acts.ask_back(line.entry, line.person_id, name=line.name, kind=kind, author=line.author)

    def _not_signed(self, trouble: Trouble) -> None:
        self.trouble.put(trouble)
        self._ask_waiting()

    def _open_waiting(self, person: int) -> None:
        self.opens.emit("child", (person, [line.person_id for line in self.waiting.lines], None))

    # ------------------------------------------------------------ what a lead lays down

    def _limit(self, limit: int | None) -> None:
        load = self.current()
        if load is not None:
            desk = self._desk
            call = partial(desk.team.set_limit, desk.office, load.name, limit, desk.now())
            self._runner.do(call, then=partial(self._laid, _("team.undo.limit", name=load.name)), failed=self._failed)

    def _away(self, away: Away | None) -> None:
        load = self.current()
        if load is not None:
            desk = self._desk
            call = partial(desk.team.set_away, desk.office, load.name, away, desk.now())
            self._runner.do(call, then=partial(self._laid, _("team.undo.away", name=load.name)), failed=self._failed)

    def _laid(self, words: str, outcome: Outcome[str]) -> None:
        self.trouble.dismiss()
        desk, entry = self._desk, outcome.value
        undo = Undo(words, lambda: desk.undoing.undo(desk.office, entry, desk.now(), _("undo.reason")), entry)
        self.done.emit(Done(outcome.changes, undo))

    def _failed(self, trouble: Trouble) -> None:
        self.trouble.put(trouble)

    # ------------------------------------------------------------ giving to the others

    def suggest(self) -> None:
        """Lay out to whom the children of the member in front could go."""
        load = self.current()
        if load is None or not load.name:
            return
        self._runner.ask(
            self._desk.team.suggest, self._desk.office, load.name, self._desk.today(),
            then=partial(self._suggested, load.name), failed=self._failed, topic="team.plan",
        )  # fmt: skip

    def _suggested(self, whose: str, lines: Sequence[Suggestion]) -> None:
        self.trouble.dismiss()
        takers = [load.name for load in self.loads.loads if load.name and load.here and load.name != whose]
        self.plan.put(whose, lines, takers)
        self.plan.setVisible(bool(lines))
        self.waiting.setVisible(False)
        self._planned()
        self.plan.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _planned(self) -> None:
        self.beside.put_plan(self.plan.gains(), self.loads.loads, bool(self.plan.lines))

    def _drop_plan(self) -> None:
        self.plan.put("", (), ())
        self.plan.hide()
        self._planned()
        self.loads.setFocus(Qt.FocusReason.OtherFocusReason)

    def give(self) -> None:
        """Give the ticked children as planned, in one act."""
        moves = self.plan.moves()
        if not moves:
            return
        self.beside.give.setEnabled(False)
        desk = self._desk
        call = partial(desk.team.reassign, desk.office, moves, desk.now())
        many = sum(map(len, moves.values()))
        self._runner.do(call, then=partial(self._given, self.plan.whose, many), failed=self._not_given)

    def _given(self, whose: str, many: int, outcome: Outcome[Any]) -> None:
        desk, entries = self._desk, outcome.value
        undo = Undo(
            _("team.undo.give", name=whose, n=count(many)),
            lambda: desk.team.take_back(desk.office, entries, desk.now()),
            entries[0] if len(entries) == 1 else "",
        )
        self._drop_plan()
        self.done.emit(Done(outcome.changes, undo))

    def _give_back(self) -> None:
        """The children that others have since an absence, back to the member in front, in one act."""
        load = self.current()
        if load is None or not load.lent:
            return
        self.beside.take_back.setEnabled(False)
        desk = self._desk
        call = partial(desk.team.reassign, desk.office, {load.name: load.lent}, desk.now())
        self._runner.do(call, then=partial(self._gone_back, load), failed=self._not_given)

    def _gone_back(self, load: Load, outcome: Outcome[Any]) -> None:
        desk, entries = self._desk, outcome.value
        words = _("team.undo.back", name=load.name, n=count(len(load.lent)))
        self.done.emit(
            Done(
                outcome.changes, Undo(words, lambda: desk.team.take_back(desk.office, entries, desk.now()), entries[0])
            )
        )

    def _not_given(self, trouble: Trouble) -> None:
        self.trouble.put(trouble)
        self._planned()
