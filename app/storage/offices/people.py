"""The people of the office and their keys: inviting, other roles, a new passphrase, leaving.

Each verb writes the key file first and the entry that makes it count second (leaving: the other
way round, so that who has left is locked out at once). Killed in between, the same call again
completes it.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime

from app.domain import ids
from app.domain.entries import Kind
from app.domain.message import Refused, WrongUse
from app.domain.roles import Member, Role, roles_of
from app.storage.keyring import factor, keyfile, slots
from app.storage.keyring.keyfile import KeyFile, Person, Slot
from app.storage.keyring.keys import DEFAULT, Bundle, Kdf
from app.storage.offices.office import Office

_SIZE_OF_ID = 63


def new_id() -> str:
    """A random id for a person, a device or an office."""
    return ids.code(secrets.randbits(_SIZE_OF_ID))


# ---------------------------------------------------------------------------- an administrator's acts


def add(
    office: Office, name: str, role_names: list[str], passphrase: str, *, time: datetime, kdf: Kdf = DEFAULT
) -> Member:
    """Let somebody in: a slot and wrapped keys in the key file, and the entry that makes it count.

    Refused for a role, ``keys.lead_needed`` for a lead invited by somebody who is none. WrongUse.
    """
    _check_admin(office, Kind.PERSON_ADDED)
    name, roles = keyfile.plain_name(name), _roles(role_names)
    if any(someone.name == name and someone.active for someone in office.members()):
        raise WrongUse("person.name_taken", name=name)
    file = keyfile.read(office.folder)
    bundle, member = Bundle.new(), new_id()
    slot = slots.passphrase_slot(bundle, office.id, member, passphrase, kdf)
    person = slots.new_person(
        office.id, office.held.keys, member=member, name=name, roles=roles, bundle=bundle, slots=(slot,)
    )
    others = replace(file, people=tuple(someone for someone in file.people if someone.name != name))
    generation = _sign_and_write(office, others.with_person(person))
    said = {
        "member": member, "person": name, "roles": sorted(roles), "sign": person.sign.hex(), "box": person.box.hex(),
        "generation": generation,
    }  # fmt: skip
    office.write(Kind.PERSON_ADDED, said, time=time)
    return Member(member, name, roles)


def change_roles(office: Office, name: str, role_names: list[str], *, time: datetime) -> None:
    """Give somebody other roles. Refused for the last administrator."""
    _check_admin(office, Kind.PERSON_CHANGED)
    roles, file = _roles(role_names), keyfile.read(office.folder)
    person = _someone(office, file, name)
    if Role.ADMIN in person.roles and Role.ADMIN not in roles:
        _not_the_last(office, person)
    changed = slots.wrapped_for(replace(person, roles=roles), office.id, office.held.keys)
    generation = _sign_and_write(office, file.with_person(changed))
    said = {"member": person.id, "roles": sorted(roles), "generation": generation}
    office.write(Kind.PERSON_CHANGED, said, time=time)


def invite_again(office: Office, name: str, passphrase: str, *, time: datetime, kdf: Kdf = DEFAULT) -> None:
    """New keys and a new passphrase for somebody who forgot theirs; from now on only these sign."""
    _check_admin(office, Kind.PERSON_INVITED_AGAIN)
    file = keyfile.read(office.folder)
    person = _someone(office, file, name)
    if person.id == office.member.id:
        raise WrongUse("passphrase.own")
    bundle = Bundle.new()
    slot = slots.passphrase_slot(bundle, office.id, person.id, passphrase, kdf)
    bare = replace(person, sign=bundle.sign_public, box=bundle.box_public)
    bare = replace(bare, compartment={})  # what was wrapped for the old keys opens no more
    renewed = keyfile.with_slots(
        slots.wrapped_for(bare, office.id, office.held.keys), (slot,), office.id, bundle
    )  # fmt: skip
    generation = _sign_and_write(office, file.with_person(renewed))
    said = {
        "member": person.id, "sign": renewed.sign.hex(), "box": renewed.box.hex(), "generation": generation,
        "serial": renewed.serial,
    }  # fmt: skip
    office.write(Kind.PERSON_INVITED_AGAIN, said, time=time)


def leave(office: Office, name: str, *, time: datetime) -> None:
    """Somebody leaves: out of the office at once. ``rotation.rotate`` must follow, for what they may have kept."""
    _check_admin(office, Kind.PERSON_LEFT)
    found = next((one for one in office.members() if one.active and one.name == keyfile.plain_name(name)), None)
    if found is None:
        raise WrongUse("person.not_in_office", name=name)
    if found.id == office.member.id:
        raise WrongUse("person.leaves_self")
    office.write(Kind.PERSON_LEFT, {"member": found.id}, time=time)


# ---------------------------------------------------------------------------- everybody's own


def change_passphrase(
    office: Office, old: str, new: str, *, time: datetime, kdf: Kdf = DEFAULT, with_factor: bool | None = None
) -> None:
    """Another passphrase for the one who has the office open; ``old`` may be the recovery code.

    ``with_factor``: from now on with (True) or without (False) a second factor kept on this PC;
    None leaves it as it is. Refused ``unlock.wrong_at_first`` for a wrong old one, ``factor.only_way``
    where nobody could help if the PC were lost.
    """
    file = keyfile.read(office.folder)
    person = _someone(office, file, office.member.name)
    kept = factor.secret(office.id, person.id)
    if slots.open_bundle(office.id, person, old, kept) is None:
        raise Refused("unlock.wrong_at_first")
    has = person.has_slot(slots.WITH_FACTOR)
    wanted = has if with_factor is None else with_factor
    if wanted and not has:
        _check_other_way(office, person)
        kept = factor.keep(office.id, person.id)
    slot = slots.passphrase_slot(
        office.held.bundle, office.id, person.id, new, kdf, factor=kept if wanted else None
    )  # fmt: skip
    others = tuple(one for one in person.slots if one.type not in (slots.PASSPHRASE, slots.WITH_FACTOR))
    _renew_slots(office, file, person, (slot, *others), Kind.PASSPHRASE_CHANGED, {"how": slot.type}, time)
    if has and not wanted:
        factor.forget(office.id, person.id)


def renew_recovery_code(office: Office, code: str, *, time: datetime) -> None:
    """Another recovery code (of ``keys.new_recovery_code``) in the place of the one before; an administrator's."""
    _check_admin(office, Kind.RECOVERY_RENEWED)
    file = keyfile.read(office.folder)
    person = _someone(office, file, office.member.name)
    slot = slots.recovery_slot(office.held.bundle, office.id, person.id, code)
    others = tuple(one for one in person.slots if one.type != slots.RECOVERY)
    _renew_slots(office, file, person, (*others, slot), Kind.RECOVERY_RENEWED, {}, time)


def has_factor(office: Office) -> bool:
    """Whether this member's passphrase works only with the factor that is kept on a PC."""
    person = keyfile.read(office.folder).member(office.member.id)
    return person is not None and person.has_slot(slots.WITH_FACTOR)


# ---------------------------------------------------------------------------- steps


def _renew_slots(
    office: Office, file: KeyFile, person: Person, ways: tuple[Slot, ...], kind: Kind, said: dict[str, object],
    time: datetime,
) -> None:  # fmt: skip
    renewed = keyfile.with_slots(person, ways, office.id, office.held.bundle)
    people = tuple(renewed if one.id == person.id else one for one in file.people)
    keyfile.write(office.folder, replace(file, people=people))
    office.write(kind, {"serial": renewed.serial, **said}, time=time)


def _sign_and_write(office: Office, file: KeyFile) -> int:
    """The file one generation further under this administrator's signature; its generation."""
    wider = replace(file, generation=file.generation + 1)
    keyfile.write(office.folder, keyfile.signed(wider, office.member.id, office.held.bundle))
    return wider.generation


def _check_admin(office: Office, kind: Kind) -> None:
    office.demand("people", kind)


def _roles(names: list[str]) -> frozenset[Role]:
    try:
        roles = roles_of(names)
    except ValueError as error:
        raise WrongUse("role.unknown", roles=", ".join(names)) from error
    if not roles:
        raise WrongUse("role.missing")
    return roles


def _someone(office: Office, file: KeyFile, name: str) -> Person:
    person = file.person(name)
    active = {one.id for one in office.members() if one.active}
    if person is None or person.id not in active:
        raise WrongUse("person.not_in_office", name=name)
    return person


def _not_the_last(office: Office, person: Person) -> None:
    if not any(one.active and one.id != person.id and Role.ADMIN in one.roles for one in office.members()):
        raise Refused("person.last_admin", name=person.name)


def _check_other_way(office: Office, person: Person) -> None:
    """A second factor is never the only way in: a printed code, or another administrator."""
    others = any(one.active and one.id != person.id and Role.ADMIN in one.roles for one in office.members())
    if not others and not person.has_slot(slots.RECOVERY):
        raise Refused("factor.only_way")
