"""`export`: what leaves the office, with its purpose; `unseal`: what was sealed for somebody is opened there."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.commandline import DONE, Commands, command, day, now, open_office, secret
from app.services.papers import exporting


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


def _run_unseal(parsed: argparse.Namespace) -> int:
    exporting.unseal(parsed.file, secret(parsed.passphrase_file), parsed.out)
    return DONE
