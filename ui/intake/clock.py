"""The 48 hours: a strip above every page until somebody has seen the child of each notice."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QPoint, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu

from app.services.answers.outcomes import Changes
from app.services.casework.intake import Clock
from ui.desk import Desk
from ui.runner import Runner
from ui.tokens import SECOND
from ui.widgets.buttons import Button
from ui.widgets.ground import Ground
from ui.widgets.states import Icon
from ui.widgets.text import ElidedLabel
from ui.words import _, count, day_short

CONCERNS = frozenset({"notice", "contact", "published", "ruling", "assignment"})
_MINUTE = 60_000
SOON = 12
"""Hours under which the words become urgent."""


def clock_words(clock: Clock) -> str:
    """How long until the child has to have been seen, or since when that is over."""
    due = _("clock.due", day=day_short(clock.due.date(), with_weekday=True), time=f"{clock.due:%H:%M}")
    hours = int(abs(clock.hours_left))
    if clock.over:
        return _("clock.over", name=clock.name, hours=count(hours), due=due)
    if hours == 0:
        return _("clock.minutes", name=clock.name, minutes=int(clock.hours_left * 60), due=due)
    return _("clock.left", name=clock.name, hours=count(hours), due=due)


class ClockStrip(Ground):
    """The most pressing notice in words, how many more there are, and the way to each child."""

    opened = Signal(int)

    def __init__(self, desk: Desk, runner: Runner) -> None:
        super().__init__("surface", "b", "line2")
        self._desk, self._runner = desk, runner
        self.clocks: tuple[Clock, ...] = ()
        self._icon = Icon("timer-alert-outline", "caution", 18)
        self.words = ElidedLabel(role="caution", px=SECOND, bold=True)
        self.open = Button(_("clock.open"), height=24)
        self.more = Button(height=24, kind="quiet")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 3, 12, 4)
        row.setSpacing(8)
        row.addWidget(self._icon)
        row.addWidget(self.words, 1)
        row.addWidget(self.more)
        row.addWidget(self.open)
        self.open.clicked.connect(self._open_first)
        self.more.clicked.connect(self._show_more)
        self._tick = QTimer(self)
        self._tick.setInterval(_MINUTE)
        self._tick.timeout.connect(self.ask)
        self._tick.start()
        self.hide()
        self.ask()

    def _open_first(self) -> None:
        if self.clocks:
            self.opened.emit(self.clocks[0].person_id)

    def changed(self, changes: Changes) -> None:
        """Something was committed."""
        if changes.kinds & CONCERNS:
            self.ask()

    def ask(self) -> None:
        """Ask for the notices whose child nobody has seen."""
        if self._desk.intake is not None and self._desk.may_see:
            self._runner.ask(
                self._desk.intake.clocks, self._desk.office, self._now(), then=self.put, topic="intake.clocks"
            )

    def _now(self) -> datetime:
        return self._desk.now()

    def put(self, clocks: tuple[Clock, ...]) -> None:
        """Show the most pressing; nothing where every child has been seen."""
        self.clocks = clocks
        self.setVisible(bool(clocks))
        if not clocks:
            return
        first = clocks[0]
        role = "error" if first.over else "caution"
        self.words.set_role(role)
        self._icon.set_icon("timer-alert-outline", role)
        self.words.setText(clock_words(first))
        self.more.setVisible(len(clocks) > 1)
        self.more.set_words(_("clock.more", n=count(len(clocks) - 1)))

    def menu(self) -> QMenu:
        """Every notice that waits, the most pressing first."""
        menu = QMenu(self)
        for clock in self.clocks:
            action = QAction(clock_words(clock).replace("&", "&&"), menu)
            action.triggered.connect(lambda _on=False, person=clock.person_id: self.opened.emit(person))
            menu.addAction(action)
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _show_more(self) -> None:
        self.menu().popup(self.more.mapToGlobal(QPoint(0, self.more.height() + 2)))
