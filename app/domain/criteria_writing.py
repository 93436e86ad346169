"""From a criterion back to plain words, so that an office can take any criterion as the beginning of its own.

The inverse of ``app.domain.criteria_reading``: what is written here is read there to the same criterion.
"""

from __future__ import annotations

from typing import Any

from app.domain.ages import NURSERY_CLASSES, SCHOOL_GRADES
from app.domain.criteria import Accepted, Ages, Condition, Criterion, Measure, Signal, Span, Step, Window

_GRADES = (*NURSERY_CLASSES, *SCHOOL_GRADES)


def table_of(rule: Criterion) -> dict[str, Any]:
    """A criterion as the mapping that ``criterion_from`` reads."""
    said: dict[str, Any] = {
        "key": rule.key,
        "sector": rule.sector.value,
        "source": dict(rule.origins),
        **signal_table(rule.signal),
        "applies": ages_table(rule.ages),
        "needs": list(rule.needs),
        "roster": list(rule.roster),
        "outside": rule.outside,
        "silence": rule.silence,
        "steps": [step_table(step) for step in rule.steps],
        "urgent": rule.urgent,
        "seen_within": rule.seen_within,
        "name": dict(rule.names),
        "sentence": dict(rule.sentences),
        "short": dict(rule.shorts),
    }
    for word, condition in (("also", rule.also), ("only_if", rule.only_if)):
        if condition is not None:
            said[word] = condition_table(condition)
    return said


def signal_table(signal: Signal) -> dict[str, Any]:
    """A signal; what is as it would be without a word is left out."""
    said: dict[str, Any] = {"measure": signal.measure.value, "window": window_table(signal.window)}
    if signal.measure is Measure.SIBLINGS:
        said["criteria"] = list(signal.criteria)
    else:
        said |= {"kind": signal.kind, "attributes": list(signal.attributes)}
    said["who"] = signal.who.value
    for word, accepted in (("where", signal.where), ("known", signal.known)):
        if accepted:
            said[word] = {name: _accepted(words) for name, words in accepted.items()}
    if signal.ongoing:
        said["ongoing"] = True
    if signal.relation:
        said["relation"] = list(signal.relation)
    if signal.measure in (Measure.CHANGE, Measure.GROWTH):
        said |= {"against": signal.against, "relative": signal.relative}
    for limit in ("at_least", "at_most"):
        if getattr(signal, limit) is not None:
            said[limit] = getattr(signal, limit)
    return said


def _accepted(words: Accepted) -> Any:
    return words if isinstance(words, str) else list(words)


def window_table(window: Window) -> dict[str, Any]:
    if window.span is Span.MONTHS_OF_AGE:
        return {window.span.value: list(window.months)}
    return {window.span.value: window.days or True}


def condition_table(condition: Condition) -> dict[str, Any]:
    if condition.signal is not None:
        return signal_table(condition.signal)
    if condition.negated is not None:
        return {"not": condition_table(condition.negated)}
    joint, parts = ("all", condition.all) if condition.all else ("any", condition.any)
    return {joint: [condition_table(part) for part in parts]}


def step_table(step: Step) -> dict[str, Any]:
    given: dict[str, Any] = {"points": step.points}
    for name in ("at_least", "at_most", "fixed"):
        if getattr(step, name) is not None:
            given[name] = getattr(step, name)
    if step.words:
        given["words"] = list(step.words)
    return given


def ages_table(ages: Ages) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if ages.grades is not None:
        said["grades"] = [_GRADES[at] for at in ages.grades]
    if ages.months is not None:
        said["months"] = list(ages.months)
    return said
