"""Only the page in front is laid when an office opens; the others follow by themselves, or when somebody goes there."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from tests.ui.fakes import FakeOpening, fake_desk, fake_office
from ui.desk import Desk
from ui.page import Page
from ui.runner import Runner
from ui.shelf import Shelf
from ui.window import Window


class Front(Page):
    key, icon = "caseload", "history"

    def __init__(self, _desk: Desk, _runner: Runner) -> None:
        super().__init__()
        self.small: list[tuple[bool, bool]] = []
        self.left = 0

    def compacted(self, narrow: bool, low: bool) -> None:
        self.small.append((narrow, low))

    def leave(self) -> None:
        self.left += 1


class Behind(Front):
    key = "links"


class Last(Front):
    key = "help"


def opened(qtbot: QtBot) -> Window:
    window = Window(FakeOpening(), lambda _office: fake_desk(), lambda _desk: (Front, Behind, Last))
    qtbot.addWidget(window)
    window.resize(900, 600)
    window.show()
    window.open_office(fake_office())
    return window


def test_a_page_is_laid_once_when_it_is_taken_down() -> None:
    made: list[str] = []

    def lay(kind: type[Page]) -> Page:
        made.append(kind.key)
        return object()  # type: ignore[return-value]

    shelf = Shelf((Front, Behind), lay)
    assert (list(shelf), len(shelf), "links" in shelf, "team" in shelf) == (["caseload", "links"], 2, True, False)
    assert (made, shelf.laid, shelf.missing) == ([], (), "caseload")
    assert shelf["links"] is shelf["links"]
    assert (made, shelf.missing) == (["links"], "caseload")


def test_the_others_follow_by_themselves_and_know_how_small_the_window_is(qtbot: QtBot) -> None:
    work = opened(qtbot).workplace
    assert work is not None
    assert [page.key for page in work.pages.laid] == ["caseload"]
    qtbot.waitUntil(lambda: not work.busy)
    assert [page.key for page in work.pages.laid] == ["caseload", "links", "help"]
    assert all(page.small == [(True, True)] for page in work.pages.laid)  # type: ignore[attr-defined]


def test_whoever_goes_there_first_does_not_wait(qtbot: QtBot) -> None:
    work = opened(qtbot).workplace
    assert work is not None
    work.go("help")
    assert work.page.key == "help"
    assert work.page.isVisible()


def test_leaving_lays_no_more(qtbot: QtBot) -> None:
    work = opened(qtbot).workplace
    assert work is not None
    work.leave()
    qtbot.wait(200)
    assert [(page.key, page.left) for page in work.pages.laid] == [("caseload", 1)]  # type: ignore[attr-defined]
