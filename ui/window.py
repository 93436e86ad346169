"""The window: locked or at work. Navigation, undo, what was committed, and how small it is.

``Workplace`` is the frame with its pages around one open office; ``Window`` changes between it
and the unlock page. Nothing here knows what a page shows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QApplication, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.domain.message import Trouble
from app.services.answers import Changes, Freshness, Outcome
from app.services.remembering import Look
from ui import words
from ui.closing import Closing
from ui.desk import Desk
from ui.dressing import put_on
from ui.frame import Rail, StatusBar, TopBar
from ui.keys import KeysDialog
from ui.page import Done, Page, Undo
from ui.pages.unlock import UnlockPage
from ui.restoring import RestoreDialog
from ui.runner import Runner
from ui.session import Clipboard, Session
from ui.widgets.states import ErrorPanel
from ui.words import _, say

NARROW, LOW = 1380, 820
"""Below this width and height pages give way."""
UNDO_KEPT = 50
HOME = "caseload"

MakePages = Callable[[Desk, Runner], Sequence[Page]]


class Workplace(QWidget):
    """The frame and the pages of one open office."""

    looked = Signal(object)
    shuts = Signal(object)
    relocks = Signal()

    def __init__(self, desk: Desk, runner: Runner, pages: Sequence[Page]) -> None:
        super().__init__()
        self.desk, self.runner = desk, runner
        self.pages = {page.key: page for page in pages}
        self._trail: list[str] = []
        self._undos: list[Undo] = []
        self._where: dict[str, object] = {}
        self._small: tuple[bool, bool] | None = None
        self.rail = Rail(pages)
        self.top = TopBar(desk.member)
        self.trouble = ErrorPanel()
        self.notice = ErrorPanel(tone="caution")
        """What the office had to say when it was opened."""
        self.home = HOME if HOME in self.pages else next(page.key for page in pages if page.in_rail)
        self.status = StatusBar()
        self._stack = QStackedWidget()
        self._build(pages)
        self._connect(pages)
        self.top.search.setVisible(HOME in self.pages)
        self._ask_reach()
        if notes := [say(note) for note in getattr(desk.office, "notes", ())]:
            self.notice.put(" ".join(notes))

    def _build(self, pages: Sequence[Page]) -> None:
        for page in pages:
            self._stack.addWidget(page)
        right = QVBoxLayout()
        right.setSpacing(0)
        for part, share in ((self.top, 0), (self.notice, 0), (self._stack, 1), (self.trouble, 0), (self.status, 0)):
            right.addWidget(part, share)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.rail)
        whole.addLayout(right, 1)

    def _connect(self, pages: Sequence[Page]) -> None:
        for page in pages:
            page.opens.connect(self.go)
            page.goes_back.connect(self.back)
            page.done.connect(self.was_done)
            page.troubled.connect(self.trouble.put)
            page.retitled.connect(self._retitle)
            page.counted.connect(partial(self.rail.put_count, page.key))
            page.searched_for.connect(self.top.put_search)
            page.looked.connect(self.looked)
            page.shuts.connect(self.shuts)
            page.relocks.connect(self.relocks)
        self.runner.troubled.connect(self.trouble.put)
        self.rail.chosen.connect(lambda key: self.go(key, None))
        self.rail.helped.connect(self.show_keys)
        self.status.helped.connect(self.show_keys)
        self.top.went_back.connect(self.back)
        self.top.searched.connect(self._search)
        self.top.left_search.connect(self._leave_search)
        self.top.undone.connect(self.undo)
        for number, key in enumerate(self.rail.keys(), start=1):
            self._shortcut(f"Ctrl+{number}", partial(self.go, key, None))
        for keys, call in (
            ("Ctrl+F", self._to_search),
            ("Ctrl+Z", self.undo),
            ("F1", self.show_keys),
            ("F6", self._next_pane),
        ):
            self._shortcut(keys, call)

    def _shortcut(self, keys: str, call: Callable[[], Any]) -> None:
        QShortcut(QKeySequence(keys), self, call)

    # ------------------------------------------------------------ made anew

    def working(self) -> bool:
        """Whether a page has something long running."""
        return any(page.working() for page in self.pages.values())

    def hand_over(self, fresh: Workplace) -> None:
        """Everything that is not on the disk goes to the pages made in another language."""
        for key, page in self.pages.items():
            if key in fresh.pages:
                fresh.pages[key].take(page.keep())
        fresh._trail, fresh._undos, fresh._where = list(self._trail), list(self._undos), dict(self._where)
        fresh.top.put_undo(fresh._undos[-1] if fresh._undos else None)
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
        dialog = KeysDialog(self.page.title(), self.page.keys(), self)
        dialog.open()

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
            self._undos = [*self._undos, done.undo][-UNDO_KEPT:]
            self.top.put_undo(done.undo)
        self._tell(done.changes)

    def undo(self) -> None:
        """Take the newest undoable change back."""
        if self._undos and self.top.undo.isEnabled():
            self.top.undo.setEnabled(False)
            self.runner.do(self._undos[-1].call, then=self._undone, failed=self._not_undone)

    def _undone(self, outcome: Outcome[Any]) -> None:
        taken = self._undos.pop()
        self.top.put_undo(self._undos[-1] if self._undos else None)
        self.status.say_saved(_("undo.done", words=taken.words), self.desk.now())
        self._tell(outcome.changes)

    def _not_undone(self, trouble: Trouble) -> None:
        self._undos.pop()
        self.top.put_undo(self._undos[-1] if self._undos else None)
        self.trouble.put(trouble)

    def _tell(self, changes: Changes) -> None:
        for page in self.pages.values():
            page.changed(changes)
        if "published" in changes.kinds:
            self._ask_reach()

    def _ask_reach(self) -> None:
        if HOME in self.pages:
            self.runner.ask(self.desk.caseload.freshness, self.desk.office, then=self._know_reach, topic="window.reach")

    def _know_reach(self, reach: tuple[Freshness, ...]) -> None:
        self.status.say_reach(reach, self.desk.today())

    # ------------------------------------------------------------ size

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        small = (self.width() < NARROW, self.height() < LOW)
        if small != self._small:
            self._small = small
            narrow, low = small
            self.rail.set_low(low)
            self.top.set_narrow(narrow)
            for page in self.pages.values():
                page.compacted(narrow, low)


class Window(QStackedWidget):
    """The whole window. ``make_desk`` lays an opened office on the desk.

    ``relaunch(folder, person)`` starts the program anew, locked, and this process ends: then no key
    is left in any memory. Without it, or where it answers False, the window locks by itself.
    """

    _shut = Signal(object, str, object)

    def __init__(
        self,
        opening: Any,
        make_desk: Callable[[Any], Desk],
        make_pages: MakePages,
        folder: Path | None = None,
        relaunch: Callable[[Path, str], bool] | None = None,
        keeping: Any = None,
    ) -> None:
        super().__init__()
        self.runner = Runner(self)
        """For the unlock page; each opened office gets a runner of its own."""
        self._make_desk, self._make_pages, self._relaunch = make_desk, make_pages, relaunch
        self._keeping = keeping
        self.closing: Closing | None = None
        self._session: Session | None = None
        self._clipboard = Clipboard(self)
        self._shut.connect(self._begin_anew, Qt.ConnectionType.QueuedConnection)
        self.workplace: Workplace | None = None
        self._office: Any = None
        self.setWindowTitle(_("app.name"))
        self.setMinimumSize(960, 600)
        self._opening = opening
        self._unlock_page(folder)
        QShortcut(QKeySequence("Ctrl+L"), self, self.lock)

    def open_office(self, office: Any) -> None:
        """Sit down at the desk of an opened office."""
        self._office = office
        desk = self._make_desk(office)
        if desk.remembering is not None:
            put_on(desk.remembering.look_of(office), asked=False)
        work = self._lay(desk)
        self.setCurrentWidget(work)
        work.go(work.home, None)
        self._session = Session(desk.idle_minutes, self)
        self._session.ended.connect(self.lock)
        self._session.begin()

    def _lay(self, desk: Desk) -> Workplace:
        """The frame with its pages, in the words that are spoken now."""
        runner = Runner(self)
        work = Workplace(desk, runner, self._make_pages(desk, runner))
        work.rail.locked.connect(self.lock)
        work.looked.connect(self.wear)
        work.shuts.connect(lambda act: self.lock(act=act))
        work.relocks.connect(self.lock)
        self.workplace = work
        self.addWidget(work)
        return work

    def wear(self, look: Look) -> None:
        """Another look: colours at once; for other words the pages are made anew, and nothing is lost."""
        before = (words.language(), words.western())
        put_on(look)
        if (words.language(), words.western()) != before:
            self._make_anew()

    def _make_anew(self) -> None:
        """As soon as nothing is on its way: an answer must find the page that asked for it."""
        old = self.workplace
        if old is None:
            return
        if old.runner.busy:
            QTimer.singleShot(20, self._make_anew)
            return
        fresh = self._lay(old.desk)
        old.hand_over(fresh)
        self.setCurrentWidget(fresh)
        self.removeWidget(old)
        old.runner.close()
        old.deleteLater()
        self.setWindowTitle(_("app.name"))
        place, who = self.indexOf(self.unlock), old.desk.member.name
        self.removeWidget(self.unlock)
        self.unlock.deleteLater()
        self._unlock_page(self._office.folder, who, place)

    def _unlock_page(self, folder: Path | None, person: str = "", place: int = 0) -> None:
        self.unlock = UnlockPage(self._opening, self.runner, folder)
        self.unlock.unlocked.connect(self.open_office)
        self.unlock.restored.connect(self.restore)
        self.unlock.offer_restoring(self._keeping is not None)
        if person:
            self.unlock.choose_person(person)
        self.insertWidget(place, self.unlock)

    def lock(self, why: str = "", act: Callable[[Any], Any] | None = None) -> None:
        """Put everything away: pages, answers on their way, the keys in memory.

        ``act`` is done with the office when nobody reads any more: what gives it new keys.
        """
        work, self.workplace = self.workplace, None
        if work is None:
            return
        self._end_session()
        name, office = work.desk.member.name, self._office
        folder = office.folder
        for page in work.pages.values():
            page.leave()

        self._keep_place(work.desk)

        def shut() -> None:
            trouble = _done_with(act, office)
            office.close()
            self._shut.emit(folder, name, trouble)

        # What is being written is finished first; then the office is shut, keys and all.
        work.runner.retire(shut)
        self._office = None
        self.setCurrentWidget(self.unlock)
        self.removeWidget(work)
        work.deleteLater()
        self.unlock.choose_person(name)
        self.unlock.choose_folder(folder)
        self.unlock.passphrase.setFocus(Qt.FocusReason.OtherFocusReason)

    def _end_session(self) -> None:
        self._clipboard.forget()
        if self._session is not None:
            self._session.end()
            self._session.deleteLater()
            self._session = None

    def _begin_anew(self, folder: Path, name: str, trouble: Trouble | None) -> None:
        """The office is shut: hand over to a fresh process, so that this one's memory goes.

        Not where something could not be done: it has to be read first.
        """
        if trouble is not None:
            self.unlock.error.put(trouble)
            return
        if self.workplace is None and self._relaunch is not None and self._relaunch(folder, name):
            self.close()

    def _keep_place(self, desk: Desk) -> None:
        """The window's size, for the next time."""
        if desk.remembering is not None and self._office is not None and not QApplication.closingDown():
            size = self.normalGeometry().size() if self.isMaximized() else self.size()
            place = desk.remembering.Place(size.width(), size.height(), self.isMaximized())
            desk.remembering.keep_place(self._office.folder, place)

    def let_go(self) -> None:
        """Leave the office open when the window closes: somebody else closes it."""
        self._office = None

    def restore(self) -> None:
        """Lay an office out from a backup, on a PC that has none."""
        dialog = RestoreDialog(self._keeping, self.runner, self)
        dialog.restored.connect(self.unlock.choose_folder)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _keep_and_close(self) -> bool:
        """Begin the backup of a window that is about to close; False where there is none to make."""
        if self.closing is not None or self._office is None or self._keeping is None:
            return False
        if not self._keeping.wanted(self._office):
            return False
        office, self._office = self._office, None
        work, self.workplace = self.workplace, None
        if work is not None:
            for page in work.pages.values():
                page.leave()
            work.runner.close()
        self._end_session()
        self.closing = Closing(partial(self._keeping.at_close, office, datetime.now().astimezone()))
        self.closing.over.connect(self.close)
        self.addWidget(self.closing)
        self.setCurrentWidget(self.closing)
        if work is not None:
            self.removeWidget(work)
            work.deleteLater()
        self.closing.begin()
        return True

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._keep_and_close():
            event.ignore()
            return
        if self.workplace is not None:
            for page in self.workplace.pages.values():
                page.leave()
            self.workplace.runner.close()
            self._keep_place(self.workplace.desk)
        self.runner.close()
        self._end_session()
        if self._office is not None:
            self._office.close()
            self._office = None
        super().closeEvent(event)


def _done_with(act: Callable[[Any], Any] | None, office: Any) -> Trouble | None:
    """Do it with an office that nobody reads any more; what hindered it, in words to be read."""
    if act is None:
        return None
    try:
        successor = act(office)
    except Trouble as trouble:
        return trouble
    if successor is not None:
        successor.close()
    return None
