"""Does the list help: intervals, what is counted once, and what must not leave the office."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.decisions import Decision, DecisionKind
from app.services.answers.caseload import CaseloadQuery
from app.services.casework import caseload, reviewing, selecting
from app.services.criteria import disclosing, evaluating, running
from app.services.criteria.evaluating import Evaluation, Firing, Line, Rate, Share
from app.services.papers import exporting
from app.storage.offices.office import Office
from tests.builders import (
    AS_OF,
    ATTENDANCE,
    NOW,
    REGISTER,
    SCHOOL,
    bring_in,
    extract,
    month,
    new_office,
    opened,
    pupil,
    resident,
)

PUPILS = [str(number) for number in range(301, 341)]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty pupils; twelve of them were ill for long, and the office can look at ten."""
    place = tmp_path_factory.mktemp("school")
    folder = place / "office"
    new_office(folder)
    people = [(one, f"青木 {one}", "アオキ", "平成28年9月28日") for one in PUPILS]
    rows = [month(one, "2026", "10", sick=str(max(0, 332 - int(one)) // 4)) for one in PUPILS]
    with opened(folder) as office:
        office.write("setting.changed", {"key": "priority", "value": {"scale": 20}}, time=NOW)
        office.write("setting.changed", {"key": "capacity", "value": 10}, time=NOW)
        bring_in(
            office,
            extract(place / "住基.csv", REGISTER, [resident(*one) for one in people]),
            extract(place / "学籍.csv", SCHOOL, [pupil(*one) for one in people]),
            extract(place / "出欠.csv", ATTENDANCE, rows),
        )
    return folder


@pytest.fixture
def school(made: Path, tmp_path: Path) -> Iterator[Office]:
    """The school of ``made``, for one test."""
    with opened(Path(shutil.copytree(made, tmp_path / "office"))) as office:
        yield office


def _decide(office: Office, child: int, kind: DecisionKind) -> None:
    decision = Decision(kind, "確かめた。", AS_OF, date(2026, 11, 20), ())
    reviewing.decide(office, child, decision, NOW, on_screen="")


def test_nothing_decided_is_nothing_known(school: Office) -> None:
    told = evaluating.evaluate(school)
    assert (told.runs, told.first) == (1, AS_OF)
    assert told.yielded.listed >= 10
    assert (told.yielded.looked, told.yielded.share, told.yielded.caution) == (0, None, True)
    assert told.sample.listed == selecting.DEFAULT_SAMPLE
    school.close()


def test_of_those_listed_how_many_needed_support(school: Office) -> None:
    listing = caseload.listing(school, CaseloadQuery(), AS_OF)
    listed = [one for one in listing.ids[: listing.cut] if one not in listing.sampled]
    for child in listed[:3]:
        _decide(school, child, DecisionKind.SUPPORT)
    _decide(school, listed[3], DecisionKind.NONE)
    _decide(school, listed[4], DecisionKind.WATCH)
    _decide(school, min(listing.sampled), DecisionKind.GUIDANCE_CENTRE)
    told = evaluating.evaluate(school)
    assert (told.yielded.looked, told.yielded.found, told.yielded.waiting) == (4, 3, 1)
    assert told.yielded.share == 0.75
    assert told.yielded.low
    assert told.yielded.low < 0.75 < (told.yielded.high or 0)
    assert (told.sample.looked, told.sample.found) == (1, 1)
    lines = {(line.kind, line.key): line.share for line in told.lines}
    assert lines["sector", "education"].found == 3
    assert lines["criterion", "absence_days"].looked == 4
    assert lines["age", "primary"].found == 3
    assert sum(lines["level", level].looked for level in ("urgent", "high", "middle", "low", "none")) == 4
    school.close()


def test_who_stays_on_the_list_counts_once(school: Office) -> None:
    listed = evaluating.evaluate(school).yielded.listed
    running.run_again(school, NOW)
    told = evaluating.evaluate(school)
    assert (told.runs, told.yielded.listed) == (2, listed)
    school.close()


def test_criteria_that_never_hold_are_named(school: Office) -> None:
    told = {one.criterion: one for one in evaluating.evaluate(school).firing}
    assert told["nurse_room"].never
    assert not told["absence_days"].never
    assert told["absence_days"].told == len(PUPILS)
    school.close()


def test_a_group_is_compared_with_caution(school: Office) -> None:
    rates = {(rate.kind, rate.group): rate for rate in evaluating.evaluate(school).rates}
    assert rates["age", "primary"].children == len(PUPILS)
    assert rates["age", "primary"].caution
    assert not rates["age", "primary"].differs
    school.close()


@pytest.mark.parametrize(("found", "looked"), [(0, 10), (3, 10), (10, 10), (50, 100), (0, 0)])
def test_the_interval_holds_the_share_and_stays_a_share(found: int, looked: int) -> None:
    low, high = evaluating.wilson(found, looked)
    assert 0 <= low <= (found / looked if looked else 0.5) <= high <= 1


def test_the_interval_is_wilsons() -> None:
    assert evaluating.wilson(8, 10) == (pytest.approx(0.490, abs=0.001), pytest.approx(0.943, abs=0.001))


def _share(looked: int, found: int) -> Share:
    return Share(looked, looked, found, 0, found / looked, *evaluating.wilson(found, looked))


def _told_by(evaluation: Evaluation) -> dict[tuple[object, ...], dict[str, object]]:
    return {
        (line["table"], line["kind"], line["key"]): line
        for line in json.loads(disclosing.document(evaluation))["lines"]
    }


def test_small_counts_do_not_leave_the_office() -> None:
    evaluation = Evaluation(
        2, AS_OF, AS_OF, _share(60, 25), _share(10, 1),
        (Line("level", "urgent", _share(30, 4)),), (Firing("not_seen", 3, 400, False, False),),
        (
            Rate("name", "no", 40, 900, 0.04, 0.03, 0.06, 0.04), Rate("name", "yes", 4, 80, 0.05, 0.01, 0.1, 0.04),
            Rate("sex", "F", 30, 500, 0.06, 0.04, 0.08, 0.06),
        ),
    )  # fmt: skip
    told = _told_by(evaluation)
    assert told["list", "", ""]["found"] == 25
    assert told["sample", "", ""]["suppressed"] == "yes"
    assert told["found", "level", "urgent"]["found"] == told["found", "level", "urgent"]["share"] == ""
    assert told["criterion", "", "not_seen"]["listed"] == ""
    assert {told["rate", "name", one]["listed"] for one in ("no", "yes")} == {""}
    assert told["rate", "sex", "F"]["listed"] == 30


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=8))
def test_what_is_left_out_cannot_be_worked_out_from_the_total(counts: list[tuple[int, int]]) -> None:
    gone = disclosing.hidden(counts, partition=True)
    assert all(not disclosing.small(one) for at, row in enumerate(counts) if at not in gone for one in row)
    if gone and len(gone) < len(counts):
        assert len(gone) > 1
        assert all(not disclosing.small(sum(counts[at][column] for at in gone)) for column in (0, 1))


def test_a_sign_that_nearly_all_show_would_betray_the_few_who_do_not() -> None:
    lines = [(50, 40), (12, 11)]
    assert disclosing.hidden(lines, partition=False, total=(55, 44)) == {0}


def test_the_evaluation_is_exported_with_its_purpose(school: Office, tmp_path: Path) -> None:
    out = tmp_path / "evaluation.csv"
    exporting.export(school, "evaluation", out, purpose="検証会議", now=NOW)
    header, first, *_rest = out.read_text("utf-8").splitlines()
    assert header.split(",") == list(disclosing.HEADER)
    assert first.startswith("list,")
    assert json.loads(out.with_name("evaluation.csv.origin.json").read_text("utf-8"))["purpose"] == "検証会議"
