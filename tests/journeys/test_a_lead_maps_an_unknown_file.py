"""A lead brings in a file that no profile knows, takes it back and brings it back, all in the window."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
pytest.importorskip("PySide6")

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from app.services.deriving import rebuilding
from app.services.imports import batches, profiling
from app.storage.offices.office import Office
from tests.builders import opened
from tests.journeys.windows import PATIENCE, at_work
from ui.imports.withdrawal import BatchDialog
from ui.imports.wizard import MappingDialog
from ui.pages.imports import DONE, READY, ImportsPage

ROWS = [
    ["【小学校在籍者一覧】", "", "", "", "", "", ""],
    ["児童", "", "", "", "", "", "在籍校"],
    ["生徒番号", "姓", "名", "よみがな", "出生年月日", "男女", ""],
    ["2304118", "森", "葵", "もり　あおい", "H28.5.2", "4", "青葉小"],
    ["2304119", "林", "湊", "はやし　みなと", "H27.8.11", "3", "青葉小"],
]


@pytest.fixture
def lead(fresh_folder: Path) -> Iterator[Office]:
    with opened(fresh_folder) as office:
        yield office


@pytest.fixture
def page(qtbot: QtBot, lead: Office) -> Iterator[ImportsPage]:
    with at_work(qtbot, lead) as work:
        work.go("imports")
        found = work.pages["imports"]
        assert isinstance(found, ImportsPage)
        yield found


@pytest.fixture
def wait(qtbot: QtBot, page: ImportsPage) -> Callable[[Callable[[], bool]], None]:
    def until(holds: Callable[[], bool]) -> None:
        qtbot.waitUntil(lambda: holds() and page._job is None and not page._runner.busy, timeout=PATIENCE)

    return until


def _mean(choice: object, word: str) -> None:
    assert isinstance(choice, QComboBox)
    at = choice.findData(word)
    assert at >= 0
    choice.setCurrentIndex(at)
    choice.activated.emit(at)


def _move(page: ImportsPage, qtbot: QtBot, reason: str) -> BatchDialog:
    page.invitation.table.selectRow(0)
    line = page.invitation._line()
    assert line is not None
    dialog = page.acts.withdraw(line)
    qtbot.waitUntil(dialog.confirm.isEnabled, timeout=PATIENCE)
    dialog.reason.setPlainText(reason)
    return dialog


def test_an_unknown_file_is_mapped_imported_withdrawn_and_brought_back(
    page: ImportsPage, wait: Callable[[Callable[[], bool]], None], qtbot: QtBot, lead: Office, tmp_path: Path
) -> None:
    path = tmp_path / "zaiseki.txt"
    path.write_bytes("".join("\t".join(row) + "\r\n" for row in ROWS).encode("cp932"))
    page.add([path])
    wait(lambda: page.state == READY)
    assert page.lines.all[0].mappable
    qtbot.mouseClick(page.preview.choose, Qt.MouseButton.LeftButton)
    (dialog,) = page.findChildren(MappingDialog)
    wait(lambda: dialog.codes.rowCount() == 2)
    assert dialog.codes.item(0, 0).text() == "性別"
    meanings = {dialog.codes.item(at, 1).text(): at for at in range(2)}
    _mean(dialog.codes.cellWidget(meanings["3"], 3), "M")
    wait(lambda: dialog._draft is not None and bool(dialog._draft.codes))
    _mean(dialog.codes.cellWidget(meanings["4"], 3), "F")
    wait(dialog.save.isEnabled)
    qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    wait(lambda: page.state == READY and page.lines.all[0].state == "ready")
    assert profiling.history(lead)[0].key == "school_register"

    page.bring_in()
    wait(lambda: page.state == DONE)
    assert page.lines.all[0].counts == (2, 0, 0, 0)
    sexes = "SELECT group_concat(sex, '') FROM (SELECT sex FROM view.record ORDER BY local_id)"
    assert lead.reader().execute(sexes).fetchone()[0] == "FM"

    page.begin_anew()
    wait(lambda: page.invitation.table.rowCount() == 1)
    closing = _move(page, qtbot, "")
    closing._confirm()
    assert closing.trouble.isVisible(), "not without a reason"
    closing.reason.setPlainText("去年のファイルでした")
    qtbot.mouseClick(closing.confirm, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: batches.history(lead)[0].state == "withdrawn", timeout=PATIENCE)
    wait(lambda: page.invitation.move_batch.text() != "" and page.invitation._lines[0].state == "withdrawn")
    wait(lambda: not page.findChildren(BatchDialog))
    assert lead.reader().execute("SELECT count(*) FROM view.person").fetchone()[0] == 0

    back = _move(page, qtbot, "やはり今年のものでした")
    qtbot.mouseClick(back.confirm, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: batches.history(lead)[0].state == "published", timeout=PATIENCE)
    wait(lambda: page.invitation._lines[0].state == "published")
    assert lead.reader().execute("SELECT count(*) FROM view.person").fetchone()[0] == 2
    assert rebuilding.differences(lead) == []
