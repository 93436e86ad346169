"""A child keeps its number when records come, go, join and part."""

from __future__ import annotations

from app.linkage.identity import Identities, name_groups

EXTRACTS = {1: "school_register", 2: "childcare", 3: "resident_register", 4: "consultation"}


def named(
    groups: list[list[int]], previous: dict[int, int] | None = None, worked: frozenset[int] = frozenset()
) -> Identities:
    return name_groups(groups, EXTRACTS, previous or {}, worked, lambda record: record * 100)


def test_the_register_founds_a_person() -> None:
    assert set(named([[1, 2, 3]]).persons.values()) == {300}


def test_an_earlier_number_stays_when_the_register_arrives_later() -> None:
    assert set(named([[1, 2, 3]], {1: 100, 2: 100}).persons.values()) == {100}


def test_on_joining_the_number_people_have_worked_with_wins() -> None:
    joined = named([[1, 2, 3]], {1: 100, 3: 300}, frozenset({100}))
    assert set(joined.persons.values()) == {100}
    assert joined.aliases == {300: 100}


def test_on_joining_untouched_numbers_the_register_wins() -> None:
    assert set(named([[1, 3]], {1: 100, 3: 300}).persons.values()) == {300}


def test_on_parting_the_number_stays_with_the_founding_record() -> None:
    split = named([[3], [1, 2]], {1: 300, 2: 300, 3: 300})
    assert split.persons == {3: 300, 1: 100, 2: 100}
    assert split.parted == {100, 300}


def test_without_its_founding_record_a_number_stays_with_the_greater_part() -> None:
    split = named([[1, 2], [4]], {1: 300, 2: 300, 4: 300})
    assert split.persons == {1: 300, 2: 300, 4: 400}


def test_a_record_that_comes_back_finds_its_number_in_use() -> None:
    back = named([[1, 2], [3]], {1: 300, 2: 300})
    assert back.persons[1] == 300
    assert back.persons[3] not in (300, back.persons[1])
