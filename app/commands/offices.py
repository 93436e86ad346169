"""`office new` and `person add`: an office and its people."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.commandline import DONE, Commands, command, now, open_office, secret, tell
from app.domain.message import Message
from app.domain.roles import Role
from app.services import opening


def declare_office(commands: Commands) -> None:
    verbs = commands.add_parser("office").add_subparsers(required=True, metavar="VERB")
    new = command(verbs, "new", _run_office_new, signed_in=False)
    new.add_argument("folder", type=Path, metavar="DIR")
    new.add_argument("--name", required=True)
    new.add_argument("--person", required=True)
    new.add_argument("--passphrase-file", type=Path, required=True, metavar="F")
    new.add_argument("--recovery-file", type=Path, metavar="R")


def declare_person(commands: Commands) -> None:
    verbs = commands.add_parser("person").add_subparsers(required=True, metavar="VERB")
    add = command(verbs, "add", _run_person_add)
    add.add_argument("--name", required=True, metavar="NEW")
    add.add_argument("--role", action="append", required=True, choices=[str(one) for one in Role])
    add.add_argument("--new-passphrase-file", type=Path, required=True, metavar="G")


def _run_office_new(parsed: argparse.Namespace) -> int:
    opening.create_office(
        parsed.folder,
        name=parsed.name,
        person=parsed.person,
        passphrase=secret(parsed.passphrase_file),
        recovery_file=parsed.recovery_file,
        now=now(),
    )
    tell(Message("console.office_made", {"name": parsed.name}))
    return DONE


def _run_person_add(parsed: argparse.Namespace) -> int:
    with open_office(parsed) as office:
        opening.add_person(
            office,
            name=parsed.name,
            roles=parsed.role,
            passphrase=secret(parsed.new_passphrase_file),
            now=now(),
        )
    tell(Message("console.person_added", {"name": parsed.name}))
    return DONE
