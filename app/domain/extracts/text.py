"""Plain forms of text for comparing headers, codes and IDs. What people read stays as it came."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−─"), "-") | dict.fromkeys(map(ord, "〜∼∿"), "~")
_INVISIBLE = dict.fromkeys([0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)])


def plain(text: str) -> str:
    """NFKC without any white space; dashes and wave dashes of every kind are one."""
    if text.isascii():
        return "".join(text.split())
    return "".join(unicodedata.normalize("NFKC", text).translate(_DASHES).split())


@lru_cache(maxsize=4096)
def header_form(text: str) -> str:
    """What two spellings of one header have in common: width, spaces, letter case set aside."""
    return plain(text.translate(_INVISIBLE)).casefold()


def code_form(text: str) -> str:
    """What two spellings of one code have in common: as a header, and ヶ, カ, ヵ, ケ as か."""
    form = header_form(text)
    for month in ("ヶ月", "ヵ月", "カ月", "ケ月", "箇月"):
        form = form.replace(month, "か月")
    return form
