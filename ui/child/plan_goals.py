"""The goals of a plan while they are written: each with its words and who does what by when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.domain.plans import GOALS_LIMIT, SHORT_LIMIT, STEPS_LIMIT, TEXT_LIMIT, Goal, Step
from ui.tokens import SECOND
from ui.widgets.buttons import Button
from ui.widgets.days import DayField
from ui.widgets.forms import line
from ui.widgets.ground import Ground
from ui.widgets.text import Label
from ui.words import _

_BACK = 3650


class GoalBox(Ground):
    """One goal. ``changed`` says that something was written, ``removed`` that the goal goes."""

    changed = Signal()
    removed = Signal()

    def __init__(self, today: date, goal: Goal) -> None:
        super().__init__("alt", "lrtb")
        self._today = today
        self.words = line(_("plan.goal"), goal.words, _("plan.goal.hint"))
        self.words.setMaxLength(TEXT_LIMIT)
        self.steps: list[tuple[QLineEdit, QLineEdit, DayField]] = []
        self.add = Button(_("plan.step.add"), kind="quiet", icon="plus", height=24)
        remove = Button(kind="quiet", icon="close", height=24, says=_("plan.goal.remove"))
        self._grid = QGridLayout()
        self._grid.setSpacing(4)
        self._grid.setColumnStretch(0, 3)
        self._grid.setColumnStretch(1, 2)
        for column, key in enumerate(("plan.what", "plan.who", "plan.by")):
            self._grid.addWidget(Label(_(key), "text2", px=SECOND), 0, column)
        head = QHBoxLayout()
        head.addWidget(self.words, 1)
        head.addWidget(remove)
        column_of = QVBoxLayout(self)
        column_of.setContentsMargins(10, 8, 8, 8)
        column_of.setSpacing(6)
        column_of.addLayout(head)
        column_of.addLayout(self._grid)
        column_of.addWidget(self.add)
        self.words.textChanged.connect(self.changed)
        self.add.clicked.connect(lambda: self.add_step(Step("", "")))
        remove.clicked.connect(self.removed)
        for step in goal.steps or (Step("", ""),):
            self.add_step(step)

    def add_step(self, step: Step) -> None:
        """One more line."""
        what = line(_("plan.what"), step.what, _("plan.what.hint"))
        who = line(_("plan.who"), step.who, _("plan.who.hint"))
        for field in (what, who):
            field.setMaxLength(SHORT_LIMIT)
            field.textChanged.connect(self.changed)
        by = DayField(self._today - timedelta(days=_BACK), _("plan.goes_on"), _("plan.by"))
        by.put(step.by)
        by.dateChanged.connect(lambda _day: self.changed.emit())
        row = len(self.steps) + 1
        parts: tuple[QWidget, ...] = (what, who, by)
        for column, part in enumerate(parts):
            self._grid.addWidget(part, row, column)
        self.steps.append((what, who, by))
        self.add.setEnabled(len(self.steps) < STEPS_LIMIT)
        self.changed.emit()

    def goal(self) -> Goal:
        """What is written; lines without words are left out."""
        steps = [Step(what.text().strip(), who.text().strip(), by.day()) for what, who, by in self.steps]
        return Goal(self.words.text().strip(), tuple(step for step in steps if step.what or step.who or step.by))


class Goals(QWidget):
    """All goals, one below the other."""

    changed = Signal()

    def __init__(self, today: date) -> None:
        super().__init__()
        self._today = today
        self.boxes: list[GoalBox] = []
        self._column = QVBoxLayout()
        self._column.setSpacing(6)
        self.add = Button(_("plan.goal.add"), icon="plus", height=26)
        self.add.clicked.connect(lambda: self._append(Goal("")))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(6)
        whole.addLayout(self._column)
        whole.addWidget(self.add)

    def put(self, goals: Sequence[Goal]) -> None:
        """Show these; one empty goal where there is none."""
        for box in self.boxes:
            box.setParent(None)
            box.deleteLater()
        self.boxes = []
        for goal in goals or (Goal(""),):
            self._append(goal)

    def goals(self) -> tuple[Goal, ...]:
        """What is written; goals without anything are left out."""
        found = [box.goal() for box in self.boxes]
        return tuple(goal for goal in found if goal.words or goal.steps)

    def _append(self, goal: Goal) -> None:
        box = GoalBox(self._today, goal)
        box.changed.connect(self.changed)
        box.removed.connect(lambda: self._remove(box))
        self.boxes.append(box)
        self._column.addWidget(box)
        self.add.setEnabled(len(self.boxes) < GOALS_LIMIT)
        self.changed.emit()

    def _remove(self, box: GoalBox) -> None:
        self.boxes.remove(box)
        box.setParent(None)
        box.deleteLater()
        self.add.setEnabled(True)
        self.changed.emit()
