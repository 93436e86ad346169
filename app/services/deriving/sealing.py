"""Sealing rows as received: where protected persons are, under a key that only leads have.

Whoever holds the leads' compartment brings the rows along after the view: those of shielded records are
sealed, those of records that are protected no longer come back. It is the same truth (a row's digest is
over what came), so no entry says it, and it may be broken off and begun again at any point.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from app.domain import entries
from app.domain.extracts.profile import Profile
from app.domain.whereabouts import columns_of, positions_of
from app.services.deriving.laying import deliveries, note_deliveries
from app.services.deriving.profiles_in_force import profiles_of_view
from app.services.deriving.shielding import cover, give_back
from app.services.deriving.surnames import surname_positions
from app.storage import database
from app.storage.batches.sealed_rows import RecordKeys, sealed, whole
from app.storage.digests import SEALED, cells_of
from app.storage.offices.office import Office
from app.storage.truth.desk import here, set_here

_AT_ONCE = 200
_MARK = "sealed"

_OPEN_ROWS = """
    SELECT DISTINCT b.record_id, o.row_id, o.header_id, o.cells FROM view.shielded AS s
    CROSS JOIN batch_line AS b ON b.record_id = s.record_id CROSS JOIN row AS o ON o.row_id = b.row_id
    WHERE o.extract IN ({extracts}) AND o.cells IS NOT NULL AND substr(o.cells, 1, 1) <> ?
"""
_RENAMED_ROWS = """
    SELECT DISTINCT b.record_id, o.row_id, o.header_id, o.cells FROM view.surname AS n
    CROSS JOIN view.record AS r ON r.person_id = n.person_id CROSS JOIN batch_line AS b ON b.record_id = r.record_id
    CROSS JOIN row AS o ON o.row_id = b.row_id
    WHERE o.extract IN ({extracts}) AND substr(o.cells, 1, 1) = ?
"""
"""Rows that were sealed when nobody knew of another surname."""
_BACK = "SELECT record_id FROM record_key WHERE record_id NOT IN (SELECT record_id FROM view.shielded)"
_SEALED_ROWS = """
    SELECT DISTINCT o.row_id, o.cells FROM batch_line AS b JOIN row AS o ON o.row_id = b.row_id
    WHERE b.record_id = ? AND substr(o.cells, 1, 1) = ?
"""


def seal_rows(office: Office, moved: bool = False) -> int:
    """Bring the rows along with who is protected; how many were written. Nothing without the leads' key.

    ``moved``: somebody's protection changed within the view in force.
    """
    if office.held.keys.compartment is None:
        return 0
    _renew_spent(office)
    state = f"{office.view_number()}"
    if not moved and here(office.reader(), _MARK) == state:
        return 0
    with office.view_writer() as view:
        profiles = profiles_of_view(view)
    done = _seal(office, profiles) + _unseal(office, profiles)
    with office.tending() as connection:
        set_here(connection, _MARK, state)
    return done


def _renew_spent(office: Office) -> None:
    """Records that a worker was shown for a time get another key once it is over: what was granted opens no more.

    A record that somebody else may still see waits until that is over too.
    """
    now, since = entries.moment(office.clock()), here(office.reader(), _SPENT) or ""
    with office.reading() as db:
        ended = db.execute(_ENDED, {"since": since, "now": now}).fetchall()
        running = {row[0] for row in db.execute(_RUNNING, (now, now)).fetchall()}
        persons = {row[0] for row in ended} - running
        marks = ", ".join(map(str, sorted(persons)))
        query = f"SELECT record_id FROM view.record WHERE person_id IN ({marks})"
        records = {row[0] for row in db.execute(query).fetchall()}
    if not ended:
        return
    waiting = [end for person, end in ended if person in running]
    with office.tending() as connection:
        RecordKeys(connection, "main", office.id, office.held.keys).renew(connection, office.held.keys, records)
        set_here(connection, _SPENT, min(waiting, default=now))


_SPENT = "grants_over"
"""Up to when the keys of what was granted have been made anew."""
_ENDED = """
    SELECT person_id, min(until, coalesce(closed, until)) AS over FROM opening
    WHERE member <> author AND what = 'whereabouts' AND over >= :since AND over <= :now
"""
_RUNNING = """
    SELECT person_id FROM opening WHERE member <> author AND what = 'whereabouts' AND closed IS NULL AND begun <= ?
    AND until > ?
"""


def _seal(office: Office, profiles: dict[str, Profile]) -> int:
    at = _Places(office, profiles)
    db = office.reader()
    telling = _named(one for one in profiles if columns_of(profiles[one]))
    rows = db.execute(_OPEN_ROWS.format(extracts=telling), (SEALED,)).fetchall()
    again = db.execute(_RENAMED_ROWS.format(extracts=_named(profiles)), (SEALED,)).fetchall()
    key_of = RecordKeys(db, "main", office.id, office.held.keys)
    for record, row, header, cells in again:
        came = whole(cells, key_of)
        if came is not None and at.left_open(record, header, cells, came):
            rows.append((record, row, header, cells))
    for start in range(0, len(rows), _AT_ONCE):
        with office.tending() as connection:
            key_of = RecordKeys(connection, "main", office.id, office.held.keys)
            for record, row, header, cells in rows[start : start + _AT_ONCE]:
                key = key_of.make(connection, record)
                came = whole(cells, key_of) or cells
                kept = sealed(came, key, record, row, at.of(record, header, came))
                connection.execute("UPDATE row SET cells = ? WHERE row_id = ?", (kept, row))
    return len(rows)


def _named(extracts: Iterable[str]) -> str:
    return ", ".join(f"'{one}'" for one in extracts)


def _unseal(office: Office, profiles: dict[str, Profile]) -> int:
    records = [row[0] for row in office.reader().execute(_BACK).fetchall()]
    for record in records:
        with office.tending() as connection:
            key_of = RecordKeys(connection, "main", office.id, office.held.keys)
            for row, cells in connection.execute(_SEALED_ROWS, (record, SEALED)).fetchall():
                came = whole(cells, key_of)
                if came is not None:
                    connection.execute("UPDATE row SET cells = ? WHERE row_id = ?", (came, row))
            connection.execute("DELETE FROM record_key WHERE record_id = ?", (record,))
    if records:
        _derive_again(office, profiles, records)
    return len(records)


def _derive_again(office: Office, profiles: dict[str, Profile], records: Sequence[int]) -> None:
    """Somebody without the key may have laid the end of the protection into the view."""
    with office.view_writer() as db, database.transaction(db):
        note_deliveries(db, profiles, deliveries(db))
        give_back(db, profiles, office.digester, set(records))
        cover(db)  # who is written anew is what the records say, whatever was lifted


class _Places:
    """Where what is sealed stands in a row: whereabouts by its header, a new surname by what it says."""

    def __init__(self, office: Office, profiles: dict[str, Profile]) -> None:
        self._db = office.reader()
        self._headers: dict[int, tuple[str, Any]] = {
            row[0]: (row[1], json.loads(row[2]))
            for row in self._db.execute("SELECT header_id, extract, columns FROM header").fetchall()
        }
        self._profiles = profiles
        self._known: dict[int, frozenset[int]] = {}

    def of(self, record: int, header: int, came: bytes) -> frozenset[int]:
        """The positions in this row."""
        extract, columns = self._headers[header]
        profile = self._profiles[extract]
        if header not in self._known:
            self._known[header] = positions_of(profile, columns, columns_of(profile))
        return self._known[header] | surname_positions(self._db, "view", profile, columns, record, cells_of(came))

    def left_open(self, record: int, header: int, kept: bytes, came: bytes) -> bool:
        """Whether a sealed row still shows something that is to be sealed."""
        shown = cells_of(kept)
        return any(shown[at] for at in self.of(record, header, came) if at < len(shown))
