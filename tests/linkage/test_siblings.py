"""Two children of one household that match two of another lift each other."""

from __future__ import annotations

import itertools

import pytest

from tests.linkage.people import HARUTO, SISTER, linked, record, together

REGISTER, SCHOOL = "resident_register", "school_register"
MOVED = {"address": "港町9-9-9", "phone": "046-999-8888", "guardian": "", "postal": "259-9999"}
SLIP = {"birth": "2016-09-29"}
IN_REGISTER = record(HARUTO, REGISTER, "1001", household="77")
SISTER_IN_REGISTER = record(SISTER, REGISTER, "1002", household="77")
AT_SCHOOL = record(HARUTO, SCHOOL, "S1", **MOVED, **SLIP)
SISTER_AT_SCHOOL = record(SISTER, SCHOOL, "S2", **MOVED)


def test_a_slip_after_a_move_is_for_a_person() -> None:
    result = linked(IN_REGISTER, AT_SCHOOL)
    assert not together(result, IN_REGISTER, AT_SCHOOL)
    assert [one.reason for one in result.reviews] == ["uncertain"]


def test_a_sister_who_moved_along_settles_it_and_the_evidence_says_so() -> None:
    result = linked(IN_REGISTER, AT_SCHOOL, SISTER_IN_REGISTER, SISTER_AT_SCHOOL)
    assert together(result, IN_REGISTER, AT_SCHOOL)
    assert together(result, SISTER_IN_REGISTER, SISTER_AT_SCHOOL)
    assert len(set(result.persons.values())) == 2
    ends = {IN_REGISTER["record_id"], AT_SCHOOL["record_id"]}
    [edge] = [edge for edge in result.edges if {edge.a, edge.b} == ends]
    assert (edge.why[-1].field, edge.why[-1].level) == ("siblings", "found_together")


@pytest.mark.parametrize("late", [IN_REGISTER, AT_SCHOOL, SISTER_IN_REGISTER, SISTER_AT_SCHOOL])
def test_whoever_comes_last_the_pairs_are_the_same(late: dict) -> None:
    everybody = [IN_REGISTER, AT_SCHOOL, SISTER_IN_REGISTER, SISTER_AT_SCHOOL]
    at_once = linked(*everybody)
    first = linked(*(one for one in everybody if one is not late))
    then = linked(*everybody, changed={late["record_id"]}, edges=first.edges, previous=first.persons)
    assert then.edges == at_once.edges
    for one, other in itertools.combinations(everybody, 2):
        assert together(then, one, other) == together(at_once, one, other)


def test_when_the_sister_is_gone_the_pair_is_asked_about_again() -> None:
    at_once = linked(IN_REGISTER, AT_SCHOOL, SISTER_IN_REGISTER, SISTER_AT_SCHOOL)
    without = linked(IN_REGISTER, AT_SCHOOL, changed=set(), edges=at_once.edges, previous=at_once.persons)
    assert not together(without, IN_REGISTER, AT_SCHOOL)
    assert without.edges == linked(IN_REGISTER, AT_SCHOOL).edges


def test_a_namesake_family_without_a_match_lifts_nobody() -> None:
    stranger = record(SISTER, SCHOOL, "S3", name="森 花", kana="モリ ハナ", birth="2012-01-01", **MOVED)
    result = linked(IN_REGISTER, AT_SCHOOL, SISTER_IN_REGISTER, stranger)
    assert not together(result, IN_REGISTER, AT_SCHOOL)
