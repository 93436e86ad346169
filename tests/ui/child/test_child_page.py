"""The child page by keyboard: open, read, decide, note, go on; with services of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.domain.decisions import Decision, DecisionKind
from app.domain.message import Refused
from app.services.answers.child import ChildFile, DecisionLine, RawRow
from app.services.answers.outcomes import Changes, MemberLine, Outcome
from app.services.casework.contacts import Contact
from app.services.casework.since import ColleagueAct
from tests.ui.fakes import FakeDrafting
from tests.ui.sample_child import PERSON, TODAY, raw_row, sample_child
from ui.child.selected import RawRowDialog
from ui.child.withdrawing import WithdrawDialog
from ui.desk import Desk
from ui.page import Done
from ui.pages.child import ChildPage
from ui.runner import Runner

NOW = datetime(2026, 11, 24, 10, 42)
ORDER = (PERSON - 1, PERSON, PERSON + 1)
DONE = Changes(frozenset({"decision"}), frozenset({PERSON}))


class FakeReviewing:
    """Remembers what was written, and says it again when asked."""

    def __init__(self) -> None:
        self.decided: list[tuple[int, Decision, str | None, str]] = []
        self.noted: list[tuple[tuple[int, ...], Contact]] = []
        self.colleague: list[ColleagueAct] = []
        self.withdrawn: list[tuple[str, str]] = []
        self.trouble: Refused | None = None

    def child_file(self, _office: object, person_id: int, _now: datetime) -> ChildFile:
        file = sample_child()
        lines = tuple(
            DecisionLine(f"n{number}", "佐伯", NOW, one.kind, one.reason, one.day, one.next, one.evidence, one.meeting)
            for number, (person, one, _ref, _seen) in enumerate(self.decided)
            if person == person_id
        )
        return replace(file, person_id=person_id, decisions=(*file.decisions, *lines))

    def raw_row(self, _office: object, _batch: int, _line: int) -> RawRow:
        return raw_row()

    def decide(
        self,
        _office: object,
        person_id: int,
        decision: Decision,
        _now: datetime,
        *,
        on_screen: str,
        ref: str | None = None,
        seen_seq: int | None = None,
    ) -> Outcome[str]:
        if self.trouble is not None:
            raise self.trouble
        if any(act.seq > (seen_seq or 0) for act in self.colleague):
            raise Refused("decision.colleague_since", author="長谷", time=NOW)
        self.decided.append((person_id, decision, ref, on_screen))
        return Outcome("entry", DONE)

    def withdraw_decision(self, _office: object, _person: int, entry: str, reason: str, _now: datetime) -> Outcome[str]:
        self.withdrawn.append((entry, reason))
        return Outcome("entry", DONE)

    def note(
        self, _office: object, persons: tuple[int, ...], contact: Contact, _now: datetime, **more: Any
    ) -> Outcome[tuple[str, ...]]:
        if self.trouble is not None:
            raise self.trouble
        self.noted.append((persons, contact))
        return Outcome(("entry",), Changes(frozenset({"contact"}), frozenset({PERSON})))

    def acts_since(self, _office: object, _person: int, seq: int) -> tuple[ColleagueAct, ...]:
        return tuple(act for act in self.colleague if act.seq > seq)


class Bench:
    """The page with its runner, and waiting until both are quiet."""

    def __init__(self, qtbot: QtBot, size: tuple[int, int] = (1360, 780)) -> None:
        self.reviewing, self.drafting = FakeReviewing(), FakeDrafting()
        self.runner = Runner()
        desk = Desk(
            office=None,
            member=MemberLine("佐伯"),
            caseload=None,
            reviewing=self.reviewing,
            assigning=None,
            belonging=None,
            today=lambda: TODAY,
            now=lambda: NOW,
            foreseeing=SimpleNamespace(doubt=lambda _office, _person: None),
            planning=SimpleNamespace(plans_of=lambda _office, _person: ()),
            drafting=self.drafting,
            contacts=self.reviewing,
            since=self.reviewing,
        )
        self.page = ChildPage(desk, self.runner)
        self.done: list[Done] = []
        self.page.done.connect(self.done.append)
        self.page.done.connect(lambda done: self.page.changed(done.changes))
        qtbot.addWidget(self.page)
        self.qtbot = qtbot
        self.page.resize(*size)
        self.page.show()
        qtbot.waitActive(self.page)
        self.page.arrive((PERSON, ORDER, None))
        self.settle()

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: not self.runner.busy, timeout=5000)
        QApplication.processEvents()

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        target = self.page.focusWidget() or self.page
        self.qtbot.keyClick(target, key, modifier)
        QApplication.processEvents()

    @property
    def form(self) -> Any:
        return self.page.decision


@pytest.fixture
def bench(qtbot: QtBot, typeface: None, japanese: None) -> Iterator[Bench]:
    made = Bench(qtbot)
    yield made
    made.runner.close()


def test_a_decision_by_keyboard_is_recorded_and_stands_in_the_timeline(bench: Bench) -> None:
    bench.key(Qt.Key.Key_3)
    bench.form.reason.setPlainText("担任に確認しました。")
    bench.form.ticks["nurse_room"].setChecked(True)
    bench.form.next.buttons["two_weeks"].click()
    bench.form.reason.setFocus()
    bench.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    bench.settle()
    [(person, decision, ref, seen)] = bench.reviewing.decided
    assert person == PERSON
    assert decision.kind is DecisionKind.WATCH
    assert decision.next == date(2026, 12, 8)
    assert decision.evidence == sample_child().reasons[0].facts
    assert ref
    assert seen == sample_child().on_screen
    assert bench.form.saved.text() != ""
    assert bench.form.draft().empty
    assert bench.page.file is not None
    assert bench.page.file.decisions[-1].reason == "担任に確認しました。"
    bench.settle()
    decisions = bench.page.course.view.lanes.lanes[-1].rows[0]  # type: ignore[union-attr]
    assert any(item.decision and item.decision.entry == "n0" for item in decisions.items)


@pytest.mark.parametrize(
    ("kind", "reason", "next_day"),
    [(None, "理由", None), (DecisionKind.WATCH, "理由", None), (DecisionKind.SUPPORT, "  ", None)],
)
def test_an_unfinished_decision_is_not_sent_and_says_what_is_missing(
    bench: Bench, kind: DecisionKind | None, reason: str, next_day: date | None
) -> None:
    if kind is not None:
        bench.form.choices[kind].setChecked(True)
    bench.form.reason.setPlainText(reason)
    bench.form.next.put(next_day)
    bench.form.submit()
    bench.settle()
    assert bench.reviewing.decided == []
    assert bench.form.trouble.isVisible()
    assert bench.form.trouble.text()
    assert bench.form.reason.toPlainText() == reason


def test_a_failure_stays_until_read_and_loses_nothing(bench: Bench) -> None:
    bench.reviewing.trouble = Refused("decision.reason_missing")
    bench.form.choose(1)
    bench.form.reason.setPlainText("書いたこと")
    ref = bench.form.draft().ref
    bench.form.submit()
    bench.settle()
    assert bench.form.trouble.isVisible()
    assert bench.form.reason.toPlainText() == "書いたこと"
    assert bench.form.saved.text() == ""
    assert bench.done == []
    bench.reviewing.trouble = None
    bench.form.submit()
    bench.settle()
    assert bench.reviewing.decided[0][2] == ref
    assert not bench.form.trouble.isVisible()


def test_a_draft_waits_while_another_child_is_read(bench: Bench) -> None:
    bench.form.choose(4)
    bench.form.reason.setPlainText("途中です")
    bench.page.step(1)
    bench.settle()
    assert bench.page.file is not None
    assert bench.page.file.person_id == PERSON + 1
    assert bench.form.draft().empty
    bench.page.step(-1)
    bench.settle()
    draft = bench.form.draft()
    assert (draft.kind, draft.reason) == (DecisionKind.NONE, "途中です")


def test_the_list_ends_at_both_ends(bench: Bench) -> None:
    for _step in range(3):
        bench.page.step(1)
        bench.settle()
    assert bench.page.file is not None
    assert bench.page.file.person_id == ORDER[-1]


def test_digits_in_a_text_field_are_text(bench: Bench) -> None:
    bench.form.reason.setFocus()
    bench.qtbot.keyClicks(bench.form.reason, "3to")
    assert bench.form.draft().kind is None
    assert bench.form.reason.toPlainText() == "3to"
    assert not bench.page.course.as_table


def test_t_shows_the_same_facts_as_a_table_and_back(bench: Bench) -> None:
    bench.key(Qt.Key.Key_T)
    assert bench.page.course.as_table
    place = bench.page.course.view.focus_place
    bench.key(Qt.Key.Key_Up)
    assert bench.page.course.view.focus_place != place
    bench.key(Qt.Key.Key_T)
    assert not bench.page.course.as_table


def test_a_reason_marks_its_facts_and_selects_the_newest(bench: Bench) -> None:
    bench.page.reasons.rows[0].click()
    view = bench.page.course.view
    assert len(view.picture().lit) == 2
    assert view.focus_place in view.picture().lit
    bench.page.reasons.rows[0].click()
    assert not view.picture().lit


def test_a_fact_of_the_timeline_becomes_evidence(bench: Bench) -> None:
    bench.page.reasons.rows[1].click()
    bench.page.course.view.setFocus()
    bench.key(Qt.Key.Key_E)
    assert set(bench.form.draft().extra) == set(sample_child().reasons[1].facts)
    assert bench.page.course.selected.evidence.isChecked()
    bench.key(Qt.Key.Key_E)
    assert bench.form.draft().extra == ()


def test_o_opens_the_row_as_received_as_plain_text(bench: Bench) -> None:
    bench.page.reasons.rows[0].click()
    bench.page.course.view.setFocus()
    bench.key(Qt.Key.Key_O)
    bench.settle()
    [dialog] = bench.page.findChildren(RawRowDialog)
    cells = dialog.table.model()
    said = [cells.index(row, 1).data() for row in range(cells.rowCount())]
    assert said[-1] == "<img src='//evil/x.png'>"
    dialog.accept()


def test_a_contact_seen_with_own_eyes(bench: Bench) -> None:
    bench.key(Qt.Key.Key_C)
    form = bench.page.contact
    assert form.isVisible()
    assert not bench.form.isVisible()
    form.submit()
    assert form.trouble.isVisible()
    form.kinds["school_visit"].click()
    form.results["met"].click()
    assert form.seen.isChecked()
    form.words.setPlainText("元気そうでした。")
    form.submit()
    bench.settle()
    [(persons, contact)] = bench.reviewing.noted
    assert persons == (PERSON,)
    assert contact == Contact("school_visit", "met", True, TODAY, "元気そうでした。")
    assert bench.form.isVisible()


def test_esc_closes_the_contact_form_first(bench: Bench) -> None:
    bench.page.start_contact()
    bench.key(Qt.Key.Key_Escape)
    assert bench.form.isVisible()


def test_a_decision_is_withdrawn_only_with_a_reason(bench: Bench) -> None:
    bench.page.show_tab("history")
    row = next(n for n, line in enumerate(bench.page.history.lines) if isinstance(line, DecisionLine))
    bench.page.history.table.selectRow(row)
    bench.page.history.withdraw.click()
    [dialog] = bench.page.findChildren(WithdrawDialog)
    dialog.confirm.click()
    assert dialog.trouble.isVisible()
    dialog.reason.setPlainText("別の児童の記録でした")
    dialog.confirm.click()
    bench.settle()
    assert bench.reviewing.withdrawn == [("d2", "別の児童の記録でした")]


def test_what_was_just_recorded_can_be_undone(bench: Bench) -> None:
    bench.form.choose(2)
    bench.form.reason.setPlainText("学校が支援しています。")
    bench.form.submit()
    bench.settle()
    undo = bench.done[0].undo
    assert undo is not None
    undo.call()
    assert bench.reviewing.withdrawn[0][0] == "entry"


def test_on_a_low_screen_reasons_and_decision_are_two_tabs(bench: Bench) -> None:
    bench.page.compacted(True, True)
    assert bench.page.reasons.isVisible()
    assert not bench.form.isVisible()
    bench.key(Qt.Key.Key_5)
    assert bench.form.isVisible()
    assert not bench.page.reasons.isVisible()
    assert bench.form.draft().kind is DecisionKind.UNCLEAR
    bench.page.compacted(False, False)
    assert bench.page.reasons.isVisible()


def test_forms_never_push_the_window_larger(bench: Bench) -> None:
    bench.page.resize(1280, 560)
    bench.page.start_contact()
    QApplication.processEvents()
    assert bench.page.height() == 560


def test_a_call_takes_four_keys(bench: Bench) -> None:
    bench.key(Qt.Key.Key_C)
    bench.key(Qt.Key.Key_1)
    bench.key(Qt.Key.Key_2)
    bench.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    bench.settle()
    [(persons, contact)] = bench.reviewing.noted
    assert persons == (PERSON,)
    assert (contact.kind, contact.result, contact.seen, contact.day) == ("phone", "guardian_only", False, TODAY)


def test_met_by_telephone_is_not_seen_with_own_eyes(bench: Bench) -> None:
    bench.key(Qt.Key.Key_C)
    form = bench.page.contact
    form.kinds["phone"].setChecked(True)
    form.results["met"].setChecked(True)
    assert not form.seen.isChecked()
    form.kinds["home_visit"].setChecked(True)
    assert form.seen.isChecked()
    form.results["absent"].setChecked(True)
    assert not form.seen.isChecked()


def test_a_draft_is_kept_after_a_pause_and_comes_back_after_a_restart(qtbot: QtBot, bench: Bench) -> None:
    bench.form.choose(3)
    bench.form.reason.setPlainText("書きかけ")
    assert bench.drafting.kept == {}
    qtbot.waitUntil(lambda: bool(bench.drafting.kept), timeout=4000)
    bench.settle()
    assert bench.form.draft_line.isVisible()
    assert "10:42" in bench.form.draft_line.words.text()
    kept = dict(bench.drafting.kept)
    bench.page.leave()
    again = Bench(qtbot)
    again.drafting.kept.update(kept)
    again.page.step(1)
    again.settle()
    again.page.step(-1)
    again.settle()
    draft = again.form.draft()
    assert (draft.kind, draft.reason) == (DecisionKind.WATCH, "書きかけ")
    assert again.form.draft_line.isVisible()
    again.form.draft_line.drop.click()
    assert again.drafting.kept, "asked once more before it goes"
    again.form.draft_line.drop.click()
    again.settle()
    assert again.drafting.kept == {}
    assert again.form.draft().empty
    again.runner.close()


def test_leaving_keeps_what_was_written_a_moment_ago(bench: Bench) -> None:
    bench.page.start_contact()
    bench.page.contact.words.setPlainText("母から電話")
    bench.page.leave()
    bench.settle()
    assert bench.drafting.kept[PERSON, "contact"].content["words"] == "母から電話"


def test_recording_ends_the_draft(qtbot: QtBot, bench: Bench) -> None:
    bench.form.choose(4)
    bench.form.reason.setPlainText("様子を見なくてよい。")
    qtbot.waitUntil(lambda: bool(bench.drafting.kept), timeout=4000)
    bench.form.submit()
    bench.settle()
    assert bench.drafting.kept == {}
    assert not bench.form.draft_line.isVisible()


def test_a_colleague_who_was_faster_is_looked_at_first(bench: Bench) -> None:
    bench.form.choose(4)
    bench.form.reason.setPlainText("様子を見なくてよい。")
    act = ColleagueAct(9, "長谷 修", NOW, "decision.recorded", "support", "家庭訪問をする。", TODAY)
    bench.reviewing.colleague.append(act)
    bench.form.submit()
    bench.settle()
    assert bench.reviewing.decided == []
    newer = bench.page.writing.newer
    assert newer.isVisible()
    assert "長谷 修" in newer.accessibleName()
    assert "家庭訪問をする。" in newer.accessibleName()
    assert bench.form.reason.toPlainText() == "様子を見なくてよい。"
    newer.confirm.click()
    bench.form.submit()
    bench.settle()
    assert len(bench.reviewing.decided) == 1
    assert not newer.isVisible()


def test_a_decision_suggests_its_next_day_and_leaves_ones_own(bench: Bench) -> None:
    bench.form.choose(3)
    assert bench.form.next.day() == date(2026, 12, 24)
    bench.form.choose(1)
    assert bench.form.next.day() == date(2026, 12, 8)
    bench.form.next.put(date(2026, 12, 1))
    bench.form.choose(3)
    assert bench.form.next.day() == date(2026, 12, 1)
    bench.form.next.put(None)
    bench.form.choose(4)
    assert bench.form.next.day() is None


def test_siblings_are_noted_at_once(bench: Bench) -> None:
    bench.page.start_contact()
    form = bench.page.contact
    assert form.siblings
    next(iter(form.siblings.values())).setChecked(True)
    form.kinds["home_visit"].setChecked(True)
    form.results["met"].setChecked(True)
    form.submit()
    bench.settle()
    [(persons, _contact)] = bench.reviewing.noted
    assert persons == (PERSON, next(iter(form.siblings)))
