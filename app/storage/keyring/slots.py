"""Slots: the ways to a person's keys, and what opens behind them.

``passphrase``: Argon2id. ``passphrase+factor``: the same, joined with a secret that is kept on the
PC. ``recovery``: the printed code. A slot names its type, so that an IC card can follow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from app.domain.message import Refused
from app.domain.roles import Role
from app.storage.keyring import keyfile, keys, passphrases
from app.storage.keyring.keyfile import KeyFile, Person, Slot
from app.storage.keyring.keys import Bundle, Kdf

PASSPHRASE, WITH_FACTOR, RECOVERY = "passphrase", "passphrase+factor", "recovery"


@dataclass(frozen=True)
class OfficeKeys:
    """What stands behind a bundle: the keys of an epoch.

    ``compartment`` is the leads' key, theirs only; it has epochs of its own, as only a lead can
    change it.
    """

    epoch: int
    office: bytes = field(repr=False)
    database: bytes = field(repr=False)
    digest: bytes = field(repr=False)
    compartment: bytes | None = field(default=None, repr=False)
    compartment_epoch: int = 1


@dataclass(frozen=True)
class Opened:
    """What a person has after unlocking: keys in memory, never written anywhere."""

    person: Person
    bundle: Bundle = field(repr=False)
    keys: OfficeKeys = field(repr=False)
    recovered: bool = False


# ---------------------------------------------------------------------------- making


def passphrase_slot(
    bundle: Bundle, office: str, person: str, passphrase: str, cost: Kdf, *, factor: bytes | None = None
) -> Slot:
    """Seal a bundle under a passphrase, joined with ``factor`` where there is one. WrongUse for a short one."""
    passphrases.check(passphrase)
    kind = PASSPHRASE if factor is None else WITH_FACTOR
    salt = keys.new_salt()
    key = _joined(keys.stretch(passphrase, salt, cost), factor)
    return Slot(kind, keys.seal(key, bundle.raw, _slot_label(kind, office, person)), salt, cost)


def recovery_slot(bundle: Bundle, office: str, person: str, code: str) -> Slot:
    """Seal a bundle under a printed recovery code."""
    key = keys.recovery_key(code)
    if key is None:
        raise AssertionError("a recovery code of our own must be readable")
    return Slot(RECOVERY, keys.seal(key, bundle.raw, _slot_label(RECOVERY, office, person)))


def new_person(
    office: str, held: OfficeKeys, *, member: str, name: str, roles: frozenset[Role], bundle: Bundle,
    slots: tuple[Slot, ...],
) -> Person:  # fmt: skip
    """A person with the office's keys wrapped for them, their slots signed by themselves."""
    bare = Person(
        member, keyfile.plain_name(name), roles, bundle.sign_public, bundle.box_public, {}, {}, serial=0
    )  # fmt: skip
    return keyfile.with_slots(wrapped_for(bare, office, held), slots, office, bundle)


def wrapped_for(person: Person, office: str, held: OfficeKeys) -> Person:
    """The person with the keys of this epoch wrapped for them: the office's, and a lead's compartment.

    Refused ``keys.lead_needed`` when a new lead is meant and whoever wraps holds no compartment key.
    """
    wrapped = {held.epoch: keys.wrap(held.office, person.box, _office_label(office, held.epoch))}
    return replace(person, wrapped=wrapped, compartment=_compartment_for(person, office, held))


def _compartment_for(person: Person, office: str, held: OfficeKeys) -> Mapping[int, bytes]:
    if Role.LEAD not in person.roles:
        return {}
    if held.compartment is not None:
        at = held.compartment_epoch
        return {at: keys.wrap(held.compartment, person.box, _compartment_label(office, at))}
    if not person.compartment:
        raise Refused("keys.lead_needed", name=person.name)
    return person.compartment


def sealed_secrets(office: str, device: str, held: OfficeKeys) -> bytes:
    """The database key and the digest key of this PC, sealed under the office key."""
    return keys.seal(held.office, held.database + held.digest, _secrets_label(office, device, held.epoch))


# ---------------------------------------------------------------------------- opening


def open_with(file: KeyFile, name: str, passphrase: str, factor: bytes | None = None) -> Opened | None:
    """The keys behind a person's passphrase or recovery code; None if it is wrong.

    Refused ``keys.no_such_person`` for a name that the file does not know, ``factor.missing`` when
    every way by passphrase needs a second factor that is not here, ``keys.damaged`` when the
    passphrase is right but what it opens does not fit.
    """
    person = file.person(name)
    if person is None:
        raise Refused("keys.no_such_person", name=name, office=file.name)
    found = open_bundle(file.office, person, passphrase, factor)
    if found is None:
        if factor is None and person.has_slot(WITH_FACTOR) and keys.recovery_key(passphrase) is None:
            raise Refused("factor.missing", name=person.name)
        return None
    bundle, recovered = found
    return Opened(person, bundle, _office_keys(file, person, bundle), recovered)


def open_bundle(office: str, person: Person, passphrase: str, factor: bytes | None) -> tuple[Bundle, bool] | None:
    """The person's keys and whether the recovery code gave them; None if nothing opens."""
    for slot in person.slots:
        key = _slot_key(slot, passphrase, factor)
        raw = keys.unseal(key, slot.sealed, _slot_label(slot.type, office, person.id)) if key else None
        if raw is not None:
            return Bundle.of(raw), slot.type == RECOVERY
    return None


def _slot_key(slot: Slot, passphrase: str, factor: bytes | None) -> bytes | None:
    """The key of this way in; None for a way that these words cannot be."""
    if slot.type == RECOVERY:
        return keys.recovery_key(passphrase)
    if slot.type == PASSPHRASE and slot.cost is not None:
        return keys.stretch(passphrase, slot.salt, slot.cost)
    if slot.type == WITH_FACTOR and slot.cost is not None and factor is not None:
        return _joined(keys.stretch(passphrase, slot.salt, slot.cost), factor)
    return None


def _joined(key: bytes, factor: bytes | None) -> bytes:
    return key if factor is None else keys.derived(key + factor, "passphrase and factor")


def _office_keys(file: KeyFile, person: Person, bundle: Bundle) -> OfficeKeys:
    damaged = Refused("keys.damaged", file="keys.json")
    wrapped = person.wrapped.get(file.epoch)
    office = bundle.unwrap(wrapped, _office_label(file.office, file.epoch)) if wrapped else None
    if office is None:
        raise damaged
    secrets = keys.unseal(office, file.secrets, _secrets_label(file.office, file.device, file.epoch))
    at = max(person.compartment, default=1)
    given = person.compartment.get(at)
    leads = bundle.unwrap(given, _compartment_label(file.office, at)) if given else None
    if secrets is None or len(secrets) != 2 * keys.KEY_BYTES or (Role.LEAD in person.roles and leads is None):
        raise damaged
    return OfficeKeys(file.epoch, office, secrets[: keys.KEY_BYTES], secrets[keys.KEY_BYTES :], leads, at)


# ---------------------------------------------------------------------------- labels


def _slot_label(kind: str, office: str, person: str) -> bytes:
    return f"kizuki slot 1 {kind} {office} {person}".encode()


def _office_label(office: str, epoch: int) -> bytes:
    return f"kizuki office key 1 {office} {epoch}".encode()


def _compartment_label(office: str, epoch: int) -> bytes:
    return f"kizuki compartment 1 {office} leads {epoch}".encode()


def _secrets_label(office: str, device: str, epoch: int) -> bytes:
    return f"kizuki secrets 1 {office} {device} {epoch}".encode()
