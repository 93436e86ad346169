"""One made-up name in thousands of rows: they find nobody, end soon, and take no real child with them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.linkage import crowds
from app.linkage.crowds import ALIKE, crowded
from tests.linkage.people import HARUTO, linked, record, together

MADE_UP = {
    "name": "山田 太郎", "kana": "ヤマダ タロウ", "birth": "2015-04-01", "phone": "", "address": "", "guardian": "",
    "postal": "", "household": "",
}  # fmt: skip


def rows(count: int, *extracts: str, **changes: str) -> list[dict[str, Any]]:
    return [record(HARUTO, extracts[at % len(extracts)], f"M{at}", **MADE_UP | changes) for at in range(count)]


@pytest.mark.parametrize("count", [100, 3_000])
def test_rows_of_one_made_up_name_are_nobodys_question(count: int) -> None:
    school, nursery = record(HARUTO, "school_register", "S1"), record(HARUTO, "childcare", "N1")
    found = linked(*rows(count, "school_register", "childcare"), school, nursery)
    assert not found.reviews
    assert together(found, school, nursery)
    assert len(set(found.persons.values())) == count + 1


def test_an_address_of_the_office_in_such_rows_joins_them_no_more() -> None:
    at_the_office = {"address": "青葉市中央一丁目1番1号", "postal": "252-0000", "phone": "046-200-0000"}
    found = linked(*rows(60, "school_register", **at_the_office), *rows(60, "childcare", **at_the_office))
    assert not found.reviews
    assert not found.edges


def test_such_a_row_is_found_by_its_number() -> None:
    nursery = record(HARUTO, "childcare", "N1", **MADE_UP, register_number="7001")
    register = record(HARUTO, "resident_register", "7001", **MADE_UP, register_number="7001")
    found = linked(*rows(60, "school_register"), *rows(60, "childcare", kana=""), nursery, register)
    assert together(found, nursery, register)


def test_a_child_with_many_consultations_stays_one_child() -> None:
    school = record(HARUTO, "school_register", "S1")
    visits = [record(HARUTO, "consultation", f"C{at}") for at in range(6 * ALIKE)]
    found = linked(school, *visits)
    assert together(found, school, *visits)


def test_namesakes_of_one_birthday_are_compared_up_to_the_bound() -> None:
    assert linked(*rows(ALIKE, "school_register")).reviews
    assert not linked(*rows(ALIKE + 1, "school_register")).reviews


def test_a_reading_of_the_family_name_alone_makes_no_crowd() -> None:
    pupils = [record(HARUTO, "school_register", f"S{at}", name=f"青木 {at}", kana="アオキ") for at in range(40)]
    town = [record(HARUTO, "resident_register", f"R{at}", name=f"青木 {at}", kana="アオキ") for at in range(40)]
    found = linked(*pupils, *town)
    assert all(together(found, pupil, resident) for pupil, resident in zip(pupils, town, strict=True))


def test_rows_with_a_reading_only_are_counted_by_it() -> None:
    assert not linked(*rows(2 * ALIKE, "school_register", name="")).reviews


def test_a_key_is_crowded_by_how_many_have_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crowds, "SHARING", 30)
    every = np.repeat(np.array([4, 6, 7, 9, 2**31], dtype="<u4"), [30, 31, ALIKE, ALIKE + 1, 500])
    assert crowded(np.random.default_rng(5).permutation(every)).tolist() == [6, 9, 2**31]
    assert crowded(every[:0]).tolist() == []
