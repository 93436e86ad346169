"""`backup`, `restore` and `verify`: that nothing is lost, and that all of it holds."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.commandline import DONE, UNSOUND, Commands, command, now, open_office, secret, show
from app.domain.message import Message
from app.services import backing_up, verifying
from app.services.wording import say, system_language


def declare_backup(commands: Commands) -> None:
    declared = command(commands, "backup", _run_backup)
    declared.add_argument("--out", type=Path, required=True, metavar="FILE")


def declare_restore(commands: Commands) -> None:
    declared = command(commands, "restore", _run_restore, signed_in=False)
    declared.add_argument("file", type=Path, metavar="FILE")
    declared.add_argument("folder", type=Path, metavar="DIR")
    declared.add_argument("--as", dest="who", required=True, metavar="NAME")
    declared.add_argument("--passphrase-file", type=Path, required=True, metavar="F")


def declare_verify(commands: Commands) -> None:
    declared = command(commands, "verify", _run_verify)
    declared.add_argument("--rebuild", action="store_true")


def _run_backup(parsed: argparse.Namespace) -> int:
    with open_office(parsed) as office:
        backing_up.backup(office, parsed.out, now())
    return DONE


def _run_restore(parsed: argparse.Namespace) -> int:
    backing_up.restore(parsed.file, parsed.folder, parsed.who, secret(parsed.passphrase_file), now())
    return DONE


def _run_verify(parsed: argparse.Namespace) -> int:
    with open_office(parsed) as office:
        found = verifying.verify(office, rebuild=parsed.rebuild)
    for one in found:
        show(say(one, system_language()))
    if not found:
        show(say(Message("verify.sound"), system_language()))
    return UNSOUND if found else DONE
