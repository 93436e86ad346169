"""Strengths: protective things that the records show, beside the reasons and without any points.

Several risks alone do not mean that a child is in need. Only what is on record counts here: that
nothing was recorded is no strength, and a month without data says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from app.domain.criteria import Span, Window
from app.domain.facts import Fact
from app.domain.sectors import Sector
from app.services.answers.child import ContactLine, Strength

_TERM = Window(Span.TERM, days=60)
_RECENT = timedelta(days=92)
_YEARS = timedelta(days=800)


def strengths_of(facts: Sequence[Fact], contacts: Sequence[ContactLine], as_of: date) -> tuple[Strength, ...]:
    """What speaks for a child on ``as_of``, in the order in which it is told."""
    kinds: dict[str, list[Fact]] = {}
    for fact in sorted(facts, key=lambda fact: (fact.start, fact.id)):
        if fact.start <= as_of:
            kinds.setdefault(fact.kind, []).append(fact)
    found = [make(kinds, as_of) for make in _MAKERS]
    return tuple(one for one in (_met(contacts, as_of), *found) if one is not None)


def _met(contacts: Sequence[ContactLine], as_of: date) -> Strength | None:
    """Somebody of the office saw the child not long ago."""
    days = [contact.day for contact in contacts if contact.seen and contact.day >= as_of - _RECENT]
    return Strength("met", Sector.WELFARE, (), max(days), max(days)) if days else None


_Kinds = dict[str, list[Fact]]


def _attends(kinds: _Kinds, as_of: date) -> Strength | None:
    """At school every day of this term, as far as months were counted."""
    months = _since(kinds.get("attendance", []), _TERM.start(as_of))
    told = [month for month in months if _number(month, "school_days")]
    away = [_number(month, name) for month in told for name in ("sick", "other")]
    if len(told) < 2 or None in away or any(away):
        return None
    return _told("attends", Sector.EDUCATION, told)


def _punctual(kinds: _Kinds, as_of: date) -> Strength | None:
    months = _since(kinds.get("attendance", []), _TERM.start(as_of))
    told = [month for month in months if _number(month, "school_days")]
    late = [_number(month, name) for month in told for name in ("late", "early")]
    if len(told) < 2 or None in late or any(late):
        return None
    return _told("punctual", Sector.EDUCATION, told)


def _nursery(kinds: _Kinds, as_of: date) -> Strength | None:
    """Comes to childcare nine days in ten, and somebody calls when it does not."""
    months = _since(kinds.get("childcare_attendance", []), as_of - _RECENT - timedelta(days=31))
    told = [month for month in months if _number(month, "open_days")]
    if len(told) < 2 or any(_number(month, name) is None for month in told for name in ("absent", "unexplained")):
        return None
    days = sum(_number(month, "open_days") or 0 for month in told)
    away = sum(_number(month, "absent") or 0 for month in told)
    if away > 0.1 * days or any(_number(month, "unexplained") for month in told):
        return None
    return _told("nursery", Sector.CHILDCARE, told)


def _checkups(kinds: _Kinds, as_of: date) -> Strength | None:
    """Every infant check-up of the last years was attended."""
    due = _since(kinds.get("infant_checkup", []), as_of - _YEARS)
    states = [fact.attributes.get("state") for fact in due]
    if not due or any(state != "受診" for state in states):
        return None
    return _told("checkups", Sector.MEDICAL, due, float(len(due)))


def _treated(kinds: _Kinds, as_of: date) -> Strength | None:
    """Caries were found earlier and are treated now."""
    checks = _since(kinds.get("school_checkup", []), as_of - _YEARS)
    told = [check for check in checks if _number(check, "untreated") is not None]
    if len(told) < 2 or _number(told[-1], "untreated") != 0 or not any(_number(c, "untreated") for c in told[:-1]):
        return None
    return _told("treated", Sector.MEDICAL, told[-1:])


def _visited(kinds: _Kinds, as_of: date) -> Strength | None:
    """The last advice to see a doctor was followed."""
    advised = [
        check
        for check in _since(kinds.get("school_checkup", []), as_of - _YEARS)
        if check.attributes.get("finding") == "要受診"
    ]
    if not advised or advised[-1].attributes.get("visit_reported") != "有":
        return None
    return _told("visited", Sector.MEDICAL, advised[-1:])


def _learning(kinds: _Kinds, as_of: date) -> Strength | None:
    """The mean test score is not lower than the time before."""
    by_day: dict[date, list[float]] = {}
    latest: list[Fact] = []
    for fact in _since(kinds.get("achievement", []), as_of - _YEARS):
        score = _number(fact, "deviation")
        if score is not None:
            by_day.setdefault(fact.start, []).append(score)
            latest = [*latest, fact] if latest and latest[-1].start == fact.start else [fact]
    means = [sum(scores) / len(scores) for _, scores in sorted(by_day.items())]
    if len(means) < 2 or means[-1] < means[-2]:
        return None
    return _told("learning", Sector.EDUCATION, latest, round(means[-1] - means[-2], 1))


def _form(kinds: _Kinds, as_of: date) -> Strength | None:
    """The yearly form of the allowance came in."""
    running = [fact for fact in kinds.get("allowance", []) if fact.end is None or fact.end >= as_of]
    if not running or running[-1].attributes.get("report") != "提出":
        return None
    return _told("form", Sector.WELFARE, running[-1:])


_MAKERS: tuple[Callable[[_Kinds, date], Strength | None], ...] = (
    _attends, _punctual, _nursery, _checkups, _treated, _visited, _learning, _form,
)  # fmt: skip


def _since(facts: Sequence[Fact], start: date | None) -> list[Fact]:
    return [fact for fact in facts if start is None or fact.start >= start]


def _number(fact: Fact, name: str) -> float | None:
    value = fact.attributes.get(name)
    return float(value) if isinstance(value, int | float) else None


def _told(key: str, sector: Sector, facts: Sequence[Fact], value: float | None = None) -> Strength:
    last = max(fact.end or fact.start for fact in facts)
    return Strength(key, sector, tuple(fact.id for fact in facts), facts[0].start, last, value)
