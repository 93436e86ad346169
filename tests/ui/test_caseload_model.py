"""The lazy model: only the pages in sight are fetched, also with 400,000 children."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.services.answers.caseload import CaseloadList
from tests.ui.fakes import FIRST, TODAY, row
from ui import words
from ui.caseload.model import KEPT, PAGE, CaseloadModel
from ui.caseload.saying import cut_says


def a_list(of: int, cut: int | None = None) -> CaseloadList:
    return CaseloadList(tuple(range(FIRST, FIRST + of)), of, cut, 16, frozenset(), {}, TODAY)


@pytest.fixture
def model(qtbot: QtBot) -> CaseloadModel:
    words.speak("ja")
    made = CaseloadModel()
    made.today = TODAY
    made.wanted.connect(lambda generation, ids: made.put(generation, [row(one - FIRST) for one in ids]))
    return made


def asked(model: CaseloadModel) -> list[tuple[int, ...]]:
    pages: list[tuple[int, ...]] = []
    model.wanted.connect(lambda _generation, ids: pages.append(ids))
    return pages


def test_a_look_fetches_one_page(model: CaseloadModel, qtbot: QtBot) -> None:
    pages = asked(model)
    model.show(a_list(400_000))
    assert model.rowCount() == 400_000
    assert model.line(300_000) is None
    qtbot.waitUntil(lambda: model.line(300_000) is not None)
    assert [len(one) for one in pages] == [PAGE]
    assert pages[0][0] == FIRST + 300_000 // PAGE * PAGE


def test_a_fast_scroll_drops_the_pages_it_only_passed(model: CaseloadModel, qtbot: QtBot) -> None:
    pages = asked(model)
    model.show(a_list(400_000))
    for at in range(0, 400_000, 10_000):
        model.line(at)
    qtbot.waitUntil(lambda: model.line(390_000) is not None)
    assert len(pages) <= 3


def test_memory_stays_bounded(model: CaseloadModel, qtbot: QtBot) -> None:
    model.show(a_list(400_000))
    for at in range(0, 100 * PAGE, PAGE):
        model.line(at)
        qtbot.waitUntil(lambda at=at: model.line(at) is not None)
    assert len(model._rows) <= KEPT


def test_the_cut_is_a_row_of_its_own(model: CaseloadModel) -> None:
    model.show(a_list(40, cut=17))
    assert model.rowCount() == 41
    assert model.is_cut(17)
    assert model.person_at(17) is None
    assert model.person_at(18) == FIRST + 17
    assert model.row_of(FIRST + 17) == 18
    assert not model.flags(model.index(17, 0)) & Qt.ItemFlag.ItemIsSelectable
    assert "17人" in cut_says(model)


def test_a_list_without_a_cut_has_none(model: CaseloadModel) -> None:
    model.show(a_list(40))
    assert model.rowCount() == 40
    assert model.cut is None


def test_ties_at_the_cut_are_named_when_few(model: CaseloadModel) -> None:
    listing = replace(a_list(40, cut=17), ties=frozenset({FIRST + 14, FIRST + 15, FIRST + 16}))
    model.show(listing)
    model.put(model.generation, [row(at) for at in (14, 15, 16)])
    assert "藤代・沢渡・沢渡" in cut_says(model)


def test_cells_speak_to_readers(model: CaseloadModel) -> None:
    model.show(a_list(40))
    model.put(model.generation, [row(2)])
    role = Qt.ItemDataRole.AccessibleTextRole
    said = [model.data(model.index(2, at), role) for at in range(model.columnCount())]
    assert said[0] == "優先度 高"
    assert "三枝 美月" in said[1]
    assert "支援措置あり" in said[1]
    assert all(said)


def test_tooltips_of_hostile_names_are_escaped(model: CaseloadModel) -> None:
    model.show(a_list(1))
    model.put(model.generation, [replace(row(0), name="<img src=x>")])
    shown = model.data(model.index(0, 1), Qt.ItemDataRole.ToolTipRole)
    assert "<img" not in shown
