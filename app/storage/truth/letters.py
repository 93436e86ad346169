"""Letters to families, in the truth: which list each came from, and what became of it."""

from __future__ import annotations

from app.domain.entries import Operation
from app.storage.truth.desk import Desk, id_bytes, person_number


def note(desk: Desk, operation: Operation) -> None:
    """A letter about a child was sent, came back, or was answered."""
    said = operation.payload
    desk.connection.execute(
        "INSERT INTO letter (entry, person_id, list, state, day, author, recorded, words)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            id_bytes(operation.id), person_number(said["person"]), said["list"], said["state"], said["day"],
            operation.author, operation.time, said["words"],
        ),
    )  # fmt: skip
