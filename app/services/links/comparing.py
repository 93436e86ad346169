"""Two texts of a field side by side: where they differ, and where only the writing does.

What counts as the same character is what matching takes for the same. Marks are stretches of the
texts as they came; nothing is rewritten.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import NamedTuple

from app.linkage import normal
from app.linkage.model import shipped_variants
from app.services.links.link_answers import TextMark

_CHINESE = {"〇": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_PIECE = re.compile(r"\d+|.[ﾞﾟ]?", re.DOTALL)
_NUMBERED_PIECE = re.compile(r"\d+|[〇一二三四五六七八九十百]+|.[ﾞﾟ]?", re.DOTALL)
_SILENT = frozenset(" 　・,，.")
_ADDRESS_SIGNS = frozenset("-‐－ー−―の")
_ADDRESS_WORDS = ("丁目", "番地", "番", "号")


class _Piece(NamedTuple):
    start: int
    end: int
    raw: str
    form: str


def marks(field: str, one: str, other: str) -> tuple[tuple[TextMark, ...], tuple[TextMark, ...]]:
    """The differing stretches of both texts; none where one of them says nothing."""
    if not one or not other:
        return (), ()
    left, right = _pieces(field, one), _pieces(field, other)
    matcher = SequenceMatcher(None, [p.form for p in left], [p.form for p in right], autojunk=False)
    found: tuple[list[TextMark], list[TextMark]] = ([], [])
    for how, i, j, k, m in matcher.get_opcodes():
        if how == "equal":
            for a, b in zip(left[i:j], right[k:m], strict=True):
                if _written_otherwise(a.raw, b.raw):
                    found[0].append(TextMark(a.start, a.end, "variant"))
                    found[1].append(TextMark(b.start, b.end, "variant"))
            continue
        for pieces, into in ((left[i:j], found[0]), (right[k:m], found[1])):
            if pieces:
                into.append(TextMark(pieces[0].start, pieces[-1].end, "differs"))
    return tuple(found[0]), tuple(found[1])


def _pieces(field: str, text: str) -> Sequence[_Piece]:
    """Characters, and numbers as a whole, in the form that is compared; spaces and signs left out."""
    pieces = []
    pattern = _NUMBERED_PIECE if field == "address" else _PIECE
    for found in pattern.finditer(text):
        raw = found[0]
        number = _number(raw) if field == "address" or raw[0].isdigit() else None
        form = _form(raw) if number is None else str(number)
        if form and not (field == "address" and _parts_numbers(text, found.start())):
            pieces.append(_Piece(found.start(), found.end(), raw, form))
    return pieces


def _number(text: str) -> int | None:
    """The number that digits of any width, or Chinese ones, say; None for other texts."""
    if text.isdecimal():
        return int(text)
    if not all(one in _CHINESE or one in "十百" for one in text):
        return None
    total = here = 0
    for one in text:
        if one in _CHINESE:
            here = here * 10 + _CHINESE[one]
        else:
            total, here = total + (here or 1) * (10 if one == "十" else 100), 0
    return total + here


def _parts_numbers(text: str, at: int) -> bool:
    """Whether here stands what only parts the numbers of an address: 丁目, 番, 号 or a hyphen."""
    if text[at] in _ADDRESS_SIGNS:
        return True
    return any(text.startswith(word, at - back) for word in _ADDRESS_WORDS for back in range(min(at + 1, len(word))))


@lru_cache(maxsize=8192)
def _form(letter: str) -> str:
    """The form under which matching compares a character; "" for what it passes over."""
    if letter in _SILENT:
        return ""
    written = normal.name(letter, shipped_variants()).full or letter
    return normal.kana(written).full or written


def _written_otherwise(one: str, other: str) -> bool:
    """Not the same sign, and not only its width."""
    if _number(one) is not None:
        return False
    return unicodedata.normalize("NFKC", one) != unicodedata.normalize("NFKC", other)


def said_alike(one: str, other: str) -> bool:
    """Whether two readings or names are the same to matching."""
    forms = [normal.kana(normal.name(text, shipped_variants()).full).full for text in (one, other)]
    return bool(forms[0]) and forms[0] == forms[1]
