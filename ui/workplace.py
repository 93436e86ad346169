"""The frame with its pages around one open office: navigation, undo, what was committed, how small it is.

Nothing here knows what a page shows. Locking and unlocking are the ``window``'s.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.services.answers.caseload import Freshness
from app.services.answers.outcomes import Changes
from ui.desk import Desk
from ui.frame import Rail, StatusBar, TopBar
from ui.intake.clock import ClockStrip
from ui.keys import KeysDialog
from ui.page import Done, Page
from ui.runner import Runner
from ui.shelf import Shelf
from ui.undoing import Undoing
from ui.widgets.stack import Stack
from ui.widgets.states import ErrorPanel
from ui.words import _, say

NARROW, LOW = 1380, 820
"""Below this width and height pages give way."""
HOME, HELP, FIRST_HOUR, NOTICE = "caseload", "help", "first_hour", "intake"
LAYING, PATIENCE = 10, 30
"""Milliseconds between two looks whether the next page can be laid, and after how many it is laid anyway."""


class Workplace(QWidget):
    """The frame and the pages of one open office."""

    looked = Signal(object)
    shuts = Signal(object)
    relocks = Signal()

    def __init__(self, desk: Desk, runner: Runner, kinds: Sequence[type[Page]]) -> None:
        super().__init__()
        gc.unfreeze()  # the pages of another language may go
        self.desk, self.runner = desk, runner
        self.pages = Shelf(kinds, self._lay)
        self._trail: list[str] = []
        self._where: dict[str, object] = {}
        self._small: tuple[bool, bool] | None = None
        self.rail = Rail(kinds)
        self.top = TopBar(desk.member)
        self.trouble = ErrorPanel()
        self.notice = ErrorPanel(tone="caution")
        """What the office had to say when it was opened."""
        self.home = HOME if HOME in self.pages else next(kind.key for kind in kinds if kind.in_rail)
        self.undoing = Undoing(desk, runner, self)
        self.clocks = ClockStrip(desk, runner)
        self.status = StatusBar()
        self._stack = Stack()
        self._build()
        self._connect()
        self._laying = QTimer(self)
        self._laying.setInterval(LAYING)
        self._laying.timeout.connect(self._lay_next)
        self._waited = 0
        self._laying.start()
        self.top.search.setVisible(HOME in self.pages)
        self._ask_reach()
        self.undoing.ask()
        self._ask_hour()
        if notes := [say(note) for note in getattr(desk.office, "notes", ())]:
            self.notice.put(" ".join(notes))

    def _build(self) -> None:
        self._stack.setCurrentWidget(self.pages[self.home])
        right = QVBoxLayout()
        right.setSpacing(0)
        for part, share in (
            (self.top, 0),
            (self.notice, 0),
            (self.clocks, 0),
            (self._stack, 1),
            (self.trouble, 0),
            (self.status, 0),
        ):
            right.addWidget(part, share)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.rail)
        whole.addLayout(right, 1)

    def _lay(self, kind: type[Page]) -> Page:
        """A page, made and connected."""
        make: Callable[[Desk, Runner], Page] = kind
        page = make(self.desk, self.runner)
        page.setAccessibleName(page.title())
        self._stack.addWidget(page)
        page.opens.connect(self.go)
        page.goes_back.connect(self.back)
        page.done.connect(self.was_done)
        page.troubled.connect(self.trouble.put)
        page.retitled.connect(self._retitle)
        page.counted.connect(partial(self.rail.put_count, page.key))
        page.reminded.connect(self.status.say_reminder)
        page.searched_for.connect(self.top.put_search)
        page.looked.connect(self.looked)
        page.shuts.connect(self.shuts)
        page.relocks.connect(self.relocks)
        if page.key == NOTICE:
            page.counted.connect(self.top.put_notice)
        if self._small is not None:
            page.compacted(*self._small)
        return page

    def _lay_next(self) -> None:
        """The pages that nobody asked for yet, one at a time: as soon as nothing is on its way, or soon anyway."""
        if self.runner.busy and self._waited < PATIENCE:
            self._waited += 1
            return
        missing = self.pages.missing
        if missing is None:
            self._laying.stop()
            gc.freeze()  # pages stay: looking through them for rubbish would stop the hand at the desk for 60 ms
        else:
            self.pages[missing]

    @property
    def busy(self) -> bool:
        """Whether answers are on their way, or pages still to be laid."""
        return self.runner.busy or self.pages.missing is not None

    def leave(self) -> None:
        """Every page puts away what it has in hand; no other is laid any more."""
        self._laying.stop()
        gc.unfreeze()
        for page in self.pages.laid:
            page.leave()

    def _connect(self) -> None:
        self.runner.troubled.connect(self.trouble.put)
        self.rail.chosen.connect(lambda key: self.go(key, None))
        self.rail.helped.connect(self.show_help)
        self.status.helped.connect(self.show_keys)
        self.status.reminder_pressed.connect(partial(self.go, "followups", None))
        self.top.went_back.connect(self.back)
        self.top.searched.connect(self._search)
        self.top.left_search.connect(self._leave_search)
        self.top.undone.connect(self.undoing.undo)
        self.top.listed.connect(self.undoing.show_list)
        self.undoing.offered.connect(self.top.put_undo)
        self.undoing.undone.connect(self._was_undone)
        self.undoing.troubled.connect(self.trouble.put)
        self.status.guided.connect(lambda: self.show_help(FIRST_HOUR))
        self.top.noticed.connect(self.take_notice)
        self.top.notice.setVisible(NOTICE in self.pages)
        self.clocks.opened.connect(lambda person: self.go("child", (person, (person,), None)))
        for number, key in enumerate(self.rail.keys()[:9], start=1):
            self._shortcut(f"Ctrl+{number}", partial(self.go, key, None))
        for keys, call in (
            ("Ctrl+F", self._to_search),
            ("Ctrl+Z", self.undoing.undo),
            ("Ctrl+N", self.take_notice),
            ("Ctrl+Shift+Z", self.undoing.show_list),
            ("F1", self.show_keys),
            ("Shift+F1", self.show_help),
            ("F6", self._next_pane),
        ):
            self._shortcut(keys, call)

    def _shortcut(self, keys: str, call: Callable[[], Any]) -> None:
        QShortcut(QKeySequence(keys), self, call)

    # ------------------------------------------------------------ made anew

    def working(self) -> bool:
        """Whether a page has something long running."""
        return any(page.working() for page in self.pages.laid)

    def hand_over(self, fresh: Workplace) -> None:
        """Everything that is not on the disk goes to the pages made in another language."""
        for page in self.pages.laid:
            if page.key in fresh.pages:
                fresh.pages[page.key].take(page.keep())
        fresh._trail, fresh._where = list(self._trail), dict(self._where)
        fresh.undoing.take_over(self.undoing)
        fresh.stand(self.page.key)

    def stand(self, key: str) -> None:
        """In front of this page as it was left, without a step in the trail."""
        page = self.pages[key]
        self._stack.setCurrentWidget(page)
        if key in self._where:
            page.arrive(self._where[key])
        page.shown()
        self.rail.light(page.rail_key or page.key)
        self._retitle()

    # ------------------------------------------------------------ navigation

    @property
    def page(self) -> Page:
        page = self._stack.currentWidget()
        assert isinstance(page, Page)
        return page

    def go(self, key: str, where: object = None) -> None:
        """To the page of this key. A page that is opened from another one leads back to it."""
        page, before = self.pages[key], self.page.key
        if page.in_rail and where is None:
            self._trail.clear()
        elif before != key:
            self._trail.append(before)
        self._stack.setCurrentWidget(page)
        self._where[key] = where
        page.arrive(where)
        page.shown()
        self.rail.light(page.rail_key or page.key)
        self._retitle()

    def take_notice(self) -> None:
        """To where a notice is taken down, from any page."""
        if NOTICE in self.pages and self.page.key != NOTICE:
            self.go(NOTICE, None)

    def back(self) -> None:
        if self._trail:
            key = self._trail.pop()
            page = self.pages[key]
            self._stack.setCurrentWidget(page)
            page.shown()
            self.rail.light(page.rail_key or page.key)
            self._retitle()

    def _retitle(self) -> None:
        self.top.put(self.page)
        self.status.say_page(self.page.status())

    def _to_search(self) -> None:
        self.top.search.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _leave_search(self) -> None:
        self.page.shown()

    def _search(self, text: str) -> None:
        if not self.page.seek(text) and HOME in self.pages:
            self._stack.setCurrentWidget(self.pages[HOME])
            self.rail.light(HOME)
            self._trail.clear()
            self._retitle()
            self.page.seek(text)

    def _next_pane(self) -> None:
        panes = [pane for pane in (*self.page.panes(), self.top.search) if pane.isVisible()]
        if not panes:
            return
        focused = self.focusWidget()
        here = next(
            (
                at
                for at, pane in enumerate(panes)
                if focused is not None and (pane is focused or pane.isAncestorOf(focused))
            ),
            -1,
        )
        after: QWidget | None = panes[(here + 1) % len(panes)]
        if after is not None and after.focusPolicy() == Qt.FocusPolicy.NoFocus:
            after = after.nextInFocusChain()
        if after is not None:
            after.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_keys(self) -> None:
        dialog = KeysDialog(self.page.title(), self.page.keys(), self, self.desk.may_see)
        dialog.open()

    def show_help(self, topic: str = "") -> None:
        """Help on the page in front, or on a topic."""
        if HELP in self.pages:
            self.go(HELP, topic or (self.page.help_key or self.page.key))
        else:
            self.show_keys()

    # ------------------------------------------------------------ the guided first hour

    def _ask_hour(self) -> None:
        if self.desk.first_hour is not None:
            self.runner.ask(
                self.desk.first_hour.first_hour, self.desk.office, then=self._know_hour, topic="window.hour"
            )

    def _know_hour(self, hour: Any) -> None:
        left = hour.left if hour.demo else 0
        self.status.guide(_("hour.status", done=len(hour.steps) - left, of=len(hour.steps)) if left else "")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif self.trouble.isVisible():
            self.trouble.dismiss()
        else:
            self.back()

    # ------------------------------------------------------------ what was committed

    def was_done(self, done: Done) -> None:
        """Something is on the disk: say so, offer its undo, let every page judge for itself."""
        self.status.say_saved(done.words, self.desk.now())
        if done.undo is not None:
            self.undoing.add(done.undo)
        self._tell(done.changes)

    def _was_undone(self, words: str, changes: Changes) -> None:
        self.status.say_saved(_("undo.done", words=words) if words else "", self.desk.now())
        self._tell(changes)

    def _tell(self, changes: Changes) -> None:
        for page in self.pages.laid:
            page.changed(changes)
        self.clocks.changed(changes)
        if "published" in changes.kinds:
            self._ask_reach()
        self._ask_hour()

    def _ask_reach(self) -> None:
        if HOME in self.pages:
            self.runner.ask(self.desk.caseload.freshness, self.desk.office, then=self._know_reach, topic="window.reach")

    def _know_reach(self, reach: tuple[Freshness, ...]) -> None:
        self.status.say_reach(reach, self.desk.today())

    # ------------------------------------------------------------ size

    def hasHeightForWidth(self) -> bool:
        return False  # it takes the window's room, whatever its words would like

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        small = (self.width() < NARROW, self.height() < LOW)
        if small != self._small:
            self._small = small
            narrow, low = small
            self.rail.set_low(low)
            self.top.set_narrow(narrow)
            for page in self.pages.laid:
                page.compacted(narrow, low)
