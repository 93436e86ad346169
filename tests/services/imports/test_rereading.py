"""A changed rule reads the rows that are in again, at once and not only at the next import."""

from __future__ import annotations

import queue
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.message import Refused, WrongUse
from app.services.deriving import rebuilding
from app.services.imports import profiling, rereading, rereading_jobs
from app.services.imports.import_jobs import Ended, Failed, Finished, News, Step
from app.storage.offices.office import Office
from tests import builders

OTHER = [("休み" if name == "病欠" else name) for name in builders.ATTENDANCE]
RULE = {"base": "attendance", "headers": {"病欠": ["休み"]}}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two pupils whose school prints another word above the days of illness."""
    place = tmp_path_factory.mktemp("made")
    builders.new_office(place / "office")
    with builders.opened(place / "office") as opened:
        school = builders.extract(
            place / "school.csv",
            builders.SCHOOL,
            [
                builders.pupil("P1", "青木 一", "アオキ ハジメ", "2016-05-01"),
                builders.pupil("P2", "森 葵", "モリ アオイ", "2016-06-01", address="桜2-2-2"),
            ],
        )
        rows = [builders.month(one, "2026", m, sick="6") for one in ("P1", "P2") for m in ("7", "9", "10")]
        builders.bring_in(opened, school, builders.extract(place / "attendance.csv", OTHER, rows))
    return place / "office"


@pytest.fixture
def office(made: Path, tmp_path: Path) -> Iterator[Office]:
    with builders.opened(Path(shutil.copytree(made, tmp_path / "office"))) as opened:
        yield opened


def sick(office: Office) -> set[object]:
    return {row[0] for row in office.reader().execute("SELECT n2 FROM view.fact WHERE kind = 'attendance'").fetchall()}


def test_what_it_would_change_is_told_and_then_happens(office: Office) -> None:
    assert sick(office) == {None}
    profiling.save(office, "attendance", RULE, builders.NOW)
    foreseen = rereading.foresee(office)
    assert (foreseen.extracts, foreseen.rows, foreseen.children) == (("attendance",), 6, 2)
    assert foreseen.rises == 2
    assert sick(office) == {None}, "looking changes nothing"
    assert rereading.reread(office, builders.NOW).value == foreseen
    assert sick(office) == {6.0}
    assert not any(line.waits for line in profiling.lines(office))
    assert rebuilding.differences(office) == []
    with pytest.raises(WrongUse, match="nothing_changed"):
        rereading.reread(office, builders.NOW)

    profiling.save(office, "attendance", None, builders.NOW)
    assert rereading.reread(office, builders.NOW).value.falls == 2
    assert sick(office) == {None}
    assert rebuilding.differences(office) == []


def test_a_change_of_manner_ends_who_is_not_in_the_last_file(office: Office, tmp_path: Path) -> None:
    later = builders.extract(tmp_path / "later.csv", OTHER, [builders.month("P1", "2026", "6")])
    builders.bring_in(office, later)
    present = "SELECT count(*) FROM view.standing WHERE extract = 'attendance' AND present = 1"
    assert office.reader().execute(present).fetchone()[0] == 7
    profiling.save(office, "attendance", {"base": "attendance", "kind": "snapshot"}, builders.NOW)
    rereading.reread(office, builders.NOW)
    assert office.reader().execute(present).fetchone()[0] == 1
    assert rebuilding.differences(office) == []


def test_only_who_may_import_reads_again(office: Office, tmp_path: Path) -> None:
    profiling.save(office, "attendance", RULE, builders.NOW)
    office.close()
    with builders.opened(tmp_path / "office", builders.WORKER) as worker, pytest.raises(Refused, match="not_allowed"):
        rereading.reread(worker, builders.NOW)


def test_it_runs_in_a_process_of_its_own_and_only_one_works_at_a_time(office: Office) -> None:
    profiling.save(office, "attendance", RULE, builders.NOW)
    told: queue.Queue[News] = queue.Queue()
    other: queue.Queue[News] = queue.Queue()
    job = rereading_jobs.start(office, builders.NOW, told.put)
    first = told.get(timeout=90)
    assert isinstance(first, Step)
    assert rereading_jobs.foresee(office, other.put).wait(60)
    refused = other.get(timeout=5)
    assert isinstance(refused, Failed)
    assert refused.trouble.message.key == "import.other_work"
    assert job.wait(90)
    news = [first, *(told.get() for _ in range(told.qsize()))]
    assert [one.stage for one in news if isinstance(one, Step)][-1] == "publish"
    assert any(isinstance(one, Finished) for one in news)
    assert isinstance(news[-1], Ended)
    assert sick(office) == {6.0}
