"""Rows as received of protected persons: their whereabouts sealed inside the row, the rest as it came.

A sealed row is ``0x01``, its record and row (8 bytes each), the length of its open part, the open part (the
row as ``digests.written`` spells it, with the sealed cells empty) and the sealed cells. Each record has a key
of its own, wrapped under the leads' compartment key; who has not that one reads the open part, and every
other reader of rows (``digests.cells_of``) does so anyhow. The row's digest is over what came.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from app.domain import ids
from app.storage.database import Connection
from app.storage.digests import SEALED, cells_of, written
from app.storage.keyring import keys
from app.storage.keyring.keys import Bundle
from app.storage.keyring.slots import OfficeKeys

_IDS = 16
_HEAD = 1 + _IDS + 4

KeyOf = Callable[[int], bytes | None]
"""Record -> its key, or None where it cannot be had."""


def is_sealed(kept: bytes) -> bool:
    """Whether some cells of a kept row are sealed."""
    return kept[:1] == SEALED


def sealed(kept: bytes, key: bytes, record: int, row: int, positions: Iterable[int]) -> bytes:
    """The row with the cells at these positions sealed; as it was where they are empty anyhow."""
    cells = cells_of(kept)
    hidden = {at: cells[at] for at in sorted(positions) if at < len(cells) and cells[at]}
    if not hidden or is_sealed(kept):
        return kept
    left = written(["" if at in hidden else cell for at, cell in enumerate(cells)])
    pair = record.to_bytes(8, "big") + row.to_bytes(8, "big")
    said = json.dumps([[at, text] for at, text in hidden.items()], ensure_ascii=False)
    box = keys.seal(key, said.encode("utf-8", "surrogatepass"), _label(pair))
    return SEALED + pair + len(left).to_bytes(4, "big") + left + box


def whole(kept: bytes, key_of: KeyOf) -> bytes | None:
    """The row as it came; None where it is sealed and the key cannot be had, or nothing fits."""
    if not is_sealed(kept):
        return kept
    pair, size = kept[1 : 1 + _IDS], int.from_bytes(kept[1 + _IDS : _HEAD], "big")
    key = key_of(int.from_bytes(pair[:8], "big"))
    plain = keys.unseal(key, kept[_HEAD + size :], _label(pair)) if key else None
    if plain is None:
        return None
    cells = cells_of(kept)
    for at, text in json.loads(plain.decode("utf-8", "surrogatepass")):
        cells[at] = text
    return written(cells)


_SEALED_ROWS = """
    SELECT DISTINCT o.row_id, o.cells FROM batch_row AS b JOIN row AS o ON o.row_id = b.row_id
    WHERE b.record_id = ? AND substr(o.cells, 1, 1) = ?
"""


def _opened(kept: bytes, key_of: KeyOf) -> tuple[bytes, list[int]] | None:
    """A sealed row as it came, and where its sealed cells stand; None where it does not open."""
    came = whole(kept, key_of)
    if came is None:
        return None
    shown = cells_of(kept)
    return came, [at for at, cell in enumerate(cells_of(came)) if cell != shown[at]]


class RecordKeys:
    """The keys of protected records, as far as this member holds the leads' compartment."""

    def __init__(self, connection: Any, schema: str, office: str, held: OfficeKeys) -> None:
        self._db, self._schema, self._office, self._held = connection, schema, office, held
        self._known: dict[int, bytes | None] = {}

    def __call__(self, record: int) -> bytes | None:
        """The key of this record; None without the compartment key or where it has none."""
        if record not in self._known:
            self._known[record] = self._unwrapped(record)
        return self._known[record]

    def _unwrapped(self, record: int) -> bytes | None:
        if self._held.compartment is None:
            return None
        row = self._db.execute(
            f"SELECT epoch, wrapped FROM {self._schema}.record_key WHERE record_id = ?", (record,)
        ).fetchone()
        if row is None:
            return None
        return keys.unseal(self._held.compartment, row[1], self._wrap_label(record, row[0]))

    def make(self, connection: Connection, record: int) -> bytes:
        """The key of this record, made now where it has none; inside the caller's transaction."""
        known = self(record)
        if known is not None:
            return known
        if self._held.compartment is None:
            raise AssertionError("only who holds the compartment seals")
        key, epoch = secrets.token_bytes(32), self._held.compartment_epoch
        wrapped = keys.seal(self._held.compartment, key, self._wrap_label(record, epoch))
        connection.execute("INSERT INTO record_key VALUES (?, ?, ?)", (record, epoch, wrapped))
        self._known[record] = key
        return key

    def renew(self, connection: Connection, fresh: OfficeKeys, records: Iterable[int] | None = None) -> int:
        """Seal the rows of these records (of all that have a key) under new keys, wrapped with ``fresh``; how many
        rows. Inside the caller's transaction.

        Whoever kept an old key opens nothing with it any more. A row that does not open stays as it is, with its
        key, for ``verify`` to tell.
        """
        found = [row[0] for row in connection.execute("SELECT record_id FROM record_key ORDER BY record_id").fetchall()]
        wanted = None if records is None else set(records)
        return sum(self._renew_one(connection, fresh, one) for one in found if wanted is None or one in wanted)

    def _renew_one(self, connection: Connection, fresh: OfficeKeys, record: int) -> int:
        if self(record) is None or fresh.compartment is None:
            return 0
        rows = connection.execute(_SEALED_ROWS, (record, SEALED)).fetchall()
        opened = [(row, _opened(cells, self)) for row, cells in rows]
        if any(found is None for _, found in opened):
            return 0
        key = secrets.token_bytes(32)
        for row, found in opened:
            if found is not None:
                kept = sealed(found[0], key, record, row, found[1])
                connection.execute("UPDATE row SET cells = ? WHERE row_id = ?", (kept, row))
        epoch = fresh.compartment_epoch
        wrapped = keys.seal(fresh.compartment, key, self._wrap_label(record, epoch))
        connection.execute("UPDATE record_key SET epoch = ?, wrapped = ? WHERE record_id = ?", (epoch, wrapped, record))
        self._known.pop(record, None)
        return len(rows)

    def _wrap_label(self, record: int, epoch: int) -> bytes:
        return f"kizuki record key 1 {self._office} {record} {epoch}".encode()


def granted_keys(db: Any, office: str, held: OfficeKeys, records: Iterable[int], member: str) -> dict[str, str]:
    """The keys of these records wrapped for one member, as a grant's entry carries them: record -> hex."""
    row = db.execute("SELECT box FROM main.member WHERE id = ?", (member,)).fetchone()
    key_of = RecordKeys(db, "main", office, held)
    found = {record: key for record in records if (key := key_of(record)) is not None}
    if row is None:
        return {}
    return {ids.code(one): keys.wrap(key, row[0], _grant_label(office, one)).hex() for one, key in found.items()}


def keys_granted(payload: Mapping[str, Any], office: str, bundle: Bundle) -> KeyOf:
    """What a grant's entry gives to the member whose bundle this is."""
    given = payload.get("keys") or {}

    def key_of(record: int) -> bytes | None:
        wrapped = given.get(ids.code(record))
        return bundle.unwrap(bytes.fromhex(wrapped), _grant_label(office, record)) if wrapped else None

    return key_of


def _grant_label(office: str, record: int) -> bytes:
    return f"kizuki granted record key 1 {office} {record}".encode()


def _label(pair: bytes) -> bytes:
    return b"kizuki sealed cells 1 " + pair
