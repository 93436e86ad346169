"""A walk through the window: every page, every tab, some children, what is copied, and the lock at the end.

As a program (`python -m tests.torture.window_walk FOLDER PERSON PASSPHRASE`) it is what the canary proof runs under
strace; with ``look`` a test sees each sight.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLineEdit

from app.services.offices import opening
from app.storage.offices.office import Office
from ui import app as ui_app
from ui import words
from ui.pages.caseload import CaseloadPage
from ui.widgets.buttons import TabRow
from ui.window import Window

CHILDREN, ROWS = 3, 2
Look = Callable[[str, Window], None]


def _nothing(_sight: str, _window: Window) -> None:
    pass


def walk(office: Office, now: datetime, look: Look = _nothing, *, short: bool = False) -> list[str]:
    """Go everywhere; the names of the sights. ``look`` is called at each, with the window. ``short``: one child, no
    rows."""
    ui_app.application()
    words.speak("ja")
    day = now.date()
    window = Window(
        opening, lambda it: replace(ui_app.desk_of(it, lambda: day), now=lambda: now), ui_app.make_pages
    )  # fmt: skip
    window.resize(1440, 900)
    window.show()
    window.open_office(office)
    return _Walk(window, look, short).everywhere()


class _Walk:
    def __init__(self, window: Window, look: Look, short: bool) -> None:
        self._children_most, self._rows_most = (1, 0) if short else (CHILDREN, ROWS)
        self.window, self._look, self._seen = window, look, list[str]()

    def everywhere(self) -> list[str]:
        work = self.window.workplace
        assert work is not None
        self._quiet()
        for key in list(work.pages):
            if key != "child":
                work.go(key)
                self._sights(key)
        self._children()
        work.top.search.setText("あ")
        self._see("search")
        work.top.search.clear()
        self.window.lock()
        self._see("locked")
        self.window.let_go()
        self.window.close()
        return self._seen

    def _children(self) -> None:
        work = self.window.workplace
        assert work is not None
        work.go("caseload")
        self._quiet()
        page = work.pages["caseload"]
        if not isinstance(page, CaseloadPage):
            return
        page.ask(replace(page.query, view="all"))
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
        for row in page.findChildren(TabRow):
            for key, button in list(row._buttons.items()):
                if row.isVisible() and button.isEnabled():
                    button.click()
                    self._see(f"{name} {key}")
        for table in page.findChildren(QAbstractItemView):
            model = table.model()
            for at in range(min(self._rows_most, model.rowCount() if model is not None else 0)):
                if table.isVisible():
                    table.setCurrentIndex(model.index(at, 0))
                    self._see(f"{name} row {at}")
        for field in page.findChildren(QLineEdit):
            if field.isVisible() and field.text():
                field.selectAll()
                field.copy()
        QTest.keyClick(page, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)

    def _see(self, sight: str) -> None:
        self._quiet()
        self._seen.append(sight)
        self._look(sight, self.window)

    def _quiet(self) -> None:
        for _time in range(2):
            QTest.qWait(30)
            work = self.window.workplace
            while self.window.runner.busy or (work is not None and work.runner.busy):
                QTest.qWait(20)
                work = self.window.workplace


def main() -> int:
    """Walk through an office; 0 when the clipboard is empty at the end (where the platform says whose it is)."""
    folder, person, passphrase = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]).read_text(encoding="utf-8").strip()
    now = datetime.fromisoformat(sys.argv[4])
    office = opening.open_office(folder, person, passphrase, now)
    seen = walk(office, now, short=len(sys.argv) > 5)
    left = QGuiApplication.clipboard().text()
    sys.stdout.write(f"{len(seen)} sights, {len(left)} letters in the clipboard\n")
    QApplication.processEvents()
    return 1 if left and QGuiApplication.platformName() != "offscreen" else 0


if __name__ == "__main__":
    sys.exit(main())
