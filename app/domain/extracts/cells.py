"""One cell's text becomes a value, or a value with a flaw. Parsers are made once per column.

Values: ``str`` for texts and codes, ``float`` for numbers and months, ``int`` for fiscal years,
``Day`` for dates, None for empty (unknown).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.domain.extracts.dates import UnreadableDate, read_date, read_fiscal_year
from app.domain.extracts.names import is_damaged
from app.domain.extracts.numbers import UnreadableNumber, read_month, read_number
from app.domain.extracts.profile import Column
from app.domain.extracts.text import code_form, plain

Parser = Callable[[str], Any]

YES, NO = "有", "無"
_YES_NO = {YES: ("1", "○", "◯", "〇", "あり", "有り"), NO: ("0", "×", "なし", "無し")}
_SEX = {"M": ("男", "1", "男性", "男子"), "F": ("女", "2", "女性", "女子")}
_REMEMBERED = 50_000


@dataclass(frozen=True, slots=True)
class Flawed:
    """A cell that cannot stand without a word: ``rejects`` its row, or is kept with a warning."""

    value: Any
    reason: str
    rejects: bool
    args: Mapping[str, object] = field(default_factory=dict)


class Cells(dict[str, Any]):
    """Text of a cell -> its value. Most cells of a column say the same again: parsed once."""

    def __init__(self, parse: Parser) -> None:
        super().__init__()
        self._parse = parse

    def __missing__(self, text: str) -> Any:
        value = self._parse(text)
        if len(self) < _REMEMBERED:
            self[text] = value
        return value


def cells_of(column: Column, as_of: date) -> Cells:
    """How to read the cells of a column in an extract of the day ``as_of``."""
    parse = _MAKERS[column.type](column, as_of)
    empty = Flawed(None, "cell.empty", rejects=True) if column.needed else None

    def filled(text: str) -> Any:
        text = text.strip()
        return parse(text) if text else empty

    return Cells(filled)


def _text(column: Column, as_of: date) -> Parser:
    return str


def _id(column: Column, as_of: date) -> Parser:
    return plain


def _name(column: Column, as_of: date) -> Parser:
    def parse(text: str) -> Any:
        return Flawed(text, "cell.name.damaged", rejects=False) if is_damaged(text) else text

    return parse


def _number(column: Column, as_of: date) -> Parser:
    units = column.units

    def parse(text: str) -> Any:
        try:
            number = read_number(text, units)
        except UnreadableNumber as error:
            return Flawed(None, error.args[0], rejects=True)
        if not _within(number, column.bounds):
            return Flawed(None, "cell.number.out_of_bounds", rejects=True, args=_limits(column.bounds))
        if not _within(number, column.usual):
            return Flawed(number, "cell.number.unusual", rejects=False, args=_limits(column.usual))
        return number

    return parse


def _within(number: float, limits: tuple[float | None, float | None]) -> bool:
    low, high = limits
    return (low is None or number >= low) and (high is None or number <= high)


def _limits(limits: tuple[float | None, float | None]) -> dict[str, object]:
    return {"low": 0 if limits[0] is None else limits[0], "high": "" if limits[1] is None else limits[1]}


def _month(column: Column, as_of: date) -> Parser:
    def parse(text: str) -> Any:
        try:
            return read_month(text)
        except UnreadableNumber as error:
            return Flawed(None, error.args[0], rejects=True)

    return parse


def _fiscal_year(column: Column, as_of: date) -> Parser:
    def parse(text: str) -> Any:
        try:
            return read_fiscal_year(text)
        except UnreadableDate as error:
            return Flawed(None, error.args[0], rejects=True)

    return parse


def _date(column: Column, as_of: date) -> Parser:
    latest = date.max if column.planned else as_of
    # A fact must stand somewhere in time; a birth date, or a date that need not be, may be unknown.
    must_be_known = column.needed and column.type == "date"

    def parse(text: str) -> Any:
        try:
            day = read_date(text)
        except UnreadableDate as error:
            return Flawed(None, error.args[0], rejects=True)
        if day is None:
            return Flawed(None, "cell.date.unknown", rejects=must_be_known)
        if day.first > latest:
            return Flawed(None, "cell.date.after_extract", rejects=True, args={"as_of": as_of.isoformat()})
        if day.partial:
            return Flawed(day, "cell.date.partial", rejects=False, args={"known": day.iso})
        if day.outside_era:
            return Flawed(day, "cell.date.outside_era", rejects=False, args={"known": day.iso})
        return day

    return parse


def _code(column: Column, as_of: date) -> Parser:
    return _coded(column.codes, column.needed)


def _yes_no(column: Column, as_of: date) -> Parser:
    return _coded(_both(_YES_NO, column.codes), column.needed)


def _sex(column: Column, as_of: date) -> Parser:
    return _coded(_both(_SEX, column.codes), column.needed)


def _both(own: Mapping[str, tuple[str, ...]], more: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """The spellings that every file may use, with those that a profile adds."""
    return {
        word: (*own.get(word, ()), *more.get(word, ())) for word in (*own, *(one for one in more if one not in own))
    }


def _coded(codes: Mapping[str, tuple[str, ...]], needed: bool) -> Parser:
    words = {code_form(text): word for word, texts in codes.items() for text in (word, *texts)}

    def parse(text: str) -> Any:
        word = words.get(text, words.get(code_form(text)))
        if word:
            return word
        if word is not None:  # an office said that it means nothing known
            return Flawed(None, "cell.empty", rejects=True) if needed else None
        known = "、".join(filter(None, codes))
        return Flawed(text, "cell.code.unknown", rejects=needed, args={"known": known})

    return parse


_MAKERS: dict[str, Callable[[Column, date], Parser]] = {
    "text": _text,
    "id": _id,
    "name": _name,
    "birth": _date,
    "date": _date,
    "fiscal_year": _fiscal_year,
    "month": _month,
    "number": _number,
    "code": _code,
    "yes_no": _yes_no,
    "sex": _sex,
}
