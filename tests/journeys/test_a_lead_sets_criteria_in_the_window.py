"""A lead changes a threshold after seeing whom it moves, goes back, builds a criterion, reads the evaluation."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
pytest.importorskip("PySide6")

from pytestqt.qtbot import QtBot

from app.services.criteria import settling
from app.storage.offices.office import Office
from tests.builders import WORKER, opened
from tests.journeys.windows import PATIENCE, at_work
from ui import words
from ui.page import Page
from ui.pages.criteria import CriteriaPage
from ui.pages.evaluation import EvaluationPage

Kind = TypeVar("Kind", bound=Page)


@contextmanager
def _page(qtbot: QtBot, office: Office, kind: type[Kind]) -> Iterator[Kind]:
    with at_work(qtbot, office) as work:
        work.go(kind.key)
        page = work.pages[kind.key]
        assert isinstance(page, kind)
        qtbot.waitUntil(lambda: not work.busy, timeout=PATIENCE)
        yield page


def _settled(qtbot: QtBot, page: CriteriaPage) -> Callable[[], None]:
    def wait() -> None:
        qtbot.waitUntil(lambda: page._job is None and not page._runner.busy, timeout=PATIENCE)

    return wait


def _levels(office: Office) -> dict[int, str]:
    return dict(office.reader().execute("SELECT person_id, level FROM view.priority").fetchall())


def test_a_threshold_is_changed_after_seeing_whom_it_moves_and_taken_back(qtbot: QtBot, office: Office) -> None:
    before = _levels(office)
    with _page(qtbot, office, CriteriaPage) as page:
        wait = _settled(qtbot, page)
        page.shelf.search.setText("遅刻")
        page.shelf.choose("lateness")
        page.detail.steps[0].setValue(1)
        page.set_number("middle", 3)
        assert page.draft is not None
        assert page.draft.changes() == ["middle", "lateness"]
        assert not page.strip.apply.isEnabled(), "nobody has seen yet whom it moves"
        page.strip.look.click()
        wait()
        seen = page.effects.seen
        assert seen is not None
        assert seen.rises
        assert _levels(office) == before
        assert settling.history(office) == ()

        page.strip.apply.click()
        qtbot.waitUntil(lambda: page._job is not None, timeout=PATIENCE)
        wait()
        after = _levels(office)
        assert {move.person_id for move in (*seen.rises, *seen.falls)} == {
            child for child in before if before[child] != after[child]
        }
        assert len(settling.history(office)) == 1
        assert page.versions.table.cells.rowCount() == 1

        page.take_up(None)
        wait()
        assert page.effects.seen is not None
        assert len(page.effects.seen.falls) == len(seen.rises)
        page.strip.apply.click()
        qtbot.waitUntil(lambda: page._job is not None, timeout=PATIENCE)
        wait()
        assert _levels(office) == before
        assert not page.strip.isVisible()


def test_a_run_that_is_given_up_leaves_everything_and_waits(qtbot: QtBot, office: Office) -> None:
    before = _levels(office)
    with _page(qtbot, office, CriteriaPage) as page:
        wait = _settled(qtbot, page)
        page.set_number("middle", 3)
        page.look()
        wait()
        page.apply()
        qtbot.waitUntil(lambda: page._job is not None, timeout=PATIENCE)
        page.cancel()
        wait()
        assert _levels(office) == before
        assert page.waiting.isVisible()
        page.waiting.run.click()
        wait()
        assert _levels(office) != before
        assert not page.waiting.isVisible()


def test_an_own_criterion_is_built_and_found_on_the_children(qtbot: QtBot, office: Office) -> None:
    with _page(qtbot, office, CriteriaPage) as page:
        wait = _settled(qtbot, page)
        form = page.build_own(None)
        assert form is not None
        assert not form.take.isEnabled(), "nothing is said yet"
        form.signal.put({"kind": "attendance", "measure": "sum", "attributes": ["late"], "window": {"days": 400}})
        for (name, code), field in form.texts.items():
            said = {"name": "遅刻の合計", "sentence": "遅刻が{value}回あります。", "short": "遅刻 {value}回"}
            field.setText(said.get(name, "校長会との申し合わせ") + code)
        form.texts["sentence", "ja"].setText("遅刻が{value回")
        assert not form.take.isEnabled(), "a brace is open"
        form.texts["sentence", "ja"].setText("遅刻が{value}回あります。")
        qtbot.waitUntil(lambda: form.found.cells.rowCount() > 0, timeout=PATIENCE)
        holds = form.found.cells.rowCount()
        form.take.click()
        assert page.draft is not None
        assert page.draft.changes() == ["own_1"]
        page.look()
        wait()
        page.apply()
        qtbot.waitUntil(lambda: page._job is not None, timeout=PATIENCE)
        wait()
        line = page.lines["own_1"]
        assert min(line.holds, 50) == holds
        assert line.shipped is None
        assert words.criterion_name("own_1") == "遅刻の合計ja"
        again = page.build_own("own_1")
        assert again is not None
        assert again.table() == {**form.table(), "steps": [{"points": 1, "at_least": 1}]}
        again.steps.put([{"points": 2, "at_least": 1}, {"points": 1, "at_least": 4}])
        assert [step["points"] for step in again.table()["steps"]] == [2, 1]
        again.reject()
        page.remove_own("own_1")
        assert "own_1" not in page.lines


def test_a_copy_of_a_shipped_criterion_is_begun_beside_it(qtbot: QtBot, office: Office) -> None:
    with _page(qtbot, office, CriteriaPage) as page:
        page.shelf.choose("lateness")
        shipped = page.lines["lateness"].criterion
        form = page.build_own(None, like="lateness")
        assert form is not None
        assert form.texts["name", "ja"].text() not in ("", shipped.names["ja"])
        form.take.click()
        assert page.draft is not None
        assert page.draft.changes() == ["own_1"]
        current = page.shelf.current()
        assert current is not None
        assert current.criterion.key == "own_1", "what was just made is in front"
        assert current.criterion.steps == shipped.steps
        page.drop()
        assert "own_1" not in page.lines


def test_a_worker_reads_and_changes_nothing(qtbot: QtBot, folder: Path) -> None:
    with opened(folder, WORKER) as office, _page(qtbot, office, CriteriaPage) as page:
        assert page.reading.isVisible()
        assert len(page.lines) > 50
        assert not page.shelf.own.isVisible()
        page.switch("lateness")
        page.set_number("middle", 3)
        assert page.build_own(None) is None
        assert page.draft is not None
        assert not page.draft.dirty


def test_an_empty_office_says_what_is_missing(qtbot: QtBot, fresh: Office) -> None:
    with _page(qtbot, fresh, CriteriaPage) as page:
        wait = _settled(qtbot, page)
        page.set_number("middle", 3)
        page.look()
        wait()
        assert page.effects.seen is None
        page.apply()
        wait()
        assert settling.read(fresh).settings.middle == 3


def test_the_evaluation_is_read_and_taken_out(qtbot: QtBot, office: Office, tmp_path: Path) -> None:
    with _page(qtbot, office, EvaluationPage) as page:
        assert page.evaluation is not None
        assert page.evaluation.runs == 1
        assert page.rates.cells.rowCount() > 5
        assert not page.out.isEnabled(), "no purpose yet"
        page.purpose.setText("検証会議")
        assert page.out.isEnabled()
        out = tmp_path / "検証.csv"
        page.export(out)
        qtbot.waitUntil(lambda: out.exists() and not page._runner.busy, timeout=PATIENCE)
        told = json.loads(out.with_name("検証.csv.origin.json").read_text("utf-8"))
        assert told["purpose"] == "検証会議"
        assert "青" not in out.read_text("utf-8")
