"""Effects: what a change of the criteria would do before it is made: who rises, falls, enters, leaves; which groups.

Nothing here writes but temporary tables; ``settling.save`` makes the change.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.domain.message import WrongUse
from app.domain.priority import LEVELS, Level
from app.domain.sectors import SECTORS
from app.domain.weighing import PrioritySettings
from app.services.casework import selecting
from app.services.criteria.settling import check
from app.services.priority.groups import counted, groups_of
from app.services.priority.prioritising import Standing, foresee
from app.services.priority.runs import criteria_of, published_run_of
from app.services.priority.sightings import looks_of
from app.storage.offices.office import Office


@dataclass(frozen=True)
class Move:
    """One child whom a change would move."""

    person_id: int
    name: str
    level_before: Level
    level: Level
    points_before: int
    points: int


@dataclass(frozen=True)
class GroupMove:
    """One group (``kind``: age, sex, household, assistance, name, sector): its children, on the list
    before and after, and how many rise and fall.

    A sector's children are those with points in it: ``children_before`` and ``children`` differ there alone.
    """

    kind: str
    group: str
    children: int
    listed_before: int
    listed: int
    rises: int
    falls: int
    children_before: int


@dataclass(frozen=True)
class Preview:
    """What a change would do: who rises and falls in level, who enters and leaves the list."""

    rises: tuple[Move, ...]
    falls: tuple[Move, ...]
    enters: tuple[Move, ...]
    leaves: tuple[Move, ...]
    listed_before: int
    listed: int
    groups: tuple[GroupMove, ...]


def preview(office: Office, settings: PrioritySettings, today: date, *, capacity: int | None = None) -> Preview:
    """What these settings would change against the published run; writes nothing but temporary tables.

    The lists are cut where the office's are: at what is left of the month's capacity.
    """
    office.demand("see", "caseload")
    check(settings)
    run = published_run_of(office)
    if run is None:
        raise WrongUse("run.nothing_imported")
    size = int(office.setting("capacity", selecting.DEFAULT_CAPACITY))
    with office.scratch() as db:
        before = _standing_now(db)
        rules = (criteria_of(run.settings), run.settings), (criteria_of(settings), settings)
        touched = foresee(db, *rules, run.as_of, source="view", looks=looks_of(db, "main"))
        after = before | {child: touched[child] for child in touched.keys() & before.keys()}
        candidates = selecting.open_children(office, _worth_listing(before) | _worth_listing(after), today)
        used = selecting.looked_at(db, today)
        lists = _list(before, candidates, size - used), _list(after, candidates, (capacity or size) - used)
        moved = {child for child in touched if child in before and before[child].level != after[child].level}
        concerned = moved | (lists[0] ^ lists[1])
        moves = _moves(db, sorted(concerned, key=lambda child: _order(after[child], child)), before, after)
        groups = _groups(db, run.as_of, before, after, lists, moved)
    rises = frozenset(child for child in moved if _up(before[child], after[child]))
    return Preview(
        rises=tuple(move for move in moves if move.person_id in rises),
        falls=tuple(move for move in moves if move.person_id in moved - rises),
        enters=tuple(move for move in moves if move.person_id in lists[1] - lists[0]),
        leaves=tuple(move for move in moves if move.person_id in lists[0] - lists[1]),
        listed_before=len(lists[0]),
        listed=len(lists[1]),
        groups=groups,
    )


_BITS = " + ".join(f"{1 << at} * (p_{sector} > 0)" for at, sector in enumerate(SECTORS))


def _standing_now(db: Any) -> dict[int, Standing]:
    rows = db.execute(f"SELECT person_id, level, points, weight, breadth, {_BITS} FROM view.priority").fetchall()
    levels = {level.value: level for level in LEVELS}
    return {child: Standing(levels[level], *rest) for child, level, *rest in rows}


def _order(one: Standing, child: int) -> tuple[int, int, float, int, int]:
    return LEVELS.index(one.level), -one.points, -one.weight, -one.breadth, child


def _up(before: Standing, after: Standing) -> bool:
    return LEVELS.index(after.level) < LEVELS.index(before.level)


def _worth_listing(standing: Mapping[int, Standing]) -> set[int]:
    wanted = (Level.URGENT, Level.HIGH, Level.MIDDLE)
    return {child for child, one in standing.items() if one.level in wanted}


def _list(standing: Mapping[int, Standing], candidates: Iterable[int], capacity: int) -> frozenset[int]:
    """Who is above the cut; children tied at it stay together."""
    worth = _worth_listing({child: standing[child] for child in candidates if child in standing})
    ordered = sorted(worth, key=lambda child: _order(standing[child], child))
    cut = min(max(capacity, 0), len(ordered))
    while 0 < cut < len(ordered) and _tie(standing[ordered[cut]]) == _tie(standing[ordered[cut - 1]]):
        cut += 1
    return frozenset(ordered[:cut])


def _tie(one: Standing) -> tuple[Level, int]:
    return one.level, one.points


def _moves(
    db: Any, children: Sequence[int], before: Mapping[int, Standing], after: Mapping[int, Standing]
) -> list[Move]:
    names = dict(
        db.execute(
            "SELECT person_id, name FROM view.person WHERE person_id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(children)),),
        ).fetchall()
    )
    return [
        Move(
            child, names.get(child, ""), before[child].level, after[child].level, before[child].points,
            after[child].points,
        )
        for child in children
    ]  # fmt: skip


def _groups(
    db: Any,
    as_of: date,
    before: Mapping[int, Standing],
    after: Mapping[int, Standing],
    lists: tuple[frozenset[int], frozenset[int]],
    moved: Iterable[int],
) -> tuple[GroupMove, ...]:
    groups = groups_of(db, as_of)
    up = {child for child in moved if _up(before[child], after[child])}
    falls = set(moved) - up
    every, *parts = (counted(groups, some) for some in (groups, *lists, up, falls))
    had_all, have_all = (Counter(one.sectors for one in some.values()) for some in (before, after))
    lines = []
    for pair, count in sorted(every.items()):
        then, now, rises, falls_here = (part.get(pair, 0) for part in parts)
        lines.append(GroupMove(*pair, count, then, now, rises, falls_here, count))
    for at, sector in enumerate(SECTORS):
        had = {child for child in lists[0] | up | falls if before[child].sectors >> at & 1}
        have = {child for child in lists[1] | up | falls if after[child].sectors >> at & 1}
        counts = len(had & lists[0]), len(have & lists[1]), len((had | have) & up), len((had | have) & falls)
        then, now = (sum(n for bits, n in some.items() if bits >> at & 1) for some in (had_all, have_all))
        lines.append(GroupMove("sector", sector.value, now, *counts, then))
    return tuple(lines)
