"""The caseload by keyboard and mouse, in the real window over made-up children."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from app.domain.message import Refused
from app.domain.priority import Level
from app.services.answers.caseload import CaseloadQuery
from app.services.answers.outcomes import Changes
from tests.ui.fakes import FIRST, FakeOpening, fake_desk, fake_office
from ui import words
from ui.desk import Desk
from ui.page import Done, Page
from ui.pages.caseload import CaseloadPage
from ui.runner import Runner
from ui.theme import theme
from ui.tokens import LIGHT
from ui.window import Window, Workplace

Key = Qt.Key
NONE, SHIFT, CTRL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)


class ChildStandIn(Page):
    """Notes what it was asked to show."""

    key = "child"
    in_rail = False
    rail_key = "caseload"

    def __init__(self, _desk: Desk, _runner: Runner) -> None:
        super().__init__()
        self.arrived: list[object] = []
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def arrive(self, where: object) -> None:
        self.arrived.append(where)

    def shown(self) -> None:
        self.setFocus()


class Desktop:
    """The window of a test, its page, and waiting until it is quiet."""

    def __init__(self, qtbot: QtBot, desk: Desk, size: tuple[int, int] = (1440, 900)) -> None:
        self.qtbot = qtbot
        self.desk = desk
        self.window = Window(FakeOpening(), lambda _office: desk, lambda _desk: (CaseloadPage, ChildStandIn))
        self.window.resize(*size)
        self.window.show()
        self.window.open_office(fake_office())
        self.window.activateWindow()
        qtbot.waitUntil(self.window.isActiveWindow)
        self.quiet()

    @property
    def work(self) -> Workplace:
        assert self.window.workplace is not None
        return self.window.workplace

    @property
    def child(self) -> ChildStandIn:
        page = self.work.pages["child"]
        assert isinstance(page, ChildStandIn)
        return page

    @property
    def page(self) -> CaseloadPage:
        page = self.work.pages["caseload"]
        assert isinstance(page, CaseloadPage)
        return page

    def press(self, key: Qt.Key, how: Qt.KeyboardModifier = NONE) -> None:
        focused = self.window.focusWidget()
        QTest.keyClick(focused or self.window, key, how)

    def quiet(self) -> None:
        """Wait until nothing is on its way; painting may ask for lines, so look more than once."""
        for _look in range(3):
            self.qtbot.waitUntil(
                lambda: (
                    not self.work.busy and not self.page._typing.isActive() and not self.page.model._timer.isActive()
                )
            )
            self.qtbot.wait(5)


@pytest.fixture
def opened(qtbot: QtBot, typeface: None) -> Iterator[Callable[..., Desktop]]:
    words.speak("ja")
    theme.wear(LIGHT)
    made: list[Desktop] = []

    def make(of: int = 40, size: tuple[int, int] = (1440, 900), **more: object) -> Desktop:
        made.append(Desktop(qtbot, fake_desk(of, **more), size))
        return made[-1]

    yield make
    for one in made:
        one.window.close()
        one.window.deleteLater()
    qtbot.wait(0)


Open = Callable[..., Desktop]


def test_the_list_has_the_focus_and_the_first_child(opened: Open) -> None:
    desktop = opened()
    assert desktop.page.table.hasFocus()
    assert desktop.page.table.current_person() == FIRST
    assert desktop.page.panel._name.text() == "松原 陽菜"


def test_there_is_one_window_and_nothing_beside_it(opened: Open) -> None:
    before = {id(one) for one in QApplication.topLevelWidgets() if one.isVisible()}  # what other stories left
    desktop = opened()
    shown = [one for one in QApplication.topLevelWidgets() if one.isVisible() and id(one) not in before]
    assert shown == [desktop.window]


def test_arrows_walk_over_the_cut_without_stopping(opened: Open) -> None:
    desktop = opened()
    for _step in range(17):
        desktop.press(Key.Key_Down)
    assert desktop.page.table.current_person() == FIRST + 17
    desktop.press(Key.Key_Up)
    assert desktop.page.table.current_person() == FIRST + 16


def test_enter_opens_the_child_in_the_order_of_the_list(opened: Open) -> None:
    desktop = opened()
    desktop.press(Key.Key_Down)
    desktop.press(Key.Key_Return)
    person, order, focus = desktop.child.arrived[-1]  # type: ignore[misc]
    assert (person, order[:2], focus) == (FIRST + 1, (FIRST, FIRST + 1), None)
    assert desktop.work.page is desktop.child


def test_d_goes_to_the_decision_and_esc_comes_back(opened: Open) -> None:
    desktop = opened()
    desktop.press(Key.Key_Down)
    desktop.press(Key.Key_D)
    assert desktop.child.arrived[-1][2] == "decision"  # type: ignore[index]
    desktop.press(Key.Key_Escape)
    assert desktop.work.page is desktop.page
    assert desktop.page.table.current_person() == FIRST + 1
    assert desktop.page.table.hasFocus()


def test_letters_in_the_search_field_are_letters(opened: Open) -> None:
    desktop = opened()
    desktop.press(Key.Key_F, CTRL)
    assert desktop.work.top.search.hasFocus()
    QTest.keyClicks(desktop.work.top.search, "dc")
    assert desktop.child.arrived == []
    assert desktop.work.top.search.text() == "dc"


def test_search_narrows_as_one_types_and_esc_empties_it(opened: Open) -> None:
    desktop = opened()
    desktop.work.top.search.setFocus()
    desktop.work.top.search.insert("こぐれ")
    desktop.quiet()
    assert desktop.page.model.rowCount() == 4
    QTest.keyClick(desktop.work.top.search, Key.Key_Escape)
    desktop.quiet()
    assert desktop.page.model.rowCount() == 41
    QTest.keyClick(desktop.work.top.search, Key.Key_Escape)
    assert desktop.page.table.hasFocus()


def test_nothing_found_says_so_and_offers_all_children(opened: Open) -> None:
    desktop = opened()
    desktop.work.top.search.setText("いない")
    desktop.quiet()
    assert desktop.page._stack.currentIndex() == 1
    assert desktop.page.empty.isVisible()


def test_a_chip_is_removed_by_delete(opened: Open) -> None:
    desktop = opened()
    desktop.page.ask(replace(desktop.page.query, levels=frozenset({Level.HIGH})))
    desktop.quiet()
    chip = desktop.page.filters.chips()[0]
    assert chip.text() == "優先度：高"
    few = desktop.page.model.rowCount()
    chip.setFocus()
    QTest.keyClick(chip, Key.Key_Delete)
    desktop.quiet()
    assert desktop.page.filters.chips() == []
    assert desktop.page.model.rowCount() > few


def test_seven_conditions_on_a_small_screen_are_all_to_be_read(opened: Open) -> None:
    desktop = opened(size=(1280, 720))
    many = replace(
        desktop.page.query, view="all", levels=frozenset({Level.HIGH, Level.MIDDLE}), only_new=True, no_meeting=True,
        assignees=frozenset({"佐伯 千景", "森 由布子"}), age_least=3, age_most=14, unseen=30,
        schools=frozenset({"あさひ第二保育園", "かもめ保育園"}),
    )  # fmt: skip
    desktop.page.ask(many)
    desktop.quiet()
    desktop.qtbot.wait(50)
    chips = desktop.page.filters.chips()
    assert len(chips) >= 6
    for chip in (*chips, desktop.page.filters.add):
        place = QRect(chip.mapTo(desktop.page, QPoint(0, 0)), chip.size())
        assert desktop.page.rows.tools.geometry().contains(place), chip.text()
        assert chip.width() >= chip.sizeHint().width(), chip.text()


def test_the_header_sorts_and_turns_round(opened: Open) -> None:
    desktop = opened()
    head = desktop.page.table._head
    place = QPoint(head.sectionViewportPosition(1) + 20, 10)
    QTest.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, pos=place)
    desktop.quiet()
    assert desktop.page.query.sort == "name"
    head = desktop.page.table._head
    place = QPoint(head.sectionViewportPosition(1) + 20, 10)
    QTest.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, pos=place)
    desktop.quiet()
    assert desktop.page.query.sort == "-name"
    assert desktop.page.model.cut is None


def test_a_lead_gives_three_children_to_a_colleague_and_takes_it_back(opened: Open) -> None:
    desktop = opened()
    for _step in range(2):
        desktop.press(Key.Key_Down, SHIFT)
    assert desktop.page.table.chosen_people() == [FIRST, FIRST + 1, FIRST + 2]
    menu = desktop.page.giving.menu()
    names = [action.text() for action in menu.actions()]
    assert not any("監査" in name for name in names)
    next(one for one in menu.actions() if one.text().startswith("森")).trigger()
    desktop.quiet()
    assert {desktop.page.model.known(one).assignee for one in (FIRST, FIRST + 1, FIRST + 2)} == {"森 由布子"}  # type: ignore[union-attr]
    assert desktop.work.top.undo.text() == "元に戻す：担当替え 3人"
    assert desktop.page.table.chosen_people() == [FIRST, FIRST + 1, FIRST + 2]
    desktop.press(Key.Key_Z, CTRL)
    desktop.quiet()
    assert desktop.page.model.known(FIRST + 1).assignee == "長谷 修"  # type: ignore[union-attr]
    assert not desktop.work.top.undo.isEnabled()


def test_a_worker_is_not_offered_to_assign(opened: Open) -> None:
    desktop = opened(roles=frozenset({"worker"}))
    assert not desktop.page.assign.isVisible()


def test_the_list_keeps_its_place_after_something_was_saved(opened: Open) -> None:
    desktop = opened(of=2000)
    bar = desktop.page.table.verticalScrollBar()
    desktop.page.table.go_to(1200)
    desktop.quiet()
    before = bar.value()
    desktop.page.done.emit(Done(Changes(frozenset({"decision"}), frozenset({1500}))))
    desktop.quiet()
    assert bar.value() == before
    assert desktop.page.table.current_person() == desktop.page.model.person_at(1200)
    assert desktop.work.status._saved.text() == "保存済 10:42"


def test_f4_folds_the_panel(opened: Open) -> None:
    desktop = opened()
    desktop.press(Key.Key_F4)
    assert not desktop.page.panel.isVisible()
    desktop.press(Key.Key_F4)
    assert desktop.page.panel.isVisible()


def test_a_small_screen_gets_one_line_a_row(opened: Open) -> None:
    desktop = opened(size=(1280, 720))
    table = desktop.page.table
    assert table.cells.compact
    assert table.rowHeight(0) == 24
    assert desktop.page.panel.width() == 300
    assert table.viewport().height() >= 19 * 24 + 28
    assert table.horizontalScrollBar().maximum() == 0


def test_a_trouble_stays_until_it_is_read(opened: Open) -> None:
    desktop = opened()
    desktop.work.runner.troubled.emit(Refused("office.nothing_like_it"))
    assert desktop.work.trouble.isVisible()
    desktop.press(Key.Key_Down)
    assert desktop.work.trouble.isVisible()
    desktop.press(Key.Key_Escape)
    assert not desktop.work.trouble.isVisible()


def test_f1_lists_the_keys(opened: Open) -> None:
    from ui.keys import KeysDialog

    desktop = opened()
    desktop.press(Key.Key_F1)
    dialog = desktop.work.findChild(KeysDialog)
    assert isinstance(dialog, KeysDialog)
    QTest.keyClick(dialog, Key.Key_Escape)


def test_the_window_starts_with_the_children_to_look_at_now(opened: Open) -> None:
    desktop = opened()
    asked = desktop.desk.caseload.queries[0]
    assert asked == CaseloadQuery(view="month", sort="rank")


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_an_empty_office_says_what_comes_next(opened: Open, language: str) -> None:
    words.speak(language)
    desktop = opened(of=0)
    assert desktop.page.empty.isVisible()
    words.speak("ja")


def test_f6_walks_through_the_panes_and_comes_round(opened: Open) -> None:
    desktop = opened()
    seen = []
    for _step in range(5):
        desktop.press(Key.Key_F6)
        seen.append(desktop.window.focusWidget())
    assert desktop.work.top.search in seen
    assert desktop.page.table in seen
    assert len(set(map(id, seen))) == 5


def test_ctrl_1_leads_back_to_the_caseload(opened: Open) -> None:
    desktop = opened()
    desktop.press(Key.Key_Return)
    assert desktop.work.page is desktop.child
    desktop.press(Key.Key_1, CTRL)
    assert desktop.work.page is desktop.page


def test_every_button_says_what_it_is(opened: Open) -> None:
    desktop = opened()
    buttons = [one for one in desktop.window.findChildren(QPushButton) if one.isVisible()]
    assert len(buttons) > 10
    assert all(one.accessibleName() or one.text() for one in buttons)
    assert all(one.width() >= 24 and one.height() >= 24 for one in buttons)


@pytest.mark.parametrize("language", words.LANGUAGES)
@pytest.mark.parametrize("size", [(1280, 720), (1280, 800), (1440, 900), (1920, 1080)])
def test_no_button_is_cut_off(opened: Open, language: str, size: tuple[int, int]) -> None:
    words.speak(language)
    desktop = opened(size=size)
    for button in desktop.window.findChildren(QPushButton):
        if button.isVisible():
            assert button.width() >= button.sizeHint().width(), button.text()
            place = button.mapTo(desktop.window, button.rect().bottomRight())
            assert desktop.window.rect().contains(place), button.text()
    words.speak("ja")
