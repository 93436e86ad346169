"""A second month comes in: what changed is told, who was decided sinks and rises, who was drawn is marked."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from app.domain.decisions import Decision, DecisionKind
from app.services.answers.caseload import CaseloadQuery
from app.services.answers.child import ChildFile
from app.services.casework import caseload, reviewing, selecting
from app.services.casework.showing import stage_results
from app.services.criteria import running, settling
from app.services.deriving import rebuilding
from app.services.priority.runs import settings_of
from app.storage.batches import results
from app.storage.offices.office import Office
from app.storage.offices.verify import verify
from tests.builders import (
    AS_OF,
    ATTENDANCE,
    LEAD,
    NOW,
    REGISTER,
    SCHOOL,
    WORKER,
    bring_in,
    extract,
    month,
    opened,
    person_of,
    pupil,
    resident,
)

NEXT_DAY = date(2026, 11, 30)
PUPILS = [str(number) for number in range(201, 221)]
ILL = "201"


def _months(ill_in_november: str | None) -> list[list[str]]:
    rows = [month(one, "2026", of, sick="4" if one == ILL and of == "10" else "0") for one in PUPILS
            for of in ("9", "10")]  # fmt: skip
    if ill_in_november is not None:
        rows += [month(one, "2026", "11", sick=ill_in_november if one == ILL else "0") for one in PUPILS]
    return rows


@pytest.fixture(scope="module")
def made(empty_office: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty pupils, one of whom was ill for four days in October."""
    place = tmp_path_factory.mktemp("school")
    folder = Path(shutil.copytree(empty_office, place / "office"))
    birth = "平成28年9月28日"
    people = [(one, f"青木 {one}", "アオキ") for one in PUPILS]
    with opened(folder) as office:
        office.write("setting.changed", {"key": "priority", "value": {"scale": 20}}, time=NOW)
        bring_in(
            office,
            extract(place / "住基.csv", REGISTER, [resident(*one, birth) for one in people]),
            extract(place / "学籍.csv", SCHOOL, [pupil(*one, birth) for one in people]),
            extract(place / "出欠.csv", ATTENDANCE, _months(None)),
        )
    return folder


@pytest.fixture
def school(made: Path, tmp_path: Path) -> Iterator[Office]:
    """The school of ``made``, for one story."""
    with opened(Path(shutil.copytree(made, tmp_path / "office"))) as office:
        yield office


def _november(office: Office, tmp_path: Path, sick: str) -> None:
    bring_in(office, extract(tmp_path / "出欠11.csv", ATTENDANCE, _months(sick)), as_of=NEXT_DAY)


def _child(office: Office) -> int:
    return person_of(office, "school_register", ILL)


def _file(office: Office) -> ChildFile:
    return reviewing.child_file(office, _child(office), NOW)


def test_what_got_worse_since_the_run_before_is_told(school: Office, tmp_path: Path) -> None:
    assert _file(school).changed == ()
    _november(school, tmp_path, "8")
    file = _file(school)
    (change,) = file.changed
    assert (change.since, change.day) == ("run", AS_OF)
    assert change.points == file.points >= change.points_before > 0
    days = next(sign for sign in change.signs if sign.criterion == "absence_days")
    assert (days.kind, days.value_before, days.value) == ("worse", 4, 12)
    assert days.last == NEXT_DAY
    assert set(days.facts) <= {line.fact.id for line in file.facts}


SICK = {
    "key": "own_sick", "sector": "education", "source": "事務所の取り決め", "kind": "attendance", "measure": "sum",
    "attributes": ["sick"], "window": {"days": 400}, "applies": {"grades": ["小1", "中3"]}, "needs": ["attendance"],
    "roster": ["school_register"], "steps": [{"at_least": 1}], "name": {"ja": "病欠の合計", "en": "Ill in all"},
    "sentence": {"ja": "病欠が{value}日あります。", "en": "Ill on {value} days."},
    "short": {"ja": "病欠 {value}日", "en": "Ill {value} days"},
}  # fmt: skip


def test_an_own_criterion_gets_worse_like_any_other(school: Office, tmp_path: Path) -> None:
    settling.save(school, replace(settings_of(school), own=(SICK,)), NOW)
    running.run_again(school, NOW)
    _november(school, tmp_path, "8")
    since = {change.since: change for change in _file(school).changed}
    own = next(sign for sign in since["run"].signs if sign.criterion == "own_sick")
    assert (own.kind, own.value_before, own.value) == ("worse", 4, 12)


def test_a_quiet_month_changes_nothing_but_what_it_changes(school: Office, tmp_path: Path) -> None:
    _november(school, tmp_path, "0")
    assert all(not change.signs for change in _file(school).changed)


def test_a_decided_child_rests_and_rises_with_new_facts_only(school: Office, tmp_path: Path) -> None:
    seen = _file(school)
    decision = Decision(DecisionKind.NONE, "母に電話で確かめた。", AS_OF, None, ())
    reviewing.decide(school, _child(school), decision, NOW, on_screen=seen.on_screen)
    assert _child(school) not in _listed(school)
    _november(school, tmp_path, "8")
    assert _child(school) in _listed(school)
    row = caseload.rows(school, [_child(school)], NEXT_DAY)[0]
    assert "absence_days" in row.new_words
    since = {change.since: change for change in _file(school).changed}
    assert since["decision"].points_before == seen.points
    assert any(sign.kind == "worse" and sign.facts for sign in since["decision"].signs)


def test_a_decided_child_does_not_rise_because_a_month_went_by(school: Office, tmp_path: Path) -> None:
    seen = _file(school)
    decision = Decision(DecisionKind.NONE, "母に電話で確かめた。", AS_OF, None, ())
    reviewing.decide(school, _child(school), decision, NOW, on_screen=seen.on_screen)
    _november(school, tmp_path, "0")
    assert _child(school) not in _listed(school)


def _listed(office: Office) -> tuple[int, ...]:
    listed = caseload.listing(office, CaseloadQuery(), NEXT_DAY)
    return tuple(one for one in listed.ids if one not in listed.sampled)


def test_why_a_child_is_not_on_the_list(school: Office) -> None:
    calm = person_of(school, "school_register", PUPILS[1])
    why = reviewing.child_file(school, calm, NOW).why_not
    assert why is not None
    assert (why.reason, why.missing) == ("below", why.least)
    nearly = reviewing.child_file(school, _child(school), NOW).why_not
    assert nearly is None or all(2 / 3 <= one.reached < 1 for one in nearly.near)


def test_the_sample_is_drawn_by_the_run_and_stays_the_same(school: Office) -> None:
    first = caseload.listing(school, CaseloadQuery(), AS_OF)
    assert len(first.sampled) == selecting.DEFAULT_SAMPLE
    assert first.ids[-len(first.sampled) :] == tuple(one for one in first.ids if one in first.sampled)
    assert first.counts["month"] == len(first.ids)
    assert caseload.listing(school, CaseloadQuery(), AS_OF) == first
    rows = caseload.rows(school, first.ids, AS_OF)
    assert {row.person_id for row in rows if row.sampled} == first.sampled
    with school.staging() as staging:
        again = stage_results(school, staging, school.view_number(), AS_OF, AS_OF)
        drawn = results.listed_then(staging.connection, again.results)
    assert {one.person_id for one in drawn if one.how == "sample"} == first.sampled


def test_a_decided_child_of_the_sample_is_not_replaced(school: Office) -> None:
    sampled = sorted(caseload.listing(school, CaseloadQuery(), AS_OF).sampled)
    decision = Decision(DecisionKind.NONE, "担任に確かめた。", AS_OF, None, ())
    reviewing.decide(school, sampled[0], decision, NOW, on_screen="")
    assert caseload.listing(school, CaseloadQuery(), AS_OF).sampled == frozenset(sampled[1:])


def test_running_again_keeps_the_history_and_rebuilds_the_same(school: Office) -> None:
    before = _file(school)
    running.run_again(school, NOW)
    assert _file(school).reasons == before.reasons
    assert len(results.runs_made(school.reader())) == 2
    assert rebuilding.differences(school) == []


def test_what_no_run_names_is_cleared_at_the_next_start(school: Office) -> None:
    with school.staging() as staging:
        stage_results(school, staging, school.view_number(), AS_OF, AS_OF)
    count = "SELECT count(DISTINCT results) FROM listed"
    assert school.reader().execute(count).fetchone()[0] == 2
    folder = school.folder
    school.close()
    with opened(folder, LEAD) as office:
        assert office.reader().execute(count).fetchone()[0] == 1
        made = results.runs_made(office.reader())[0]
        assert results.root_of(office.reader(), made.results).hex() == made.root


def test_a_worker_may_not_run_again(school: Office) -> None:
    folder = school.folder
    school.close()
    with opened(folder, WORKER) as office, pytest.raises(Exception, match="not_allowed"):
        running.run_again(office, NOW)


def test_what_a_run_showed_is_held_by_its_entry(school: Office) -> None:
    assert [found for found in verify(school) if found.part == "results"] == []
    school.writer.execute("UPDATE listed SET place = place + 1")
    found = [found.message.key for found in verify(school) if found.part == "results"]
    assert found == ["verify.results_differ"]
