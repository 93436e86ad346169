"""Which records have to be compared at all: every line's blocking keys as small numbers.

The numbers are kept from import to import, so that a month that changes little looks up whom its
records could be and reads nobody else. Two keys may share a number: then a record is read for
nothing, never missed. The rules themselves stand in ``comparisons.BLOCKING``.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from app.linkage.comparisons import BLOCKING
from app.linkage.frame import LISTS_ONCE
from app.linkage.lines import Column, Lines

FORMS = 3
"""Counted up with every change to the normal forms: keys of other forms find nobody."""

NAMESAKES: tuple[tuple[str, ...], ...] = (("extract", "birth", "n_full"), ("extract", "birth", "k_full"))
"""Who is called alike and born on one day within one list of persons; by the reading where nothing else is
written. Finds nobody: it is counted (``crowds``)."""

RULES = hashlib.sha256(repr((FORMS, BLOCKING, NAMESAKES, LISTS_ONCE)).encode()).hexdigest()[:16]
"""Changes when kept keys no longer fit what this program would make."""

_MIX = np.uint64(0x9E3779B97F4A7C15)
_HALF = np.uint64(32)
_ODD = np.uint64(1)


def keys_of(lines: Lines) -> Iterator[tuple[int, bytes]]:
    """Record and its keys, in the order of records: different 32-bit numbers, little endian, rising.

    ``lines`` as ``frame.normalise`` makes them. The same line gives the same numbers on every
    machine.
    """
    owners, keys = owned_keys(lines)
    starts = [0, *(np.flatnonzero(owners[1:] != owners[:-1]) + 1).tolist(), len(owners)]
    for start, end in pairwise(starts):
        if end > start:
            yield int(owners[start]), keys[start:end].tobytes()


def owned_keys(lines: Lines) -> tuple[np.ndarray, np.ndarray]:
    """The same as two columns: a record, and one of its keys."""
    parts = [(lines.records[known], keys[known]) for known, keys in keys_by_rule(lines)]
    owners = np.concatenate([owner for owner, _ in parts])
    keys = np.concatenate([key for _, key in parts])
    order = np.lexsort((keys, owners))
    owners, keys = owners[order], keys[order]
    new = np.ones(len(keys), dtype=bool)
    new[1:] = (owners[1:] != owners[:-1]) | (keys[1:] != keys[:-1])
    return owners[new], keys[new]


def keys_by_rule(lines: Lines) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """For each rule of ``BLOCKING``, then of ``NAMESAKES``: which lines have a key, and every line's key.

    Keys of namesakes are odd, all others even.
    """
    numbers = {column: numbers_of(lines.columns[column]) for rule in (*BLOCKING, *NAMESAKES) for column in rule}
    listed = lines.columns["extract"].of_texts(np.isin(lines.columns["extract"].texts, LISTS_ONCE), False)
    for place, rule in enumerate((*BLOCKING, *NAMESAKES), start=1):
        key = np.full(len(lines), place, dtype=np.uint64)
        known = np.ones(len(lines), dtype=bool)
        for column in rule:
            number, has = numbers[column]
            key = (key ^ number) * _MIX
            key ^= key >> _HALF
            known &= has
        if rule in NAMESAKES:
            counted = known & listed.astype(bool)
            yield counted & ~numbers["n_full"][1] if "k_full" in rule else counted, (key | _ODD).astype("<u4")
        else:
            yield known, (key & ~_ODD).astype("<u4")


def numbers_of(column: Column) -> tuple[np.ndarray, np.ndarray]:
    """A number for each line's text, the same on every machine, and whether there is a text."""
    table = np.array([zlib.crc32(text.encode("utf-8", "surrogatepass")) for text in column.texts], dtype=np.uint64)
    return column.of_texts(table + np.uint64(1), np.uint64(0)).astype(np.uint64), column.numbers >= 0


def sharing(records: np.ndarray, keys: list[bytes], wanted: bytes) -> np.ndarray:
    """The records that have a key among ``wanted``. ``keys[i]`` are those of ``records[i]``."""
    lengths = np.fromiter(map(len, keys), dtype=np.int64, count=len(keys)) // 4
    every = np.frombuffer(b"".join(keys), dtype="<u4")
    asked = np.unique(np.frombuffer(wanted, dtype="<u4"))
    low = np.uint32(0xFFFFFF)
    maybe = np.zeros(1 << 24, dtype=bool)  # by the low bits first: sorting millions of keys takes longer
    maybe[asked & low] = True
    hits = np.flatnonzero(maybe[every & low])
    hits = hits[np.isin(every[hits], asked)]
    owners = np.repeat(np.arange(len(keys)), lengths)
    return records[np.unique(owners[hits])]
