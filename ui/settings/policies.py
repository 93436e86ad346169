"""きまり: what an administrator lays down for everybody: openings, whose children, second factor, closed sectors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QVBoxLayout, QWidget

from app.domain.message import Trouble
from app.domain.sectors import SECTORS, Sector
from app.services.answers.outcomes import Outcome
from ui.desk import Desk
from ui.page import Done, Undo
from ui.runner import Runner
from ui.theme import theme
from ui.tokens import NAME, SECOND
from ui.widgets.forms import choose, combo
from ui.widgets.ground import Rule
from ui.widgets.states import ErrorPanel
from ui.widgets.text import Label
from ui.words import _

MINUTES = (5, 10, 15, 30, 60, 120, 240, 480)
YES, NO = "yes", "no"


@dataclass(frozen=True)
class Standing:
    """What holds now."""

    minutes: int
    own_only: bool
    factor: bool
    closed: dict[str, frozenset[Sector]]


class PoliciesSection(QWidget):
    """Each choice is an entry at once, and can be taken back. ``done`` says what was committed."""

    done = Signal(object)

    def __init__(self, desk: Desk, runner: Runner) -> None:
        super().__init__()
        self._desk, self._runner = desk, runner
        self._standing: Standing | None = None
        self.minutes = combo([(str(one), _("policy.n_minutes", n=one)) for one in MINUTES], _("policy.opening"))
        self.whose = combo([(NO, _("policy.see_all")), (YES, _("policy.see_own"))], _("policy.whose"))
        self.factor = combo([(NO, _("policy.factor_free")), (YES, _("policy.factor_must"))], _("policy.factor_says"))
        self.boxes: dict[tuple[str, Sector], QCheckBox] = {}
        self.error = ErrorPanel()
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(20)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)
        for key, part in (("opening", self.minutes), ("whose", self.whose), ("factor_says", self.factor)):
            self._row(key, part)
        self._closed = QGridLayout()
        self._closed.setHorizontalSpacing(20)
        self._closed.setVerticalSpacing(6)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 18, 24, 18)
        whole.setSpacing(12)
        whole.addWidget(Label(_("settings.policy"), px=NAME, bold=True))
        whole.addWidget(self.error)
        whole.addLayout(self._grid)
        whole.addWidget(Rule())
        whole.addWidget(Label(_("policy.closed"), px=NAME, bold=True))
        whole.addWidget(Label(_("policy.closed.words"), "text2", SECOND, wrap=True))
        whole.addLayout(self._closed)
        whole.addStretch(1)
        self._lay_boxes()
        self.minutes.activated.connect(self._set_minutes)
        self.whose.activated.connect(self._set_whose)
        self.factor.activated.connect(self._set_factor)

    def _row(self, key: str, part: QComboBox) -> None:
        row = self._grid.rowCount()
        self._grid.addWidget(Label(_(f"policy.{key}")), row, 0)
        self._grid.addWidget(part, row, 1, Qt.AlignmentFlag.AlignLeft)
        self._grid.addWidget(Label(_(f"policy.{key}.words"), "text2", SECOND, wrap=True), row + 1, 1)

    def _lay_boxes(self) -> None:
        for at, sector in enumerate(SECTORS):
            self._closed.addWidget(Label(_(f"sector.{sector}"), "text2", SECOND), 0, at + 1)
        for row, role in enumerate(("worker", "lead"), start=1):
            self._closed.addWidget(Label(_(f"role.{role}")), row, 0)
            for at, sector in enumerate(SECTORS):
                box = QCheckBox(_("policy.close"))
                box.setFont(theme.font())
                box.setAccessibleName(_("policy.close.one", role=_(f"role.{role}"), sector=_(f"sector.{sector}")))
                box.clicked.connect(lambda _on=False, role=role: self._set_closed(role))
                self._closed.addWidget(box, row, at + 1)
                self.boxes[role, Sector(sector)] = box
        self._closed.setColumnStretch(len(SECTORS) + 1, 1)

    # ------------------------------------------------------------ what holds

    def ask(self) -> None:
        """What holds now."""
        self._runner.ask(self._look, then=self.put, topic="settings.policy")

    def _look(self) -> Standing:
        desk, office = self._desk, self._desk.office
        return Standing(
            desk.unveiling.minutes(office), desk.need_to_know.own_only(office), desk.policy.factor_required(office),
            dict(desk.need_to_know.closed_by_policy(office)),
        )  # fmt: skip

    def put(self, found: Standing) -> None:
        """Show it."""
        self._standing = found
        if self.minutes.findData(str(found.minutes)) < 0:
            self.minutes.addItem(_("policy.n_minutes", n=found.minutes), str(found.minutes))
        choose(self.minutes, str(found.minutes))
        choose(self.whose, YES if found.own_only else NO)
        choose(self.factor, YES if found.factor else NO)
        for (role, sector), box in self.boxes.items():
            box.setChecked(sector in found.closed.get(role, frozenset()))

    # ------------------------------------------------------------ acts

    def _set_minutes(self, _at: int) -> None:
        self._do(self._desk.unveiling.set_minutes, int(self.minutes.currentData()))

    def _set_whose(self, _at: int) -> None:
        self._do(self._desk.need_to_know.set_own_only, self.whose.currentData() == YES)

    def _set_factor(self, _at: int) -> None:
        self._do(self._desk.policy.require_factor, self.factor.currentData() == YES)

    def _set_closed(self, role: str) -> None:
        closed = frozenset(sector for (one, sector), box in self.boxes.items() if one == role and box.isChecked())
        self._do(self._desk.need_to_know.set_closed, role, closed)

    def _do(self, act: Any, *values: Any) -> None:
        self.error.hide()
        self._runner.do(act, self._desk.office, *values, self._desk.now(), then=self._kept, failed=self._not_kept)

    def _kept(self, outcome: Outcome[str]) -> None:
        desk, entry = self._desk, outcome.value

        def take_back() -> Outcome[Any]:
            undone: Outcome[Any] = desk.undoing.undo(desk.office, entry, desk.now())
            return undone

        self.done.emit(Done(outcome.changes, Undo(_("undo.policy"), take_back, entry), _("policy.kept")))
        self.ask()

    def _not_kept(self, trouble: Trouble) -> None:
        self.error.put(trouble)
        if self._standing is not None:
            self.put(self._standing)
