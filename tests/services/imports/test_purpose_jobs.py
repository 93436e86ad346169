"""A data item is switched in a process of its own: told as it goes, cancelled without a trace."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.services.imports import purpose_jobs
from app.services.imports.import_jobs import Failed, Finished, ImportJob, Stopped
from app.storage.offices.office import Office
from tests.builders import ATTENDANCE, NOW, SCHOOL, WORKER, bring_in, extract, month, new_office, opened, pupil
from tests.services.listening import Heard


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("made")
    new_office(place / "office")
    files = [
        extract(place / "s.csv", SCHOOL, [pupil("1", "森 葵", "モリ アオイ", "2016-05-01")]),
        extract(place / "a.csv", ATTENDANCE, [month("1", "2026", str(one), sick="6") for one in (4, 5, 6)]),
    ]
    with opened(place / "office") as office:
        bring_in(office, *files)
    return place / "office"


@pytest.fixture
def office(made: Path, tmp_path: Path) -> Iterator[Office]:
    with opened(Path(shutil.copytree(made, tmp_path / "office"))) as found:
        yield found


def switch(office: Office, heard: Heard, used: bool) -> ImportJob:
    return purpose_jobs.start(
        office,
        extract="attendance",
        item="",
        used=used,
        purpose="見守り",
        basis="consent",
        words="",
        now=NOW,
        tell=heard.tell,
    )


def facts(office: Office) -> int:
    return int(office.reader().execute("SELECT count(*) FROM view.fact WHERE kind = 'attendance'").fetchone()[0])


def test_an_item_goes_and_comes_back_and_says_how_far_it_is(office: Office) -> None:
    before = facts(office)
    assert before == 3
    for used, left in ((False, 0), (True, before)):
        heard = Heard()
        switch(office, heard, used)
        ending = heard.to_the_end()
        assert isinstance(ending, Finished), ending
        assert ending.outcome is not None
        assert "published" in ending.outcome.changes.kinds
        assert heard.stages[-1] == "publish"
        assert heard.shares == sorted(heard.shares)
        assert facts(office) == left


def test_a_cancelled_switch_changes_nothing(office: Office) -> None:
    before = (office.last_seq(), office.view_number(), facts(office))
    heard = Heard()
    assert isinstance(heard.cancelled_at_its_first_step(switch(office, heard, False)), Stopped)
    assert (office.last_seq(), office.view_number(), facts(office)) == before


def test_a_worker_may_not(office: Office, tmp_path: Path) -> None:
    office.close()
    with opened(tmp_path / "office", WORKER) as hers:
        heard = Heard()
        switch(hers, heard, False)
        ending = heard.to_the_end()
        assert isinstance(ending, Failed)
        assert ending.trouble.message.key == "role.not_allowed"
