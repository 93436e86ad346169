"""Names of things: numbers inside, short codes outside.

Records, rows, facts and persons carry 63-bit numbers taken from keyed digests (see
``app.storage.digests``), so two PCs that import the same file agree. People and files see them
as thirteen letters and digits of Crockford's alphabet (no I, L, O, U).
"""

from __future__ import annotations

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_VALUES = {letter: value for value, letter in enumerate(_ALPHABET)}
_LENGTH = 13
_BITS = 63


def code(number: int) -> str:
    """The thirteen-letter code of a 63-bit number."""
    letters = []
    for _ in range(_LENGTH):
        number, rest = divmod(number, 32)
        letters.append(_ALPHABET[rest])
    return "".join(reversed(letters))


def number(code_text: str) -> int:
    """The number behind a code. ValueError for anything that is not one."""
    if len(code_text) != _LENGTH:
        raise ValueError(code_text)
    value = 0
    for letter in code_text.lower():
        if letter not in _VALUES:
            raise ValueError(code_text)
        value = value * 32 + _VALUES[letter]
    if value.bit_length() > _BITS:  # thirteen letters could say 65
        raise ValueError(code_text)
    return value
