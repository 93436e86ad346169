"""A lead edits a rule in the window, reads the rows again after seeing what changes, and goes back."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
pytest.importorskip("PySide6")

from PySide6.QtWidgets import QTableWidgetItem
from pytestqt.qtbot import QtBot

from app.services.deriving import rebuilding
from app.services.imports import profiling
from app.services.offices import opening
from app.storage.offices.office import Office
from tests.builders import AS_OF, ATTENDANCE, NOW, SCHOOL, bring_in, extract, month, opened, pupil
from ui import app as ui_app
from ui import words
from ui.imports.rules import RulesDialog
from ui.pages.imports import ImportsPage
from ui.theme import load_fonts
from ui.window import Window

PATIENCE = 90_000
OTHER = [("休み" if name == "病欠" else name) for name in ATTENDANCE]


@pytest.fixture
def lead(fresh_folder: Path, tmp_path: Path) -> Iterator[Office]:
    """A school that prints another word above the days of illness."""
    with opened(fresh_folder) as office:
        people = [
            pupil("P1", "青木 一", "アオキ ハジメ", "2016-05-01"),
            pupil("P2", "森 葵", "モリ アオイ", "2016-06-01"),
        ]
        rows = [month(one, "2026", m, sick="6") for one in ("P1", "P2") for m in ("7", "9", "10")]
        bring_in(office, extract(tmp_path / "s.csv", SCHOOL, people), extract(tmp_path / "a.csv", OTHER, rows))
        yield office


def _window(qtbot: QtBot, office: Office, today: date) -> tuple[Window, ImportsPage]:
    load_fonts()
    words.speak("ja")
    window = Window(opening, lambda it: replace(ui_app.desk_of(it, lambda: today), now=lambda: NOW), ui_app.make_pages)
    qtbot.addWidget(window)
    window.resize(1440, 900)
    window.show()
    window.open_office(office)
    assert window.workplace is not None
    work = window.workplace
    work.go("imports")
    page = work.pages["imports"]
    assert isinstance(page, ImportsPage)
    qtbot.waitUntil(lambda: not work.busy, timeout=PATIENCE)
    return window, page


def _sick(office: Office) -> set[object]:
    rows = office.reader().execute("SELECT DISTINCT n2 FROM view.fact WHERE kind = 'attendance'").fetchall()
    return {row[0] for row in rows}


def _resting(qtbot: QtBot, page: ImportsPage, dialog: RulesDialog) -> Callable[[], None]:
    def wait() -> None:
        qtbot.waitUntil(lambda: not page._runner.busy and not dialog.again.busy, timeout=PATIENCE)
        qtbot.wait(20)
        qtbot.waitUntil(lambda: not page._runner.busy, timeout=PATIENCE)

    return wait


def _choose(dialog: RulesDialog, key: str) -> None:
    at = next(row for row, line in enumerate(dialog._lines) if line.profile.key == key)
    dialog.list.selectRow(at)


def _own(dialog: RulesDialog, column: str) -> QTableWidgetItem:
    for row in range(dialog.columns.rowCount()):
        name, own = dialog.columns.item(row, 0), dialog.columns.item(row, 2)
        if name is not None and own is not None and name.text().split(" ")[0] == column:
            return own
    raise AssertionError(column)


def test_a_rule_is_changed_read_again_and_gone_back(qtbot: QtBot, lead: Office) -> None:
    window, page = _window(qtbot, lead, AS_OF)
    dialog = page.acts.rules()
    wait = _resting(qtbot, page, dialog)
    wait()
    assert not dialog.again.isVisible(), "nothing waits"
    _choose(dialog, "attendance")
    wait()
    _own(dialog, "病欠").setText("休み")
    assert dialog.save.isEnabled()
    dialog.save.click()
    wait()
    assert dialog.again.isVisible()
    assert _sick(lead) == {None}

    dialog.again.look.click()
    wait()
    assert "6行" in dialog.again.words.text()
    assert "2人" in dialog.again.words.text()
    assert _sick(lead) == {None}, "looking changes nothing"
    dialog.again.go.click()
    wait()
    assert _sick(lead) == {6.0}
    assert not dialog.again.isVisible()

    _choose(dialog, "attendance")
    wait()
    dialog.history.selectRow(0)
    dialog.back.click()
    wait()
    assert profiling.lines(lead)[0] is not None
    assert not next(one for one in profiling.lines(lead) if one.profile.key == "attendance").said
    dialog.again.look.click()
    wait()
    dialog.again.go.click()
    wait()
    assert _sick(lead) == {None}
    assert rebuilding.differences(lead) == []
    assert [len(profiling.history(lead, "attendance"))] == [2], "each change stays in the journal"
    dialog.reject()
    window.let_go()


def test_a_department_that_is_late_is_said_above_past_imports(qtbot: QtBot, lead: Office) -> None:
    window, page = _window(qtbot, lead, AS_OF)
    assert not page.invitation.late.isVisible()
    window.let_go()


def test_two_months_later_it_is(qtbot: QtBot, lead: Office) -> None:
    window, page = _window(qtbot, lead, AS_OF + timedelta(days=60))
    assert page.invitation.late.isVisible()
    assert "出欠月計" in page.invitation.late.words.text()
    page.invitation.late.more.click()
    assert window.workplace is not None
    assert window.workplace.page.key == "sources"
    window.let_go()
