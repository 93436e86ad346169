"""`export`: what leaves the office, with its purpose; `unseal`: what was sealed for somebody is opened there."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.commandline import DONE, Commands, command, day, now, open_office, secret, tell
from app.domain.message import Message, WrongUse
from app.services.imports import rejections
from app.services.papers import exporting
from app.services.wording import system_language
from app.storage.offices.office import Office

_REJECTED = "rejected:"
_DIGITS = 9


def declare_export(commands: Commands) -> None:
    declared = command(commands, "export", _run_export)
    declared.add_argument("--purpose", required=True)
    declared.add_argument("--as-of", type=day, metavar="DATE")
    declared.add_argument("--seal-with", type=Path, metavar="F")
    declared.add_argument("--out", type=Path, required=True, metavar="FILE")
    declared.add_argument("what", metavar="WHAT")


def declare_unseal(commands: Commands) -> None:
    declared = command(commands, "unseal", _run_unseal, signed_in=False)
    declared.add_argument("file", type=Path, metavar="FILE")
    declared.add_argument("--passphrase-file", type=Path, required=True, metavar="F")
    declared.add_argument("--out", type=Path, required=True, metavar="OUT")


def _run_export(parsed: argparse.Namespace) -> int:
    sealed_with = secret(parsed.seal_with) if parsed.seal_with else None
    with open_office(parsed) as office:
        if parsed.what.startswith(_REJECTED):
            return _save_rejected(office, parsed, sealed_with)
        exporting.export(
            office,
            parsed.what,
            parsed.out,
            purpose=parsed.purpose,
            now=now(),
            as_of=parsed.as_of,
            sealed_with=sealed_with,
        )
    return DONE


def _save_rejected(office: Office, parsed: argparse.Namespace, sealed_with: str | None) -> int:
    """The rejected rows of one import, to be corrected and brought in again."""
    number = parsed.what.removeprefix(_REJECTED)
    if not (number.isascii() and number.isdecimal()) or len(number) > _DIGITS:
        raise WrongUse("export.unknown", what=parsed.what)
    batch, language = int(number), system_language()
    said = {"language": language, "purpose": parsed.purpose, "now": now(), "sealed_with": sealed_with}
    rejections.save(office, batch, parsed.out, **said)
    kept = rejections.kept_back(office, batch)
    if kept:
        tell(Message("rejection.kept_back", {"rows": kept}))
    return DONE


def _run_unseal(parsed: argparse.Namespace) -> int:
    exporting.unseal(parsed.file, secret(parsed.passphrase_file), parsed.out)
    return DONE
