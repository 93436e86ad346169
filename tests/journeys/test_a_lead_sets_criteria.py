"""A lead tries a threshold, sees whom it would move, sets it, and sees who changed what."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.domain.message import Refused, WrongUse
from app.domain.weighing import PrioritySettings
from app.services.answers.caseload import CaseloadQuery
from app.services.casework import caseload, selecting
from app.services.criteria import effects, evaluating, running, settling
from app.services.deriving import rebuilding
from app.storage.offices.office import Office
from tests.builders import AS_OF, LEAD, NOW, WORKER, opened

OWN: dict[str, Any] = {
    "key": "own_late", "sector": "education", "source": "事務所の取り決め", "kind": "attendance", "measure": "sum",
    "attributes": ["late"], "window": {"days": 400}, "applies": {"grades": ["小1", "中3"]}, "needs": ["attendance"],
    "roster": ["school_register"], "steps": [{"at_least": 1}], "name": {"ja": "遅刻の合計", "en": "Late in all"},
    "sentence": {"ja": "遅刻が{value}回あります。", "en": "Late {value} times."},
    "short": {"ja": "遅刻 {value}回", "en": "Late {value} times"},
}  # fmt: skip


def _levels(office: Office) -> dict[int, str]:
    return dict(office.reader().execute("SELECT person_id, level FROM view.priority").fetchall())


def test_what_was_foreseen_comes_true(office: Office) -> None:
    wanted = replace(PrioritySettings(), high=8, middle=4, own=(OWN,), disabled=("attainment_low",))
    before = _levels(office)
    seen = effects.preview(office, wanted, AS_OF)
    assert _levels(office) == before
    assert seen.rises
    assert all(move.name for move in seen.rises)
    settling.save(office, wanted, NOW)
    assert settling.read(office).waiting
    running.run_again(office, NOW)
    after = _levels(office)
    moved = {move.person_id for move in (*seen.rises, *seen.falls)}
    assert moved == {child for child in before if before[child] != after[child]}
    assert {move.person_id: move.level.value for move in seen.rises}.items() <= after.items()
    listed = caseload.listing(office, CaseloadQuery(), AS_OF)
    assert seen.listed == (len(listed.ids) - len(listed.sampled) if listed.cut is None else listed.cut)
    assert not settling.read(office).waiting
    assert rebuilding.differences(office) == []


def test_groups_count_everybody_once(office: Office) -> None:
    seen = effects.preview(office, replace(PrioritySettings(), high=8, middle=4), AS_OF)
    children = len(_levels(office))
    for kind in ("age", "sex", "household", "assistance", "name"):
        lines = [line for line in seen.groups if line.kind == kind]
        assert sum(line.children for line in lines) == children
        assert sum(line.rises for line in lines) == len(seen.rises)
        assert sum(line.listed for line in lines) == seen.listed
    assert {line.group for line in seen.groups if line.kind == "sector"} >= {"education", "medical"}


def test_a_smaller_capacity_lets_children_leave(office: Office) -> None:
    wide = effects.preview(office, replace(PrioritySettings(), middle=2, high=15), AS_OF, capacity=1000)
    narrow = effects.preview(office, replace(PrioritySettings(), middle=2, high=15), AS_OF, capacity=3)
    assert 3 <= narrow.listed < wide.listed


def test_what_is_set_and_how_often_it_holds(office: Office) -> None:
    read = settling.read(office)
    lines = {line.criterion.key: line for line in read.lines}
    assert (read.capacity, read.sample) == (selecting.DEFAULT_CAPACITY, selecting.DEFAULT_SAMPLE)
    assert len(lines) >= 50
    assert sum(line.holds for line in read.lines) > 0
    settling.save(office, replace(read.settings, disabled=("moves",), own=(OWN,)), NOW)
    lines = {line.criterion.key: line for line in settling.read(office).lines}
    assert not lines["moves"].enabled
    assert lines["own_late"].shipped is None


def test_who_changed_what(office: Office) -> None:
    settling.save(office, replace(PrioritySettings(), high=20), NOW)
    settling.save_size(office, NOW, capacity=40, sample=3)
    settling.save(office, replace(PrioritySettings(), high=18, changed={"moves": {"steps": [{"at_least": 3}]}}), NOW)
    newest, *_, first = settling.history(office)
    assert (first.author, first.changes) == (LEAD, (("high", 15, 20),))
    assert ("high", 20, 18) in newest.changes
    assert ("changed", {}, {"moves": {"steps": [{"at_least": 3}]}}) in newest.changes


def test_only_a_lead_sets(folder: Path) -> None:
    with opened(folder, WORKER) as office, pytest.raises(Refused, match="not_allowed"):
        settling.save(office, PrioritySettings(), NOW)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"high": 5, "middle": 9}, "limits"),
        ({"scale": -1.0}, "number"),
        ({"disabled": ("no_such",)}, "unknown"),
        ({"changed": {"moves": {"steps": []}}}, "not_meant"),
        ({"own": ({**OWN, "kind": "no_such"},)}, "not_meant"),
        ({"own": ({**OWN, "key": "moves"},)}, "key_taken"),
        ({"own": ({**OWN, "key": "x') OR 1=1 --"},)}, "not_meant"),
    ],
)
def test_what_cannot_be_meant_is_refused(office: Office, changes: dict[str, Any], why: str) -> None:
    with pytest.raises(WrongUse, match=why):
        settling.save(office, replace(PrioritySettings(), **changes), NOW)
    assert settling.history(office) == ()


def test_of_whom_it_can_be_told_is_known_also_where_nobody_stops_at_the_first_step(office: Office) -> None:
    steps = {"steps": [{"at_least": at / 2} for at in (1, 2, 3)]}  # whole days: nobody stops at the half ones
    settling.save(office, replace(PrioritySettings(), changed={"absence_days": steps}), NOW)
    running.run_again(office, NOW)
    for line in settling.read(office).lines:
        assert line.holds <= line.told
        assert [step.holds for step in line.steps] == sorted((step.holds for step in line.steps), reverse=True)
        if line.holds:
            assert line.steps[0].holds == line.holds or line.criterion.seen_within
    firing = {one.criterion: one for one in evaluating.evaluate(office).firing}
    assert firing["absence_days"].holds > 0
    assert firing["absence_days"].told >= firing["absence_days"].holds


def test_the_offices_own_points_take_the_place_of_rarity(office: Office) -> None:
    own = {"lateness": {"steps": [{"at_least": 1, "fixed": 7}]}}
    wanted = replace(PrioritySettings(), changed=own, breadth_step=0, recency_step=0, worsening_step=0, repeat=1)
    settling.save(office, wanted, NOW)
    running.run_again(office, NOW)
    found = office.reader().execute(
        "SELECT DISTINCT points FROM view.finding WHERE criterion = 'lateness' AND answer = 'holds'"
    )
    assert [points for (points,) in found.fetchall()] == [7]
    line = next(one for one in settling.read(office).lines if one.criterion.key == "lateness")
    assert (line.steps[0].least, line.steps[0].most) == (7, 7)


@pytest.mark.parametrize("points", [0, -1, 101, float("nan"), float("inf")])
def test_points_that_no_step_can_have_are_refused(office: Office, points: float) -> None:
    for word in ("points", "fixed"):
        changed = {"lateness": {"steps": [{"at_least": 1, word: points}]}}
        with pytest.raises(WrongUse):
            settling.check(replace(PrioritySettings(), changed=changed))
