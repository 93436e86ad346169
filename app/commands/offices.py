"""`office`, `person` and `passphrase`: an office, its people, and the keys to both."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from app.commandline import DONE, Commands, command, now, open_office, secret, show, tell
from app.domain.message import Message
from app.domain.roles import Role
from app.services.offices import belonging, opening
from app.wrong_use import does

Run = Callable[[argparse.Namespace], int]


def declare_office(commands: Commands) -> None:
    verbs = commands.add_parser("office", help=does("office"), description=does("office")).add_subparsers(
        required=True, metavar="VERB"
    )
    new = command(verbs, "office new", _run_new, signed_in=False)
    new.add_argument("folder", type=Path, metavar="DIR")
    new.add_argument("--name", required=True)
    new.add_argument("--person", required=True)
    new.add_argument("--passphrase-file", type=Path, required=True, metavar="F")
    new.add_argument("--recovery-file", type=Path, metavar="R")
    code = command(verbs, "office recovery-code", _run_recovery_code)
    code.add_argument("--recovery-file", type=Path, required=True, metavar="R")
    recover = command(verbs, "office recover", _run_recover)
    recover.add_argument("--new-passphrase-file", type=Path, required=True, metavar="G")
    recover.add_argument("--recovery-file", type=Path, required=True, metavar="R")
    command(verbs, "office renew-keys", _run_renew_keys)


def declare_person(commands: Commands) -> None:
    verbs = commands.add_parser("person", help=does("person"), description=does("person")).add_subparsers(
        required=True, metavar="VERB"
    )
    add = _about_somebody(verbs, "person add", _run_add)
    _with_roles(add)
    _with_new_passphrase(add)
    _with_roles(_about_somebody(verbs, "person roles", _run_roles))
    _with_new_passphrase(_about_somebody(verbs, "person invite-again", _run_invite_again))
    _about_somebody(verbs, "person leave", _run_leave)


def declare_passphrase(commands: Commands) -> None:
    verbs = commands.add_parser("passphrase", help=does("passphrase"), description=does("passphrase")).add_subparsers(
        required=True, metavar="VERB"
    )
    command(verbs, "passphrase offer", _run_offer, signed_in=False)
    change = command(verbs, "passphrase change", _run_change)
    _with_new_passphrase(change)
    factor = change.add_mutually_exclusive_group()
    factor.add_argument("--with-factor", dest="factor", action="store_true", default=None)
    factor.add_argument("--without-factor", dest="factor", action="store_false")


def _verbs(commands: Commands, name: str) -> Commands:
    says = does(name)
    return commands.add_parser(name, help=says, description=says).add_subparsers(required=True, metavar="VERB")


def _about_somebody(verbs: Commands, path: str, run: Run) -> argparse.ArgumentParser:
    declared = command(verbs, path, run)
    declared.add_argument("--name", required=True, metavar="WHO")
    return declared


def _with_roles(declared: argparse.ArgumentParser) -> None:
    declared.add_argument("--role", action="append", required=True, choices=[str(one) for one in Role])


def _with_new_passphrase(declared: argparse.ArgumentParser) -> None:
    declared.add_argument("--new-passphrase-file", type=Path, required=True, metavar="G")


# ---------------------------------------------------------------- an office


def _run_new(parsed: argparse.Namespace) -> int:
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


def _run_recovery_code(parsed: argparse.Namespace) -> int:
    with open_office(parsed) as office:
        belonging.renew_recovery_code(office, parsed.recovery_file, now=now())
    tell(Message("console.recovery_renewed", {"file": parsed.recovery_file.name}))
    return DONE


def _run_recover(parsed: argparse.Namespace) -> int:
    with open_office(parsed) as office:
        belonging.recover(
            office,
            code=secret(parsed.passphrase_file),
            passphrase=secret(parsed.new_passphrase_file),
            recovery_file=parsed.recovery_file,
            now=now(),
        ).close()
    tell(Message("console.recovered", {"file": parsed.recovery_file.name}))
    return DONE


def _run_renew_keys(parsed: argparse.Namespace) -> int:
    with open_office(parsed) as office:
        belonging.renew_keys(office, reason="asked", now=now()).close()
    tell(Message("console.keys_renewed"))
    return DONE


# ---------------------------------------------------------------- its people


def _run_add(parsed: argparse.Namespace) -> int:
    passphrase = secret(parsed.new_passphrase_file)
    with open_office(parsed) as office:
        belonging.invite(office, name=parsed.name, roles=parsed.role, passphrase=passphrase, now=now())
    tell(Message("console.person_added", {"name": parsed.name}))
    return DONE


def _run_roles(parsed: argparse.Namespace) -> int:
    with open_office(parsed) as office:
        belonging.change_roles(office, name=parsed.name, roles=parsed.role, now=now())
    tell(Message("console.roles_changed", {"name": parsed.name}))
    return DONE


def _run_invite_again(parsed: argparse.Namespace) -> int:
    passphrase = secret(parsed.new_passphrase_file)
    with open_office(parsed) as office:
        belonging.invite_again(office, name=parsed.name, passphrase=passphrase, now=now())
    tell(Message("console.invited_again", {"name": parsed.name}))
    return DONE


def _run_leave(parsed: argparse.Namespace) -> int:
    with open_office(parsed) as office:
        belonging.leave(office, name=parsed.name, now=now()).close()
    tell(Message("console.person_left", {"name": parsed.name}))
    return DONE


# ---------------------------------------------------------------- one's own passphrase


def _run_offer(_parsed: argparse.Namespace) -> int:
    offered = belonging.offer_passphrase()
    show(offered.text)
    tell(Message("passphrase.offered", {"reading": offered.reading, "bits": offered.bits}))
    return DONE


def _run_change(parsed: argparse.Namespace) -> int:
    old, new = secret(parsed.passphrase_file), secret(parsed.new_passphrase_file)
    with open_office(parsed) as office:
        belonging.change_passphrase(office, old=old, new=new, now=now(), with_factor=parsed.factor)
    tell(Message("console.passphrase_changed"))
    return DONE
