"""What every command needs: how it is declared, what it reads from its words, how it opens the office, how it answers.

Results go to standard output, progress and sentences to standard error. A passphrase comes from a
file, never from arguments or the environment.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import TypeAlias

from app.domain.message import Message, Trouble, WrongUse
from app.services.offices import opening
from app.services.wording import say, system_language
from app.storage.offices.office import Office
from app.wrong_use import does, not_meant

DONE, UNSOUND, WRONG_USE, REFUSED = 0, 1, 2, 3
PASSPHRASE_LIMIT = 4096
EARLIEST, LATEST = 1950, 2150

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


# ---------------------------------------------------------------- what is asked


def command(
    commands: Commands,
    path: str,
    run: Callable[[argparse.Namespace], int],
    *,
    signed_in: bool = True,
) -> argparse.ArgumentParser:
    """Declare ``path`` (``import``, ``office new``): its last word is the command's name."""
    says = does(path)
    command = commands.add_parser(path.split()[-1], help=says, description=says)
    command.set_defaults(run=run)
    if signed_in:
        command.add_argument("folder", type=Path, metavar="DIR")
        command.add_argument("--as", dest="who", required=True, metavar="NAME")
        command.add_argument("--passphrase-file", type=Path, required=True, metavar="F")
    return command


def day(text: str) -> date:
    """A day of an extract or a run; far outside, years could not even be counted back."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise not_meant("console.usage.day", text=text) from None
    if not EARLIEST <= day.year <= LATEST:
        raise not_meant("console.usage.day_far", first=EARLIEST, last=LATEST, text=text)
    return day


def count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 2_000_000:
        raise not_meant("console.usage.count", text=text)
    return int(text)


def secret(path: Path) -> str:
    """The passphrase in a file: its first line, without the line end."""
    try:
        with path.open("rb") as stream:
            line = stream.readline(PASSPHRASE_LIMIT).rstrip(b"\r\n")
        secret = line.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except (OSError, UnicodeDecodeError):
        raise WrongUse("console.passphrase_file", file=path.name) from None
    if not secret:  # must not count as a try
        raise WrongUse("console.passphrase_empty", file=path.name)
    return secret


def open_office(parsed: argparse.Namespace) -> Office:
    office = opening.open_office(parsed.folder, parsed.who, secret(parsed.passphrase_file), now())
    for note in office.notes:
        tell(note)
    return office


# ---------------------------------------------------------------- what is answered


def tell(message: Message) -> None:
    with suppress(OSError):  # nobody listens: no reason to stop the work
        print(say(message, system_language()), file=sys.stderr, flush=True)


def said(trouble: Trouble) -> str:
    return say(trouble.message, system_language())


class _OutputLost(Trouble):
    """Whoever read our standard output has gone, or the disk behind it is full."""

    exit_code = UNSOUND


def show(text: str) -> None:
    """A result, out of our hands when this returns."""
    try:
        print(text, flush=True)
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python tries again at the end
        raise _OutputLost("console.output_lost") from None


def write_text(path: Path, text: str) -> None:
    try:
        path.write_text(text + "\n", encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise WrongUse("console.cannot_write", file=path.name, why=error.strerror) from None


def now() -> datetime:
    return datetime.now().astimezone()
