"""Who says that a child is protected; protecting by hand; and its end, which takes two leads."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from app.domain.message import Trouble
from app.services.answers.child import ChildFile
from app.services.answers.outcomes import Outcome
from app.services.protection.protecting import Lifting, Protection, Source
from ui.desk import Desk
from ui.page import Done
from ui.runner import Runner
from ui.theme import theme
from ui.timeline.wording import extract_word
from ui.tokens import SECOND, TITLE
from ui.widgets.buttons import Button
from ui.widgets.choosing import close_form
from ui.widgets.states import ErrorPanel
from ui.widgets.text import Label
from ui.words import _, day_short

SHOWN = 12


class Shields(QObject):
    """Opens the dialog for the child on the page. ``done`` brings a ``Done`` after each commit."""

    done = Signal(object)

    def __init__(self, desk: Desk, runner: Runner, over: QWidget) -> None:
        super().__init__(over)
        self._desk, self._runner, self._over = desk, runner, over

    def open(self, file: ChildFile) -> None:
        """Ask what stands, then show it."""
        desk = self._desk
        if desk.protecting is None:
            return
        self._runner.ask(desk.protecting.standing, desk.office, file.person_id, then=self._show, topic="child.shields")

    def _show(self, standing: Protection) -> None:
        dialog = ProtectionDialog(standing, self._desk, self._over)
        dialog.confirmed.connect(partial(self._carry_out, standing, dialog))
        dialog.open()

    def _carry_out(self, standing: Protection, dialog: ProtectionDialog, verb: str, reason: str) -> None:
        desk, person = self._desk, standing.person
        acts: dict[str, Callable[[], Outcome[Any]]] = {
            "protect": partial(desk.protecting.protect, desk.office, person, reason, desk.now()),
            "ask": partial(
                desk.protecting.ask_lifting, desk.office, person, reason, [one.ref for one in standing.sources],
                desk.now(),
            ),
            "lift": partial(
                desk.protecting.lift, desk.office, person, standing.lifting.request if standing.lifting else "",
                desk.now(),
            ),
        }  # fmt: skip

        def then(outcome: Outcome[Any]) -> None:
            close_form(dialog)
            self.done.emit(Done(outcome.changes))

        self._runner.do(acts[verb], then=then, failed=dialog.failed)


class ProtectionDialog(QDialog):
    """``confirmed`` carries the verb (protect, ask, lift) and the reason."""

    confirmed = Signal(str, str)

    def __init__(self, standing: Protection, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("shield.title"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(560)
        self._standing, self._today = standing, desk.today()
        self.reason = QPlainTextEdit()
        self.reason.setFont(theme.font())
        self.reason.setFixedHeight(64)
        self.reason.setTabChangesFocus(True)
        self.reason.setAccessibleName(_("hidden.reason"))
        self.trouble = ErrorPanel()
        self.buttons: dict[str, Button] = {}
        body = QVBoxLayout(self)
        body.setContentsMargins(16, 14, 16, 14)
        body.setSpacing(8)
        body.addWidget(Label(_("shield.title"), px=TITLE, bold=True))
        for part in self._said():
            body.addWidget(part)
        body.addLayout(self._foot())
        self.reason.setFocus()

    def _said(self) -> list[QWidget]:
        standing = self._standing
        parts: list[QWidget] = [Label(_("shield.effect"), "text2", SECOND, wrap=True)]
        if standing.sources:
            every = list(dict.fromkeys(self._source(one) for one in standing.sources))  # several rows say the same
            parts.append(Label(_("shield.sources", n=len(every)), bold=True, px=SECOND))
            lines = every[:SHOWN]
            if len(every) > SHOWN:
                lines.append(_("shield.more", n=len(every) - SHOWN))
            parts.append(Label("\n".join(lines), px=SECOND, wrap=True))
        else:
            parts.append(Label(_("shield.none"), px=SECOND))
        if standing.lifting is not None:
            parts.append(Label(self._asked(standing.lifting), "caution", SECOND, wrap=True))
        if self._verbs():
            parts += [Label(_("hidden.reason"), "text2", SECOND), self.reason, self.trouble]
        return parts

    def _source(self, one: Source) -> str:
        day = day_short(one.since, self._today) if one.since else _("header.unknown")
        if one.extract:
            until = _("shield.until", day=day_short(one.until, self._today)) if one.until else ""
            return _("shield.row", name=one.name, extract=extract_word(one.extract), day=day, until=until)
        return _("shield.hand", name=one.name, author=one.author, day=day, reason=one.reason)

    def _asked(self, lifting: Lifting) -> str:
        key = "shield.asked.own" if lifting.own else "shield.asked"
        if not lifting.complete:
            key = "shield.asked.stale"
        day = day_short(lifting.recorded.astimezone().date(), self._today)
        return _(key, author=lifting.author, day=day, reason=lifting.reason)

    def _verbs(self) -> list[str]:
        standing = self._standing
        verbs = []
        if standing.may_lift and standing.sources:
            asked = standing.lifting
            if asked is not None and asked.complete and not asked.own:
                verbs.append("lift")
            elif asked is None or not asked.complete:
                verbs.append("ask")
        if standing.may_protect and not any(not one.extract for one in standing.sources):
            verbs.append("protect")
        return verbs

    def _foot(self) -> QHBoxLayout:
        foot = QHBoxLayout()
        foot.addStretch(1)
        cancel = Button(_("hidden.cancel"), keys="Esc")
        cancel.clicked.connect(self.reject)
        foot.addWidget(cancel)
        for verb in self._verbs():
            kind = "primary" if verb == "protect" and not self._standing.sources else "plain"
            button = Button(_(f"shield.{verb}"), kind="primary" if kind == "primary" or verb == "lift" else kind)
            button.clicked.connect(partial(self._confirm, verb))
            self.buttons[verb] = button
            foot.addWidget(button)
        return foot

    def _confirm(self, verb: str) -> None:
        words = self.reason.toPlainText().strip()
        if not words and verb != "lift":
            self.trouble.put(_("protection.reason_missing"))
            self.reason.setFocus()
            return
        self._enable(False)
        self.trouble.hide()
        self.confirmed.emit(verb, words)

    def failed(self, trouble: Trouble) -> None:
        """It was not recorded: say why, keep what was written."""
        self._enable(True)
        self.trouble.put(trouble)

    def _enable(self, on: bool) -> None:
        for button in self.buttons.values():
            button.setEnabled(on)
