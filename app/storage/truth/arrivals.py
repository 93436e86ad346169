"""What entries about arrivals do to the truth: batches, how they are read, links and runs made of them.

Appliers, called inside the transaction of the journal. The rows themselves were staged before
(``app.storage.batches.rows``); the entry makes them count.
"""

from __future__ import annotations

from collections.abc import Callable

from app.domain import entries
from app.domain.entries import Operation
from app.domain.message import Message, WrongUse
from app.storage.definitions.office_profiles import check_document
from app.storage.truth.desk import Desk, id_bytes


def publish_batch(desk: Desk, operation: Operation) -> None:
    """The applier of ``batch.published``: the staged rows count from here on."""
    said, entry = operation.payload, id_bytes(operation.id)
    merkle = bytes.fromhex(str(said["merkle"]))
    cursor = desk.connection.execute(
        "UPDATE batch SET state = 'published', merkle = ?, entry = ? WHERE batch_id = ? AND state = 'staged'",
        (merkle, entry, said["batch"]),
    )
    if cursor.rowcount == 0:
        # Only where the database went back behind its segment: say so, and let `verify` find it.
        desk.notes.append(Message("batch.rows_lost", {"batch": said["batch"]}))
        desk.connection.execute(
            "INSERT OR IGNORE INTO batch (batch_id, extract, file, received, state, rows, accepted, rejected, header,"
            " encoding, merkle, entry) VALUES (?, ?, '', ?, 'published', ?, 0, 0, '[]', '', ?, ?)",
            (said["batch"], said["extract"], operation.time, said["rows"], merkle, entry),
        )


def move_batch(state: str, to: str) -> Callable[[Desk, Operation], None]:
    """The applier of what brings a batch from one state to another: withdrawn, published again."""

    def applier(desk: Desk, operation: Operation) -> None:
        batch = operation.payload["batch"]
        cursor = desk.connection.execute(
            "UPDATE batch SET state = ? WHERE batch_id = ? AND state = ?", (to, batch, state)
        )
        if cursor.rowcount == 0:
            raise WrongUse(f"batch.not_{state}", batch=batch)

    return applier


def change_profile(_desk: Desk, operation: Operation) -> None:
    """The entry itself is what counts; it must be one that can lie over a shipped profile."""
    check_document(str(operation.payload["key"]), operation.payload["profile"])


def make_links(desk: Desk, operation: Operation) -> None:
    """The applier of ``links.made``."""
    said, entry = operation.payload, id_bytes(operation.id)
    merkle = bytes.fromhex(str(said["merkle"]))
    cursor = desk.connection.execute(
        "UPDATE link_run SET merkle = ?, entry = ? WHERE run_id = ? AND entry IS NULL", (merkle, entry, said["links"])
    )
    if cursor.rowcount == 0:
        desk.notes.append(Message("links.lost", {"links": said["links"]}))
        desk.connection.execute(
            "INSERT OR IGNORE INTO link_run (run_id, model, merkle, entry) VALUES (?, ?, ?, ?)",
            (said["links"], said["model"], merkle, entry),
        )


def make_run(desk: Desk, operation: Operation) -> None:
    """The applier of ``run.made``."""
    said = operation.payload
    desk.connection.execute(
        "INSERT INTO run (as_of, settings, made, entry) VALUES (?, ?, ?, ?)",
        (said["as_of"], entries.canonical(said["settings"]).decode(), operation.time, id_bytes(operation.id)),
    )
