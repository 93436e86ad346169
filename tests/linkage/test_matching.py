"""Which records become one person, which stay apart, and where a person is asked."""

from __future__ import annotations

import itertools

import pandas as pd
import pytest

from app.linkage.results import Ruling
from app.linkage.scoring import closed_database
from tests.linkage.people import HARUTO, SISTER, TWIN, linked, person_id_of, record, record_id, together

REGISTER, SCHOOL, CHILDCARE, CHECKUP, CASE = (
    "resident_register", "school_register", "childcare", "infant_checkup", "consultation",
)  # fmt: skip
IN_REGISTER = record(HARUTO, REGISTER, "1001", household="77", relation="子")
AT_SCHOOL = record(HARUTO, SCHOOL, "S1", name="高橋陽斗", kana="たかはしはると", address="本町1-4-5 コーポ青葉203")


def test_departments_that_spell_alike_are_one_child() -> None:
    result = linked(IN_REGISTER, AT_SCHOOL)
    assert together(result, IN_REGISTER, AT_SCHOOL)
    assert set(result.states.values()) == {"linked"}
    assert result.reviews == []


SLIPS: list[dict[str, str]] = [
    {"name": "高橋 陽〓"},
    {"kana": ""},
    {"kana": "タカハシ ハルオ"},
    {"birth": "{year}-09-00"},
    {"birth": "{year}-09-07"},
    {"birth": "{year}-08-09"},
    {"phone": "", "address": "", "guardian": ""},
    {"sex": "F"},
    {"name": "佐藤 陽斗", "kana": "サトウ ハルト"},
    {"address": "別町9-9", "postal": "999-9999"},
]


def test_one_slip_does_not_part_a_child() -> None:
    children = []
    for number, slip in enumerate(SLIPS, 10):
        year = str(1990 + number * 2)
        home = {"birth": f"{year}-09-08", "phone": f"046-2{number}0-77{number}", "address": f"中{number}丁目{number}-1"}
        parent = {"guardian": f"高橋 {'美由真恵咲亜沙里奈友'[number - 10]}子", "postal": f"25{number}-00{number}"}
        child = HARUTO | home | parent
        changes = {field: text.format(year=year) for field, text in slip.items()}
        children.append((record(child, REGISTER, f"1{number}"), record(child, SCHOOL, f"S{number}", **changes)))
    result = linked(*itertools.chain(*children))
    parted = [slip for slip, pair in zip(SLIPS, children, strict=True) if not together(result, *pair)]
    assert parted == []
    assert len(set(result.persons.values())) == len(SLIPS)


def test_foreign_names_agree_in_any_order_and_script() -> None:
    person = HARUTO | {"name": "NGUYEN VAN AN", "kana": "グエン ヴァン アン", "guardian": "NGUYEN THI HOA"}
    names = ("VAN AN NGUYEN", "Nguyễn Văn An", "グエン　ヴァン　アン")
    lines = [record(person, REGISTER, "1"), *(record(person, CASE, name, name=name) for name in names)]
    assert together(linked(*lines), *lines)


def test_a_brother_or_sister_is_someone_else() -> None:
    sister = record(SISTER, SCHOOL, "S2")
    result = linked(IN_REGISTER, sister)
    assert not together(result, IN_REGISTER, sister)
    assert result.reviews == []


SWAPPED = [("陽斗 高橋", "ハルト タカハシ"), ("陽斗高橋", "はるとたかはし"), ("陽斗 高橋", "")]


@pytest.mark.parametrize(("name", "kana"), SWAPPED)
def test_a_given_name_written_first_is_the_same_name(name: str, kana: str) -> None:
    swapped = record(HARUTO, SCHOOL, "S1", name=name, kana=kana)
    assert together(linked(IN_REGISTER, swapped), IN_REGISTER, swapped)


def test_twins_whose_given_names_are_written_first_stay_apart() -> None:
    swapped = [
        record(HARUTO, SCHOOL, "S1", name="陽斗 高橋", kana="ハルト タカハシ"),
        record(HARUTO, CHILDCARE, "J1", name="陽斗高橋", kana=""),
        record(TWIN, SCHOOL, "S2", name="陽希 高橋", kana="ハルキ タカハシ"),
        record(TWIN, CHILDCARE, "J2", name="陽希高橋", kana=""),
    ]
    result = linked(IN_REGISTER, record(TWIN, REGISTER, "1002"), *swapped)
    assert together(result, IN_REGISTER, *swapped[:2])
    assert together(result, record(TWIN, REGISTER, "1002"), *swapped[2:])
    assert not together(result, swapped[0], swapped[2])


def test_a_middle_name_may_be_missing() -> None:
    person = HARUTO | {"name": "OLIVEIRA ANA BEATRIZ", "kana": "オリベイラ アナ ベアトリス", "sex": "F"}
    short = record(person, SCHOOL, "S1", name="Beatriz Oliveira", kana="オリベイラ ベアトリス")
    full = record(person, REGISTER, "1")
    assert together(linked(full, short), full, short)


def test_a_short_foreign_name_that_fits_two_twins_is_for_a_person() -> None:
    ana = HARUTO | {"name": "OLIVEIRA ANA BEATRIZ", "kana": ""}
    clara = HARUTO | {"name": "OLIVEIRA ANA CLARA", "kana": ""}
    short = record(HARUTO, SCHOOL, "S1", name="ANA OLIVEIRA", kana="")
    result = linked(record(ana, REGISTER, "1"), record(clara, REGISTER, "2"), short)
    assert len(set(result.persons.values())) == 3
    assert result.reviews


TWIN_NAMES = [
    ("陽斗", "ハルト", "陽希", "ハルキ"),
    ("陸", "リク", "莉子", "リコ"),
    ("結衣", "ユイ", "結菜", "ユナ"),
    ("蓮", "レン", "蘭", "ラン"),
    ("柚希", "ユズキ", "結月", "ユヅキ"),
    ("葵", "アオイ", "碧", "アオ"),
    ("大翔", "ヒロト", "悠翔", "ユウト"),
]


@pytest.mark.parametrize(("kanji", "kana", "other_kanji", "other_kana"), TWIN_NAMES)
def test_twins_are_never_joined(kanji: str, kana: str, other_kanji: str, other_kana: str) -> None:
    one = HARUTO | {"name": f"高橋 {kanji}", "kana": f"タカハシ {kana}"}
    other = HARUTO | {"name": f"高橋 {other_kanji}", "kana": f"タカハシ {other_kana}"}
    lines = [
        record(person, extract, f"{extract}{number}", name=name, kana=reading)
        for number, (person, kanji_, kana_) in enumerate(((one, kanji, kana), (other, other_kanji, other_kana)))
        for extract, name, reading in (
            (REGISTER, person["name"], person["kana"]),
            (SCHOOL, f"高橋{kanji_}", f"タカハシ{kana_}"),
            (CHECKUP, person["name"], ""),
            (CHILDCARE, f"高橋　{kanji_[:-1]}〓", person["kana"]),
            (CASE, "たかはし " + kana_, ""),
        )
    ]
    persons = linked(*lines).persons
    first, second = ({persons[line["record_id"]] for line in half} for half in (lines[:5], lines[5:]))
    assert not first & second


def test_a_name_one_letter_apart_is_for_a_person() -> None:
    other = record(TWIN, CASE, "C1")
    result = linked(IN_REGISTER, other)
    assert not together(result, IN_REGISTER, other)
    assert [review.reason for review in result.reviews] == ["names_one_apart"]
    assert result.states[other["record_id"]] == "review"


def test_a_record_that_fits_both_twins_is_for_a_person() -> None:
    mixed = record(HARUTO, CASE, "C1", name="高橋 陽斗", kana="タカハシ ハルキ")
    other = record(TWIN, REGISTER, "1002", household="77")
    result = linked(IN_REGISTER, other, mixed)
    assert len(set(result.persons.values())) == 3
    assert {review.reason for review in result.reviews} == {"two_candidates"}


def test_two_register_entries_are_never_joined_without_asking() -> None:
    again = record(HARUTO, REGISTER, "2002", address="港町2-2-2")
    result = linked(IN_REGISTER, again, AT_SCHOOL)
    assert not together(result, IN_REGISTER, again)
    assert [review.reason for review in result.reviews] == ["two_register_entries"]


def test_a_namesake_born_the_same_day_is_for_a_person() -> None:
    elsewhere = {"address": "港町9-9-9", "phone": "046-999-8888", "guardian": "高橋 健", "postal": "259-9999"}
    namesake = record(HARUTO, CASE, "C1", name="高橋 晴翔", **elsewhere)
    assert not together(linked(IN_REGISTER, namesake), IN_REGISTER, namesake)


def test_a_shared_number_is_no_proof() -> None:
    stranger = record(
        HARUTO, CHECKUP, "K1", name="森 花", kana="モリ ハナ", birth="2019-01-05", sex="F", register_number="1001",
        address="港町3-3-3", phone="", guardian="森 健", postal="",
    )  # fmt: skip
    assert not together(linked(IN_REGISTER, stranger), IN_REGISTER, stranger)


def test_every_spelling_of_a_record_counts() -> None:
    now = record(
        HARUTO,
        CASE,
        "C1",
        name="佐藤 陽斗",
        kana="サトウ ハルト",
        address="港町8-8-8",
        phone="",
        guardian="",
        postal="",
    )
    before = record(HARUTO, CASE, "C1")
    assert together(linked(IN_REGISTER, now, before), IN_REGISTER, now)


def test_not_the_same_outranks_every_weight() -> None:
    ruling = Ruling(IN_REGISTER["record_id"], AT_SCHOOL["record_id"], same=False)
    bridge = record(HARUTO, CHECKUP, "K1")
    result = linked(IN_REGISTER, AT_SCHOOL, bridge, rulings=[ruling])
    assert not together(result, IN_REGISTER, AT_SCHOOL)
    assert result.reviews == []


def test_the_same_outranks_every_doubt() -> None:
    other = record(TWIN, REGISTER, "1002")
    ruling = Ruling(IN_REGISTER["record_id"], other["record_id"], same=True)
    assert together(linked(IN_REGISTER, other, rulings=[ruling]), IN_REGISTER, other)


def test_where_rulings_disagree_the_parting_one_counts_and_someone_is_asked() -> None:
    a, b = IN_REGISTER["record_id"], AT_SCHOOL["record_id"]
    result = linked(IN_REGISTER, AT_SCHOOL, rulings=[Ruling(a, b, same=True), Ruling(b, a, same=False)])
    assert not together(result, IN_REGISTER, AT_SCHOOL)
    assert [review.reason for review in result.reviews] == ["rulings_disagree"]


def test_the_machine_never_joins_two_people_that_people_have_worked_with() -> None:
    previous = {IN_REGISTER["record_id"]: 11, AT_SCHOOL["record_id"]: 22}
    result = linked(IN_REGISTER, AT_SCHOOL, previous=previous, worked={11, 22})
    assert result.persons == previous
    assert [review.reason for review in result.reviews] == ["both_worked_with"]


def test_the_order_of_arrival_changes_nothing() -> None:
    lines = [
        IN_REGISTER, AT_SCHOOL, record(TWIN, REGISTER, "1002"), record(TWIN, SCHOOL, "S2", kana=""),
        record(SISTER, CHILDCARE, "J1"), record(HARUTO, CASE, "C1", name="高橋 陽〓", kana=""),
    ]  # fmt: skip
    wanted = linked(*lines)
    for order in itertools.islice(itertools.permutations(lines), 200, 720, 300):
        result = linked(*order)
        assert (result.persons, result.edges, result.reviews) == (wanted.persons, wanted.edges, wanted.reviews)


def test_what_arrives_later_is_linked_as_if_it_had_come_at_once() -> None:
    late = record(HARUTO, CHECKUP, "K1", kana="")
    first = linked(IN_REGISTER, AT_SCHOOL)
    second = linked(
        IN_REGISTER, AT_SCHOOL, late, changed={late["record_id"]}, edges=first.edges, previous=first.persons
    )  # fmt: skip
    at_once = linked(IN_REGISTER, AT_SCHOOL, late)
    assert (second.persons, second.edges) == (at_once.persons, at_once.edges)


def test_a_model_is_named_in_the_result() -> None:
    assert len(linked(IN_REGISTER).model) == 16


def test_nothing_to_match_is_no_trouble() -> None:
    result = linked()
    assert (result.persons, result.reviews) == ({}, [])


def test_record_ids_use_all_63_bits() -> None:
    assert record_id(REGISTER, "1001") > 2**53  # else the tests could not see a number pass through a float


def test_a_field_that_only_later_parts_know_is_compared_all_the_same() -> None:
    silent = pd.DataFrame({"record_id": [1], "phone": pd.Series([None], dtype=object)})
    telling = pd.DataFrame({"record_id": [2], "phone": pd.Series(["00001234"], dtype=object)})
    with closed_database([silent, telling]) as connection:
        assert connection.execute("select phone from lines order by record_id").fetchall() == [(None,), ("00001234",)]


def test_a_record_that_leaves_a_person_worked_with_goes_where_a_rebuild_would_put_it() -> None:
    theirs = HARUTO | {"name": "森 花", "kana": "モリ ハナ", "birth": "2019-01-05", "sex": "F", "guardian": "森 健"}
    theirs |= {"address": "港町3-3-3", "phone": "046-555-0001", "postal": "259-0001"}
    corrected = record(theirs, CASE, "C1")  # stood under Haruto's name before
    other = record(theirs, SCHOOL, "S9")
    haruto, hana = person_id_of(IN_REGISTER["record_id"]), person_id_of(other["record_id"])
    previous = {IN_REGISTER["record_id"]: haruto, corrected["record_id"]: haruto, other["record_id"]: hana}
    now = linked(IN_REGISTER, corrected, other, previous=previous, worked={haruto, hana})
    again = linked(IN_REGISTER, corrected, other, previous=now.persons, worked={haruto, hana})
    assert (again.persons, again.reviews) == (now.persons, now.reviews)
    assert now.parted >= {haruto, hana}  # both are shown as to be checked
