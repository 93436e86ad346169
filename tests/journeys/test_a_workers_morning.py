"""In the window, by keys: what is due, a decision, the next one; a visit to two siblings with a photograph; a crash."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
pytest.importorskip("PySide6")

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.domain.decisions import Decision, DecisionKind
from app.services.answers.caseload import CaseloadQuery
from app.services.casework import assigning, caseload, contacts, drafting, followups, reviewing
from app.services.offices import opening
from app.storage.offices.office import Office
from tests.builders import AS_OF, LEAD, opened
from tests.journeys.windows import at_work
from ui import app as start
from ui import words
from ui.followups.moving import MoveDialog
from ui.pages.child import ChildPage
from ui.pages.followups import FollowUpsPage
from ui.theme import load_fonts
from ui.window import Window
from ui.workplace import Workplace

Key, Control = Qt.Key, Qt.KeyboardModifier.ControlModifier


def _children(office: Office) -> tuple[int, ...]:
    return caseload.listing(office, CaseloadQuery(view="all"), start.desk_of(office).today()).ids


@pytest.fixture
def due(office: Office) -> tuple[int, ...]:
    """Three own children: one overdue, one due today, one later."""
    desk = start.desk_of(office)
    now, today = desk.now(), desk.today()
    chosen = _children(office)[:3]
    assigning.assign(office, chosen, LEAD, now)
    for child, days in zip(chosen, (-2, 0, 20), strict=True):
        begun = now - timedelta(days=9)
        watch = Decision(DecisionKind.WATCH, "様子を聞く。", begun.date(), today + timedelta(days=days), ())
        reviewing.decide(office, child, watch, begun, on_screen="")
    return chosen


@pytest.fixture
def work(qtbot: QtBot, office: Office, due: tuple[int, ...]) -> Iterator[Workplace]:
    load_fonts()
    words.speak("ja")
    window = Window(opening, start.desk_of, start.make_pages)
    qtbot.addWidget(window)
    window.resize(1440, 900)
    window.show()
    window.open_office(office)
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window)
    assert window.workplace is not None
    yield window.workplace
    window.let_go()


@pytest.fixture
def settled(work: Workplace) -> Callable[[], None]:
    def wait() -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        start.settle(app, work)

    return wait


def _press(work: Workplace, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(work.page.focusWidget() or work.page, key, modifier)


def _follow_ups(work: Workplace, settled: Callable[[], None]) -> FollowUpsPage:
    work.go("followups", None)
    settled()
    page = work.page
    assert isinstance(page, FollowUpsPage)
    return page


class _Windows(QObject):
    """Whatever opens a window of its own."""

    def __init__(self, known: QWidget) -> None:
        super().__init__()
        self._known, self.opened = known, list[str]()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        shows = event.type() == QEvent.Type.Show and watched is not self._known
        if shows and isinstance(watched, QWidget) and watched.isWindow():
            self.opened.append(type(watched).__name__)
        return False


def test_laying_the_pages_opens_no_window_and_takes_no_key_away(work: Workplace, settled: Callable[[], None]) -> None:
    app, windows = QApplication.instance(), _Windows(work.window())
    assert isinstance(app, QApplication)
    app.installEventFilter(windows)
    settled()
    app.removeEventFilter(windows)
    assert windows.opened == []
    assert app.activeWindow() is work.window()


def test_a_morning_begins_with_what_is_due(
    work: Workplace, settled: Callable[[], None], office: Office, due: tuple[int, ...]
) -> None:
    settled()
    assert "1件" in work.status._reminder.text(), "said at the start, on every page"
    page = _follow_ups(work, settled)
    assert [line.group for line in page.found.lines] == ["overdue", "today", "later"]  # type: ignore[union-attr]
    line = page.current()
    assert line is not None
    assert line.person_id == due[0]
    _press(work, Key.Key_D)
    settled()
    child = work.page
    assert isinstance(child, ChildPage)
    assert child.file is not None
    assert child.file.person_id == due[0]
    _press(work, Key.Key_3)
    child.decision.reason.setFocus()
    QTest.keyClicks(child.decision.reason, "shuu ni ichido")
    _press(work, Key.Key_Return, Control)
    settled()
    assert child.file.decisions[-1].reason == "shuu ni ichido"
    work.back()
    settled()
    assert [one.group for one in page.found.lines] == ["today", "later", "later"]  # type: ignore[union-attr]
    assert page.current().person_id == due[1]  # type: ignore[union-attr]
    _press(work, Key.Key_M)
    (dialog,) = page.findChildren(MoveDialog)
    dialog.day.buttons["two_weeks"].click()
    dialog.confirm.click()
    assert dialog.trouble.isVisible(), "never without a reason"
    dialog.reason.setPlainText("担任が出張のため。")
    dialog.confirm.click()
    settled()
    assert page.found.due == 0  # type: ignore[union-attr]
    assert not work.status._reminder.isVisible()
    work.undoing.undo()
    settled()
    assert page.found.due == 1  # type: ignore[union-attr]


def test_a_visit_to_two_siblings_with_a_photograph(
    work: Workplace, settled: Callable[[], None], office: Office, tmp_path: Path
) -> None:
    today = work.desk.today()
    child, sibling = next(
        (one, member.person_id)
        for one in _children(office)
        for member in reviewing.child_file(office, one, work.desk.now()).household
        if member.is_child
    )
    photo = tmp_path / "玄関.jpg"
    image = QImage(640, 480, QImage.Format.Format_RGB32)
    image.fill(QColor("#88aacc"))
    assert image.save(str(photo), "JPEG")
    work.go("child", (child, (child,), "contact"))
    settled()
    page = work.page
    assert isinstance(page, ChildPage)
    _press(work, Key.Key_2)
    _press(work, Key.Key_1)
    QTest.keyClicks(page.contact.words, "genki")
    page.contact.siblings[sibling].setChecked(True)
    page.contact.pictures.add_files([photo, tmp_path])
    settled()
    assert len(page.contact.pictures.thumbs) == 1
    photo.unlink()
    _press(work, Key.Key_Return, Control)
    settled()
    for one in (child, sibling):
        (line,) = reviewing.child_file(office, one, work.desk.now()).contacts
        assert (line.kind, line.seen, line.words, line.day) == ("home_visit", True, "genki", today)
        assert contacts.picture(office, line.pictures[0].digest).startswith(b"\xff\xd8\xff")
    page.show_tab("history")
    page.history.table.selectRow(0)
    page.history.pictures.click()
    settled()
    work.undoing.undo()
    settled()
    assert reviewing.child_file(office, sibling, work.desk.now()).contacts == ()


_CRASHES = """
import sys
from pathlib import Path
from PySide6.QtTest import QTest
from tests.builders import LEAD, PASSPHRASE
from app.services.casework import drafting
from app.services.offices import opening
from ui import app as start
from ui.window import Window
from datetime import datetime
app = start.application()
office = opening.open_office(Path(sys.argv[1]), LEAD, PASSPHRASE, datetime.now().astimezone())
window = Window(opening, start.desk_of, start.make_pages)
window.show()
window.open_office(office)
work = window.workplace
start.settle(app, work)
work.go("child", (int(sys.argv[2]), (), None))
start.settle(app, work)
work.page.decision.choose(3)
QTest.keyClicks(work.page.decision.reason, "tochuu made")
while not drafting.waiting(office):
    app.processEvents()
print("kept", flush=True)
while True:
    app.processEvents()
"""


def test_a_crash_keeps_the_draft(folder: Path) -> None:
    with opened(folder) as office:
        child = _children(office)[0]
    running = subprocess.Popen(
        [sys.executable, "-c", _CRASHES, str(folder), str(child)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert running.stdout is not None
        began = time.monotonic()
        assert running.stdout.readline() == "kept\n"
        assert time.monotonic() - began < 60
    finally:
        running.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
        running.wait()
        if running.stdout is not None:
            running.stdout.close()
    with opened(folder) as office:
        draft = drafting.drafts_of(office, child)["decision"]
        assert (draft.content["kind"], draft.content["reason"]) == ("watch", "tochuu made")
        assert reviewing.child_file(office, child, start.desk_of(office).now()).decisions == ()
        assert followups.listing(office, start.desk_of(office).today(), True).lines == ()


def test_the_button_that_records_is_in_sight_on_a_small_screen(qtbot: QtBot, office: Office) -> None:
    person = caseload.listing(office, CaseloadQuery(view="all"), AS_OF).ids[0]
    with at_work(qtbot, office) as work:
        page = work.pages["child"]
        assert isinstance(page, ChildPage)
        work.go("child", (person, (person,), None))
        qtbot.waitUntil(lambda: not work.busy)
        for begin, form in ((page.start_contact, page.contact), (page.contact.cancelled.emit, page.decision)):
            begin()
            page.beside.show_pane("decision")
            qtbot.waitUntil(form.record.isVisible)
            assert not form.record.visibleRegion().isEmpty()
            assert form.record.visibleRegion().boundingRect().height() == form.record.height()
        page.beside.show_pane("reasons")
        assert not page.decision.record.isVisible(), "what is not in front takes no room"
