"""Who belongs to the office, as entries make it: the appliers of people, their roles and their keys.

The key file holds the same people; what counts is the chain. The last administrator cannot go.
"""

from __future__ import annotations

import json

from app.domain.entries import Operation
from app.domain.message import Refused, WrongUse
from app.domain.roles import Member, Role, roles_of
from app.storage.truth.desk import Desk, id_bytes, member, set_here


def add(desk: Desk, operation: Operation) -> None:
    """Somebody new; the founder too."""
    said = operation.payload
    taken = desk.connection.execute(
        "SELECT 1 FROM member WHERE id = ? OR (name = ? AND active)", (said["member"], said["person"])
    ).fetchone()
    if taken:
        raise WrongUse("person.name_taken", name=said["person"])
    desk.connection.execute(
        "INSERT INTO member (id, name, roles, sign, box, active, entry) VALUES (?, ?, ?, ?, ?, 1, ?)",
        (
            said["member"], said["person"], _roles(said["roles"]), bytes.fromhex(str(said["sign"])),
            bytes.fromhex(str(said["box"])), id_bytes(operation.id),
        ),
    )  # fmt: skip
    set_here(desk.connection, "generation", str(said["generation"]))


def change(desk: Desk, operation: Operation) -> None:
    """Other roles."""
    said = operation.payload
    someone, roles = _active(desk, said["member"]), _roles(said["roles"])
    if Role.ADMIN in someone.roles and Role.ADMIN not in json.loads(roles):
        _not_the_last(desk, someone)
    desk.connection.execute("UPDATE member SET roles = ? WHERE id = ?", (roles, someone.id))
    set_here(desk.connection, "generation", str(said["generation"]))


def invite_again(desk: Desk, operation: Operation) -> None:
    """New keys for somebody who forgot the passphrase: from here on only these sign."""
    said = operation.payload
    someone = _active(desk, said["member"])
    desk.connection.execute(
        "UPDATE member SET sign = ?, box = ? WHERE id = ?",
        (bytes.fromhex(str(said["sign"])), bytes.fromhex(str(said["box"])), someone.id),
    )
    set_here(desk.connection, "generation", str(said["generation"]))
    set_here(desk.connection, f"slots.{someone.id}", str(said["serial"]))


def leave(desk: Desk, operation: Operation) -> None:
    """Somebody belongs to the office no longer; what they did stays theirs."""
    someone = _active(desk, operation.payload["member"])
    if Role.ADMIN in someone.roles:
        _not_the_last(desk, someone)
    desk.connection.execute("UPDATE member SET active = 0 WHERE id = ?", (someone.id,))


def renew_slots(desk: Desk, operation: Operation) -> None:
    """The author changed the ways to their own keys."""
    set_here(desk.connection, f"slots.{operation.author}", str(operation.payload["serial"]))


def rotate(desk: Desk, operation: Operation) -> None:
    """New keys of the office are due; the key file must reach this epoch."""
    set_here(desk.connection, "epoch", str(operation.payload["epoch"]))


def _active(desk: Desk, member_id: object) -> Member:
    found = member(desk.connection, str(member_id))
    if found is None or not found.active:
        raise WrongUse("person.not_in_office", name=str(member_id))
    return found


def _roles(said: object) -> str:
    try:
        names = sorted(roles_of(said if isinstance(said, list) else []))
    except ValueError as error:
        raise WrongUse("role.unknown", roles=str(said)) from error
    if not names:
        raise WrongUse("role.missing")
    return json.dumps(names)


def _not_the_last(desk: Desk, someone: Member) -> None:
    others = desk.connection.execute("SELECT id FROM member WHERE active AND id <> ?", (someone.id,)).fetchall()
    if not any(Role.ADMIN in found.roles for (one,) in others if (found := member(desk.connection, one))):
        raise Refused("person.last_admin", name=someone.name)
