"""Ids: the children of a list in their order, as few bytes as they need.

Four hundred thousand numbers as a tuple are sixteen megabytes and take milliseconds to make and to search; as one
column of a list they are three, and nothing is made until somebody looks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, overload

import numpy as np


class Ids(Sequence[int]):
    """Person ids (64-bit ints) in order. Reads like a tuple and equals one; a slice is one."""

    __slots__ = ("_held",)

    def __init__(self, held: Any = ()) -> None:
        self._held = np.array(held, dtype=np.int64)

    def __len__(self) -> int:
        return len(self._held)

    @overload
    def __getitem__(self, at: int) -> int: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[int, ...]: ...
    def __getitem__(self, at: int | slice) -> int | tuple[int, ...]:
        found = self._held[at]
        return tuple(found.tolist()) if isinstance(at, slice) else int(found)

    def __iter__(self) -> Iterator[int]:
        return iter(self._held.tolist())

    def __contains__(self, one: object) -> bool:
        return isinstance(one, int) and bool((self._held == one).any())

    def index(self, value: Any, start: int = 0, stop: int | None = None) -> int:
        """Where this one stands; ValueError for who is not here."""
        found = np.flatnonzero(self._held[start:stop] == value)
        if not len(found):
            raise ValueError("nobody of this id")
        return int(found[0]) + (start if start >= 0 else max(0, len(self) + start))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Ids):
            return np.array_equal(self._held, other._held)
        return isinstance(other, tuple) and tuple(self) == other

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"Ids({self[:5]}{'…' if len(self) > 5 else ''}, {len(self)})"
