"""The key file ``keys.json``: its people, their slots, the wrapped keys; read, checked, written.

The names of the office and its people stand here readable, nothing else does. An administrator
signs who belongs to the office; each person signs the ways to their own keys, so that a
passphrase can be changed without an administrator. The file has exactly one spelling (every
changed bit is noticed) and is replaced crash-safely with the previous one kept.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.domain.entries import canonical
from app.domain.message import Refused, WrongUse
from app.domain.roles import Role, roles_of
from app.storage.folder import keys_json, keys_previous_json, replace_safely
from app.storage.keyring import keys
from app.storage.keyring.keys import Bundle, Kdf

FORMAT = "kizuki-keys"
VERSION = 1
_MAX_BYTES = 4_000_000
NAME_MAX = 100


@dataclass(frozen=True)
class Slot:
    """One way to a person's bundle. ``type`` names the way (see ``slots``); others may follow."""

    type: str
    sealed: bytes
    salt: bytes = b""
    cost: Kdf | None = None


@dataclass(frozen=True)
class Person:
    """Somebody in the key file.

    ``wrapped`` maps an epoch to the office key wrapped for them, ``compartment`` likewise to the
    leads' key, for leads only. ``slots`` are signed by the person's own key; ``serial`` counts
    their changes.
    """

    id: str
    name: str
    roles: frozenset[Role]
    sign: bytes
    box: bytes
    wrapped: Mapping[int, bytes]
    compartment: Mapping[int, bytes]
    slots: tuple[Slot, ...] = ()
    serial: int = 1
    slots_signature: bytes = b""

    def has_slot(self, kind: str) -> bool:
        """Whether one of the ways to this person's keys is of this kind."""
        return any(slot.type == kind for slot in self.slots)


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

    def member(self, member: str) -> Person | None:
        """The person of this id, or None."""
        return next((person for person in self.people if person.id == member), None)

    def with_person(self, person: Person) -> KeyFile:
        """The file with this person in the place of whoever has their id; unsigned."""
        others = tuple(one for one in self.people if one.id != person.id)
        return replace(self, people=(*others, person))


def plain_name(name: str) -> str:
    """The one spelling of a person's or office's name. WrongUse if it cannot be one."""
    plain = " ".join(unicodedata.normalize("NFKC", name).split())
    if not plain or len(plain) > NAME_MAX or not plain.isprintable():
        raise WrongUse("name.unusable", most=NAME_MAX)
    return plain


# ---------------------------------------------------------------------------- signing


def signed(file: KeyFile, signer: str, bundle: Bundle) -> KeyFile:
    """The file under an administrator's signature."""
    bare = replace(file, signer=signer, signature=b"")
    return replace(bare, signature=bundle.sign(_signed_part(bare)))


def with_slots(person: Person, slots: tuple[Slot, ...], office: str, bundle: Bundle) -> Person:
    """The person with these ways to their keys, one serial further, under their own signature."""
    bare = replace(person, slots=slots, serial=person.serial + 1)
    return replace(bare, slots_signature=bundle.sign(_slots_part(office, bare)))


def _signature_holds(file: KeyFile) -> bool:
    signer = file.member(file.signer)
    if signer is None or Role.ADMIN not in signer.roles:
        return False
    if len({person.id for person in file.people}) != len(file.people):
        return False
    return keys.verifies(signer.sign, file.signature, _signed_part(file)) and all(
        keys.verifies(person.sign, person.slots_signature, _slots_part(file.office, person)) for person in file.people
    )


def _signed_part(file: KeyFile) -> bytes:
    said = _to_json(replace(file, signature=b""))
    for person in said["people"]:
        for own in ("slots", "serial", "slots_signature"):
            del person[own]
    return b"kizuki keys 1\0" + canonical(said)


def _slots_part(office: str, person: Person) -> bytes:
    slots = [_slot_to_json(slot) for slot in person.slots]
    return b"kizuki slots 1\0" + canonical([office, person.id, person.serial, slots])


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
    replace_safely(keys_json(folder), content, previous=keys_previous_json(folder))


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
        "office_key": _wraps_to_json(person.wrapped),
        "compartment": _wraps_to_json(person.compartment),
        "slots": [_slot_to_json(slot) for slot in person.slots],
        "serial": person.serial,
        "slots_signature": person.slots_signature.hex(),
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
        wrapped=_wraps_from_json(data["office_key"]),
        compartment=_wraps_from_json(data["compartment"]),
        slots=tuple(_slot_from_json(slot) for slot in data["slots"]),
        serial=_whole(data["serial"]),
        slots_signature=bytes.fromhex(data["slots_signature"]),
    )


def _wraps_to_json(wraps: Mapping[int, bytes]) -> dict[str, str]:
    return {str(epoch): wrapped.hex() for epoch, wrapped in sorted(wraps.items())}


def _wraps_from_json(data: dict[str, Any]) -> dict[int, bytes]:
    return {int(epoch): bytes.fromhex(wrapped) for epoch, wrapped in data.items()}


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
