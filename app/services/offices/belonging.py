"""The people of the office: inviting, roles, leaving; a person's own passphrase; the office's keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.domain.message import Refused
from app.domain.roles import Role
from app.services.answers.outcomes import MemberLine
from app.services.offices.policy import factor_required, heed_factor
from app.storage.files.exports import check_out, write_new_file
from app.storage.keyring import keyfile, keys, passphrases, slots
from app.storage.offices import people, rotation
from app.storage.offices.office import Office
from app.storage.truth.desk import here


@dataclass(frozen=True)
class KeyState:
    """What an administrator should know of the office's keys."""

    epoch: int
    has_recovery: bool
    rotation_due: bool
    has_factor: bool
    lead_needed: bool = False
    """Somebody is a lead no longer: only an administrator who is a lead can give the leads a new key."""


def members(office: Office) -> tuple[MemberLine, ...]:
    """The active people of the office, with how many children each has."""
    counts = dict(office.reader().execute("SELECT member, count(*) FROM assignment GROUP BY member").fetchall())
    return tuple(
        MemberLine(one.name, frozenset(str(role) for role in one.roles), counts.get(one.id, 0))
        for one in office.members()
        if one.active
    )


def offer_passphrase() -> passphrases.Offered:
    """A passphrase made by chance, strong enough and made of words."""
    return passphrases.offer()


def key_state(office: Office) -> KeyState:
    """How the keys stand. A code of anybody in the file counts as a recovery code."""
    file, leads = keyfile.read(office.folder), rotation.compartment_due(office)
    return KeyState(
        epoch=file.epoch,
        has_recovery=any(one.has_slot(slots.RECOVERY) for one in file.people),
        rotation_due=file.epoch < int(here(office.reader(), "epoch") or 1) or _stays_behind(office, file) or leads,
        lead_needed=leads and Role.LEAD not in office.member.roles,
        has_factor=people.has_factor(office),
    )


def _stays_behind(office: Office, file: keyfile.KeyFile) -> bool:
    """Whether somebody who left still has a place in the key file."""
    active = {one.id for one in office.members() if one.active}
    return any(one.id not in active for one in file.people)


# ---------------------------------------------------------------------------- an administrator's acts


def invite(office: Office, *, name: str, roles: Sequence[str], passphrase: str, now: datetime) -> None:
    """Let somebody in, with a first passphrase told to them in person."""
    people.add(office, name, list(roles), passphrase, time=now)


def change_roles(office: Office, *, name: str, roles: Sequence[str], now: datetime) -> None:
    """Give somebody other roles."""
    people.change_roles(office, name, list(roles), time=now)


def invite_again(office: Office, *, name: str, passphrase: str, now: datetime) -> None:
    """A forgotten passphrase: new keys and a new first passphrase; their children stay theirs."""
    people.invite_again(office, name, passphrase, time=now)


def leave(office: Office, *, name: str, now: datetime) -> Office:
    """Somebody leaves the office, and the office gets new keys.

    The office given is closed; its successor is returned open. Refused before anything is done
    where the keys could not be changed afterwards.
    """
    rotation.check(office)
    people.leave(office, name, time=now)
    return rotation.rotate(office, reason="left", time=now)


def renew_keys(office: Office, *, reason: str, now: datetime) -> Office:
    """New keys for the office; the one given is closed, its successor returned open."""
    return rotation.rotate(office, reason=reason, time=now)


# ---------------------------------------------------------------------------- one's own keys


def change_passphrase(office: Office, *, old: str, new: str, now: datetime, with_factor: bool | None = None) -> None:
    """Another passphrase for the one at the desk; ``with_factor`` switches the second factor on or off."""
    if with_factor is False and factor_required(office):
        raise Refused("factor.required")
    people.change_passphrase(office, old, new, time=now, with_factor=with_factor)
    heed_factor(office)


def renew_recovery_code(office: Office, recovery_file: Path, *, now: datetime) -> None:
    """A new recovery code, written to a file to print and seal; the one before opens nothing any more."""
    check_out(recovery_file, office.folder)
    code = keys.new_recovery_code()
    write_new_file(recovery_file, code + "\n")  # first: a code that is lost could not help
    try:
        people.renew_recovery_code(office, code, time=now)
    except BaseException:
        recovery_file.unlink()
        raise


def recover(office: Office, *, code: str, passphrase: str, recovery_file: Path, now: datetime) -> Office:
    """After the recovery code opened the office: a new passphrase, a new code, new keys for everybody.

    Until this is done no other act counts. The office given is closed, its successor returned open.
    """
    if not office.recovered:
        raise Refused("recovery.not_used")
    rotation.check(office)
    people.change_passphrase(office, code, passphrase, time=now, with_factor=False)
    renew_recovery_code(office, recovery_file, now=now)
    successor = rotation.rotate(office, reason="recovery", time=now)
    successor.recovered = False
    return successor
