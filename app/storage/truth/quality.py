"""What an entry about the quality of links does: models taken over, samples drawn, their answers.

Called by the appliers, inside their transaction. Whether an answer is right is not asked here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.domain import ids
from app.domain.entries import Operation
from app.domain.message import WrongUse
from app.storage.database import Connection

ANSWERS = ("same", "apart", "unknown")


def take_model(connection: Connection, entry: bytes, operation: Operation) -> None:
    """The model that weighs from now on; the text of the office's own is kept."""
    said: Mapping[str, Any] = operation.payload
    connection.execute(
        "INSERT INTO link_model (entry, model, own, text, author, taken, reason) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            entry, str(said["model"]), int(bool(said["own"])), str(said["text"]), operation.author, operation.time,
            str(said["reason"]),
        ),
    )  # fmt: skip


def draw(connection: Connection, entry: bytes, operation: Operation) -> None:
    """A sample and its pairs, in the order of drawing."""
    said: Mapping[str, Any] = operation.payload
    connection.execute(
        "INSERT INTO link_sample (entry, author, drawn, model, links) VALUES (?, ?, ?, ?, ?)",
        (entry, operation.author, operation.time, str(said["model"]), int(said["links"])),
    )
    pairs = [(_number(a), _number(b)) for a, b in said["pairs"]]
    connection.executemany(
        "INSERT INTO link_sample_pair (sample, place, a, b) VALUES (?, ?, ?, ?)",
        [(entry, place, a, b) for place, (a, b) in enumerate(pairs, 1)],
    )


def answer(connection: Connection, entry: bytes, operation: Operation) -> None:
    """What somebody found about one pair. WrongUse for a pair that was not drawn."""
    said: Mapping[str, Any] = operation.payload
    sample = _entry(str(said["sample"]))
    known = connection.execute(
        "SELECT 1 FROM link_sample_pair WHERE sample = ? AND place = ?", (sample, said["place"])
    ).fetchone()
    if known is None or said["answer"] not in ANSWERS:
        raise WrongUse("quality.not_drawn", place=said["place"])
    connection.execute(
        "INSERT INTO link_sample_answer (entry, sample, place, answer, author, answered) VALUES (?, ?, ?, ?, ?, ?)",
        (entry, sample, said["place"], said["answer"], operation.author, operation.time),
    )


def _number(code: object) -> int:
    try:
        return ids.number(str(code))
    except ValueError as error:
        raise WrongUse("person.unknown", person=str(code)) from error


def _entry(text: str) -> bytes:
    try:
        return UUID(text).bytes
    except ValueError as error:
        raise WrongUse("entry.unknown", entry=text) from error
