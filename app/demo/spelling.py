"""How systems spell the same thing: dates by era or not, kana wide, narrow or hiragana, addresses with kanji or
hyphens, codes for words.

Every function takes a clean cell and returns text; an empty cell stays empty, and text that is no such thing (a
broken date) passes as it is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import jaconv

from app.demo.model import CITY_NAME, PREFECTURE, Address, Cell, PartialDate

ERAS = (
    (dt.date(2019, 5, 1), "令和", "R", 5, 2018),
    (dt.date(1989, 1, 8), "平成", "H", 4, 1988),
    (dt.date.min, "昭和", "S", 3, 1925),
)
"""First day, name, letter, digit, and the year before its first."""

LARGE_KANA = str.maketrans("ァィゥェォッャュョヮ", "アイウエオツヤユヨワ")
WIDE = str.maketrans("0123456789-.", "０１２３４５６７８９－．")
KANJI_DIGITS = "〇一二三四五六七八九"


def _era(year: int, month: int, day: int) -> tuple[str, str, int, int]:
    """Name, letter and digit of the era, and the year in it. An unknown month or day counts as the last of its span."""
    date = dt.date(year, month or 12, day or 28)
    _, name, letter, digit, before = next(era for era in ERAS if date >= era[0])
    return name, letter, digit, year - before


def _wareki(year: int, month: int, day: int) -> str:
    name, _, _, number = _era(year, month, day)
    known = f"{name}{number if number > 1 else '元'}年"
    if not month:
        return f"{known}不詳"
    return f"{known}{month}月{day}日" if day else f"{known}{month}月不詳"


def _letter(year: int, month: int, day: int) -> str:
    _, letter, _, number = _era(year, month, day)
    return f"{letter}{number}.{month}.{day}" if month and day else f"{letter}{number}.{month:02d}.{day:02d}"


def _letter_compact(year: int, month: int, day: int) -> str:
    _, letter, _, number = _era(year, month, day)
    return f"{letter}{number:02d}{month:02d}{day:02d}"


def _digit_compact(year: int, month: int, day: int) -> str:
    _, _, digit, number = _era(year, month, day)
    return f"{digit}{number:02d}{month:02d}{day:02d}"


def _slash(year: int, month: int, day: int) -> str:
    return f"{year}/{month}/{day}" if month and day else f"{year}/{month:02d}/{day:02d}"


DATE_STYLES: dict[str, Callable[[int, int, int], str]] = {
    "2026-04-02": lambda year, month, day: f"{year}-{month:02d}-{day:02d}",
    "2026/4/2": _slash,
    "20260402": lambda year, month, day: f"{year}{month:02d}{day:02d}",
    "令和8年4月2日": _wareki,
    "令和８年４月２日": lambda year, month, day: _wareki(year, month, day).translate(WIDE),
    "R8.4.2": _letter,
    "R080402": _letter_compact,
    "5080402": _digit_compact,
}


def spell_date(cell: Cell, style: str) -> str:
    """A date in one of `DATE_STYLES`; unknown parts are 00, or 不詳 where the style has words."""
    if isinstance(cell, dt.date):
        return DATE_STYLES[style](cell.year, cell.month, cell.day)
    if isinstance(cell, PartialDate):
        return DATE_STYLES[style](cell.year, cell.month, 0)
    return spell(cell)


def spell(cell: Cell) -> str:
    """A cell that has only one spelling."""
    return "" if cell is None else str(cell)


def spell_name(cell: Cell, space: str) -> str:
    """A name with its parts set apart by `space` (which may be nothing, except between Latin words)."""
    text = spell(cell)
    return text if text.isascii() else text.replace(" ", space)


def spell_kana(cell: Cell, style: str, space: str, large: bool) -> str:
    """A kana name: `wide`, `narrow` or `hiragana`; `large` writes small kana large."""
    text = spell(cell).replace(" ", space)
    text = text.translate(LARGE_KANA) if large else text
    if style == "narrow":
        return jaconv.z2h(text, kana=True)
    return jaconv.kata2hira(text) if style == "hiragana" else text


def kanji_number(number: int) -> str:
    """1 to 99 in kanji: 二十一."""
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else f"{KANJI_DIGITS[tens]}十") + (
        KANJI_DIGITS[ones] if ones or not tens else ""
    )


def _hyphens(home: Address) -> str:
    return "-".join(str(part) for part in (home.chome, home.ban, home.go) if part)


ADDRESS_STYLES: dict[str, Callable[[Address], str]] = {
    "一丁目四番五号": lambda home: (
        (f"{kanji_number(home.chome)}丁目" if home.chome else "")
        + f"{kanji_number(home.ban)}番{kanji_number(home.go)}号"
    ),
    "1丁目4-5": lambda home: (f"{home.chome}丁目" if home.chome else "") + f"{home.ban}-{home.go}",
    "１－４－５": lambda home: _hyphens(home).translate(WIDE),
    "1-4-5": _hyphens,
}


def spell_address(cell: Cell, style: str, prefix: str, building: bool) -> str:
    """An address in one of `ADDRESS_STYLES`. `prefix` is `prefecture` (and city), `city` or empty; other cities'
    names always stand."""
    if not isinstance(cell, Address):
        return spell(cell)
    before = {"prefecture": PREFECTURE + CITY_NAME, "city": CITY_NAME, "": ""}[prefix] if not cell.outside else ""
    house = f"{before}{cell.town}{ADDRESS_STYLES[style](cell)}"
    if not (building and cell.building):
        return house
    if style == "１－４－５":
        return f"{house}　{cell.building}{cell.room}".translate(WIDE)
    return f"{house} {cell.building}{cell.room}号室" if style == "1丁目4-5" else f"{house}　{cell.building} {cell.room}"
