"""The team's load, who is away, and giving the children of somebody on leave to the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.domain.decisions import Decision, DecisionKind
from app.domain.message import Refused, WrongUse
from app.services.answers.caseload import CaseloadQuery
from app.services.casework import assigning, caseload, contacts, reviewing, team
from app.services.casework.team import Away
from app.services.desk import undoing
from app.services.offices import belonging
from app.storage.offices.office import Office
from tests.builders import (
    AS_OF,
    LEAD,
    NOW,
    PASSPHRASE,
    REGISTER,
    WORKER,
    bring_in,
    extract,
    new_office,
    opened,
    person_of,
    resident,
)  # fmt: skip

THIRD = "三田村 楓"
LEAVE = Away(AS_OF - timedelta(days=1), AS_OF + timedelta(days=30), "育児休業")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    new_office(tmp_path / "office")
    residents = [
        resident("1", "小暮 颯太", "コグレ ソウタ", "2016-09-28", household="H1"),
        resident("2", "小暮 結衣", "コグレ ユイ", "2020-12-08", household="H1"),
        resident("3", "森 葵", "モリ アオイ", "2015-05-05", household="H3"),
        resident("4", "井波 紗英", "イナミ サエ", "2017-03-03", household="H4"),
    ]
    with opened(tmp_path / "office") as it:
        belonging.invite(it, name=THIRD, roles=["worker"], passphrase=PASSPHRASE, now=NOW)
        bring_in(it, extract(tmp_path / "r.csv", REGISTER, residents))
        yield it


def _child(office: Office, number: str) -> int:
    return person_of(office, "resident_register", number)


def _load(office: Office, name: str) -> team.Load:
    return next(one for one in team.team(office, AS_OF).loads if one.name == name)


def test_each_has_their_children_what_is_late_and_whom_nobody_saw(office: Office) -> None:
    assigning.assign(office, [_child(office, "1"), _child(office, "3")], WORKER, NOW)
    contacts.note_contact(
        office, _child(office, "1"), kind="home_visit", result="met", seen=True, day=AS_OF - timedelta(days=3),
        words="", next_day=AS_OF - timedelta(days=1), now=NOW - timedelta(days=3),
    )  # fmt: skip
    load = _load(office, WORKER)
    assert (load.total, load.overdue, load.unseen, load.limit) == (2, 1, 1, None)
    assert sum(load.levels.values()) == 2
    figures = team.team(office, AS_OF).figures
    assert (figures.overdue, figures.oldest, figures.unseen) == (1, 1, 1)
    assert team.team(office, AS_OF).loads[-1].name == "", "nobody's children last"


def test_what_was_agreed_and_who_is_away_is_laid_down_and_undone_by_name(office: Office) -> None:
    team.set_limit(office, WORKER, 40, NOW)
    team.set_away(office, WORKER, LEAVE, NOW)
    assert (_load(office, WORKER).limit, _load(office, WORKER).away) == (40, LEAVE)
    newest = undoing.recent(office)[0]
    assert newest.possible
    undoing.undo(office, newest.entry, NOW)
    assert (_load(office, WORKER).limit, _load(office, WORKER).away) == (40, None)
    undoing.undo(office, next(one.entry for one in undoing.recent(office) if one.possible), NOW)
    assert _load(office, WORKER).limit is None
    with pytest.raises(WrongUse, match="away_order"):
        team.set_away(office, WORKER, Away(AS_OF, AS_OF - timedelta(days=1)), NOW)
    with pytest.raises(WrongUse, match="limit_range"):
        team.set_limit(office, WORKER, -1, NOW)


def test_the_children_of_somebody_on_leave_go_where_they_are_known(office: Office) -> None:
    one, sister, third, fourth = (_child(office, number) for number in "1234")
    assigning.assign(office, [fourth], THIRD, NOW - timedelta(days=9))
    assigning.assign(office, [one, third, fourth], WORKER, NOW - timedelta(days=8))
    assigning.assign(office, [sister], THIRD, NOW)
    team.set_away(office, WORKER, LEAVE, NOW)
    plan = {line.person_id: (line.to, line.why) for line in team.suggest(office, WORKER, AS_OF)}
    assert plan[one] == (THIRD, "sibling")
    assert plan[fourth] == (THIRD, "before")
    assert plan[third] == (LEAD, "room"), "whoever has most room"
    team.set_limit(office, THIRD, 1, NOW)
    plan = {line.person_id: (line.to, line.why) for line in team.suggest(office, WORKER, AS_OF)}
    assert plan[one] == (THIRD, "sibling"), "brothers and sisters stay together even so"
    assert plan[fourth] == (LEAD, "room"), "nobody gets more than was agreed"
    team.set_away(office, THIRD, LEAVE, NOW)
    assert {line.to for line in team.suggest(office, WORKER, AS_OF)} == {LEAD}


def test_all_are_given_in_one_act_and_taken_back_in_one(office: Office) -> None:
    one, third = _child(office, "1"), _child(office, "3")
    assigning.assign(office, [one, third], WORKER, NOW)
    made = team.reassign(office, {THIRD: [one], LEAD: [third]}, NOW).value
    assert (_load(office, THIRD).total, _load(office, LEAD).total, _load(office, WORKER).total) == (1, 1, 0)
    team.take_back(office, made, NOW)
    assert (_load(office, THIRD).total, _load(office, LEAD).total, _load(office, WORKER).total) == (0, 0, 2)


def test_nobody_is_given_anything_when_one_name_is_wrong(office: Office) -> None:
    one = _child(office, "1")
    with pytest.raises(WrongUse, match="member"):
        team.reassign(office, {THIRD: [one], "誰か": [one]}, NOW)
    assert _load(office, THIRD).total == 0


def test_whoever_has_left_is_shown_as_long_as_they_have_children(office: Office) -> None:
    one = _child(office, "1")
    assigning.assign(office, [one], THIRD, NOW)
    after = belonging.leave(office, name=THIRD, now=NOW)
    try:
        assert not _load(after, THIRD).here
        assert [line.person_id for line in team.suggest(after, THIRD, AS_OF)] == [one]
    finally:
        after.close()


def test_a_worker_changes_none_of_it(office: Office) -> None:
    one = _child(office, "1")
    assigning.assign(office, [one], LEAD, NOW)
    folder = office.folder
    office.close()
    with opened(folder, WORKER) as it:
        for act in (
            lambda: team.set_limit(it, WORKER, 10, NOW),
            lambda: team.set_away(it, WORKER, LEAVE, NOW),
            lambda: team.reassign(it, {WORKER: [one]}, NOW),
        ):
            with pytest.raises(Refused):
                act()


def test_what_was_reviewed_this_month_and_what_is_new_stands_with_each(office: Office) -> None:
    mine = [_child(office, "1"), _child(office, "3")]
    assigning.assign(office, mine, WORKER, NOW)
    watch = Decision(DecisionKind.WATCH, "担任に確かめる", AS_OF, AS_OF + timedelta(days=20), ())
    reviewing.decide(office, mine[0], watch, NOW, on_screen="{}")
    last_month = replace(watch, day=AS_OF.replace(day=1) - timedelta(days=1))
    reviewing.decide(office, mine[1], last_month, NOW, on_screen="{}")
    new = set(caseload.listing(office, CaseloadQuery(view="all", only_new=True), AS_OF).ids)
    load = _load(office, WORKER)
    assert (load.reviewed, load.new) == (1, len(new & set(mine)))


def test_after_an_absence_a_lead_is_asked_and_gives_the_children_back(office: Office) -> None:
    theirs = [_child(office, number) for number in ("1", "2", "3")]
    assigning.assign(office, theirs, WORKER, NOW)
    team.set_away(office, WORKER, LEAVE, NOW)
    team.reassign(office, {THIRD: theirs[:2], LEAD: theirs[2:]}, NOW)
    assert team.back_again(office, AS_OF) == {}, "not while it lasts"
    after = LEAVE.last + timedelta(days=1)
    assert set(team.back_again(office, after)[WORKER]) == set(theirs)
    assigning.assign(office, theirs[2:], THIRD, NOW + timedelta(days=3))
    lent = team.back_again(office, after)[WORKER]
    assert set(lent) == set(theirs[:2]), "one that was given on since stays there"
    back = team.reassign(office, {WORKER: lent}, NOW + timedelta(days=40))
    assert team.back_again(office, after) == {}
    assert _load(office, WORKER).total == 2
    team.take_back(office, back.value, NOW + timedelta(days=40))
    assert _load(office, WORKER).total == 0


def test_a_lead_who_leaves_it_so_is_not_asked_again(office: Office) -> None:
    assigning.assign(office, [_child(office, "1")], WORKER, NOW)
    team.set_away(office, WORKER, LEAVE, NOW)
    team.reassign(office, {THIRD: [_child(office, "1")]}, NOW)
    team.set_away(office, WORKER, None, NOW + timedelta(days=40))
    assert team.back_again(office, LEAVE.last + timedelta(days=1)) == {}
