"""`backup`, `backups`, `restore`, `verify` and `anchor`: that nothing is lost, and that all of it holds."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.commandline import DONE, UNSOUND, Commands, command, now, open_office, secret, show, tell
from app.domain.message import Message, WrongUse
from app.services.offices import anchoring, backing_up, verifying
from app.services.wording import say, system_language


def declare_backup(commands: Commands) -> None:
    """With `--out` one file, which needs a passphrase; with `--nightly` a generation, which needs none."""
    declared = command(commands, "backup", _run_backup, signed_in=False)
    declared.add_argument("folder", type=Path, metavar="DIR")
    declared.add_argument("--as", dest="who", metavar="NAME")
    declared.add_argument("--passphrase-file", type=Path, metavar="F")
    which = declared.add_mutually_exclusive_group(required=True)
    which.add_argument("--out", type=Path, metavar="FILE")
    which.add_argument("--nightly", action="store_true")
    which.add_argument("--set-folder", type=Path, metavar="KEPT")
    which.add_argument("--no-folder", action="store_true")
    declared.add_argument("--to", type=Path, metavar="KEPT")


def declare_backups(commands: Commands) -> None:
    declared = command(commands, "backups", _run_backups, signed_in=False)
    declared.add_argument("place", type=Path, metavar="KEPT")
    declared.add_argument("--check", action="store_true")


def declare_restore(commands: Commands) -> None:
    declared = command(commands, "restore", _run_restore, signed_in=False)
    declared.add_argument("file", type=Path, metavar="FILE")
    declared.add_argument("folder", type=Path, metavar="DIR")
    declared.add_argument("--as", dest="who", required=True, metavar="NAME")
    declared.add_argument("--passphrase-file", type=Path, required=True, metavar="F")


def declare_anchor(commands: Commands) -> None:
    declared = command(commands, "anchor", _run_anchor)
    declared.add_argument("--check", metavar="CODE")


def declare_verify(commands: Commands) -> None:
    declared = command(commands, "verify", _run_verify)
    declared.add_argument("--rebuild", action="store_true")


def _run_backup(parsed: argparse.Namespace) -> int:
    if parsed.nightly:
        show(backing_up.nightly(parsed.folder, now(), into=parsed.to).name)
        return DONE
    if parsed.who is None or parsed.passphrase_file is None:
        raise WrongUse("console.who_is_asking")
    with open_office(parsed) as office:
        if parsed.out is not None:
            backing_up.backup(office, parsed.out, now())
        else:
            backing_up.set_folder(office, None if parsed.no_folder else parsed.set_folder, now())
    return DONE


def _run_backups(parsed: argparse.Namespace) -> int:
    if not parsed.place.is_dir():
        raise WrongUse("out.no_folder", folder=str(parsed.place))
    damaged = backing_up.unsound(parsed.place, thoroughly=parsed.check)
    for one in backing_up.choices(parsed.place):
        if one.path.name not in damaged:
            show(f"{one.made:%Y-%m-%d %H:%M} {one.path.name}")
    for name in damaged:
        tell(Message("backup.damaged", {"file": name}))
    return UNSOUND if damaged else DONE


def _run_anchor(parsed: argparse.Namespace) -> int:
    with open_office(parsed) as office:
        if parsed.check is None:
            show(anchoring.anchor(office, now()).code)
            return DONE
        trouble = anchoring.check(office, parsed.check)
    show(say(trouble or Message("anchor.holds"), system_language()))
    return UNSOUND if trouble else DONE


def _run_restore(parsed: argparse.Namespace) -> int:
    backing_up.restore(parsed.file, parsed.folder, parsed.who, secret(parsed.passphrase_file), now())
    return DONE


def _run_verify(parsed: argparse.Namespace) -> int:
    with open_office(parsed) as office:
        found = verifying.verify(office, rebuild=parsed.rebuild)
        unchecked = verifying.unchecked(office)
    for one in unchecked:
        tell(one)
    for one in found:
        show(say(one, system_language()))
    if found:
        tell(verifying.advice(found))
    else:
        show(say(Message("verify.sound"), system_language()))
    return UNSOUND if found else DONE
