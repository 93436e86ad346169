"""Names of any length: what is beside them keeps its place, and nothing is cut without an ellipsis."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from pytestqt.qtbot import QtBot

from app.services.answers.outcomes import MemberLine
from tests.builders import NOW
from tests.ui.fakes import TODAY
from tests.ui.sample_child import sample_child
from ui import words
from ui.child.choices import Tick
from ui.child.header import Header
from ui.frame import TopBar
from ui.intake.form import FormPane
from ui.page import Page, Undo
from ui.theme import load_fonts
from ui.widgets.buttons import Button

LONG = "武者小路勘解由小路 ヴィクトリア・アレクサンドラ・クリスティーナ"


@pytest.fixture(autouse=True)
def spoken(qtbot: QtBot) -> None:
    load_fonts()
    words.speak("ja")


class _Page(Page):
    key = "linkquality"

    def back_words(self) -> str:
        return "リンク確認へ戻る"


@pytest.mark.parametrize("width", [1204, 884])
def test_the_top_bar_keeps_its_parts_apart(qtbot: QtBot, width: int) -> None:
    bar = TopBar(MemberLine(LONG, frozenset({"lead"})))
    qtbot.addWidget(bar)
    bar.put(_Page())
    bar.put_undo(Undo(f"連絡：{LONG}・{LONG}", lambda: None))  # type: ignore[arg-type,return-value]
    bar.set_narrow(True)
    bar.resize(width, bar.height())
    bar.show()
    parts = [bar.search, bar.undo, bar.undos, bar.notice]
    for left, right in pairwise(parts):
        assert left.geometry().right() < right.geometry().left()
    assert bar.undo.geometry().width() < bar.undo.sizeHint().width(), "it gave way"
    assert bar.rect().contains(bar.notice.geometry())
    assert LONG in bar.undo.toolTip()


def test_a_button_takes_no_more_than_its_words_need(qtbot: QtBot) -> None:
    button = Button("元に戻す", icon="undo")
    qtbot.addWidget(button)
    button.give_way(120)
    assert button.minimumSizeHint() == button.sizeHint(), "few words are never cut"
    button.set_words(LONG)
    assert button.minimumSizeHint().width() == 120


def test_a_tick_with_a_long_name_gives_way(qtbot: QtBot) -> None:
    tick = Tick(f"{LONG}（9歳）も一緒")
    qtbot.addWidget(tick)
    assert tick.minimumSizeHint().width() < tick.sizeHint().width()
    assert LONG in tick.toolTip()


def test_a_childs_name_and_priority_stand_before_the_reading_gives_way(qtbot: QtBot) -> None:
    header = Header()
    qtbot.addWidget(header)
    name = "勅使河原伊集院長曽我部 ジャン・クリストフ"
    header.put(replace(sample_child(), name=name, kana="てしがわらいじゅういんちょうそかべ じゃん・くりすとふ"), TODAY)
    header.set_narrow(True)
    header.resize(1204, header.height())
    header.show()
    assert header.name.width() >= header.name.sizeHint().width()
    first = header._tags.itemAt(0).widget()
    assert first.width() >= first.sizeHint().width()
    assert header.kana.width() < header.kana.sizeHint().width()


def test_the_intake_form_has_one_field_in_a_line_where_there_is_little_room(qtbot: QtBot) -> None:
    form = FormPane(NOW)
    qtbot.addWidget(form)
    form.show()
    fields = [form.channel, form.route, form.type, form.abuse, *form.lines.values()]
    two = form.minimumSizeHint().width()
    form.lay(1)
    qtbot.waitUntil(lambda: len({field.y() for field in fields}) == len(fields))
    form.resize(two - 40, 700)
    assert form.width() == two - 40, "it takes no more"
    assert all(form.rect().contains(field.geometry()) for field in fields)
    form.lay(2)
    qtbot.waitUntil(lambda: len({field.y() for field in fields}) == 5)
