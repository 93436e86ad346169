"""Normal form of a Japanese address: the town's name, block and number, the rest.

Written by hand because it is short and must work without a network. Prefecture and city are not
cut off by guess (四日市市, 本町): two towns agree when one ends with the other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.linkage.normal import hyphens, plain
from app.linkage.variants import Variants

_PREFECTURE = re.compile(r"^(?:東京都|北海道|京都府|大阪府|.{2,3}?県)")
_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_COUNTED = re.compile(r"([〇零一二三四五六七八九十百]+)(?=丁目|番地|番(?!町|丁)|号|-|$)")
_DASH_IN_NUMBERS = re.compile(r"(?<=[\d〇零一二三四五六七八九十])[‐‑‒–—―−－ｰ﹣ー](?=[\d〇零一二三四五六七八九十])")
_AFTER_COUNT = re.compile(r"(?<=\d)(?:丁目|番地|番(?!町|丁)|号)[のノ]?")
_BETWEEN = re.compile(r"(?<=\d)[のノ](?=\d)")
_KANJI_AFTER_HYPHEN = re.compile(r"(?<=-)([〇零一二三四五六七八九十百]+)(?![^\d\s-])")
_PARTS = re.compile(r"^(.*?)(\d+(?:-\d+)*)-?(.*)$")
_BLANKS = re.compile(r"\s+")
_BLANK_OR_HYPHEN = re.compile(r"[\s-]")
_HYPHENS = re.compile(r"-+")
_HYPHEN_BETWEEN = re.compile(r"(?<=\d) ?- ?(?=\d)")
_DASH_BY_NUMBER = re.compile(r"(?<=\d)[‐‑‒–—―−－ｰ﹣ー]|[‐‑‒–—―−－ｰ﹣ー](?=\d)")
_COUNTING, _UNITS = frozenset("〇零一二三四五六七八九十百"), frozenset("丁番号")
_TENS = re.compile(r"[十百]")
_KE = str.maketrans("ヶヵがガ之の", "ケケケケノノ")


@dataclass(frozen=True, slots=True)
class Address:
    """``town`` without prefecture, ``street`` the numbers joined by hyphens (at most three)."""

    town: str = ""
    street: str = ""


def address(text: str, variants: Variants) -> Address:
    """Town and numbers of an address; building, floor and room are left out."""
    levelled = plain(text).translate(variants)
    levelled = levelled.replace("大字", "").replace("番地の", "番地").translate(_KE).strip()
    levelled = _PREFECTURE.sub("", levelled, count=1)
    levelled = _numbers(_BLANKS.sub(" ", levelled))
    match = _PARTS.match(levelled)
    if match is None:
        return Address(town=_BLANK_OR_HYPHEN.sub("", levelled))
    town = _BLANK_OR_HYPHEN.sub("", match.group(1))
    return Address(town=town, street="-".join(match.group(2).split("-")[:3]))


def _numbers(text: str) -> str:
    text = _DASH_IN_NUMBERS.sub("-", text)
    counted = not _COUNTING.isdisjoint(text)
    if counted:
        text = _COUNTED.sub(lambda found: _arabic(found.group(1)), text)
    text = hyphens_between_numbers(text)
    if counted:
        text = _KANJI_AFTER_HYPHEN.sub(lambda found: _arabic(found.group(1)), text)
    if not _UNITS.isdisjoint(text):
        text = _AFTER_COUNT.sub("-", text)
    text = _BETWEEN.sub("-", text)
    return _HYPHENS.sub("-", _HYPHEN_BETWEEN.sub("-", text))


def hyphens_between_numbers(text: str) -> str:
    """Dashes beside a digit become ``-``; the long-vowel sign in a building's name stays."""
    return _DASH_BY_NUMBER.sub(lambda m: hyphens(m.group(0)), text)


def _arabic(text: str) -> str:
    """二十三 -> 23, 一二 -> 12."""
    if not _TENS.search(text):
        return text.translate(_DIGITS)
    total = 0
    for unit, size in (("百", 100), ("十", 10)):
        if unit in text:
            count, text = text.split(unit, 1)
            total += size * int((count or "一").translate(_DIGITS) or 1)
    return str(total + int(text.translate(_DIGITS) or 0))
