"""Where two texts differ, and where only the writing does."""

from __future__ import annotations

import pytest

from app.services.links.comparing import marks, said_alike


def pieces(field: str, one: str, other: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    left, right = marks(field, one, other)
    return [(m.kind, one[m.start : m.end]) for m in left], [(m.kind, other[m.start : m.end]) for m in right]


def test_another_character_is_marked_on_both_sides() -> None:
    assert pieces("name", "小暮　颯太", "小暮 蒼太") == ([("differs", "颯")], [("differs", "蒼")])


def test_another_form_of_the_same_character_is_a_variant() -> None:
    assert pieces("name", "渡邊 恵", "渡辺 恵") == ([("variant", "邊")], [("variant", "辺")])


@pytest.mark.parametrize(("one", "other"), [
    ("コグレ ソウタ", "ｺｸﾞﾚ ｿｳﾀ"), ("０１２", "012"), ("小暮　颯太", "小暮颯太"),
])  # fmt: skip
def test_width_and_spaces_are_no_difference(one: str, other: str) -> None:
    assert pieces("kana", one, other) == ([], [])


def test_hiragana_and_katakana_are_forms_of_one_reading() -> None:
    left, right = pieces("kana", "こぐれ", "コグレ")
    assert {kind for kind, _ in (*left, *right)} == {"variant"}


def test_an_address_differs_by_its_numbers_only() -> None:
    assert pieces("address", "みどり台二丁目4番5号", "みどり台2-4-15") == ([("differs", "5")], [("differs", "15")])
    assert pieces("address", "大手二丁目三十九番十二号", "大手2丁目39-12") == ([], [])


def test_a_text_that_is_missing_differs_from_nothing() -> None:
    assert marks("name", "", "小暮 颯太") == ((), ())


def test_names_said_alike() -> None:
    assert said_alike("コグレ ユイ", "こぐれ　ゆい")
    assert not said_alike("コグレ ユイ", "コグレ ユウ")
    assert not said_alike("", "")
