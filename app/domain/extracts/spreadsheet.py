"""What a spreadsheet makes of cells by itself when it opens a text file: numbers without their zeros, days where
there are none. Scripts that correct files do the like.

Nobody meant these changes, so a cell that comes back so is what went out.
"""

from __future__ import annotations

import re
import unicodedata

_POWER = re.compile(r"\d(?:\.(\d+))?[eE]\+?\d+")
_PARTS = re.compile(r"(\d{1,2})[-/](\d{1,2})(?:[-/](\d{1,2}))?")
_EXACT = 15
"""So many digits of a number are kept; the rest become zeros."""
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_CENTURY = 30
"""Years of two digits up to here are of this century."""


def spoiled(before: str, now: str) -> bool:
    """Whether a spreadsheet by itself makes ``now`` of ``before``."""
    before, now = (unicodedata.normalize("NFKC", text).strip() for text in (before, now))
    if before == now or not now:
        return False
    if before.isdecimal():
        return _as_number(before, now)
    parts = _PARTS.fullmatch(before)
    return parts is not None and _as_day(parts, now)


def _as_number(before: str, now: str) -> bool:
    bare = before.lstrip("0") or "0"
    if now in (bare, bare + ".0", bare[:_EXACT] + "0" * (len(bare) - _EXACT)):
        return True
    power = _POWER.fullmatch(now)
    return power is not None and float(f"{int(before):.{len(power[1] or '')}e}") == float(now)


def _as_day(parts: re.Match[str], now: str) -> bool:
    """1-4-5 becomes a day in 2001, 1-2 the second of January of some year."""
    first, second = int(parts[1]), int(parts[2])
    if parts[3] is None:
        if not 1 <= first <= len(_MONTHS):
            return False
        said = (f"{first}月{second}日", f"{second}-{_MONTHS[first - 1]}", f"{second:02}-{_MONTHS[first - 1]}")
        return now in said or re.fullmatch(rf"\d{{4}}[-/]0?{first}[-/]0?{second}", now) is not None
    orders = ((first, second, int(parts[3])), (int(parts[3]), first, second))
    return any(
        re.fullmatch(rf"{_whole(year)}[-/]0?{month}[-/]0?{day}|0?{month}/0?{day}/{_whole(year)}", now) is not None
        for year, month, day in orders
    )


def _whole(year: int) -> int:
    return year + (2000 if year < _CENTURY else 1900)
