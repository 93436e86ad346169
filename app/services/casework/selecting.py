"""Who is to be looked at this month: the list down to the cut, those tied at it, and where one child stands to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from app.domain.priority import LEVELS, Level
from app.services.casework.narrowing import among, open_ones, resting, worth_looking
from app.services.casework.rolls import read_roll, roll_at_hand
from app.storage.batches.results import listed_then, runs_made
from app.storage.offices.office import Office
from app.storage.priorities.roll import Column, Roll

DEFAULT_CAPACITY = 60
DEFAULT_SAMPLE = 5


@dataclass(frozen=True)
class Selection:
    """Who is to be looked at: the list down to the cut, and those who may be drawn from below it."""

    listed: tuple[int, ...]
    below: tuple[int, ...]


def select(db: Any, capacity: int, today: date) -> Selection:
    """What a run's list is on ``today``; ``db`` has the truth in ``main`` and the view as ``view``."""
    roll = read_roll(db)
    may = open_ones(roll, today)
    month = roll.order[(may & worth_looking(roll))[roll.order]]
    cut, _ = cut_at(roll, month, capacity)
    may[month[:cut]] = False
    return Selection(persons_of(roll, month[:cut]), persons_of(roll, roll.order[may[roll.order]]))


def persons_of(roll: Roll, slots: Column) -> tuple[int, ...]:
    """The person ids of slots."""
    return tuple(roll.column["person"][slots].tolist())


def looked_at(db: Any, today: date) -> int:
    """How many children the office decided on in the month of ``today``: so much of its capacity is used."""
    return len(decided_on(db, today))


def decided_on(db: Any, today: date) -> frozenset[int]:
    """The children whom somebody decided on in the month of ``today``."""
    first = today.replace(day=1)
    after = (first + timedelta(days=31)).replace(day=1)
    found = db.execute(
        "SELECT DISTINCT person_id FROM decision WHERE withdrawn = 0 AND day >= ? AND day < ?",
        (first.isoformat(), after.isoformat()),
    )
    return frozenset(row[0] for row in found.fetchall())


def drawn_in_force(db: Any) -> frozenset[int]:
    """The children whom the last run drew from below its list."""
    made = runs_made(db)
    results = made[0].results if made else 0
    return frozenset(one.person_id for one in listed_then(db, results) if one.how == "sample")


def open_children(office: Office, wanted: Iterable[int], today: date) -> tuple[int, ...]:
    """Who of these a list of ``today`` may hold: neither supported already, nor moved away, nor resting."""
    with roll_at_hand(office) as (_, roll):
        may = open_ones(roll, today) & among(roll, wanted)
        return persons_of(roll, roll.order[may[roll.order]])


def rank_of(office: Office, person_id: int) -> int | None:
    """Which place a child has on the list of all, counted from 1; None for who is not listed."""
    office.demand("see", "caseload")
    with roll_at_hand(office) as (_, roll):
        slots = roll.slots_of(np.array([person_id], dtype=np.int64))
        place = int(roll.place[slots[0]]) if len(slots) else -1
        return place + 1 if place >= 0 else None


def cut_at(roll: Roll, slots: Column, capacity: int) -> tuple[int | None, Column]:
    """Where the office's capacity ends in slots of the list's order (None: nowhere), and the slots of those who are
    tied at the cut: they stay together above it."""
    nobody = slots[:0]
    if len(slots) <= capacity:
        return None, nobody
    if capacity < 1:
        return 0, nobody
    alike = np.flatnonzero(_standing(roll, slots) == _standing(roll, slots[capacity - 1 : capacity]))
    cut = int(alike[-1]) + 1
    return cut, nobody if cut == capacity else slots[alike[0] : cut]


def _standing(roll: Roll, slots: Column) -> Column:
    """Level and points in one number: who has the same is tied."""
    return (roll.column["level"][slots].astype(np.int64) << 32) - roll.column["points"][slots]


@dataclass(frozen=True)
class Place:
    """Where a child stands to the list: ``reason`` is ``listed below urgent_first full resting supported
    moved_out`` (``urgent_first``: only urgent ones find room on it; ``full``: nobody does this month).

    ``least``: the points of the last one on the list, or of the level ``middle`` where there is room.
    """

    reason: str
    points: int
    least: int


def place_of(office: Office, person_id: int, capacity: int, middle: int, today: date) -> Place | None:
    """Where a child stands to the list of ``today``; None for who is not listed at all.

    ``capacity`` is what the office can look at in a month; those decided on in it are taken off.
    """
    office.demand("see", "caseload")
    with roll_at_hand(office) as (db, roll):
        left = max(0, capacity - looked_at(db, today))
        slots = roll.slots_of(np.array([person_id], dtype=np.int64))
        if not len(slots) or roll.place[slots[0]] < 0:
            return None
        month = open_ones(roll, today) & worth_looking(roll)
        on_it = roll.order[month[roll.order]]
        last = on_it[max(left, 1) - 1] if len(on_it) >= max(left, 1) else None
        return _place(roll, int(slots[0]), bool(month[slots[0]]), left, last, middle, today)


def _place(roll: Roll, slot: int, on_month: bool, left: int, last: Any, middle: int, today: date) -> Place:
    points = int(roll.column["points"][slot])
    least = middle if last is None else max(middle, int(roll.column["points"][last]))
    if on_month and left and (last is None or _not_after(roll, slot, int(last))):
        return Place("listed", points, least)
    if roll.column["moved_out"][slot]:
        reason = "moved_out"
    elif roll.column["supported"][slot]:
        reason = "supported"
    elif resting(roll, today)[slot]:
        reason = "resting"
    elif on_month and not left:
        reason = "full"
    else:
        urgent = last is not None and roll.column["level"][last] == LEVELS.index(Level.URGENT)
        reason = "urgent_first" if urgent else "below"
    return Place(reason, points, least)


def _not_after(roll: Roll, slot: int, last: int) -> bool:
    """Whether a child stands at or before another one, or is tied with it."""
    mine, theirs = (int(_standing(roll, np.array([one]))[0]) for one in (slot, last))
    return bool(roll.place[slot] <= roll.place[last]) or mine == theirs
