"""Text size at once: the open window is larger in the same room, and what the PC had set still counts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ui import scaling
from ui.scaling import FOUND, SCALE, rescale, scale, start_with


@pytest.fixture(autouse=True)
def _as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (SCALE, FOUND):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[QWidget]:
    made = QWidget()
    field = QLineEdit("書きかけ", made)
    QVBoxLayout(made).addWidget(field)
    qtbot.addWidget(made)
    made.resize(640, 480)
    made.show()
    field.setFocus()
    yield made
    rescale(made, 100)
    assert QApplication.primaryScreen().devicePixelRatio() == 1


def test_the_open_window_changes_and_keeps_its_room(window: QWidget) -> None:
    if scaling._setter() is None:
        pytest.skip("this build of Qt has no way")
    assert rescale(window, 150)
    assert window.isVisible()
    assert window.devicePixelRatioF() == 1.5
    assert scale() == 150
    assert (window.width(), window.height()) == (427, 320), "as much of the screen as before"
    assert window.grab().width() == pytest.approx(640, abs=2)
    assert window.findChild(QLineEdit).text() == "書きかけ"


def test_where_qt_has_no_way_it_holds_from_the_next_start(window: QWidget, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as without:
        without.setattr(scaling, "_NAME", "there_is_no_such_thing")
        assert not rescale(window, 125)
        assert scale() == 100
        assert window.devicePixelRatioF() == 1


def test_what_the_pc_had_set_still_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SCALE, "2")
    assert scale() == 100
    start_with(125)
    assert scaling.os.environ[SCALE] == "2.5"
    assert scale() == 125
    start_with(100)  # a process that begins anew has both from the one before
    assert scaling.os.environ[SCALE] == "2"
    for name in (SCALE, FOUND):
        monkeypatch.delenv(name)
