"""Passphrases: what is refused, and ones made by chance that a person can remember.

A passphrase is typed into a field that no input method reaches, so the words that are offered are
Japanese words in Roman letters, with their kana beside them for the memory.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from math import log2

from app.domain.message import WrongUse
from app.storage.resources import resource_path

LEAST, MOST = 8, 1024
WORDS = 5
_FEW = 3
"""Different characters below which a passphrase is a pattern, not a secret."""


@dataclass(frozen=True)
class Offered:
    """A passphrase made by chance: what is typed, how it is read, and its strength in bits."""

    text: str
    reading: str
    bits: int


def plain_bytes(passphrase: str) -> bytes:
    """The one spelling of a passphrase (NFKC, UTF-8), however the keyboard composed it."""
    return unicodedata.normalize("NFKC", passphrase).encode("utf-8", "surrogatepass")


def check(passphrase: str) -> None:
    """Raise WrongUse for one that is too short to protect anything, a pattern, or absurdly long."""
    plain = unicodedata.normalize("NFKC", passphrase)
    if len(plain) < LEAST:
        raise WrongUse("passphrase.too_short", least=LEAST)
    if len(plain) > MOST:
        raise WrongUse("passphrase.too_long", most=MOST)
    if len(set(plain)) < _FEW:
        raise WrongUse("passphrase.too_plain")


def offer(choose: Callable[[Sequence[tuple[str, str]]], tuple[str, str]] = secrets.choice) -> Offered:
    """Five words by chance: 55 bits, and Argon2id before each try."""
    words = [choose(_words()) for _ in range(WORDS)]
    bits = int(WORDS * log2(len(_words())))
    return Offered("-".join(word for word, _ in words), "・".join(kana for _, kana in words), bits)


@cache
def _words() -> tuple[tuple[str, str], ...]:
    lines = resource_path("passphrase", "words.tsv").read_text(encoding="utf-8").splitlines()
    return tuple((word, kana) for word, _, kana in (line.partition("\t") for line in lines))
