"""Normal forms: however a department writes it, one meaning has one text."""

from __future__ import annotations

import jaconv
import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.linkage import normal
from app.linkage.addresses import Address, address
from app.linkage.model import shipped_variants
from app.linkage.variants import read_families

VARIANTS = shipped_variants()
KATAKANA = some.text("アイウエオカキクケコガギグゲゴ"
                     "サシスセソタチツテトダヂヅデドナニヌネノハヒフヘホバビブベボ"
                     "パピプペポ"
                     "マミムメモヤユヨラリルレロワンァィゥェォッャュョー", min_size=1, max_size=12)  # fmt: skip
LARGE = str.maketrans("ァィゥェォッャュョ", "アイウエオツヤユヨ")


@given(KATAKANA)
def test_a_reading_is_the_same_in_every_kind_of_kana(text: str) -> None:
    wanted = normal.kana(text)
    assert normal.kana(jaconv.z2h(text, kana=True)) == wanted
    assert normal.kana(jaconv.kata2hira(text)) == wanted
    assert normal.kana(text.translate(LARGE)) == wanted


@given(KATAKANA)
def test_a_normal_form_is_its_own_normal_form(text: str) -> None:
    once = normal.kana(text).full
    assert normal.kana(once).full == once


@given(some.text(max_size=30))
def test_any_text_has_a_normal_form(text: str) -> None:
    normal.name(text, VARIANTS)
    normal.kana(text)
    normal.phone(text)
    normal.number(text)
    address(text, VARIANTS)
    normal.birth_parts(text)


@pytest.mark.parametrize(("one", "other"), [("コーヘイ", "コウヘイ"), ("オオノ", "オーノ"), ("ユーコ", "ゆうこ")])
def test_long_vowels_and_old_spellings_agree(one: str, other: str) -> None:
    assert normal.kana(one) == normal.kana(other)


@given(some.sampled_from(["髙橋 﨑子", "渡邉　齊", "𠮷田 澤", "佐々木 櫻"]))
def test_variant_characters_agree(written: str) -> None:
    usual = written.translate(str.maketrans("髙﨑邉齊𠮷澤櫻", "高崎辺斎吉沢桜"))
    assert normal.name(written, VARIANTS) == normal.name(usual, VARIANTS)


def test_variation_selectors_are_no_letters() -> None:
    assert normal.name("葛\U000e0100城 司\ufe00", VARIANTS) == normal.name("葛城 司", VARIANTS)


def test_崎_and_埼_are_two_characters() -> None:
    assert normal.name("山崎", VARIANTS) != normal.name("山埼", VARIANTS)


@pytest.mark.parametrize("damaged", ["陽〓", "陽?", "陽？", "陽■", "陽\ue123", "陽U+2363A", "陽\ufffd"])
def test_a_damaged_character_stands_for_any_one(damaged: str) -> None:
    assert normal.name(f"高橋 {damaged}", VARIANTS).given == "陽_"


def test_a_family_has_one_head() -> None:
    with pytest.raises(ValueError, match="two families"):
        read_families(["高髙", "髙嵩"])


def test_comments_and_empty_lines_are_passed_over() -> None:
    assert read_families(["# 名前", "", "高髙"]) == {ord("髙"): "高"}


@given(some.integers(1, 9), some.integers(1, 99), some.integers(1, 99))
def test_an_address_has_one_form(chome: int, ban: int, go: int) -> None:
    wanted = Address("本町", f"{chome}-{ban}-{go}")
    kanji = f"{_kanji(chome)}丁目{_kanji(ban)}番{_kanji(go)}号"
    wide = f"{chome}－{ban}－{go}".translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    for written in (kanji, f"{chome}丁目{ban}-{go}", f"{chome}丁目{ban}番地{go}", wide, f"{chome}-{ban}-{go}"):
        assert address(f"本町{written}", VARIANTS) == wanted
        assert address(f"神奈川県本町{written}", VARIANTS) == wanted
        assert address(f"本町{written}　コーポ青葉 203号室", VARIANTS) == wanted


def test_numerals_in_the_names_of_towns_stay() -> None:
    assert address("四日市市一番町二十三番地", VARIANTS) == Address("四日市市一番町", "23")


@pytest.mark.parametrize("text", ["046-200-1234", "０４６（２００）１２３４", "0462001234", "+81 46-200-1234"])
def test_a_phone_has_one_form(text: str) -> None:
    assert normal.phone(text) == "0462001234"


@pytest.mark.parametrize("text", ["", "なし", "110", "000-0000-0000"])
def test_what_is_no_phone_is_unknown(text: str) -> None:
    assert normal.phone(text) == ""


def test_unknown_parts_of_a_birth_date_are_empty() -> None:
    assert normal.birth_parts("2016-09-00") == ("2016", "09", "")
    assert normal.birth_parts("2016-00-00") == ("2016", "", "")
    assert normal.birth_parts("") == ("", "", "")


def test_a_foreign_name_has_no_order() -> None:
    one, other = (normal.orderless(normal.name(text, VARIANTS)) for text in ("NGUYEN Văn An", "An Nguyen van"))
    assert one.bag == other.bag
    assert normal.is_foreign("グエン ヴァン アン")
    assert not normal.is_foreign("さくら 花子")


def _kanji(number: int) -> str:
    tens, ones = divmod(number, 10)
    digits = "〇一二三四五六七八九"
    return ("" if not tens else "十" if tens == 1 else digits[tens] + "十") + (digits[ones] if ones else "")
