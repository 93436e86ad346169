"""What is withheld of a protected child, by hand: opening with a reason, the time that runs down, asking a lead."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.services.answers.outcomes import Changes, Outcome
from app.services.protection.protecting import Lifting, Protection, Source
from app.services.protection.unveiling import Opening, Place, Standing, Wish
from tests.ui.sample_child import PERSON, TODAY, sample_child
from ui.child.hidden import Hidden, ReasonDialog
from ui.child.protection import ProtectionDialog, Shields
from ui.runner import Runner

pytestmark = pytest.mark.usefixtures("typeface", "japanese")
DONE = Outcome("e1", Changes(frozenset({"opening"}), frozenset({PERSON})))
PLACE = Place("resident_register", "000-0000", "みらい市青葉1-2-3", "0000-11-0001", "", "")


class Unveiling:
    """A lead's, or a worker's, sight of one child; its clock is turned by hand."""

    def __init__(self, *, lead: bool) -> None:
        self.lead, self.now = lead, datetime(2026, 11, 24, 10, 0).astimezone()
        self.opening: Opening | None = None
        self.wishes: tuple[Wish, ...] = ()
        self.wish: Wish | None = None
        self.done: list[tuple[Any, ...]] = []

    def standing(self, _office: object, person: int, _now: datetime) -> Standing:
        return Standing(person, True, self.lead, 30, self.opening, (), self.wish, self.wishes if self.lead else ())

    def whereabouts(self, _office: object, _person: int, _now: datetime) -> tuple[Place, ...]:
        return (PLACE,)

    def open_for_me(self, _office: object, person: int, what: str, reason: str, now: datetime) -> Outcome[str]:
        self.done.append(("open", person, what, reason))
        self.opening = Opening("e1", what, now + timedelta(minutes=30), reason)
        return DONE

    def ask(self, _office: object, person: int, reason: str, now: datetime) -> Outcome[str]:
        self.done.append(("ask", person, reason))
        self.wish = Wish("w1", person, "", "鈴木", now, reason, "waiting", "")
        return DONE

    def grant(self, _office: object, request: str, _now: datetime) -> Outcome[str]:
        self.done.append(("grant", request))
        self.wishes = ()
        return DONE

    def close(self, _office: object, _person: int, entry: str, _now: datetime) -> Outcome[str]:
        self.done.append(("close", entry))
        self.opening = None
        return DONE


@pytest.fixture
def runner(qtbot: QtBot) -> Any:
    it = Runner()
    yield it
    it.close()


def strip(qtbot: QtBot, runner: Runner, unveiling: Unveiling) -> Hidden:
    desk: Any = SimpleNamespace(office=None, unveiling=unveiling, now=lambda: unveiling.now, today=lambda: TODAY)
    over = QWidget()
    qtbot.addWidget(over)
    hidden = Hidden(desk, runner, over)
    qtbot.addWidget(hidden)
    file = replace(sample_child(), protected=True, address=None, phone=None, facility=None)
    hidden.done.connect(lambda _done: hidden.put(file))
    hidden.show()
    hidden.put(file)
    qtbot.waitUntil(lambda: not runner.busy)
    return hidden


def answer(qtbot: QtBot, runner: Runner, words: str) -> ReasonDialog:
    dialog = next(one for one in QApplication.topLevelWidgets() if isinstance(one, ReasonDialog) and one.isVisible())
    dialog.reason.setPlainText(words)
    qtbot.mouseClick(dialog.confirm, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not runner.busy)
    return dialog


def test_a_lead_opens_with_a_reason_and_it_closes_by_itself(qtbot: QtBot, runner: Runner) -> None:
    unveiling = Unveiling(lead=True)
    hidden = strip(qtbot, runner, unveiling)
    assert hidden.box.isVisible()
    assert not hidden.places.isVisible()
    qtbot.mouseClick(hidden.open_button, Qt.MouseButton.LeftButton)
    dialog = answer(qtbot, runner, "  ")
    assert not dialog.trouble.isHidden()
    assert unveiling.done == []
    answer(qtbot, runner, "訪問の準備")
    assert unveiling.done == [("open", PERSON, "whereabouts", "訪問の準備")]
    qtbot.waitUntil(hidden.places.isVisible)
    assert PLACE.address in hidden.places.text()
    assert "30:00" in hidden.left.text()
    assert not hidden.box.isVisible()
    unveiling.now += timedelta(minutes=29, seconds=1)
    hidden._tick()
    assert "0:59" in hidden.left.text()
    unveiling.opening = None  # the office says so too, from that moment on
    unveiling.now += timedelta(seconds=59)
    hidden._tick()
    qtbot.waitUntil(lambda: not runner.busy)
    assert hidden.places.text() == ""
    assert hidden.box.isVisible()
    assert hidden.open_button.isVisible()


def test_another_child_never_shows_what_was_open_of_the_one_before(qtbot: QtBot, runner: Runner) -> None:
    unveiling = Unveiling(lead=True)
    unveiling.opening = Opening("e1", "whereabouts", unveiling.now + timedelta(minutes=5), "x")
    hidden = strip(qtbot, runner, unveiling)
    qtbot.waitUntil(lambda: PLACE.address in hidden.places.text())
    hidden.put(replace(sample_child(), person_id=PERSON + 1, protected=False))
    assert hidden.places.text() == ""
    assert hidden.isHidden()


def test_a_worker_asks_and_a_lead_grants_on_the_same_page(qtbot: QtBot, runner: Runner) -> None:
    unveiling = Unveiling(lead=False)
    hidden = strip(qtbot, runner, unveiling)
    assert hidden.open_button.text() == "開示を申し出る…"
    qtbot.mouseClick(hidden.open_button, Qt.MouseButton.LeftButton)
    answer(qtbot, runner, "家庭訪問")
    qtbot.waitUntil(lambda: "待っています" in hidden.words.text())
    assert not hidden.open_button.isVisible()
    assert unveiling.wish is not None
    unveiling.lead, unveiling.wishes = True, (unveiling.wish,)
    lead = strip(qtbot, runner, unveiling)
    assert "家庭訪問" in lead.words.text()
    qtbot.mouseClick(lead.grant_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: ("grant", "w1") in unveiling.done)


def test_protection_ends_by_two_leads_who_see_who_says_so(qtbot: QtBot, runner: Runner) -> None:
    source = Source("row:1", PERSON, "青木 一", extract="resident_register", since=TODAY)
    stands = Protection(PERSON, True, (source,), None, True, True)
    calls: list[tuple[Any, ...]] = []
    protecting = SimpleNamespace(
        standing=lambda _office, _person: stands,
        protect=lambda *_given: DONE,
        ask_lifting=lambda *given: calls.append(given[1:4]) or DONE,
        lift=lambda *given: calls.append(given[1:3]) or DONE,
    )
    desk: Any = SimpleNamespace(office=None, protecting=protecting, now=lambda: None, today=lambda: TODAY)
    over = QWidget()
    qtbot.addWidget(over)
    shields = Shields(desk, runner, over)

    def opened() -> ProtectionDialog:
        shields.open(sample_child())
        qtbot.waitUntil(lambda: not runner.busy)
        return next(
            one for one in QApplication.topLevelWidgets() if isinstance(one, ProtectionDialog) and one.isVisible()
        )

    first = opened()
    assert set(first.buttons) == {"ask", "protect"}
    qtbot.mouseClick(first.buttons["ask"], Qt.MouseButton.LeftButton)
    assert not first.trouble.isHidden()
    first.reason.setPlainText("期間が終わった")
    qtbot.mouseClick(first.buttons["ask"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: calls == [(PERSON, "期間が終わった", ["row:1"])])
    stands = replace(stands, lifting=Lifting("l1", "佐伯", datetime.now().astimezone(), "期間が終わった", True, True))
    own = opened()
    assert set(own.buttons) == {"protect"}
    own.reject()
    assert stands.lifting is not None
    stands = replace(stands, lifting=replace(stands.lifting, own=False))
    second = opened()
    assert set(second.buttons) == {"lift", "protect"}
    qtbot.mouseClick(second.buttons["lift"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: calls[-1] == (PERSON, "l1"))
