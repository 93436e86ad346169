"""What the truth keeps of purposes: the office's last word on each item, and what families said.

The appliers of both kinds of entry, and what may not be used now, for those who store and derive.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from app.domain import ids
from app.domain.entries import Kind, Operation
from app.domain.message import WrongUse
from app.domain.purposes import AGAINST, BASES, EVERYBODY, STANCES, Withheld

if TYPE_CHECKING:
    from app.storage.truth.desk import Desk


def set_purpose(desk: Desk, operation: Operation) -> None:
    """The applier of ``purpose.set``."""
    said = operation.payload
    if said["basis"] not in BASES:
        raise WrongUse("purpose.basis_unknown", basis=said["basis"])
    desk.connection.execute(
        "INSERT OR REPLACE INTO purpose (extract, item, used, purpose, basis, words, author, recorded, entry)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            said["extract"], said["item"], int(bool(said["used"])), said["purpose"], said["basis"], said["words"],
            operation.author, operation.time, _bytes(operation.id),
        ),
    )  # fmt: skip


def note_stance(desk: Desk, operation: Operation) -> None:
    """The applier of ``stance.noted``."""
    said = operation.payload
    if said["stance"] not in STANCES:
        raise WrongUse("purpose.stance_unknown", stance=said["stance"])
    try:
        person = ids.number(str(said["person"]))
    except ValueError as error:
        raise WrongUse("person.unknown", person=said["person"]) from error
    desk.connection.execute(
        "INSERT INTO stance (entry, person_id, said_of, extract, item, stance, day, words, author, recorded)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            _bytes(operation.id), person, person, said["extract"], said["item"], said["stance"], said["day"],
            said["words"], operation.author, operation.time,
        ),
    )  # fmt: skip


def _bytes(entry: str) -> bytes:
    return UUID(entry).bytes


_STANCES = """
    SELECT person_id, extract, item, stance FROM (
        SELECT {person} AS person_id, s.extract, s.item, s.stance, row_number() OVER (
            PARTITION BY s.said_of, s.extract, s.item ORDER BY e.seq DESC) AS back
        FROM {schema}.stance AS s JOIN {schema}.entry AS e ON e.id = s.entry
        WHERE e.seq <= coalesce(:upto, e.seq))
    WHERE back = 1
"""
_THEN = """
    coalesce((SELECT c.person_id FROM {schema}.carried AS c JOIN {schema}.entry AS m ON m.id = c.entry
              WHERE c.act = s.entry AND m.seq > :upto ORDER BY m.seq LIMIT 1), s.person_id)
"""
"""Whose a family's word was before persons became one after that entry."""


def withheld(db: Any, schema: str, upto: int | None = None) -> Withheld:
    """What may not be used, as the truth in ``schema`` has it.

    ``upto`` leaves out what families said after that entry; the office's own switches always count
    as they stand, because each is published with a run of its own. Where a person is one with
    another now, the more protective word of the two counts.
    """
    rows = [
        (EVERYBODY, extract, item)
        for extract, item in db.execute(f"SELECT extract, item FROM {schema}.purpose WHERE used = 0").fetchall()
    ]
    person = "s.person_id" if upto is None else _THEN.format(schema=schema)
    said = db.execute(_STANCES.format(schema=schema, person=person), {"upto": upto}).fetchall()
    rows += [(person, extract, item) for person, extract, item, stance in said if stance in AGAINST]
    return Withheld.of(rows)


def newest_stance(db: Any, schema: str, upto: int | None = None) -> int:
    """The sequence number of the newest word of a family, up to an entry; 0 for none."""
    row = db.execute(
        f"SELECT coalesce(max(seq), 0) FROM {schema}.entry WHERE kind = ? AND seq <= coalesce(?, seq)",
        (str(Kind.STANCE_NOTED), upto),
    ).fetchone()
    return int(row[0])


def newest_purpose(db: Any, schema: str) -> int:
    """The sequence number of the office's newest word on an item; 0 for none."""
    row = db.execute(
        f"SELECT coalesce(max(seq), 0) FROM {schema}.entry WHERE kind = ?", (str(Kind.PURPOSE_SET),)
    ).fetchone()
    return int(row[0])


def persons_since(db: Any, schema: str, seq: int) -> set[int]:
    """Of whom families spoke after this entry."""
    rows = db.execute(
        f"SELECT s.person_id FROM {schema}.stance AS s JOIN {schema}.entry AS e ON e.id = s.entry WHERE e.seq > ?",
        (seq,),
    ).fetchall()
    return {row[0] for row in rows}
