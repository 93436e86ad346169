"""Facts: the dated things that standing rows say, under the person whose record they hang on.

A row without a person block hangs on its roster's record. Where that record has not arrived, its
facts belong to person 0 and wait. A pregnancy hangs on its child when that child is known, and on
the mother until then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.domain.extracts.profile import Profile
from app.domain.extracts.reading import RawFact, Reading
from app.domain.facts import KINDS, NUMBER_SLOTS, WORD_SLOTS
from app.domain.purposes import WHOLE
from app.services.deriving.ordering import in_order
from app.services.deriving.rows import RowBook
from app.storage.digests import Digester

WAITING = 0
_CHILD_ROSTER = "infant_checkup"

_COLUMNS = (
    'person_id, start, fact_id, record_id, kind, "end", row_id, '
    + ", ".join(f"n{at + 1}" for at in range(NUMBER_SLOTS))
    + ", "
    + ", ".join(f"w{at + 1}" for at in range(WORD_SLOTS))
)
_MARKS = ", ".join("?" * (7 + NUMBER_SLOTS + WORD_SLOTS))

_SLOTS = {
    key: (
        *kind.numbers,
        *[""] * (NUMBER_SLOTS - len(kind.numbers)),
        *kind.words,
        *[""] * (WORD_SLOTS - len(kind.words)),
    )
    for key, kind in KINDS.items()
}
"""Kind -> the attribute of each slot, "" for one that is free."""

_STANDING = """
    SELECT s.extract, s.record_id, s.row_id, s.key, s.ended, s.first_day, o.header_id, o.cells
    FROM standing AS s JOIN truth.row AS o ON o.row_id = s.row_id {which}
"""


def derive_facts(
    db: Any,
    profiles: Mapping[str, Profile],
    digester: Digester,
    book: RowBook,
    touched: bool,
) -> int:
    """Write the facts of the standing rows among ``temp.touched_row``, or of all; how many."""
    which = "WHERE s.row_id IN (SELECT id FROM temp.touched_row)" if touched else ""
    db.execute(f"DELETE FROM fact {which.replace('s.row_id', 'row_id')}")
    hooks = _Hooks(db, profiles, digester)
    return _insert_ordered(db, _lines(db.execute(_STANDING.format(which=which)), digester, book, hooks))


def derive_facts_again(
    db: Any,
    profiles: Mapping[str, Profile],
    digester: Digester,
    book: RowBook,
    which: str,
    values: Sequence[Any] = (),
    owners: Mapping[int, int] | None = None,
) -> int:
    """Write the facts of these standing rows, whose old ones the caller took away; how many.

    ``which``: a WHERE over the standing rows ``s``. ``owners``: record -> person where that is known.
    """
    hooks = _Hooks(db, profiles, digester, owners)
    return _insert_ordered(db, _lines(db.execute(_STANDING.format(which=which), values), digester, book, hooks))


class _Hooks:
    """Which record a fact hangs on, and whose that record is."""

    def __init__(
        self, db: Any, profiles: Mapping[str, Profile], digester: Digester, owners: Mapping[int, int] | None = None
    ) -> None:
        every = "SELECT record_id, person_id FROM record"
        self._owner = dict(db.execute(every).fetchall()) if owners is None else owners
        self._profiles = profiles
        self._digester = digester

    def hang(self, raw: RawFact, extract: str, reading: Reading, record_id: int) -> tuple[int, int]:
        """(person, record); person 0 where no roster knows the local ID yet."""
        child = raw.attributes.get("child_number") if raw.kind == "pregnancy" else None
        places = [self._digester.record(_CHILD_ROSTER, str(child))] if child else []
        places.append(record_id)
        if reading.block is None and record_id not in self._owner:
            rosters = self._profiles[extract].rosters
            places += [self._digester.record(roster, reading.local_id) for roster in rosters]
        record = next((one for one in places if one in self._owner), record_id)
        return self._owner.get(record, WAITING), record


def _lines(cursor: Any, digester: Digester, book: RowBook, hooks: _Hooks) -> Iterator[tuple[Any, ...]]:
    while rows := cursor.fetchmany(5000):
        for extract, record_id, row_id, key, ended, first_day, header_id, cells in rows:
            reading = book.read(extract, header_id, cells)
            for number, raw in enumerate(reading.facts):
                person, record = hooks.hang(raw, extract, reading, record_id)
                said = raw
                if person in book.withheld.persons:
                    off = book.withheld.of_person(person, extract)
                    kept = () if WHOLE in off else book.read(extract, header_id, cells, off).facts
                    found = next((one for one in kept if one.kind == raw.kind), None)
                    if found is None:
                        continue
                    said = found
                fact_id = digester.fact(key ^ row_id, number)
                yield _line(said, person, fact_id, record, row_id, ended, first_day)


def _line(
    raw: RawFact,
    person: int,
    fact_id: int,
    record: int,
    row_id: int,
    ended: str | None,
    first_day: str,
) -> tuple[Any, ...]:
    start = raw.start or first_day
    end = raw.end or (ended if raw.open_span else None)
    return (person, start, fact_id, record, raw.kind, end, row_id, *map(raw.attributes.get, _SLOTS[raw.kind]))


def _insert_ordered(db: Any, lines: Iterator[tuple[Any, ...]]) -> int:
    """Unsorted loading into the clustered table is twelve times slower: sort on the way."""
    count = db.executemany(f"INSERT INTO fact ({_COLUMNS}) VALUES ({_MARKS})", in_order(lines)).rowcount
    return max(count, 0)
