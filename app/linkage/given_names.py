"""Given names of records against each other: could they be one person's?

In the forms that ``told`` makes of a spelling: a given name with its family name beside it, a
full name that was not separated, or a foreign name without order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Protocol

from app.linkage.normal import Name

BESIDE = "\t"
"""Between a given name and its family name; between a foreign name's letters and its words."""

ORDERLESS = "*"
"""Stands before the sorted letters of a foreign name."""

UNSEPARATED = " "
"""Stands before a full name of which the given name could not be told."""


class Named(Protocol):
    """Whatever has given names, as written and as read."""

    @property
    def kanji(self) -> tuple[str, ...]: ...

    @property
    def kana(self) -> tuple[str, ...]: ...


def told(form: Name) -> str:
    """What a name in normal form says about the given name, in the form that ``fits`` reads; "" for nothing."""
    if not form.full:
        return ""
    if form.given:
        return f"{form.given}{BESIDE}{form.family}"
    if form.bag.startswith(ORDERLESS):
        return f"{form.bag}{BESIDE}{form.words}"
    return UNSEPARATED + form.full


def two_people(one: Named, other: Named) -> bool:
    """True where two records cannot share a given name even if one reading has a slip of the pen."""
    kanji = any_fits(one.kanji, other.kanji)
    if kanji is None:
        return any_fits(one.kana, other.kana) is False and not any(
            one_apart(a.partition(BESIDE)[0], b.partition(BESIDE)[0]) for a in one.kana for b in other.kana
        )
    return not kanji and any_fits(one.kana, other.kana) is not True


def one_apart(one: str, other: str) -> bool:
    """One letter more, less or other."""
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1:
        return False
    place = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    return one[place + (len(one) == len(other)) :] == other[place + 1 :]


def any_fits(ones: Iterable[str], others: Collection[str]) -> bool | None:
    """Does any name fit any other? None where a side has none."""
    pairs = [(a, b) for a in ones for b in others]
    return any(fits(a, b) for a, b in pairs) if pairs else None


def fits(one: str, other: str) -> bool:
    """Two given names are equal, or one ends with the other where family names were not separated.

    Beside a given name stands the family name: the two may be exchanged. A foreign name stands with
    all its letters sorted: a given name fits if it is made of them, another foreign name if all
    its words are among this one's.
    """
    (left, left_beside), (right, right_beside) = (name.partition(BESIDE)[::2] for name in (one, other))
    if left == right:
        return True
    if left.startswith(ORDERLESS) and right.startswith(ORDERLESS):
        return _fits_sign_by_sign(left, right) or _some_words(left_beside, right_beside)
    if left.startswith(ORDERLESS) or right.startswith(ORDERLESS):
        whole, part = (left, right) if left.startswith(ORDERLESS) else (right, left)
        return not Counter(part.lstrip(UNSEPARATED)) - Counter(whole)
    if left_beside and right_beside and (left, left_beside) == (right_beside, right):
        return True
    return _fits_sign_by_sign(left, right) or _turned(left, left_beside, right, right_beside)


def _fits_sign_by_sign(left: str, right: str) -> bool:
    if len(left) == len(right):
        return all(a == b or "_" in (a, b) for a, b in zip(left, right, strict=True))
    longer, shorter = (left, right) if len(left) > len(right) else (right, left)
    end = shorter.lstrip(UNSEPARATED)
    return longer.startswith(UNSEPARATED) and bool(end) and _fits_sign_by_sign(longer[-len(end) :], end)


def _some_words(left: str, right: str) -> bool:
    fewer, more = sorted((set(left.split()), set(right.split())), key=len)
    return len(fewer) > 1 and fewer <= more


def _turned(left: str, left_beside: str, right: str, right_beside: str) -> bool:
    """A full name that was not separated begins with the given name."""
    fulls = [name[len(UNSEPARATED) :] if name.startswith(UNSEPARATED) else "" for name in (left, right)]
    if all(fulls):
        return len(fulls[0]) == len(fulls[1]) > 2 and fulls[0] in fulls[1] * 2
    return (fulls[0] or left + left_beside) == (fulls[1] or right + right_beside) if any(fulls) else False
