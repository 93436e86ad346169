"""Normal forms: one text per meaning, for names, kana, dates, addresses and phones.

Pure functions over single texts. The frame that Splink reads is put together in
``app.linkage.frame``; how two normal forms are compared stands in ``app.linkage.comparisons``.
In a normal form ``_`` stands for a damaged character and matches any one character.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from app.linkage.variants import Variants

DAMAGE = "_"

_LITERAL_CODE_POINT = re.compile(r"[Uu]\+[0-9A-Fa-f]{4,6}")
_USUAL = re.compile("[ぁ-ゖァ-ヺー々一-鿿㐀-䶿0-9A-Za-z +-]*")
_DAMAGED_CHARACTERS = dict.fromkeys((ord(sign) for sign in "〓■□�?*＊?"), DAMAGE)
_NOT_PART_OF_A_NAME = dict.fromkeys(map(ord, "%,.・･·'’`\"()（）-‐‑–—−〜~／/"), " ")
_HYPHENS = dict.fromkeys(map(ord, "‐‑‒–—―−－ｰ﹣ー"), "-")
_LARGE_KANA = str.maketrans("ァィゥェォッャュョヮヵヶヰヱヲ", "アイウエオツヤユヨワカケイエオ")
_FOREIGN_KANA = (("ヴア", "バ"), ("ヴイ", "ビ"), ("ヴエ", "ベ"), ("ヴオ", "ボ"), ("ヴ", "ブ"))
_ROWS = {
    "ア": "アカサタナハマヤラワガザダバパ",
    "イ": "イキシチニヒミリギジヂビピ",
    "ウ": "ウクスツヌフムユルグズヅブプ",
    "エ": "エケセテネヘメレゲゼデベペ",
    "オ": "オコソトノホモヨロゴゾドボポ",
}
_VOWEL_OF = {kana: vowel for vowel, row in _ROWS.items() for kana in row}
_LONG_VOWEL = {"ア": "ア", "イ": "イ", "ウ": "ウ", "エ": "イ", "オ": "ウ"}


_LEVELLED_KANA = (
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン"
    "ガギグゲゴザジズゼゾダヂヅデドバビブベボパピプペポーヽ"
)
_CODES = str.maketrans(
    _LEVELLED_KANA,
    ("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$&+,./:;<=>?@")[: len(_LEVELLED_KANA)],
)


@dataclass(frozen=True, slots=True)
class Name:
    """A name in normal form. ``family`` and ``given`` are "" where they were not separated.

    ``full`` is the whole without spaces; ``bag`` its parts in alphabetical order, so that a
    swapped order compares equal ("" where not separated). See ``orderless`` for foreign names, whose
    ``words`` are the parts in alphabetical order, each between two blanks.
    """

    family: str = ""
    given: str = ""
    full: str = ""
    bag: str = ""
    words: str = ""


def plain(text: str) -> str:
    """NFKC without variation selectors, control characters and invisible signs."""
    levelled = unicodedata.normalize("NFKC", text)
    if _USUAL.fullmatch(levelled):
        return levelled
    kept = []
    for sign in levelled:
        code = ord(sign)
        if 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF:
            continue
        category = unicodedata.category(sign)
        if category == "Co":
            kept.append(DAMAGE)
        elif category in ("Cc", "Zs", "Zl", "Zp"):
            kept.append(" ")
        elif category != "Cf":
            kept.append(sign)
    return "".join(kept)


def name(text: str, variants: Variants) -> Name:
    """The normal form of a written name: variants folded, case and separators levelled."""
    return split(spelled(text, variants))


def spelled(text: str, variants: Variants) -> str:
    """A written name levelled, its parts still apart."""
    marked = _LITERAL_CODE_POINT.sub(DAMAGE, text.replace(DAMAGE, " "))
    levelled = plain(marked).translate(_DAMAGED_CHARACTERS).upper()
    levelled = levelled.translate(_NOT_PART_OF_A_NAME).translate(variants)
    return _repeat_marks(_without_accents(levelled))


def kana(text: str) -> Name:
    """The normal form of a reading: full-width katakana, all kana large, long vowels levelled."""
    return split(sounded(text))


def sounded(text: str) -> str:
    """A reading levelled, its parts still apart."""
    marked = plain(text.replace(DAMAGE, " ")).translate(_DAMAGED_CHARACTERS)
    marked = marked.replace("-", "ー").replace("‐", "ー").replace("−", "ー")
    levelled = marked.translate(_NOT_PART_OF_A_NAME)
    return " ".join(_levelled_kana(part) for part in levelled.split())


def orderless(form: Name) -> Name:
    """A foreign name: which part is the family's cannot be known, so only the whole is compared,
    in any order and separated or not (the bag holds its letters in alphabetical order)."""
    words = "".join(f" {word} " for word in form.bag.split())
    return Name(full=form.full, bag="*" + "".join(sorted(form.full)) if form.full else "", words=words)


def family_first(form: Name, family: str) -> Name:
    """A name that was written with its given name first, told by a family name that is known."""
    if not family or form.family == family or len(form.full) <= len(family):
        return form
    if form.given == family:
        given = form.family
    elif not form.given and form.full.endswith(family) and not form.full.startswith(family):
        given = form.full[: -len(family)]
    else:
        return form
    return Name(family, given, family + given, " ".join(sorted((family, given))))


def turned(form: Name) -> Name:
    """The same name with its two parts exchanged, where they are separated."""
    if not form.given:
        return form
    return Name(form.given, form.family, form.given + form.family, form.bag)


def is_foreign(text: str) -> bool:
    """True for a raw name in Latin letters or in katakana alone: its parts come in either order."""
    return script(text) in ("latin", "katakana")


def script(text: str) -> str:
    """What all letters of a raw text are: ``latin``, ``katakana`` or ``mixed``; "" without letters."""
    letters = [sign for sign in plain(text) if sign.isalpha() or sign == "ー"]
    if not letters:
        return ""
    if all(sign < "ɐ" or "Ḁ" <= sign <= "ỿ" for sign in letters):
        return "latin"
    return "katakana" if all("ァ" <= sign <= "ヿ" for sign in letters) else "mixed"


def is_kana(text: str) -> bool:
    """True where every letter of a normal form is hiragana or katakana."""
    return bool(text) and all("ぁ" <= sign <= "ヿ" or sign == DAMAGE for sign in text)


def birth_parts(iso: str) -> tuple[str, str, str]:
    """Year, month and day of an ISO date; "" for a part that is ``00`` or missing."""
    year, month, day = [*iso.split("-"), "", "", ""][:3]
    return (
        year if year.strip("0") else "",
        month if month != "00" else "",
        day if day != "00" else "",
    )


def phone(text: str) -> str:
    """Digits only, the country's +81 as 0; "" for fewer than six digits or one repeated digit."""
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", text))
    if digits.startswith("81") and len(digits) > 10:
        digits = "0" + digits[2:].removeprefix("0")
    if len(digits) < 6 or len(set(digits[-8:])) == 1:
        return ""
    return digits


def number(text: str) -> str:
    """An identifying number: half width, upper case, no blanks, no leading zeros."""
    if not (text.isascii() and text.isalnum()):
        text = re.sub(r"[\s-]", "", plain(text))
    return text.upper().lstrip("0")


def split(text: str) -> Name:
    """A levelled name by its parts: the first is the family's, the others the given name."""
    parts = text.split()
    if not parts:
        return Name()
    full = "".join(parts)
    if len(parts) == 1:
        return Name(full=full)
    return Name(family=parts[0], given="".join(parts[1:]), full=full, bag=" ".join(sorted(parts)))


def facility(text: str) -> str:
    """A school or nursery without the words that some departments leave out: 市立, 学校, 園."""
    levelled = re.sub(r"\s", "", plain(text))
    levelled = re.sub(r"^.{1,6}?[都道府県市区町村]立|^私立|(?:学校|園)$", "", levelled)
    return re.sub(r"小$|中$|保育$|幼稚$|(?:認定)?こども$", "", levelled) or levelled


def _repeat_marks(text: str) -> str:
    """佐々木 and 佐佐木 are one name."""
    return re.sub(r"(.)々", r"\1\1", text)


def _without_accents(text: str) -> str:
    """Latin letters lose their accents; kana keep their voicing marks."""
    if not any("À" <= sign <= "ỿ" for sign in text):
        return text
    opened = unicodedata.normalize("NFD", text.replace("Đ", "D"))
    return unicodedata.normalize("NFC", re.sub(r"(?<=[A-Z])[̀-ͯ]+", "", opened))


def _levelled_kana(text: str) -> str:
    katakana = "".join(chr(ord(sign) + 0x60) if "ぁ" <= sign <= "ゖ" else sign for sign in text)
    large = katakana.translate(_LARGE_KANA).replace("ゝ", "ヽ")
    for foreign, native in _FOREIGN_KANA:
        large = large.replace(foreign, native)
    levelled: list[str] = []
    for sign in large.upper():
        before = levelled[-1] if levelled else ""
        vowel = _VOWEL_OF.get(before, "")
        if sign == "ヽ" and before:
            levelled.append(before)
        elif sign == "ー":
            levelled.append(_LONG_VOWEL[vowel] if vowel else "")
        elif sign in ("オ", "エ") and vowel == sign:
            levelled.append(_LONG_VOWEL[vowel])
        else:
            levelled.append(sign)
    return "".join(levelled)


def coded(form: Name) -> Name:
    """A reading with one ASCII sign for every kana, since DuckDB's LEVENSHTEIN counts bytes."""
    return Name(*map(code, (form.family, form.given, form.full, form.bag, form.words)))


def code(text: str) -> str:
    """A levelled reading, or a part of one, with one ASCII sign for every kana."""
    return text.translate(_CODES)


def hyphens(text: str) -> str:
    """Every dash that a keyboard or a converter makes, as ``-``."""
    return text.translate(_HYPHENS)
