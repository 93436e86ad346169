"""What screens receive about the quality of links and about models: frozen, without a connection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.domain.intervals import Interval


@dataclass(frozen=True)
class Tally:
    """Records of one group by how they stand. ``group`` is an extract, an age or a length of time."""

    group: str
    linked: int
    alone: int
    review: int

    @property
    def records(self) -> int:
        return self.linked + self.alone + self.review


@dataclass(frozen=True)
class SharedNumber:
    """Two records of one 宛名番号 whose names do not agree. ``together``: they stand as one person."""

    a: int
    b: int
    number: str
    name: str
    other_name: str
    extract: str
    other_extract: str
    together: bool


@dataclass(frozen=True)
class Figures:
    """How the links stand. ``tallies``: kind of group (source, age, since) -> groups in their order."""

    model: str
    own_model: bool
    tallies: Mapping[str, tuple[Tally, ...]]
    numbers: tuple[SharedNumber, ...]
    numbers_more: int


@dataclass(frozen=True)
class MissedLine:
    """A record that is perhaps somebody's whom we know. ``b`` is 0 where nobody resembles it.

    ``why``: ``near`` (just not enough to be asked about), ``groups`` (the same between two persons of several
    records each), ``lonely`` (alone, of a source whose records nearly all belong to somebody). ``evidence``:
    (field, level, push) of the pair.
    """

    a: int
    b: int
    why: str
    name: str
    other_name: str
    birth: str
    other_birth: str
    extract: str
    other_extract: str
    evidence: tuple[tuple[str, str, float], ...] = ()


@dataclass(frozen=True)
class SamplePair:
    """A drawn link: the linked record and the one it is checked against; ``answer`` "" before one."""

    place: int
    a: int
    b: int
    answer: str
    author: str
    answered: datetime | None
    there: bool
    """Both records still stand."""


@dataclass(frozen=True)
class Estimate:
    """Errors among checked links. ``worst`` counts those nobody could tell as errors too."""

    checked: int
    wrong: int
    unknown: int
    errors: Interval
    worst: Interval


@dataclass(frozen=True)
class SampleLine:
    """One sample in the history. ``estimate`` is None before the first pair was told."""

    entry: str
    drawn: datetime
    author: str
    model: str
    links: int
    size: int
    answered: int
    estimate: Estimate | None


@dataclass(frozen=True)
class Samples:
    """All samples, newest first, and what those under the model in force say together."""

    lines: tuple[SampleLine, ...]
    model: str
    together: Estimate | None
    population: int


@dataclass(frozen=True)
class RulingHistory:
    """One ruling in the history. ``names`` of its first pair; ``pairs``: how many it speaks of.

    ``mine``: this member may take it back. ``withdrawn``: it does not stand any more, because somebody took
    it back or (``replaced``) ruled otherwise; ``again``: it can be ruled once more.
    """

    entry: str
    a: int
    b: int
    names: tuple[str, str]
    extracts: tuple[str, str]
    pairs: int
    same: bool
    author: str
    recorded: datetime
    reason: str
    withdrawn: bool
    mine: bool
    replaced: bool = False
    again: bool = False


@dataclass(frozen=True)
class ModelLine:
    """A model that was in force, newest first. ``text`` is "" for the shipped one."""

    entry: str
    model: str
    own: bool
    text: str
    author: str
    taken: datetime | None
    reason: str
    in_force: bool


@dataclass(frozen=True)
class LevelLine:
    """How far one level of a field pushes: in the model in force, and in the other one (bits)."""

    field: str
    level: str
    now: float
    then: float


@dataclass(frozen=True)
class ChangedPair:
    """A pair of records that another model would treat otherwise. ``how``: ``joined``, ``parted``,
    ``asked`` (it goes into review), ``settled`` (it is no longer in question)."""

    how: str
    a: int
    b: int
    name: str
    other_name: str
    birth: str
    other_birth: str
    extract: str
    other_extract: str
    worked: bool


@dataclass(frozen=True)
class ModelComparison:
    """What another model would change. ``counts``: how -> how many; ``examples`` of each, those first
    whom somebody has worked with. ``levels_moved``: children whose level would change."""

    model: str
    text: str
    own: bool
    records: int
    levels: tuple[LevelLine, ...]
    counts: Mapping[str, int]
    examples: tuple[ChangedPair, ...]
    worked: int
    levels_moved: int
    reviews_now: int
    reviews_then: int


@dataclass(frozen=True)
class KeptComparison:
    """A comparison that waits to be taken over or put aside. ``stale``: links, rulings or the model have
    changed since it was made."""

    comparison: ModelComparison
    made: datetime
    author: str
    stale: bool
