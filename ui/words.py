"""Language: which one is spoken, the catalogue read at start, and how days and numbers are said.

``_(key, **values)`` looks a sentence up in ``resources/locale/<code>/kizuki.po``; days among the
values are put into words first. A missing key shows itself (and fails the tests). Widgets and
colours do not live here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import Enum
from functools import cache

from babel.messages.pofile import read_po
from PySide6.QtCore import QLocale

from app.domain.criteria import Criterion, named, sentence, short
from app.domain.message import Message
from app.domain.priority import Level, Reason
from app.domain.sectors import Sector
from app.services.priority.runs import criteria
from app.services.protection.need_to_know import CLOSED
from ui.resources import RESOURCES

LANGUAGES = ("ja", "en")

_WEEKDAYS_JA = "月火水木金土日"
_WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# First day of each era, newest first: name, letter, first day, year before the era's year 1.
_ERAS = (
    ("令和", "R", date(2019, 5, 1), 2018),
    ("平成", "H", date(1989, 1, 8), 1988),
    ("昭和", "S", date(1926, 12, 25), 1925),
    ("大正", "T", date(1912, 7, 30), 1911),
    ("明治", "M", date(1868, 1, 25), 1867),
)


class _Spoken:
    """The language in force and its sentences."""

    language = "ja"
    sentences: Mapping[str, str] = {}
    western = False
    """Years of Japanese dates by the western count."""


def system_language() -> str:
    """The language this PC asks for, if we have it; else English."""
    wanted = QLocale.system().uiLanguages()
    for tag in wanted:
        code = tag.split("-")[0]
        if code in LANGUAGES:
            return code
    return "en"


def speak(language: str) -> None:
    """Speak this language from now on. Pages made before keep their words: make them anew."""
    _Spoken.language = language
    _Spoken.sentences = read_catalogue(language)


def count_years(how: str) -> None:
    """``wareki`` (令和8年) or ``western`` (2026年), in Japanese; English has western years only."""
    _Spoken.western = how == "western"


def western() -> bool:
    """Whether Japanese dates have western years."""
    return _Spoken.western


def language() -> str:
    return _Spoken.language


def read_catalogue(language: str) -> dict[str, str]:
    """All sentences of a language by key; a language without a file has none."""
    path = RESOURCES / "locale" / language / "kizuki.po"
    if not path.exists():
        return {}
    with path.open("rb") as stream:
        catalogue = read_po(stream, locale=language)
    return {str(entry.id): str(entry.string) for entry in catalogue if entry.id and entry.string}


def _(key: str, **values: object) -> str:
    """The sentence of a key with its values in place; the key itself when there is none."""
    text = _Spoken.sentences.get(key)
    if text is None:
        return key
    if not values:
        return text
    return text.format_map(_Values({name: _put(value) for name, value in values.items()}))


def has(key: str) -> bool:
    """Whether the language in force has a sentence of this key."""
    return key in _Spoken.sentences


def say(message: Message) -> str:
    return _(message.key, **message.values)


def term(shelf: str, value: str) -> str:
    """The word of a coded value (``contact.phone``); what is not coded is shown as it is."""
    if not value:
        return ""
    return _Spoken.sentences.get(f"{shelf}.{value}", value)


class _Values(dict[str, object]):
    """Values of a sentence; one that is missing stays visible instead of stopping the screen."""

    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"


def _put(value: object) -> object:
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day_short(value)
    if isinstance(value, Level):
        return level_word(value)
    if isinstance(value, Sector):
        return sector_word(value)
    if isinstance(value, Message):
        return say(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, float):
        return number(value)
    return value


# ---------------------------------------------------------------- nouns


def level_word(level: Level) -> str:
    return _(f"level.{level.value}")


def level_letter(level: Level) -> str:
    """The one or two letters that stand in a level's mark."""
    return _(f"level.{level.value}.letter")


def sector_word(sector: Sector) -> str:
    return _(f"sector.{sector.value}")


def sector_letter(sector: Sector) -> str:
    return _(f"sector.{sector.value}.letter")


def reason_words(reason: Reason, whole: bool = False) -> str:
    """A finding as a few words for a list, or as a ``whole`` sentence.

    The texts stand in the criteria's own files; a criterion that is no longer shipped shows its
    key, so that an old decision's reason does not vanish.
    """
    criterion = _criterion(reason.criterion)
    if criterion is None:
        return criterion_name(reason.criterion)
    return (sentence if whole else short)(criterion, reason, _Spoken.language)


def criterion_name(key: str) -> str:
    """What a criterion looks at; its key for one that is not shipped."""
    criterion = _criterion(key)
    if criterion is None:
        return _("reason.closed") if key == CLOSED else key
    return named(criterion, _Spoken.language)


def know_criteria(rules: Iterable[Criterion]) -> None:
    """An office's own criteria and its words for the shipped ones, from now on."""
    _Known.criteria = {criterion.key: criterion for criterion in rules}


class _Known:
    """The criteria of the office on the desk."""

    criteria: Mapping[str, Criterion] = {}


def _criterion(key: str) -> Criterion | None:
    return _Known.criteria.get(key) or _shipped().get(key)


@cache
def _shipped() -> Mapping[str, Criterion]:
    return {criterion.key: criterion for criterion in criteria()}


def count(value: int) -> str:
    """A whole number with its thousands marked."""
    return f"{value:,}"


def number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


# ---------------------------------------------------------------- days


def era_year(day: date) -> tuple[str, str, int]:
    """Era name, era letter and year in the era: (令和, R, 8)."""
    for name, letter, first, before in _ERAS:
        if day >= first:
            return name, letter, day.year - before
    return "西暦", "", day.year


def weekday(day: date) -> str:
    return _WEEKDAYS_JA[day.weekday()] if _Spoken.language == "ja" else _WEEKDAYS_EN[day.weekday()]


def day_long(day: date, with_weekday: bool = True) -> str:
    """令和8年11月24日（火） / Tue 24 Nov 2026."""
    if _Spoken.language != "ja":
        text = f"{day.day} {_MONTHS_EN[day.month - 1]} {day.year}"
        return f"{weekday(day)} {text}" if with_weekday else text
    text = f"{_year(day)}年{day.month}月{day.day}日"
    return f"{text}（{weekday(day)}）" if with_weekday else text


def month_long(day: date) -> str:
    """令和8年11月 / November 2026 in short."""
    if _Spoken.language != "ja":
        return f"{_MONTHS_EN[day.month - 1]} {day.year}"
    return f"{_year(day)}年{day.month}月"


def _year(day: date) -> str:
    """令和8, 令和元, 2026."""
    name, _letter, year = era_year(day)
    return str(day.year) if _Spoken.western else f"{name}{'元' if year == 1 else year}"


def day_short(day: date, today: date | None = None, with_weekday: bool = False) -> str:
    """11/24, or R7.12/3 in another school year than today's; 24 Nov / 3 Dec 2025 in English."""
    other = today is not None and _school_year(day) != _school_year(today)
    if _Spoken.language != "ja":
        text = f"{day.day} {_MONTHS_EN[day.month - 1]}"
        if other:
            return f"{text} {day.year}"
        return f"{weekday(day)} {text}" if with_weekday else text
    text = f"{day.month}/{day.day}"
    if other:
        _name, letter, year = era_year(day)
        return f"{day.year}/{text}" if _Spoken.western else f"{letter}{year}.{text}"
    return f"{text}（{weekday(day)}）" if with_weekday else text


def days_ago(day: date, today: date) -> str:
    """12日前, 今日, 4日後."""
    days = (today - day).days
    if days == 0:
        return _("day.today")
    if days == 1:
        return _("day.yesterday")
    if days == -1:
        return _("day.tomorrow")
    return _("day.ago", days=count(days)) if days > 0 else _("day.ahead", days=count(-days))


def clock(time: datetime) -> str:
    return f"{time.hour}:{time.minute:02d}"


def moment(time: datetime) -> str:
    return f"{day_long(time.date())} {clock(time)}"


def age_words(age: int | None) -> str:
    return _("age.unknown") if age is None else _("age.years", age=age)


def _school_year(day: date) -> int:
    return day.year if day.month >= 4 else day.year - 1
