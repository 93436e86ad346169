"""How signs become points, and points a level: arithmetic that a person can walk back.

A finding's points are ``scale x points of its step x rarity x breadth``, raised where it is recent
and where it got worse, rounded, and half of that where a heavier finding of the child comes from the
same kind of facts. A sector's points are the sum of its findings', the total is the sum of the
sectors. Nothing else is added.

The forms and numbers were chosen on two made-up cities of different making. The degree of a sign
lies in its rarity, so steps carry the same points; a sign rarer than one in a hundred adds no
more, or one strong sign alone would outweigh many small ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from math import log10
from struct import pack
from typing import Any

from app.domain.priority import LEVELS, Level

BANDS: tuple[tuple[int, int], ...] = ((0, 0), (1, 2), (3, 5), (6, 8), (9, 11), (12, 14), (15, 99))
"""Children of one age, for comparing: class indexes (``app.domain.ages``), bounds included."""


def band_of(grade: int) -> int:
    """The index in ``BANDS`` of a class index; a child born after the last 1 April is in 0."""
    for index, (first, last) in enumerate(BANDS):
        if first <= grade <= last:
            return index
    return 0


@dataclass(frozen=True)
class PrioritySettings:
    """What an office may set about priority.

    ``scale`` multiplies all points; ``repeat`` is what a further finding from the same kind of
    facts counts. A sign that a share below ``rare_share`` of the same age shows
    counts towards breadth; each sector with such a sign beyond the first raises all points of the
    child by ``breadth_step``. A finding with something of the last three months weighs
    ``recency_step`` more, one that got more of late ``worsening_step`` more. ``high``, ``middle`` and
    ``low`` are the least points of a level.
    ``disabled`` names criteria that are switched off, ``changed`` gives words of a criterion anew (its
    ``steps``, ``window``, ``seen_within``, ``urgent``) by key, ``own`` holds the office's own criteria as plain tables.
    """

    scale: float = 2.0
    repeat: float = 0.5
    rare_share: float = 0.10
    breadth_step: float = 0.1
    recency_step: float = 0.1
    worsening_step: float = 0.1
    high: int = 15
    middle: int = 9
    low: int = 1
    disabled: tuple[str, ...] = ()
    changed: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    own: tuple[Mapping[str, Any], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The settings as plain values, for the journal of runs."""
        return {**asdict(self), "disabled": list(self.disabled), "own": list(self.own)}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> PrioritySettings:
        """Settings from plain values; words that this version does not know are left out."""
        names = {one.name for one in fields(cls)}
        known = {name: value for name, value in values.items() if name in names}
        known["disabled"] = tuple(known.get("disabled", ()))
        known["own"] = tuple(known.get("own", ()))
        return cls(**known)


_PRIOR = 20
_COMMONEST, _RAREST = 0.9, 0.01


def share(shown: int, told: int, shown_all: int, told_all: int) -> float:
    """The share of children of one age who show a sign, drawn towards the share of all ages.

    ``shown`` of the ``told`` children of the age show it, ``shown_all`` of ``told_all`` of every
    age. In a small office one child more or less must not decide, hence the drawing.
    """
    overall = (shown_all + 1) / (told_all + 2)
    return (shown + _PRIOR * overall) / (told + _PRIOR)


def rarity(share_of_age: float) -> float:
    """How much a sign says: 1 where one in ten shows it, 2 where one in a hundred or fewer do."""
    return -log10(min(_COMMONEST, max(_RAREST, share_of_age)))


def breadth_factor(sectors: int, settings: PrioritySettings) -> float:
    """How much rare signs in several sectors raise each other: 1 for none or one sector."""
    return 1 + settings.breadth_step * max(0, sectors - 1)


_MOST_POINTS, _MOST_WEIGHT = 0xFFFF, (1 << 48) - 1


def place_key(level: Level, points: int, weight: float, breadth: int, person_id: int) -> bytes:
    """What orders the list: level, points, points before rounding, breadth, id; the smallest is first.

    It says nothing about other children, so that one child can change its place without touching
    400,000 others; which place it is is counted where somebody asks.
    """
    exact = _MOST_WEIGHT - min(_MOST_WEIGHT, round(weight * 1e6))
    return pack(
        ">BHQBq", LEVELS.index(level), _MOST_POINTS - min(_MOST_POINTS, points), exact, 0xFF - breadth, person_id
    )


def level_of(points: int, urgent: bool, settings: PrioritySettings) -> Level:
    """The level by the office's limits; urgent criteria stand above points."""
    if urgent:
        return Level.URGENT
    if points >= settings.high:
        return Level.HIGH
    if points >= settings.middle:
        return Level.MIDDLE
    return Level.LOW if points >= settings.low else Level.NONE
