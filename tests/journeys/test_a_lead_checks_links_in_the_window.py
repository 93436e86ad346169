"""In the window, by keys: a blind sample is drawn, answered, left and gone on with; a wrong link is ruled on."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
pytest.importorskip("PySide6")

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.services.links import linking, pairs, sampling
from app.services.offices import opening
from app.storage.office import Office
from tests.builders import AS_OF, NOW
from ui import app as start
from ui import words
from ui.linkquality.blind import BlindRow
from ui.pages.linkquality import LinkQualityPage
from ui.pages.links import LinksPage
from ui.theme import load_fonts
from ui.window import Window, Workplace

Key = Qt.Key


@pytest.fixture
def work(qtbot: QtBot, office: Office) -> Iterator[Workplace]:
    load_fonts()
    words.speak("ja")
    window = Window(opening, lambda it: start.desk_of(it, lambda: AS_OF), start.make_pages)
    qtbot.addWidget(window)
    window.resize(1440, 900)
    window.show()
    window.open_office(office)
    assert window.workplace is not None
    yield window.workplace
    window.let_go()


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
    page.blind.draw.click()
    settled()
    assert page.findChildren(BlindRow)
    for key in (Key.Key_1, Key.Key_1, Key.Key_3):
        QTest.keyClick(page, key)
        settled()
    assert [one.answer for one in page.pairs[:4]] == ["same", "same", "unknown", ""]
    work.go("caseload", None)
    settled()
    page = _quality(work, settled, "sample")  # left, and gone on with where it was
    QTest.keyClick(page, Key.Key_2)
    settled()
    wrong = page.pairs[3]
    assert wrong.answer == "apart"
    page.blind.rule.click()
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
