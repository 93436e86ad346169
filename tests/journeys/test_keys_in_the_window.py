"""Through the window: one's own passphrase and second factor, an invitation made again, new keys, the sealed envelope.

Each step ends at the unlock page, where what was said must be true.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QLineEdit

from app.domain.message import Refused
from app.services.offices import backing_up, belonging, opening
from app.services.protection import need_to_know
from app.storage.keyring import keys
from tests.builders import LEAD, NOW, PASSPHRASE, WORKER, new_office
from ui import app, words
from ui.pages.settings import SettingsPage
from ui.restoring import RestoreDialog
from ui.settings.forms import Question
from ui.window import Window

FRESH = "kumo to tori to kawa"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(keys, "DEFAULT", keys.FLOOR)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    new_office(tmp_path / "office")
    return tmp_path


class Sitting:
    """A window at the unlock page, and hands."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self.qtbot, self.folder = qtbot, folder
        app.application()
        words.speak("ja")
        self.window = Window(opening, app.desk_of, app.make_pages, folder, keeping=backing_up)
        qtbot.addWidget(self.window)
        self.window.show()
        self.quiet()

    def quiet(self) -> None:
        def still() -> bool:
            work = self.window.workplace
            return not self.window.runner.busy and (work is None or not work.busy)

        for _look in range(3):
            self.qtbot.waitUntil(still, timeout=60_000)
            self.qtbot.wait(60)

    def unlock(self, person: str, passphrase: str) -> bool:
        """Type it at the unlock page; whether it opened."""
        page = self.window.unlock
        page.person.setCurrentText(person)
        page.passphrase.setText(passphrase)
        assert page.enter.isEnabled()
        page.enter.click()
        self.quiet()
        return self.window.currentWidget() is not page

    def lock(self) -> None:
        self.window.lock()
        self.qtbot.waitUntil(lambda: self.window.unlock.person.count() > 0, timeout=60_000)
        self.quiet()

    def settings(self, tab: str) -> SettingsPage:
        work = self.window.workplace
        assert work is not None
        work.go("settings")
        self.quiet()
        page = work.pages["settings"]
        assert isinstance(page, SettingsPage)
        page.show_tab(tab)
        return page

    def form(self) -> Question:
        return next(one for one in self.window.findChildren(Question) if one.isVisible())

    def fill(self, **texts: str) -> None:
        """Write into the fields of the form in front, and press its button."""
        form = self.form()
        for name, text in texts.items():
            field = form.fields[name]  # type: ignore[attr-defined]
            assert isinstance(field, QLineEdit)
            field.setText(text)
        form.agree.click()
        self.quiet()

    def is_open(self) -> bool:
        return any(one.isVisible() for one in self.window.findChildren(Question))


@pytest.fixture
def sitting(qtbot: QtBot, place: Path) -> Iterator[Sitting]:
    made = Sitting(qtbot, place / "office")
    yield made
    made.window.let_go()


def test_ones_own_passphrase(sitting: Sitting) -> None:
    assert sitting.unlock(WORKER, PASSPHRASE)
    page = sitting.settings("own")
    page.own.passphrase.click()
    sitting.fill(old="etwas anderes ganz", new=FRESH, again=FRESH)
    assert sitting.is_open(), "the old one was wrong"
    sitting.fill(old=PASSPHRASE, new=FRESH, again=FRESH + "!")
    assert sitting.is_open(), "the two differ"
    sitting.fill(old=PASSPHRASE, new="kurz", again="kurz")
    assert sitting.is_open(), "too short"
    sitting.fill(old=PASSPHRASE, new=FRESH, again=FRESH)
    assert not sitting.is_open()
    sitting.lock()
    assert not sitting.unlock(WORKER, PASSPHRASE)
    sitting.qtbot.waitUntil(lambda: not sitting.window.unlock._wait, timeout=20_000)
    assert sitting.unlock(WORKER, FRESH)


def test_the_second_factor_on_and_off(sitting: Sitting, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sitting.unlock(WORKER, PASSPHRASE)
    page = sitting.settings("own")
    page.own.factor.click()
    sitting.fill(old=PASSPHRASE)
    assert not sitting.is_open()
    sitting.lock()
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("XDG_DATA_HOME", str(place / "another PC"))
        with pytest.raises(Refused) as caught:
            opening.open_office(sitting.folder, WORKER, PASSPHRASE, NOW)
        assert caught.value.message.key == "factor.missing"
    assert sitting.unlock(WORKER, PASSPHRASE)
    page = sitting.settings("own")
    page.own.factor.click()
    sitting.fill(old=PASSPHRASE)
    assert not sitting.is_open()
    sitting.lock()
    assert sitting.unlock(WORKER, PASSPHRASE)
    assert not belonging.key_state(sitting.window.workplace.desk.office).has_factor  # type: ignore[union-attr]


def test_other_roles_and_an_invitation_made_again(sitting: Sitting) -> None:
    assert sitting.unlock(LEAD, PASSPHRASE)
    page = sitting.settings("people")
    page.begin("roles", WORKER)
    boxes = sitting.form().fields  # type: ignore[attr-defined]
    boxes["auditor"].setChecked(True)
    sitting.fill()
    assert {one.name: one.roles for one in page.people.members}[WORKER] == {"worker", "auditor"}
    page.begin("roles", LEAD)
    sitting.form().fields["admin"].setChecked(False)  # type: ignore[attr-defined]
    sitting.fill()
    assert sitting.is_open(), "the last administrator"
    sitting.form().reject()
    page.begin("again", WORKER)
    offered = next(one for one in sitting.form().findChildren(QLineEdit)).text()
    sitting.fill()
    assert not sitting.is_open()
    sitting.lock()
    assert sitting.unlock(WORKER, offered)


def test_policies_are_laid_down_and_taken_back(sitting: Sitting) -> None:
    assert sitting.unlock(LEAD, PASSPHRASE)
    page = sitting.settings("policy")
    work = sitting.window.workplace
    assert work is not None
    office = work.desk.office
    policies = page.policies
    policies.whose.setCurrentIndex(1)
    policies.whose.activated.emit(1)
    sitting.quiet()
    assert need_to_know.own_only(office)
    policies.factor.setCurrentIndex(1)
    policies.factor.activated.emit(1)
    sitting.quiet()
    assert policies.error.isVisible(), "one's own factor comes first"
    assert policies.factor.currentIndex() == 0
    policies.boxes["worker", next(sector for role, sector in policies.boxes if sector == "medical")].click()
    sitting.quiet()
    assert need_to_know.closed_by_policy(office)["worker"] == {"medical"}
    work.undoing.undo()
    sitting.quiet()
    assert need_to_know.closed_by_policy(office)["worker"] == frozenset()
    kinds = [row[0] for row in office.reader().execute("SELECT kind FROM entry ORDER BY seq").fetchall()]
    assert kinds.count("setting.changed") == 3


def test_the_sealed_envelope_opens_a_lost_office_and_everything_gets_new_keys(sitting: Sitting, place: Path) -> None:
    printed, kept, empty = place / "envelope.txt", place / "office.zip", place / "new pc"
    assert sitting.unlock(LEAD, PASSPHRASE)
    page = sitting.settings("people")
    form = page.acts.begin("code")
    page.acts.renew_code(form, printed)
    sitting.quiet()
    code = printed.read_text(encoding="utf-8").strip()
    page.backups.save(kept)
    sitting.quiet()
    assert kept.is_file()
    page.begin("keys")
    sitting.fill()
    sitting.qtbot.waitUntil(lambda: sitting.window.unlock.person.count() > 0, timeout=60_000)
    sitting.quiet()
    assert sitting.unlock(LEAD, PASSPHRASE)
    assert sitting.window.workplace.desk.office.held.keys.epoch == 2  # type: ignore[union-attr]
    sitting.lock()

    dialog = RestoreDialog(backing_up, sitting.window.runner, sitting.window)
    sitting.qtbot.addWidget(dialog)
    dialog.restored.connect(sitting.window.unlock.choose_folder)
    dialog.show()
    dialog.choose_source(kept)
    dialog.choose_target(empty)
    sitting.quiet()
    dialog.person.setCurrentText(LEAD)
    dialog.passphrase.setText(code)
    dialog.start.click()
    sitting.qtbot.waitUntil(lambda: not dialog.isVisible() or dialog.error.isVisible(), timeout=60_000)
    assert not dialog.error.isVisible(), dialog.error.text()
    sitting.quiet()

    assert sitting.unlock(LEAD, code)
    renewing = sitting.window.currentWidget()
    assert renewing is sitting.window._renewing, "nothing but new keys"
    assert sitting.window.workplace is None
    for key, text in {"code": code, "new": FRESH, "again": FRESH}.items():
        renewing.fields[key].setText(text)  # type: ignore[union-attr]
    renewing.choose_file(place / "second envelope.txt")  # type: ignore[union-attr]
    renewing.go.click()  # type: ignore[union-attr]
    sitting.qtbot.waitUntil(lambda: sitting.window.currentWidget() is sitting.window.unlock, timeout=60_000)
    sitting.quiet()
    assert sitting.unlock(LEAD, FRESH)
    office = sitting.window.workplace.desk.office  # type: ignore[union-attr]
    assert office.folder == empty
    assert office.held.keys.epoch == 2
    assert not belonging.key_state(office).rotation_due
    sitting.lock()
    for old in (code, PASSPHRASE):
        with pytest.raises(Refused):
            opening.open_office(empty, LEAD, old, NOW)
