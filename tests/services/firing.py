"""Makes any criterion fire, from nothing but its own definition."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from app.domain.ages import grade_index
from app.domain.criteria import UNHEARD, Condition, Criterion, Measure, Signal, Span, Step, Who
from app.domain.facts import KINDS
from app.domain.growth import mean
from app.storage.priorities.criteria_signals import MONTHLY
from tests.services.town import AS_OF, Town

ADULT_BIRTH = date(1985, 5, 5)


def fitting_birth(criterion: Criterion) -> date:
    """A birth date in the middle of those of whom the criterion speaks."""
    births = [AS_OF - timedelta(days=15 * step) for step in range(1, 18 * 24)]
    fitting = [birth for birth in births if criterion.ages.include(*_age(birth))]
    return fitting[len(fitting) // 2]


def _age(birth: date) -> tuple[int, int]:
    months = (AS_OF.year - birth.year) * 12 + AS_OF.month - birth.month - (AS_OF.day < birth.day)
    return months, grade_index(birth, AS_OF)


def fire(town: Town, criterion: Criterion, shelf: dict[str, Criterion], step: int = 0) -> int:
    """A child of whom the criterion holds, at one of its steps."""
    birth = fitting_birth(criterion)
    child = town.child(birth)
    town.fact(child, "residence_change", birth, reason="出生")
    strike(town, child, birth, criterion, shelf, step)
    return child


def strike(
    town: Town,
    child: int,
    birth: date,
    criterion: Criterion,
    shelf: dict[str, Criterion],
    step: int,
) -> None:
    """Add the facts that make a criterion hold for a child that is there already."""
    for condition in (criterion.only_if, criterion.also):
        if condition is not None:
            _meet(town, child, birth, condition)
    if criterion.signal.measure is Measure.SIBLINGS:
        _give_siblings(town, child, criterion, shelf, step)
    else:
        _show(town, child, birth, criterion.signal, criterion.steps[step])
    if criterion.silence == UNHEARD:  # something of the kind, but not what is looked for
        town.fact(child, criterion.signal.kind, birth + timedelta(days=100))
    if criterion.also is not None and criterion.also.negated is not None:
        town.db.execute('UPDATE fact SET "end" = start WHERE person_id = ?', (child,))


def _meet(town: Town, child: int, birth: date, condition: Condition) -> None:
    for signal in condition.positive_signals():
        threshold = signal.at_least if signal.at_least is not None else signal.at_most or 1
        _show(town, child, birth, signal, Step(1, at_least=threshold))


def _give_siblings(town: Town, child: int, criterion: Criterion, shelf: dict[str, Criterion], step: int) -> None:
    household = town.db.execute("SELECT household FROM person WHERE person_id = ?", (child,)).fetchone()[0]
    for key in criterion.signal.criteria[: int(criterion.steps[step].at_least or 1) + 2]:
        birth = fitting_birth(shelf[key])
        sibling = town.child(birth, household)
        strike(town, sibling, birth, shelf[key], shelf, 0)


def _show(town: Town, child: int, birth: date, signal: Signal, step: Step) -> None:
    if signal.measure is Measure.ABSENT:
        return
    owner = child if signal.who in (Who.CHILD, Who.HOME) else _relative(town, child, signal)
    limit = step.at_least if step.at_least is not None else step.at_most
    value: Any = step.words[0] if step.words else limit
    days = _days(signal, birth)
    if signal.measure is Measure.COUNT:
        for number in range(int(value)):
            _tell(town, owner, signal, days[number], None)
    elif signal.measure is Measure.CHANGE and signal.against == "year":
        _tell(town, owner, signal, days[0].replace(year=days[0].year - 1), 0)
        _tell(town, owner, signal, days[0], value)
    elif signal.measure is Measure.GROWTH:
        _grow(town, owner, signal, birth, 1 + value / 100)
    elif signal.measure is Measure.CHANGE:
        now = 50 * (1 + value / 100) if signal.relative else 50 + value
        _tell(town, owner, signal, days[1], 50)
        _tell(town, owner, signal, days[0], now)
    else:
        _tell(town, owner, signal, days[0], value)


def _grow(town: Town, owner: int, signal: Signal, birth: date, factor: float) -> None:
    """A reading a year ago and one now, so far from where the child's own curve leads."""
    for days, times in ((400, 1.0), (30, factor)):
        day = AS_OF - timedelta(days=days)
        usual = mean(signal.attributes[0], "", int((day - birth).days / 30.4375) + 0.5) or 0
        start = usual if signal.against == "curve" else 30
        _tell(town, owner, signal, day, start * times)


def _relative(town: Town, child: int, signal: Signal) -> int:
    household = town.db.execute("SELECT household FROM person WHERE person_id = ?", (child,)).fetchone()[0]
    return town.person(ADULT_BIRTH, household, (*signal.relation, "母")[0])


def _days(signal: Signal, birth: date) -> list[date]:
    """Days within the signal's window, the latest first."""
    span = signal.window.span
    if span is Span.AROUND_BIRTH:
        return [birth - timedelta(days=60 + day) for day in range(100)]
    if signal.kind in MONTHLY:
        return [date(2026, 10 - month, 1) for month in range(6)]
    return [AS_OF - timedelta(days=1 + day) for day in range(100)]


def _tell(town: Town, owner: int, signal: Signal, day: date, value: Any) -> None:
    end = None
    if signal.kind in MONTHLY:
        end = (day + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    said = {name: _word(signal.kind, name, words) for name, words in signal.where.items()}
    if signal.attributes and value is not None:
        said[signal.attributes[0]] = value
    town.fact(owner, signal.kind, day, end, **{k: v for k, v in said.items() if v != ""})


def _word(kind: str, name: str, words: Any) -> Any:
    if words == "past":
        return (AS_OF - timedelta(days=40)).isoformat()
    if words == "known":
        return 1 if name in KINDS[kind].numbers else "○"
    return words[0]
