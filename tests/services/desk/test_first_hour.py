"""The first hour: a step is done when its member really did it, and stays done."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from app.domain.decisions import Decision, DecisionKind
from app.services.casework import assigning, reviewing
from app.services.desk import undoing
from app.services.desk.first_hour import first_hour
from app.services.desk.remembering import Look, keep_look
from app.storage.offices.office import Office
from tests.builders import (
    AS_OF,
    NOW,
    REGISTER,
    WORKER,
    bring_in,
    extract,
    new_office,
    opened,
    person_of,
    resident,
)  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office that knows one child."""
    place = tmp_path_factory.mktemp("made")
    new_office(place / "office")
    with opened(place / "office") as office:
        bring_in(
            office, extract(place / "juki.csv", REGISTER, [resident("1", "佐藤 葵", "サトウ アオイ", "2016-05-01")])
        )
    return place / "office"


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "office"))


@pytest.fixture
def office(folder: Path) -> Iterator[Office]:
    with opened(folder) as it:
        yield it


def _done(office: Office) -> set[str]:
    return {one.key for one in first_hour(office).steps if one.done}


def _decide(office: Office, minutes: int) -> None:
    child = person_of(office, "resident_register", "1")
    decision = Decision(DecisionKind.WATCH, "様子を見る。", AS_OF, date(2026, 11, 20), ())
    reviewing.decide(office, child, decision, NOW + timedelta(minutes=minutes), on_screen="")


def test_whoever_is_new_has_everything_before_them(office: Office) -> None:
    hour = first_hour(office)
    assert _done(office) == set()
    assert hour.left == len(hour.steps)
    assert not hour.demo


def test_steps_tick_themselves_as_they_are_done(office: Office) -> None:
    child = person_of(office, "resident_register", "1")
    office.log_view(child, "child", time=NOW)
    assert _done(office) == {"open"}
    _decide(office, 1)
    assert _done(office) == {"open", "decide"}
    assigning.assign(office, [child], office.member.name, NOW + timedelta(minutes=2))
    assert _done(office) == {"open", "decide", "assign"}
    undoing.undo(office, undoing.recent(office)[0].entry, NOW + timedelta(minutes=3))
    assert _done(office) == {"open", "decide", "assign", "undo"}
    keep_look(office, Look("en"))
    assert _done(office) == {"open", "decide", "assign", "undo", "look"}


def test_what_was_done_is_done_after_a_restart(office: Office, folder: Path) -> None:
    office.log_view(person_of(office, "resident_register", "1"), "child", time=NOW)
    _decide(office, 1)
    office.close()
    with opened(folder) as again:
        assert _done(again) == {"open", "decide"}


def test_what_stood_in_the_office_before_the_first_look_is_nobodys_practice(office: Office) -> None:
    _decide(office, 0)
    office.log_view(person_of(office, "resident_register", "1"), "child", time=NOW + timedelta(minutes=5))
    assert _done(office) == {"open"}


def test_a_colleague_begins_with_an_hour_of_their_own(office: Office, folder: Path) -> None:
    office.log_view(person_of(office, "resident_register", "1"), "child", time=NOW)
    _decide(office, 1)
    office.close()
    with opened(folder, WORKER) as worker:
        assert _done(worker) == set()
        assert "assign" not in {one.key for one in first_hour(worker).steps}
