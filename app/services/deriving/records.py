"""Records and their spellings: what each source system says of who a person is.

Every sound row that a record ever had is a spelling of it and helps matching; the words shown are
those of the latest one whose name is not damaged. Protection is kept if any row ever stated it: a
machine never lifts it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from app.domain.extracts.names import is_damaged
from app.domain.extracts.profile import Profile
from app.domain.records import PersonBlock
from app.services.deriving.rows import RowBook

_all = attrgetter(*(one.name for one in fields(PersonBlock)))
_SHOWN = tuple(one.name for one in fields(PersonBlock) if one.name not in ("protected", "protected_until"))
_RECORD = (
    "INSERT INTO record (record_id, extract, local_id, sector, person_id, state, present, row_id,"
    f" {', '.join(_SHOWN)}, protected, protected_until, damaged)"
    f" VALUES (?, ?, ?, ?, 0, 'alone', ?, ?, {', '.join('?' * len(_SHOWN))}, ?, ?, ?)"
)
_SPELLING = (
    f"INSERT INTO spelling (record_id, row_id, {', '.join(_SHOWN)}) VALUES (?, ?, {', '.join('?' * len(_SHOWN))})"
)

_ROWS = """
    SELECT r.record_id, r.row_id, b.extract, o.header_id, o.cells,
        EXISTS (SELECT 1 FROM standing AS s WHERE s.record_id = r.record_id
                AND s.extract = b.extract AND s.row_id = r.row_id AND s.present = 1),
        min(b.as_of || printf('%012d', b.batch_id))
    FROM truth.batch_row AS r
    JOIN laid AS b ON b.batch_id = r.batch_id
    JOIN truth.row AS o ON o.row_id = r.row_id
    WHERE r.outcome = 0 AND b.bears_persons {which}
    GROUP BY r.record_id, r.row_id ORDER BY r.record_id
"""
_TOUCHED = "AND r.record_id IN (SELECT id FROM temp.touched)"


class _Place(NamedTuple):
    """How new a row's words are: those that stand before those that ended, then by the row's own
    day, then by when it first came. A row that is only delivered again does not get newer."""

    present: int
    own_day: str
    first_came: str
    row_id: int


@dataclass(frozen=True)
class _Seen:
    place: _Place
    local_id: str
    block: PersonBlock


def derive_records(db: Any, profiles: dict[str, Profile], book: RowBook, touched: Sequence[int] | None) -> None:
    """Write ``record`` and ``spelling`` for the touched records, or for all when None.

    A record keeps its person here as 0; ``derive_links`` gives it one.
    """
    which = "" if touched is None else _TOUCHED
    for table in ("record", "spelling", "protecting"):
        where = "" if touched is None else " WHERE record_id IN (SELECT id FROM temp.touched)"
        db.execute(f"DELETE FROM {table}{where}")
    cursor = db.execute(_ROWS.format(which=which))
    for record_id, rows in groupby(_fetch(cursor), key=lambda row: row[0]):
        _write(db, profiles, book, record_id, list(rows))


def spelled_in_rows(db: Any, book: RowBook) -> Iterator[tuple[int, str, str, PersonBlock]]:
    """Record, extract, id in the source and words of every spelling of the touched records, as their rows have
    them and in the order of record and row, whatever is hidden of it in the tables."""
    for record_id, grouped in groupby(_fetch(db.execute(_ROWS.format(which=_TOUCHED))), key=lambda row: row[0]):
        rows = list(grouped)
        seen = sorted(_seen(book, rows[0][2], rows), key=lambda one: one.place)
        if seen:
            for one in sorted(_different(seen), key=lambda one: one.place.row_id):
                yield record_id, rows[0][2], _shown(seen).local_id, one.block


@dataclass(frozen=True)
class Spoken:
    """What a record was said to be, and whom it stood for."""

    words: frozenset[tuple[str, ...]]
    shown: tuple[Any, ...]
    person: int
    state: str


def spoken_of(db: Any) -> dict[int, Spoken]:
    """What the touched records are said to be."""
    words: dict[int, set[tuple[str, ...]]] = {}
    for one, *said in db.execute(
        f"SELECT record_id, {', '.join(_SHOWN)} FROM spelling WHERE record_id IN (SELECT id FROM temp.touched)"
    ).fetchall():
        words.setdefault(one, set()).add(tuple(said))
    stood = db.execute(
        f"SELECT record_id, person_id, state, protected, {', '.join(_SHOWN)} FROM record"
        " WHERE record_id IN (SELECT id FROM temp.touched)"
    )
    return {
        one: Spoken(frozenset(words.get(one, ())), tuple(shown), person, state)
        for one, person, state, *shown in stood.fetchall()
    }


@dataclass(frozen=True)
class Alike:
    """Touched records that need no second look. ``spelled``: the same is said of who they are, so nobody need
    compare them again. ``shown``: the same words are also shown of them."""

    spelled: frozenset[int] = frozenset()
    shown: frozenset[int] = frozenset()


def alike(db: Any, before: Mapping[int, Spoken]) -> Alike:
    """Which of the touched records came out as they were; they are given back whom they stood for."""
    now = spoken_of(db)
    same = {one for one, said in before.items() if one in now and now[one].words == said.words and said.person}
    db.executemany(
        "UPDATE record SET person_id = ?, state = ? WHERE record_id = ?",
        ((before[one].person, before[one].state, one) for one in sorted(same)),
    )
    touched = {row[0] for row in db.execute("SELECT id FROM temp.touched").fetchall()}
    none = touched - now.keys() - before.keys()
    return Alike(frozenset(same | none), frozenset({one for one in same if now[one].shown == before[one].shown} | none))


def _fetch(cursor: Any, size: int = 5000) -> Iterator[Sequence[Any]]:
    while rows := cursor.fetchmany(size):
        yield from rows


def _write(
    db: Any,
    profiles: dict[str, Profile],
    book: RowBook,
    record_id: int,
    rows: Sequence[Sequence[Any]],
) -> None:
    extract = rows[0][2]
    seen = sorted(_seen(book, extract, rows), key=lambda one: one.place)
    if not seen:
        return
    _write_spellings(db, record_id, seen)
    shown = _shown(seen)
    stated = [one for one in seen if one.block.protected]
    protected = [one.block for one in stated]
    db.executemany("INSERT OR IGNORE INTO protecting VALUES (?, ?)", ((record_id, one.place.row_id) for one in stated))
    db.execute(
        _RECORD,
        (
            record_id,
            extract,
            shown.local_id,
            profiles[extract].sector,
            max(one.place.present for one in seen),
            shown.place.row_id,
            *_texts(shown.block),
            1 if protected else shown.block.protected,
            max((block.protected_until for block in protected), default=""),
            is_damaged(shown.block.name),
        ),
    )


def _seen(book: RowBook, extract: str, rows: Sequence[Sequence[Any]]) -> Iterator[_Seen]:
    for _, row_id, _, header_id, cells, present, first_came in rows:
        reading = book.identity(extract, header_id, cells)
        if reading.block is not None:
            own_day = max((fact.start or "" for fact in reading.facts), default="")
            yield _Seen(_Place(present, own_day, first_came, row_id), reading.local_id, reading.block)


def _write_spellings(db: Any, record_id: int, seen: Sequence[_Seen]) -> None:
    db.executemany(_SPELLING, [(record_id, one.place.row_id, *_texts(one.block)) for one in _different(seen)])


def _shown(seen: Sequence[_Seen]) -> _Seen:
    """The one whose words are shown."""
    return next((one for one in reversed(seen) if not is_damaged(one.block.name)), seen[-1])


def _different(seen: Sequence[_Seen]) -> Collection[_Seen]:
    """The first of those that say the same."""
    return {_all(one.block): one for one in reversed(seen)}.values()


def _texts(block: PersonBlock) -> tuple[str, ...]:
    return tuple(getattr(block, name) for name in _SHOWN)
