"""Letters about school aid: looked at, saved as one PDF, recorded as sent; the next round leaves them out."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
pytest.importorskip("PySide6")

from pytestqt.qtbot import QtBot

from app.storage.offices.office import Office
from tests.journeys.windows import at_work
from ui.pages.outreach import OutreachPage


def test_letters_go_out_once(qtbot: QtBot, office: Office, tmp_path: Path) -> None:
    with at_work(qtbot, office) as work:
        work.go("outreach")
        page = work.page
        assert isinstance(page, OutreachPage)
        qtbot.waitUntil(lambda: bool(page.lists) and not work.busy)
        key = max(page.lists, key=lambda one: len(page.lists[one].people))
        page.pane.choose(key)
        due = page.unwritten()
        assert due
        dialog = page.letters(due)
        assert dialog is not None
        dialog.purpose.setEditText("ご家族への案内")
        qtbot.waitUntil(dialog.save.isEnabled)
        assert len(dialog.papers) == len(due)
        out = tmp_path / "letters.pdf"
        before = office.last_seq()
        with qtbot.waitSignal(dialog.done_with):
            dialog.save_to(out)
        assert out.read_bytes().startswith(b"%PDF")
        assert len(office.entries_since(before)) == len(due), "each letter stands in the journal"
        page.table.selectAll()
        page.note_letters("sent")
        qtbot.waitUntil(lambda: not page.unwritten() and not work.busy)
        assert not page.write_all.isEnabled()
