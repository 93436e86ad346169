"""Taking a record out of a child, or adding one, by hand: what would follow, a reason, and its undo.

Two dialogs over the page, and ``RecordsByHand`` that opens them and carries out what was confirmed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from app.domain.message import Trouble
from app.services.answers.child import ChildFile, RecordLine
from app.services.answers.outcomes import Outcome
from app.services.links.link_answers import Consequences, RecordHit
from ui.child.lists import Column, PlainTable
from ui.desk import Desk
from ui.page import Done, Undo
from ui.review.consequences import ConsequenceColumn
from ui.runner import Runner
from ui.theme import theme
from ui.timeline import wording
from ui.tokens import SECOND, TITLE
from ui.widgets.buttons import Button
from ui.widgets.fields import SearchField
from ui.widgets.states import ErrorPanel
from ui.widgets.text import Label
from ui.words import _

_PAUSE = 120
"""Milliseconds after a keystroke before records are looked for."""


class HandDialog(QDialog):
    """What would follow, a reason, two buttons. ``confirmed`` carries the reason."""

    confirmed = Signal(str)

    def __init__(self, kind: str, parent: QWidget, desk: Desk) -> None:
        super().__init__(parent)
        self.setWindowTitle(_(f"hand.{kind}.title"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(520)
        self.foreseen = ConsequenceColumn("link-variant", "accent", _("cons.title"), desk.today())
        self.reason = QPlainTextEdit()
        self.reason.setFont(theme.font())
        self.reason.setFixedHeight(58)
        self.reason.setTabChangesFocus(True)
        self.reason.setAccessibleName(_("links.reason"))
        self.trouble = ErrorPanel()
        self.confirm = Button(_(f"hand.confirm.{kind}"), kind="primary")
        self.confirm.setEnabled(False)
        self.confirm.clicked.connect(lambda: self.confirmed.emit(self.reason.toPlainText().strip()))
        cancel = Button(_("hand.cancel"), keys="Esc")
        cancel.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addWidget(Label(_("links.always_undo"), "text2", px=SECOND), 1)
        foot.addWidget(cancel)
        foot.addWidget(self.confirm)
        self.top = QVBoxLayout()
        self.top.setSpacing(8)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 14, 16, 14)
        whole.setSpacing(8)
        whole.addWidget(Label(_(f"hand.{kind}.title"), px=TITLE, bold=True))
        whole.addLayout(self.top)
        whole.addWidget(self.foreseen)
        whole.addWidget(Label(_("links.reason"), "text2", px=SECOND))
        whole.addWidget(self.reason)
        whole.addWidget(self.trouble)
        whole.addLayout(foot)

    def foresee(self, consequences: Consequences) -> None:
        """Show what would follow; only then it can be confirmed."""
        self.trouble.hide()
        self.foreseen.put(consequences)
        self.confirm.setEnabled(True)
        QTimer.singleShot(0, self, self._grow)

    def _grow(self) -> None:
        """As high as what is now said needs: nothing may be squeezed."""
        layout = self.layout()
        if layout is not None:
            wanted = max(layout.totalHeightForWidth(self.width()), layout.totalSizeHint().height())
            self.resize(self.width(), max(self.height(), wanted))

    def fail(self, trouble: Trouble) -> None:
        """It was not done: say why, and leave everything as it stands."""
        self.trouble.put(trouble)
        self.confirm.setEnabled(bool(self.foreseen.said))


class AddDialog(HandDialog):
    """Find a record and choose it. ``typed`` asks for records, ``chosen`` says which one."""

    typed = Signal(str)
    chosen = Signal(object)

    def __init__(self, parent: QWidget, desk: Desk, person_id: int) -> None:
        super().__init__("add", parent, desk)
        self._person = person_id
        self.resize(720, 620)
        self.hits: Sequence[RecordHit] = ()
        self.field = SearchField(_("hand.add.find"))
        self.table = PlainTable(
            _("hand.add.title"),
            (
                Column("records.extract", 104),
                Column("records.id", 104),
                Column("records.name", 0),
                Column("records.kana", 132),
                Column("records.birth", 92),
                Column("hand.column.state", 112),
            ),
        )
        self.table.setMinimumHeight(170)
        self.note = Label("", "text2", px=SECOND, wrap=True)
        for part in (self.field, self.table, self.note):
            self.top.addWidget(part)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_PAUSE)
        self._typing.timeout.connect(lambda: self.typed.emit(self.field.text()))
        self.field.textChanged.connect(lambda _text: self._typing.start())
        self.field.left.connect(self.table.setFocus)
        self.table.itemSelectionChanged.connect(self._choose)
        self.field.setFocus()

    def put(self, hits: Sequence[RecordHit]) -> None:
        """Show what was found."""
        self.hits = hits
        self.table.put(
            [
                (
                    wording.extract_word(one.extract),
                    one.local_id,
                    one.name,
                    one.kana,
                    one.birth,
                    _(self._state(one)),
                )
                for one in hits
            ]
        )
        self._choose()
        self.note.setText(self.note.text() if hits else _("hand.add.none"))

    def _state(self, one: RecordHit) -> str:
        if one.person_id == self._person:
            return "hand.own"
        return "hand.alone" if one.alone else "hand.with_others"

    def hit(self) -> RecordHit | None:
        """The record that the table stands on."""
        row = self.table.currentRow()
        return self.hits[row] if 0 <= row < len(self.hits) else None

    def _choose(self) -> None:
        """Another line, or other lines: what was foreseen is not about it."""
        hit = self.hit()
        self.confirm.setEnabled(False)
        self.foreseen.put(None)
        own = hit is not None and hit.person_id == self._person
        self.note.setText(_("hand.add.own") if own else "" if hit is None or hit.alone else _("hand.add.others"))
        if hit is not None and not own:
            self.chosen.emit(hit)


class RecordsByHand(QObject):
    """Opens the dialogs, asks what would follow, does what was confirmed; ``done`` tells the page."""

    done = Signal(object)

    def __init__(self, desk: Desk, runner: Runner, page: QWidget) -> None:
        super().__init__(page)
        self._desk, self._runner, self._page = desk, runner, page
        self.dialog: HandDialog | None = None

    def take_out(self, file: ChildFile, record: RecordLine) -> None:
        """Ask about parting this record from the child's others."""
        desk, dialog = self._desk, HandDialog("take_out", self._page, self._desk)
        dialog.top.addWidget(
            Label(
                _(
                    "hand.take_out.what",
                    extract=wording.extract_word(record.extract),
                    number=record.local_id,
                    name=record.name,
                ),
                wrap=True,
            )
        )
        call = partial(desk.linking.take_out, desk.office, record.record_id)
        dialog.confirmed.connect(partial(self._do, dialog, call, _("hand.undo.take_out", name=file.name)))
        self._open(dialog)
        self._foresee(dialog, desk.foreseeing.preview_taking_out, record.record_id)

    def add(self, file: ChildFile) -> None:
        """Find a record to add to this child."""
        dialog = AddDialog(self._page, self._desk, file.person_id)
        dialog.typed.connect(partial(self._find, dialog))
        dialog.chosen.connect(partial(self._foresee_joining, dialog, file))
        dialog.confirmed.connect(partial(self._join, dialog, file))
        self._open(dialog)

    def _open(self, dialog: HandDialog) -> None:
        self.dialog = dialog
        dialog.destroyed.connect(self._closed)
        dialog.open()

    def _closed(self) -> None:
        self.dialog = None

    def _find(self, dialog: AddDialog, text: str) -> None:
        self._runner.ask(
            self._desk.pairs.find_records,
            self._desk.office,
            text,
            topic="child.find",
            then=lambda hits: dialog.put(hits) if self.dialog is dialog else None,
        )

    def _foresee_joining(self, dialog: AddDialog, file: ChildFile, hit: RecordHit) -> None:
        """What would follow, unless another line is chosen by then."""
        self._runner.ask(
            self._desk.foreseeing.preview_joining,
            self._desk.office,
            hit.record_id,
            file.person_id,
            topic="child.foresee",
            then=lambda said: dialog.foresee(said) if self.dialog is dialog and dialog.hit() is hit else None,
            failed=lambda trouble: dialog.fail(trouble) if self.dialog is dialog and dialog.hit() is hit else None,
        )

    def _foresee(self, dialog: HandDialog, preview: Callable[..., Any], *ids: int) -> None:
        self._runner.ask(
            preview,
            self._desk.office,
            *ids,
            topic="child.foresee",
            then=lambda said: dialog.foresee(said) if self.dialog is dialog else None,
            failed=lambda trouble: dialog.fail(trouble) if self.dialog is dialog else None,
        )

    def _join(self, dialog: AddDialog, file: ChildFile, reason: str) -> None:
        hit = dialog.hit()
        if hit is not None:
            desk = self._desk
            call = partial(desk.linking.join, desk.office, hit.record_id, file.person_id)
            self._do(dialog, call, _("hand.undo.add", name=file.name), reason)

    def _do(self, dialog: HandDialog, call: Callable[..., Any], words: str, reason: str) -> None:
        dialog.confirm.setEnabled(False)
        self._runner.do(
            call,
            reason,
            self._desk.now(),
            then=partial(self._was_done, dialog, words),
            failed=lambda trouble: dialog.fail(trouble) if self.dialog is dialog else None,
        )

    def _was_done(self, dialog: HandDialog, words: str, outcome: Outcome[str]) -> None:
        desk, entry = self._desk, outcome.value

        def take_back() -> Outcome[Any]:
            undone: Outcome[Any] = desk.linking.withdraw_ruling(desk.office, entry, _("links.undo.reason"), desk.now())
            return undone

        if self.dialog is dialog:
            dialog.accept()
        self.done.emit(Done(outcome.changes, Undo(words, take_back, entry)))
