"""A lead drops a folder onto the page, looks, imports, corrects what was rejected, imports again."""

from __future__ import annotations

import csv
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
pytest.importorskip("PySide6")

from pytestqt.qtbot import QtBot

from app.domain.decisions import Decision, DecisionKind
from app.services.answers.caseload import CaseloadQuery
from app.services.casework import caseload, reviewing
from app.storage.offices.office import Office
from tests.builders import AS_OF, ATTENDANCE, NOW, REGISTER, SCHOOL, extract, month, opened, pupil, resident
from tests.journeys.windows import PATIENCE, at_work
from ui.imports.saying import attention
from ui.pages.imports import DONE, READY, RUNNING, ImportsPage

CHILDREN = (("1", "青葉 花", "アオバ ハナ", "2016-05-01"), ("2", "川辺 陸", "カワベ リク", "2015-07-02"))


@pytest.fixture
def lead(fresh_folder: Path) -> Iterator[Office]:
    with opened(fresh_folder) as office:
        yield office


@pytest.fixture
def page(qtbot: QtBot, lead: Office) -> Iterator[ImportsPage]:
    with at_work(qtbot, lead, size=(1440, 900)) as work:
        work.go("imports")
        found = work.pages["imports"]
        assert isinstance(found, ImportsPage)
        yield found


@pytest.fixture
def wait(qtbot: QtBot, page: ImportsPage) -> Callable[[int], None]:
    def until(state: int) -> None:
        qtbot.waitUntil(lambda: page.state == state and page._job is None, timeout=PATIENCE)
        qtbot.waitUntil(lambda: not page._runner.busy, timeout=PATIENCE)

    return until


def _folder(place: Path) -> Path:
    place.mkdir()
    extract(place / "juki.csv", REGISTER, [resident("1" + n, name, kana, day) for n, name, kana, day in CHILDREN])
    extract(place / "gakurei.csv", SCHOOL, [pupil("2" + n, name, kana, day) for n, name, kana, day in CHILDREN])
    months = [month("21", "2026", "4"), month("22", "2026", "13"), month("29", "2026", "5", sick="3")]
    extract(place / "shukketsu.csv", ATTENDANCE, months)
    (place / "memo.txt").write_text("買うもの", "utf-8")
    return place


def test_a_month_is_looked_over_imported_and_corrected(
    page: ImportsPage, wait: Callable[[int], None], lead: Office, tmp_path: Path
) -> None:
    page.add([_folder(tmp_path / "in")])
    wait(READY)
    states = {line.preview.file: line.state for line in page.lines.all}
    assert states == {"juki.csv": "ready", "gakurei.csv": "ready", "shukketsu.csv": "ready", "memo.txt": "unknown"}
    assert not caseload.listing(lead, CaseloadQuery(view="all"), AS_OF).ids
    page.bring_in()
    wait(DONE)
    assert len(caseload.listing(lead, CaseloadQuery(view="all"), AS_OF).ids) == 2
    line = next(one for one in page.lines.all if one.preview.file == "shukketsu.csv")
    assert line.counts == (1, 1, 1, 0)

    out = tmp_path / "rejected.csv"
    page.acts.write_rejected(line, out)
    wait(DONE)
    header, row = csv.reader(out.read_text("utf-8-sig").splitlines())
    assert header[:10] == ATTENDANCE
    assert row[2] == "13"
    assert row[10] == "3"
    assert "13" in row[11]
    assert json.loads(out.with_name("rejected.csv.origin.json").read_text("utf-8"))["what"] == "rejected"

    row[2] = "10"
    page.begin_anew()
    page.add([extract(tmp_path / "corrected.csv", header, [row])])
    wait(READY)
    page._answer(page.lines.all[0], agreed=True)
    page.bring_in()
    wait(DONE)
    assert page.lines.all[0].counts == (1, 0, 0, 0)


def test_a_decision_is_saved_while_the_window_imports_and_cancelling_keeps_it(
    page: ImportsPage, wait: Callable[[int], None], qtbot: QtBot, lead: Office, tmp_path: Path
) -> None:
    page.add([_folder(tmp_path / "in")])
    wait(READY)
    page.bring_in()
    wait(DONE)
    child = caseload.listing(lead, CaseloadQuery(view="all"), AS_OF).ids[0]
    view = lead.view_number()
    more = tmp_path / "more"
    shutil.copytree(tmp_path / "in", more)
    rows = [month("21", "2026", str(4 + n % 6), sick=str(n % 20)) for n in range(6000)]
    extract(more / "shukketsu.csv", ATTENDANCE, rows)
    page.begin_anew()
    page.add([more / "shukketsu.csv"])
    wait(READY)
    page.bring_in()
    qtbot.waitUntil(lambda: page.state == RUNNING and page._step is not None, timeout=PATIENCE)
    watch = Decision(DecisionKind.NONE, "担任に確かめる。", AS_OF, None, ())
    reviewing.decide(lead, child, watch, NOW, on_screen="")
    page.cancel()
    wait(READY)
    assert lead.view_number() == view
    assert len(reviewing.child_file(lead, child, NOW).decisions) == 1
    assert lead.reader().execute("SELECT count(*) FROM batch WHERE state = 'staged'").fetchone()[0] == 0


def test_a_share_that_goes_away_is_not_called_done_and_hidden_files_are_told(
    page: ImportsPage, wait: Callable[[int], None], lead: Office, tmp_path: Path
) -> None:
    folder = _folder(tmp_path / "in")
    (folder / "memo.txt").unlink()
    for name in (".~lock.juki.csv#", "~$gakurei.xlsx"):
        (folder / name).write_text("x", "utf-8")
    page.add([folder])
    wait(READY)
    assert page.passed.isVisible()
    assert all(name in page.passed.text() for name in ("2件", ".~lock.juki.csv#", "~$gakurei.xlsx"))
    shutil.move(folder, tmp_path / "away")
    page.bring_in()
    wait(DONE)
    assert [line.state for line in page.lines.all] == ["refused"] * 3
    assert [line.counts for line in page.lines.all] == [None] * 3, "nothing of them was accepted"
    assert "取り込めたファイルはありません" in page.summary.text()
    assert page.steps.at == 1, "nothing was published"
    assert lead.reader().execute("SELECT count(*) FROM batch").fetchone()[0] == 0

    shutil.move(tmp_path / "away", folder)
    page.begin_anew()
    assert not page.passed.isVisible()
    page.add([folder])
    wait(READY)
    (folder / "juki.csv").unlink()
    page.bring_in()
    wait(DONE)
    assert "取り込めなかったファイル 1件" in page.summary.text()
    assert page.steps.at == 4


def test_two_files_that_both_say_who_is_there_wait_for_an_answer(
    page: ImportsPage, wait: Callable[[int], None], lead: Office, tmp_path: Path
) -> None:
    people = [pupil(f"2{n}", f"青葉 {n}", "アオバ", f"2016-05-0{n}") for n in range(1, 9)]
    page.add([extract(tmp_path / "east.csv", SCHOOL, people[:4]), extract(tmp_path / "west.csv", SCHOOL, people[4:])])
    wait(READY)
    assert [line.state for line in page.lines.all] == ["ready", "ask"]
    assert not page.go.isEnabled()
    assert "「east.csv」も同じ日の全体のファイルです" in attention(page.lines.all[1], AS_OF)
    page._answer(page.lines.all[1], left_out=True)
    assert page.go.isEnabled()
    page.bring_in()
    wait(DONE)
    assert lead.reader().execute("SELECT count(*) FROM view.record WHERE present = 1").fetchone()[0] == 4

    page.begin_anew()
    page.add([tmp_path / "west.csv"])
    wait(READY)
    assert page.lines.all[0].state == "ask"
    assert "前回の 4人のうち 4人が載っていません" in attention(page.lines.all[0], AS_OF)
    page._answer(page.lines.all[0], agreed=True)
    page.bring_in()
    wait(DONE)
    assert page.lines.all[0].state == "done"
