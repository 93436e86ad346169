"""Numbers as departments write them: any width, thousands separated or not, with a unit or not."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.domain.extracts.text import plain

_NUMBER = re.compile(r"[+]?(\d{1,3}(?:,\d{3})+|\d{1,15})(\.\d{1,15})?", re.ASCII)
_MINUS = ("-", "▲", "△")
_MONTH = re.compile(r"(\d{1,3})月?", re.ASCII)


class UnreadableNumber(ValueError):
    """No number that can be meant. The first argument is the reason's key."""


def read_number(text: str, units: Sequence[str] = ()) -> float:
    """The number, zero or more, that a cell says, with one of ``units`` after it or none.

    UnreadableNumber with ``cell.number.unreadable`` or ``cell.number.negative``.
    """
    form = plain(text)
    for unit in units:
        form = form.removesuffix(unit)
    negative = form.startswith(_MINUS)
    found = _NUMBER.fullmatch(form[1:] if negative else form)
    if not found:
        raise UnreadableNumber("cell.number.unreadable")
    number = float(found[1].replace(",", "") + (found[2] or ""))
    if negative and number:
        raise UnreadableNumber("cell.number.negative")
    return number


def read_month(text: str) -> int:
    """A month, 1 to 12. UnreadableNumber with ``cell.number.unreadable`` or ``cell.month.range``."""
    form = plain(text)
    found = _MONTH.fullmatch(form)
    if not found:
        raise UnreadableNumber("cell.month.range" if form[:1] in _MINUS else "cell.number.unreadable")
    month = int(found[1])
    if not 1 <= month <= 12:
        raise UnreadableNumber("cell.month.range")
    return month
