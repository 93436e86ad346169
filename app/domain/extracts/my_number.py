"""The Individual Number (個人番号) is never an identifier here: a file that carries it is refused."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice, zip_longest

from app.domain.extracts.text import header_form

_HEADED = re.compile(
    r"(個人番号|個人no|マイ[・.]?ナンバ[ー-]?|まいなんば[ー-]?|コジンバンゴウ|こじんばんごう|my[-_]?number|individualnumber)"
    r"(?![ー-]?(カード|かーど|card))"
)
_BETWEEN = r"[{}\u3000._/・ｰー\-‐‑‒–—―−－]?"
_TWELVE = rf"(?<!\d)\d(?:{_BETWEEN}\d){{{{11}}}}(?!\d)"
LOOKS_LIKE = re.compile(_TWELVE.format(r"\s,"))
"""Found in any text that could hold such a number; much cheaper than looking at each cell."""
_WITHIN_CELLS = {
    delimiter: re.compile(_TWELVE.format(other)) for delimiter, other in ((",", r" \t"), ("\t", " ,"), (";", r" \t,"))
}
_AT_ONCE = 4000
_DIGITS = re.compile(r"\d{3,}")


def is_headed(header: str) -> bool:
    """Whether a column's header says that it holds Individual Numbers."""
    return _HEADED.search(header_form(header).replace("(", "").replace(")", "")) is not None


def may_be_in(text: str, delimiter: str) -> bool:
    """Whether such a number can stand in one of the cells of these lines."""
    found = LOOKS_LIKE if '"' in text else _WITHIN_CELLS[delimiter]
    return found.search(text) is not None


def is_individual_number(text: str) -> bool:
    """Whether twelve digits stand in a cell whose last is the check digit of the others (Ordinance 85 of
    2014, art. 5), in whatever width and however separated, alone or among other words."""
    return any(_checks(found) for found in LOOKS_LIKE.findall(unicodedata.normalize("NFKC", text)))


def _checks(text: str) -> bool:
    form = [int(sign) for sign in text if sign.isdecimal()]
    rest = sum(digit * (at + 2 if at < 6 else at - 4) for at, digit in enumerate(reversed(form[:11]))) % 11
    return form[11] == (0 if rest <= 1 else 11 - rest)


def without_numbers(text: str) -> str:
    """A header or title as it may be repeated in a message: no digits in a row, and not long."""
    return _DIGITS.sub("…", unicodedata.normalize("NFKC", text)).strip()[:40]


def column_of_numbers(rows: Iterable[Sequence[str]]) -> int | None:
    """The first column whose filled cells hold Individual Numbers in most of the rows, if any."""
    filled: Counter[int] = Counter()
    hits: Counter[int] = Counter()
    remaining = iter(rows)
    while some := list(islice(remaining, _AT_ONCE)):
        for at, column in enumerate(zip_longest(*some, fillvalue="")):
            filled[at] += sum(1 for cell in column if cell and not cell.isspace())
            long = [cell for cell in column if len(cell) >= 12]
            if long and LOOKS_LIKE.search(unicodedata.normalize("NFKC", "\0".join(long))):
                hits[at] += sum(map(is_individual_number, long))
    return min((at for at, count in hits.items() if count * 2 > filled[at]), default=None)
