"""A supplement: rejected rows that went out with their reasons, and came back corrected.

Such a file is a part of the delivery that its rows were rejected from. It adds and corrects, and who
does not stand in it has not gone. The header over its lines says which delivery that was.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from app.domain.extracts.text import header_form

REASON_HEADERS = ("却下の理由", "Why rejected")
LINE_HEADERS = ("取込{batch}の行番号", "Line in import {batch}")
"""What stands over the reasons and over the lines, by language; a test compares them with what is written."""

_FORMS = frozenset(map(header_form, REASON_HEADERS))
_LINE = re.compile("|".join(header_form(one).replace("{batch}", r"(\d{1,9})") for one in LINE_HEADERS))


def is_supplement(header: Iterable[str]) -> bool:
    """Whether a file with this header is one that was written to be corrected."""
    return any(is_reason(text) or _LINE.fullmatch(header_form(text)) for text in header)


def is_reason(text: str) -> bool:
    """Whether the reasons stand under this header."""
    return header_form(text) in _FORMS


def origin(header: Iterable[str]) -> int | None:
    """The number of the batch whose rejected rows went out; None where the header does not say it."""
    found = (_LINE.fullmatch(header_form(text)) for text in header)
    return next((int(one[1] or one[2]) for one in found if one), None)


def line_column(header: Sequence[str]) -> int | None:
    """Where the lines of that batch stand."""
    return next((at for at, text in enumerate(header) if _LINE.fullmatch(header_form(text))), None)
