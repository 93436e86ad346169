"""Through the window: a shared view, a new colleague's first hour, somebody who comes and leaves, other words."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
pytest.importorskip("PySide6")

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.domain.message import Refused
from app.services.casework import saved_views
from app.services.desk import first_hour, remembering
from app.services.offices import opening
from app.storage.offices.office import Office
from tests.builders import AS_OF, LEAD, NOW, PASSPHRASE, WORKER, opened
from ui import app as ui_app
from ui import words
from ui.page import Page
from ui.pages.caseload import CaseloadPage
from ui.pages.help import HelpPage
from ui.pages.settings import SettingsPage
from ui.theme import load_fonts, theme
from ui.tokens import LIGHT
from ui.window import Window, Workplace

PATIENCE = 90_000
NEW = "新人 花子"


class Sitting:
    """Somebody at the window of an opened office."""

    def __init__(self, qtbot: QtBot, window: Window) -> None:
        self.qtbot, self.window = qtbot, window

    @property
    def work(self) -> Workplace:
        assert self.window.workplace is not None
        return self.window.workplace

    def at(self, kind: type[Page]) -> Page:
        """Go to a page by its key."""
        self.work.go(kind.key)
        self.quiet()
        page = self.work.pages[kind.key]
        assert isinstance(page, kind)
        return page

    def quiet(self) -> None:
        for _look in range(3):
            self.qtbot.waitUntil(lambda: self.window.workplace is None or not self.work.busy, timeout=PATIENCE)
            self.qtbot.wait(80)


@contextmanager
def _sitting(qtbot: QtBot, office: Office) -> Iterator[Sitting]:
    load_fonts()
    words.speak("ja")
    theme.stay(LIGHT)
    window = Window(opening, lambda it: replace(ui_app.desk_of(it, lambda: AS_OF), now=lambda: NOW), ui_app.make_pages)
    qtbot.addWidget(window)
    window.resize(1440, 900)
    window.show()
    window.open_office(office)
    sitting = Sitting(qtbot, window)
    sitting.quiet()
    try:
        yield sitting
    finally:
        sitting.quiet()
        window.let_go()
        window.close()
        words.speak("ja")
        words.count_years("wareki")
        theme.stay(LIGHT)


def test_a_lead_shares_a_view_and_a_worker_uses_it(qtbot: QtBot, folder: Path) -> None:
    with opened(folder) as office, _sitting(qtbot, office) as sitting:
        page = sitting.at(CaseloadPage)
        assert isinstance(page, CaseloadPage)
        page.ask(replace(page.query, view="all", no_meeting=True, supported="no", age_most=12))
        sitting.quiet()
        assert len(page.filters.chips()) == 3
        form = page.saved.name_view()
        QTest.keyClick(form.name, Qt.Key.Key_Return)
        sitting.quiet()
        assert form.isVisible()
        assert form.error.text() == words._("view.name_missing")
        form.name.setText("会議の前に")
        form.share.setChecked(True)
        QTest.keyClick(form.name, Qt.Key.Key_Return)
        sitting.quiet()
        assert page.saved.text() == "会議の前に"
        page.filters.chips()[0].removed.emit()
        sitting.quiet()
        assert page.saved.changed
    with opened(folder, WORKER) as office, _sitting(qtbot, office) as sitting:
        page = sitting.at(CaseloadPage)
        assert isinstance(page, CaseloadPage)
        menu = page.saved.build_menu()
        names = [action.text() for action in menu.actions()]
        assert words._("views.remove", name="会議の前に") not in names
        next(action for action in menu.actions() if action.text() == "会議の前に").trigger()
        sitting.quiet()
        assert page.query == saved_views.saved(office)[0].query
        assert len(page.filters.chips()) == 3
        assert 0 < len(page.listed_ids) < page.model.listing.total


def test_a_new_colleagues_first_hour_ticks_itself(qtbot: QtBot, office: Office) -> None:
    with _sitting(qtbot, office) as sitting:
        sitting.work.show_help("first_hour")
        sitting.quiet()
        help_page = sitting.work.pages["help"]
        assert isinstance(help_page, HelpPage)
        assert help_page.topic == "first_hour"
        before = {one.key: one.done for one in first_hour.first_hour(office).steps}
        assert not any(before.values())

        page = sitting.at(CaseloadPage)
        assert isinstance(page, CaseloadPage)
        sitting.work.top.search.setText("さ")
        qtbot.wait(1_700)
        sitting.quiet()
        sitting.work.top.search.clear()
        qtbot.wait(200)
        sitting.quiet()
        page.open_current()
        sitting.quiet()
        sitting.work.back()
        page.table.selectRow(1)
        page.giving.give(page.table.chosen_people(), WORKER)
        sitting.quiet()
        sitting.work.undoing.undo()
        sitting.quiet()
        form = page.saved.name_view()
        form.name.setText("私の見方")
        form.keep.click()
        sitting.quiet()
        settings = sitting.at(SettingsPage)
        assert isinstance(settings, SettingsPage)
        settings.look.parts["years"].button("western").click()
        sitting.quiet()
        done = {one.key for one in first_hour.first_hour(office).steps if one.done}
        assert done == {"open", "search", "undo", "view", "assign", "look"}


def test_other_words_and_colours_at_once_and_nothing_is_lost(qtbot: QtBot, office: Office) -> None:
    with _sitting(qtbot, office) as sitting:
        page = sitting.at(CaseloadPage)
        assert isinstance(page, CaseloadPage)
        page.ask(replace(page.query, view="all", sort="name"))
        sitting.quiet()
        page.table.step(5)
        child = page.table.current_person()
        page.giving.give([child] if child is not None else [], WORKER)
        sitting.quiet()
        settings = sitting.at(SettingsPage)
        assert isinstance(settings, SettingsPage)
        settings.look.parts["language"].button("en").click()
        sitting.quiet()
        assert words.language() == "en"
        assert sitting.work.page.title() == "Settings"
        assert sitting.work.top.undo.isEnabled(), "what can be undone is still there"
        again = sitting.at(CaseloadPage)
        assert isinstance(again, CaseloadPage)
        assert again is not page
        assert (again.query.view, again.query.sort) == ("all", "name")
        assert again.table.current_person() == child
        settings = sitting.at(SettingsPage)
        assert isinstance(settings, SettingsPage)
        settings.look.parts["colours"].button("dark").click()
        sitting.quiet()
        assert theme.tokens.name == "dark"
        assert remembering.look_of(office) == remembering.Look("en", "wareki", "dark", 100)
        kept = (office.folder / "window.json").read_text(encoding="utf-8")
        assert LEAD not in kept
        settings.look.parts["language"].button("ja").click()
        sitting.quiet()
        assert sitting.work.page.title() == "設定"


def test_an_administrator_invites_somebody_who_leaves_again(qtbot: QtBot, folder: Path) -> None:
    office = opened(folder)
    with _sitting(qtbot, office) as sitting:
        settings = sitting.at(SettingsPage)
        assert isinstance(settings, SettingsPage)
        settings.show_tab("people")
        form = settings.acts.begin("invite")
        form.fields["name"].setText(WORKER)  # type: ignore[attr-defined]
        form.agree.click()
        sitting.quiet()
        assert form.isVisible(), "somebody has that name already"
        form.fields["name"].setText(NEW)  # type: ignore[attr-defined]
        offered = form.fields["secret"].text()  # type: ignore[attr-defined]
        form.agree.click()
        sitting.quiet()
        assert NEW in [one.name for one in settings.people.members]
        settings.begin("leave", NEW)
        form = settings.findChild(type(form)) or next(
            one for one in sitting.window.findChildren(type(form)) if one.isVisible()
        )
        form.agree.click()
        qtbot.waitUntil(lambda: sitting.window.workplace is None, timeout=PATIENCE)
        qtbot.waitUntil(lambda: not (folder / "office.db.epoch-2").exists() and office.writer is None, timeout=PATIENCE)
        assert sitting.window.currentWidget() is sitting.window.unlock
        qtbot.waitUntil(lambda: sitting.window.unlock.person.currentText() == LEAD, timeout=PATIENCE)
    with opened(folder) as again:
        assert again.held.keys.epoch == 2
        assert NEW not in [one.name for one in again.members() if one.active]
    with pytest.raises(Refused):
        opening.open_office(folder, NEW, offered, NOW)
    assert PASSPHRASE
