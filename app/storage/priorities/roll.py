"""The roll: what the list asks of every child, one column of numbers for each thing that is asked.

A list of 400,000 children is narrowed and ordered by running over a few such columns, which takes
milliseconds; asking the tables takes seconds. Columns are numpy arrays over *slots*, one for each child;
``order`` has the slots in the order of the list. A child who changed is read again from the tables, so
that the roll says at any moment what they say (``tests/services/casework/test_narrowing.py``). How it is kept beside
the tables of a view is in ``app.storage.priorities.roll_kept``; what a question to the list means, in
``app.services.casework.narrowing``.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

import numpy as np

from app.domain.priority import LEVELS
from app.domain.sectors import SECTORS

NOTHING = -1
"""What a column of days or words says where nothing is known."""

Column = Any
"""A numpy array over the slots."""

_AT_ONCE = 20_000
_LEVEL = {level.value: place for place, level in enumerate(LEVELS)}
POINTS = tuple(f"p_{sector}" for sector in SECTORS)

KEPT: dict[str, str] = {
    "person": "int64", "level": "int8", "points": "int32", **dict.fromkeys(POINTS, "int16"),
    "supported": "bool", "moved_out": "bool", "birth": "int32", "school": "int32", "name": "int32",
    "name_mark": "uint32", "newest": "int32",
}  # fmt: skip
"""The columns that follow from a view. ``newest`` is the latest day of a sign that holds, ``name`` the
place of the kana among all (equal ones share it), ``name_mark`` a checksum of it."""

DESK: dict[str, str] = {
    "assignee": "int16", "last_contact": "int32", "last_seen": "int32", "next_day": "int32",
    "known_then": "int32", "stirred": "bool", "met": "bool",
}  # fmt: skip
"""The columns that follow from what people did. ``known_then`` is the last day about which anything was known at
the last decision (none: nobody decided), ``stirred`` that there is a sign since which it did not know, ``met``
that a decision of a meeting stands."""

_CHILD = f"""
    SELECT p.person_id, p.rank, p.level, p.points, {", ".join(f"p.{one}" for one in POINTS)},
        p.already_supported, n.moved_out, n.birth, CASE WHEN n.protected = 1 THEN '' ELSE n.facility END, n.kana
    FROM {{view}}.priority AS p JOIN {{view}}.person AS n ON n.person_id = p.person_id {{which}} ORDER BY p.person_id
"""
_SIGNS = (
    "SELECT person_id, criterion, last FROM {view}.finding WHERE answer = 'holds' {which} ORDER BY person_id, criterion"
)
_SOME = "IN (SELECT value FROM json_each(?))"

# What was on screen at the last decision ``z``, and the last day about which anything was known then.
_ON_SCREEN = "CASE WHEN json_valid(z.on_screen) THEN z.on_screen ELSE '{}' END"
KNOWN_THEN = f"coalesce(json_extract({_ON_SCREEN}, '$.as_of'), substr(d.decided, 1, 10))"
LAST_DECISION = """LEFT JOIN decision AS z ON z.entry = (SELECT y.entry FROM decision AS y
    WHERE y.person_id = d.person_id AND y.withdrawn = 0 ORDER BY y.recorded DESC, y.entry DESC LIMIT 1)"""

# A reason with a later fact, or one of which nothing is on record (nobody seen, not enrolled) that was
# not on screen then.
_STIRRED = f"""d.decided IS NOT NULL AND EXISTS (
    SELECT 1 FROM view.finding AS f WHERE f.person_id = d.person_id AND f.answer = 'holds'
    AND CASE WHEN f.facts <> '[]' THEN f.last > {KNOWN_THEN}
        ELSE json_type({_ON_SCREEN}, '$.findings') IS NOT NULL AND f.criterion NOT IN
            (SELECT json_extract(value, '$[0]') FROM json_each({_ON_SCREEN}, '$.findings')
             WHERE json_extract(value, '$[2]') = 'holds') END)"""
_DONE = f"""
    SELECT d.person_id, d.last_contact, d.last_seen, d.next_day,
        CASE WHEN d.decided IS NOT NULL THEN {KNOWN_THEN} END, {_STIRRED}
    FROM desk AS d {LAST_DECISION} {{which}}
"""


class Words:
    """The different texts of a column, numbered as they come."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        self.known = list(known)
        self._number = {word: number for number, word in enumerate(self.known)}

    def number(self, word: str) -> int:
        """The number of a text, a new one if need be; NOTHING for an empty one."""
        if not word:
            return NOTHING
        found = self._number.get(word)
        if found is None:
            found = self._number[word] = len(self.known)
            self.known.append(word)
        return found

    def where(self, fits: Callable[[str], bool]) -> Column:
        """For each number whether its text fits; one more at the end, for NOTHING, is False."""
        return np.array([*(fits(word) for word in self.known), False], dtype=bool)

    def places(self, key: Callable[[str], str] = str) -> Column:
        """For each number its place among all in order (equal keys share one); at the end NOTHING."""
        place = {word: at for at, word in enumerate(sorted({key(word) for word in self.known}))}
        return np.array([*(place[key(word)] for word in self.known), NOTHING], dtype=np.int32)


class Roll:
    """Every child of the list. ``column[name]`` is over slots; those not in ``order`` are not listed any more."""

    def __init__(self) -> None:
        self.column: dict[str, Column] = {
            name: np.empty(0, dtype=kind) for name, kind in (KEPT | DESK).items()
        }  # fmt: skip
        self.words = {"birth": Words(), "school": Words(), "assignee": Words()}
        self.signs: dict[str, Column] = {}
        self.letters: dict[str, Column] = {}
        self.order: Column = np.empty(0, dtype=np.int32)
        self.place: Column = np.empty(0, dtype=np.int32)
        self.renamed = False
        self.later: set[int] = set()
        """Who was read again since the view came into force: ``letters`` do not know them."""
        self._sorter: Column | None = None

    @property
    def slots(self) -> int:
        """How many slots there are."""
        return len(self.column["person"])

    def slots_of(self, persons: Column) -> Column:
        """The slots of these person ids; who has none is left out."""
        slots, known = self._found(persons)
        return slots[known]

    def _found(self, persons: Column) -> tuple[Column, Column]:
        """For each of these person ids a slot, and whether it is theirs."""
        known = self.column["person"]
        if not len(known):
            return np.zeros(len(persons), dtype=np.int32), np.zeros(len(persons), dtype=bool)
        if self._sorter is None:
            self._sorter = np.argsort(known, kind="stable").astype(np.int32)
        at = np.searchsorted(known, persons, sorter=self._sorter)
        slots = self._sorter[np.minimum(at, len(known) - 1)]
        return slots, known[slots] == persons

    def holding(self, criteria: Collection[str]) -> Column:
        """Where at least one of these criteria holds."""
        found = np.zeros(_bytes(self.slots), dtype=np.uint8)
        for one in criteria:
            if one in self.signs:
                found |= self.signs[one]
        return unpacked(found, self.slots)

    def listed(self) -> Column:
        """Where a child is on the list."""
        return self.place >= 0

    def take_order(self, order: Column) -> None:
        """Take the columns that were just given as they stand, in this order of slots; the desk is empty."""
        self.order = order.astype(np.int32)
        self._lengthen(self.slots, tuple(DESK))
        self._replace()

    def keep_letter(self, letter: str, bits: Column) -> None:
        """Keep where a letter is, as long as the view stands; who came since does not have it there."""
        held = np.zeros(_bytes(self.slots), dtype=np.uint8)
        held[: len(bits)] = bits
        self.letters[letter] = held

    # ------------------------------------------------------------ from the tables

    @classmethod
    def read(cls, db: Any, view: str = "view") -> Roll:
        """The roll of a view without what people did (``take_desk``), from its tables."""
        roll = cls()
        ranks: list[bytes] = []
        kana: list[str] = []
        parts: dict[str, list[Column]] = {name: [] for name in KEPT}
        for rows in _portions(db.execute(_CHILD.format(view=view, which=""))):
            columns = list(zip(*rows, strict=True))
            ranks += columns[1]
            kana += columns[-1]
            for name, values in roll._numbers(columns).items():
                parts[name].append(np.array(values, dtype=KEPT[name]))
        for name, some in parts.items():
            if some:
                roll.column[name] = np.concatenate(some)
        count = len(ranks)
        roll._lengthen(count, (*DESK, "name", "newest"))
        roll._put_names(kana)
        roll.order = np.array(sorted(range(count), key=ranks.__getitem__), dtype=np.int32)
        roll._replace()
        for rows in _portions(db.execute(_SIGNS.format(view=view, which=""))):
            roll._put_signs(rows)
        return roll

    def _numbers(self, columns: Sequence[Sequence[Any]]) -> dict[str, Sequence[Any]]:
        """What the rows of ``_CHILD`` say, as numbers; names and signs come by themselves."""
        person, _, level, points, *rest = columns
        by_sector, (supported, moved_out, birth, school, kana) = rest[: len(POINTS)], rest[len(POINTS) :]
        return {
            "person": person, "level": [_LEVEL[one] for one in level], "points": points,
            **dict(zip(POINTS, by_sector, strict=True)), "supported": supported, "moved_out": moved_out,
            "birth": [self.words["birth"].number(one) for one in birth],
            "school": [self.words["school"].number(one) for one in school],
            "name_mark": [zlib.crc32(one.encode()) for one in kana],
        }  # fmt: skip

    def _put_names(self, kana: Sequence[str]) -> None:
        place = {one: at for at, one in enumerate(sorted(set(kana) - {""}))}
        self.column["name"] = np.array([place.get(one, NOTHING) for one in kana], dtype=np.int32)
        self.renamed = False

    def _put_signs(self, rows: Sequence[tuple[int, str, str | None]]) -> None:
        persons, criteria, days = zip(*rows, strict=True)
        slots, listed = self._found(np.array(persons, dtype=np.int64))
        newest = np.array([day_number(one) for one in days], dtype=np.int32)
        numbers: dict[str, int] = {}
        which = np.array([numbers.setdefault(one, len(numbers)) for one in criteria], dtype=np.int32)
        which[~listed] = NOTHING  # a finding of somebody who is not listed
        np.maximum.at(self.column["newest"], slots[listed], newest[listed])
        for criterion, number in numbers.items():
            bits = self.signs.setdefault(criterion, np.zeros(_bytes(self.slots), dtype=np.uint8))
            held = slots[which == number]
            np.bitwise_or.at(bits, held >> 3, (1 << (held & 7)).astype(np.uint8))

    def settle_names(self, db: Any, view: str = "view") -> None:
        """Number the names anew where one was changed since: it may stand between two others now."""
        if not self.renamed:
            return
        every = dict(db.execute(f"SELECT person_id, kana FROM {view}.person WHERE person_id IN"
                                f" (SELECT person_id FROM {view}.priority)").fetchall())  # fmt: skip
        self._put_names([every.get(one, "") for one in self.column["person"].tolist()])

    # ------------------------------------------------------------ who changed

    def read_again(self, db: Any, persons: Collection[int], view: str = "view") -> None:
        """Bring these children along: changed, come, or gone. ``take_desk`` says what people did with them."""
        wanted = json.dumps(sorted(persons))
        rows = db.execute(_CHILD.format(view=view, which=f"WHERE p.person_id {_SOME}"), (wanted,)).fetchall()
        self.later.update(persons)
        self._leave(np.array(sorted(persons), dtype=np.int64))
        if not rows:
            return
        here = np.array([row[0] for row in rows], dtype=np.int64)
        self._come(here[~self._found(here)[1]])
        slots = self.slots_of(here)
        columns = list(zip(*rows, strict=True))
        marks = self.column["name_mark"][slots].copy()
        for name, values in self._numbers(columns).items():
            self.column[name][slots] = values
        self.renamed |= bool((marks != self.column["name_mark"][slots]).any())
        self.column["newest"][slots] = NOTHING
        for bits in self.signs.values():
            np.bitwise_and.at(bits, slots >> 3, ~(1 << (slots & 7)).astype(np.uint8))
        signs = db.execute(_SIGNS.format(view=view, which=f"AND person_id {_SOME}"), (wanted,)).fetchall()
        if signs:
            self._put_signs(signs)
        self._enter(db, sorted(rows, key=lambda row: row[1]), wanted, view)

    def _leave(self, persons: Column) -> None:
        left = np.zeros(self.slots, dtype=bool)
        left[self.slots_of(persons)] = True
        self.order = self.order[~left[self.order]]

    def _come(self, persons: Column) -> None:
        count = len(persons)
        if not count:
            return
        self.column["person"] = np.append(self.column["person"], persons)
        self._lengthen(count, tuple(name for name in self.column if name != "person"))
        for held in (self.signs, self.letters):
            for key, bits in held.items():
                held[key] = np.append(bits, np.zeros(_bytes(self.slots) - len(bits), dtype=np.uint8))
        self._sorter = None
        self.renamed = True

    def _lengthen(self, count: int, names: Iterable[str]) -> None:
        kinds = KEPT | DESK
        for name in names:
            blank = np.full(count, NOTHING if name in _OPEN else 0, dtype=kinds[name])
            self.column[name] = np.append(self.column[name], blank)

    def _enter(self, db: Any, rows: Sequence[Sequence[Any]], wanted: str, view: str) -> None:
        """Put children, in the order of their ranks, where they stand among those who stayed."""
        before = (
            f"SELECT person_id FROM {view}.priority WHERE rank < ?1 AND person_id NOT {_SOME.replace('?', '?2')}"
            " ORDER BY rank DESC LIMIT 1"
        )
        self._replace()
        places: list[int] = []
        for row in rows:
            found = db.execute(before, (row[1], wanted)).fetchone()
            slot = self.slots_of(np.array([found[0]] if found else [], dtype=np.int64))
            places.append(int(self.place[slot[0]]) + 1 if len(slot) else 0)
        slots = [int(self.slots_of(np.array([row[0]], dtype=np.int64))[0]) for row in rows]
        self.order = np.insert(self.order, places, slots)
        self._replace()

    def _replace(self) -> None:
        self.place = np.full(self.slots, NOTHING, dtype=np.int32)
        self.place[self.order] = np.arange(len(self.order), dtype=np.int32)

    # ------------------------------------------------------------ what people did

    def take_desk(self, db: Any, persons: Collection[int] | None = None) -> None:
        """What people did with these children, or with all; ``db`` has the truth in ``main`` and ``view``."""
        slots: Any = slice(None)
        if persons is not None:
            slots = self.slots_of(np.array(sorted(persons), dtype=np.int64))
        for name in DESK:
            self.column[name][slots] = NOTHING if name in _OPEN else 0
        done = _asked(db, _DONE, "d.person_id", persons, first="WHERE")
        names = ("last_contact", "last_seen", "next_day", "known_then")
        for name, at in zip(names, range(1, 5), strict=True):
            self._scatter(name, [(row[0], day_number(row[at])) for row in done])
        self._scatter("stirred", [(row[0], row[5]) for row in done])
        number = self.words["assignee"].number
        given = _asked(db, "SELECT person_id, member FROM assignment {which}", "person_id", persons, first="WHERE")
        self._scatter("assignee", [(person, number(member)) for person, member in given])
        sql = "SELECT DISTINCT person_id, 1 FROM decision WHERE withdrawn = 0 AND meeting <> '' {which}"
        self._scatter("met", _asked(db, sql, "person_id", persons, first="AND"))

    def _scatter(self, name: str, pairs: Sequence[Sequence[Any]]) -> None:
        if not pairs:
            return
        persons = np.array([pair[0] for pair in pairs], dtype=np.int64)
        values = np.array([pair[1] for pair in pairs], dtype=self.column[name].dtype)
        slots, listed = self._found(persons)
        self.column[name][slots[listed]] = values[listed]


_OPEN = frozenset(
    {"birth", "school", "name", "newest", "assignee", "last_contact", "last_seen", "next_day", "known_then"}
)
_DAYS: dict[str, int] = {}


def day_number(text: str | None) -> int:
    """A day as a number that orders like it; NOTHING where there is none."""
    if not text:
        return NOTHING
    found = _DAYS.get(text)
    if found is None:
        if len(_DAYS) > 40_000:
            _DAYS.clear()
        found = _DAYS[text] = _ordinal(text[:10])
    return found


def _ordinal(text: str) -> int:
    try:
        return date.fromisoformat(text).toordinal()
    except ValueError:
        return 0  # long ago


def unpacked(bits: Column, count: int) -> Column:
    """Bits of a run of bytes, the lowest first, as True and False."""
    return np.unpackbits(bits, count=count, bitorder="little").view(bool)


def packed(some: Column) -> Column:
    """The other way."""
    return np.packbits(some, bitorder="little")


def _bytes(count: int) -> int:
    return (count + 7) // 8


def _portions(cursor: Any) -> Iterator[list[Any]]:
    while rows := cursor.fetchmany(_AT_ONCE):
        yield rows


def _asked(db: Any, sql: str, column: str, persons: Collection[int] | None, *, first: str) -> list[Any]:
    if persons is None:
        return list(db.execute(sql.replace("{which}", "")).fetchall())
    found = db.execute(sql.replace("{which}", f"{first} {column} {_SOME}"), (json.dumps(sorted(persons)),))
    return list(found.fetchall())
