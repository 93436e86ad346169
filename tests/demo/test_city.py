"""The demo city: the same for the same seed, the size asked for, true to the reference of the extracts, wrong as
often as told."""

import datetime as dt
from collections import Counter

import pytest

from app.demo.city import make_city
from app.demo.layout import BLOCK, LAYOUTS, PERSON_BEARING
from app.demo.model import City, ErrorRates
from app.demo.needs import AREAS

AS_OF = dt.date(2026, 10, 31)
MAY_LIE_AHEAD = {"対象日", "分娩予定日", "有効期限", "支援措置期限", "再勧奨日"}


@pytest.fixture(scope="module")
def clean() -> City:
    return make_city(600, 11, AS_OF, ErrorRates.none())


@pytest.fixture(scope="module")
def usual() -> City:
    return make_city(600, 11, AS_OF)


def resident_children(city: City) -> list:
    return [child for household in city.households if household.here_on(city.as_of) for child in household.children]


def test_the_same_seed_gives_the_same_city(usual: City) -> None:
    again = make_city(600, 11, AS_OF)
    assert again.extracts == usual.extracts
    assert again.truth == usual.truth
    assert make_city(600, 12, AS_OF).extracts != usual.extracts


def test_errors_do_not_change_the_true_people(clean: City, usual: City) -> None:
    assert clean.households == usual.households
    assert clean.stories == usual.stories


@pytest.mark.parametrize("children", [1, 2, 20, 61, 300])
def test_a_city_has_as_many_children_as_asked_for(children: int) -> None:
    assert len(resident_children(make_city(children, 3, AS_OF))) == children


@pytest.mark.parametrize("seed", range(8))
def test_even_a_small_city_has_rows_in_every_extract(seed: int) -> None:
    city = make_city(60, seed, AS_OF)
    assert [extract for extract, rows in city.extracts.items() if not rows] == []
    assert set(city.extracts) == set(LAYOUTS)
    assert len(LAYOUTS) == 18


@pytest.mark.parametrize("as_of", [dt.date(2024, 2, 29), dt.date(2026, 4, 1), dt.date(2026, 12, 31)])
def test_any_day_can_be_the_day_of_the_extracts(as_of: dt.date) -> None:
    assert len(resident_children(make_city(40, 5, as_of))) == 40


def test_rows_have_the_columns_of_their_extract(usual: City) -> None:
    for extract, rows in usual.extracts.items():
        assert {frozenset(row) for row in rows} == {frozenset(LAYOUTS[extract].columns)}


def test_a_clean_city_has_no_empty_needed_cell_and_no_key_twice(clean: City) -> None:
    for extract, layout in LAYOUTS.items():
        rows = clean.extracts[extract]
        assert all(row[column] is not None for row in rows for column in (*layout.local_id, *layout.needed))
        keys = Counter(tuple(row[column] for column in (*layout.local_id, *layout.key)) for row in rows)
        assert extract == "nurse_room" or max(keys.values()) == 1, extract


def test_nothing_has_happened_after_the_day_of_the_extracts(clean: City) -> None:
    for extract, rows in clean.extracts.items():
        for row in rows:
            late = [name for name, cell in row.items() if isinstance(cell, dt.date) and cell > AS_OF]
            assert set(late) <= MAY_LIE_AHEAD, (extract, row)


def test_counts_and_measures_are_possible(clean: City) -> None:
    for row in clean.extracts["attendance"]:
        assert row["病欠"] + row["事故欠"] + row["出停忌引"] <= row["授業日数"]
        assert row["最長連続欠席"] <= row["病欠"] + row["事故欠"]
        assert 1 <= row["月"] <= 12
    for row in clean.extracts["childcare_attendance"]:
        assert row["連絡なし欠席"] <= row["欠席"] <= row["開所日数"]
    for row in clean.extracts["school_health"] + clean.extracts["infant_checkup"]:
        assert row["身長"] is None or (30 < row["身長"] < 220 and 0.3 < row["体重"] < 200)
        assert row["う歯数"] is None or row["未処置う歯数"] <= row["う歯数"]


def test_every_hanging_row_finds_its_roster_in_a_clean_city(clean: City) -> None:
    for extract, layout in LAYOUTS.items():
        if layout.roster:
            column = layout.local_id[0]
            known = {row[column] for row in clean.extracts[layout.roster]}
            assert {row[column] for row in clean.extracts[extract]} <= known, extract


def test_truth_names_each_record_once(usual: City) -> None:
    told = Counter((one.extract, one.local_id) for one in usual.truth)
    assert max(told.values()) == 1
    persons = {person.key for person in usual.persons}
    assert {one.person for one in usual.truth} <= persons
    broken = {(flaw.extract, flaw.local_id) for flaw in usual.flaws}
    written = {
        (extract, "+".join(str(row[part] or "") for part in LAYOUTS[extract].local_id))
        for extract in PERSON_BEARING
        for row in usual.extracts[extract]
    }
    assert written - broken <= set(told) <= written | broken


def test_twins_share_the_day_and_the_home(usual: City) -> None:
    assert usual.twins
    home = {
        person.key: (household.number, person.born) for household in usual.households for person in household.members
    }
    assert all(home[one] == home[other] for one, other in usual.twins)


def test_stories_are_weak_in_several_areas(usual: City) -> None:
    share = len(usual.stories) / len(resident_children(usual))
    assert 0.02 < share < 0.08
    people = {person.key: person for person in usual.persons}
    for story in usual.stories:
        signs = people[story.person].signs
        assert signs is not None
        assert sum(getattr(signs, area) > 0 for area in AREAS) >= 4


def test_children_moved_were_renamed_and_some_came_back() -> None:
    city = make_city(1500, 2, AS_OF)
    reasons = Counter(row["異動事由"] for row in city.extracts["resident_register"])
    assert {"出生", "転入", "転居", "転出", "世帯変更", "死亡"} <= set(reasons)
    numbers: dict[str, set[str]] = {}
    for one in city.truth:
        if one.extract == "resident_register":
            numbers.setdefault(one.person, set()).add(one.local_id)
    assert any(len(ids) == 2 for ids in numbers.values())


def differing_cells(city: City, other: City, column: str) -> int:
    return sum(
        row[column] != twin[column]
        for extract in PERSON_BEARING
        for row, twin in zip(city.extracts[extract], other.extracts[extract], strict=True)
    )


@pytest.mark.parametrize(
    ("rate", "column"),
    [
        ("kana_typo", "氏名カナ"),
        ("kanji_variant", "氏名"),
        ("damaged_name", "氏名"),
        ("birthday_swap", "生年月日"),
        ("birthday_slip", "生年月日"),
        ("partial_birthday", "生年月日"),
        ("sex_slip", "性別"),
        ("stale_record", "住所"),
        ("katakana_name", "氏名"),
        ("order_swapped", "氏名"),
        ("missing_cell", "電話番号"),
    ],
)
def test_each_error_rate_shows_in_its_column(rate: str, column: str) -> None:
    clean = make_city(80, 4, AS_OF, ErrorRates.none())
    wrong = make_city(80, 4, AS_OF, ErrorRates(**{**vars_of(ErrorRates.none()), rate: 0.9}))
    assert differing_cells(clean, wrong, column) > 0


def vars_of(errors: ErrorRates) -> dict[str, float]:
    return {name: getattr(errors, name) for name in ErrorRates.__dataclass_fields__}


def test_wrong_and_missing_register_numbers() -> None:
    errors = ErrorRates(**{**vars_of(ErrorRates.none()), "number_missing": 0.5, "number_wrong": 0.5})
    city = make_city(200, 4, AS_OF, errors)
    right = {(one.extract, one.local_id): one.person for one in city.truth}
    number = {person.key: person.number for person in city.persons}
    seen = Counter(
        "empty" if row["宛名番号"] is None else row["宛名番号"] == number[right["childcare", row["児童番号"]]]
        for row in city.extracts["childcare"]
    )
    assert min(seen["empty"], seen[True], seen[False]) > 0


def test_flaws_are_added_and_listed() -> None:
    errors = ErrorRates(**{**vars_of(ErrorRates.none()), "broken_row": 0.05, "unknown_id": 0.05})
    clean, flawed = make_city(80, 4, AS_OF, ErrorRates.none()), make_city(80, 4, AS_OF, errors)
    added = sum(len(flawed.extracts[extract]) - len(rows) for extract, rows in clean.extracts.items())
    assert added == len(flawed.flaws) > 0
    assert {flaw.outcome for flaw in flawed.flaws} == {"rejected", "waiting"}


def test_person_blocks_stand_where_the_reference_has_them() -> None:
    assert set(PERSON_BEARING) == {
        "resident_register",
        "school_register",
        "childcare",
        "public_assistance",
        "child_allowance",
        "consultation",
        "infant_checkup",
        "pregnancy",
    }
    assert all(set(BLOCK) <= set(LAYOUTS[extract].columns) for extract in PERSON_BEARING)
