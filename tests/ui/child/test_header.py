"""The header answers in three seconds, and never with a guess."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from app.domain.priority import Level
from app.domain.sectors import Sector
from app.services.answers.child import ChildFile
from app.services.links.link_answers import Doubt, DoubtLine
from tests.ui.sample_child import TODAY, sample_child
from ui.child.header import Cell, Header, given_name, seven
from ui.widgets.chips import Tag


def cells(file: ChildFile) -> dict[str, Cell]:
    return {cell.key: cell for cell in seven(file, TODAY)}


@pytest.fixture(autouse=True)
def _speaking(japanese: None) -> None:
    """Everything here is read in Japanese."""


def test_the_seven_cells_of_a_child() -> None:
    found = cells(sample_child())
    assert list(found) == ["school", "household", "supported", "assignee", "protection", "seen", "next"]
    assert found["school"].value == "みどり台小学校"
    assert found["household"].level is Level.HIGH
    assert "小暮 結衣" in found["household"].more
    assert found["next"].role == "caution"


def test_a_withheld_school_is_said_to_be_withheld() -> None:
    file = replace(sample_child(), protected=True, facility=None, address=None, phone=None)
    found = cells(file)
    assert found["school"].state == "withheld"
    assert "みどり台" not in found["school"].value + found["school"].second
    assert found["protection"].role == "caution"


def test_unknown_is_never_blank_and_never_no() -> None:
    file = replace(sample_child(), facility="", household=(), records=())
    found = cells(file)
    assert [found[key].state for key in ("school", "household", "protection")] == ["unknown"] * 3
    assert all(found[key].value for key in ("school", "household", "protection"))


def test_nothing_overdue_raises_no_alarm() -> None:
    assert cells(replace(sample_child(), next_day=TODAY))["next"].role == "text"
    assert cells(replace(sample_child(), next_day=None))["next"].role == "text2"


def test_given_names() -> None:
    assert given_name("小暮 颯太") == "颯太"
    assert given_name("小暮　颯太") == "颯太"
    assert given_name("アレックス") == "アレックス"


def test_in_a_narrow_window_protection_and_assignee_become_tags(qtbot: QtBot, typeface: None) -> None:
    header = Header()
    qtbot.addWidget(header)
    header.put(sample_child(), TODAY)
    wide = len(header.findChildren(Tag))
    header.set_narrow(True)
    assert len(header.findChildren(Tag)) == wide + 2


def test_how_much_hangs_on_an_unsettled_link_is_said(qtbot: QtBot, typeface: None) -> None:
    header = Header()
    qtbot.addWidget(header)
    header.put(sample_child(), TODAY)
    line = DoubtLine(1, 2, "consultation", Sector.WELFARE, 13, Level.HIGH)
    header.put_doubt(Doubt(9, Level.MIDDLE, (line,)))
    said = [tag.accessibleName() for tag in header.findChildren(Tag)]
    assert any("9" in words and "13" in words for words in said)
