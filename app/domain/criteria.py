"""Criteria (指標): rules over facts that yield points in one sector, as frozen data.

Here lives what a criterion *is* and how it speaks; how it becomes SQL stands in
``app.storage.priorities.criteria_sql``, how it is read from text in ``app.domain.criteria_reading`` and how
points are weighed in ``app.domain.weighing``. No disk, no clock.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from app.domain.ages import fiscal_year
from app.domain.priority import Reason
from app.domain.sectors import Sector


class Measure(StrEnum):
    """What is worked out from the facts of a signal."""

    COUNT = "count"
    SUM = "sum"
    MAX = "max"
    MIN = "min"
    LATEST = "latest"
    CHANGE = "change"
    GROWTH = "growth"
    DAYS_SINCE = "days_since"
    ABSENT = "absent"
    SIBLINGS = "siblings"


class Who(StrEnum):
    """Whose facts are read: the child's own, or those of others of the household."""

    CHILD = "child"
    HOUSEHOLD = "household"
    ADULTS = "adults"
    SIBLINGS = "siblings"
    HOME = "home"


class Span(StrEnum):
    """The kinds of window that a signal can look through."""

    EVER = "ever"
    SCHOOL_YEAR = "school_year"
    TERM = "term"
    DAYS = "days"
    NOW = "now"
    MONTHS_OF_AGE = "months_of_age"
    AROUND_BIRTH = "around_birth"


@dataclass(frozen=True)
class Window:
    """Which days count. ``days`` is the length for ``days``, and for the school year and the term
    the shortest length: in April a window that has just begun still reaches back that far.

    ``months`` bounds ``months_of_age`` in full months of the child's life; ``around_birth`` means
    ``days`` before the birth to a month after it.
    """

    span: Span = Span.EVER
    days: int = 0
    months: tuple[int, int] = (0, 0)

    def start(self, as_of: date) -> date | None:
        """The first day that counts, or None where it depends on the child or has no bound."""
        if self.span is Span.DAYS:
            return as_of - timedelta(days=self.days)
        if self.span is Span.SCHOOL_YEAR:
            return min(date(fiscal_year(as_of), 4, 1), as_of - timedelta(days=self.days))
        if self.span is Span.TERM:
            return min(_term_start(as_of), as_of - timedelta(days=self.days))
        return None


def _term_start(day: date) -> date:
    """The first day of the school term (学期): April, September, January."""
    if day.month >= 9:
        return date(day.year, 9, 1)
    return date(day.year, 4 if day.month >= 4 else 1, 1)


Accepted = tuple[str, ...] | str
"""Accepted words of an attribute ("" accepts an empty cell), or one test: ``known``, ``unknown``,
``past`` (a day not after the as-of day). A word that ends in ``*`` accepts whatever begins so."""


@dataclass(frozen=True)
class Signal:
    """Facts of one kind, seen through a window, and the measure taken of them.

    ``attributes`` are numbers that are added up within each fact (empty cells stay out; a fact
    in which all are empty is unknown), or one word for ``latest``. ``where`` keeps facts whose
    words are accepted; ``ongoing`` keeps spans that are not over on the as-of day. ``known`` says
    which words are an answer at all. ``against`` (for ``change``) is ``previous``: the value
    before the latest, or ``year``: the same window a year earlier; ``relative`` gives per cent.
    For ``growth`` (height or weight, in per cent) it is ``curve``: where the child would be, had it kept
    its own place among children of its age and sex, or ``own``: its own earlier figure.
    ``criteria`` (for ``siblings``) names the findings that are counted in the other children of
    the household. ``at_least``/``at_most`` are
    used where the signal is a condition.
    """

    kind: str = ""
    measure: Measure = Measure.COUNT
    attributes: tuple[str, ...] = ()
    where: Mapping[str, Accepted] = field(default_factory=dict)
    known: Mapping[str, Accepted] = field(default_factory=dict)
    ongoing: bool = False
    window: Window = Window()
    who: Who = Who.CHILD
    relation: tuple[str, ...] = ()
    against: str = "previous"
    relative: bool = False
    criteria: tuple[str, ...] = ()
    at_least: float | None = None
    at_most: float | None = None

    @property
    def origin(self) -> str:
        """What it is measured of: criteria of one origin say partly the same thing."""
        return self.kind or self.measure.value


@dataclass(frozen=True)
class Condition:
    """Signals joined: exactly one of the four is given."""

    all: tuple[Condition, ...] = ()
    any: tuple[Condition, ...] = ()
    negated: Condition | None = None
    signal: Signal | None = None

    def signals(self) -> Iterator[Signal]:
        """Every signal in the tree, in the order in which it is written."""
        if self.signal is not None:
            yield self.signal
        for part in (*self.all, *self.any, *((self.negated,) if self.negated else ())):
            yield from part.signals()

    def positive_signals(self) -> Iterator[Signal]:
        """The signals whose facts speak *for* the finding: those not under a "not"."""
        if self.signal is not None and self.signal.measure is not Measure.ABSENT:
            yield self.signal
        for part in (*self.all, *self.any):
            yield from part.positive_signals()


@dataclass(frozen=True)
class Step:
    """From which value on it holds; later steps are the graver ones.

    ``points`` multiplies what the step's rarity gives: 1 unless it is to weigh more or less. ``fixed`` are
    points of an office's own in place of rarity.
    """

    points: float
    at_least: float | None = None
    at_most: float | None = None
    words: tuple[str, ...] = ()
    fixed: float | None = None

    def worth(self, scale: float, rarity: float) -> float:
        """What it yields where a share of this rarity shows it."""
        return self.fixed if self.fixed is not None else scale * self.points * rarity


@dataclass(frozen=True)
class Ages:
    """Of which children a criterion speaks: full months of life or class, bounds included.

    ``grades`` are indexes of ``app.domain.ages.grade_index`` (6 is 小1).
    """

    months: tuple[int, int] | None = None
    grades: tuple[int, int] | None = None

    def include(self, months: int, grade: int) -> bool:
        """Whether a child of so many months in this class is spoken of."""
        by_month = self.months is None or self.months[0] <= months <= self.months[1]
        by_grade = self.grades is None or self.grades[0] <= grade <= self.grades[1]
        return by_month and by_grade


@dataclass(frozen=True)
class Criterion:
    """One rule. ``needs`` names the extracts without which nobody can tell.

    ``roster`` names the extracts of which a child must have a record; ``outside`` says what it means to
    have none: ``cannot_tell`` or ``no``. ``silence`` says the same of a child on the roster without a
    single known value in the window; ``UNHEARD`` (for what is absent) of one of whom no fact of the
    kind was ever delivered: whether it is missing or was never handed over nobody can tell. ``also``
    must hold besides the signal; children for whom ``only_if`` does not hold are answered "no".
    ``sentences`` and ``shorts`` are texts by language, ``origins`` (where the threshold comes from)
    likewise. ``names`` say what is looked at, also of a child of whom nobody can tell. ``seen_within``:
    a child whom the office itself has seen within so many days is answered "no", and one for whom it
    decided that nothing is needed is not urgent; 0 where a visit answers nothing.
    """

    key: str
    sector: Sector
    signal: Signal
    steps: tuple[Step, ...]
    ages: Ages
    needs: tuple[str, ...]
    sentences: Mapping[str, str]
    shorts: Mapping[str, str]
    origins: Mapping[str, str]
    roster: tuple[str, ...] = ()
    outside: str = "cannot_tell"
    silence: str = "no"
    also: Condition | None = None
    only_if: Condition | None = None
    urgent: bool = False
    names: Mapping[str, str] = field(default_factory=dict)
    seen_within: int = 0

    def signals(self) -> tuple[Signal, ...]:
        """The criterion's own signal and those of its conditions."""
        joined = (c.signals() for c in (self.also, self.only_if) if c is not None)
        return (self.signal, *(signal for signals in joined for signal in signals))


UNHEARD = "unheard"
LANGUAGES = ("ja", "en")


def sentence(criterion: Criterion, reason: Reason, language: str) -> str:
    """The whole sentence of a reason, in a language of ``LANGUAGES`` (Japanese if unknown)."""
    return _filled(criterion.sentences, criterion, reason, language)


def short(criterion: Criterion, reason: Reason, language: str) -> str:
    """The few words of a reason for a list: at most eighteen characters in Japanese."""
    return _filled(criterion.shorts, criterion, reason, language)


def named(criterion: Criterion, language: str) -> str:
    """What a criterion looks at, in a language of ``LANGUAGES``; its key where nobody named it."""
    return criterion.names.get(language) or criterion.names.get("ja") or criterion.key


def origin(criterion: Criterion, language: str) -> str:
    """Where a criterion's threshold comes from, in a language of ``LANGUAGES``."""
    return criterion.origins.get(language) or criterion.origins.get("ja", "")


def _filled(texts: Mapping[str, str], criterion: Criterion, reason: Reason, language: str) -> str:
    text = texts.get(language, texts["ja"])
    if reason.first == reason.last:
        for span, day in _ONE_DAY:
            text = text.replace(span, day)
    value = reason.values.get("value")
    words = {
        "value": _number(value),
        "drop": _number(-value if isinstance(value, int | float) else value),
        "count": _number(reason.values.get("count")),
        "first": day_words(reason.first, language),
        "last": day_words(reason.last, language),
        "word": _step_word(criterion, value),
    }
    return text.format_map(words)


_ONE_DAY = (
    ("{first}から{last}まで", "{last}"), ("Between {first} and {last}", "On {last}"),
    ("between {first} and {last}", "on {last}"), ("{first} to {last}", "{last}"),
)  # fmt: skip
"""A span of days in a sentence, and how one day is said."""


def _number(value: object) -> str:
    """A number as people write it: no ".0", at most one decimal. "?" where there is none."""
    if not isinstance(value, int | float):
        return "?"
    return f"{value:.1f}".removesuffix(".0")


def _step_word(criterion: Criterion, value: object) -> str:
    """The word that led to the step; findings of words keep the number of their step (from 1)."""
    if not isinstance(value, int | float) or not 1 <= int(value) <= len(criterion.steps):
        return ""
    return "・".join(criterion.steps[int(value) - 1].words)


_ERAS = ((date(2019, 5, 1), "令和", 2018), (date(1989, 1, 8), "平成", 1988))


def day_words(day: date | None, language: str) -> str:
    """A day in running text: 令和8年11月24日, 24 Nov 2026; a dash where there is none."""
    if day is None:
        return "―"
    if language != "ja":
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    for begin, era, offset in _ERAS:
        if day >= begin:
            year = day.year - offset
            return f"{era}{'元' if year == 1 else year}年{day.month}月{day.day}日"
    return f"{day.year}年{day.month}月{day.day}日"


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
