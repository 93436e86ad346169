"""What a comparison says of two spellings, whatever the names, days and homes are."""

from __future__ import annotations

import datetime as dt
from typing import Any

import duckdb
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as some

from app.linkage.comparisons import ADDRESS, BIRTH, FACILITY, FAMILY, GIVEN, GUARDIAN, PHONE, Field
from app.linkage.frame import NUMBERS, RAW_COLUMNS, normalise
from app.linkage.judging import DAMAGED, SOUND
from app.linkage.model import shipped_variants
from app.linkage.sounds import sound
from tests.linkage.people import HARUTO, record

FAMILIES = some.sampled_from(
    [("高橋", "タカハシ"), ("森", "モリ"), ("佐々木", "ササキ"), ("長谷川", "ハセガワ"), ("林", "ハヤシ")]
)
GIVEN_NAMES = [
    ("陽斗", "ハルト"), ("陽希", "ハルキ"), ("蓮", "レン"), ("蘭", "ラン"),
    ("結衣", "ユイ"), ("結菜", "ユナ"), ("大翔", "ヒロト"), ("悠翔", "ユウト"),
    ("葵", "アオイ"), ("碧", "アオ"), ("さくら", "サクラ"), ("さつき", "サツキ"),
    ("柚希", "ユズキ"), ("結月", "ユヅキ"), ("健太", "ケンタ"), ("健人", "ケント"),
    ("凛", "リン"), ("凛花", "リンカ"), ("莉子", "リコ"), ("莉央", "リオ"),
]  # fmt: skip
NAMES = some.sampled_from(GIVEN_NAMES)
LOST = some.sampled_from("〓?？■□＊\ue123")
DAYS = some.dates(dt.date(1935, 1, 1), dt.date(2026, 3, 31))
HOMES = some.tuples(some.integers(1, 9), some.integers(1, 99), some.integers(1, 99))
DATABASE = duckdb.connect(":memory:", config={"threads": 1})
FEW = settings(max_examples=10, deadline=None)


def level(field: Field, one: dict[str, Any], other: dict[str, Any]) -> str:
    """The level that the field's SQL finds for two spellings; ``silent`` where there is nothing to compare."""
    raw = pd.DataFrame([record(one, "a", "1"), record(other, "a", "2")])
    lines = normalise(raw.reindex(columns=list(RAW_COLUMNS), fill_value=""), shipped_variants()).frame()
    with DATABASE.cursor() as db:
        columns = {column: "bigint" if column in NUMBERS else "varchar" for column in lines}
        db.execute(f"create or replace table lines ({', '.join(f'{name} {kind}' for name, kind in columns.items())})")
        db.executemany(f"insert into lines values ({', '.join('?' * len(columns))})", lines.values.tolist())
        sides = ", ".join(f"l.{name} as {name}_l, r.{name} as {name}_r" for name in columns)
        cases = [(field.silent, "silent"), *((one.sql, one.key) for one in field.levels if one.sql != "ELSE")]
        said = " ".join(f"when {test} then '{key}'" for test, key in cases)
        pair = f"select {sides} from lines as l, lines as r where l.spelling < r.spelling"
        [(key,)] = db.execute(f"select case {said} else '{field.levels[-1].key}' end from ({pair})").fetchall()
    return str(key)


def named(family: tuple[str, str], called: tuple[str, str], between: str = " ") -> dict[str, str]:
    return HARUTO | {
        "name": f"{family[0]}{between}{called[0]}",
        "kana": f"{family[1]}{between}{called[1]}",
        "guardian": "",
    }


@given(FAMILIES, NAMES, some.sampled_from(["", "　"]))
@FEW
def test_a_name_that_is_not_separated_is_the_same(family: tuple[str, str], called: tuple[str, str], gap: str) -> None:
    assert level(GIVEN, named(family, called), named(family, called, gap)) == "same_both"
    assert level(FAMILY, named(family, called), named(family, called, gap)) == "same_both"


@given(FAMILIES, NAMES, LOST, some.data())
@FEW
def test_a_damaged_character_fits_any_one(
    family: tuple[str, str], called: tuple[str, str], lost: str, chance: some.DataObject
) -> None:
    whole = named(family, called)
    place = chance.draw(some.integers(0, len(called[0]) - 1))
    broken = whole | {"name": f"{family[0]} {called[0][:place]}{lost}{called[0][place + 1 :]}"}
    assert level(GIVEN, whole, broken) == "same_kana_damaged_kanji"
    assert level(GIVEN, whole, broken | {"kana": ""}) == "damaged_kanji_no_kana"


@given(FAMILIES, NAMES, LOST)
@FEW
def test_damage_in_the_family_name_leaves_the_given_name_whole(
    family: tuple[str, str], called: tuple[str, str], lost: str
) -> None:
    broken = named(family, called) | {"name": f"{lost}{family[0][1:]} {called[0]}", "kana": ""}
    # One kanji lost before a given name in kana leaves a name all in kana.
    assert level(GIVEN, named(family, called), broken) in ("same_kanji_no_kana", "same_kana_no_kanji")


@given(FAMILIES, FAMILIES, NAMES)
@FEW
def test_who_got_another_family_name_keeps_the_given_one(
    before: tuple[str, str], after: tuple[str, str], called: tuple[str, str]
) -> None:
    assume(before != after)
    assert level(GIVEN, named(before, called), named(after, called)) == "same_both"
    assert level(FAMILY, named(before, called), named(after, called)) == "differs"


@given(FAMILIES, NAMES, NAMES, some.sampled_from(["", " "]), some.booleans(), some.booleans())
@settings(max_examples=40, deadline=None)
def test_two_sound_given_names_are_never_taken_for_one(
    family: tuple[str, str], one: tuple[str, str], other: tuple[str, str], gap: str, read: bool, read_too: bool
) -> None:
    assume(one != other)
    a, b = named(family, one), named(family, other, gap)
    a |= {} if read else {"kana": ""}
    b |= {} if read_too else {"kana": ""}
    assert level(GIVEN, a, b) not in (*SOUND, *DAMAGED)


@given(some.permutations(["NGUYEN", "VAN", "AN"]), some.sampled_from([str.upper, str.title, str.lower]))
@FEW
def test_foreign_names_come_in_any_order(words: list[str], case: Any) -> None:
    whole, other = HARUTO | {"name": "NGUYEN VAN AN", "kana": ""}, HARUTO | {"name": case(" ".join(words)), "kana": ""}
    assert level(GIVEN, whole, other) == "same_kanji_no_kana"
    without = [word for word in words if word != "VAN"]
    assert level(GIVEN, whole, other | {"name": " ".join(without)}) == "some_names"


@pytest.mark.parametrize(
    ("latin", "katakana"),
    [
        ("NGUYEN THI HOA", "ティ ホア グエン"), ("OLIVEIRA PEDRO", "ペドロ オリベイラ"),
        ("DELA CRUZ ANGELO", "デラクルス アンジェロ"),
        ("SHRESTHA AARAV", "シュレスタ アーラブ"),
        ("PHAM MINH", "ファム ミン"), ("KIM MINSU", "キム ミンス"),
    ],
)  # fmt: skip
def test_a_foreign_name_sounds_the_same_in_both_scripts(latin: str, katakana: str) -> None:
    assert sound(latin) == sound(katakana) != ""
    one, other = HARUTO | {"name": latin, "kana": ""}, HARUTO | {"name": katakana, "kana": ""}
    assert level(GIVEN, one, other) == "same_sound"


@pytest.mark.parametrize(("one", "other"), [("SILVA RABINA", "シルバ ルビナ"), ("THAPA AARAV", "タパ アーリブ")])
def test_foreign_twins_do_not_sound_the_same(one: str, other: str) -> None:
    assert sound(one) != sound(other)


@given(some.text(max_size=20))
def test_any_text_has_a_sound_or_none(text: str) -> None:
    assert isinstance(sound(text), str)


def born(day: str) -> dict[str, str]:
    return HARUTO | {"birth": day}


@given(DAYS)
@FEW
def test_birth_dates_agree_as_far_as_they_are_known(day: dt.date) -> None:
    whole = day.isoformat()
    assert level(BIRTH, born(whole), born(whole)) == "same"
    assert level(BIRTH, born(whole), born(f"{whole[:7]}-00")) == "same_as_far_as_known"
    assert level(BIRTH, born(whole), born(f"{whole[:4]}-00-00")) == "same_as_far_as_known"
    assert level(BIRTH, born(whole), born("")) == "silent"


@given(DAYS.filter(lambda day: day.day <= 12 and day.day != day.month))
@FEW
def test_day_and_month_exchanged_are_seen(day: dt.date) -> None:
    exchanged = dt.date(day.year, day.day, day.month)
    assert level(BIRTH, born(day.isoformat()), born(exchanged.isoformat())) == "day_and_month_exchanged"


def living(address: str) -> dict[str, str]:
    return HARUTO | {"address": address, "postal": ""}


@given(HOMES, some.sampled_from(["", "　コーポ青葉203", " グランメゾン凪浜 1203号室", "　第２ひまわり荘１０２"]))
@FEW
def test_homes_agree_with_and_without_building_and_down_to_the_block(home: tuple[int, int, int], building: str) -> None:
    chome, ban, go = home
    plain, full = f"みらい市本町{chome}-{ban}-{go}", f"青葉県みらい市本町{chome}丁目{ban}番{go}号{building}"
    assert level(ADDRESS, living(plain), living(full)) == "same"
    assert level(ADDRESS, living(full), living(f"本町{chome}丁目{ban}番")) == "same_block"
    assert level(ADDRESS, living(full), living(f"本町{chome}-{ban}-{go + 1}")) == "other_number"
    assert level(ADDRESS, living(full), living(f"本町{chome}-{ban + 1}-{go}")) == "same_town"


@pytest.mark.parametrize("written", ["0462001234", "046（200）1234", "０４６－２００－１２３４", "+81-46-200-1234"])
def test_phones_agree_however_written(written: str) -> None:
    assert level(PHONE, HARUTO, HARUTO | {"phone": written}) == "same"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("髙橋　美咲", "same"), ("高橋美咲", "same"), ("高橋 美〓", "same"), ("佐藤 美咲", "same_given"),
        ("佐藤美咲", "same_given"), ("高橋 健", "same_family"), ("森 健", "differs"), ("", "silent"),
    ],
)  # fmt: skip
def test_guardians(written: str, said: str) -> None:
    assert level(GUARDIAN, HARUTO, HARUTO | {"guardian": written}) == said


@pytest.mark.parametrize("written", ["みらい市立中央小学校", "中央小", "中央小学校", "中央　小学校"])
def test_a_school_has_one_name(written: str) -> None:
    assert level(FACILITY, HARUTO | {"facility": "みらい市立中央小学校"}, HARUTO | {"facility": written}) == "same"
