"""Settling links by keyboard, in the real window over made-up pairs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.domain.message import Refused
from app.domain.priority import Level
from app.domain.sectors import Sector
from app.services.answers.outcomes import Changes, Outcome
from app.services.links.link_answers import (
    Consequences,
    FactBrief,
    FieldLine,
    KinLine,
    PairFile,
    PersonBrief,
    Question,
    RecordSide,
    ReviewLine,
    Sight,
    TextMark,
)
from tests.ui.fakes import JST, TODAY, FakeOpening, fake_desk, fake_office
from ui import words
from ui.pages.caseload import CaseloadPage
from ui.pages.links import LinksPage
from ui.review import wording
from ui.review.fields import FieldRow
from ui.theme import theme
from ui.tokens import DARK, LIGHT
from ui.window import Window

Key = Qt.Key
NAMES = ("小暮 颯太", "中務 ゆら", "真柴 匠")


def side(record: int, extract: str, name: str, *, protected: bool = False) -> RecordSide:
    return RecordSide(record, record + 500, name, extract, Sector.EDUCATION, str(record), name, TODAY, protected, 2)


def pair_file(a: int) -> PairFile:
    name = NAMES[a // 10]
    fields = (
        FieldLine("name", name, "小暮 蒼太", ("family.same_both", "given.near_kana"), -4.5,
                  (TextMark(3, 4, "differs"),), (TextMark(3, 4, "differs"),)),
        FieldLine("birth", "2016-09-28", "2016-09-00", ("birth.same_as_far_as_known",), 9.1),
        FieldLine("sex", "M", "M", ("sex.same",), 0.9),
        FieldLine("address", None, None),
        FieldLine("phone", "", "0000-55-0178", ("phone.silent",), 0.0),
    )  # fmt: skip
    kin = (KinLine(7, "小暮 結衣", "子", "2020-12-08", "alike"),)
    return PairFile(
        side(a, "school_register", name),
        side(a + 1, "consultation", "小暮 蒼太"),
        "uncertain",
        5.2,
        6.0,
        fields,
        kin,
        kin,
        ((3, 4),),
        (),
        (),
        (),
    )


def brief(level: Level, points: int, rank: int) -> PersonBrief:
    return PersonBrief(501, "小暮 颯太", level, points, False, rank, (), 0, 2, 9, False)


def consequences(same: bool) -> Consequences:
    before = brief(Level.MIDDLE, 9, 14)
    after = brief(Level.HIGH, 13, 6) if same else before
    moved = (FactBrief("consultation", date(2026, 10, 15), Sector.WELFARE),) if same else ()
    return Consequences(
        same,
        (before,),
        (after,),
        moved,
        4 if same else 0,
        (Sight("佐伯 千景", 4, True),) if same else (),
        1,
        0,
        False,
        0,
    )


class FakeLinks:
    """Pairs, consequences and rulings in one."""

    def __init__(self) -> None:
        self.lines = [
            ReviewLine(a, a + 1, a + 500, a + 501, "uncertain", NAMES[a // 10], "小暮 蒼太", "school_register",
                       "consultation", "given.near_kana", date(2026, 11, 21))
            for a in (0, 10, 20)
        ]  # fmt: skip
        self.ruled: list[tuple[int, int, bool, str]] = []
        self.withdrawn: list[str] = []
        self.foreseen: list[int] = []
        self.refuse = False

    def queue(self, _office: object) -> tuple[ReviewLine, ...]:
        return tuple(self.lines)

    def pair(self, _office: object, a: int, _b: int, _now: datetime) -> PairFile:
        line = next(one for one in self.lines if one.a == a)
        return replace(pair_file(a), questions=(line.question,) if line.question else ())

    def doubt(self, _office: Any, _person: int) -> None:
        """Nothing hangs on an open link of the children in the list behind."""

    def previews(self, _office: object, a: int, _b: int) -> tuple[Consequences, Consequences]:
        self.foreseen.append(a)
        return consequences(True), consequences(False)

    def rule(self, _office: object, a: int, b: int, same: bool, reason: str, _now: datetime) -> Outcome[str]:
        if self.refuse:
            raise Refused("role.not_allowed", kind="ruling.made")
        self.ruled.append((a, b, same, reason))
        self._gone = [one for one in self.lines if one.a == a]
        self.lines = [one for one in self.lines if one.a != a]
        return Outcome("entry", Changes(frozenset({"ruling"}), frozenset({a})))

    def withdraw_ruling(self, _office: object, entry: str, _reason: str, _now: datetime) -> Outcome[str]:
        self.withdrawn.append(entry)
        self.lines = [*self._gone, *self.lines]
        return Outcome("other", Changes(frozenset({"ruling"}), frozenset()))

    def ask(self, _office: object, a: int, _b: int, whom: str, words_: str, now: datetime) -> Outcome[str]:
        question = Question(whom, words_, "佐伯 千景", now)
        self.lines = [replace(one, question=question) if one.a == a else one for one in self.lines]
        return Outcome("asked", Changes(frozenset({"ruling"}), frozenset({a})))


class Desktop:
    """The window with the page in front."""

    def __init__(self, qtbot: QtBot, size: tuple[int, int] = (1440, 900)) -> None:
        self.qtbot, self.links = qtbot, FakeLinks()
        desk = replace(fake_desk(), linking=self.links, pairs=self.links, foreseeing=self.links)
        self.window = Window(FakeOpening(), lambda _office: desk, lambda _desk: (CaseloadPage, LinksPage))
        self.window.resize(*size)
        self.window.show()
        self.window.open_office(fake_office())
        self.window.activateWindow()
        qtbot.waitUntil(self.window.isActiveWindow)
        self.quiet()
        self.work.go("links")
        self.quiet()

    @property
    def work(self) -> Any:
        assert self.window.workplace is not None
        return self.window.workplace

    @property
    def page(self) -> LinksPage:
        page = self.work.pages["links"]
        assert isinstance(page, LinksPage)
        return page

    def press(self, key: Qt.Key) -> None:
        QTest.keyClick(self.window.focusWidget() or self.window, key)

    def quiet(self) -> None:
        for _look in range(3):
            self.qtbot.waitUntil(lambda: not self.work.busy)
            self.qtbot.wait(5)

    @property
    def name(self) -> str:
        assert self.page.file is not None
        return self.page.file.a.name


@pytest.fixture
def desktop(qtbot: QtBot, typeface: None) -> Iterator[Desktop]:
    words.speak("ja")
    theme.wear(LIGHT)
    made = Desktop(qtbot)
    yield made
    made.window.close()
    made.window.deleteLater()
    qtbot.wait(0)


def test_the_queue_stands_beside_the_first_pair_and_the_rail_counts(desktop: Desktop) -> None:
    assert desktop.name == NAMES[0]
    assert desktop.page.queue.hasFocus()
    assert desktop.work.rail._items["links"].accessibleName().endswith("3")


def test_j_and_k_move_through_the_queue(desktop: Desktop) -> None:
    desktop.press(Key.Key_J)
    desktop.quiet()
    assert desktop.name == NAMES[1]
    desktop.press(Key.Key_K)
    desktop.quiet()
    assert desktop.name == NAMES[0]


def test_one_key_rules_and_the_next_pair_comes(desktop: Desktop) -> None:
    desktop.press(Key.Key_1)
    desktop.quiet()
    assert desktop.links.ruled == [(0, 1, True, "")]
    assert desktop.name == NAMES[1]
    assert "+5.2" in desktop.page.status()
    desktop.press(Key.Key_2)
    desktop.quiet()
    assert desktop.links.ruled[1] == (10, 11, False, "")
    assert desktop.page.queue.hasFocus()


def test_two_quick_keys_rule_once(desktop: Desktop) -> None:
    desktop.press(Key.Key_1)
    desktop.press(Key.Key_1)
    desktop.quiet()
    assert len(desktop.links.ruled) == 1


def test_a_ruling_does_not_fall_on_the_pair_that_was_left(desktop: Desktop) -> None:
    """J and 1 in one breath: the next pair is not there yet, the one before is not meant any more."""
    desktop.press(Key.Key_J)
    desktop.press(Key.Key_1)
    assert desktop.links.ruled == []
    desktop.quiet()
    assert desktop.links.ruled == []
    assert desktop.name == NAMES[1]
    desktop.press(Key.Key_1)
    desktop.quiet()
    assert desktop.links.ruled == [(10, 11, True, "")]


def test_what_was_written_comes_back_with_a_ruling_that_was_not_saved(desktop: Desktop) -> None:
    desktop.links.refuse = True
    desktop.page.ruling.reason.setPlainText("学校に電話で確認")
    desktop.press(Key.Key_1)
    desktop.qtbot.waitUntil(desktop.page.ruling.trouble.isVisible)
    desktop.quiet()
    assert desktop.name == NAMES[0]
    assert desktop.page.ruling.words() == "学校に電話で確認"


def test_what_would_follow_is_worked_out_once_for_a_pair_as_the_links_stand(desktop: Desktop) -> None:
    desktop.links.foreseen.clear()
    desktop.press(Key.Key_1)
    desktop.quiet()
    assert desktop.links.foreseen == [10], "not beside the saving, and not twice"
    rows = desktop.page.fields.rows
    desktop.page.changed(Changes(frozenset({"assignment"}), frozenset()))
    desktop.quiet()
    assert desktop.links.foreseen == [10, 10]
    assert desktop.page.fields.rows is rows, "what has not changed stays as it is"


def test_the_reason_goes_with_the_ruling_and_its_letters_rule_nothing(desktop: Desktop) -> None:
    desktop.press(Key.Key_R)
    assert desktop.page.ruling.reason.hasFocus()
    QTest.keyClicks(desktop.page.ruling.reason, "12jk")
    assert desktop.links.ruled == []
    desktop.press(Key.Key_Escape)
    assert desktop.page.queue.hasFocus()
    desktop.press(Key.Key_1)
    desktop.quiet()
    assert desktop.links.ruled == [(0, 1, True, "12jk")]
    assert desktop.page.ruling.words() == ""


def test_the_score_is_hidden_until_asked_for(desktop: Desktop) -> None:
    assert desktop.page.total._score.text() == ""
    desktop.press(Key.Key_H)
    assert desktop.page.total._score.text() == "+5.2"
    desktop.press(Key.Key_J)
    desktop.quiet()
    assert desktop.page.total._score.text() == ""


def test_undo_brings_the_pair_back(desktop: Desktop) -> None:
    desktop.press(Key.Key_1)
    desktop.quiet()
    desktop.work.undoing.undo()
    desktop.quiet()
    assert desktop.links.withdrawn == ["entry"]
    assert len(desktop.page.lines) == 3
    assert desktop.page.status() == "", "what was taken back is not the last ruling"
    assert desktop.page._today.text() == ""


def test_later_puts_the_pair_at_the_end(desktop: Desktop) -> None:
    desktop.press(Key.Key_3)
    desktop.quiet()
    assert desktop.name == NAMES[1]
    assert desktop.page.lines[-1].name == NAMES[0]


def test_whom_somebody_asks_stands_in_the_queue(desktop: Desktop) -> None:
    menu = desktop.page.ruling.menu()
    assert len(menu.actions()) == 3
    menu.actions()[0].trigger()
    menu.close()
    desktop.quiet()
    assert desktop.page.lines[0].question is not None
    assert desktop.name == NAMES[0]


def test_a_refusal_stays_beside_the_choices(desktop: Desktop) -> None:
    desktop.links.refuse = True
    desktop.press(Key.Key_1)
    desktop.qtbot.waitUntil(desktop.page.ruling.trouble.isVisible)
    desktop.quiet()
    assert desktop.page.ruling.trouble.isVisible()
    assert desktop.name == NAMES[0]
    assert desktop.page.ruling.buttons["same"].isEnabled()


def test_when_all_are_settled_the_page_says_so(desktop: Desktop) -> None:
    for _pair in range(3):
        desktop.press(Key.Key_2)
        desktop.quiet()
    assert desktop.page.file is None
    assert not desktop.page.empty.isHidden()
    assert desktop.page.empty.isVisible()


def test_what_would_follow_is_said_for_both(desktop: Desktop) -> None:
    same, apart = desktop.page.consequences.columns
    assert "4" in same.said
    assert "佐伯 千景" in same.said
    assert apart.said
    assert same.said != apart.said


def test_a_row_says_both_sides_the_agreement_and_the_push(desktop: Desktop) -> None:
    rows = {row.line.key: row for row in desktop.page.fields.rows}
    assert "平成28年9月28日" in rows["birth"].accessibleName()
    assert "伏せています" in rows["address"].accessibleName()
    assert wording.sign(rows["name"].line) == "≠"
    assert wording.sign(rows["birth"].line) == "≈"
    assert wording.sign(rows["phone"].line) == "?"


def test_a_narrow_window_folds_the_queue_and_keys_still_work(qtbot: QtBot, typeface: None) -> None:
    words.speak("ja")
    theme.wear(DARK)
    desktop = Desktop(qtbot, (1280, 720))
    try:
        assert not desktop.page.queue.isVisible()
        assert desktop.page.hasFocus()
        desktop.press(Key.Key_J)
        desktop.quiet()
        assert desktop.name == NAMES[1]
    finally:
        theme.wear(LIGHT)
        desktop.window.close()
        desktop.window.deleteLater()
        qtbot.wait(0)


@pytest.mark.parametrize("width", [560, 784, 1300])
def test_rows_paint_in_any_width(qtbot: QtBot, typeface: None, width: int) -> None:
    words.speak("ja")
    long = "青波県凪浜市栄町三丁目十四番十四号グランドハイツ栄町一一〇四号室"
    row = FieldRow(FieldLine("address", long, long, ("address.same",), 4.0, (TextMark(3, 30, "variant"),), ()))
    qtbot.addWidget(row)
    row.resize(width, 41)
    assert not row.grab().isNull()


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_every_level_reason_and_field_has_words(language: str) -> None:
    from app.linkage.comparisons import FIELDS

    catalogue = words.read_catalogue(language)
    wanted = {f"linkage.{field.key}.{level.key}" for field in FIELDS for level in field.levels}
    wanted |= {f"linkage.{field.key}.silent" for field in FIELDS} | {f"links.field.{field.key}" for field in FIELDS}
    reasons = ("uncertain", "names_one_apart", "two_candidates", "two_register_entries", "two_roster_entries",
               "both_worked_with", "rulings_disagree", "changed_since_ruling")  # fmt: skip
    wanted |= {f"review.{kind}.{reason}" for kind in ("reason", "short") for reason in reasons}
    wanted |= {f"links.strength.{to}.{n}" for to in ("same", "apart") for n in (1, 2, 3)}
    assert sorted(wanted - set(catalogue)) == []


def test_a_partial_birth_is_said_as_far_as_it_is_known() -> None:
    words.speak("ja")
    assert wording.birth_words("2016-09-00") == "平成28年9月"
    assert wording.birth_words("2016-00-00") == "平成28年"
    words.speak("en")
    assert wording.birth_words("2016-09-00") == "09/2016"
    words.speak("ja")


def test_the_moment_of_asking_is_known() -> None:
    assert Question("学校", "", "佐伯", datetime(2026, 11, 24, tzinfo=JST)).whom == "学校"
    assert QApplication.instance() is not None
