"""The priorities are worked out again in a process of its own, after the settings changed."""

from __future__ import annotations

from pathlib import Path

from app.services.criteria import run_jobs
from app.services.imports.import_jobs import Failed, Finished, Stopped
from app.services.priority.prioritising import RunSummary
from tests.builders import AS_OF, NOW, SCHOOL, bring_in, extract, new_office, opened, pupil
from tests.services.listening import Heard

CHILDREN = [pupil(str(n), f"森 {n}", "モリ", f"2016-05-0{n}") for n in range(1, 5)]


def test_a_run_is_told_published_and_can_be_cancelled(tmp_path: Path) -> None:
    new_office(tmp_path / "office")
    with opened(tmp_path / "office") as office:
        bring_in(office, extract(tmp_path / "s.csv", SCHOOL, CHILDREN))
        before = (office.last_seq(), office.view_number())
        heard = Heard()
        assert isinstance(heard.cancelled_at_its_first_step(run_jobs.start(office, NOW, heard.tell)), Stopped)
        assert (office.last_seq(), office.view_number()) == before

        heard = Heard()
        run_jobs.start(office, NOW, heard.tell)
        ending = heard.to_the_end()
        assert isinstance(ending, Finished), ending
        assert ending.outcome is not None
        assert isinstance(ending.outcome.value, RunSummary)
        assert (ending.outcome.value.children, ending.outcome.changes.kinds) == (4, {"published"})
        assert heard.stages == ["prepare", "priority", "publish"]
        assert heard.shares == sorted(heard.shares)
        assert office.last_seq() > before[0]
        assert office.view_number() > before[1]
        days = office.reader().execute("SELECT as_of FROM run ORDER BY rowid").fetchall()
        assert {row[0] for row in days} == {AS_OF.isoformat()}


def test_before_the_first_import_there_is_nothing_to_work_out(tmp_path: Path) -> None:
    new_office(tmp_path / "office")
    with opened(tmp_path / "office") as office:
        heard = Heard()
        run_jobs.start(office, NOW, heard.tell)
        ending = heard.to_the_end()
        assert isinstance(ending, Failed)
        assert ending.trouble.message.key == "run.nothing_imported"
