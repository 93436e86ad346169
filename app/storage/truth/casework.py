"""What entries of casework do to the desk: decisions, who has whom, contacts with their pictures, follow-ups, plans.

Appliers, called inside the transaction of the journal; and what this PC alone keeps: the bytes of
pictures, laid into the database before the entry that names their digests, and drafts.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from app.domain import entries
from app.domain.entries import Operation
from app.domain.message import Message, WrongUse
from app.storage.database import Connection
from app.storage.truth.desk import Desk, id_bytes, member, person_number

# A draft names the pictures that were laid beside it in its list ``pictures``.
_NAMED = (
    "SELECT digest FROM attachment UNION SELECT unhex(json_extract(p.value, '$.digest')) FROM draft AS d,"
    " json_each(CASE WHEN json_valid(d.content) THEN d.content ELSE '{}' END, '$.pictures') AS p"
)


def record_decision(desk: Desk, operation: Operation) -> None:
    """The applier of ``decision.recorded``."""
    said = operation.payload
    desk.connection.execute(
        "INSERT INTO decision (entry, person_id, author, recorded, kind, reason, day, next, evidence, meeting, ref,"
        " on_screen, took_part, asks) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            id_bytes(operation.id), person_number(said["person"]), operation.author, operation.time, said["decision"],
            said["reason"], said["day"], said["next"], json.dumps(said["evidence"]), said.get("meeting") or "",
            said.get("ref"), said.get("on_screen") or "", said.get("took_part") or "", int(bool(said.get("asks"))),
        ),
    )  # fmt: skip


def sign_off(*, signed: bool) -> Callable[[Desk, Operation], None]:
    """The applier of ``decision.signed`` and of ``decision.returned``."""

    def applier(desk: Desk, operation: Operation) -> None:
        said = operation.payload
        decision, person = id_bytes(str(said["entry"])), person_number(said["person"])
        there = desk.connection.execute(
            "SELECT 1 FROM decision WHERE entry = ? AND person_id = ?", (decision, person)
        ).fetchone()
        if there is None:
            raise WrongUse("decision.unknown", entry=str(said["entry"]))
        desk.connection.execute(
            "INSERT INTO sign_off (entry, decision, person_id, author, recorded, signed, words)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                id_bytes(operation.id), decision, person, operation.author, operation.time, int(signed),
                said.get("reason") or "",
            ),
        )  # fmt: skip

    return applier


def withdraw(table: str, missing: str) -> Callable[[Desk, Operation], None]:
    """The applier of what takes back a line of this table."""

    def applier(desk: Desk, operation: Operation) -> None:
        entry = str(operation.payload["entry"])
        cursor = desk.connection.execute(f"UPDATE {table} SET withdrawn = 1 WHERE entry = ?", (id_bytes(entry),))
        if cursor.rowcount == 0:
            raise WrongUse(missing, entry=entry)

    return applier


def assign(desk: Desk, operation: Operation) -> None:
    """The applier of ``assignment.made``; who had each child before is kept."""
    said, entry = operation.payload, id_bytes(operation.id)
    persons = said["persons"]
    to = str(said["member"])
    if to and member(desk.connection, to) is None:
        raise WrongUse("person.not_in_office", name=to)
    numbers = sorted({person_number(person) for person in (persons if isinstance(persons, list) else [])})
    desk.connection.executemany(
        "INSERT INTO assignment_before (entry, person_id, member)"
        " VALUES (?1, ?2, coalesce((SELECT member FROM assignment WHERE person_id = ?2), ''))",
        [(entry, number) for number in numbers],
    )
    if to:
        desk.connection.executemany(
            "INSERT OR REPLACE INTO assignment (person_id, member, entry) VALUES (?, ?, ?)",
            [(number, to, entry) for number in numbers],
        )
    else:
        desk.connection.executemany("DELETE FROM assignment WHERE person_id = ?", [(number,) for number in numbers])


def note_contact(desk: Desk, operation: Operation) -> None:
    """The applier of ``contact.noted``."""
    said, entry = operation.payload, id_bytes(operation.id)
    desk.connection.execute(
        "INSERT INTO contact_noted (entry, person_id, author, recorded, kind, result, seen, day, words, next, whom,"
        " step, ref) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            entry, person_number(said["person"]), operation.author, operation.time, said["contact"], said["result"],
            int(bool(said["seen"])), said["day"], said["words"], said.get("next"), said.get("whom") or "",
            said.get("step") or "", said.get("ref"),
        ),
    )  # fmt: skip
    pictures = said.get("pictures")
    for place, one in enumerate(pictures if isinstance(pictures, list) else [], start=1):
        _attach(desk, entry, place, one)


def _attach(desk: Desk, entry: bytes, place: int, said: Mapping[str, Any]) -> None:
    try:
        digest = bytes.fromhex(str(said["digest"]))
        line = (entry, place, digest, str(said["name"]), str(said["kind"]), int(said["size"]))
    except (KeyError, TypeError, ValueError) as error:
        raise WrongUse("picture.not_understood") from error
    desk.connection.execute(
        "INSERT INTO attachment (entry, place, digest, name, kind, size) VALUES (?, ?, ?, ?, ?, ?)", line
    )
    if desk.connection.execute("SELECT 1 FROM picture WHERE digest = ?", (digest,)).fetchone() is None:
        # Only where the database went back behind its segment: say so, and let `verify` find it.
        desk.notes.append(Message("picture.lost", {"name": line[3]}))


def move_follow_up(desk: Desk, operation: Operation) -> None:
    """The applier of ``follow_up.moved``."""
    said = operation.payload
    desk.connection.execute(
        "INSERT INTO follow_up_moved (entry, person_id, author, recorded, before, day, reason)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            id_bytes(operation.id), person_number(said["person"]), operation.author, operation.time, said["before"],
            said["day"], said["reason"],
        ),
    )  # fmt: skip


def make_plan(desk: Desk, operation: Operation) -> None:
    """The applier of ``plan.made``."""
    said = operation.payload
    desk.connection.execute(
        "INSERT INTO plan (entry, person_id, author, recorded, content, ref) VALUES (?, ?, ?, ?, ?, ?)",
        (
            id_bytes(operation.id), person_number(said["person"]), operation.author, operation.time,
            entries.canonical(said["plan"]).decode(), said.get("ref"),
        ),
    )  # fmt: skip


# ---------------------------------------------------------------------------- this PC only


def keep_draft(connection: Connection, member: str, person_id: int, form: str, saved: str, content: str) -> None:
    """Keep what somebody is writing; ``content`` is JSON, ``saved`` UTC ISO. Within a transaction."""
    connection.execute(
        "INSERT OR REPLACE INTO draft (member, person_id, form, saved, content) VALUES (?, ?, ?, ?, ?)",
        (member, person_id, form, saved, content),
    )


def drop_draft(connection: Connection, member: str, person_id: int, form: str) -> None:
    """Forget a draft, and the pictures that nothing names any more. Within a transaction."""
    connection.execute("DELETE FROM draft WHERE member = ? AND person_id = ? AND form = ?", (member, person_id, form))
    connection.execute(f"DELETE FROM picture WHERE digest NOT IN ({_NAMED})")


def keep_picture(connection: Connection, data: bytes) -> bytes:
    """Lay the bytes of a picture into the database, once; their digest. Within a transaction."""
    digest = hashlib.sha256(data).digest()
    connection.execute("INSERT OR IGNORE INTO picture (digest, bytes) VALUES (?, ?)", (digest, data))
    return digest
