"""Priority: how early a person should look at a child, and the ordered reasons for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.domain.sectors import Sector


class Level(StrEnum):
    """How early to look (優先度). The order of the members is the order on the list."""

    URGENT = "urgent"
    HIGH = "high"
    MIDDLE = "middle"
    LOW = "low"
    NONE = "none"


LEVELS: tuple[Level, ...] = tuple(Level)


class Answer(StrEnum):
    """What a criterion says of a child: unknown is not "no"."""

    HOLDS = "holds"
    DOES_NOT_HOLD = "does_not_hold"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True)
class Look:
    """What the office did that answers a sign: on ``day`` (ISO) somebody saw the child with
    ``own_eyes``, or decided that nothing is needed."""

    person_id: int
    day: str
    own_eyes: bool


@dataclass(frozen=True)
class Reason:
    """A finding as people read it: which criterion, how many points, from which facts.

    ``values`` fill the criterion's sentence (``{value}``, ``{first}``, ``{last}``, ``{count}``).
    """

    criterion: str
    sector: Sector
    points: int
    urgent: bool
    facts: tuple[int, ...]
    first: date | None
    last: date | None
    values: dict[str, object]
