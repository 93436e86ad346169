"""What an office says over a shipped profile, and how its files are read then."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.extracts.office_profile import laid_over
from app.domain.extracts.reading import RowReader, plan_columns, recognise
from app.domain.message import WrongUse
from app.storage.definitions.profiles import shipped_profiles

SHIPPED = shipped_profiles()
DAY = date(2026, 10, 31)


def test_an_offices_own_headers_are_recognised_and_read() -> None:
    said = {"base": "attendance", "headers": {"学籍番号": ["児童ｺｰﾄﾞ"], "年度": ["年度(西暦)"], "病欠": ["欠席(病気)"]}}
    own = laid_over(SHIPPED, "attendance", said)
    header = ("欠席（病気）", "月", "年度（西暦）", "児童コード", "担任")
    assert recognise(SHIPPED.values(), header).profile is None, "else the office had nothing to say"
    assert recognise([own], header).profile is own
    plan = plan_columns(own, header)
    assert plan.unknown == ("担任",)
    reading = RowReader(own, plan, DAY).read(("3", "9", "2026", "A-17", "佐藤"))
    assert (reading.local_id, reading.facts[0].attributes) == ("A-17", {"sick": 3.0})


def test_what_the_office_names_goes_before_what_the_program_would_take() -> None:
    said = {"base": "school_register", "headers": {"氏名": ["児童名"], "保護者氏名": ["氏名"]}}
    own = laid_over(SHIPPED, "school_register", said)
    header = ("学籍番号", "氏名", "児童名", "生年月日", "学校名")
    reading = RowReader(own, plan_columns(own, header), DAY).read(("1", "山田 一郎", "山田 花", "2016-05-01", "青葉小"))
    assert reading.block is not None
    assert (reading.block.name, reading.block.guardian) == ("山田 花", "山田 一郎")


def test_a_name_in_two_columns_is_one_name() -> None:
    said = {
        "base": "school_register",
        "joined": {"氏名": ["姓", "名"], "氏名カナ": ["セイ", "メイ"]},
        "unused": ["住所"],
    }
    own = laid_over(SHIPPED, "school_register", said)
    header = ("学籍番号", "姓", "名", "セイ", "メイ", "生年月日", "学校名", "住所")
    plan = plan_columns(own, header)
    assert recognise([*SHIPPED.values(), own], header).profile is own
    reader = RowReader(own, plan, DAY)
    reading = reader.read(("1", "山田", "花", "ヤマダ", "", "2016-05-01", "青葉小", "青葉1"))
    assert reading.block is not None
    assert (reading.block.name, reading.block.kana, reading.block.address) == ("山田 花", "ヤマダ", "")
    assert plan.unknown == ("住所",)
    missing = reader.read(("1", " ", "", "", "", "2016-05-01", "青葉小", ""))
    assert [(one.column, one.reason) for one in missing.problems] == [("姓＋名", "cell.empty")]
    assert reader.read(("1", "山田")).problems[0].reason == "row.fewer_cells"
    more = reader.read(("1", "山田", "花", "", "", "2016-05-01", "青葉小", "", "余り"))
    assert [one.reason for one in more.problems] == ["row.more_cells"]


def test_codes_get_the_meaning_that_the_office_gives_them() -> None:
    said = {
        "base": "school_register",
        "codes": {"性別": {"M": ["3"], "F": ["4", "1"]}, "在籍区分": {"転出": ["Z"], "": ["9"]}},
    }
    own = laid_over(SHIPPED, "school_register", said)
    header = ("学籍番号", "氏名", "生年月日", "学校名", "性別", "在籍区分")

    def read(sex: str, state: str) -> tuple[str, list[str]]:
        row = ("1", "山田 花", "2016-05-01", "青葉小", sex, state)
        reading = RowReader(own, plan_columns(own, header), DAY).read(row)
        assert reading.block is not None
        return reading.block.sex, [one.reason for one in reading.problems]

    assert read("3", "Z") == ("M", [])
    assert read("4", "9") == ("F", [])
    assert read("女", "転入") == ("F", [])
    assert read("5", "Y") == ("", ["cell.code.unknown", "cell.code.unknown"])


def test_a_kind_of_its_own_is_built_on_one_that_nobody_hangs_on() -> None:
    own = laid_over(SHIPPED, "own_kenshin2", {"base": "school_health", "names": {"ja": "歯科健診"}, "kind": "snapshot"})
    assert (own.key, own.like, own.kind, own.names["en"]) == ("own_kenshin2", "school_health", "snapshot", "歯科健診")
    with pytest.raises(WrongUse, match="base_is_roster"):
        laid_over(SHIPPED, "own_meibo", {"base": "school_register", "names": {"ja": "別の名簿"}})


@pytest.mark.parametrize(
    ("key", "said", "why"),
    [
        ("attendance", {"base": "nowhere"}, "profile.not_meant"),
        ("attendance", {"base": "attendance", "more": 1}, "profile.not_meant"),
        ("attendance", {"base": "attendance", "headers": {"身長": ["x"]}}, "profile.not_meant"),
        ("attendance", {"base": "attendance", "headers": {"病欠": "x"}}, "profile.not_meant"),
        ("attendance", {"base": "attendance", "headers": {"病欠": ["甲"], "遅刻": ["甲 "]}}, "profile.header_twice"),
        ("attendance", {"base": "attendance", "codes": {"病欠": {"": ["-"]}}}, "profile.not_meant"),
        (
            "school_aid",
            {"base": "school_aid", "codes": {"認定区分": {"却下": ["1"], "停止": ["１"]}}},
            "profile.code_twice",
        ),
        ("nurse_room", {"base": "nurse_room", "kind": "snapshot"}, "profile.only_ledger"),
        ("own_x", {"base": "attendance", "names": {"ja": " "}}, "profile.name_missing"),
        ("other", {"base": "attendance", "names": {"ja": "別"}}, "profile.not_meant"),
    ],
)
def test_what_cannot_be_meant_is_refused(key: str, said: dict[str, object], why: str) -> None:
    with pytest.raises(WrongUse) as trouble:
        laid_over(SHIPPED, key, said)
    assert trouble.value.message.key == why
