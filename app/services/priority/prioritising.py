"""Works out who should be looked at first: findings and priorities of one as-of day.

Reads the derived tables and writes ``finding``, ``rarity`` and ``priority``. The rules are data
(``app.domain.criteria``), their SQL stands in ``app.storage``, the arithmetic of points in
``app.domain.weighing``; here they are put one after the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from app.domain.criteria import Criterion, Measure, Who
from app.domain.priority import LEVELS, Level, Look
from app.domain.sectors import SECTORS
from app.domain.weighing import (
    BANDS,
    PrioritySettings,
    breadth_factor,
    level_of,
    place_key,
    rarity,
    share,
)
from app.storage.priorities.criteria_sql import Compiler
from app.storage.priorities.priority_sql import PriorityTables


@dataclass(frozen=True)
class RunSummary:
    """What one run came to. ``levels`` counts children by level, none left out."""

    as_of: date
    children: int
    supported: int
    with_unknown: int
    findings: int
    levels: Mapping[Level, int]


def prioritise(
    connection: Any,
    criteria: Sequence[Criterion],
    as_of: date,
    settings: PrioritySettings,
    *,
    schema: str = "main",
    source: str = "main",
    persons: Sequence[int] | None = None,
    looks: Sequence[Look] = (),
) -> RunSummary:
    """Work out findings and priorities on ``as_of`` from facts that start by that day.

    ``source`` holds the view's tables; ``schema`` takes the results: where it is ``temp`` they
    are made there and nothing is stored. With ``persons`` only these, and the children of their
    households, are worked out again, weighed as in the last whole run in ``schema``. ``looks`` is
    what the office saw and decided itself: how rare a sign is does not depend on it. The caller holds
    the transaction. The summary is about the children worked out.
    """
    tables = PriorityTables(connection, as_of, source, schema)
    active = [criterion for criterion in criteria if criterion.key not in settings.disabled]
    numbers = {criterion.key: number for number, criterion in enumerate(active)}
    tables.open()
    try:
        tables.forget_others(persons)
        tables.load_children(persons)
        told = _answer(tables, active, numbers)
        rarities = _kept(tables, numbers) if persons is not None else _counted(tables, told)
        for criterion in active:
            if criterion.seen_within:
                tables.heed(criterion, numbers[criterion.key], looks)
        _weigh(tables, active, rarities, settings)
        if persons is None:
            tables.keep_rarity((active[no].key, band, step, *rest) for (no, band, step), rest in rarities.items())
        tables.note_breadth([breadth_factor(n, settings) for n in range(len(SECTORS) + 1)])
        tables.write_findings()
        asked = _Asked(active)
        rows = [_priority(row, asked, settings) for row in tables.totals()]
        tables.write_priorities(rows)
        findings = sum(count for *_, count in tables.shown())
    finally:
        tables.close()
    return _summary(as_of, rows, findings)


def measure_child(
    connection: Any,
    criteria: Sequence[Criterion],
    as_of: date,
    person: int,
    *,
    source: str = "main",
) -> dict[str, float]:
    """What is measured of one child for each criterion of its age that reads the child's own facts.

    By criterion key; a criterion without a value, or whose further conditions do not hold, is left out.
    """
    tables = PriorityTables(connection, as_of, source, "temp")
    asked = [one for one in criteria if one.signal.who is Who.CHILD and one.signal.measure not in _UNMEASURED]
    numbers = {criterion.key: number for number, criterion in enumerate(asked)}
    tables.open()
    try:
        tables.load_children([person])
        months, grade = tables.age_of(person)
        asked = [criterion for criterion in asked if criterion.ages.include(months, grade)]
        compiler = Compiler(as_of, numbers, {})
        tables.load_facts(asked, compiler)
        measured = {criterion.key: tables.measured(criterion, compiler, person) for criterion in asked}
    finally:
        tables.close()
    return {key: value for key, value in measured.items() if value is not None}


_UNMEASURED = (Measure.ABSENT, Measure.SIBLINGS)


class Standing(NamedTuple):
    """Where a child would stand: level, points, the points before rounding, breadth, and in which
    sectors it has points: one bit for each, in the order of ``SECTORS``."""

    level: Level
    points: int
    weight: float
    breadth: int
    sectors: int = 0


def foresee(
    connection: Any,
    before: tuple[Sequence[Criterion], PrioritySettings],
    after: tuple[Sequence[Criterion], PrioritySettings],
    as_of: date,
    *,
    source: str,
    looks: Sequence[Look] = (),
) -> dict[int, Standing]:
    """Where the children who are touched by a change of criteria or settings would stand.

    Gives what a whole run would give, and works out anew only what the change can reach: the changed
    criteria, those that read their findings, and the children who showed or would show one of them.
    ``source`` holds the published view; nothing is stored.
    """
    criteria, settings = after
    tables = PriorityTables(connection, as_of, source, "temp")
    numbers = {criterion.key: number for number, criterion in enumerate(criteria)}
    fresh = _changed(before[0], criteria)
    gone = {one.key for one in before[0]} - numbers.keys()
    tables.open()
    try:
        tables.load_children(None, [criterion for criterion in criteria if criterion.key in fresh])
        read = _read_by(criteria, fresh)
        told = _answer_some(tables, criteria, numbers, fresh, read)
        kept = _kept(tables, numbers, source)
        rarities = {step: row for step, row in kept.items() if step[0] not in told} | _counted(tables, told)
        touched = tables.holders(numbers[key] for key in fresh) | tables.held_before(fresh | gone)
        if not _weighs_alike(before[1], settings):
            touched = set(tables.everybody())
        tables.keep_only(touched)
        tables.take_over(numbers.keys() - fresh - read, touched=True)
        for criterion in criteria:
            if criterion.seen_within:
                tables.heed(criterion, numbers[criterion.key], looks)
        _weigh(tables, criteria, rarities, settings)
        tables.note_breadth([breadth_factor(n, settings) for n in range(len(SECTORS) + 1)])
        sums = tables.sums()
    finally:
        tables.close()
    nothing = (0, 0, 0.0, 0, 0)
    return {child: _standing(*sums.get(child, nothing), settings) for child in touched}


def _standing(
    points: int, urgent: int, weight: float, breadth: int, sectors: int, settings: PrioritySettings
) -> Standing:
    return Standing(level_of(points, bool(urgent), settings), points, weight, breadth, sectors)


def _changed(before: Sequence[Criterion], after: Sequence[Criterion]) -> set[str]:
    """The criteria that are new or other than before, and those that read the findings of such."""
    then = {one.key: one for one in before}
    changed = {one.key for one in after if then.get(one.key) != one}
    reached = changed | (then.keys() - {one.key for one in after})
    return changed | {one.key for one in after for signal in one.signals() if reached.intersection(signal.criteria)}


def _weighs_alike(one: PrioritySettings, other: PrioritySettings) -> bool:
    names = ("scale", "repeat", "rare_share", "breadth_step", "recency_step", "worsening_step", "high", "middle", "low")
    return all(getattr(one, name) == getattr(other, name) for name in names)


def _read_by(criteria: Sequence[Criterion], fresh: set[str]) -> set[str]:
    """The criteria not in ``fresh`` whose findings those in ``fresh`` read."""
    asked = (signal for one in criteria if one.key in fresh for signal in one.signals())
    return {key for signal in asked for key in signal.criteria} - fresh


def _answer_some(
    tables: PriorityTables, criteria: Sequence[Criterion], numbers: Mapping[str, int], fresh: set[str], read: set[str]
) -> Told:
    """Answer the criteria named in ``fresh``; the findings in ``read`` are taken over as they stand."""
    coverage = tables.coverage()
    compiler = Compiler(tables.as_of, numbers, {extract: one.first for extract, one in coverage.items()})
    asked = [criterion for criterion in criteria if criterion.key in fresh]
    tables.load_facts(asked, compiler, some=True)
    tables.number(criteria, numbers)
    tables.take_over(numbers.keys() & read)
    silent = tables.silent()
    return {
        numbers[criterion.key]: tables.apply(
            criterion, compiler, compiler.cover(criterion, coverage), evidence=False, silent=silent
        )
        for criterion in asked
    }


# ---------------------------------------------------------------------- answers

Told = dict[int, dict[int, int]]
Rarities = dict[tuple[int, int, int], tuple[int, int, float]]
"""By criterion number, age band and step: children who show it, who can be told, their share."""


def _answer(tables: PriorityTables, criteria: Sequence[Criterion], numbers: Mapping[str, int]) -> Told:
    coverage = tables.coverage()
    since = {extract: one.first for extract, one in coverage.items()}
    compiler = Compiler(tables.as_of, numbers, since)
    tables.load_facts(criteria, compiler)
    tables.number(criteria, numbers)
    silent = tables.silent()
    return {
        numbers[criterion.key]: tables.apply(criterion, compiler, compiler.cover(criterion, coverage), silent=silent)
        for criterion in criteria
    }


# ---------------------------------------------------------------------- weights


def _counted(tables: PriorityTables, told: Told) -> Rarities:
    """The share of children who reach at least each step that someone reaches, of the criteria told."""
    shown: dict[tuple[int, int], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for number, band, step, children in tables.shown():
        if number in told:
            shown[number, step][band] += children
    reached = {
        (number, step): {
            band: sum(
                by_band.get(band, 0) for (other, higher), by_band in shown.items() if other == number and higher >= step
            )
            for band in range(len(BANDS))
        }
        for number, step in shown
    }
    return {
        (number, band, step): _rarity_row(bands, told[number], band)
        for (number, step), bands in sorted(reached.items())
        for band in range(len(BANDS))
        if told[number].get(band) or bands[band]
    }


def _rarity_row(reached: Mapping[int, int], told: Mapping[int, int], band: int) -> tuple[int, int, float]:
    answered = max(told.get(band, 0), reached[band])
    everyone = max(sum(told.values()), sum(reached.values()))
    part = share(reached[band], answered, sum(reached.values()), everyone)
    return reached[band], answered, round(part, 6)


def _kept(tables: PriorityTables, numbers: Mapping[str, int], schema: str = "") -> Rarities:
    return {
        (numbers[key], band, step): (shown, told, part)
        for key, band, step, shown, told, part in tables.kept_rarity(schema)
        if key in numbers
    }


def _weigh(
    tables: PriorityTables, criteria: Sequence[Criterion], rarities: Rarities, settings: PrioritySettings
) -> None:
    weights = _weights(criteria, rarities, settings, tables.bands())
    tables.weigh(weights, settings.repeat, settings.recency_step, settings.worsening_step)


def _weights(
    criteria: Sequence[Criterion], rarities: Rarities, settings: PrioritySettings, bands: Sequence[int]
) -> Iterator[tuple[int, int, int, float, bool, float]]:
    """Weights for every step and band: a step that nobody had shown so far counts as rare."""
    for number, criterion in enumerate(criteria):
        for step, rule in enumerate(criterion.steps, 1):
            for band in bands:
                part = rarities[number, band, step][2] if (number, band, step) in rarities else 0.0
                weight = round(rule.worth(settings.scale, rarity(part)), 6)
                yield number, band, step, weight, part < settings.rare_share, part


# ---------------------------------------------------------------------- priorities


class _Asked:
    """How many criteria of each sector speak of a child of one age."""

    def __init__(self, criteria: Sequence[Criterion]) -> None:
        self._criteria = criteria
        self._counts: dict[tuple[int, int], tuple[int, ...]] = {}

    def at(self, months: int, grade: int) -> tuple[int, ...]:
        """The counts in the order of the sectors."""
        if (months, grade) not in self._counts:
            asked = [c.sector for c in self._criteria if c.ages.include(months, grade)]
            self._counts[months, grade] = tuple(asked.count(sector) for sector in SECTORS)
        return self._counts[months, grade]


def _priority(row: tuple[Any, ...], asked: _Asked, settings: PrioritySettings) -> tuple[Any, ...]:
    person, months, grade, supported, urgent, weight, breadth = row[:7]
    points = row[7 : 7 + len(SECTORS)]
    unknown = row[7 + len(SECTORS) :]
    states = map(_state, points, unknown, asked.at(months, grade))
    total = sum(points)
    level = level_of(total, bool(urgent), settings)
    exact = round(weight * breadth_factor(breadth, settings), 6)
    return (
        person, place_key(level, total, exact, breadth, person), level.value, total, *points, *states,
        breadth, supported, int(any(unknown)), urgent, exact,
    )  # fmt: skip


def _state(points: int, unknown: int, asked: int) -> str:
    if points > 0:
        return "points"
    if asked == 0:
        return "not_applicable"
    return "unknown" if unknown >= asked else "nothing"


def _summary(as_of: date, rows: Sequence[tuple[Any, ...]], findings: int) -> RunSummary:
    levels = dict.fromkeys(LEVELS, 0)
    for row in rows:
        levels[Level(row[2])] += 1
    return RunSummary(
        as_of=as_of,
        children=len(rows),
        supported=sum(row[-4] for row in rows),
        with_unknown=sum(row[-3] for row in rows),
        findings=findings,
        levels=levels,
    )
