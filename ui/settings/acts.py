"""What is done on the settings page about people and keys: the forms, and what each of them asks the services.

An act that gives the office new keys cannot be done while pages read: it goes to the window as ``shuts``,
which locks first, does it, and asks to unlock again.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from app.domain.message import Trouble
from app.services.answers.outcomes import Changes
from ui.desk import Desk
from ui.page import Done
from ui.runner import Runner
from ui.settings.forms import PassphraseFields, Question, RoleBoxes
from ui.widgets.choosing import ask_where
from ui.widgets.forms import line
from ui.words import _

OFFERED = 12
"""So many passphrases are made at once, for "another one"."""
PEOPLE = Changes(frozenset({"people"}))


class Acts(QObject):
    """Opens the form of an act and carries it out. ``done`` and ``shuts`` as a page's."""

    done = Signal(object)
    shuts = Signal(object)
    troubled = Signal(object)

    def __init__(self, desk: Desk, runner: Runner, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk, self._runner, self._parent = desk, runner, parent

    def begin(self, act: str, name: str = "", roles: frozenset[str] = frozenset(), cases: int = 0) -> Question:
        """The form of an act, opened."""
        if act == "invite":
            form = self._invite()
        elif act == "roles":
            form = self._roles(name, roles)
        elif act == "again":
            form = self._again(name)
        elif act == "leave":
            form = self._leave(name, cases)
        elif act == "code":
            form = self._code()
        elif act == "keys":
            form = self._keys()
        else:
            form = self._passphrase(act)
        form.open()
        return form

    # ------------------------------------------------------------ people

    def _offered(self) -> list[tuple[str, str]]:
        made = [self._desk.belonging.offer_passphrase() for _at in range(OFFERED)]
        return [(one.text, one.reading) for one in made]

    def _question(self, key: str, final: bool = False, **values: object) -> Question:
        words = _(f"settings.{key}.words", **values).split("\n")
        return Question(_(f"settings.{key}.title", **values), words, _(f"settings.{key}.verb"), self._window(), final)

    def _window(self) -> QWidget:
        return self._parent.window()

    def _invite(self) -> Question:
        form = self._question("invite")
        name = line(_("settings.people.name"), hint=_("settings.invite.hint"))
        boxes, secret = RoleBoxes(["worker"]), PassphraseFields(self._offered())
        form.column.addWidget(name)
        form.column.addWidget(boxes)
        form.column.addWidget(secret)
        form.agreed.connect(
            lambda: self._do(
                form,
                lambda office, now: self._desk.belonging.invite(
                    office, name=name.text(), roles=boxes.roles(), passphrase=secret.text(), now=now
                ),
                _("settings.invite.done", name=name.text()),
            )
        )
        name.setFocus()
        form.fields = {"name": name, "secret": secret.field, **boxes.boxes}  # type: ignore[attr-defined]
        return form

    def _roles(self, name: str, roles: frozenset[str]) -> Question:
        form = self._question("roles", name=name)
        boxes = RoleBoxes(roles)
        form.column.addWidget(boxes)
        form.agreed.connect(
            lambda: self._do(
                form,
                lambda office, now: self._desk.belonging.change_roles(office, name=name, roles=boxes.roles(), now=now),
                _("settings.roles.done", name=name),
            )
        )
        form.fields = dict(boxes.boxes)  # type: ignore[attr-defined]
        return form

    def _again(self, name: str) -> Question:
        form = self._question("again", name=name)
        secret = PassphraseFields(self._offered())
        form.column.addWidget(secret)
        form.agreed.connect(
            lambda: self._do(
                form,
                lambda office, now: self._desk.belonging.invite_again(
                    office, name=name, passphrase=secret.text(), now=now
                ),
                _("settings.again.done", name=name),
            )
        )
        return form

    def _leave(self, name: str, cases: int) -> Question:
        form = self._question("leave", final=True, name=name, n=cases)
        form.agreed.connect(
            lambda: self._shut(form, lambda office, now: self._desk.belonging.leave(office, name=name, now=now))
        )
        return form

    # ------------------------------------------------------------ keys

    def _keys(self) -> Question:
        form = self._question("renew", final=True)
        form.agreed.connect(
            lambda: self._shut(
                form, lambda office, now: self._desk.belonging.renew_keys(office, reason="asked", now=now)
            )
        )
        return form

    def _code(self) -> Question:
        form = self._question("code", final=True)
        form.agreed.connect(lambda: self._save_code(form))
        return form

    def _save_code(self, form: Question) -> None:
        ask_where(
            form, _("settings.code.title"), "kizuki-code.txt", lambda path: self.renew_code(form, path),
            left=lambda: form.agree.setEnabled(True),
        )  # fmt: skip

    def renew_code(self, form: Question, path: Path) -> None:
        """A new recovery code, written to this file."""
        self._do(
            form,
            lambda office, now: self._desk.belonging.renew_recovery_code(office, path, now=now),
            _("settings.code.done", file=path.name),
        )

    def _passphrase(self, act: str) -> Question:
        """A new passphrase, or the second factor switched: both need the one in force."""
        form = self._question(act)
        old = form.field(_("settings.own.old"), secret=True)
        new = again = None
        if act == "passphrase":
            new = form.field(_("settings.own.new"), secret=True)
            again = form.field(_("settings.own.again"), secret=True)
        factor = {"factor_on": True, "factor_off": False}.get(act)

        def agreed() -> None:
            if new is not None and again is not None and new.text() != again.text():
                form.refuse(_("settings.own.differ"))
                return
            fresh = new.text() if new is not None else old.text()
            self._do(
                form,
                lambda office, now: self._desk.belonging.change_passphrase(
                    office, old=old.text(), new=fresh, now=now, with_factor=factor
                ),
                _(f"settings.{act}.done"),
            )

        form.agreed.connect(agreed)
        old.setFocus()
        form.fields = {"old": old, "new": new, "again": again}  # type: ignore[attr-defined]
        return form

    # ------------------------------------------------------------ doing

    def _do(self, form: Question, act: Callable[[Any, Any], Any], words: str) -> None:
        def finished(_value: object) -> None:
            if isValid(form):  # Esc may have been quicker than the disk
                form.accept()
            self.done.emit(Done(PEOPLE, words=words))

        def refused(trouble: Trouble) -> None:
            if isValid(form):
                form.refuse(trouble)
            else:
                self.troubled.emit(trouble)

        self._runner.do(act, self._desk.office, self._desk.now(), then=finished, failed=refused)

    def _shut(self, form: Question, act: Callable[[Any, Any], Any]) -> None:
        now = self._desk.now()
        form.accept()
        self.shuts.emit(lambda office: act(office, now))
