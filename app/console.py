"""The console: the same verbs as in the window, for IT staff's scripts and our own.

``docs/console.md`` describes the commands; they stay stable. Exit codes: 0 done, 1 done but something
was rejected or is unsound, 2 wrong use, 3 refused.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from app.commandline import REFUSED, UNSOUND, tell
from app.commands import (
    casework,
    demo,
    exports,
    extracts,
    keeping,
    looking,
    match,
    offices,
    policies,
    profiles,
    sources,
    withdrawals,
)
from app.domain.message import Message, Trouble
from app.domain.mistake import without_values
from app.services import damage
from app.wrong_use import does, speak

SHELF = (
    offices.declare_office,
    offices.declare_person,
    offices.declare_passphrase,
    looking.declare_preview,
    extracts.declare_import,
    match.declare_match,
    withdrawals.declare_batches,
    withdrawals.declare_withdraw,
    profiles.declare_profile,
    profiles.declare_reread,
    sources.declare_coverage,
    sources.declare_purpose,
    exports.declare_export,
    exports.declare_unseal,
    casework.declare_decide,
    casework.declare_assign,
    keeping.declare_backup,
    keeping.declare_backups,
    keeping.declare_restore,
    keeping.declare_verify,
    keeping.declare_anchor,
    policies.declare_policy,
    demo.declare_demo_extracts,
    demo.declare_bench,
)


def run(arguments: Sequence[str]) -> int:
    """Carry out one command line; the exit code."""
    _speak_utf8()
    try:
        parsed = parser().parse_args(arguments)
        with damage.explained():
            return int(parsed.run(parsed))
    except Trouble as trouble:
        tell(trouble.message)
        return trouble.exit_code
    except KeyboardInterrupt:
        tell(Message("console.interrupted"))
        return REFUSED
    except Exception as error:  # noqa: BLE001 - a mistake of our own: said without the names it may hold
        sys.stderr.write(without_values(error))
        return UNSOUND


def _speak_utf8() -> None:
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="backslashreplace")


def parser() -> argparse.ArgumentParser:
    """Every command with what it takes."""
    speak()
    made = argparse.ArgumentParser(prog="main.py", description=does("program"))
    commands = made.add_subparsers(required=True, metavar="COMMAND")
    for declare in SHELF:
        declare(commands)
    return made
