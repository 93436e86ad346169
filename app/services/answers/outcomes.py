"""What a verb gives back after the commit, and who is in the office."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Changes:
    """Which persons and which kinds of things changed: a screen asks again if it concerns it.

    ``kinds`` are of: ``decision contact assignment setting people published ruling protection opening`` and more.
    ``persons`` empty with ``published`` means: everything may differ.
    """

    kinds: frozenset[str] = frozenset()
    persons: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Outcome(Generic[T]):
    """What a verb gives back after the commit."""

    value: T
    changes: Changes


@dataclass(frozen=True)
class MemberLine:
    """Somebody of the office who can be assigned to or can unlock."""

    name: str
    roles: frozenset[str] = field(default_factory=frozenset)
    open_cases: int = 0
