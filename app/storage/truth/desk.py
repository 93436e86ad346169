"""Where entries take effect: the tables that appliers write, and the words that name things in them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from app.domain import ids
from app.domain.message import Message, WrongUse
from app.domain.roles import Member, roles_of
from app.storage.database import Connection


@dataclass
class Desk:
    """Where appliers write, inside an open transaction. ``notes`` collects what people must hear."""

    connection: Connection
    folder: Path
    office: str
    notes: list[Message] = field(default_factory=list)


def id_bytes(entry: str) -> bytes:
    """An entry's id as it stands in the tables. WrongUse for something else."""
    try:
        return UUID(entry).bytes
    except ValueError as error:
        raise WrongUse("entry.unknown", entry=entry) from error


def id_text(blob: bytes) -> str:
    """An entry's id as people and services see it."""
    return str(UUID(bytes=blob))


def person_number(code: object) -> int:
    """The number of a child or record named in a payload. WrongUse if it is no code."""
    try:
        return ids.number(str(code))
    except ValueError as error:
        raise WrongUse("person.unknown", person=str(code)) from error


def member(connection: Connection, member_id: str) -> Member | None:
    """A member by id, or None."""
    row = connection.execute("SELECT id, name, roles, active FROM member WHERE id = ?", (member_id,)).fetchone()
    return Member(row[0], row[1], roles_of(json.loads(row[2])), bool(row[3])) if row else None


def here(connection: Connection, key: str) -> str:
    """What this PC remembers under a key; "" where nothing stands."""
    row = connection.execute("SELECT value FROM here WHERE key = ?", (key,)).fetchone()
    return str(row[0]) if row else ""


def set_here(connection: Connection, key: str, value: str) -> None:
    """Remember something on this PC; never sent."""
    connection.execute("INSERT OR REPLACE INTO here (key, value) VALUES (?, ?)", (key, value))
