"""Evaluating: does the list help? From the office's own decisions, runs and the few drawn by lot.

A listed child counts as looked at when somebody decided after its run; it needed support when the
decision says so. Shares come with Wilson's interval, and with a caution where numbers are small.
Nothing here names a child; what may leave the office of it stands in ``disclosing``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt
from typing import Any

from app.domain.dates import day_of
from app.domain.decisions import DecisionKind
from app.domain.priority import LEVELS
from app.domain.sectors import SECTORS
from app.services.priority.asked import Asked
from app.services.priority.groups import KINDS, groups_of
from app.services.priority.runs import criteria_of, published_run_of
from app.storage.batches.results import RunMade, Shown, all_shown, listed_then, runs_made
from app.storage.offices.office import Office

NEEDED = (DecisionKind.SUPPORT, DecisionKind.GUIDANCE_CENTRE)
"""What counts as found: new support, or the child guidance centre. ``supported`` was known before."""
OPEN = (DecisionKind.UNCLEAR, DecisionKind.WATCH)
"""Decisions that do not settle the question: looked at, and not yet known."""
SMALL = 10
"""Fewer looked at than this: a share says little. In what leaves the office, less is suppressed."""
_Z = 1.96


@dataclass(frozen=True)
class Share:
    """``found`` of ``looked`` (of ``listed``), the share with its 95 % interval; None for nobody looked at."""

    listed: int
    looked: int
    found: int
    waiting: int
    share: float | None
    low: float | None
    high: float | None

    @property
    def caution(self) -> bool:
        """Too few to say much."""
        return self.looked < SMALL


@dataclass(frozen=True)
class Line:
    """One row of a table: ``kind`` is level, criterion, sector or a kind of group."""

    kind: str
    key: str
    share: Share


@dataclass(frozen=True)
class Firing:
    """How often a criterion holds among those of whom it can be told; ``never`` or ``always`` says little."""

    criterion: str
    holds: int
    told: int
    never: bool
    always: bool


@dataclass(frozen=True)
class Rate:
    """Of a group's children, how many stand on the list: with interval, against all children's rate."""

    kind: str
    group: str
    listed: int
    children: int
    share: float
    low: float
    high: float
    overall: float

    @property
    def caution(self) -> bool:
        """Too few children to compare."""
        return self.children < 5 * SMALL

    @property
    def differs(self) -> bool:
        """Whether the overall rate lies outside the interval, and the group is large enough to say so."""
        return not self.caution and not self.low <= self.overall <= self.high


@dataclass(frozen=True)
class Evaluation:
    """Everything at once. ``runs`` used, from ``first`` to ``last`` (their as-of days)."""

    runs: int
    first: date | None
    last: date | None
    yielded: Share
    sample: Share
    lines: tuple[Line, ...]
    firing: tuple[Firing, ...]
    rates: tuple[Rate, ...]


def wilson(found: int, looked: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share; (0, 1) where nobody was looked at."""
    if looked == 0:
        return 0.0, 1.0
    part, z2 = found / looked, _Z * _Z
    middle = part + z2 / (2 * looked)
    half = _Z * sqrt(part * (1 - part) / looked + z2 / (4 * looked * looked))
    below = 1 + z2 / looked
    return max(0.0, (middle - half) / below), min(1.0, (middle + half) / below)


@dataclass(frozen=True)
class _Case:
    """One child of one run's list or sample, and what became of it (None: nobody decided yet)."""

    person_id: int
    how: str
    shown: Shown | None
    outcome: DecisionKind | None


def evaluate(office: Office) -> Evaluation:
    """Work out the evaluation over all runs that kept their list, in one reading."""
    with office.reading() as db:
        made = [run for run in runs_made(db) if run.results]
        cases = _cases(db, list(reversed(made)))
        run = published_run_of(office)
        as_of = run.as_of if run else date.min
        groups = groups_of(db, as_of) if run else {}
        listed = [case for case in cases if case.how == "list"]
        current = {one.person_id for one in listed_then(db, made[0].results) if one.how == "list"} if made else set()
        return Evaluation(
            runs=len(made),
            first=day_of(made[-1].as_of) if made else None,
            last=day_of(made[0].as_of) if made else None,
            yielded=_share(listed),
            sample=_share([case for case in cases if case.how == "sample"]),
            lines=(*_by_level(listed), *_by_sign(office, listed), *_by_group(listed, groups)),
            firing=_firing(db, office),
            rates=_rates(groups, current),
        )


def _cases(db: Any, runs: Sequence[RunMade]) -> list[_Case]:
    """A child that stays on the list from run to run without a decision counts once, at its last run."""
    decisions = _decisions(db)
    cases: dict[tuple[int, str], _Case] = {}
    settled: list[_Case] = []
    for number, run in enumerate(runs):
        until = runs[number + 1].made if number + 1 < len(runs) else "9999"
        listed = listed_then(db, run.results)
        wanted = {one.person_id for one in listed}
        shown = {one.person_id: one for one in all_shown(db, run.results) if one.person_id in wanted}
        for one in listed:
            outcome = _outcome(decisions.get(one.person_id, ()), run.made, until)
            case = _Case(one.person_id, one.how, shown.get(one.person_id), outcome)
            cases.pop((one.person_id, one.how), None)
            if outcome is None:
                cases[one.person_id, one.how] = case
            else:
                settled.append(case)
    return settled + list(cases.values())


def _decisions(db: Any) -> dict[int, list[tuple[str, DecisionKind]]]:
    found: dict[int, list[tuple[str, DecisionKind]]] = {}
    for person, recorded, kind in db.execute(
        "SELECT person_id, recorded, kind FROM decision WHERE withdrawn = 0 ORDER BY recorded, entry"
    ).fetchall():
        found.setdefault(person, []).append((recorded, DecisionKind(kind)))
    return found


def _outcome(decisions: Iterable[tuple[str, DecisionKind]], since: str, until: str) -> DecisionKind | None:
    """The last decision between two runs; one that settles the question counts before one that does not."""
    kinds = [kind for recorded, kind in decisions if since <= recorded < until]
    settling = [kind for kind in kinds if kind not in OPEN]
    last = settling or kinds
    return last[-1] if last else None


def _share(cases: Sequence[_Case]) -> Share:
    looked = [case for case in cases if case.outcome is not None and case.outcome not in OPEN]
    found = sum(case.outcome in NEEDED for case in looked)
    waiting = sum(case.outcome in OPEN for case in cases)
    if not looked:
        return Share(len(cases), 0, 0, waiting, None, None, None)
    low, high = wilson(found, len(looked))
    return Share(len(cases), len(looked), found, waiting, found / len(looked), low, high)


def _by_level(cases: Sequence[_Case]) -> list[Line]:
    return _table("level", [level.value for level in LEVELS], cases, lambda case, key: _level(case) == key)


def _level(case: _Case) -> str:
    return case.shown.level if case.shown else "none"


def _by_sign(office: Office, cases: Sequence[_Case]) -> list[Line]:
    """By criterion and by sector, of the signs that stood on the screen then."""
    run = published_run_of(office)
    sector_of = {one.key: one.sector for one in criteria_of(run.settings if run else None)}
    signs = {id(case): {sign.criterion for sign in case.shown.signs} if case.shown else set() for case in cases}
    keys = sorted(set().union(*signs.values())) if signs else []
    sectors = {id(case): {sector_of.get(key) for key in signs[id(case)]} for case in cases}
    return [
        *_table("criterion", keys, cases, lambda case, key: key in signs[id(case)]),
        *_table("sector", list(SECTORS), cases, lambda case, key: key in sectors[id(case)]),
    ]


def _by_group(cases: Sequence[_Case], groups: Mapping[int, Mapping[str, str]]) -> list[Line]:
    lines: list[Line] = []
    for kind in KINDS:
        here = {person: pairs[kind] for person, pairs in groups.items()}
        keys = sorted(set(here.values()))
        lines += _table(kind, keys, cases, lambda case, key, here=here: here.get(case.person_id) == key)
    return lines


def _table(kind: str, keys: Sequence[str], cases: Sequence[_Case], belongs: Callable[..., bool]) -> list[Line]:
    return [Line(kind, str(key), _share([case for case in cases if belongs(case, key)])) for key in keys]


def _firing(db: Any, office: Office) -> tuple[Firing, ...]:
    """Of the published run: how often each criterion holds among those of whom it can be told."""
    run = published_run_of(office)
    counts = {
        key: (told, shown)
        for key, shown, told in db.execute(
            "SELECT criterion, sum(shown), sum(told) FROM view.rarity AS r WHERE step ="
            " (SELECT min(step) FROM view.rarity AS f WHERE f.criterion = r.criterion) GROUP BY criterion"
        ).fetchall()
    }
    asked = Asked(db, run.as_of) if run else None
    unknown = dict(
        db.execute(
            "SELECT criterion, count(*) FROM view.finding WHERE answer = 'cannot_tell' GROUP BY criterion"
        ).fetchall()
    )
    lines = []
    for rule in criteria_of(run.settings if run else None):
        told, holds = counts.get(rule.key, (0, 0))
        if rule.key not in counts and asked is not None:  # nobody showed it: rarity says nothing of it
            told = max(0, asked.of(rule) - unknown.get(rule.key, 0))
        lines.append(Firing(rule.key, holds, told, holds == 0, told >= SMALL and holds >= 0.9 * told))
    return tuple(lines)


def _rates(groups: Mapping[int, Mapping[str, str]], current: set[int]) -> tuple[Rate, ...]:
    """Of each group's children, the part that stands on the list of the last run."""
    overall = len(current & groups.keys()) / len(groups) if groups else 0.0
    rates = []
    for kind in KINDS:
        members: dict[str, list[int]] = {}
        for person, pairs in groups.items():
            members.setdefault(pairs[kind], []).append(person)
        for group, persons in sorted(members.items()):
            listed = sum(person in current for person in persons)
            low, high = wilson(listed, len(persons))
            rates.append(Rate(kind, group, listed, len(persons), listed / len(persons), low, high, overall))
    return tuple(rates)
