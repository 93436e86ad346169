"""A record is taken out of a child, or added, by hand; and the header says what hangs on open links."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.domain.message import Refused
from app.domain.priority import Level
from app.domain.sectors import Sector
from app.services.answers.child import ChildFile
from app.services.answers.outcomes import Changes, MemberLine, Outcome
from app.services.links.link_answers import Consequences, Doubt, DoubtLine, PersonBrief, RecordHit
from tests.ui.fakes import TODAY, FakeDrafting
from tests.ui.sample_child import sample_child
from ui import words
from ui.child.hand import AddDialog
from ui.desk import Desk
from ui.page import Done
from ui.pages.child import ChildPage
from ui.runner import Runner
from ui.widgets.chips import Tag

NOW = datetime.fromisoformat("2026-11-24T10:00:00+09:00")
HIT = RecordHit(77, 78, "consultation", Sector.WELFARE, "R8-0341", "小暮 蒼太", "コグレ ソウタ", "2016-09-28", True)


class FakeHand:
    """Reviewing, linking, finding and foreseeing in one."""

    def __init__(self) -> None:
        self.taken: list[tuple[int, str]] = []
        self.joined: list[tuple[int, int, str]] = []
        self.withdrawn: list[str] = []
        self.trouble: Refused | None = None

    def child_file(self, _office: object, _person: int, _now: datetime) -> ChildFile:
        return sample_child()

    def doubt(self, _office: object, _person: int) -> Doubt:
        line = DoubtLine(1, 2, "consultation", Sector.WELFARE, 13, Level.HIGH)
        return Doubt(9, Level.MIDDLE, (line,))

    def preview_taking_out(self, _office: object, _record: int) -> Consequences:
        brief = PersonBrief(1, "小暮 颯太", Level.MIDDLE, 9, False, 14, (), 0, 2, 9, False)
        return Consequences(False, (brief,), (brief,), (), 0, (), 0, 0, False, 0)

    def preview_joining(self, office: object, record: int, _person: int) -> Consequences:
        return self.preview_taking_out(office, record)

    def find_records(self, _office: object, text: str) -> tuple[RecordHit, ...]:
        return (HIT,) if text == "こぐれ" else ()

    def take_out(self, _office: object, record: int, reason: str, _now: datetime) -> Outcome[str]:
        if self.trouble is not None:
            raise self.trouble
        self.taken.append((record, reason))
        return Outcome("entry", Changes(frozenset({"ruling"}), frozenset({1})))

    def join(self, _office: object, record: int, person: int, reason: str, _now: datetime) -> Outcome[str]:
        self.joined.append((record, person, reason))
        return Outcome("entry", Changes(frozenset({"ruling"}), frozenset({1})))

    def withdraw_ruling(self, _office: object, entry: str, _reason: str, _now: datetime) -> Outcome[str]:
        self.withdrawn.append(entry)
        return Outcome("other", Changes(frozenset({"ruling"}), frozenset({1})))


class Bench:
    """The child page over the fake, on its tab of records."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot, self.hand, self.runner = qtbot, FakeHand(), Runner()
        desk = Desk(
            office=None, member=MemberLine("佐伯"), caseload=None, reviewing=self.hand, assigning=None, belonging=None,
            today=lambda: TODAY, now=lambda: NOW, linking=self.hand, pairs=self.hand, foreseeing=self.hand,
            planning=SimpleNamespace(plans_of=lambda _office, _person: ()),
            drafting=FakeDrafting(),
        )  # fmt: skip
        self.page = ChildPage(desk, self.runner)
        self.done: list[Done] = []
        self.page.done.connect(self.done.append)
        qtbot.addWidget(self.page)
        self.page.resize(1360, 780)
        self.page.show()
        self.page.open_child(sample_child().person_id, ())
        self.settle()
        self.page.show_tab("records")

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: not self.runner.busy, timeout=5000)
        QApplication.processEvents()

    @property
    def dialog(self) -> Any:
        dialog = self.page.by_hand.dialog
        assert dialog is not None
        return dialog


@pytest.fixture
def bench(qtbot: QtBot, typeface: None) -> Iterator[Bench]:
    words.speak("ja")
    made = Bench(qtbot)
    yield made
    made.runner.close()


def test_the_header_says_the_points_without_and_with_the_open_link(bench: Bench) -> None:
    said = [tag.accessibleName() for tag in bench.page.header.findChildren(Tag)]
    assert any("なし 9点" in one and "あり 13点" in one for one in said)


def test_a_record_is_taken_out_after_seeing_what_follows(bench: Bench) -> None:
    tab = bench.page.records
    assert not tab.take_out.isEnabled()
    tab.table.selectRow(1)
    record = tab.chosen()
    assert record is not None
    tab.take_out.click()
    assert not bench.dialog.confirm.isEnabled()
    bench.settle()
    assert bench.dialog.foreseen.said
    bench.dialog.reason.setPlainText("別の児童の記録でした。")
    bench.dialog.confirm.click()
    bench.settle()
    assert bench.hand.taken == [(record.record_id, "別の児童の記録でした。")]
    (done,) = bench.done
    assert done.undo is not None
    done.undo.call()
    assert bench.hand.withdrawn == ["entry"]


def test_a_refusal_keeps_the_dialog_and_what_was_written(bench: Bench) -> None:
    bench.hand.trouble = Refused("role.not_allowed", kind="ruling.made")
    bench.page.records.table.selectRow(0)
    bench.page.records.take_out.click()
    bench.settle()
    bench.dialog.reason.setPlainText("理由")
    bench.dialog.confirm.click()
    bench.settle()
    assert bench.dialog.trouble.isVisible()
    assert bench.dialog.reason.toPlainText() == "理由"
    bench.dialog.reject()


def test_a_record_is_found_and_added(bench: Bench) -> None:
    bench.page.records.add.click()
    dialog = bench.dialog
    assert isinstance(dialog, AddDialog)
    dialog.field.setText("こぐれ")
    bench.qtbot.waitUntil(lambda: dialog.table.rowCount() == 1)
    dialog.table.selectRow(0)
    bench.settle()
    assert dialog.confirm.isEnabled()
    dialog.confirm.click()
    bench.settle()
    assert bench.hand.joined == [(77, sample_child().person_id, "")]
    assert len(bench.done) == 1


def test_other_lines_want_another_look_before_anything_is_confirmed(bench: Bench) -> None:
    bench.page.records.add.click()
    dialog = bench.dialog
    dialog.field.setText("こぐれ")
    bench.qtbot.waitUntil(lambda: dialog.table.rowCount() == 1)
    dialog.table.selectRow(0)
    bench.settle()
    assert dialog.confirm.isEnabled()
    found = dialog.hits[0]
    dialog.put((replace(found, record_id=78), found))
    assert not dialog.confirm.isEnabled()
    dialog.put(())
    assert not dialog.confirm.isEnabled()
    assert not dialog.foreseen.said
    own = replace(found, person_id=sample_child().person_id)
    dialog.put((own,))
    dialog.table.selectRow(0)
    bench.settle()
    assert not dialog.confirm.isEnabled(), "it is this child's already"
    assert dialog.note.text()
    dialog.reject()
