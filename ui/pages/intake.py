"""A notice comes in (通告を受ける): who, what was told, how urgent; recorded with one key.

Nothing is needed but whom it is about and what was seen or heard. What stands here is kept as a draft on
every pause: somebody may look something up in between, and a crash loses nothing of a call.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.domain.intake import Form
from app.domain.message import Trouble
from app.services.answers.outcomes import Outcome
from app.services.casework.drafting import NOBODY, Draft
from ui.child.drafts import DraftLine, Keeper
from ui.desk import Desk
from ui.intake.form import FormPane
from ui.intake.sheet import SheetPane
from ui.intake.who import WhoPane
from ui.page import Done, KeyLine, Page, Undo
from ui.runner import Runner
from ui.tokens import SECOND
from ui.widgets.buttons import Button
from ui.widgets.ground import Ground
from ui.widgets.states import ErrorPanel
from ui.widgets.text import Label
from ui.words import _

_WHO, _SHEET = 320, 400
_TIGHT = 1000
"""px of the page: below this the form has one field in a line."""


class IntakePage(Page):
    """通告の受付."""

    key = "intake"
    icon = "phone-incoming-outline"
    in_rail = False
    rail_key = "caseload"

    def __init__(self, desk: Desk, runner: Runner) -> None:
        super().__init__()
        self._desk, self._runner = desk, runner
        self.who = WhoPane(desk, runner)
        self.form = FormPane(desk.now())
        self.sheet = SheetPane()
        self.trouble = ErrorPanel()
        self.missing = Label("", "text2", px=SECOND)
        self.record = Button(_("intake.record"), kind="primary", keys="Ctrl+Enter")
        self._started = self._narrow = False
        self.draft_line = DraftLine()
        self.keeper = Keeper(desk, runner, {"intake": self}, self)
        self.keeper.about(NOBODY)
        self._build()
        for part in (self.who.chosen, self.form.written):
            part.connect(self._judge)
        for part in (self.who.chosen, self.who.written, self.form.written, self.sheet.answered):
            part.connect(self._written)
        self.draft_line.dropped.connect(self.clear)
        self.record.clicked.connect(self.submit)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self.submit, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._judge()
        runner.ask(desk.drafting.notice_in_hand, desk.office, then=self._found_draft, topic="intake.draft")

    def _build(self) -> None:
        middle = QHBoxLayout()
        middle.setSpacing(0)
        self._who_area = _scrolled(self.who, _WHO)
        self._sheet_area = _scrolled(self.sheet, _SHEET)
        middle.addWidget(self._who_area)
        middle.addWidget(_scrolled(self.form), 1)
        middle.addWidget(self._sheet_area)
        foot = Ground("surface", "t", "line2")
        row = QHBoxLayout(foot)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(12)
        empty = Button(_("intake.clear"), kind="quiet")
        empty.clicked.connect(self.clear)
        row.addWidget(empty)
        row.addWidget(self.draft_line)
        row.addWidget(self.missing, 1)
        row.addWidget(self.record)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(middle, 1)
        whole.addWidget(self.trouble)
        whole.addWidget(foot)

    # ------------------------------------------------------------ a page's duties

    def subtitle(self) -> str:
        return _("intake.subtitle")

    def back_words(self) -> str:
        return _("child.back")

    def arrive(self, where: object) -> None:
        if not self._started:
            self._started = True
            self.form.start(self._desk.now())

    def shown(self) -> None:
        if not self.who.decided:
            self.who.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def panes(self) -> tuple[QWidget, ...]:
        return (self.who.search, self.form.texts["seen"], next(iter(self.sheet.rows.values())))

    def keys(self) -> tuple[KeyLine, ...]:
        return (KeyLine("Ctrl+Enter", "keys.intake.record"), KeyLine("Ctrl+N", "keys.intake.open"))

    def keep(self) -> object:
        """What was typed of a notice that is not recorded yet."""
        self.keeper.flush()
        return self.content()

    def take(self, kept: object) -> None:
        if isinstance(kept, dict) and kept:
            self._fill(kept)

    def leave(self) -> None:
        self.keeper.flush()

    # ------------------------------------------------------------ the draft

    def content(self) -> dict[str, Any]:
        """What is kept of a notice that is not recorded yet; nothing where nobody wrote anything."""
        who, sheet = self.who.values(), self.sheet.values()
        if not who and not sheet and not self.form.typed:
            return {}
        received = self.form.moment(self._desk.now()).isoformat()
        return {"form": self.form.values(), "received": received, "sheet": sheet, "who": who}

    def say_draft(self, saved: datetime | None, trouble: str = "") -> None:
        """Say when it was kept last."""
        self.draft_line.say(saved, self._desk.now(), trouble)
        self.counted.emit(0 if saved is None else 1)

    def _written(self) -> None:
        if self._started:
            self.keeper.touched("intake")

    def _found_draft(self, draft: Draft | None) -> None:
        """What was being taken down when the window was closed, or fell."""
        if draft is None or self.content():
            return
        self.keeper.know(NOBODY, "intake", draft.content, draft.saved)
        self._fill(draft.content)
        self.say_draft(draft.saved)

    def _fill(self, said: Mapping[str, Any]) -> None:
        self._started = False  # filling is no writing
        try:
            self.form.put_moment(datetime.fromisoformat(str(said["received"])))
            self.form.fill(said["form"])
            self.sheet.fill(said["sheet"])
            self.who.fill(said["who"])
        except (KeyError, TypeError, ValueError, AttributeError):
            pass  # what can be understood of it stands; nothing of it is lost on the disk
        self._started = True
        self._judge()

    def compacted(self, narrow: bool, low: bool) -> None:
        self._narrow = narrow
        self._give_way()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._give_way()

    def _give_way(self) -> None:
        """Three panes beside each other, however little room there is."""
        tight = self.width() < _TIGHT
        self._who_area.setFixedWidth(236 if tight else 280 if self._narrow else _WHO)
        self._sheet_area.setFixedWidth(280 if tight else 370 if self._narrow else _SHEET)
        self.form.lay(1 if tight else 2)

    # ------------------------------------------------------------ recording

    def _judge(self) -> None:
        """Say what is still missing; nothing else is."""
        seen = self.form.texts["seen"].toPlainText().strip()
        words = "" if seen else _("intake.missing.seen")
        if not self.who.decided:
            words = _("intake.missing.who")
        self.missing.setText(words)
        self.record.setEnabled(not words)

    def submit(self) -> None:
        """Record it, if whom and what are said."""
        if not self.record.isEnabled():
            return
        if not self.who.birth_sound():
            self.trouble.put(_("intake.birth.not_understood"))
            self.who.fields["birth"].setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.trouble.dismiss()
        self.record.setEnabled(False)
        now = self._desk.now()
        form = Form(**self.form.values(), urgency=self.sheet.values())
        received = min(self.form.moment(now), now)
        call = partial(
            self._desk.intake.receive, self._desk.office, form, received, now,
            person_id=self.who.person_id, child=self.who.child(),
        )  # fmt: skip
        self._runner.do(call, then=self._recorded, failed=self._failed)

    def _recorded(self, outcome: Outcome[int]) -> None:
        self.clear()
        undo = Undo(_("undo.notice"), partial(self._take_back, outcome.value))
        self.done.emit(Done(outcome.changes, undo, _("intake.recorded")))
        self.opens.emit("child", (outcome.value, (outcome.value,), None))

    def _take_back(self, person: int) -> Outcome[str]:
        """The newest notice about this child, noted wrongly: its clock stops; the child stays."""
        desk = self._desk
        newest = desk.intake.of_child(desk.office, person)[0]
        taken: Outcome[str] = desk.intake.withdraw(desk.office, newest.notice, _("undo.reason"), desk.now())
        return taken

    def _failed(self, trouble: Trouble) -> None:
        self.trouble.put(trouble)
        self._judge()

    def clear(self) -> None:
        """An empty form; the draft goes with what stood in it."""
        self._started = False
        self.who.clear()
        self.form.start(self._desk.now())
        self.sheet.clear()
        self._started = True
        self.keeper.drop(NOBODY, "intake")
        self.say_draft(None)
        self._judge()


def _scrolled(pane: QWidget, width: int = 0) -> QScrollArea:
    area = QScrollArea()
    area.setWidget(pane)
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is in it takes the focus, and is scrolled to
    if width:
        area.setFixedWidth(width)
    return area
