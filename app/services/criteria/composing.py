"""Composing: an office's own criteria, from the same parts as the shipped ones.

What parts there are, what is wrong with a draft, and whom it would find in the published view.
Nothing here writes; ``settling.save`` takes the finished table into the settings.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from string import Formatter
from typing import Any

from app.domain.criteria import LANGUAGES, UNHEARD, Criterion, Measure, Span
from app.domain.criteria_reading import CriterionError, criterion_from
from app.domain.criteria_writing import step_table, table_of, window_table
from app.domain.facts import GROWTH_KINDS, KINDS, FactKind
from app.domain.message import Message, WrongUse
from app.domain.priority import Level
from app.domain.sectors import Sector
from app.domain.weighing import PrioritySettings
from app.services.priority.runs import criteria, criteria_of, published_run_of
from app.services.wording import say
from app.storage.definitions.criteria_files import in_order
from app.storage.definitions.profiles import shipped_profiles
from app.storage.offices.office import Office
from app.storage.priorities.criteria_sql import Compiler
from app.storage.priorities.priority_sql import PriorityTables

Table = Mapping[str, Any]
NAMED = 50
"""So many of those whom a draft would find are named."""
OFFERED = 40
"""So many of the words that stand in the data are offered."""
NUMERIC = (Measure.SUM, Measure.MAX, Measure.MIN, Measure.CHANGE)
"""Measures of numbers: they need at least one attribute that is a number."""
_PRIVATE = frozenset({("allowance", "recipient")})
"""Cells that hold people's names: not offered as words."""


# ---------------------------------------------------------------------- the parts


@dataclass(frozen=True)
class KindPart:
    """A kind of fact to build from: its attributes, who delivers it, and which register says whom it is about."""

    kind: FactKind
    extracts: tuple[str, ...]
    roster: tuple[str, ...]


@cache
def kinds() -> tuple[KindPart, ...]:
    """Every kind of fact that some extract delivers."""
    delivers: dict[str, list[str]] = {}
    for profile in shipped_profiles().values():
        for fact in profile.facts:
            keys = delivers.setdefault(fact.kind, [])
            if profile.key not in keys:
                keys.append(profile.key)
    rosters = {rule.signal.kind: rule.roster for rule in reversed(criteria()) if rule.signal.kind}
    return tuple(
        KindPart(kind, tuple(delivers[name]), rosters.get(name, ())) for name, kind in KINDS.items() if name in delivers
    )


def words_of(office: Office, kind: str, attribute: str) -> tuple[str, ...]:
    """The words that stand in the data for an attribute, the commonest first."""
    if (kind, attribute) in _PRIVATE:
        return ()
    slot = KINDS[kind].slot(attribute)
    rows = office.reader().execute(
        f"SELECT {slot} FROM view.fact WHERE kind = ? AND {slot} <> '' GROUP BY {slot}"
        f" ORDER BY count(*) DESC, {slot} LIMIT ?",
        (kind, OFFERED),
    )
    return tuple(str(row[0]) for row in rows.fetchall())


def relations() -> tuple[str, ...]:
    """The words for who somebody is in a household (続柄)."""
    column = shipped_profiles()["resident_register"].columns["続柄"]
    return tuple(column.codes)


def countable(settings: PrioritySettings, key: str) -> tuple[Criterion, ...]:
    """Criteria whose findings another one may count among siblings: all that do not count themselves."""
    return tuple(
        rule
        for rule in criteria_of(settings)
        if rule.key != key and all(signal.measure is not Measure.SIBLINGS for signal in rule.signals())
    )


def as_table(rule: Criterion, key: str = "") -> dict[str, Any]:
    """A criterion as the form shows it; with ``key`` as the beginning of another one."""
    return table_of(rule) | ({"key": key} if key else {})


def copy_of(rule: Criterion, key: str) -> dict[str, Any]:
    """A criterion as the beginning of another one, with a name of its own in every language."""
    names = {code: say(Message("compose.copy_of", {"name": name}), code) for code, name in rule.names.items()}
    return as_table(rule, key) | {"name": names}


def free_key(taken: Sequence[str]) -> str:
    """A key that no criterion has yet."""
    number = 1
    while f"own_{number}" in taken:
        number += 1
    return f"own_{number}"


# ---------------------------------------------------------------------- what is wrong with a draft


def mistakes(table: Table) -> tuple[Message, ...]:
    """What keeps a draft from being meant, in the order of the form; empty when nothing does."""
    found = [*_of_signal(table), *_of_steps(table), *_of_ages(table), *_of_words(table)]
    for part in _signals(table):
        found += _of_signal(part)
        if part.get("at_least") is None and part.get("at_most") is None and part.get("measure") != "absent":
            found.append(Message("compose.condition_limit"))
    if not found:
        try:
            criterion_from(table)
        except CriterionError as error:
            found.append(Message("criteria.not_meant", {"why": str(error)}))
    return tuple(one for at, one in enumerate(found) if one not in found[:at])


def _signals(table: Table) -> list[Table]:
    """The signals of the conditions, out of all their joints."""
    found: list[Table] = []
    for name in ("also", "only_if"):
        if isinstance(table.get(name), Mapping):
            found += _leaves(table[name])
    return found


def _leaves(condition: Table) -> list[Table]:
    for joint in ("all", "any"):
        if joint in condition:
            return [leaf for part in condition[joint] for leaf in _leaves(part)]
    return _leaves(condition["not"]) if "not" in condition else [condition]


def _of_signal(table: Table) -> list[Message]:
    measure = Measure(table.get("measure", "count"))
    if measure is Measure.SIBLINGS:
        return [] if table.get("criteria") else [Message("compose.no_criteria")]
    kind = KINDS.get(str(table.get("kind", "")))
    if kind is None:
        return [Message("compose.no_kind")]
    found = []
    attributes = list(table.get("attributes", ()))
    if measure is Measure.GROWTH and (kind.name not in GROWTH_KINDS or attributes not in (["weight"], ["height"])):
        found.append(Message("compose.growth"))
    numbers = [one for one in attributes if one in kind.numbers]
    if measure in NUMERIC and (not numbers or len(numbers) != len(attributes)):
        found.append(Message("compose.needs_number"))
    if measure is Measure.LATEST and len(attributes) != 1 and len(numbers) != len(attributes):
        found.append(Message("compose.one_word"))
    if measure is Measure.LATEST and not attributes:
        found.append(Message("compose.needs_attribute"))
    if table.get("silence") == UNHEARD and measure is not Measure.ABSENT:
        found.append(Message("compose.unheard"))
    for attribute, words in table.get("where", {}).items():
        if not words:
            found.append(Message("compose.empty_where", {"attribute": Message(f"attribute.{attribute}")}))
    return found + _of_window(table.get("window", {}), measure)


def _of_window(window: Table, measure: Measure) -> list[Message]:
    word = next(iter(window), "ever")
    value: Any = window.get(word)
    span = Span(word)
    if span is Span.MONTHS_OF_AGE:
        first, last = value
        return [] if 0 <= first <= last <= 230 else [Message("compose.months")]
    if span is Span.DAYS and not 1 <= int(value) <= 7000:
        return [Message("compose.days")]
    return []


def _of_steps(table: Table) -> list[Message]:
    steps = list(table.get("steps", ()))
    if table.get("measure") == "absent":
        return []
    if not steps:
        return [Message("compose.no_steps")]
    found = []
    limits = [step.get("at_least") for step in steps], [step.get("at_most") for step in steps]
    for values, rising in ((limits[0], True), (limits[1], False)):
        given = [value for value in values if value is not None]
        if given and len(given) == len(steps) and given != sorted(set(given), reverse=not rising):
            found.append(Message("compose.steps_order"))
    if len({("at_least" in step, "at_most" in step, "words" in step) for step in steps}) > 1:
        found.append(Message("compose.steps_mixed"))
    if any("words" in step and not step["words"] for step in steps):
        found.append(Message("compose.step_words"))
    if any(not 0 < float(step.get("points", 1)) <= 10 for step in steps):
        found.append(Message("compose.step_points"))
    return found


def _of_ages(table: Table) -> list[Message]:
    applies = table.get("applies", {})
    months = applies.get("months")
    if months and not 0 <= months[0] <= months[1] <= 230:
        return [Message("compose.months")]
    return []


def _of_words(table: Table) -> list[Message]:
    found = []
    for word in ("name", "sentence", "short"):
        texts = table.get(word, {})
        if any(not str(texts.get(language, "")).strip() for language in LANGUAGES):
            found.append(Message(f"compose.no_{word}"))
        for text in texts.values():
            try:
                list(Formatter().parse(str(text)))
            except ValueError:
                found.append(Message("compose.braces"))
    if not _sourced(table.get("source", "")):
        found.append(Message("compose.no_source"))
    return found


def _sourced(source: Any) -> bool:
    """Whether it says, in one language or both, where the threshold comes from."""
    if isinstance(source, Mapping):
        return all(str(source.get(language, "")).strip() for language in LANGUAGES)
    return bool(str(source).strip())


# ---------------------------------------------------------------------- whom it would find


@dataclass(frozen=True)
class FoundChild:
    """A child of whom a draft holds: where it stands now, which step (from 1), what was measured."""

    person_id: int
    name: str
    level: Level
    step: int
    value: float | None


@dataclass(frozen=True)
class Found:
    """Whom a draft would find: ``holds`` of the ``told``, the others of its age cannot be told (``unknown``).

    ``children`` are the gravest first, at most ``NAMED``; ``covered`` is False where its data never came.
    """

    holds: int
    told: int
    unknown: int
    covered: bool
    children: tuple[FoundChild, ...]


def found(office: Office, table: Table, settings: PrioritySettings) -> Found:
    """Ask a draft of all children of the published view. WrongUse for one that cannot be meant."""
    office.demand("see", "caseload")
    wrong = mistakes(table)
    if wrong:
        raise WrongUse(wrong[0].key, **wrong[0].values)
    run = published_run_of(office)
    if run is None:
        raise WrongUse("run.nothing_imported")
    draft = criterion_from(table)
    try:
        rules = in_order([*(one for one in criteria_of(settings) if one.key != draft.key), draft])
    except CriterionError as error:
        raise WrongUse("criteria.not_meant", why=str(error)) from error
    with office.scratch() as db:
        tables = PriorityTables(db, run.as_of, "view", "temp")
        tables.open()
        try:
            tables.load_children(None)
            return _answered(db, tables, rules, draft)
        finally:
            tables.close()


def _answered(db: Any, tables: PriorityTables, rules: Sequence[Criterion], draft: Criterion) -> Found:
    coverage = tables.coverage()
    numbers = {rule.key: number for number, rule in enumerate(rules)}
    compiler = Compiler(tables.as_of, numbers, {extract: one.first for extract, one in coverage.items()})
    tables.load_facts([draft], compiler)
    tables.number(rules, numbers)
    tables.take_over(key for key in numbers if key != draft.key)
    covered = compiler.cover(draft, coverage)
    told = sum(tables.apply(draft, compiler, covered, evidence=False).values())
    number = numbers[draft.key]
    rows = db.execute(
        "SELECT f.child, n.name, p.level, f.step, f.value FROM temp.work_found AS f"
        " JOIN view.person AS n ON n.person_id = f.child JOIN view.priority AS p ON p.person_id = f.child"
        " WHERE f.no = ? ORDER BY f.step DESC, p.rank",
        (number,),
    ).fetchall()
    unknown = db.execute("SELECT count(*) FROM temp.work_unknown WHERE no = ?", (number,)).fetchone()[0]
    children = tuple(FoundChild(row[0], row[1], Level(row[2]), row[3], row[4]) for row in rows[:NAMED])
    return Found(len(rows), max(told, len(rows)), int(unknown), bool(covered), children)


def needs_of(table: Table) -> tuple[str, ...]:
    """The extracts without which a draft can be told of nobody: those that deliver what it reads."""
    parts = {part.kind.name: part.extracts for part in kinds()}
    read = [str(one.get("kind", "")) for one in (table, *_signals(table))]
    return tuple(dict.fromkeys(parts[kind][0] for kind in read if kind in parts)) or ("resident_register",)


def sector_of(kind: str) -> Sector:
    """The sector that a kind of fact belongs to: where a criterion about it stands by default."""
    return KINDS[kind].sector


def plain(rule: Criterion) -> dict[str, Any]:
    """The words of a shipped criterion that an office may set, as plain values."""
    return {
        "steps": [step_table(step) for step in rule.steps],
        "window": window_table(rule.signal.window),
        "urgent": rule.urgent,
        "seen_within": rule.seen_within,
    }


def same(one: object, other: object) -> bool:
    """Whether two plain values say the same, whatever the order of their words."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
