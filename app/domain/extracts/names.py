"""Names as they arrive: kept as written, but seen for what a converter has destroyed in them."""

from __future__ import annotations

import re

_DAMAGE = re.compile(
    "[〓?？■\ufffd\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]|[UＵ][+＋][0-9A-Fa-f０-９Ａ-Ｆａ-ｆ]{4,6}"
)


def is_damaged(name: str) -> bool:
    """Whether a character was lost: geta, question mark, square, private use or a literal U+2363A."""
    return _DAMAGE.search(name) is not None
