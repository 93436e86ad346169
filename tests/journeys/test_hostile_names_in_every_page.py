"""Names and words that are markup go through every page of the window: they stay letters, and nothing is fetched.

The bait is a file that any picture, style or link in the markup would have to read; its time of access tells.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
pytest.importorskip("PySide6")

from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QLabel, QTextEdit, QWidget

from app.domain.decisions import Decision, DecisionKind
from app.services.casework import reviewing
from app.services.protection import protecting
from app.storage.keyring import keys
from app.storage.offices import office_files, people
from tests import builders
from tests.torture.window_walk import Hands, walk
from ui.widgets.text import ElidedLabel
from ui.window import Window

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc0000003010100"
    "18dd8db00000000049454e44ae426082"
)


def markup(bait: Path, name: str) -> str:
    """What a rich text would fetch in three ways, with a name behind it."""
    return f'<img src="file://{bait}"><a href="file://{bait}">{name}</a><table background="{bait}"><b>{name}'


class Watch:
    """Looks at every sight for words that are taken for markup."""

    def __init__(self) -> None:
        self.rich: list[str] = []
        self.seen = 0

    def __call__(self, sight: str, window: Window) -> None:
        for widget in [window, *window.findChildren(QWidget)]:
            name = type(widget).__name__
            if isinstance(widget, (QLabel, ElidedLabel)) and "<img" in widget.text():
                self.seen += 1
                if isinstance(widget, QLabel) and widget.textFormat() is not Qt.TextFormat.PlainText:
                    self.rich.append(f"{sight}: {name} {widget.text()[:40]}")
            if isinstance(widget, QTextEdit) and "<img" in widget.toHtml().replace("&lt;", ""):
                self.rich.append(f"{sight}: {name}")
            if "<img" in widget.toolTip():
                self.rich.append(f"{sight}: tooltip of {name}")
            if isinstance(widget, QAbstractItemView) and widget.isVisible():
                self._cells(f"{sight}: {name}", widget.model())

    def _cells(self, where: str, model: QAbstractItemModel | None) -> None:
        """What a list says; a tool tip is where Qt would take markup for such."""
        if model is None:
            return
        for row in range(min(model.rowCount(QModelIndex()), 20)):
            for column in range(1 if isinstance(model, QAbstractListModel) else model.columnCount(QModelIndex())):
                index = model.index(row, column)
                self.seen += "<img" in str(index.data())
                if "<img" in str(index.data(Qt.ItemDataRole.ToolTipRole) or ""):
                    self.rich.append(f"{where}: tooltip of a cell")


def test_markup_stays_letters_on_every_page(tmp_path: Path) -> None:
    bait = tmp_path / "bait.png"
    bait.write_bytes(PIXEL)
    os.utime(bait, (1_000_000, 1_600_000_000))  # read once, this would no longer be long ago
    assert bait.read_bytes()
    if bait.stat().st_atime == 1_000_000:
        pytest.skip("this disk keeps no time of access")
    os.utime(bait, (1_000_000, 1_600_000_000))

    folder = tmp_path / "office"
    evil = markup(bait, "森")
    name, clock = evil[:90], lambda: builders.NOW
    office_files.create(folder, name, builders.LEAD, builders.PASSPHRASE, clock=clock, kdf=keys.FLOOR)
    rows = [
        builders.resident("1", f"{evil} 一", evil, "2016-05-01", address=evil, household="H1", relation="子"),
        builders.resident("2", f"{evil} 母", evil, "1985-05-01", address=evil, household="H1", relation="世帯主"),
        builders.resident("3", "森 葵", "モリ アオイ", "2017-05-01", household="H3"),
    ]
    pupils = [builders.pupil("P1", f"{evil} 一", evil, "2016-05-01", address=evil, school=evil)]
    builders.extract(tmp_path / "register.csv", builders.REGISTER, rows)
    builders.extract(tmp_path / "school.csv", builders.SCHOOL, pupils)
    with builders.opened(folder) as office:
        people.add(office, "<b>鈴木</b> 一郎", ["worker"], builders.PASSPHRASE, time=builders.NOW, kdf=keys.FLOOR)
        builders.bring_in(office, tmp_path / "register.csv", tmp_path / "school.csv")
        child = builders.person_of(office, "resident_register", "1")
        said = Decision(DecisionKind.NONE, evil, builders.AS_OF, None, ())
        reviewing.decide(office, child, said, builders.NOW, on_screen="")
        protecting.protect(office, builders.person_of(office, "resident_register", "3"), evil, builders.NOW)
    watch = Watch()
    (tmp_path / "out").mkdir()
    hands = Hands(evil, (tmp_path / "school.csv", tmp_path / "register.csv"), tmp_path / "out", everything=False)
    walked = walk(builders.opened(folder), builders.NOW, watch, hands=hands)
    assert len(walked.sights) > 30
    assert watch.seen > 10, "the names came nowhere"
    assert sorted(set(watch.rich)) == []
    assert bait.stat().st_atime == 1_000_000, "something read the bait"
