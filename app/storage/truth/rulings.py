"""What a ruling does to the tables of the truth, and what withdrawing it undoes.

Rulings and their pairs, the memberships that follow from them, the acts of people that go along
when two persons become one, and questions about pairs. All inside the journal's transaction. Whether a ruling is
right or allowed is not asked here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.domain.entries import Operation
from app.domain.message import WrongUse
from app.storage.database import Connection
from app.storage.digests import link_leaf, merkle_root
from app.storage.truth.desk import Desk, id_bytes, person_number


@dataclass(frozen=True)
class Said:
    """A ruling as its entry says it. ``pairs`` of record ids, ``replaces`` entries of rulings."""

    entry: bytes
    pairs: Sequence[tuple[int, int]]
    same: bool
    author: str
    time: str
    reason: str
    replaces: Sequence[bytes] = ()


def root_of(moves: Iterable[tuple[int, int]]) -> bytes:
    """The Merkle root over (record, person), as ``rows.links_root`` finds it in the tables."""
    return merkle_root(link_leaf(record, person) for record, person in sorted(moves))


def note(connection: Connection, said: Said) -> None:
    """Keep the ruling; what it replaces does not stand while it does."""
    for one, other in said.pairs:
        if one == other:
            raise WrongUse("ruling.same_record")
        connection.execute(
            "INSERT INTO ruling (entry, a, b, same, author, recorded, reason) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (said.entry, min(one, other), max(one, other), int(said.same), said.author, said.time, said.reason),
        )
    connection.executemany("UPDATE ruling SET withdrawn = 1 WHERE entry = ?", [(one,) for one in said.replaces])


def take_back(connection: Connection, ruling: bytes, replaced: Sequence[bytes]) -> bool:
    """Withdraw a ruling and let stand again what it had replaced; False if it does not stand."""
    cursor = connection.execute("UPDATE ruling SET withdrawn = 1 WHERE entry = ? AND withdrawn = 0", (ruling,))
    if cursor.rowcount == 0:
        return False
    connection.executemany("UPDATE ruling SET withdrawn = 0 WHERE entry = ?", [(one,) for one in replaced])
    return True


def regroup(connection: Connection, entry: bytes, model: str, moves: Sequence[tuple[int, int]], merkle: bytes) -> None:
    """Keep who is who now: a link result of its own. WrongUse if it is not what was signed."""
    if root_of(moves) != merkle:
        raise WrongUse("ruling.moves_differ")
    cursor = connection.execute("INSERT INTO link_run (model, merkle, entry) VALUES (?, ?, ?)", (model, merkle, entry))
    connection.executemany(
        "INSERT INTO membership (record_id, run_id, person_id) VALUES (?, ?, ?)",
        [(record, cursor.lastrowid, person) for record, person in moves],
    )


CARRIED = (
    "decision", "contact_noted", "follow_up_moved", "plan", "stance", "protection", "lifting", "opening",
    "opening_wish", "notice", "letter",
)  # fmt: skip
"""What people did for a person, by table."""


def carry(connection: Connection, entry: bytes, gone: int, now: int) -> None:
    """What people did for a person who is one with another goes over to that one."""
    for table in CARRIED:
        connection.execute(
            f"INSERT INTO carried (entry, act, person_id) SELECT ?, entry, person_id FROM {table} WHERE person_id = ?",
            (entry, gone),
        )
        connection.execute(f"UPDATE {table} SET person_id = ? WHERE person_id = ?", (now, gone))
    connection.executemany(
        "INSERT OR IGNORE INTO assignment_before (entry, person_id, member)"
        " VALUES (?1, ?2, coalesce((SELECT member FROM assignment WHERE person_id = ?2), ''))",
        [(entry, gone), (entry, now)],
    )
    connection.execute(
        "INSERT OR IGNORE INTO assignment (person_id, member, entry)"
        " SELECT ?, member, ? FROM assignment WHERE person_id = ?",
        (now, entry, gone),
    )
    connection.execute("DELETE FROM assignment WHERE person_id = ?", (gone,))


def bring_back(connection: Connection, ruling: bytes, entry: bytes, person: int) -> None:
    """A person who is there again has back what the withdrawn ruling had carried off."""
    for table in CARRIED:
        connection.execute(
            f"UPDATE {table} SET person_id = ?2 WHERE entry IN"
            " (SELECT act FROM carried WHERE entry = ?1 AND person_id = ?2)",
            (ruling, person),
        )
    connection.execute(
        "INSERT OR IGNORE INTO assignment (person_id, member, entry) SELECT person_id, member, ?3"
        " FROM assignment_before WHERE entry = ?1 AND person_id = ?2 AND member <> ''",
        (ruling, person, entry),
    )


def give_up(connection: Connection, ruling: bytes) -> None:
    """Whoever had a child only because of a withdrawn ruling has it no more, unless assigned since."""
    connection.execute("DELETE FROM assignment WHERE entry = ?", (ruling,))


# ---------------------------------------------------------------------------- appliers


def rule(desk: Desk, operation: Operation) -> None:
    """The applier of ``ruling.made``."""
    said, entry = operation.payload, id_bytes(operation.id)
    pairs = [(said["a"], said["b"]), *_listed(said, "also")]
    note(
        desk.connection,
        Said(
            entry, [(person_number(a), person_number(b)) for a, b in pairs], bool(said["same"]), operation.author,
            operation.time, str(said["reason"]), [id_bytes(str(one)) for one in _listed(said, "replaces")],
        ),
    )  # fmt: skip
    _regrouped(desk, operation)
    for gone, now in _listed(said, "aliases"):
        carry(desk.connection, entry, person_number(gone), person_number(now))


def withdraw(desk: Desk, operation: Operation) -> None:
    """The applier of ``ruling.withdrawn``."""
    said, entry = operation.payload, id_bytes(operation.id)
    ruling = id_bytes(str(said["entry"]))
    if not take_back(desk.connection, ruling, [id_bytes(str(one)) for one in _listed(said, "restores")]):
        raise WrongUse("ruling.unknown", entry=said["entry"])
    _regrouped(desk, operation)
    back = [person_number(one) for one in _listed(said, "back")]
    if back:
        give_up(desk.connection, ruling)
    for person in back:
        bring_back(desk.connection, ruling, entry, person)
    for gone, now in _listed(said, "aliases"):
        carry(desk.connection, entry, person_number(gone), person_number(now))


def _regrouped(desk: Desk, operation: Operation) -> None:
    """Keep the memberships that a ruling gave, if its entry names any model that grouped."""
    said = operation.payload
    if "model" in said:
        moves = [(person_number(move[0]), person_number(move[1])) for move in _listed(said, "moves")]
        merkle = bytes.fromhex(str(said["merkle"]))
        regroup(desk.connection, id_bytes(operation.id), str(said["model"]), moves, merkle)


def _listed(said: Mapping[str, Any], name: str) -> list[Any]:
    """A list of the payload; empty where it has none."""
    found = said.get(name)
    return found if isinstance(found, list) else []


def ask(desk: Desk, operation: Operation) -> None:
    """The applier of ``question.asked``."""
    said = operation.payload
    low, high = sorted((person_number(said["a"]), person_number(said["b"])))
    desk.connection.execute(
        "INSERT INTO question (entry, a, b, author, recorded, whom, words) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (id_bytes(operation.id), low, high, operation.author, operation.time, said["whom"], said["words"]),
    )
