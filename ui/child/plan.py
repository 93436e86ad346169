"""プラン: the support plan of a child, as it stands and as its next version is written.

The standing version is read as the family reads it. What is being written is a draft like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QPlainTextEdit,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.domain import plans
from app.domain.message import Trouble
from app.domain.plans import AGREED, Plan
from app.services.answers.child import ChildFile
from app.services.casework.planning import PlanLine
from ui.child.drafts import DraftLine
from ui.child.plan_goals import Goals
from ui.theme import theme
from ui.tokens import SECOND
from ui.widgets.buttons import Button
from ui.widgets.days import DayField
from ui.widgets.forms import choose, combo, line
from ui.widgets.ground import Ground
from ui.widgets.states import ErrorPanel
from ui.widgets.text import Label
from ui.words import _, day_long, moment, say

EMPTY = Plan("", "", "", ())
_BACK = 3650


class PlanTab(Ground):
    """``recorded`` carries a ``Plan``, ``withdrawn`` a ``PlanLine``, ``printed`` asks for the paper; ``written`` and
    ``dropped`` are about the draft."""

    recorded = Signal(object)
    withdrawn = Signal(object)
    printed = Signal()
    written = Signal()
    dropped = Signal()

    def __init__(self, now: Callable[[], datetime], today: date) -> None:
        super().__init__("surface")
        self._now, self._today = now, today
        self._filling = self._busy = False
        self._person = 0
        self.lines: tuple[PlanLine, ...] = ()
        self.ref, self.seq = str(uuid4()), 0
        self.words = QPlainTextEdit()
        self.versions = combo([], _("plan.versions"))
        self.new = Button("", kind="primary", icon="file-document-edit-outline", height=26)
        self.paper = Button(_("plan.print"), icon="printer-outline", height=26)
        self.withdraw = Button(_("plan.withdraw"), icon="undo", height=26)
        self.texts = {key: self._text(f"plan.{key}") for key in ("strengths", "needs", "wishes")}
        self.goals = Goals(today)
        self.agreed = combo([(key, _(f"plan.agreed.{key}")) for key in AGREED], _("plan.agreed"))
        self.agreed_on = self._day("plan.agreed_on")
        self.review = self._day("plan.review")
        self.with_whom = line(_("plan.with_whom"), hint=_("plan.with_whom.hint"))
        self.with_whom.setMaxLength(plans.SHORT_LIMIT)
        self.draft_line = DraftLine()
        self.trouble = ErrorPanel()
        self.record = Button(_("plan.record"), kind="primary", height=28)
        self._build()
        self._connect()

    @staticmethod
    def _text(key: str) -> QPlainTextEdit:
        field = QPlainTextEdit()
        field.setFont(theme.font())
        field.setFixedHeight(60)
        field.setTabChangesFocus(True)
        field.setAccessibleName(_(key))
        field.setPlaceholderText(_(f"{key}.hint"))
        return field

    def _day(self, key: str) -> DayField:
        return DayField(self._today - timedelta(days=_BACK), _("plan.no_day"), _(key))

    # -------------------------------------------------------------- building

    def _build(self) -> None:
        self._stack = QStackedWidget()
        self._stack.addWidget(self._standing())
        self._stack.addWidget(self._editor())
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._stack)

    def _standing(self) -> QWidget:
        place = QWidget()
        self._note = Label(role="text2", px=SECOND, wrap=True)
        self.words.setReadOnly(True)
        self.words.setFont(theme.font())
        self.words.setAccessibleName(_("tab.plan"))
        tools = QHBoxLayout()
        tools.setSpacing(6)
        tools.addWidget(self._note, 1)
        for part in (self.versions, self.withdraw, self.paper, self.new):
            tools.addWidget(part)
        column = QVBoxLayout(place)
        column.setContentsMargins(12, 6, 12, 12)
        column.setSpacing(6)
        column.addLayout(tools)
        column.addWidget(self.words, 1)
        return place

    def _editor(self) -> QWidget:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(12, 8, 12, 12)
        column.setSpacing(6)
        for key, field in self.texts.items():
            column.addWidget(Label(_(f"plan.{key}"), bold=True))
            column.addWidget(field)
        column.addWidget(Label(_("plan.goals"), bold=True))
        column.addWidget(self.goals)
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        parts: tuple[tuple[str, QWidget], ...] = (
            ("plan.agreed", self.agreed),
            ("plan.agreed_on", self.agreed_on),
            ("plan.with_whom", self.with_whom),
            ("plan.review", self.review),
        )
        for at, (key, part) in enumerate(parts):
            grid.addWidget(Label(_(key), "text2", px=SECOND), at // 2, at % 2 * 2)
            grid.addWidget(part, at // 2, at % 2 * 2 + 1)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        column.addLayout(grid)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(body)
        foot = QHBoxLayout()
        foot.setContentsMargins(12, 6, 12, 8)
        foot.setSpacing(8)
        self.back = Button(_("plan.back"), height=28)
        foot.addWidget(self.record)
        foot.addWidget(self.back)
        foot.addWidget(Label(_("plan.plain"), "text2", px=SECOND, wrap=True), 1)
        foot.addWidget(self.draft_line)
        place = QWidget()
        whole = QVBoxLayout(place)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(scroll, 1)
        whole.addWidget(self.trouble)
        whole.addLayout(foot)
        return place

    def _connect(self) -> None:
        self.new.clicked.connect(self.write)
        self.back.clicked.connect(lambda: self._stack.setCurrentIndex(0))
        self.paper.clicked.connect(self.printed)
        self.withdraw.clicked.connect(lambda: self.withdrawn.emit(self.lines[-1]) if self.lines else None)
        self.versions.currentIndexChanged.connect(lambda _at: self._show())
        self.record.clicked.connect(self.submit)
        self.draft_line.dropped.connect(self.dropped)
        for field in self.texts.values():
            field.textChanged.connect(self._touched)
        self.with_whom.textChanged.connect(self._touched)
        self.goals.changed.connect(self._touched)
        self.agreed.currentIndexChanged.connect(self._touched)
        for day in (self.agreed_on, self.review):
            day.dateChanged.connect(lambda _day: self._touched())

    # -------------------------------------------------------------- the standing version

    def put_plans(self, lines: Sequence[PlanLine]) -> None:
        """The standing versions of the child in front, oldest first."""
        self.lines = tuple(lines)
        self.versions.blockSignals(True)
        self.versions.clear()
        for one in reversed(self.lines):
            self.versions.addItem(_("plan.version", n=one.version, day=day_long(one.recorded.date(), False)), one.entry)
        self.versions.blockSignals(False)
        for part in (self.versions, self.withdraw, self.paper):
            part.setVisible(bool(self.lines))
        self._show()

    def _show(self) -> None:
        shown = next((one for one in self.lines if one.entry == self.versions.currentData()), None)
        newest = shown is not None and shown is self.lines[-1]
        self.words.setPlainText(plan_words(shown.plan) if shown else _("plan.none.words"))
        self._note.setText(_("plan.recorded", author=shown.author, time=moment(shown.recorded)) if shown else "")
        self.withdraw.setEnabled(newest)
        self.paper.setEnabled(newest)
        self._tell_new()

    def _tell_new(self) -> None:
        key = "plan.go_on" if self.content() else "plan.next" if self.lines else "plan.first"
        self.new.set_words(_(key))

    def write(self) -> None:
        """To the editor: what was being written, else what stands now, else an empty plan."""
        if not self.content() and self.lines:
            self._fill(self.lines[-1].plan)
            choose(self.agreed, "not_yet")
            self.agreed_on.put(None)
        self._stack.setCurrentIndex(1)
        self.texts["strengths"].setFocus(Qt.FocusReason.OtherFocusReason)

    # -------------------------------------------------------------- the draft

    def put(self, file: ChildFile, content: Mapping[str, Any]) -> None:
        """Show a child with the plan that is being written about it."""
        self.ref = str(content.get("ref") or uuid4())
        self.seq = int(content.get("seq") or file.seq)
        try:
            self._fill(plans.read(content) if content else EMPTY)
        except (KeyError, TypeError, ValueError):
            self._fill(EMPTY)
        if self._person != file.person_id or not content:
            self._stack.setCurrentIndex(0)
        self._person = file.person_id
        self.trouble.hide()
        self.set_busy(False)
        self._tell_new()

    def _fill(self, plan: Plan) -> None:
        self._filling = True
        for key, field in self.texts.items():
            field.setPlainText(getattr(plan, key))
        self.goals.put(plan.goals)
        choose(self.agreed, plan.agreed)
        self.agreed_on.put(plan.agreed_on)
        self.review.put(plan.review)
        self.with_whom.setText(plan.with_whom)
        self._filling = False

    def plan(self) -> Plan:
        """What stands in the editor."""
        texts = {key: field.toPlainText().strip() for key, field in self.texts.items()}
        return Plan(
            goals=self.goals.goals(), agreed=str(self.agreed.currentData()), agreed_on=self.agreed_on.day(),
            with_whom=self.with_whom.text().strip(), review=self.review.day(), **texts,
        )  # fmt: skip

    def content(self) -> dict[str, Any]:
        """What is kept of the editor; nothing while it is empty or as the version that stands."""
        plan = self.plan()
        if plan == EMPTY:
            return {}
        return {**plans.written(plan), "ref": self.ref, "seq": self.seq}

    def looked(self, seq: int) -> None:
        """What colleagues recorded up to this entry was seen."""
        self.seq = max(self.seq, seq)
        self._touched()

    def say_draft(self, saved: datetime | None, trouble: str = "") -> None:
        """Say when the draft was kept last."""
        self.draft_line.say(saved, self._now(), trouble)

    def _touched(self) -> None:
        if not self._filling and self._person:
            self.written.emit()

    # -------------------------------------------------------------- recording

    def submit(self) -> None:
        """Say the plan, or what is missing in it."""
        if self._busy:
            return
        plan = self.plan()
        try:
            plans.check(plan)
        except Trouble as trouble:
            self.trouble.put(trouble)
            return
        self.trouble.hide()
        self.set_busy(True)
        self.recorded.emit(plan)

    def set_busy(self, busy: bool) -> None:
        """While a plan is on its way it cannot be sent again."""
        self._busy = busy
        self.record.setEnabled(not busy)

    def failed(self, trouble: Trouble) -> None:
        """It was not recorded; what was written stays."""
        self.set_busy(False)
        self.trouble.put(_("decision.failed", why=say(trouble.message)))


def plan_words(plan: Plan) -> str:
    """A plan as plain words, as the family reads it."""
    parts = [
        f"{_(f'plan.{key}')}\n{text}"
        for key, text in (("strengths", plan.strengths), ("needs", plan.needs), ("wishes", plan.wishes))
        if text
    ]
    for number, goal in enumerate(plan.goals, start=1):
        lines = [_("plan.goal.words", n=number, words=goal.words)]
        for step in goal.steps:
            by = day_long(step.by) if step.by else _("plan.goes_on")
            lines.append("　・" + _("plan.step.words", what=step.what, who=step.who or _("plan.no_day"), by=by))
        parts.append("\n".join(lines))
    said = [_(f"plan.agreed.{plan.agreed}")]
    said += [day_long(plan.agreed_on)] if plan.agreed_on else []
    said += [plan.with_whom] if plan.with_whom else []
    parts.append(f"{_('plan.together')}\n{_('list.join').join(said)}")
    if plan.review:
        parts.append(_("plan.review.words", day=day_long(plan.review)))
    return "\n\n".join(parts)
