"""A supplement: rejected rows that went out with their reasons, and came back corrected.

Such a file is a part of the delivery that its rows were rejected from. It adds and corrects, and who
does not stand in it has not gone.
"""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.extracts.text import header_form

REASON_HEADERS = ("却下の理由", "Why rejected")
"""What stands over the reasons, by language; a test compares them with what is written."""

_FORMS = frozenset(map(header_form, REASON_HEADERS))


def is_supplement(header: Iterable[str]) -> bool:
    """Whether a file with this header is one that was written to be corrected."""
    return any(header_form(text) in _FORMS for text in header)
