"""What the caseload is asked for, and what it answers with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.decisions import DecisionKind
from app.domain.priority import Level, Reason
from app.domain.sectors import SECTORS, Sector


@dataclass(frozen=True)
class SectorMark:
    """One of the five marks: points, or that nobody can tell, or that it is not of that age.

    ``state`` is ``points`` (points > 0), ``nothing`` (looked, nothing found), ``unknown`` (cannot
    tell), ``not_applicable`` or ``closed`` (to the role of who asks). ``as_of`` is the last day that this
    sector's data reaches.
    """

    sector: Sector
    state: str
    points: int = 0
    as_of: date | None = None


@dataclass(frozen=True)
class CaseloadRow:
    """One line of the caseload. ``next_by`` etc. are None where nothing is recorded.

    ``sampled``: drawn at random from below the list, to measure what it misses. ``points_linked``: the
    points with the open link that adds most; None until that is worked out, for it takes a trial.
    """

    person_id: int
    level: Level
    name: str
    kana: str
    birth: date | None
    age: int | None
    grade: str
    sectors: tuple[SectorMark, ...]
    points: int
    has_unknown: bool
    reasons: tuple[Reason, ...]
    new_count: int
    new_words: tuple[str, ...]
    last_contact: date | None
    last_contact_kind: str
    last_seen: date | None
    next_day: date | None
    next_kind: str
    assignee: str
    already_supported: bool
    protected: bool
    uncertain_links: int
    has_siblings: bool
    moved_out: bool
    last_decision: DecisionKind | None
    sampled: bool = False
    points_linked: int | None = None
    school: str = ""


@dataclass(frozen=True)
class CaseloadQuery:
    """What to list: a view, what to search for, conditions, order.

    ``view`` is ``mine``, ``unassigned``, ``month`` (to look at now) or ``all``. ``levels``,
    ``sectors`` (points in one of them), ``assignees`` (member names, "" for unassigned) are
    any-of; empty means no condition. ``sort`` is one of SORTS, ``-`` before it turns it round.
    ``criteria`` of which one holds, ``schools`` (nobody protected is found by it), ages in full years,
    both ends included; ``due`` is one of DUE, ``unseen`` so many days without being seen by anybody's own
    eyes (or never), ``supported`` is ``yes`` or ``no`` (the council, or support already), ``only_new``
    what came in since the last decision, ``no_meeting`` where no decision names one. All must be so.
    """

    view: str = "month"
    text: str = ""
    levels: frozenset[Level] = frozenset()
    sectors: frozenset[Sector] = frozenset()
    assignees: frozenset[str] = frozenset()
    criteria: frozenset[str] = frozenset()
    schools: frozenset[str] = frozenset()
    age_least: int | None = None
    age_most: int | None = None
    due: str = ""
    unseen: int | None = None
    supported: str = ""
    only_new: bool = False
    no_meeting: bool = False
    sort: str = "rank"


SORTS = (
    "rank", "name", "age", "points", "new", "last_contact", "last_seen", "next", "assignee", "school",
    *(f"p_{sector}" for sector in SECTORS),
)  # fmt: skip

DUE = ("overdue", "today", "week", "none")
"""When somebody has to look again: late, today, within a week, or no day is set."""


@dataclass(frozen=True)
class CaseloadList:
    """The ids in their order (64-bit ints), and what stands above and below the list.

    ``cut`` is the number of rows above the capacity cut, or None when the order is not by rank.
    ``ties`` are the person ids kept together at the cut. ``counts`` of children per view.
    ``sampled`` were drawn at random from below the cut and stand right after it. Of the ``capacity`` of
    a month ``looked`` are used up: so many children were decided on in it.
    """

    ids: Sequence[int]
    total: int
    cut: int | None
    capacity: int
    ties: frozenset[int]
    counts: dict[str, int]
    as_of: date | None
    sampled: frozenset[int] = frozenset()
    looked: int = 0

    @property
    def left(self) -> int:
        """How many more the office can look at this month."""
        return max(0, self.capacity - self.looked)


@dataclass(frozen=True)
class Freshness:
    """How far one sector's data reaches, for the status bar."""

    sector: Sector
    as_of: date | None
