"""Dates as departments write them: Western or era, with signs or without, whole or partly known.

Read: ``2026-04-02 2026/4/2 20260402 令和8年4月2日 令和元年5月1日 R8.4.2 R080402 5080402``, in any
width of digit, and 平成二十五年四月一日, 二〇一三年四月一日. ``不詳`` or ``00`` in place of a month or day
leaves the part that is known.

An era's years are counted on past its end (平成32年 was printed on many a card before 2019): such a
day is unmistakable, so it is read, and ``outside_era`` says that it never bore that name.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from typing import NamedTuple

from app.domain.extracts.text import plain

_FIRST_YEAR, _LAST_YEAR = 1868, 9999

_ERAS = {
    "明": (date(1868, 1, 25), date(1912, 7, 29)),
    "大": (date(1912, 7, 30), date(1926, 12, 24)),
    "昭": (date(1926, 12, 25), date(1989, 1, 7)),
    "平": (date(1989, 1, 8), date(2019, 4, 30)),
    "令": (date(2019, 5, 1), date.max),
}
_SIGNS = dict(zip("MTSHR12345", [*_ERAS, *_ERAS], strict=True))

_ISO = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})", re.ASCII)
_TIME = re.compile(r"[ T　]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(Z|\+09:?00)?$")
_WEEKDAY = re.compile(r"\([月火水木金土日]\)$")
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_ERA_DIGITS = re.compile(r"([MTSHR1-5]|[明大昭平令])(\d{2})(\d{2})(\d{2})", re.ASCII)
_ERA = r"(?P<era>明治?|大正?|昭和?|平成?|令和?|[MTSHR])(?P<count>\d{1,3}|元)"
_WRITTEN = re.compile(
    rf"(?:{_ERA}|(?P<year>\d{{4}}))"
    r"(?:(?P<sign>[-/.])(?P<m>\d{1,2}|不詳)(?:[-/.](?P<d>\d{1,2}|不詳))?"
    r"|年(?:(?P<month>\d{1,2}|不詳)(?:月(?:(?P<day>\d{1,2}|不詳)日?|日不詳|日)?)?|月?日?(?:不詳)?))",
    re.ASCII,
)
_YEAR = re.compile(rf"(?:{_ERA}|(?P<year>\d{{4}}))(?:年度?)?", re.ASCII)
_IN_KANJI = re.compile("[〇零一二三四五六七八九十]+(?=[年月日])")
_FIGURES = str.maketrans("〇零一二三四五六七八九", "00123456789")
_UNKNOWN = frozenset({"不詳", "不明", "年月日不詳"})


class UnreadableDate(ValueError):
    """No date can be meant. The first argument is the reason's key."""


class Day(NamedTuple):
    """A day, or the part of it that is known.

    ``iso`` has ``00`` for an unknown month or day; ``first`` and ``last`` are the earliest and the
    latest day that it can be, both the day itself when it is whole.
    """

    iso: str
    first: date
    last: date
    outside_era: bool = False

    @property
    def partial(self) -> bool:
        """Whether month or day is unknown."""
        return self.first != self.last


def read_date(text: str) -> Day | None:
    """The day that a cell says; None where it says that the date is not known (不詳).

    UnreadableDate with ``cell.date.unreadable``, ``cell.date.month`` or ``cell.date.no_such_day``.
    """
    found = _ISO.fullmatch(text)
    if found:
        return _day(int(found[1]), int(found[2]), int(found[3]))
    form = _WEEKDAY.sub("", plain(_TIME.sub("", text.strip()))).upper()
    if form in _UNKNOWN:
        return None
    if found := _DIGITS.fullmatch(form):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := _ERA_DIGITS.fullmatch(form):
        return _era_day(found[1], found[2], int(found[3]), int(found[4]))
    if found := _WRITTEN.fullmatch(_IN_KANJI.sub(_in_digits, form)):
        month, day = _part(found["m"] or found["month"]), _part(found["d"] or found["day"])
        if found["era"]:
            return _era_day(found["era"], found["count"], month, day)
        return _day(int(found["year"]), month, day)
    raise UnreadableDate("cell.date.unreadable")


def read_fiscal_year(text: str) -> int:
    """The year that a 年度 begins in: ``2026``, ``2026年度``, ``令和8年度``, ``R8``. UnreadableDate."""
    found = _YEAR.fullmatch(_IN_KANJI.sub(_in_digits, plain(text).upper()))
    if not found:
        raise UnreadableDate("cell.year.unreadable")
    year = int(found["year"]) if found["year"] else _western(found["era"], found["count"])
    if not _FIRST_YEAR <= year <= 2200:
        raise UnreadableDate("cell.year.unreadable")
    return year


def _in_digits(found: re.Match[str]) -> str:
    """``二十五`` and ``二五`` are 25. What is no number of either sort stays as it is written."""
    tens, ten, ones = found[0].translate(_FIGURES).partition("十")
    if not ten:
        return tens
    return f"{tens or 1}{ones or 0}" if len(tens) <= 1 and len(ones) <= 1 else found[0]


def _part(text: str | None) -> int:
    return int(text) if text and text != "不詳" else 0


def _western(era: str, count: str) -> int:
    years = 1 if count == "元" else int(count)
    if years == 0:
        raise UnreadableDate("cell.date.unreadable")
    return _ERAS[_SIGNS.get(era, era[0])][0].year + years - 1


def _era_day(era: str, count: str, month: int, day: int) -> Day:
    read = _day(_western(era, count), month, day)
    began, ended = _ERAS[_SIGNS.get(era, era[0])]
    return read._replace(outside_era=read.last < began or read.first > ended)


def _day(year: int, month: int, day: int) -> Day:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise UnreadableDate("cell.date.unreadable")
    if month > 12:
        raise UnreadableDate("cell.date.month")
    longest = monthrange(year, month)[1] if month else 31
    if day > longest:
        raise UnreadableDate("cell.date.no_such_day")
    if month and day:
        whole = date(year, month, day)
        return Day(whole.isoformat(), whole, whole)
    iso = f"{year:04}-{month:02}-{day:02}"
    if month:
        return Day(iso, date(year, month, 1), date(year, month, longest))
    return Day(iso, date(year, 1, 1), date(year, 12, 31))
