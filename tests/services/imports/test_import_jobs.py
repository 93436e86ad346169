"""An import in a process of its own: told as it goes, cancelled at once, decisions saved meanwhile."""

from __future__ import annotations

import queue
import shutil
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from app.domain.decisions import Decision, DecisionKind
from app.domain.message import Message
from app.services.answers.caseload import CaseloadQuery
from app.services.casework import caseload, reviewing
from app.services.imports import batches, import_jobs
from app.services.imports.import_jobs import Course, Ended, Failed, Finished, Looked, News, Step, Stopped
from app.storage.offices import views
from app.storage.offices.office import Office
from tests.builders import (
    AS_OF,
    ATTENDANCE,
    NOW,
    REGISTER,
    SCHOOL,
    WORKER,
    bring_in,
    extract,
    month,
    new_office,
    opened,
    pupil,
    resident,
)

PATIENCE = 60.0
BIRTHS = ("2016-05-01", "2016-07-02", "2017-01-03", "2015-11-04")


class Told:
    """What a job tells, in its order."""

    def __init__(self) -> None:
        self.queue: queue.Queue[News] = queue.Queue()
        self.all: list[News] = []

    def until(self, kind: type) -> News:
        """Wait for news of this kind."""
        while True:
            news = self.queue.get(timeout=PATIENCE)
            self.all.append(news)
            if isinstance(news, kind):
                return news


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "office"
    new_office(folder)
    return folder


@pytest.fixture
def office(made: Path, tmp_path: Path) -> Iterator[Office]:
    shutil.copytree(made, tmp_path / "office")
    with opened(tmp_path / "office") as it:
        yield it


def _people(folder: Path, many: int = 4) -> list[Path]:
    rows = [(str(n), f"青葉 {chr(0x4E00 + n)}", "アオバ タロウ", BIRTHS[n % 4]) for n in range(many)]
    return [
        extract(folder / "juki.csv", REGISTER, [resident("1" + n, name, kana, day) for n, name, kana, day in rows]),
        extract(folder / "gakurei.csv", SCHOOL, [pupil("2" + n, name, kana, day) for n, name, kana, day in rows]),
    ]


def test_files_are_looked_over_without_storing_anything(office: Office, tmp_path: Path) -> None:
    paths = _people(tmp_path)
    notes = tmp_path / "memo.csv"
    notes.write_text("買うもの\nりんご\n", "utf-8")
    told = Told()
    import_jobs.look(office, [*paths, notes], NOW, told.queue.put)
    told.until(Ended)
    seen = {one.preview.file: one.preview for one in told.all if isinstance(one, Looked)}
    assert seen["juki.csv"].extract == "resident_register"
    assert (seen["juki.csv"].rows, seen["juki.csv"].rejected) == (4, 0)
    refusal = seen["memo.csv"].refusal
    assert refusal is not None
    assert refusal.key.startswith("file.")
    assert office.reader().execute("SELECT count(*) FROM batch").fetchone()[0] == 0


def test_the_window_sees_what_the_worker_published(office: Office, tmp_path: Path) -> None:
    assert not caseload.listing(office, CaseloadQuery(view="all"), AS_OF).ids
    told = Told()
    job = import_jobs.start(office, _people(tmp_path), NOW, told.queue.put, (4, 4))
    finished = told.until(Finished)
    assert isinstance(finished, Finished)
    assert finished.outcome is not None
    assert finished.outcome.value.children == 4
    told.until(Ended)
    assert job.wait(PATIENCE)
    assert not job.cancel()
    assert not job.running
    assert len(caseload.listing(office, CaseloadQuery(view="all"), AS_OF).ids) == 4
    shares = [one.done for one in told.all if isinstance(one, Step)]
    assert shares == sorted(shares)
    assert shares[-1] > 0.9
    assert [one.rows for one in batches.history(office)] == [4, 4]


def test_a_cancelled_import_ends_within_a_second_and_leaves_nothing(office: Office, tmp_path: Path) -> None:
    bring_in(office, *_people(tmp_path))
    before = (office.last_seq(), office.view_number())
    more = tmp_path / "more"
    more.mkdir()
    told = Told()
    job = import_jobs.start(office, _people(more, 6_000), NOW, told.queue.put)
    while not (isinstance(step := told.until(Step), Step) and step.rows):
        pass
    begun = time.monotonic()
    assert job.cancel()
    told.until(Stopped)
    assert time.monotonic() - begun < 1.0
    told.until(Ended)
    assert office.reader().execute("SELECT count(*) FROM batch WHERE state = 'staged'").fetchone()[0] == 0
    assert (office.last_seq(), office.view_number()) == before
    assert max(views.numbers(office.folder)) == office.view_number()
    assert len(caseload.listing(office, CaseloadQuery(view="all"), AS_OF).ids) == 4


def test_a_decision_is_saved_while_an_import_runs_and_stays(office: Office, tmp_path: Path) -> None:
    bring_in(office, *_people(tmp_path))
    child = caseload.listing(office, CaseloadQuery(view="all"), AS_OF).ids[0]
    months = [month(f"2{n}", "2026", str(of)) for n in range(4) for of in (4, 5, 6, 7, 8, 9)] * 150
    told = Told()
    import_jobs.start(office, [extract(tmp_path / "shukketsu.csv", ATTENDANCE, months)], NOW, told.queue.put)
    told.until(Step)
    waited = []
    for day in range(1, 11):
        begun = time.monotonic()
        watch = Decision(DecisionKind.WATCH, "担任に確かめる。", AS_OF, date(2026, 11, day), ())
        reviewing.decide(office, child, watch, NOW, on_screen="")
        waited.append(time.monotonic() - begun)
    told.until(Ended)
    assert not any(isinstance(one, Failed) for one in told.all)
    file = reviewing.child_file(office, child, NOW)
    assert len(file.decisions) == 10
    assert any(one.extract == "attendance" for one in file.facts)
    assert max(waited) < 1.0


def test_a_worker_may_not_and_a_folder_without_files_says_so(office: Office, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    told = Told()
    import_jobs.look(office, [tmp_path / "none"], NOW, told.queue.put)
    failed = told.until(Failed)
    assert isinstance(failed, Failed)
    assert failed.trouble.message.key == "import.no_files"
    office.close()
    with opened(tmp_path / "office", WORKER) as hers:
        import_jobs.start(hers, _people(tmp_path), NOW, told.queue.put)
        failed = told.until(Failed)
        assert isinstance(failed, Failed)
        assert failed.trouble.message.key == "role.not_allowed"


def test_a_worker_that_dies_is_a_trouble_and_leaves_nothing(office: Office, tmp_path: Path) -> None:
    told = Told()
    job = import_jobs.start(office, _people(tmp_path, 6_000), NOW, told.queue.put)
    told.until(Step)
    job._process.kill()
    failed = told.until(Failed)
    assert isinstance(failed, Failed)
    assert failed.trouble.message.key == "import.died"
    told.until(Ended)
    assert office.reader().execute("SELECT count(*) FROM batch").fetchone()[0] == 0


def test_the_time_left_is_said_once_it_can_be_told() -> None:
    seconds = iter((0.0, 0.5, 4.2, 10.0))
    course = Course((100, 300), lambda: next(seconds))
    steps = [
        course.step(Message("import.reading", {"file": "a.csv", "number": number, "files": 2, "rows": rows}))
        for number, rows in ((1, 50), (2, 100))
    ]
    steps.append(course.step(Message("import.stage_links")))
    assert [one.left is None for one in steps] == [True, False, False]
    assert steps[1].left == pytest.approx(4.2 * (1 - 0.21) / 0.21)
    assert steps[2].done == pytest.approx(0.55)


def test_what_will_wait_and_who_will_move_is_told_before_it_is_published() -> None:
    course = Course([10], lambda: 0.0)
    told = course.step(Message("import.foreseen", {"waiting": 4, "children": 7}))
    assert (told.stage, told.waiting, told.children) == ("priority", 4, 7)
    last = course.step(Message("import.stage_publish"))
    assert (last.stage, last.waiting, last.children) == ("publish", 4, 7)
