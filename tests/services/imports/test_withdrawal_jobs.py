"""An import is withdrawn in a process of its own: foreseen without a change, carried out, brought back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.services.imports import batches, withdrawal_jobs
from app.services.imports.import_jobs import Failed, Finished, Stopped
from app.services.imports.withdrawing import Consequences
from app.storage.offices.office import Office
from tests.builders import ATTENDANCE, NOW, SCHOOL, bring_in, extract, month, new_office, opened, pupil
from tests.services.listening import Heard

MONTHS = 4


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("made")
    new_office(place / "office")
    months = [month("1", "2026", str(one), sick="6") for one in range(4, 4 + MONTHS)]
    with opened(place / "office") as office:
        bring_in(office, extract(place / "s.csv", SCHOOL, [pupil("1", "森 葵", "モリ アオイ", "2016-05-01")]))
        bring_in(office, extract(place / "a.csv", ATTENDANCE, months))
    return place / "office"


@pytest.fixture
def office(made: Path, tmp_path: Path) -> Iterator[Office]:
    with opened(Path(shutil.copytree(made, tmp_path / "office"))) as found:
        yield found


def attendance(office: Office) -> int:
    (one,) = [line.batch for line in batches.history(office) if line.extract == "attendance"]
    return one


def facts(office: Office) -> int:
    return int(office.reader().execute("SELECT count(*) FROM view.fact WHERE kind = 'attendance'").fetchone()[0])


def consequences(heard: Heard) -> Consequences:
    ending = heard.to_the_end()
    assert isinstance(ending, Finished), ending
    assert ending.outcome is not None
    found = ending.outcome.value
    assert isinstance(found, Consequences)
    return found


def test_what_is_foreseen_is_what_happens_and_it_comes_back(office: Office) -> None:
    batch, view = attendance(office), office.view_number()
    heard = Heard()
    withdrawal_jobs.foresee(office, batch, False, heard.tell)
    foreseen = consequences(heard)
    assert (foreseen.facts, foreseen.children) == (MONTHS, 1)
    assert (office.view_number(), facts(office)) == (view, MONTHS)
    for undo, left in ((False, 0), (True, MONTHS)):
        heard = Heard()
        withdrawal_jobs.start(office, batch, undo, "別の月のファイル", NOW, heard.tell)
        done = consequences(heard)
        assert (done.facts, done.undo) == (MONTHS, undo)
        assert heard.stages[-1] == "publish"
        assert heard.shares == sorted(heard.shares)
        assert facts(office) == left


def test_a_cancelled_withdrawal_leaves_the_import_in_force(office: Office) -> None:
    batch, before = attendance(office), (office.last_seq(), office.view_number())
    heard = Heard()
    job = withdrawal_jobs.start(office, batch, False, "別の月のファイル", NOW, heard.tell)
    assert isinstance(heard.cancelled_at_its_first_step(job), Stopped)
    assert (office.last_seq(), office.view_number()) == before
    assert facts(office) == MONTHS


def test_without_a_reason_nothing_is_withdrawn(office: Office) -> None:
    heard = Heard()
    withdrawal_jobs.start(office, attendance(office), False, " ", NOW, heard.tell)
    ending = heard.to_the_end()
    assert isinstance(ending, Failed)
    assert ending.trouble.message.key == "withdrawal.reason_missing"
    assert facts(office) == MONTHS
