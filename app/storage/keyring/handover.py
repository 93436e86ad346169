"""What an unlocked office holds in memory, and how it goes to a worker process: through a pipe, never a file."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from app.domain.roles import Member, roles_of
from app.storage.keyring.keys import Bundle
from app.storage.keyring.slots import OfficeKeys


@dataclass(frozen=True)
class Keys:
    """What an unlocked office holds in memory, and a handover carries. Never written to a file."""

    office: str
    name: str
    device: str
    member: Member
    bundle: Bundle = field(repr=False)
    keys: OfficeKeys = field(repr=False)

    @property
    def database_key(self) -> bytes:
        """The raw key of this PC's databases."""
        return self.keys.database


def written(folder: Path, held: Keys) -> bytes:
    """Everything that a worker process needs."""
    return json.dumps(
        {
            "folder": str(folder), "office": held.office, "name": held.name, "device": held.device,
            "member": [held.member.id, held.member.name, sorted(held.member.roles)],
            "bundle": held.bundle.raw.hex(), "epoch": held.keys.epoch, "office_key": held.keys.office.hex(),
            "database_key": held.keys.database.hex(), "digest_key": held.keys.digest.hex(),
            "compartment": held.keys.compartment.hex() if held.keys.compartment else "",
            "compartment_epoch": held.keys.compartment_epoch,
        }
    ).encode()  # fmt: skip


def read(given: bytes) -> tuple[Path, Keys]:
    """What ``written`` wrote."""
    said = json.loads(given)
    member_id, name, roles = said["member"]
    held = Keys(
        said["office"], said["name"], said["device"], Member(member_id, name, roles_of(roles)),
        Bundle.of(bytes.fromhex(said["bundle"])),
        OfficeKeys(
            said["epoch"], bytes.fromhex(said["office_key"]), bytes.fromhex(said["database_key"]),
            bytes.fromhex(said["digest_key"]), bytes.fromhex(said["compartment"]) or None,
            said["compartment_epoch"],
        ),
    )  # fmt: skip
    return Path(said["folder"]), held
