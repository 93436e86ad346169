"""The Individual Number (個人番号) is never an identifier here: a file that carries it is refused."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from app.domain.extracts.text import header_form, plain

_HEADED = re.compile(r"(個人番号|マイ・?ナンバー|まいなんばー|my[-_]?number)(?!カード)")
_TWELVE = re.compile(r"\d{12}", re.ASCII)
LOOKS_LIKE = re.compile(r"(?<!\d)\d(?:[-‐−－ 　]?\d){11}(?!\d)")
"""Found in any text that could hold such a number; much cheaper than looking at each cell."""


def is_headed(header: str) -> bool:
    """Whether a column's header says that it holds Individual Numbers."""
    return _HEADED.search(header_form(header)) is not None


def is_individual_number(text: str) -> bool:
    """Twelve digits whose last is the check digit of the others (Ordinance 85 of 2014, art. 5)."""
    form = plain(text).replace("-", "")
    if not _TWELVE.fullmatch(form):
        return False
    digits = [int(sign) for sign in reversed(form[:11])]
    rest = sum(digit * (at + 2 if at < 6 else at - 4) for at, digit in enumerate(digits)) % 11
    return int(form[11]) == (0 if rest <= 1 else 11 - rest)


def column_of_numbers(rows: Iterable[Sequence[str]]) -> int | None:
    """The first column whose filled cells are Individual Numbers in most of the rows, if any."""
    filled: dict[int, int] = {}
    hits: dict[int, int] = {}
    for row in rows:
        for at, cell in enumerate(row):
            if cell and not cell.isspace():
                filled[at] = filled.get(at, 0) + 1
                if len(cell) >= 12 and is_individual_number(cell):
                    hits[at] = hits.get(at, 0) + 1
    return min((at for at, count in hits.items() if count * 2 > filled[at]), default=None)
