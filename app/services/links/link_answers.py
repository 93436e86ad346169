"""What screens receive about links in question: frozen, plain, without a connection behind them.

As in ``answers``: texts are hostile, and a protected value never stands here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from app.domain.priority import Level
from app.domain.sectors import Sector
from app.services.answers.caseload import SectorMark


@dataclass(frozen=True)
class Question:
    """Somebody was asked about a pair: whom, by whom, when."""

    whom: str
    words: str
    author: str
    recorded: datetime


@dataclass(frozen=True)
class ReviewLine:
    """One pair in the queue. ``a`` and ``b`` are record ids, ``differs`` the catalogue suffix of the
    field that speaks most for two people ("" for none), ``since`` when the question first arose."""

    a: int
    b: int
    person_a: int
    person_b: int
    reason: str
    name: str
    other_name: str
    extract_a: str
    extract_b: str
    differs: str
    since: date | None
    question: Question | None = None


@dataclass(frozen=True)
class TextMark:
    """A stretch of a text: ``differs``, or ``variant`` (another form of the same character)."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True)
class FieldLine:
    """One field on both sides. ``a`` and ``b`` are None where withheld, "" where not written.

    ``levels`` are catalogue suffixes (``given.near_kana``), ``push`` bits towards "same", None
    where the field is not weighed by itself. ``more_a``: what the record was also written as.
    """

    key: str
    a: str | None
    b: str | None
    levels: tuple[str, ...] = ()
    push: float | None = None
    marks_a: tuple[TextMark, ...] = ()
    marks_b: tuple[TextMark, ...] = ()
    more_a: tuple[str, ...] = ()
    more_b: tuple[str, ...] = ()

    @property
    def silent(self) -> bool:
        """Nothing was compared."""
        return all(level.endswith(".silent") for level in self.levels)


@dataclass(frozen=True)
class RecordSide:
    """Whose record it is, from where, and which person it stands with now."""

    record_id: int
    person_id: int
    person_name: str
    extract: str
    sector: Sector
    local_id: str
    name: str
    seen_as_of: date | None
    protected: bool
    records: int


@dataclass(frozen=True)
class KinLine:
    """Somebody of a side's household. ``match``: ``same`` person on both sides, ``open`` question
    with the other side, ``alike`` by reading, or ""."""

    person_id: int
    name: str
    relation: str
    birth: str
    match: str


@dataclass(frozen=True)
class Candidate:
    """Another person whom one of the two records resembles."""

    person_id: int
    name: str
    birth: str
    side: str
    settled: bool


@dataclass(frozen=True)
class RulingLine:
    """A ruling on this pair: also one that was withdrawn."""

    entry: str
    same: bool
    author: str
    recorded: datetime
    reason: str
    stands: bool


@dataclass(frozen=True)
class Rewritten:
    """What a source writes of a record now and did not when the pair was ruled on; "" where nothing."""

    side: str
    extract: str
    key: str
    before: str
    now: str


@dataclass(frozen=True)
class PairFile:
    """Everything the review page shows of one pair. ``weight`` is the score in bits, hidden until
    somebody has ruled or asks for it; ``link`` the weight from which the machine links. ``changed``
    names what differs from the evidence that was ruled on: (field, level then, level now); ``news`` what the
    records are written as since."""

    a: RecordSide
    b: RecordSide
    reason: str
    weight: float | None
    link: float
    fields: tuple[FieldLine, ...]
    kin_a: tuple[KinLine, ...]
    kin_b: tuple[KinLine, ...]
    siblings_open: tuple[tuple[int, int], ...]
    others: tuple[Candidate, ...]
    rulings: tuple[RulingLine, ...]
    questions: tuple[Question, ...]
    changed: tuple[tuple[str, str, str], ...] = ()
    news: tuple[Rewritten, ...] = ()


@dataclass(frozen=True)
class PersonBrief:
    """A person's standing before or after. ``level`` and ``rank`` are None for who is not listed."""

    person_id: int
    name: str
    level: Level | None
    points: int
    has_unknown: bool
    rank: int | None
    sectors: tuple[SectorMark, ...]
    uncertain: int
    records: int
    facts: int
    protected: bool


@dataclass(frozen=True)
class FactBrief:
    """A fact that changes hands."""

    kind: str
    start: date
    sector: Sector


@dataclass(frozen=True)
class Sight:
    """A member in whose case facts come (``gains``) or from whose case they go."""

    member: str
    facts: int
    gains: bool


@dataclass(frozen=True)
class Consequences:
    """What would follow from a ruling. Persons of A's record first; one person stands there once.

    ``moved``: the newest facts that change hands, of ``moved_count``; ``acts``: decisions and
    contacts that go along; ``disagrees``: another ruling stands against it, so the pair stays open.
    """

    same: bool
    before: tuple[PersonBrief, ...]
    after: tuple[PersonBrief, ...]
    moved: tuple[FactBrief, ...]
    moved_count: int
    sights: tuple[Sight, ...]
    siblings_open: int
    acts: int
    disagrees: bool
    replaces: int


@dataclass(frozen=True)
class DoubtLine:
    """One open question about a child: which extract, and what the child would have with it."""

    a: int
    b: int
    extract: str
    sector: Sector
    points: int
    level: Level | None


@dataclass(frozen=True)
class Doubt:
    """How much of a child's picture depends on unsettled links: points without and with them."""

    points: int
    level: Level | None
    lines: tuple[DoubtLine, ...]

    @property
    def most(self) -> int:
        """The points with the link that adds most."""
        return max((line.points for line in self.lines), default=self.points)


@dataclass(frozen=True)
class RecordHit:
    """A record found by name, reading or number. ``alone``: nobody else's record is with it."""

    record_id: int
    person_id: int
    extract: str
    sector: Sector
    local_id: str
    name: str
    kana: str
    birth: str
    alone: bool
