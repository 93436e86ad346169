"""Brothers and sisters under each other: asked for, walked, by the same age, and nothing of theirs as evidence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from pytestqt.qtbot import QtBot

from tests.ui.sample_child import sample_child
from ui.child.course import CoursePane
from ui.timeline.scale import Preset
from ui.timeline.siblings import SiblingStrip

TODAY = date(2026, 11, 24)


@pytest.fixture
def course(qtbot: QtBot, typeface: None, japanese: None) -> CoursePane:
    made = CoursePane(TODAY)
    qtbot.addWidget(made)
    made.resize(980, 620)
    own = sample_child()
    assert own.birth is not None
    elder = replace(own, person_id=own.person_id + 1, name="小暮 樹", birth=own.birth.replace(year=own.birth.year - 3))
    made.show()
    made.put(own, keep=False)
    made.offer_siblings(1)
    made.siblings_wanted.connect(lambda: made.put_siblings([own, elder]))
    made.compare(True)
    return made


def test_they_stand_under_each_other_on_one_axis_of_time(course: CoursePane) -> None:
    own, elder = course.siblings.strips
    assert course.compared
    assert own.scale == elder.scale
    assert (own.width(), own.x()) == (elder.width(), elder.x())
    assert elder.y() >= own.y() + own.height()
    course.view.choose(Preset.ALL)
    assert elder.lanes is not None
    assert own.scale.left <= elder.lanes.first, "the eldest one's years can be reached"


def test_by_age_the_elder_ones_days_stand_at_the_same_age(course: CoursePane) -> None:
    own, elder = course.siblings.strips
    course.siblings.by.button("age").click()
    assert own.file.birth is not None
    assert elder.file.birth is not None
    tenth = [one.scale.x(one.file.birth.replace(year=one.file.birth.year + 9).toordinal()) for one in (own, elder)]  # type: ignore[union-attr]
    assert tenth[0] == pytest.approx(tenth[1], abs=2 * own.scale.per_day)


def test_every_fact_is_drawn_or_counted(course: CoursePane) -> None:
    course.view.choose(Preset.YEAR)
    for strip in course.siblings.strips:
        strip.grab()
        assert strip.lanes is not None
        scale = strip.scale
        for place in strip.lanes.walk:
            item = strip.lane_item(place)
            if scale.left + 1 <= item.start and item.end <= scale.right - 1:
                rect = strip.place_rect(place)
                assert rect is not None, place
                assert any(piece.lane == place.lane and piece.row == place.row for piece in strip._pieces)


def test_a_siblings_fact_is_walked_to_and_is_no_evidence(course: CoursePane, qtbot: QtBot) -> None:
    own, elder = course.siblings.strips
    qtbot.keyClick(elder, Qt.Key.Key_Left)
    assert elder.focus_place is not None
    assert course.facts() == elder.lane_item(elder.focus_place).facts
    with qtbot.assertNotEmitted(course.taken):
        course.take()
    qtbot.keyClick(elder, Qt.Key.Key_Down)
    qtbot.keyClick(own, Qt.Key.Key_Right)
    assert elder.focus_place is None, "one fact is selected, not one for each child"
    with qtbot.waitSignal(course.taken):
        own.step(-1)
        while not course.facts():
            own.step(-1)
        course.take()


def test_a_screen_reader_walks_them(course: CoursePane) -> None:
    strip: SiblingStrip = course.siblings.strips[1]
    voice = QAccessible.queryAccessibleInterface(strip)
    assert strip.lanes is not None
    assert voice.childCount() == len(strip.lanes.walk)
    assert "小暮 樹" in voice.text(QAccessible.Text.Name)
    assert voice.child(0).text(QAccessible.Text.Name)


def test_back_to_one_child(course: CoursePane) -> None:
    course.compare(False)
    assert not course.compared
    assert course.view.lanes is not None
    assert course.view.bounds.first == course.view.lanes.first
