"""The key file ``keys.json``: its people, their slots, the wrapped keys; read, checked, written.

The names of the office and its people stand here readable, nothing else does. The file is signed
by an administrator, has exactly one spelling (so every changed bit is noticed), and is replaced
crash-safely with the previous one kept.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from app.domain.entries import canonical
from app.domain.message import Refused, WrongUse
from app.domain.roles import Role, roles_of
from app.storage import keys
from app.storage.folder import keys_json, replace_safely
from app.storage.keys import Bundle, Kdf

FORMAT = "kizuki-keys"
VERSION = 1
_MAX_BYTES = 4_000_000
NAME_MAX = 100


@dataclass(frozen=True)
class Slot:
    """One way to a person's bundle. ``type`` is ``passphrase`` or ``recovery``; others may follow."""

    type: str
    sealed: bytes
    salt: bytes = b""
    cost: Kdf | None = None


@dataclass(frozen=True)
class Person:
    """Somebody in the key file. ``wrapped`` maps an epoch to the office key wrapped for them."""

    id: str
    name: str
    roles: frozenset[Role]
    sign: bytes
    box: bytes
    slots: tuple[Slot, ...]
    wrapped: Mapping[int, bytes]


@dataclass(frozen=True)
class KeyFile:
    """All of ``keys.json``. ``secrets`` is what this PC needs, sealed under the office key."""

    office: str
    name: str
    device: str
    generation: int
    epoch: int
    people: tuple[Person, ...]
    secrets: bytes
    signer: str
    signature: bytes = b""

    def person(self, name: str) -> Person | None:
        """The person of this name, or None."""
        wanted = plain_name(name)
        return next((person for person in self.people if person.name == wanted), None)


@dataclass(frozen=True)
class Opened:
    """What a person has after unlocking: keys in memory, never written anywhere."""

    person: Person
    bundle: Bundle = field(repr=False)
    office_key: bytes = field(repr=False)
    database_key: bytes = field(repr=False)
    digest_key: bytes = field(repr=False)
    recovered: bool = False


def plain_name(name: str) -> str:
    """The one spelling of a person's or office's name. WrongUse if it cannot be one."""
    plain = " ".join(unicodedata.normalize("NFKC", name).split())
    if not plain or len(plain) > NAME_MAX or not plain.isprintable():
        raise WrongUse("name.unusable", most=NAME_MAX)
    return plain


# ---------------------------------------------------------------------------- making


def _slot_label(kind: str, office: str, person: str) -> bytes:
    return f"kizuki slot 1 {kind} {office} {person}".encode()


def _office_label(office: str, epoch: int) -> bytes:
    return f"kizuki office key 1 {office} {epoch}".encode()


def _secrets_label(office: str, device: str, epoch: int) -> bytes:
    return f"kizuki secrets 1 {office} {device} {epoch}".encode()


def passphrase_slot(bundle: Bundle, office: str, person: str, passphrase: str, cost: Kdf) -> Slot:
    """Seal a bundle under a passphrase. WrongUse for one that is too short."""
    keys.check_passphrase(passphrase)
    salt = keys.new_salt()
    key = keys.stretch(passphrase, salt, cost)
    return Slot("passphrase", keys.seal(key, bundle.raw, _slot_label("passphrase", office, person)), salt, cost)


def recovery_slot(bundle: Bundle, office: str, person: str, code: str) -> Slot:
    """Seal a bundle under a printed recovery code."""
    key = keys.recovery_key(code)
    if key is None:
        raise AssertionError("a recovery code of our own must be readable")
    return Slot("recovery", keys.seal(key, bundle.raw, _slot_label("recovery", office, person)))


def new_person(
    office: str, epoch: int, office_key: bytes, *, member: str, name: str, roles: frozenset[Role], bundle: Bundle,
    slots: tuple[Slot, ...],
) -> Person:  # fmt: skip
    """A person with the office key wrapped for them."""
    wrapped = keys.wrap(office_key, bundle.box_public, _office_label(office, epoch))
    return Person(
        member, plain_name(name), roles, bundle.sign_public, bundle.box_public, slots, {epoch: wrapped}
    )  # fmt: skip


def sealed_secrets(office: str, device: str, epoch: int, office_key: bytes, database: bytes, digest: bytes) -> bytes:
    """The database key and the digest key of this PC, sealed under the office key."""
    return keys.seal(office_key, database + digest, _secrets_label(office, device, epoch))


def signed(file: KeyFile, signer: str, bundle: Bundle) -> KeyFile:
    """The file under an administrator's signature."""
    bare = replace(file, signer=signer, signature=b"")
    return replace(bare, signature=bundle.sign(_signed_part(bare)))


# ---------------------------------------------------------------------------- opening


def open_with(file: KeyFile, name: str, passphrase: str) -> Opened | None:
    """The keys behind a person's passphrase or recovery code; None if it is wrong.

    Refused ``keys.no_such_person`` for a name that the file does not know, ``keys.damaged`` when
    the passphrase is right but what it opens does not fit.
    """
    person = file.person(name)
    if person is None:
        raise Refused("keys.no_such_person", name=name, office=file.name)
    found = _open_slots(file.office, person, passphrase)
    if found is None:
        return None
    bundle, recovered = found
    wrapped = person.wrapped.get(file.epoch)
    office_key = bundle.unwrap(wrapped, _office_label(file.office, file.epoch)) if wrapped else None
    secrets = keys.unseal(
        office_key, file.secrets, _secrets_label(file.office, file.device, file.epoch)
    ) if office_key else None  # fmt: skip
    if office_key is None or secrets is None or len(secrets) != 2 * keys.KEY_BYTES:
        raise Refused("keys.damaged", file="keys.json")
    return Opened(person, bundle, office_key, secrets[: keys.KEY_BYTES], secrets[keys.KEY_BYTES :], recovered)


def _open_slots(office: str, person: Person, passphrase: str) -> tuple[Bundle, bool] | None:
    code = keys.recovery_key(passphrase)
    for slot in person.slots:
        if slot.type == "recovery":
            key = code
        elif slot.type == "passphrase" and slot.cost is not None:
            key = keys.stretch(passphrase, slot.salt, slot.cost)
        else:
            key = None
        raw = keys.unseal(key, slot.sealed, _slot_label(slot.type, office, person.id)) if key else None
        if raw is not None:
            return Bundle.of(raw), slot.type == "recovery"
    return None


# ---------------------------------------------------------------------------- on the disk


def read(folder: Path) -> KeyFile:
    """Read and check the key file, before any passphrase is asked for.

    Refused: ``office.none_here``, ``keys.damaged``, ``office.newer``.
    """
    path = keys_json(folder)
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise Refused("keys.damaged", file=path.name)
        content = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise Refused("office.none_here", folder=str(folder)) from error
    except OSError as error:
        raise Refused("office.cannot_open") from error
    return parsed(content)


def parsed(content: bytes) -> KeyFile:
    """The file behind these bytes; Refused unless every bit is as an administrator signed it."""
    damaged = Refused("keys.damaged", file="keys.json")
    try:
        data = json.loads(content)
        if data["format"] != FORMAT:
            raise damaged
        if data["version"] > VERSION:
            raise Refused("office.newer", file="keys.json")
        file = _from_json(data)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise damaged from error
    if rendered(file) != content or not _signature_holds(file):
        raise damaged
    return file


def write(folder: Path, file: KeyFile) -> None:
    """Replace the key file crash-safely, keeping the previous one as ``keys.previous.json``."""
    content = rendered(file)
    parsed(content)  # never write what could not be read again
    replace_safely(keys_json(folder), content, previous=folder / "keys.previous.json")


def _signature_holds(file: KeyFile) -> bool:
    signer = next((person for person in file.people if person.id == file.signer), None)
    if signer is None or Role.ADMIN not in signer.roles:
        return False
    return keys.verifies(signer.sign, file.signature, _signed_part(replace(file, signature=b"")))


def _signed_part(file: KeyFile) -> bytes:
    return b"kizuki keys 1\0" + canonical(_to_json(file))


def rendered(file: KeyFile) -> bytes:
    """The one spelling of the file."""
    return json.dumps(_to_json(file), ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"


def _to_json(file: KeyFile) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "version": VERSION,
        "office": {"id": file.office, "name": file.name},
        "device": file.device,
        "generation": file.generation,
        "epoch": file.epoch,
        "people": [_person_to_json(person) for person in file.people],
        "secrets": file.secrets.hex(),
        "signer": file.signer,
        "signature": file.signature.hex(),
    }


def _person_to_json(person: Person) -> dict[str, Any]:
    return {
        "id": person.id,
        "name": person.name,
        "roles": sorted(person.roles),
        "sign": person.sign.hex(),
        "box": person.box.hex(),
        "slots": [_slot_to_json(slot) for slot in person.slots],
        "office_key": {str(epoch): wrapped.hex() for epoch, wrapped in sorted(person.wrapped.items())},
    }


def _slot_to_json(slot: Slot) -> dict[str, Any]:
    data: dict[str, Any] = {"type": slot.type, "sealed": slot.sealed.hex()}
    if slot.cost is not None:
        data["argon2id"] = {
            "memory_kib": slot.cost.memory, "passes": slot.cost.passes, "lanes": slot.cost.lanes,
            "salt": slot.salt.hex(),
        }  # fmt: skip
    return data


def _from_json(data: dict[str, Any]) -> KeyFile:
    return KeyFile(
        office=_text(data["office"]["id"]),
        name=_text(data["office"]["name"]),
        device=_text(data["device"]),
        generation=_whole(data["generation"]),
        epoch=_whole(data["epoch"]),
        people=tuple(_person_from_json(person) for person in data["people"]),
        secrets=bytes.fromhex(data["secrets"]),
        signer=_text(data["signer"]),
        signature=bytes.fromhex(data["signature"]),
    )


def _person_from_json(data: dict[str, Any]) -> Person:
    return Person(
        id=_text(data["id"]),
        name=_text(data["name"]),
        roles=roles_of(data["roles"]),
        sign=bytes.fromhex(data["sign"]),
        box=bytes.fromhex(data["box"]),
        slots=tuple(_slot_from_json(slot) for slot in data["slots"]),
        wrapped={int(epoch): bytes.fromhex(wrapped) for epoch, wrapped in data["office_key"].items()},
    )


def _slot_from_json(data: dict[str, Any]) -> Slot:
    sealed = bytes.fromhex(data["sealed"])
    cost = data.get("argon2id")
    if cost is None:
        return Slot(_text(data["type"]), sealed)
    price = Kdf(_whole(cost["memory_kib"]), _whole(cost["passes"]), _whole(cost["lanes"]))
    return Slot(_text(data["type"]), sealed, bytes.fromhex(cost["salt"]), price)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(value)
    return value
