"""The window: locked or at work, and what changes between the two.

``Window`` goes back and forth between the unlock page and a ``Workplace``, and makes the workplace anew
when another language is wanted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QDialog, QStackedWidget, QWidget

from app.domain.message import Trouble
from app.services.desk.remembering import Look
from ui import words
from ui.backing import Backing
from ui.closing import Closing
from ui.desk import Desk
from ui.dressing import put_on
from ui.page import Page
from ui.pages.renewing import RenewPage
from ui.pages.unlock import UnlockPage
from ui.restoring import RestoreDialog
from ui.runner import Runner
from ui.scaling import rescale, scale
from ui.session import Clipboard, Session
from ui.theme import theme
from ui.widgets.focusring import watch
from ui.words import _
from ui.workplace import Workplace

PagesOf = Callable[[Desk], Sequence[type[Page]]]


class Window(QStackedWidget):
    """The whole window. ``make_desk`` lays an opened office on the desk.

    ``relaunch(folder, person)`` starts the program anew, locked, and this process ends: then no key
    is left in any memory. Without it, or where it answers False, the window locks by itself.
    """

    remade = Signal()
    """Its native side is another one: what hung on the old one must be done again."""
    _shut = Signal(object, str, object)

    def __init__(
        self,
        opening: Any,
        make_desk: Callable[[Any], Desk],
        make_pages: PagesOf,
        folder: Path | None = None,
        relaunch: Callable[[Path, str], bool] | None = None,
        keeping: Any = None,
    ) -> None:
        super().__init__()
        watch()
        self.runner = Runner(self)
        """For the unlock page; each opened office gets a runner of its own."""
        self._make_desk, self._make_pages, self._relaunch = make_desk, make_pages, relaunch
        self._keeping = keeping
        self.closing: Closing | None = None
        self._backing: Backing | None = None
        self._session: Session | None = None
        self._clipboard = Clipboard(self)
        self._shut.connect(self._begin_anew, Qt.ConnectionType.QueuedConnection)
        self.workplace: Workplace | None = None
        self._office: Any = None
        self._renewing: RenewPage | None = None
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
            look = desk.remembering.look_of(office)
            put_on(look, asked=False)
            self._size_text(look)
        if getattr(office, "recovered", False):
            self._renew(desk)
        else:
            work = self._lay(desk)
            self.setCurrentWidget(work)
            work.go(work.home, None)
        self._session = Session(desk.idle_minutes, self)
        self._session.ended.connect(self.lock)
        self._session.begin()
        if self._keeping is not None and self.workplace is not None:
            self._backing = Backing(self._keeping, office, self, lambda: datetime.now().astimezone())

    def _renew(self, desk: Desk) -> None:
        """The recovery code opened the office: nothing but new keys."""
        page = self._renewing = RenewPage(desk.belonging, self.runner, desk.office)
        page.gave_up.connect(self.lock)
        page.renewed.connect(self._renewed)
        self.addWidget(page)
        self.setCurrentWidget(page)

    def _renewed(self, successor: Any) -> None:
        """New keys: unlock with them."""
        self._office = successor
        self.lock()
        self.unlock.say(_("renew.done"))

    def _end_renewing(self) -> None:
        page, self._renewing = self._renewing, None
        office, self._office = self._office, None
        if page is None or office is None:
            return
        self._close_dialogs()
        self._end_session()
        name = office.member.name
        office.close()
        self._to_unlock(page, office.folder, name)

    def _lay(self, desk: Desk) -> Workplace:
        """The frame with its pages, in the words that are spoken now."""
        runner = Runner(self)
        work = Workplace(desk, runner, self._make_pages(desk))
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
        self._size_text(look)
        if (words.language(), words.western()) != before:
            self._make_anew()

    def _size_text(self, look: Look) -> None:
        """The text size at once, where Qt can; the settings say so where it holds from the next start."""
        if look.text != scale() and rescale(self, look.text):
            self.remade.emit()

    def _make_anew(self) -> None:
        """As soon as nothing is on its way: an answer must find the page that asked for it."""
        old = self.workplace
        if old is None:
            return
        if old.working():
            old.notice.put(_("settings.language.later"))
        if old.working() or old.busy:
            QTimer.singleShot(50, self._make_anew)
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
            self._end_renewing()
            return
        self._end_session()
        name, office = work.desk.member.name, self._office
        folder = office.folder
        given_up = Trouble("unlock.gave_up") if work.working() else None
        work.leave()
        self._close_dialogs()
        self._keep_place(work.desk)

        def shut() -> None:
            trouble = _done_with(act, office) or given_up
            office.close()
            self._shut.emit(folder, name, trouble)

        # What is being written is finished first; then the office is shut, keys and all.
        work.runner.retire(shut)
        self._office = None
        self._to_unlock(work, folder, name)

    def _close_dialogs(self) -> None:
        """Menus and dialogs stand before the window: nothing of them may stay before a locked one."""
        while (popup := QApplication.activePopupWidget()) is not None:
            popup.close()
        for dialog in self.findChildren(QDialog):
            dialog.hide()  # not rejected: nobody is asked or told any more
            dialog.deleteLater()

    def _to_unlock(self, before: QWidget, folder: Path, name: str) -> None:
        self.setCurrentWidget(self.unlock)
        self.removeWidget(before)
        before.deleteLater()
        theme.forget_words()
        self.unlock.choose_person(name)
        self.unlock.choose_folder(folder)
        self.unlock.passphrase.setFocus(Qt.FocusReason.OtherFocusReason)

    def _end_session(self) -> None:
        self._clipboard.forget()
        if self._backing is not None:
            self._backing.end()
            self._backing = None
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
            work.leave()
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
            self.workplace.leave()
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
