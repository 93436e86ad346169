"""A sector that is closed to a role: that something is there is seen, what it is is not, until it is opened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.domain.message import Refused, WrongUse
from app.domain.sectors import Sector
from app.services.casework import caseload, reviewing
from app.services.offices import activity
from app.services.protection import need_to_know, unveiling
from app.storage.offices.office import Office
from tests import builders

LATER = builders.NOW + timedelta(hours=1)
OVER = LATER + timedelta(minutes=31)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder, files = tmp_path / "office", tmp_path / "files"
    files.mkdir()
    builders.new_office(folder)
    months = [builders.month("P1", "2026", one, sick="9") for one in ("4", "5", "6", "7", "9")]
    builders.extract(files / "school.csv", builders.SCHOOL,
                     [builders.pupil("P1", "青木 一", "アオキ ハジメ", "2016-05-01")])  # fmt: skip
    builders.extract(files / "attendance.csv", builders.ATTENDANCE, months)
    with builders.opened(folder) as office:
        builders.bring_in(office, files)
        need_to_know.set_closed(office, "worker", {Sector.EDUCATION}, builders.NOW)
    return folder


@pytest.fixture
def worker(folder: Path) -> Iterator[Office]:
    with builders.opened(folder, builders.WORKER) as office:
        yield office


def child(office: Office) -> int:
    return builders.person_of(office, "school_register", "P1")


def test_a_closed_sector_says_that_something_is_there_and_not_what(worker: Office) -> None:
    file = reviewing.child_file(worker, child(worker), LATER)
    assert file.closed
    assert file.closed[0].sector is Sector.EDUCATION
    assert file.closed[0].facts > 0
    assert not [one for one in file.facts if one.fact.sector is Sector.EDUCATION]
    assert file.points > 0
    assert {one.criterion for one in file.reasons if one.sector is Sector.EDUCATION} == {need_to_know.CLOSED}
    assert all(not one.facts and not one.values for one in file.reasons if one.sector is Sector.EDUCATION)
    assert "absence" not in file.on_screen
    row = caseload.rows(worker, [child(worker)], builders.AS_OF)[0]
    assert {one.state for one in row.sectors if one.sector is Sector.EDUCATION} == {"closed"}
    assert {one.criterion for one in row.reasons} == {need_to_know.CLOSED}
    assert set(row.new_words) <= {need_to_know.CLOSED}
    with pytest.raises(Refused, match="closed"):
        reviewing.raw_row(worker, 1, 2)


def test_a_lead_sees_it_and_a_worker_opens_it_for_a_time(folder: Path, worker: Office) -> None:
    person = child(worker)
    with pytest.raises(WrongUse):
        unveiling.open_for_me(worker, person, "education", " ", LATER)
    unveiling.open_for_me(worker, person, "education", "今夜の訪問", LATER)
    file = reviewing.child_file(worker, person, LATER)
    assert not file.closed
    assert [one for one in file.facts if one.fact.sector is Sector.EDUCATION]
    assert reviewing.child_file(worker, person, OVER).closed
    worker.close()
    with builders.opened(folder) as lead:
        assert not reviewing.child_file(lead, person, LATER).closed
        shown = activity.lines(lead, activity.ActivityQuery(child=person)).lines
        assert "opening.made" in {one.kind for one in shown}


def test_only_an_administrator_closes_and_only_to_who_sees_children(worker: Office) -> None:
    with pytest.raises(Refused):
        need_to_know.set_closed(worker, "worker", set(), LATER)
    with pytest.raises(WrongUse):
        need_to_know.set_closed(worker, "auditor", {Sector.MEDICAL}, LATER)
