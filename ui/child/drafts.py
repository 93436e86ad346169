"""Drafts of the child page's forms: kept on every pause, said with the time, thrown away on purpose.

``Keeper`` brings them to the disk; ``DraftLine`` says so in a form; ``Newer`` shows what a colleague
recorded since the writing began. What stands in a draft is the form's own business.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from PySide6.QtCore import QElapsedTimer, QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.message import Trouble
from app.services.casework.since import ColleagueAct
from ui.desk import Desk
from ui.runner import Runner
from ui.theme import theme
from ui.tokens import SECOND, SMALL
from ui.widgets.buttons import Button
from ui.widgets.ground import draw_edges
from ui.widgets.states import Icon
from ui.widgets.text import Label
from ui.words import _, clock, day_short, moment, say, term

PAUSE_MS, LONGEST_MS = 1000, 5000
"""A draft is kept after such a pause, and while somebody writes on and on at least so often."""


class Form(Protocol):
    """A form whose writing is kept. ``content`` is JSON; empty when nothing would be lost."""

    def content(self) -> dict[str, Any]: ...

    def say_draft(self, saved: datetime | None, trouble: str = "") -> None: ...


@dataclass
class _Kept:
    content: Mapping[str, Any]
    saved: datetime | None


class Keeper(QObject):
    """Keeps what is written about the child in front, form by form."""

    def __init__(self, desk: Desk, runner: Runner, forms: Mapping[str, Form], parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._runner, self._forms = desk, runner, forms
        self._person: int | None = None
        self._kept: dict[tuple[int, str], _Kept] = {}
        self._touched: set[str] = set()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.flush)
        self._since = QElapsedTimer()

    def about(self, person: int) -> None:
        """From now on the forms are about this child; what was written about the last one is kept first."""
        self.flush()
        self._person = person

    def know(self, person: int, form: str, content: Mapping[str, Any], saved: datetime) -> None:
        """A draft was found on the disk; what this window knows already is newer."""
        self._kept.setdefault((person, form), _Kept(content, saved))

    def kept(self, person: int, form: str) -> tuple[Mapping[str, Any], datetime | None]:
        """What is known of a draft, and when it came to the disk last."""
        found = self._kept.get((person, form))
        return (found.content, found.saved) if found else ({}, None)

    def touched(self, form: str) -> None:
        """Something was written: keep it at the next pause."""
        if self._person is None:
            return
        if not self._touched:
            self._since.start()
        self._touched.add(form)
        left = LONGEST_MS - int(self._since.elapsed())
        self._timer.start(max(0, min(PAUSE_MS, left)))

    def flush(self) -> None:
        """Keep now what was touched."""
        self._timer.stop()
        touched, self._touched = self._touched, set()
        if self._person is not None:
            for form in sorted(touched):
                self._keep(self._person, form, self._forms[form].content())

    def drop(self, person: int, form: str) -> None:
        """It was recorded, or is thrown away on purpose: no draft any more."""
        if person == self._person:
            self._touched.discard(form)
        if self._kept.pop((person, form), None) is not None:
            self._runner.do(self._desk.drafting.drop, self._desk.office, person, form)

    def _keep(self, person: int, form: str, content: dict[str, Any]) -> None:
        before = self._kept.get((person, form))
        if not content:
            self.drop(person, form)
            self._forms[form].say_draft(None)
            return
        if before is not None and before.content == content:
            return
        self._kept[person, form] = _Kept(content, before.saved if before else None)
        call = partial(self._desk.drafting.keep, self._desk.office, person, form, content, self._desk.now())
        self._runner.do(
            call, then=partial(self._is_kept, person, form, content), failed=partial(self._not_kept, person, form)
        )

    def _is_kept(self, person: int, form: str, content: Mapping[str, Any], saved: datetime) -> None:
        found = self._kept.get((person, form))
        if found is not None and found.content == content:
            found.saved = saved
            if person == self._person:
                self._forms[form].say_draft(saved)

    def _not_kept(self, person: int, form: str, trouble: Trouble) -> None:
        if person == self._person:
            self._forms[form].say_draft(None, _("draft.not_kept", why=say(trouble.message)))


class DraftLine(QWidget):
    """下書き and since when; the button throws it away, and asks once more before it does."""

    dropped = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._icon = Icon("file-document-edit-outline", "text2", 14)
        self.words = Label(role="text2", px=SMALL)
        self.drop = Button(_("draft.drop"), kind="quiet", height=24)
        self._asked = False
        self.drop.clicked.connect(self._drop)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for part in (self._icon, self.words, self.drop):
            row.addWidget(part)
        self.hide()

    def say(self, saved: datetime | None, today: datetime, trouble: str = "") -> None:
        """Say that there is a draft, that there is none, or why it could not be kept."""
        self._ask(False)
        self.setVisible(saved is not None or bool(trouble))
        self.drop.setVisible(not trouble)
        self.words.set_role("error" if trouble else "text2")
        if trouble:
            self.words.setText(trouble)
        elif saved is not None:
            when = clock(saved) if saved.date() == today.date() else f"{day_short(saved.date())} {clock(saved)}"
            self.words.setText(_("draft.kept", time=when))

    def set_narrow(self, narrow: bool) -> None:
        """Where there is little room the title of the form goes before the icon."""
        self._icon.setVisible(not narrow)

    def _drop(self) -> None:
        if self._asked:
            self._ask(False)
            self.dropped.emit()
        else:
            self._ask(True)

    def _ask(self, really: bool) -> None:
        self._asked = really
        self.drop.set_words(_("draft.drop.really") if really else _("draft.drop"))


class Newer(QWidget):
    """What colleagues recorded since the writing began. ``seen`` says that it was looked at."""

    seen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._acts: tuple[ColleagueAct, ...] = ()
        self._title = Label(_("newer.title"), bold=True, wrap=True)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(4)
        self.confirm = Button(_("newer.seen"), icon="check", height=26)
        self.confirm.clicked.connect(self._confirm)
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(Icon("account-clock-outline", "caution"), 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self._title, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(12, 8, 12, 8)
        whole.setSpacing(6)
        whole.addLayout(head)
        whole.addLayout(self._lines)
        whole.addWidget(self.confirm, 0, Qt.AlignmentFlag.AlignLeft)
        theme.changed.connect(self.update)
        self.hide()

    def put(self, acts: Sequence[ColleagueAct]) -> None:
        """Show these; nothing when there are none."""
        self._acts = tuple(acts)
        while (item := self._lines.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.setParent(None)
                old.deleteLater()
        for act in acts[-5:]:
            self._lines.addWidget(Label(act_words(act), px=SECOND, wrap=True))
        if len(acts) > 5:
            self._lines.addWidget(Label(_("newer.more", n=len(acts) - 5), "text2", px=SECOND))
        words = "\n".join(act_words(act) for act in acts)
        self.setAccessibleName(f"{_('newer.title')}\n{words}")
        self.setVisible(bool(acts))

    def _confirm(self) -> None:
        if self._acts:
            newest = self._acts[-1].seq
            self.put(())
            self.seen.emit(newest)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("caution_tint"))
        draw_edges(painter, QRectF(self.rect()), "tb", "caution")


def act_words(act: ColleagueAct) -> str:
    """What a colleague recorded, in a line or two."""
    what, _colon, result = act.what.partition(":")
    inside: dict[str, Callable[[], str]] = {
        "decision.recorded": lambda: term("decision", what),
        "contact.noted": lambda: _("history.contact", kind=term("contact", what), result=term("result", result)),
    }
    name = inside.get(act.kind, lambda: _(f"act.{act.kind}"))()
    line = _("newer.line", time=moment(act.time), author=act.author, what=name)
    if act.next is not None:
        line += _("newer.next", day=day_short(act.next, with_weekday=True))
    return f"{line}\n{act.words}" if act.words else line
