"""The timeline under hand: keys, mouse, what a screen reader hears, the table."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible
from pytestqt.qtbot import QtBot

from tests.ui.sample_child import sample_child
from ui.timeline import accessible
from ui.timeline.accessible import item_words
from ui.timeline.layout import Tally
from ui.timeline.overview import Overview
from ui.timeline.picture import LABELS
from ui.timeline.scale import Preset
from ui.timeline.table import FactsTable
from ui.timeline.view import TimelineView


@pytest.fixture
def view(qtbot: QtBot, typeface: None, japanese: None) -> TimelineView:
    accessible.install()
    made = TimelineView()
    qtbot.addWidget(made)
    made.resize(980, 536)
    made.show_file(sample_child(), overdue=True)
    made.show()
    return made


def test_the_arrows_walk_every_fact(view: TimelineView, qtbot: QtBot) -> None:
    assert view.lanes is not None
    qtbot.keyClick(view, Qt.Key.Key_Home)
    met = {view.focus_place}
    for _step in range(len(view.lanes.walk) - 1):
        qtbot.keyClick(view, Qt.Key.Key_Right)
        met.add(view.focus_place)
    assert met == set(view.lanes.walk)
    before = view.focus_place
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.focus_place == before


def test_the_focused_fact_is_always_in_sight(view: TimelineView, qtbot: QtBot) -> None:
    qtbot.keyClick(view, Qt.Key.Key_Home)
    for _step in range(40):
        assert view.focus_place is not None
        rect = view.place_rect(view.focus_place)
        assert rect is not None
        assert rect.right() >= LABELS
        assert rect.left() <= view.width()
        qtbot.keyClick(view, Qt.Key.Key_Right)


def test_up_and_down_change_the_row(view: TimelineView, qtbot: QtBot) -> None:
    view.step(0)
    assert view.focus_place is not None
    rows = {(view.focus_place.lane, view.focus_place.row)}
    for _step in range(5):
        qtbot.keyClick(view, Qt.Key.Key_Up)
        rows.add((view.focus_place.lane, view.focus_place.row))
    assert len(rows) == 6


def test_ctrl_arrows_pan_and_leave_the_focus(view: TimelineView, qtbot: QtBot) -> None:
    left = view.scale.left
    qtbot.keyClick(view, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert view.scale.left < left
    assert view.focus_place is None


def test_letters_are_left_to_the_page(view: TimelineView) -> None:
    from PySide6.QtGui import QKeyEvent

    event = QKeyEvent(QKeyEvent.Type.KeyPress, Qt.Key.Key_T, Qt.KeyboardModifier.NoModifier, "t")
    view.keyPressEvent(event)
    assert not event.isAccepted()


def test_the_tally_is_said_at_every_change(view: TimelineView, qtbot: QtBot) -> None:
    heard: list[Tally] = []
    view.tallied.connect(heard.append)
    for preset in Preset:
        view.choose(preset)
        assert view.lanes is not None
        last = heard[-1]
        assert last.shown + last.bundled + last.outside == view.lanes.total


def test_a_click_selects_what_is_under_the_mouse(view: TimelineView, qtbot: QtBot) -> None:
    assert view.lanes is not None
    reason = sample_child().reasons[0]
    place = view.light(reason)
    assert place is not None
    rect = view.place_rect(place)
    assert rect is not None
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=rect.center().toPoint())
    assert view.focus_place == place
    assert view.number_of(place) == 1


def test_dragging_pans_and_selects_nothing(view: TimelineView, qtbot: QtBot) -> None:
    left = view.scale.left
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(500, 200))
    for x in (520, 560, 640):
        qtbot.mouseMove(view, QPoint(x, 200))
        view.mouseMoveEvent(_moved(x))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(640, 200))
    assert view.scale.left < left
    assert view.focus_place is None


def _moved(x: int) -> object:
    from PySide6.QtGui import QMouseEvent

    at = QPointF(x, 200)
    return QMouseEvent(
        QMouseEvent.Type.MouseMove,
        at,
        at,
        Qt.MouseButton.NoButton,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )


def test_the_same_child_again_keeps_zoom_and_selection(view: TimelineView) -> None:
    view.choose(Preset.YEAR)
    view.step(0)
    view.step(-2)
    scale, place = view.scale, view.focus_place
    view.show_file(sample_child(), keep=True)
    assert (view.scale, view.focus_place) == (scale, place)


def test_a_lane_that_ended_before_the_view_is_folded_and_says_so(view: TimelineView) -> None:
    strip = view.picture().strips[2]
    assert strip.bands == ()
    view.choose(Preset.ALL)
    assert view.picture().strips[2].bands


def test_a_screen_reader_hears_every_fact_in_order(view: TimelineView) -> None:
    assert view.lanes is not None
    voice = QAccessible.queryAccessibleInterface(view)
    assert voice.role() is QAccessible.Role.List
    assert voice.childCount() == len(view.lanes.walk)
    child = voice.child(3)
    assert child.text(QAccessible.Text.Name) == item_words(view, view.lanes.walk[3])
    assert voice.indexOfChild(child) == 3
    view.step(0)
    chosen = [at for at in range(voice.childCount()) if voice.child(at).state().selected]
    assert chosen == [voice.indexOfChild(voice.focusChild())]
    assert voice.child(3).state().focusable
    focused = voice.focusChild()
    assert voice.indexOfChild(focused) == view.lanes.walk_index[view.focus_place]
    assert not focused.rect().isEmpty()


def test_the_table_has_the_same_facts_in_the_same_order(view: TimelineView, qtbot: QtBot) -> None:
    table = FactsTable()
    qtbot.addWidget(table)
    assert view.lanes is not None
    table.facts.show_lanes(view.lanes, {})
    assert table.facts.rowCount() == len(view.lanes.walk)
    chosen: list[object] = []
    table.chosen.connect(chosen.append)
    table.choose(view.lanes.walk[7])
    assert chosen == []
    assert table.currentIndex().row() == 7
    table.selectRow(8)
    assert chosen == [view.lanes.walk[8]]


def test_the_strip_of_all_years_moves_the_view(view: TimelineView, qtbot: QtBot) -> None:
    strip = Overview()
    qtbot.addWidget(strip)
    strip.resize(980, 44)
    assert view.lanes is not None
    strip.show_lanes(view.lanes, view.bounds)
    strip.show_frame(view.scale)
    strip.moved.connect(view.show_from)
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=QPoint(LABELS + 200, 20))
    assert view.scale.left < view.bounds.today - 6 * 365
    assert strip.grab().width() == 980


def test_markup_in_a_fact_stays_letters(view: TimelineView) -> None:
    from dataclasses import replace

    file = sample_child()
    line = next(one for one in file.facts if one.fact.kind == "residence_change")
    evil = replace(line, fact=replace(line.fact, attributes={"reason": "<img src='//evil/x'>"}))
    view.show_file(replace(file, facts=(evil,), reasons=()))
    view.choose(Preset.ALL)
    place = next(iter(view.lanes.fact_places.values()))[0] if view.lanes else None
    assert place is not None
    rect = view.place_rect(place)
    assert rect is not None
    view._hover = view.hit(rect.center())
    assert "<img" in view.hover_words()
    assert view.grab().height() == 536


def test_enter_and_a_double_click_ask_for_the_row(view: TimelineView, qtbot: QtBot) -> None:
    place = view.light(sample_child().reasons[0])
    assert place is not None
    with qtbot.assertNotEmitted(view.row_wanted):
        qtbot.keyClick(view, Qt.Key.Key_Return)
    view.select(place)
    with qtbot.waitSignal(view.row_wanted):
        qtbot.keyClick(view, Qt.Key.Key_Return)
    rect = view.place_rect(place)
    assert rect is not None
    with qtbot.waitSignal(view.row_wanted):
        qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=rect.center().toPoint())
    with qtbot.assertNotEmitted(view.row_wanted):
        qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=QPoint(LABELS + 2, view.height() - 2))


def test_the_table_opens_a_row_by_enter_too(view: TimelineView, qtbot: QtBot) -> None:
    table = FactsTable()
    qtbot.addWidget(table)
    assert view.lanes is not None
    table.facts.show_lanes(view.lanes, {})
    table.choose(view.lanes.walk[0])
    with qtbot.waitSignal(table.row_wanted):
        qtbot.keyClick(table, Qt.Key.Key_Return)
