"""A walk through the window: every page, every tab, some children, what is copied, and the lock at the end.

As a program (`python -m tests.torture.window_walk FOLDER PERSON PASSPHRASE`) it is what the canary proof runs under
strace; with ``look`` a test sees each sight.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QBuffer, QByteArray, QSettings, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLineEdit
from shiboken6 import isValid

from app.domain.decisions import Decision, DecisionKind
from app.services.answers.caseload import CaseloadQuery
from app.services.casework import caseload, contacts, reviewing
from app.services.casework.contacts import Contact
from app.services.imports import batches
from app.services.offices import backing_up, opening
from app.storage.offices.office import Office
from tests.torture.pressing import Pressing, dialogs_of_the_window
from ui import app as ui_app
from ui import words
from ui.child.pictures import open_whole
from ui.pages.caseload import CaseloadPage
from ui.pages.child import ChildPage
from ui.pages.followups import FollowUpsPage
from ui.pages.imports import ImportsPage
from ui.widgets.buttons import TabRow
from ui.window import Window

CHILDREN, ROWS = 3, 2
NOT_PRESSED = ("settings look",)
"""Where each button gives the whole window another look or language."""
SHORT, FULL, LEAKING = "short", "full", "leaking"
"""How much is walked; the last is a program that writes names where none may stand."""
Look = Callable[[str, Window], None]


def _nothing(_sight: str, _window: Window) -> None:
    pass


@dataclass(frozen=True)
class Hands:
    """Everything is pressed too: what is written into every field, which files are chosen, where others are put."""

    payload: str
    files: tuple[Path, ...]
    out: Path
    everything: bool = True
    """Each button of each page; else only the dialogs."""


def walk(
    office: Office, now: datetime, look: Look = _nothing, *, short: bool = False, hands: Hands | None = None
) -> Walked:
    """Go everywhere; the names of the sights. ``look`` is called at each, with the window. ``short``: one child, no
    rows. With ``hands`` each button and dialog is tried."""
    ui_app.application()
    words.speak("ja")
    day = now.date()
    window = Window(
        opening, lambda it: replace(ui_app.desk_of(it, lambda: day), now=lambda: now), ui_app.make_pages,
        keeping=backing_up if hands else None,
    )  # fmt: skip
    window.resize(1440, 900)
    window.show()
    going = _Walk(window, look, short, hands)
    going.restoring()
    window.open_office(office)
    return going.everywhere()


@dataclass(frozen=True)
class Walked:
    """The sights, and the names of the dialogs and pages that were met."""

    sights: list[str]
    met: frozenset[str]
    in_clipboard: str
    """What lay in the clipboard after the lock."""


class _Walk:
    def __init__(self, window: Window, look: Look, short: bool, hands: Hands | None) -> None:
        self._everything = hands is not None and hands.everything
        self._children_most, self._rows_most = (1, 0) if short else (CHILDREN, ROWS)
        self.window, self._look, self._seen = window, look, list[str]()
        self._payload = hands.payload if hands else ""
        self._pressing = (
            Pressing(hands.payload, hands.files, hands.out, self._quiet, self._see) if hands is not None else None
        )

    def restoring(self) -> None:
        """The wizard on the unlock page, on a folder that is no backup."""
        if self._pressing is not None:
            self.window.restore()
            self._pressing.settle("restore")

    def everywhere(self) -> Walked:
        work = self.window.workplace
        assert work is not None
        self._quiet()
        self._children()
        for key in list(work.pages):
            if key != "child":
                work.go(key)
                self._sights(key)
        self._by_name()
        work.top.search.setText("あ")
        self._see("search")
        work.top.search.clear()
        if self._pressing is not None:
            for open_dialog in (work.show_keys, work.undoing.show_list):
                open_dialog()
                self._pressing.settle(open_dialog.__name__)
        self.window.lock()
        self._see("locked")
        left = QGuiApplication.clipboard().text()
        self.window.let_go()
        self.window.close()
        return Walked(self._seen, frozenset(self._pressing.met if self._pressing else ()), left)

    def _by_name(self) -> None:
        """Dialogs whose button shows only with a line or a file of one kind in front."""
        work, hands = self.window.workplace, self._pressing
        if hands is None or work is None:
            return
        imports, followups, child = work.pages["imports"], work.pages["followups"], work.pages["child"]
        assert isinstance(imports, ImportsPage)
        assert isinstance(followups, FollowUpsPage)
        assert isinstance(child, ChildPage)
        office = work.desk.office
        (batch, *_more) = batches.history(office)
        person = _prepared(office, work.desk.now(), self._payload)
        for key, call in (
            ("imports", imports.acts.rules),
            ("imports", lambda: imports.acts.map_file(hands.files[0])),
            ("imports", lambda: imports.acts.withdraw(batch)),
            ("followups", followups.ask_move),
            ("child", lambda: child.acts.ask_withdraw(child.file, child.file.decisions[0])),
            ("child", lambda: open_whole(work.desk, work.runner, child.file.contacts[0].pictures[0], child)),
        ):
            work.go(key, (person, (person,), None) if key == "child" else None)
            self._quiet()
            if key == "followups":
                followups.whose.button("all").click()
                self._quiet()
                followups.table.selectRow(1)
            call()
            hands.settle(f"{key} by name")

    def _children(self) -> None:
        work = self.window.workplace
        assert work is not None
        work.go("caseload")
        self._quiet()
        page = work.pages["caseload"]
        if not isinstance(page, CaseloadPage):
            return
        page.ask(CaseloadQuery(view="all"))
        self._quiet()
        for number in range(min(self._children_most, len(page.listed_ids))):
            work.go("caseload")
            self._quiet()
            page.table.selectRow(number)
            page.open_current()
            self._sights(f"child {number}")

    def _sights(self, name: str) -> None:
        """The page in front as it comes, each of its tabs, the first rows of its tables, what can be copied."""
        self._see(name)
        page = self.window.workplace.page  # type: ignore[union-attr]
        self._press(name)
        for row in page.findChildren(TabRow):
            for key, button in list(row._buttons.items()):
                if isValid(row) and row.isVisible() and button.isEnabled():
                    button.click()
                    self._see(f"{name} {key}")
                    self._press(f"{name} {key}")
        for table in page.findChildren(QAbstractItemView):
            model = table.model()
            for at in range(min(self._rows_most, model.rowCount() if model is not None else 0)):
                if table.isVisible():
                    table.setCurrentIndex(model.index(at, 0))
                    self._see(f"{name} row {at}")
                    self._press(f"{name} row {at}")
        for field in page.findChildren(QLineEdit):
            if field.isVisible() and field.text():
                field.selectAll()
                field.copy()
        QTest.keyClick(page, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)

    def _press(self, name: str) -> None:
        """Each button of the page in front, coming back where one led away."""
        work, hands = self.window.workplace, self._pressing
        if hands is None or work is None or not self._everything or name.startswith(NOT_PRESSED):
            return
        page = work.page
        before = -1
        while before != hands.many:
            before = hands.many
            hands.everything(page, name, lambda: self.window.workplace is work and work.page is page)
            if self.window.workplace is not work:
                raise AssertionError(f"{name}: the window locked itself")
            if work.page is not page:
                self._see(f"{name} led to {work.page.key}")
                hands.met.add(type(work.page).__name__)
                work.stand(page.key)
                self._quiet()

    def _see(self, sight: str) -> None:
        self._quiet()
        self._seen.append(sight)
        self._look(sight, self.window)

    def _quiet(self) -> None:
        for _time in range(2):
            QTest.qWait(30)
            work = self.window.workplace
            while self.window.runner.busy or (work is not None and (work.busy or work.working())):
                QTest.qWait(20)
                work = self.window.workplace


def _prepared(office: Office, now: datetime, words: str) -> int:
    """A child with a decision to follow up and a visit with a picture, both in these words."""
    person = next(iter(caseload.listing(office, CaseloadQuery(view="all"), now.date()).ids))
    day = now.date()
    watch = Decision(DecisionKind.WATCH, words, day, day, ())
    reviewing.decide(office, person, watch, now, on_screen="")
    picture = contacts.keep_picture(office, _picture(), f"{words[:40]}.png")
    contacts.note(office, [person], Contact("home_visit", "met", True, day, words, pictures=(picture,)), now)
    return int(person)


def _picture() -> bytes:
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    data, buffer = QByteArray(), QBuffer()
    buffer.setBuffer(data)
    image.save(buffer, "PNG")
    return bytes(data.data())


def main() -> int:
    """Walk through an office as the canary proof asks; 0 when the clipboard is empty at the end (where the
    platform says whose it is)."""
    folder, person, passphrase = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]).read_text(encoding="utf-8").strip()
    now, manner, payload = datetime.fromisoformat(sys.argv[4]), sys.argv[5], sys.argv[6]
    office = opening.open_office(folder, person, passphrase, now)
    if manner == LEAKING:
        walk(office, now, _leak, short=True)
        return 1  # it never comes so far
    hands = Hands(payload, tuple(Path(one) for one in sys.argv[8:]), Path(sys.argv[7]), manner == FULL)
    walked = walk(office, now, short=manner == SHORT, hands=hands)
    forgotten = dialogs_of_the_window() - walked.met if manner != SHORT else set[str]()
    left = walked.in_clipboard
    sys.stdout.write(f"{len(walked.sights)} sights, {len(left)} letters in the clipboard\n")
    if forgotten:
        sys.stderr.write(f"nobody saw {', '.join(sorted(forgotten))}\n")
    QApplication.processEvents()
    return 1 if forgotten or (left and QGuiApplication.platformName() != "offscreen") else 0


def _leak(_sight: str, window: Window) -> None:
    """A program as it must not be: the child in front in a log, in a temporary file and in the settings."""
    page = window.workplace.page if window.workplace is not None else None
    if not isinstance(page, ChildPage) or page.file is None:
        return
    words = page.file.name
    home = Path(os.environ["HOME"])
    with (home / "kizuki.log").open("a", encoding="utf-8") as log:
        log.write(f"opened {words}\n")
    with tempfile.NamedTemporaryFile("w", encoding="utf-16", suffix=".draft", delete=False) as draft:
        draft.write(words)
    settings = QSettings(str(home / "kizuki.ini"), QSettings.Format.IniFormat)
    settings.setValue("recent", words)
    settings.sync()
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
