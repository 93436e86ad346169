"""Protection as entries make it: set by hand, lifted by two, opened for a time; and what of it stands.

What the sources themselves say of protection is derived and stands in the view; here is what people did.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from app.domain import entries, ids
from app.domain.entries import Kind, Operation
from app.domain.message import Refused, WrongUse
from app.domain.sectors import Sector
from app.domain.whereabouts import OPENING
from app.storage.truth.desk import Desk, id_bytes, member, person_number

MINUTES, LEAST, MOST = 30, 1, 480
"""For how long an opening lasts where an administrator has not said otherwise, and the limits of that."""
POLICY = "policy.opening_minutes"

KINDS = (Kind.PROTECTION_SET, Kind.PROTECTION_LIFTED)
"""The acts that change who is protected."""

# ---------------------------------------------------------------------------- appliers


def set_by_hand(desk: Desk, operation: Operation) -> None:
    """Somebody's whereabouts are not shown from now on."""
    said = operation.payload
    desk.connection.execute(
        "INSERT INTO protection (entry, person_id, reason, author, recorded) VALUES (?, ?, ?, ?, ?)",
        (id_bytes(operation.id), person_number(said["person"]), _words(said["reason"]), operation.author,
         operation.time),
    )  # fmt: skip


def ask_lifting(desk: Desk, operation: Operation) -> None:
    """One lead asks; nothing is lifted yet."""
    said = operation.payload
    seen = said["seen"]
    if not isinstance(seen, list) or not seen:
        raise WrongUse("protection.nothing_seen")
    for one in seen:
        _source(str(one))
    desk.connection.execute(
        "INSERT INTO lifting (entry, person_id, reason, seen, author, recorded) VALUES (?, ?, ?, ?, ?, ?)",
        (
            id_bytes(operation.id), person_number(said["person"]), _words(said["reason"]),
            entries.canonical(seen).decode(), operation.author, operation.time,
        ),
    )  # fmt: skip


def lift(desk: Desk, operation: Operation) -> None:
    """A second lead lifts what the first one named; whatever was not named stays in force."""
    entry = id_bytes(operation.id)
    asked = id_bytes(str(operation.payload["request"]))
    row = desk.connection.execute("SELECT author, seen, done FROM lifting WHERE entry = ?", (asked,)).fetchone()
    if row is None or row[2] is not None:
        raise WrongUse("protection.no_request")
    if row[0] == operation.author:
        raise Refused("protection.second_person")
    first = member(desk.connection, row[0])
    if first is None or not first.may("unveil"):
        raise Refused("protection.first_left")
    for one in json.loads(row[1]):
        kind, value = _source(one)
        if kind == "row":
            desk.connection.execute("INSERT OR IGNORE INTO lifted_row VALUES (?, ?)", (ids.number(value), entry))
        else:
            desk.connection.execute(
                "UPDATE protection SET lifted = ? WHERE entry = ? AND lifted IS NULL", (entry, id_bytes(value))
            )
    desk.connection.execute("UPDATE lifting SET done = ? WHERE entry = ?", (entry, asked))


def ask_opening(desk: Desk, operation: Operation) -> None:
    """Somebody asks a lead to see where a child is."""
    said = operation.payload
    desk.connection.execute(
        "INSERT INTO opening_wish (entry, person_id, reason, author, recorded) VALUES (?, ?, ?, ?, ?)",
        (id_bytes(operation.id), person_number(said["person"]), _words(said["reason"]), operation.author,
         operation.time),
    )  # fmt: skip


def make_opening(desk: Desk, operation: Operation) -> None:
    """One member sees one child's whereabouts, or a closed sector of it, until a time."""
    said = operation.payload
    _check_time(desk, operation)
    if said["what"] != OPENING and said["what"] not in list(Sector):
        raise WrongUse("opening.unknown", what=str(said["what"]))
    entry = id_bytes(operation.id)
    if said["member"] != operation.author:
        _answer(desk, operation, str(said.get("request", "")), granted=True)
    desk.connection.execute(
        "INSERT INTO opening (entry, person_id, member, what, reason, author, begun, until)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            entry, person_number(said["person"]), said["member"], said["what"], _words(said["reason"]),
            operation.author, operation.time, said["until"],
        ),
    )  # fmt: skip


def refuse_opening(desk: Desk, operation: Operation) -> None:
    """A lead says no to who asked."""
    _answer(desk, operation, str(operation.payload["request"]), granted=False)


def close_opening(desk: Desk, operation: Operation) -> None:
    """Closed before its time."""
    cursor = desk.connection.execute(
        "UPDATE opening SET closed = ? WHERE entry = ? AND closed IS NULL",
        (operation.time, id_bytes(str(operation.payload["opening"]))),
    )
    if cursor.rowcount == 0:
        raise WrongUse("opening.not_open")


def _answer(desk: Desk, operation: Operation, request: str, *, granted: bool) -> None:
    row = desk.connection.execute(
        "SELECT author, person_id, answer FROM opening_wish WHERE entry = ?", (id_bytes(request),)
    ).fetchone()
    said = operation.payload
    if row is None or row[2] is not None:
        raise WrongUse("opening.no_wish")
    if granted and (said["member"], person_number(said["person"])) != (row[0], row[1]):
        raise WrongUse("opening.no_wish")
    desk.connection.execute(
        "UPDATE opening_wish SET answer = ?, granted = ?, words = ? WHERE entry = ?",
        (id_bytes(operation.id), int(granted), str(said["reason"]), id_bytes(request)),
    )


def _check_time(desk: Desk, operation: Operation) -> None:
    try:
        begun = datetime.fromisoformat(operation.time)
        until = datetime.fromisoformat(str(operation.payload["until"]))
        lasts = until - begun
    except (ValueError, TypeError) as error:
        raise WrongUse("opening.no_time") from error
    if not timedelta(0) < lasts <= timedelta(minutes=minutes(desk.connection)):
        raise Refused("opening.too_long", minutes=minutes(desk.connection))


def minutes(db: Any) -> int:
    """For how many minutes an opening may last, as policy says."""
    row = db.execute("SELECT value FROM main.setting WHERE key = ?", (POLICY,)).fetchone()
    said = json.loads(row[0]) if row else MINUTES
    return min(max(said, LEAST), MOST) if isinstance(said, int) and not isinstance(said, bool) else MINUTES


def _source(text: str) -> tuple[str, str]:
    kind, _, value = text.partition(":")
    if kind == "row":
        person_number(value)
    elif kind == "entry":
        id_bytes(value)
    else:
        raise WrongUse("protection.nothing_seen")
    return kind, value


def _words(said: object) -> str:
    if not isinstance(said, str) or not said.strip():
        raise WrongUse("protection.reason_missing")
    return said.strip()


# ---------------------------------------------------------------------------- what stands


def newest(db: Any, schema: str) -> int:
    """The sequence number of the newest act that changed who is protected; 0 for none."""
    marks = ", ".join(f"'{kind}'" for kind in KINDS)
    row = db.execute(f"SELECT coalesce(max(seq), 0) FROM {schema}.entry WHERE kind IN ({marks})").fetchone()
    return int(row[0])
