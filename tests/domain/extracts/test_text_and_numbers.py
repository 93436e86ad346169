"""Numbers, headers, codes, damaged names, and the Individual Number."""

from __future__ import annotations

import pytest

from app.domain.extracts.my_number import LOOKS_LIKE, column_of_numbers, is_headed, is_individual_number
from app.domain.extracts.names import is_damaged
from app.domain.extracts.numbers import UnreadableNumber, read_month, read_number
from app.domain.extracts.text import code_form, header_form


@pytest.mark.parametrize(
    ("text", "number"),
    [("12", 12), ("１２", 12), ("1,234", 1234), ("102.5", 102.5), (" 7 日", 7), ("-0", 0), ("007", 7)],
)
def test_numbers(text: str, number: float) -> None:
    assert read_number(text, ("日",)) == number


@pytest.mark.parametrize("text", ["-1", "−1", "▲3", "△3", "－２"])
def test_negative_numbers(text: str) -> None:
    with pytest.raises(UnreadableNumber, match="negative"):
        read_number(text)


@pytest.mark.parametrize("text", ["x", "1.2.3", "12,34", "1e5", "nan", "三", "9" * 30, "3日"])
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(UnreadableNumber, match="unreadable"):
        read_number(text)


def test_months() -> None:
    assert [read_month(text) for text in ("4", "04", "１２", "3月")] == [4, 4, 12, 3]
    for text in ("0", "13", "-1"):
        with pytest.raises(UnreadableNumber, match="month"):
            read_month(text)


def test_headers_in_any_width_and_spacing_are_one() -> None:
    assert header_form("ﾌﾘｶﾞﾅ") == header_form("フリ　ガナ ")
    assert header_form("１日時間") == header_form("1日時間")
    assert code_form("３〜４ヶ月") == code_form("3～4か月") == code_form("3~4カ月")


@pytest.mark.parametrize("name", ["〓田 花", "山?", "■木", "山\ue000", "U+2363A田", "Ｕ＋2363Ａ田", "田\U000f0000"])
def test_damaged_names(name: str) -> None:
    assert is_damaged(name)


@pytest.mark.parametrize("name", ["髙﨑 邉", "𠮷田", "辻\U000e0100", "ﾔﾏﾀﾞ ﾀﾛｳ", "O'Neil"])
def test_rare_characters_are_no_damage(name: str) -> None:
    assert not is_damaged(name)


@pytest.mark.parametrize("header", ["個人番号", "ﾏｲﾅﾝﾊﾞｰ", "マイ ナンバー", "児童個人番号（12桁）", "My Number"])
def test_headers_of_individual_numbers(header: str) -> None:
    assert is_headed(header)


@pytest.mark.parametrize("header", ["個人番号カード交付", "学籍番号", "宛名番号"])
def test_other_headers(header: str) -> None:
    assert not is_headed(header)


def _number(first_eleven: str) -> str:
    return next(first_eleven + digit for digit in "0123456789" if is_individual_number(first_eleven + digit))


def test_the_check_digit() -> None:
    assert is_individual_number("123456789018")
    assert is_individual_number("１２３４－５６７８－９０１８")
    assert not is_individual_number("123456789012")
    assert not is_individual_number("12345678901")


def test_a_column_of_them_is_found_among_others() -> None:
    numbers = [_number(f"3141592{at:04}") for at in range(10)]
    rows = [(str(at), number, "090-1234-5678") for at, number in enumerate(numbers)]
    assert column_of_numbers(rows) == 1
    assert column_of_numbers([*rows, *[("x", "202604021234", "")] * 11]) is None
    assert all(LOOKS_LIKE.search(f"a,{number},b") for number in numbers)
    assert not LOOKS_LIKE.search("2026-04-02,090-1234-5678,1234567890123")
