"""In the window, by keys: a blind sample is drawn, answered, left and gone on with; a wrong link is ruled on."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
pytest.importorskip("PySide6")

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.linkage.model import shipped_model
from app.services.deriving.models import read_own
from app.services.links import comparisons, linking, pairs, retraining, sampling
from app.storage.offices.office import Office
from tests.builders import NOW, groups
from tests.journeys.windows import at_work
from ui import app as start
from ui import words
from ui.linkquality.blind import BlindRow
from ui.pages.linkquality import LinkQualityPage
from ui.pages.links import LinksPage
from ui.window import Workplace

Key = Qt.Key


@pytest.fixture
def work(qtbot: QtBot, office: Office) -> Iterator[Workplace]:
    with at_work(qtbot, office, size=(1440, 900)) as opened:
        yield opened


@pytest.fixture
def settled(qtbot: QtBot, work: Workplace) -> Callable[[], None]:
    def wait() -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        start.settle(app, work)

    return wait


def _quality(work: Workplace, settled: Callable[[], None], tab: str) -> LinkQualityPage:
    work.go("links", None)
    settled()
    QTest.keyClick(work.page, Key.Key_Q)
    page = work.page
    assert isinstance(page, LinkQualityPage)
    page.arrive(tab)
    settled()
    return page


def test_a_sample_is_checked_by_keys_and_a_wrong_link_is_ruled_on(
    work: Workplace, settled: Callable[[], None], office: Office
) -> None:
    page = _quality(work, settled, "sample")
    page.sample.blind.draw.click()
    settled()
    assert page.findChildren(BlindRow)
    for key in (Key.Key_1, Key.Key_1, Key.Key_3):
        QTest.keyClick(page, key)
        settled()
    assert [one.answer for one in page.sample.pairs[:4]] == ["same", "same", "unknown", ""]
    work.go("caseload", None)
    settled()
    page = _quality(work, settled, "sample")  # left, and gone on with where it was
    QTest.keyClick(page, Key.Key_2)
    settled()
    wrong = page.sample.pairs[3]
    assert wrong.answer == "apart"
    page.sample.blind.rule.click()
    settled()
    review = work.page
    assert isinstance(review, LinksPage)
    assert review.file is not None
    assert {review.file.a.record_id, review.file.b.record_id} == {wrong.a, wrong.b}
    QTest.keyClick(review, Key.Key_2)
    settled()
    assert work.page is page, "ruled, and back to the sample"
    found = office.reader().execute("SELECT same FROM ruling").fetchall()
    assert [row[0] for row in found] == [0]
    said = sampling.samples(office).together
    assert said is not None
    assert (said.checked, said.wrong, said.unknown) == (3, 1, 1)


def test_a_ruling_is_taken_back_from_the_list(work: Workplace, settled: Callable[[], None], office: Office) -> None:
    line = pairs.queue(office)[0]
    linking.rule(office, line.a, line.b, False, "書類で確認", NOW)
    page = _quality(work, settled, "rulings")
    assert page.past.lines.text(0, 5) == "書類で確認"
    assert page.past.foreseen.text()
    page.past.take_back.click()
    settled()
    assert page.past.lines.text(0, 6) == words._("quality.ruling.withdrawn")
    assert not page.past.take_back.isEnabled()
    assert (line.a, line.b) in {(one.a, one.b) for one in pairs.queue(office)}


def test_taking_back_a_ruling_of_several_pairs_can_be_undone_and_ruled_again(
    work: Workplace, settled: Callable[[], None], office: Office
) -> None:
    ruled = _of_several_pairs(office)
    together = groups(office)
    page = _quality(work, settled, "rulings")
    assert page.past.rulings[0].pairs > 1
    page.past.take_back.click()
    settled()
    assert groups(office) != together
    work.undoing.undo()
    settled()
    assert groups(office) == together, "the undoing is taken back with all its pairs"
    assert [one.withdrawn for one in page.past.rulings] == [False, True]
    page.past.take_back.click()
    settled()
    page.past.lines.table.setCurrentCell(1, 0)
    settled()
    assert page.past.current() is not None
    assert page.past.current().entry == ruled  # type: ignore[union-attr]
    assert page.past.foreseen.text()
    page.past.again.click()
    settled()
    assert groups(office) == together


def _of_several_pairs(office: Office) -> str:
    """Take a record out of a person of three or more."""
    row = office.reader().execute(
        "SELECT max(record_id) FROM view.record WHERE extract <> 'resident_register'"
        " GROUP BY person_id HAVING count(*) > 3 ORDER BY 1 LIMIT 1"
    )
    return linking.take_out(office, int(row.fetchone()[0]), "別の児童", NOW).value


def test_a_comparison_outlives_the_window(
    qtbot: QtBot, work: Workplace, settled: Callable[[], None], office: Office
) -> None:
    said = json.loads(shipped_model().as_json())
    model = read_own(json.dumps({**said, "link": said["link"] + 25, "review": said["review"] + 25}))
    comparisons.keep(office, retraining.compare(office, model), NOW)
    page = _quality(work, settled, "model")
    assert page.model.comparison is not None
    assert page.model.comparison.model == model.id
    assert not page.model.anew.isVisible()
    line = pairs.queue(office)[0]
    linking.rule(office, line.a, line.b, False, "", NOW)
    page.ask()
    settled()
    assert page.model.anew.isVisible()
    page.model.drop.click()
    settled()
    assert page.model.comparison is None
    assert comparisons.kept(office) is None


def test_every_tab_says_something_and_a_pair_opens_side_by_side(
    work: Workplace, settled: Callable[[], None], office: Office
) -> None:
    page = _quality(work, settled, "standing")
    assert int(page.standing.tallies.text(0, 1).replace(",", "")) > 0
    page.arrive("model")
    settled()
    assert page.model.models.text(0, 5) == words._("quality.model.in_force")
    assert not page.model.back_to.isEnabled()
    a, b = sampling.machine_links(office.reader())[0]
    page.standing.opened.emit((a, b, ()))
    settled()
    assert isinstance(work.page, LinksPage)
    QTest.keyClick(work.page, Key.Key_Escape)
    settled()
    assert work.page is page
