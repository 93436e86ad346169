"""What hangs on an unsettled link stands in the child's row of the caseload."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.services.answers.caseload import CaseloadList
from tests.ui.fakes import FIRST, TODAY, row
from ui.caseload import saying
from ui.caseload.model import CaseloadModel


@pytest.mark.usefixtures("japanese")
def test_points_without_and_with_the_link() -> None:
    line = replace(row(1), uncertain_links=1, points=9)
    assert saying.doubt_words(line) == ""
    assert saying.doubt_words(replace(line, points_linked=13)) == "なし 9点／あり 13点"
    assert saying.doubt_words(replace(line, points_linked=9)) == "", "nothing hangs on it"
    assert "なし 9点／あり 13点" in saying.flag_words(replace(line, points_linked=13))


@pytest.mark.usefixtures("qtbot")
def test_only_children_in_sight_with_an_open_link_are_worked_out() -> None:
    model = CaseloadModel()
    model.today = TODAY
    model.show(CaseloadList(tuple(range(FIRST, FIRST + 4)), 4, None, 16, frozenset(), {}, TODAY))
    model.put(model.generation, [replace(row(n), uncertain_links=int(n % 2 == 0)) for n in range(4)])
    waiting = [FIRST, FIRST + 2]
    first = model.doubtful(0, model.rowCount() - 1)
    assert first == waiting[0]
    model.put_doubt(first, 12)
    known = model.known(first)
    assert known is not None
    assert known.points_linked == 12
    assert model.doubtful(0, model.rowCount() - 1) == waiting[1]
    at = model.row_of(waiting[1])
    assert at is not None
    assert model.doubtful(at + 1, model.rowCount() - 1) is None
