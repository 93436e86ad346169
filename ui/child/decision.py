"""The decision form: what a person concludes, why, on which evidence, and when to look again.

It stays beside the timeline. What is being written is a draft of that child and comes back when
one returns to it; a failure stays until it was read; "saved" is said by the page, after the commit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import uuid4

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from app.domain import ids, workdays
from app.domain.decisions import REASON_LIMIT, SUGGESTED, TOOK_PART_LIMIT, Decision, DecisionKind, check
from app.domain.message import Trouble
from app.services.answers.child import ChildFile
from ui.child.choices import Foot, KeyChoice, NextDay, Tick
from ui.child.drafts import DraftLine
from ui.theme import theme
from ui.tokens import NAME, SECOND, SMALL
from ui.widgets.buttons import Button
from ui.widgets.chips import FlowLayout
from ui.widgets.forms import line
from ui.widgets.ground import Ground
from ui.widgets.states import ErrorPanel, Icon
from ui.widgets.text import ElidedLabel, Label
from ui.words import _, clock, reason_words, say, term

MEETINGS = ("", "working", "case", "joint")
_LABEL = 40  # px: the column of labels


@dataclass(frozen=True)
class Draft:
    """What somebody has written about one child and not recorded yet.

    ``ref`` goes with the recording, so that recording twice changes nothing. ``ticked`` are
    criterion keys, ``extra`` facts chosen on the timeline. ``seq`` is the newest entry that its author knew.
    """

    kind: DecisionKind | None = None
    reason: str = ""
    ticked: frozenset[str] = frozenset()
    extra: tuple[int, ...] = ()
    meeting: str = ""
    took_part: str = ""
    next: date | None = None
    ref: str = field(default_factory=lambda: str(uuid4()))
    seq: int = 0

    @property
    def empty(self) -> bool:
        """Is there nothing that would be lost?"""
        return replace(self, ref="", seq=0) == Draft(ref="")

    def content(self) -> dict[str, Any]:
        """The draft as it is kept on the disk; nothing when it is empty."""
        if self.empty:
            return {}
        return {
            "kind": self.kind,
            "reason": self.reason,
            "ticked": sorted(self.ticked),
            "extra": [ids.code(one) for one in self.extra],
            "meeting": self.meeting,
            "took_part": self.took_part,
            "next": self.next.isoformat() if self.next else None,
            "ref": self.ref,
            "seq": self.seq,
        }


def draft_of(content: Mapping[str, Any]) -> Draft:
    """A draft as it was kept; an empty one where it cannot be understood."""
    try:
        return Draft(
            DecisionKind(content["kind"]) if content["kind"] else None,
            str(content["reason"]),
            frozenset(map(str, content["ticked"])),
            tuple(ids.number(one) for one in content["extra"]),
            str(content["meeting"]),
            str(content["took_part"]),
            date.fromisoformat(content["next"]) if content["next"] else None,
            str(content["ref"]),
            int(content["seq"]),
        )
    except (KeyError, TypeError, ValueError):
        return Draft()


class DecisionForm(Ground):
    """Seven choices, reason, evidence, meeting, next date. ``recorded`` carries the ``Decision``; ``written`` says
    that the draft changed, ``dropped`` that it is thrown away."""

    recorded = Signal(object)
    written = Signal()
    dropped = Signal()

    def __init__(self, now: Callable[[], datetime], today: date) -> None:
        super().__init__("surface")
        self._now, self._today = now, today
        self._filling = False
        self._suggested: date | None = None
        self._seq = 0
        self._file: ChildFile | None = None
        self._ref = Draft().ref
        self._extra: tuple[int, ...] = ()
        self._busy = False
        self.choices: dict[DecisionKind, KeyChoice] = {}
        self.ticks: dict[str, Tick] = {}
        self.trouble = ErrorPanel()
        self.saved = Label("", "ok", px=SMALL)
        self._saved_icon = Icon("content-save-check-outline", "ok", 14)
        self.reason = QPlainTextEdit()
        self.meeting = QComboBox()
        self.took_part = line(_("decision.took_part"), hint=_("decision.took_part.hint"))
        self.draft_line = DraftLine()
        self.next = NextDay(today)
        self.record = Button(_("decision.record"), kind="primary", keys="Ctrl+Enter")
        self._build()

    # -------------------------------------------------------------- building

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 6, 12, 6)
        column.setSpacing(6)
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(ElidedLabel(_("decision.title"), px=NAME, bold=True), 1)
        head.addWidget(self.draft_line)
        head.addWidget(self._saved_icon)
        head.addWidget(self.saved)
        column.addLayout(head)
        column.addLayout(self._choices())
        column.addLayout(self._fields())
        column.addStretch(1)
        self.record.clicked.connect(self.submit)
        self.foot = Foot(self.trouble, self.record, _("decision.never_edited"))
        self.draft_line.dropped.connect(self.dropped)
        self.next.changed.connect(self._touched)
        self.say_saved(None)

    def _choices(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(4)
        self._group = QButtonGroup(self)
        for number, kind in enumerate(DecisionKind):
            choice = KeyChoice(term("decision", kind.value), str(number + 1))
            choice.toggled.connect(partial(self._chosen, kind))
            self._group.addButton(choice)
            self.choices[kind] = choice
            alone = number % 2 == 0 and number + 1 == len(DecisionKind)
            grid.addWidget(choice, number // 2, number % 2, 1, 2 if alone else 1)
        return grid

    def _fields(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        grid.setColumnMinimumWidth(0, _LABEL)
        grid.setColumnStretch(1, 1)
        self.reason.setFont(theme.font())
        self.reason.setFixedHeight(72)
        self.reason.setTabChangesFocus(True)
        self.reason.setPlaceholderText(_("decision.reason.hint"))
        self.reason.textChanged.connect(self._touched)
        self.meeting.setFont(theme.font())
        self.meeting.setFixedHeight(26)
        for key in MEETINGS:
            self.meeting.addItem(_(f"meeting.{key or 'none'}"), key)
        self.meeting.currentIndexChanged.connect(self._meeting_chosen)
        self.took_part.setMaxLength(TOOK_PART_LIMIT)
        self.took_part.textChanged.connect(self._touched)
        self.took_part.hide()
        self._labels: dict[str, Label] = {}
        self._evidence = QWidget()
        self._flow = FlowLayout(4, self._evidence)
        self._more = Label("", "text2", px=SECOND)
        self._more.setFixedHeight(24)
        for row, (key, part) in enumerate(
            (
                ("reason", self.reason),
                ("evidence", self._evidence),
                ("meeting", self.meeting),
                ("took_part", self.took_part),
                ("next", self.next),
            )
        ):
            label = Label(_(f"decision.{key}"), "text2", px=SECOND)
            label.setBuddy(part)
            grid.addWidget(label, row, 0)
            self._labels[key] = label
            grid.addWidget(part, row, 1)
            part.setAccessibleName(_(f"decision.{key}"))
        grid.addWidget(self.next.hint, 5, 1)
        self._labels["took_part"].hide()
        return grid

    # -------------------------------------------------------------- one child's draft

    def put(self, file: ChildFile, draft: Draft) -> None:
        """Show a child with what was being written about it."""
        same = self._file is not None and self._file.person_id == file.person_id
        self._file, self._filling, self._suggested = file, True, None
        known = {one.fact.id for one in file.facts}
        self._ref, self._extra = draft.ref, tuple(fact for fact in draft.extra if fact in known)
        self._seq = file.seq if draft.empty else draft.seq
        self._group.setExclusive(False)
        for kind, choice in self.choices.items():
            choice.setChecked(kind is draft.kind)
        self._group.setExclusive(True)
        if self.reason.toPlainText() != draft.reason:
            self.reason.setPlainText(draft.reason)
        self.meeting.setCurrentIndex(max(self.meeting.findData(draft.meeting), 0))
        self.took_part.setText(draft.took_part)
        self.next.put(draft.next)
        self._put_evidence(file, draft)
        if not same:
            self.say_saved(None)
            self.trouble.hide()
        self._filling = False
        self.set_busy(False)

    def _put_evidence(self, file: ChildFile, draft: Draft) -> None:
        self._flow.removeWidget(self._more)
        while (item := self._flow.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.setParent(None)
                old.deleteLater()
        self.ticks = {}
        for number, reason in enumerate(file.reasons, 1):
            tick = Tick(_("decision.evidence.tick", number=number, words=reason_words(reason)), number)
            tick.setChecked(reason.criterion in draft.ticked)
            tick.toggled.connect(self._touched)
            self.ticks[reason.criterion] = tick
            self._flow.addWidget(tick)
        self._more.setParent(self._evidence)
        self._flow.addWidget(self._more)
        self._more.show()
        self._tell_extra()

    def draft(self) -> Draft:
        """What stands in the form now."""
        return Draft(
            kind=next((kind for kind, one in self.choices.items() if one.isChecked()), None),
            reason=self.reason.toPlainText(),
            ticked=frozenset(key for key, tick in self.ticks.items() if tick.isChecked()),
            extra=self._extra,
            meeting=str(self.meeting.currentData() or ""),
            took_part=self.took_part.text().strip() if self.meeting.currentData() else "",
            next=self.next.day(),
            ref=self._ref,
            seq=self._seq,
        )

    def content(self) -> dict[str, Any]:
        """What is kept of the form."""
        return self.draft().content()

    def looked(self, seq: int) -> None:
        """What colleagues recorded up to this entry was seen."""
        self._seq = max(self._seq, seq)
        self._touched()

    def say_draft(self, saved: datetime | None, trouble: str = "") -> None:
        """Say when the draft was kept last."""
        self.draft_line.say(saved, self._now(), trouble)
        if saved is not None:
            self.say_saved(None)

    def _chosen(self, kind: DecisionKind, on: bool) -> None:
        """The day that goes with a decision is suggested where none was set by hand."""
        if on and not self._filling and self.next.day() in (None, self._suggested):
            name = SUGGESTED.get(kind)
            self._suggested = workdays.suggested(name, self._today) if name else None
            self.next.put(self._suggested)
        self._touched()

    def _meeting_chosen(self) -> None:
        met = bool(self.meeting.currentData())
        self.took_part.setVisible(met)
        self._labels["took_part"].setVisible(met)
        self._touched()

    def toggle_evidence(self, facts: tuple[int, ...]) -> bool:
        """Take facts of the timeline as evidence, or no longer; says whether they are now."""
        taken = bool(facts) and set(facts) <= set(self._extra)
        kept = tuple(fact for fact in self._extra if fact not in facts)
        self._extra = kept if taken else (*kept, *facts)
        self._tell_extra()
        self._touched()
        return not taken

    def is_evidence(self, facts: tuple[int, ...]) -> bool:
        """Are these facts taken as evidence, beside those of the ticked reasons?"""
        return bool(facts) and set(facts) <= set(self._extra)

    def _tell_extra(self) -> None:
        self._more.setText(_("decision.evidence.more", n=len(self._extra)))

    def set_narrow(self, narrow: bool) -> None:
        """Give way where there is little room beside the timeline."""
        self.draft_line.set_narrow(narrow)
        self.next.set_narrow(narrow)

    def choose(self, number: int) -> None:
        """Choose the decision of a key, 1 to 7."""
        choice = list(self.choices.values())[number - 1]
        choice.setChecked(True)
        choice.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # -------------------------------------------------------------- recording

    def submit(self) -> None:
        """Say the decision, or what is missing in it."""
        if self._file is None or self._busy:
            return
        draft = self.draft()
        if draft.kind is None:
            self.trouble.put(_("decision.kind_missing"))
            return
        decision = Decision(
            draft.kind,
            draft.reason.strip(),
            self._today,
            draft.next,
            self._evidence_of(self._file, draft),
            _(f"meeting.{draft.meeting}") if draft.meeting else "",
            draft.took_part,
        )
        try:
            check(decision)
        except Trouble as trouble:
            self.trouble.put(trouble)
            self._point_at(decision)
            return
        self.trouble.hide()
        self.set_busy(True)
        self.recorded.emit(decision)

    def _point_at(self, decision: Decision) -> None:
        wrong_reason = not decision.reason or len(decision.reason) > REASON_LIMIT
        (self.reason if wrong_reason else self.next.field).setFocus()

    @staticmethod
    def _evidence_of(file: ChildFile, draft: Draft) -> tuple[int, ...]:
        facts = [f for r in file.reasons if r.criterion in draft.ticked for f in r.facts]
        return tuple(dict.fromkeys([*facts, *draft.extra]))

    def set_busy(self, busy: bool) -> None:
        """While a decision is on its way it cannot be sent again."""
        self._busy = busy
        self.record.setEnabled(not busy)

    def failed(self, trouble: Trouble) -> None:
        """It was not recorded; what was written stays."""
        self.set_busy(False)
        self.trouble.put(_("decision.failed", why=say(trouble.message)))

    def say_saved(self, time: datetime | None) -> None:
        """Say that it is on the disk, or say nothing."""
        self.saved.setText(_("status.saved", time=clock(time)) if time else "")
        self._saved_icon.setVisible(time is not None)

    def _touched(self) -> None:
        if self._filling or self._file is None:
            return
        self.written.emit()
        if not self._busy and self.saved.text() and not self.draft().empty:
            self.say_saved(None)
