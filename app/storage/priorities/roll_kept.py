"""The roll as it is kept beside the tables of a view: laid when the view is finished, read when it is opened.

Reading 400,000 children from the tables takes seconds, reading their columns a tenth of one. Who is changed in a view
that is in force is noted by triggers, in the transaction that changes them, and is read again from the tables; the
desk notes its own in ``desk_touched`` of office.db. Letters that very many children have in what they are found
by are kept as a column too: a full-text index has no quick answer for one letter alone.
"""

from __future__ import annotations

import json
import zlib
from typing import Any

import numpy as np

from app.storage.priorities.roll import KEPT, Roll, Words, packed

FREQUENT = 10_000
"""A letter that so many have is kept as a column."""
MOST_AT_ONCE = 1000
"""When more have changed, all is read from the tables."""

_WATCHED = ("priority", "person", "finding")
_EVENTS = {"insert": "new", "update": "new", "delete": "old"}
_WORDS = ("birth", "school")
_SQUEEZED = 1


def lay(db: Any) -> None:
    """Lay the roll of a view in the making (in ``main``) beside its tables, and watch them from now on."""
    roll = Roll.read(db, "main")
    db.execute("DELETE FROM roll")
    db.execute("DELETE FROM roll_touched")
    for name, kind in KEPT.items():
        _put(db, f"column:{name}", roll.column[name].astype(kind).tobytes())
    _put(db, "order", roll.order.astype("int32").tobytes())
    for name in _WORDS:
        _put(db, f"words:{name}", json.dumps(roll.words[name].known, ensure_ascii=False).encode())
    for key, bits in roll.signs.items():
        _put(db, f"sign:{key}", bits.tobytes())
    for letter in _frequent(db):
        _put(db, f"letter:{letter}", packed(_having(db, roll, letter)).tobytes())
    watch(db)


def read(db: Any, view: str = "view") -> Roll:
    """The roll of a view as it is kept, brought along with who changed since. No desk yet (``Roll.take_desk``)."""
    cells = dict(db.execute(f"SELECT name, cells FROM {view}.roll WHERE name NOT LIKE 'letter:%'").fetchall())
    touched = touched_since(db, f"{view}.roll_touched", 0)
    if "order" not in cells or len(touched) > MOST_AT_ONCE:
        return Roll.read(db, view)
    roll = Roll()
    for name, kind in KEPT.items():
        roll.column[name] = np.frombuffer(zlib.decompress(cells[f"column:{name}"]), dtype=kind).copy()
    for name in _WORDS:
        roll.words[name] = Words(json.loads(zlib.decompress(cells[f"words:{name}"])))
    for name, cell in cells.items():
        if name.startswith("sign:"):
            roll.signs[name.removeprefix("sign:")] = np.frombuffer(zlib.decompress(cell), dtype=np.uint8).copy()
    roll.take_order(np.frombuffer(zlib.decompress(cells["order"]), dtype=np.int32))
    if touched:
        roll.read_again(db, touched, view)
    return roll


def letter(db: Any, roll: Roll, one: str, view: str = "view") -> Any:
    """Where the roll's children have a frequent letter, as the view knew them when it came into force; None for
    a letter that is not frequent."""
    if one not in roll.letters:
        found = db.execute(f"SELECT cells FROM {view}.roll WHERE name = ?", (f"letter:{one}",)).fetchone()
        if found is None:
            return None
        roll.keep_letter(one, np.frombuffer(zlib.decompress(found[0]), dtype=np.uint8))
    return roll.letters[one]


def last_touched(db: Any, table: str) -> int:
    """The newest note in a table of who changed."""
    return int(db.execute(f"SELECT coalesce(max(place), 0) FROM {table}").fetchone()[0])


def touched_since(db: Any, table: str, place: int) -> list[int]:
    """Who changed since this note."""
    rows = db.execute(f"SELECT DISTINCT person_id FROM {table} WHERE place > ?", (place,)).fetchall()
    return [row[0] for row in rows]


def watch(db: Any) -> None:
    """From now on note who is changed in the tables that the roll speaks of."""
    for table in _WATCHED:
        for event, row in _EVENTS.items():
            db.execute(
                f"CREATE TRIGGER roll_{table}_{event} AFTER {event} ON {table} BEGIN"
                f" INSERT INTO roll_touched (person_id) VALUES ({row}.person_id); END"
            )


def unwatch(db: Any) -> None:
    """Note nobody any more: a view in the making is written whole."""
    for table in _WATCHED:
        for event in _EVENTS:
            db.execute(f"DROP TRIGGER IF EXISTS roll_{table}_{event}")


def _put(db: Any, name: str, cells: bytes) -> None:
    db.execute("INSERT INTO roll VALUES (?, ?)", (name, zlib.compress(cells, _SQUEEZED)))


def _frequent(db: Any) -> list[str]:
    db.execute("CREATE VIRTUAL TABLE temp.letter USING fts5vocab(main, search, row)")
    try:
        found = db.execute("SELECT term FROM temp.letter WHERE doc >= ? ORDER BY term", (FREQUENT,)).fetchall()
    finally:
        db.execute("DROP TABLE temp.letter")
    return [row[0] for row in found]


def _having(db: Any, roll: Roll, one: str) -> Any:
    rows = db.execute("SELECT rowid FROM main.search WHERE search MATCH ?", (f'"{one}"',))
    persons = np.fromiter((row[0] for row in rows), dtype=np.int64)
    found = np.zeros(roll.slots, dtype=bool)
    found[roll.slots_of(persons)] = True
    return found
