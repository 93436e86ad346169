"""The settings page: how the window looks, one's own keys, and for administrators the people and the office's keys."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from app.services.answers.outcomes import Changes, Outcome
from app.services.desk.remembering import Look
from ui.desk import Desk
from ui.page import Done, KeyLine, Page, Undo
from ui.runner import Runner
from ui.settings.acts import Acts
from ui.settings.backups import BackupsSection
from ui.settings.look import LookSection
from ui.settings.own import OwnSection
from ui.settings.people import PeopleSection
from ui.settings.policies import PoliciesSection
from ui.tokens import TOOLS
from ui.widgets.buttons import TabRow
from ui.widgets.ground import Ground
from ui.words import _


class SettingsPage(Page):
    """設定."""

    key = "settings"
    icon = "cog-outline"

    def __init__(self, desk: Desk, runner: Runner) -> None:
        super().__init__()
        self._desk, self._runner = desk, runner
        self._admin = "admin" in desk.member.roles
        self.acts = Acts(desk, runner, self)
        self.look = LookSection(self._admin)
        self.own = OwnSection()
        self.people = PeopleSection(desk.member.name)
        self.policies = PoliciesSection(desk, runner)
        self.backups = BackupsSection(desk, runner)
        self._members: dict[str, Any] = {}
        tabs = ("look", "own", *(("people", "policy", "backups") if self._admin else ()))
        self.tabs = TabRow([(key, _(f"settings.tab.{key}")) for key in tabs])
        self.tabs.choose("look")
        self._stack = QStackedWidget()
        self._parts = dict(zip(tabs, (self.look, self.own, self.people, self.policies, self.backups), strict=False))
        for part in self._parts.values():
            self._stack.addWidget(_sheet(part))
        self.tabs.chosen.connect(self.show_tab)
        self._build()
        self._connect()

    def _build(self) -> None:
        head = Ground("surface", "b")
        head.setFixedHeight(TOOLS)
        row = QHBoxLayout(head)
        row.setContentsMargins(8, 0, 12, 0)
        row.addWidget(self.tabs)
        row.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(head)
        whole.addWidget(self._stack, 1)

    def _connect(self) -> None:
        self.look.chosen.connect(self._keep_look)
        self.look.relocked.connect(self.relocks)
        self.look.idle_chosen.connect(self._set_idle)
        self.own.wanted.connect(self.acts.begin)
        self.people.wanted.connect(self.begin)
        self.acts.done.connect(self.done)
        self.policies.done.connect(self.done)
        self.backups.done.connect(self.done)
        self.acts.shuts.connect(self.shuts)
        self.acts.troubled.connect(self.troubled)

    # ------------------------------------------------------------ a page's duties

    def shown(self) -> None:
        self.ask()
        self.tabs.button(self.tabs.current()).setFocus()

    def changed(self, changes: Changes) -> None:
        if self.isVisible() and changes.kinds & {"people", "assignment", "setting"}:
            self.ask()

    def keep(self) -> object:
        return self.tabs.current()

    def take(self, kept: object) -> None:
        if kept in self._parts:
            self.show_tab(str(kept))

    def panes(self) -> tuple[QWidget, ...]:
        return (self.tabs.button(self.tabs.current()), self._stack.currentWidget() or self)

    def keys(self) -> tuple[KeyLine, ...]:
        return (KeyLine("← →", "keys.settings.tabs"),)

    def show_tab(self, key: str) -> None:
        """Bring a part to the front."""
        self.tabs.choose(key)
        self._stack.setCurrentIndex(list(self._parts).index(key))

    # ------------------------------------------------------------ asking and choosing

    def ask(self) -> None:
        """What was chosen, and how people and keys stand."""
        ask, desk = self._runner.ask, self._desk
        ask(desk.remembering.look_of, desk.office, then=self.look.put, topic="settings.look")
        ask(desk.policy.idle_minutes, desk.office, then=self.look.put_idle, topic="settings.idle")
        ask(self._standing, then=self._put_standing, topic="settings.people")
        if self._admin:
            self.policies.ask()
            self.backups.ask()

    def _standing(self) -> tuple[Any, Any]:
        belonging, office = self._desk.belonging, self._desk.office
        return belonging.members(office), belonging.key_state(office)

    def _put_standing(self, found: tuple[Any, Any]) -> None:
        members, state = found
        self._members = {one.name: one for one in members}
        self.people.put(members, state)
        self.own.put(state.has_factor)

    def begin(self, act: str, name: str = "") -> None:
        """The form of an act on somebody, or on the office's keys."""
        one = self._members.get(name)
        self.acts.begin(act, name, one.roles if one else frozenset(), one.open_cases if one else 0)

    def _keep_look(self, look: Look) -> None:
        self._runner.do(self._desk.remembering.keep_look, self._desk.office, look, then=lambda _none: self._wear(look))

    def _wear(self, look: Look) -> None:
        self.looked.emit(look)
        self.look.put(look)  # the text size holds now, or from the next start: it says which

    def _set_idle(self, minutes: int) -> None:
        self._runner.do(
            self._desk.policy.set_idle_minutes, self._desk.office, minutes, self._desk.now(), then=self._idle_set
        )

    def _idle_set(self, outcome: Outcome[str]) -> None:
        desk, entry = self._desk, outcome.value

        def take_back() -> Outcome[Any]:
            undone: Outcome[Any] = desk.undoing.undo(desk.office, entry, desk.now())
            return undone

        self.done.emit(Done(outcome.changes, Undo(_("undo.idle"), take_back, entry), _("settings.idle.from_next")))


def _sheet(part: QWidget) -> QScrollArea:
    """A part that scrolls where the window is low."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is in it takes the focus, and is scrolled to
    ground = Ground("surface")
    row = QHBoxLayout(ground)
    row.setContentsMargins(0, 0, 0, 0)
    part.setMaximumWidth(960)
    row.addWidget(part, 1)
    row.addStretch(0)
    area.setWidget(ground)
    return area
