"""不明 is nobody's name: rows that know nothing are linked to nobody, and nobody is asked about them."""

from __future__ import annotations

import pytest

from app.linkage.placeholders import names_nobody, says_nothing
from tests.linkage.people import HARUTO, SISTER, linked, record, together

NOBODY = (
    "不明", "（氏名不詳）", "不明　不明", "氏名 不詳", "ﾌﾒｲ", "フメイ　フメイ", "ふめい", "***", "＊＊　＊＊",
    "〇〇 〇〇", "ー", "？", "山田 新生児", "高橋　ベビー", "佐藤 不明", "森 〇〇", "unknown", "N/A", "ﾃｽﾄ", "",
)  # fmt: skip
SOMEBODY = (
    "不破 明", "未来", "児玉 未央", "梨 なし子", "Na Young", "Kim Na", "テスト太郎", "匿名坂 一", "■田 太郎", "高橋 〓",
    "山田 〇太", "ナ",
)  # fmt: skip


@pytest.mark.parametrize("text", NOBODY)
def test_words_that_stand_for_nobody(text: str) -> None:
    assert names_nobody(text)


@pytest.mark.parametrize("text", SOMEBODY)
def test_names_that_look_like_it_stay(text: str) -> None:
    assert not names_nobody(text)


def test_a_home_or_a_number_may_be_unknown_too() -> None:
    assert all(map(says_nothing, ("不明", "住所不定", "-", "")))
    assert not any(map(says_nothing, ("不明町1-2", "0", "12-3", "第一小学校", "乳児院")))


NOTHING = {
    "name": "不明", "kana": "フメイ", "phone": "", "address": "不明", "guardian": "不明", "postal": "",
    "household": "不明",
}  # fmt: skip


def test_rows_that_know_nothing_are_nobodys_and_ask_nothing() -> None:
    rows = [record(HARUTO, ("school_register", "childcare")[n % 2], f"N{n}", **NOTHING) for n in range(60)]
    result = linked(*rows)
    assert len(set(result.persons.values())) == 60
    assert not result.edges
    assert not result.reviews


def test_a_guardian_nobody_knows_is_not_a_guardian_in_common() -> None:
    one = record(HARUTO, "school_register", "S1", guardian="不明", phone="", address="")
    other = record(SISTER, "childcare", "C1", guardian="不明", phone="", address="")
    assert not linked(one, other).edges


def test_a_child_without_a_name_is_asked_about_at_the_own_number_and_home() -> None:
    known = record(HARUTO, "resident_register", "R1")
    unnamed = record(HARUTO, "childcare", "C1", name="高橋 新生児", kana="", register_number="R1")
    result = linked(known, unnamed)
    assert not together(result, known, unnamed)
    assert [(edge.state, edge.reason) for edge in result.edges] == [("review", "uncertain")]
