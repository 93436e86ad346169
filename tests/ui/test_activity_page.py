"""The activity page: pages that load as one scrolls, questions that open their lines, a code that is checked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.domain.message import Message, WrongUse
from app.services.answers.caseload import CaseloadQuery
from app.services.answers.outcomes import MemberLine
from app.services.casework.saved_views import SavedView
from app.services.offices.activity import LOOKS, Activity, ActivityLine, ActivityQuery, Question
from app.services.offices.anchoring import Anchor
from ui.activity.anchor import pdf
from ui.desk import Desk
from ui.pages.activity import ActivityPage
from ui.runner import Runner

NOW = datetime(2026, 11, 23, 10, 0).astimezone()
PAGE = 50


class Logs:
    """Two hundred looks, given fifty at a time."""

    def __init__(self) -> None:
        self.asked: list[ActivityQuery] = []

    def lines(self, _office: Any, query: ActivityQuery, *, after: Any = None) -> Activity:
        self.asked.append(query)
        first = 200 if after is None else after[2] - 1
        shown = [self.line(seq) for seq in range(first, max(0, first - PAGE), -1)]
        return Activity(tuple(shown), first > PAGE, {"m1": "佐伯 千景", "m2": "長谷 修"})

    def line(self, seq: int) -> ActivityLine:
        moment = NOW - timedelta(minutes=200 - seq)
        what = Message("look.child", {"detail": ""})
        return ActivityLine((moment.isoformat(), 0, seq), moment, "佐伯 千景", LOOKS, what, (seq,), f"児童 {seq}")

    def questions(self, _office: Any, today: date) -> tuple[Question, ...]:
        query = ActivityQuery("m2", first=today, last=today)
        return (Question("m2", today, Message("question.off_hours", {"count": 6}), query),)

    def kinds(self, _office: Any) -> tuple[str, ...]:
        return (LOOKS, "export.made")


class Anchors:
    """Any code that ends in A holds."""

    def anchor(self, _office: Any, now: datetime) -> Anchor:
        return Anchor("12-200-AAAA-BBBB-CCCC-DDDD", 12, 200, now)

    def check(self, _office: Any, code: str) -> Message | None:
        if "-" not in code:
            raise WrongUse("anchor.unreadable")
        return None if code.endswith("A") else Message("anchor.differs")

    def save(self, _office: Any, out: Path, content: bytes) -> None:
        out.write_bytes(content)


@pytest.fixture
def logs() -> Logs:
    return Logs()


@pytest.fixture
def page(qtbot: QtBot, logs: Logs) -> Any:
    desk = Desk(
        SimpleNamespace(name="みらい市"), MemberLine("佐伯 千景", frozenset({"lead"})), None, None, None,
        SimpleNamespace(offer_passphrase=lambda: SimpleNamespace(text="ことば")),
        NOW.date, lambda: NOW, activity=logs, anchoring=Anchors(),
        handing_out=SimpleNamespace(register=lambda _office: ()),
    )  # fmt: skip
    runner = Runner()
    page = ActivityPage(desk, runner)
    qtbot.addWidget(page)
    page.resize(1300, 700)
    page.show()
    page.shown()
    qtbot.waitUntil(lambda: not runner.busy)
    page.wait = lambda: qtbot.waitUntil(lambda: not runner.busy)
    yield page
    runner.close()


def test_the_next_page_comes_as_one_scrolls_and_nothing_moves(page: Any) -> None:
    assert len(page.table.lines) == PAGE
    bar = page.table.verticalScrollBar()
    bar.setValue(bar.maximum())
    page.wait()
    assert [line.key[2] for line in page.table.lines] == list(range(200, 200 - 2 * PAGE, -1))
    assert page.table.indexAt(page.table.viewport().rect().topLeft()).row() > 0


def test_a_question_opens_the_lines_behind_it_and_all_come_back(page: Any, logs: Logs) -> None:
    page.questions.chosen.emit(page._found[0])
    page.wait()
    assert logs.asked[-1] == ActivityQuery("m2", first=NOW.date(), last=NOW.date())
    page.filters.clear.click()
    page.wait()
    assert logs.asked[-1] == ActivityQuery()


def test_enter_on_a_line_narrows_to_its_child(page: Any, logs: Logs) -> None:
    page.table.opened.emit(3)
    page.wait()
    assert logs.asked[-1].child == 197
    page.filters.chip.removed.emit()
    page.wait()
    assert logs.asked[-1].child is None


def test_a_printed_code_is_checked_in_words(page: Any) -> None:
    answers = []
    for typed in ("12-200-AAAA", "12-200-BBBB", "nonsense"):
        page.side.typed.setText(typed)
        page.side.check.click()
        page.wait()
        answers.append(page.side._answer.text())
    assert len(set(answers)) == 3
    assert all(answers)


def test_the_code_can_be_saved_on_a_sheet(page: Any, tmp_path: Path) -> None:
    page.save_anchor(tmp_path / "anchor.pdf")
    page.wait()
    assert (tmp_path / "anchor.pdf").read_bytes().startswith(b"%PDF")


def test_a_long_office_name_still_fits_the_sheet() -> None:
    anchor = replace(Anchors().anchor(None, NOW), entries=9_999_999)
    assert len(pdf("みらい市" * 60, "佐伯 千景", anchor)) > 1000


def test_a_view_that_was_named_can_be_handed_out(page: Any) -> None:
    asked = CaseloadQuery(view="all", age_most=6)
    page.exports.form.put_views([SavedView("shared.view.1", "就学前", True, True, asked)])
    view = page.exports.form.view
    assert page.exports.form.query() == CaseloadQuery(view="month")
    view.setCurrentIndex(view.count() - 1)
    assert view.currentData() == "shared.view.1"
    assert page.exports.form.query() == asked
    page.exports.form.put_views([])
    assert page.exports.form.query() == CaseloadQuery(view="month")


def test_a_list_goes_out_sealed_unless_one_says_no_and_only_with_a_purpose(page: Any) -> None:
    form = page.exports.form
    assert (form.secret(), form.save.isEnabled()) == ("ことば", False)
    form.purpose.setText("会議")
    assert form.save.isEnabled()
    form.passphrase.clear()
    assert not form.save.isEnabled()
    form.sealed.setChecked(False)
    assert (form.secret(), form.save.isEnabled()) == (None, True)
