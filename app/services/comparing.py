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
from app.services.link_answers import TextMark

_DIGITS = str.maketrans("〇一二三四五六七八九", "0123456789")
_PIECE = re.compile(r"\d+|.[ﾞﾟ]?", re.DOTALL)
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
    numbers = field in ("address", "birth", "phone", "number")
    for found in _PIECE.finditer(_even(text, numbers)):
        raw = text[found.start() : found.end()]
        form = found[0].lstrip("0") or "0" if found[0].isdigit() else _form(raw)
        if form and not (field == "address" and _parts_numbers(text, found.start())):
            pieces.append(_Piece(found.start(), found.end(), raw, form))
    return pieces


def _even(text: str, numbers: bool) -> str:
    """The same length, with full-width and Chinese digits as plain ones."""
    plain = "".join(str(unicodedata.digit(one)) if one.isdigit() else one for one in text)
    return plain.translate(_DIGITS) if numbers else plain


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
    if one.isdigit() or other.isdigit():
        return False
    return unicodedata.normalize("NFKC", one) != unicodedata.normalize("NFKC", other)


def said_alike(one: str, other: str) -> bool:
    """Whether two readings or names are the same to matching."""
    forms = [normal.kana(normal.name(text, shipped_variants()).full).full for text in (one, other)]
    return bool(forms[0]) and forms[0] == forms[1]
