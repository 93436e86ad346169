"""From plain mappings (a parsed TOML or JSON text) to criteria, and nothing unnoticed.

The shelf ``resources/criteria`` and, later, an office's own criteria come through here. A word
that nobody knows is a ``CriterionError``: it names the criterion and what is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from string import Formatter
from typing import Any

from app.domain.ages import NURSERY_CLASSES, SCHOOL_GRADES
from app.domain.criteria import (
    LANGUAGES,
    UNHEARD,
    Accepted,
    Ages,
    Condition,
    Criterion,
    Measure,
    Signal,
    Span,
    Step,
    Who,
    Window,
)
from app.domain.facts import GROWTH_KINDS, KINDS
from app.domain.sectors import Sector

Table = Mapping[str, Any]


class CriterionError(ValueError):
    """A criterion that cannot be meant; the text says which and why."""


_GRADES = {name: index for index, name in enumerate((*NURSERY_CLASSES, *SCHOOL_GRADES))}
_KEY = re.compile("[a-z][a-z0-9_]{0,39}")
_MOST_POINTS = 100
_TESTS = ("known", "unknown", "past")
_AGAINST = {False: ("previous", "year"), True: ("previous", "curve", "own")}
_GROWING = (("weight",), ("height",))
_PLACES = frozenset({"value", "drop", "count", "first", "last", "word"})
_SIGNAL_WORDS = frozenset(
    [
        "kind", "measure", "attributes", "where", "known", "ongoing", "window", "who", "relation",
        "against", "relative", "criteria", "at_least", "at_most",
    ]
)  # fmt: skip
_CRITERION_WORDS = (_SIGNAL_WORDS - {"at_least", "at_most"}) | {
    "key", "sector", "steps", "applies", "needs", "roster", "outside", "silence", "also",
    "only_if", "urgent", "sentence", "short", "source", "name", "seen_within",
}  # fmt: skip


def criterion_from(table: Table) -> Criterion:
    """The criterion that a mapping describes. CriterionError where it cannot be meant."""
    key = str(table.get("key", "?"))
    try:
        return _criterion(table, key)
    except (KeyError, TypeError, ValueError) as error:
        raise CriterionError(f"{key}: {error}") from error


def _criterion(table: Table, key: str) -> Criterion:
    _only(table, _CRITERION_WORDS)
    if not _KEY.fullmatch(key):
        raise ValueError("a key has small letters, digits and _, at most forty")
    signal = _signal({word: table[word] for word in table if word in _SIGNAL_WORDS})
    absent = signal.measure is Measure.ABSENT
    steps = tuple(_step(step) for step in table.get("steps", [{}] if absent else []))
    _check_steps(steps, signal)
    return Criterion(
        key=key,
        sector=Sector(table["sector"]),
        signal=signal,
        steps=steps,
        ages=_ages(table["applies"]),
        needs=tuple(table["needs"]),
        sentences=_texts(table["sentence"]),
        shorts=_texts(table["short"]),
        origins=_origins(table["source"]),
        roster=tuple(table.get("roster", ())),
        outside=_one_of(table.get("outside", "cannot_tell"), ("cannot_tell", "no")),
        silence=_silence(table, absent),
        also=_condition(table["also"]) if "also" in table else None,
        only_if=_condition(table["only_if"]) if "only_if" in table else None,
        urgent=bool(table.get("urgent", False)),
        names=_texts(table["name"]),
        seen_within=int(table.get("seen_within", 0)),
    )


def adapted(criterion: Criterion, changes: Table) -> Criterion:
    """A criterion with the words that an office changed: ``steps``, ``window``, ``seen_within``, ``urgent``."""
    try:
        _only(changes, frozenset({"steps", "window", "seen_within", "urgent"}))
        steps = tuple(_step(step) for step in changes["steps"]) if "steps" in changes else criterion.steps
        window = _window(changes["window"]) if "window" in changes else criterion.signal.window
        _check_steps(steps, criterion.signal)
        return replace(
            criterion,
            signal=replace(criterion.signal, window=window),
            steps=steps,
            seen_within=int(changes.get("seen_within", criterion.seen_within)),
            urgent=bool(changes.get("urgent", criterion.urgent)),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise CriterionError(f"{criterion.key}: {error}") from error


def _signal(table: Table) -> Signal:
    _only(table, _SIGNAL_WORDS)
    measure = Measure(table.get("measure", "count"))
    attributes = tuple(table.get("attributes", ()))
    where = _accepted(table.get("where", {}))
    known = _accepted(table.get("known", {}))
    if measure is not Measure.SIBLINGS:
        kind = KINDS[table["kind"]]
        for attribute in (*attributes, *where, *known):
            kind.slot(attribute)
    elif not table.get("criteria"):
        raise ValueError("siblings: names no criteria")
    against = _one_of(table.get("against", "previous"), _AGAINST[measure is Measure.GROWTH])
    if measure is Measure.GROWTH and (attributes not in _GROWING or table["kind"] not in GROWTH_KINDS):
        raise ValueError("growth is measured of the weight or the height at check-ups")
    return Signal(
        kind=table.get("kind", ""),
        measure=measure,
        attributes=attributes,
        where=where,
        known=known,
        ongoing=bool(table.get("ongoing", False)),
        window=_window(table.get("window", {"ever": True})),
        who=Who(table.get("who", "child")),
        relation=tuple(table.get("relation", ())),
        against=against,
        relative=bool(table.get("relative", False)),
        criteria=tuple(table.get("criteria", ())),
        at_least=_limit(table.get("at_least")),
        at_most=_limit(table.get("at_most")),
    )


def _limit(value: object) -> float | None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise ValueError(f"{value!r} is no number")
    return value


def _window(table: Table) -> Window:
    """``{school_year = 120}``, ``{days = 90}``, ``{months_of_age = [12, 24]}``, ``{now = true}``."""
    if len(table) != 1:
        raise ValueError(f"a window has one measure: {dict(table)}")
    word, value = next(iter(table.items()))
    span = Span(word)
    if span is Span.MONTHS_OF_AGE:
        return Window(span, months=(int(value[0]), int(value[1])))
    return Window(span, days=0 if value is True else int(value))


def _condition(table: Table) -> Condition:
    if "all" in table:
        return Condition(all=tuple(_condition(part) for part in table["all"]))
    if "any" in table:
        return Condition(any=tuple(_condition(part) for part in table["any"]))
    if "not" in table:
        return Condition(negated=_condition(table["not"]))
    return Condition(signal=_signal(table))


def _step(table: Table) -> Step:
    _only(table, frozenset({"points", "at_least", "at_most", "words", "fixed"}))
    points, fixed = float(table.get("points", 1)), _limit(table.get("fixed"))
    for value in (points, points if fixed is None else fixed):
        if not 0 < value <= _MOST_POINTS:
            raise ValueError(f"{value} points: they go from above 0 to {_MOST_POINTS}")
    return Step(
        points=points,
        fixed=fixed,
        at_least=_limit(table.get("at_least")),
        at_most=_limit(table.get("at_most")),
        words=tuple(table.get("words", ())),
    )


def _check_steps(steps: tuple[Step, ...], signal: Signal) -> None:
    if not steps:
        raise ValueError("no steps")
    if signal.measure is Measure.ABSENT:
        if len(steps) != 1:
            raise ValueError("absent has one step")
        return
    for step in steps:
        given = (step.at_least is not None) + (step.at_most is not None) + bool(step.words)
        if given != 1:
            raise ValueError("a step has one of at_least, at_most, words")


def _ages(table: Table) -> Ages:
    _only(table, frozenset({"months", "grades"}))
    months, grades = table.get("months"), table.get("grades")
    return Ages(
        months=(int(months[0]), int(months[1])) if months else None,
        grades=(_GRADES[grades[0]], _GRADES[grades[1]]) if grades else None,
    )


def _accepted(table: Table) -> dict[str, Accepted]:
    return {
        attribute: _one_of(words, _TESTS) if isinstance(words, str) else tuple(words)
        for attribute, words in table.items()
    }


def _texts(table: Table) -> dict[str, str]:
    for language in LANGUAGES:
        for _, place, _, _ in Formatter().parse(table[language]):
            if place is not None and place not in _PLACES:
                raise ValueError(f"unknown place {{{place}}}")
    return {language: str(text) for language, text in table.items()}


def _origins(source: str | Table) -> dict[str, str]:
    """By language; an office names the source of its own criteria in its own words alone."""
    if isinstance(source, str):
        return dict.fromkeys(LANGUAGES, source)
    return {language: str(source[language]) for language in LANGUAGES}


def _only(table: Table, words: frozenset[str]) -> None:
    unknown = set(table) - words
    if unknown:
        raise ValueError(f"unknown words {sorted(unknown)}")


def _silence(table: Table, absent: bool) -> str:
    said = _one_of(table.get("silence", "no"), ("cannot_tell", "no", UNHEARD))
    if said == UNHEARD and not absent:
        raise ValueError(f"silence = {UNHEARD!r} is for what is absent")
    return said


def _one_of(word: str, words: tuple[str, ...]) -> str:
    if word not in words:
        raise ValueError(f"{word!r} is none of {words}")
    return word
