"""A case record goes to a meeting: looked at, given a purpose, journalled, then written; nothing protected on it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
pytest.importorskip("PySide6")

from pytestqt.qtbot import QtBot

from app.domain import ids
from app.domain.intake import Form
from app.domain.message import Refused, WrongUse
from app.services.answers.caseload import CaseloadQuery
from app.services.casework import caseload, intake
from app.services.papers import papers
from app.storage.offices.office import Office
from tests.builders import AS_OF, NOW, WORKER, bring_in, extract, opened, person_of, resident
from tests.builders import REGISTER as REGISTER_HEADER
from tests.journeys.windows import at_work
from ui.pages.child import ChildPage
from ui.papers.dialog import PaperDialog
from ui.window import Workplace


def _dialog(qtbot: QtBot, work: Workplace, person: int, form: str) -> PaperDialog:
    child = work.pages["child"]
    assert isinstance(child, ChildPage)
    work.go("child", (person, (person,), None))
    qtbot.waitUntil(lambda: not work.busy)
    dialog = child.print.open_dialog(form)
    assert dialog is not None
    qtbot.waitUntil(lambda: not work.busy)
    return dialog


def test_a_record_is_looked_at_and_saved_with_its_purpose(qtbot: QtBot, office: Office, tmp_path: Path) -> None:
    person = caseload.listing(office, CaseloadQuery(view="all"), AS_OF).ids[0]
    with at_work(qtbot, office) as work:
        dialog = _dialog(qtbot, work, person, "case_record")
        assert dialog.papers
        assert not dialog.save.isEnabled(), "without a purpose it can be looked at only"
        before = office.last_seq()
        dialog.purpose.setEditText("個別ケース検討会議")
        qtbot.waitUntil(dialog.save.isEnabled)
        assert office.last_seq() == before, "looking writes no entry"
        out = tmp_path / "meeting.pdf"
        with qtbot.waitSignal(dialog.done_with):
            dialog.save_to(out)
    assert out.read_bytes().startswith(b"%PDF")
    said = office.entries_since(before)[0]
    assert said.kind == "export.made"
    assert said.payload == {"what": f"child:{ids.code(person)}", "purpose": "個別ケース検討会議", "form": "case_record"}
    assert (tmp_path / "meeting.pdf.origin.json").exists()


def test_a_file_that_cannot_be_written_is_said_and_stays_in_the_dialog(
    qtbot: QtBot, office: Office, tmp_path: Path
) -> None:
    person = caseload.listing(office, CaseloadQuery(view="all"), AS_OF).ids[0]
    with at_work(qtbot, office) as work:
        dialog = _dialog(qtbot, work, person, "referral")
        dialog.purpose.setEditText("送致")
        qtbot.waitUntil(dialog.save.isEnabled)
        dialog.save_to(tmp_path / "nowhere" / "x.pdf")
        qtbot.waitUntil(lambda: bool(dialog.trouble.text()))
        assert dialog.isVisible()
        assert dialog.save.isEnabled()


def test_nothing_protected_stands_on_any_form(fresh: Office, tmp_path: Path) -> None:
    row = resident("1", "佐藤 葵", "サトウ アオイ", "2016-05-01", address="秘密町9-9", protected="1")
    file = extract(tmp_path / "juki.csv", REGISTER_HEADER, [row])
    bring_in(fresh, file)
    person = person_of(fresh, "resident_register", "1")
    told = Form("phone", "近隣", "虐待", "泣き声がする。", where_now="秘密町9-9 の祖母宅")
    intake.receive(fresh, told, NOW, NOW, person_id=person)
    for form in papers.CHILD_FORMS:
        paper = papers.child_paper(fresh, person, form, NOW, purpose="会議")
        assert "秘密町" not in repr(paper.blocks), form
    assert "泣き声がする。" in repr(papers.child_paper(fresh, person, "intake", NOW, purpose="会議").blocks)


def test_a_worker_prints_own_children_only(folder: Path, tmp_path: Path) -> None:
    with opened(folder, WORKER) as office:
        person = caseload.listing(office, CaseloadQuery(view="all"), AS_OF).ids[0]
        paper = papers.child_paper(office, person, "case_record", NOW, purpose="会議")
        with pytest.raises(Refused):
            papers.save(office, [paper], b"%PDF", tmp_path / "no.pdf", NOW)
    assert not (tmp_path / "no.pdf").exists()


def test_no_purpose_no_paper(office: Office) -> None:
    person = caseload.listing(office, CaseloadQuery(view="all"), AS_OF).ids[0]
    with pytest.raises(WrongUse):
        papers.child_paper(office, person, "case_record", NOW, purpose="  ")
    with pytest.raises(WrongUse):
        papers.meeting_list(office, CaseloadQuery(), NOW, purpose="")
