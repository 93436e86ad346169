"""The roll that an unlocked office keeps at hand, brought along with whatever changed since it was last asked.

One for each office in this process, and whoever asks it does so while nobody else changes it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from app.storage.offices.office import Office
from app.storage.priorities import roll_kept
from app.storage.priorities.roll import Roll
from app.storage.priorities.roll_kept import MOST_AT_ONCE, last_touched, touched_since

_VIEW, _DESK = "view.roll_touched", "desk_touched"


@dataclass
class _Held:
    """The roll of one office, and up to which notes of change it knows them."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    view: int = 0
    place: tuple[int, int] = (0, 0)
    roll: Roll | None = None


_HELD: WeakKeyDictionary[Office, _Held] = WeakKeyDictionary()
_ADDING = threading.Lock()


@contextmanager
def roll_at_hand(office: Office) -> Iterator[tuple[Any, Roll]]:
    """A connection within one unchanging sight, and the roll as of that sight; nobody else has it meanwhile."""
    with _ADDING:
        held = _HELD.setdefault(office, _Held())
    with held.lock, office.reading() as db:
        roll, held.roll = held.roll, None  # stays so if bringing it along fails
        view, place = office.view_number(db), (last_touched(db, _VIEW), last_touched(db, _DESK))
        if roll is None or held.view != view:
            roll = read_roll(db)
        elif held.place != place:
            roll = _brought_along(db, roll, held.place)
        held.roll, held.view, held.place = roll, view, place
        yield db, roll


def forget(office: Office) -> None:
    """Give the roll up: whoever asks next reads it anew."""
    with _ADDING:
        _HELD.pop(office, None)


def read_roll(db: Any) -> Roll:
    """The roll with what people did; ``db`` has the truth in ``main`` and the view as ``view``."""
    roll = roll_kept.read(db)
    roll.take_desk(db)
    return roll


def _brought_along(db: Any, roll: Roll, place: tuple[int, int]) -> Roll:
    derived, done = touched_since(db, _VIEW, place[0]), touched_since(db, _DESK, place[1])
    if len(derived) > MOST_AT_ONCE:
        return read_roll(db)
    if derived:
        roll.read_again(db, derived)
    if len(done) > MOST_AT_ONCE:
        roll.take_desk(db)
    else:
        roll.take_desk(db, {*derived, *done})
    return roll
