"""What an unknown code could mean: by its own words, or because another code table of the office says so.

A suggestion is a help for the person who decides, never a decision. Where two tables contradict each other, or
a text denies what it names, nothing is suggested.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.extracts.cells import Cells, Flawed, cells_of
from app.domain.extracts.office_profile import CODED, words_of
from app.domain.extracts.profile import Column, Profile
from app.domain.extracts.text import code_form, plain

_NUMBERED = re.compile(r"^[\[(【「]?(?:\d{1,3}|[a-z])[\])】」]?[:.,、・_)\-]*(?=[^\W\d_a-z])", re.IGNORECASE)
"""A number or letter before the words: ``1:在園``, ``(02) 退園``, ``B.要観察``."""
_ASIDE = re.compile(r"[\[(【「].*?[\])】」]$")
_DENIES = re.compile(r"[未非不無否除外]|なし|ない|せず|以外|予定|取消|取り消|中止|解除|[?？×]")
_BARE = re.compile(r"[\w\-]{1,3}", re.ASCII)
"""A text that means something only in its own table."""


@dataclass(frozen=True)
class Meaning:
    """``word`` of the column's own ("" for what says nothing). ``profile`` and ``column``: whose table says so;
    both "" where the text's own words do."""

    word: str
    profile: str = ""
    column: str = ""


def unnumbered(text: str) -> str:
    """A text without the number or letter before its words."""
    return _NUMBERED.sub("", plain(text))


Tables = Sequence[tuple[str, Column]]
"""Coded columns with the key of the extract that they belong to."""


def tables_of(profiles: Iterable[Profile]) -> Tables:
    """Every code table, those of the office's own words included."""
    return [(one.key, column) for one in profiles for column in one.columns.values() if column.type in CODED]


def likely(column: Column, text: str, tables: Tables) -> Meaning | None:
    """What a text without a meaning in this column could mean; None where nothing tells."""
    return _by_table(column, text, tables) or _by_words(column, text)


def _by_table(column: Column, text: str, tables: Tables) -> Meaning | None:
    """As the tables of the same name say, else as any other that knows the word."""
    own = [one for one in tables if one[1].name == column.name and one[1].type == column.type]
    others = [one for one in tables if one not in own and _comparable(column, one[1], text)]
    for some in (own, others):
        said = [one for key, other in some for one in _said(column, other, key, text)]
        words = {one.word for one in said}
        if len(words) == 1:
            return said[0]
        if words:
            return None
    return None


def _comparable(column: Column, other: Column, text: str) -> bool:
    """Bare signs mean the same only where the same words are meant: two tables of 有 and 無, two of 男 and 女."""
    if _BARE.fullmatch(plain(text)) is None:
        return True
    return column.type == other.type and set(words_of(column)) == set(words_of(other))


def _said(column: Column, other: Column, key: str, text: str) -> list[Meaning]:
    form = code_form(text)
    return [
        Meaning(word, key, other.name)
        for word, texts in other.codes.items()
        if form in map(code_form, texts) and (word in words_of(column) or not word)
    ]


def _by_words(column: Column, text: str) -> Meaning | None:
    """By a known spelling within the text: behind a number, before an aside, or as its better half."""
    parser = cells_of(column, date.max)
    form = plain(text)
    bare = unnumbered(text)
    for part in (bare, _ASIDE.sub("", bare), _ASIDE.sub("", form)):
        if part and part != form and (word := _known(parser, part)):
            return Meaning(word)
    return _by_half(column, code_form(bare))


def _known(parser: Cells, text: str) -> str | None:
    value = parser[text]
    return None if isinstance(value, Flawed) or value is None else str(value)


def _by_half(column: Column, form: str) -> Meaning | None:
    spelt = {
        code_form(one): word
        for word in words_of(column)
        for one in (word, *column.codes.get(word, ()))
        if len(code_form(one)) > 1
    }
    there = [one for one in spelt if one in form]
    longest = [one for one in there if not any(one != other and one in other for other in there)]
    words = {spelt[one] for one in longest}
    rest = form
    for one in longest:
        rest = rest.replace(one, "")
    if len(words) != 1 or _DENIES.search(rest) or len(rest) > len(max(longest, key=len)):
        return None
    return Meaning(words.pop())
