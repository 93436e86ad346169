"""How a foreign name sounds, so that Latin letters and katakana can be compared: NGUYEN and グエン.

Rough on purpose: Japanese has no l, v or th and puts an u or o after a consonant. What is alike here
is one name only beside a birth date and a home; and a name that fits two twins goes to a person.
"""

from __future__ import annotations

import re

from app.linkage.normal import DAMAGE

_MORAE = {
    **dict(zip("アイウエオ", ("a", "i", "", "e", "o"), strict=True)),
    **{
        kana: consonant + vowel
        for consonant, row in (
            ("k", "カキクケコ"), ("s", "サシスセソ"), ("t", "タチツテト"), ("n", "ナニヌネノ"), ("", "ハヒ＿ヘホ"),
            ("m", "マミムメモ"), ("r", "ラリルレロ"), ("g", "ガギグゲゴ"), ("s", "ザジズゼゾ"), ("d", "ダヂヅデド"),
            ("b", "バビブベボ"), ("p", "パピプペポ"),
        )
        for kana, vowel in zip(row, "aiueo", strict=True)
    },
    "フ": "hu", "ヤ": "a", "ユ": "u", "ヨ": "o", "ワ": "a", "ヲ": "o", "ン": "n", "ヴ": "bu",
}  # fmt: skip
_SMALL = dict(zip("ァィゥェォャュョヮ", "aiueoauoa", strict=True))

_LATIN: tuple[tuple[str, str], ...] = (
    (r"^NG", "G"), (r"NG\b|NG$", "N"), (r"QUE|QUI", "KE"), (r"QU|Q|CK", "K"), (r"PH", "F"), (r"^TR", "T"),
    (r"ANH$", "AIN"),    (r"SCH|SH|CH(?=R)", "S"), (r"CH", "T"), (r"TH", "T"), (r"KH", "K"), (r"GH", "G"), (r"X", "S"),
    (r"C(?=[EIY])", "S"), (r"C", "K"), (r"G(?=[EI])", "S"), (r"[JZ]", "S"), (r"L", "R"), (r"V", "B"),
    (r"M(?=[BP])", "N"), (r"H(?=U)", "F"), (r"UYE", "UE"), (r"Y", "I"), (r"[HW]", ""), (r"F", "H"),
)  # fmt: skip
_EPENTHETIC = re.compile(r"u|(?<=[td])o")
_DOUBLED = re.compile(r"(.)\1+")


def sound(text: str) -> str:
    """The letters of all words as they sound, in alphabetical order: neither order nor blanks count.

    ``text``: a name in Latin letters without accents, or in full-width katakana. "" for any other,
    and where a sign is damaged.
    """
    words = [_latin(word) if word.isascii() else _katakana(word) for word in text.upper().split()]
    if DAMAGE in text or not all(words):
        return ""
    return "".join(sorted("".join(words)))


def _latin(word: str) -> str:
    for spelling, said in _LATIN:
        word = re.sub(spelling, said, word)
    return _said(word.lower())


def _katakana(word: str) -> str:
    said: list[str] = []
    for place, sign in enumerate(word):
        if sign in _SMALL and place and said:
            said[-1] = said[-1][: -1 if said[-1][-1:] in "aiueo" else None] + _SMALL[sign]
        elif sign in _MORAE:
            said.append(_MORAE[sign])
        elif sign not in "ーッ":
            return ""
    return _said("".join(said))


def _said(letters: str) -> str:
    return _DOUBLED.sub(r"\1", _EPENTHETIC.sub("", letters))
