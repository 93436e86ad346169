"""What the child page shows: a child's file and everything that stands in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from app.domain.decisions import DecisionKind, SignOff
from app.domain.facts import Fact
from app.domain.priority import Level, Reason
from app.domain.sectors import Sector
from app.services.answers.caseload import SectorMark


@dataclass(frozen=True)
class HouseholdMember:
    """Someone in the child's household; adults have no level."""

    person_id: int
    name: str
    kana: str
    relation: str
    birth: date | None
    age: int | None
    grade: str
    is_child: bool
    level: Level | None


@dataclass(frozen=True)
class RecordLine:
    """A source record of this person, as the sources tab lists it. Protected cells are None."""

    record_id: int
    extract: str
    sector: Sector
    local_id: str
    state: str
    name: str
    kana: str
    birth: str
    sex: str
    address: str | None
    phone: str | None
    guardian: str
    facility: str | None
    present: bool
    seen_as_of: date | None
    renamed: bool = False
    """Its surname is hidden; the one known before stands here."""


@dataclass(frozen=True)
class FactLine:
    """A fact with where it came from; ``uncertain`` when its record's link is not settled."""

    fact: Fact
    extract: str
    file: str
    line: int
    batch: int
    received: date | None
    uncertain: bool = False


@dataclass(frozen=True)
class Gap:
    """A span in which nobody told us: no delivery of this extract covers it."""

    extract: str
    sector: Sector
    start: date
    end: date


@dataclass(frozen=True)
class WithdrawnSource:
    """A fact that a decision points at, and the batch that said it, which was withdrawn since."""

    fact: int
    kind: str
    start: str
    end: str
    file: str
    author: str
    time: datetime
    reason: str


@dataclass(frozen=True)
class DecisionLine:
    """A decision as recorded: entry id, who, when, and what it said."""

    entry: str
    author: str
    recorded: datetime
    kind: DecisionKind
    reason: str
    day: date
    next: date | None
    evidence: tuple[int, ...]
    meeting: str = ""
    took_part: str = ""
    withdrawn_sources: tuple[WithdrawnSource, ...] = ()
    sign_off: SignOff | None = None
    """None where none is asked for."""


@dataclass(frozen=True)
class PictureLine:
    """A photograph or scan kept with a contact: hex digest of its bytes, name, kind and size in bytes."""

    digest: str
    name: str
    kind: str
    size: int


@dataclass(frozen=True)
class ContactLine:
    """A contact or visit as recorded. ``seen`` is: the child seen with one's own eyes.

    ``whom`` was spoken with, ``step`` is what comes next, both in words.
    """

    entry: str
    author: str
    recorded: datetime
    kind: str
    result: str
    seen: bool
    day: date
    words: str
    next: date | None = None
    whom: str = ""
    step: str = ""
    pictures: tuple[PictureLine, ...] = ()


@dataclass(frozen=True)
class Unknown:
    """Something that cannot be told, and since when the data is missing."""

    sector: Sector
    criterion: str
    why: str


@dataclass(frozen=True)
class SignChange:
    """One sign then and now. ``kind`` is ``added``, ``gone``, ``worse`` or ``better``; values are what
    was measured (None where nothing is); ``facts`` are those that are new, ``last`` the newest day."""

    criterion: str
    kind: str
    points_before: int
    points: int
    value_before: float | None
    value: float | None
    facts: tuple[int, ...] = ()
    last: date | None = None


@dataclass(frozen=True)
class PriorityChange:
    """What changed since ``since``: ``run`` (the run before, as of ``day``) or ``decision``."""

    since: str
    day: date
    level_before: Level
    level: Level
    points_before: int
    points: int
    signs: tuple[SignChange, ...]


@dataclass(frozen=True)
class Strength:
    """Something that speaks for the child, shown beside the reasons; it takes no points away.

    ``key`` names its words (``strength.<key>``), ``value`` and the days fill them.
    """

    key: str
    sector: Sector
    facts: tuple[int, ...]
    first: date | None
    last: date | None
    value: float | None = None


@dataclass(frozen=True)
class NearSign:
    """A criterion that nearly holds: the value, the step that it misses, the part of the way."""

    criterion: str
    sector: Sector
    value: float
    step: float
    reached: float


@dataclass(frozen=True)
class WhyNot:
    """Why a child is not on the list: ``below`` the cut, ``urgent_first`` (only urgent ones find room),
    ``resting`` after a decision, ``supported`` already or ``moved_out``. ``missing`` points to the
    ``least`` of the list."""

    reason: str
    missing: int
    least: int
    near: tuple[NearSign, ...]


@dataclass(frozen=True)
class WithheldItem:
    """An item that is not used: a column of an extract, "" for the whole. ``names``: the extract's, by
    language. ``personal``: because this child's family said so, else the office switched it off."""

    extract: str
    item: str
    names: Mapping[str, str]
    sector: Sector
    personal: bool


@dataclass(frozen=True)
class ClosedSector:
    """A sector that is closed to who asks: that there are so many facts, not which."""

    sector: Sector
    facts: int


@dataclass(frozen=True)
class ChildFile:
    """Everything the child page shows, at one moment. ``on_screen`` is kept with a decision."""

    person_id: int
    name: str
    kana: str
    birth: date | None
    age: int | None
    grade: str
    sex: str
    facility: str | None
    school_class: str
    address: str | None
    phone: str | None
    protected: bool
    protected_until: date | None
    dead: bool
    moved_out: bool
    household: tuple[HouseholdMember, ...]
    level: Level
    rank: int | None
    points: int
    has_unknown: bool
    sectors: tuple[SectorMark, ...]
    reasons: tuple[Reason, ...]
    unknown: tuple[Unknown, ...]
    already_supported: bool
    uncertain_links: int
    records: tuple[RecordLine, ...]
    facts: tuple[FactLine, ...]
    gaps: tuple[Gap, ...]
    decisions: tuple[DecisionLine, ...]
    contacts: tuple[ContactLine, ...]
    assignee: str
    last_seen: date | None
    next_day: date | None
    next_kind: str
    as_of: date
    run: int
    on_screen: str = ""
    changed: tuple[PriorityChange, ...] = ()
    strengths: tuple[Strength, ...] = ()
    why_not: WhyNot | None = None
    withheld: tuple[WithheldItem, ...] = ()
    speaking: tuple[tuple[str, Sector], ...] = ()
    """The extracts that know this child, with their sector, whether or not they left a gap."""
    closed: tuple[ClosedSector, ...] = ()
    seq: int = 0
    """The newest entry when this was read: what is later, the page does not know."""
    lost: bool = False
    """No delivery speaks of this child any more: its import was withdrawn. What people recorded is left."""
    former_name: bool = False
    """Protected, and the surname is another one since: the one before is shown."""


@dataclass(frozen=True)
class RawRow:
    """A row as received: where it stood and what each cell said."""

    extract: str
    file: str
    line: int
    batch: int
    received: date | None
    cells: tuple[tuple[str, str], ...]
