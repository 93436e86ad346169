"""The contact form: how, with what result, seen with one's own eyes or not, with whom, in words, what next.

Four keys are enough for a call: C, the kind's digit, the result's digit, Ctrl+Enter. Siblings who were met
at once are ticked; each gets an entry of its own with the same words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from app.domain import ids, workdays
from app.domain.message import Trouble
from app.services.answers.child import ChildFile, PictureLine
from app.services.casework.contacts import IN_A_ROW, NOBODY, SHORT_LIMIT, WORDS_LIMIT, Contact, in_vain
from ui.child.beware import Beware
from ui.child.choices import Foot, KeyChoice, NextDay, Tick
from ui.child.drafts import DraftLine
from ui.child.header import given_name
from ui.child.pictures import PictureStrip
from ui.desk import Desk
from ui.runner import Runner
from ui.theme import theme
from ui.tokens import NAME, SECOND
from ui.widgets.buttons import Button
from ui.widgets.chips import FlowLayout
from ui.widgets.days import DayField
from ui.widgets.forms import line
from ui.widgets.ground import Ground
from ui.widgets.states import ErrorPanel
from ui.widgets.text import ElidedLabel, Label
from ui.words import _, age_words, say, term

KINDS = ("phone", "home_visit", "school_visit", "office_visit", "agency", "letter", "mail")
RESULTS = ("met", "guardian_only", "absent", "not_reached", "refused")
FACE_TO_FACE = ("home_visit", "school_visit", "office_visit")
"""Where meeting a child means having seen it."""
WHAT_NOW = ("visit", "school", "decide")
_BACK = 365  # days that a contact may be noted late


class ContactForm(Ground):
    """``noted`` carries the children and the ``Contact``; ``cancelled`` closes the form, ``decides`` leads to a
    decision; ``written`` says that the draft changed, ``dropped`` that it is thrown away."""

    noted = Signal(object, object)
    cancelled = Signal()
    decides = Signal()
    written = Signal()
    dropped = Signal()

    def __init__(self, desk: Desk, runner: Runner) -> None:
        super().__init__("surface")
        self._now, self._today = desk.now, desk.today()
        self._file: ChildFile | None = None
        self._busy = self._filling = False
        self.ref, self.seq = str(uuid4()), 0
        self.kinds = {kind: KeyChoice(term("contact", kind), str(n), SECOND) for n, kind in enumerate(KINDS, 1)}
        self.results = {one: KeyChoice(term("result", one), str(n), SECOND) for n, one in enumerate(RESULTS, 1)}
        self.seen = Tick(_("contact.seen"))
        earliest = date.fromordinal(self._today.toordinal() - _BACK)
        self.day = DayField(earliest, _("next.unset"), _("contact.day"))
        self.next = NextDay(self._today)
        self.words = QPlainTextEdit()
        self.whom = line(_("contact.whom"), hint=_("contact.whom.hint"))
        self.step = line(_("contact.step"), hint=_("contact.step.hint"))
        self.siblings: dict[int, Tick] = {}
        self.pictures = PictureStrip(desk, runner)
        self.draft_line = DraftLine()
        self.beware = Beware(desk, runner)
        self.trouble = ErrorPanel()
        self.record = Button(_("contact.record"), kind="primary", keys="Ctrl+Enter")
        self.setAcceptDrops(True)
        self._build()
        self._connect()

    # -------------------------------------------------------------- building

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 6, 12, 6)
        column.setSpacing(6)
        head = QHBoxLayout()
        head.addWidget(ElidedLabel(_("contact.title"), px=NAME, bold=True), 1)
        head.addWidget(self.draft_line)
        close = Button(kind="quiet", icon="close", height=24, says=_("contact.cancel"))
        close.clicked.connect(self.cancelled)
        head.addWidget(close)
        column.addLayout(head)
        column.addWidget(self.beware)
        self._groups: dict[str, QButtonGroup] = {}
        self._grids: dict[str, QGridLayout] = {}
        for key, choices in (("kind", self.kinds), ("result", self.results)):
            for choice in choices.values():
                choice.setAccessibleDescription(_(f"contact.{key}"))
            column.addLayout(self._grid(key, choices))
        column.addWidget(self.seen)
        self._with_place = QWidget()
        self._with = FlowLayout(8, self._with_place)
        column.addWidget(self._with_place)
        column.addWidget(self._what_now())
        self.words.setFont(theme.font())
        self.words.setFixedHeight(64)
        self.words.setTabChangesFocus(True)
        self.words.setAccessibleName(_("contact.words"))
        self.words.setPlaceholderText(_("contact.words"))
        column.addWidget(self.words)
        column.addLayout(self._fields())
        column.addStretch(1)
        self.foot = Foot(self.trouble, self.record, _("contact.never_edited"))

    def _grid(self, key: str, choices: Mapping[str, KeyChoice]) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(4)
        group = self._groups[key] = QButtonGroup(self)
        self._grids[key] = grid
        for choice in choices.values():
            group.addButton(choice)
        self._lay(key, 3)
        return grid

    def _lay(self, key: str, columns: int) -> None:
        grid = self._grids[key]
        for number, choice in enumerate(self._groups[key].buttons()):
            grid.removeWidget(choice)
            grid.addWidget(choice, number // columns, number % columns)

    def set_narrow(self, narrow: bool) -> None:
        """Give way where there is little room beside the timeline."""
        self.draft_line.set_narrow(narrow)
        self.next.set_narrow(narrow)
        for key in self._grids:
            self._lay(key, 2 if narrow else 3)

    def _fields(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        for field in (self.whom, self.step):
            field.setMaxLength(SHORT_LIMIT)
        beside = QWidget()
        when = QHBoxLayout(beside)
        when.setContentsMargins(0, 0, 0, 0)
        when.setSpacing(8)
        when.addWidget(self.day, 1)
        when.addWidget(self.pictures.add)
        parts = (
            ("contact.whom", self.whom),
            ("contact.day", beside),
            ("contact.step", self.step),
            ("decision.next", self.next),
        )
        for row, (key, part) in enumerate(parts):
            grid.addWidget(Label(_(key), "text2", px=SECOND), row, 0)
            grid.addWidget(part, row, 1)
        grid.addWidget(self.next.hint, 4, 1)
        grid.addWidget(self.pictures, 5, 0, 1, 2)
        return grid

    def _what_now(self) -> QWidget:
        """What one could do after so many attempts in vain."""
        self.what_now = Ground("caution_tint", "tb", "caution")
        self._in_vain = Label(px=SECOND, wrap=True)
        column = QVBoxLayout(self.what_now)
        column.setContentsMargins(8, 6, 8, 6)
        column.setSpacing(4)
        column.addWidget(self._in_vain)
        place = QWidget()
        flow = FlowLayout(4, place)
        self.suggestions = {key: Button(_(f"contact.what_now.{key}"), height=24) for key in WHAT_NOW}
        for button in self.suggestions.values():
            flow.addWidget(button)
        column.addWidget(place)
        self.what_now.hide()
        return self.what_now

    def _connect(self) -> None:
        self.record.clicked.connect(self.submit)
        self.draft_line.dropped.connect(self.dropped)
        for key in ("kind", "result"):
            self._groups[key].buttonToggled.connect(lambda _button, _on: self._chosen())
        for field in (self.whom, self.step):
            field.textChanged.connect(self._touched)
        self.words.textChanged.connect(self._touched)
        self.seen.toggled.connect(self._touched)
        self.day.dateChanged.connect(lambda _day: self._touched())
        self.next.changed.connect(self._touched)
        self.pictures.changed.connect(self._touched)
        self.pictures.failed.connect(self.trouble.put)
        self.suggestions["visit"].clicked.connect(lambda: self._plan_next("visit", workdays.next_workday))
        self.suggestions["school"].clicked.connect(lambda: self._plan_next("school", workdays.next_workday))
        self.suggestions["decide"].clicked.connect(self.decides)

    # -------------------------------------------------------------- one child's draft

    def put(self, file: ChildFile, content: Mapping[str, Any]) -> None:
        """Show a child with what was being written about a contact; an empty form, today, where nothing was."""
        self._filling, self._file = True, file
        self.beware.put(file)
        said = dict(content)
        try:
            self._fill(file, said)
        except (KeyError, TypeError, ValueError):
            self._fill(file, {})
        self._filling = False
        self._chosen()
        self.trouble.hide()
        self.set_busy(False)

    def _fill(self, file: ChildFile, said: Mapping[str, Any]) -> None:
        self.ref = str(said.get("ref") or uuid4())
        self.seq = int(said.get("seq") or file.seq)
        for key, choices in (("kind", self.kinds), ("result", self.results)):
            self._groups[key].setExclusive(False)
            for name, choice in choices.items():
                choice.setChecked(said.get(key) == name)
            self._groups[key].setExclusive(True)
        self._put_siblings(file, {ids.number(one) for one in said.get("with") or ()})
        self.seen.setChecked(bool(said.get("seen")))
        self.words.setPlainText(str(said.get("words") or ""))
        self.whom.setText(str(said.get("whom") or ""))
        self.step.setText(str(said.get("step") or ""))
        self.day.put(_day(said.get("day")) or self._today)
        self.next.put(_day(said.get("next")))
        self.pictures.put(
            [
                PictureLine(str(one["digest"]), str(one["name"]), str(one["kind"]), int(one["size"]))
                for one in said.get("pictures") or ()
            ]
        )

    def _put_siblings(self, file: ChildFile, ticked: set[int]) -> None:
        while (item := self._with.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.setParent(None)
                old.deleteLater()
        self.siblings = {}
        for member in file.household:
            if member.is_child:
                tick = Tick(_("contact.with", name=given_name(member.name), age=age_words(member.age)))
                tick.setChecked(member.person_id in ticked)
                tick.toggled.connect(self._touched)
                self.siblings[member.person_id] = tick
                self._with.addWidget(tick)
        self._with_place.setVisible(bool(self.siblings))

    def content(self) -> dict[str, Any]:
        """What is kept of the form; nothing while it is empty."""
        day, next_day = self.day.day(), self.next.day()
        said: dict[str, Any] = {
            "kind": self._picked(self.kinds),
            "result": self._picked(self.results),
            "seen": self.seen.isChecked(),
            "with": [ids.code(one) for one, tick in self.siblings.items() if tick.isChecked()],
            "words": self.words.toPlainText(),
            "whom": self.whom.text(),
            "step": self.step.text(),
            "day": day.isoformat() if day and day != self._today else "",
            "next": next_day.isoformat() if next_day else "",
            "pictures": [
                {"digest": one.digest, "name": one.name, "kind": one.kind, "size": one.size}
                for one in self.pictures.lines
            ],
        }
        return {**said, "ref": self.ref, "seq": self.seq} if any(said.values()) else {}

    def looked(self, seq: int) -> None:
        """What colleagues recorded up to this entry was seen."""
        self.seq = max(self.seq, seq)
        self._touched()

    def say_draft(self, saved: datetime | None, trouble: str = "") -> None:
        """Say when the draft was kept last."""
        self.draft_line.say(saved, self._now(), trouble)

    # -------------------------------------------------------------- filling in

    def start(self) -> None:
        """Put the keyboard on what is missing first: the kind, the result, or the words."""
        missing = next((each for each in (self.kinds, self.results) if not self._picked(each)), None)
        first: QWidget = next(iter(missing.values())) if missing else self.words
        first.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bare = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        number = event.key() - Qt.Key.Key_1
        inside = self.focusWidget() if bare else None
        for choices, after in ((self.kinds, "result"), (self.results, "words")):
            if inside in choices.values() and 0 <= number < len(choices):
                choice = list(choices.values())[number]
                choice.setChecked(True)
                self._after(after).setFocus(Qt.FocusReason.ShortcutFocusReason)
                event.accept()
                return
        super().keyPressEvent(event)

    def _after(self, key: str) -> QWidget:
        return self.words if key == "words" else next(iter(self.results.values()))

    def _chosen(self) -> None:
        kind, result = self._picked(self.kinds), self._picked(self.results)
        if not self._filling and kind and result:
            self.seen.setChecked(result == "met" and kind in FACE_TO_FACE)
        tries = 1 + in_vain(self._file.contacts) if self._file is not None and result in NOBODY else 0
        self._in_vain.setText(_("contact.in_vain", n=tries))
        self.what_now.setVisible(tries >= IN_A_ROW)
        self._touched()

    def _plan_next(self, key: str, workday: Callable[[date], date]) -> None:
        self.step.setText(_(f"contact.what_now.{key}.step"))
        self.next.put(workday(self._today + timedelta(days=1)))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.pictures.add_files([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])
        event.acceptProposedAction()

    def _touched(self) -> None:
        if not self._filling and self._file is not None:
            self.written.emit()

    @staticmethod
    def _picked(choices: Mapping[str, KeyChoice]) -> str:
        return next((key for key, one in choices.items() if one.isChecked()), "")

    # -------------------------------------------------------------- recording

    def submit(self) -> None:
        """Say the contact, or what is missing in it."""
        if self._busy or self._file is None:
            return
        kind, result, day = self._picked(self.kinds), self._picked(self.results), self.day.day()
        missing = "kind" if not kind else "result" if not result else "day" if day is None else ""
        if missing or day is None:
            self.trouble.put(_(f"contact.{missing}_missing"))
            self.start()
            return
        if day > self._today:
            self.trouble.put(_("contact.in_the_future", day=day))
            return
        words = self.words.toPlainText().strip()
        if len(words) > WORDS_LIMIT:
            self.trouble.put(_("contact.too_long", limit=WORDS_LIMIT))
            return
        self.trouble.hide()
        self.set_busy(True)
        contact = Contact(
            kind, result, self.seen.isChecked(), day, words, self.next.day(), self.whom.text().strip(),
            self.step.text().strip(), self.pictures.lines,
        )  # fmt: skip
        others = [one for one, tick in self.siblings.items() if tick.isChecked()]
        self.noted.emit((self._file.person_id, *others), contact)

    def set_busy(self, busy: bool) -> None:
        """While a contact is on its way it cannot be sent again."""
        self._busy = busy
        self.record.setEnabled(not busy)

    def failed(self, trouble: Trouble) -> None:
        """It was not recorded; what was written stays."""
        self.set_busy(False)
        self.trouble.put(_("decision.failed", why=say(trouble.message)))


def _day(text: object) -> date | None:
    return date.fromisoformat(str(text)) if text else None
