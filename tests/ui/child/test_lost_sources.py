"""What the child page says of items that are not used, and of decisions whose source was withdrawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.domain.sectors import Sector
from app.services.answers.child import ChildFile, WithdrawnSource, WithheldItem
from tests.ui.sample_child import sample_child
from ui import words
from ui.child.history import HistoryTab
from ui.timeline import wording
from ui.timeline.lanes import Lane, LaneState
from ui.timeline.rows import lanes_of

WHEN = datetime.fromisoformat("2026-11-20T10:00:00+09:00")
NAMES = {"ja": "保健室来室", "en": "Nurse's room"}


@pytest.fixture
def file(qapp: QApplication) -> ChildFile:
    words.speak("ja")
    child = sample_child()
    first = child.decisions[0]
    lost = WithdrawnSource(7, "attendance", "2026-10-01", "2026-10-31", "oct.csv", "佐伯", WHEN, "別の学校のものでした")
    return replace(child, decisions=(replace(first, withdrawn_sources=(lost,)), *child.decisions[1:]))


def test_a_decision_says_which_import_is_gone_and_why(file: ChildFile, qtbot: QtBot) -> None:
    tab = HistoryTab()
    qtbot.addWidget(tab)
    tab.put(file)
    marked = [
        row for row in range(tab.table.rowCount()) if tab.table.item(row, 3).text().startswith("［出どころ取り下げ］")
    ]
    assert len(marked) == 1
    tab.table.selectRow(marked[0])
    said = tab.note.text()
    assert "oct.csv" in said
    assert "別の学校のものでした" in said
    assert "佐伯" in said
    tab.table.selectRow(next(row for row in range(tab.table.rowCount()) if row not in marked))
    assert "oct.csv" not in tab.note.text()


def test_the_timeline_says_it_too(file: ChildFile) -> None:
    outreach = lanes_of(file).lanes[-1]
    said = [wording.full(item) for row in outreach.rows for item in row.items if item.decision is not None]
    assert sum("oct.csv" in one for one in said) == 1


def education(file: ChildFile) -> Lane:
    return next(lane for lane in lanes_of(file).lanes if lane.sector is Sector.EDUCATION)


def test_a_lane_names_what_is_not_used(file: ChildFile) -> None:
    item = WithheldItem("nurse_room", "理由", NAMES, Sector.EDUCATION, False)
    with_facts = education(replace(file, withheld=(item,)))
    assert with_facts.state is LaneState.ROWS
    assert with_facts.withheld == (item,)
    assert wording.withheld_words((item,)) == "保健室来室の理由"
    assert education(file).withheld == ()


def test_an_empty_lane_whose_extract_is_off_does_not_say_that_nothing_came(file: ChildFile) -> None:
    whole = WithheldItem("nurse_room", "", NAMES, Sector.EDUCATION, False)
    bare = replace(file, facts=(), reasons=(), withheld=(whole,))
    assert education(bare).state is LaneState.OFF
    assert education(replace(bare, withheld=())).state is not LaneState.OFF


def test_of_a_child_whom_no_delivery_knows_any_more_no_lane_says_that_there_was_nothing(file: ChildFile) -> None:
    bare = replace(file, facts=(), reasons=(), gaps=(), sectors=(), lost=True)
    states = {lane.state for lane in lanes_of(bare).lanes if lane.sector is not None}
    assert states == {LaneState.NO_DATA}
