"""The commands: the same verbs as in the window, for IT staff's scripts and our own.

``docs/console.md`` describes them; they stay stable. Results go to standard output, progress and
sentences to standard error. Exit codes: 0 done, 1 done but something was rejected or is unsound,
2 wrong use, 3 refused. A passphrase comes from a file, never from arguments or the environment.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

from app.domain import ids
from app.domain.decisions import Decision, DecisionKind
from app.domain.message import Message, Trouble, WrongUse
from app.domain.roles import Role
from app.services import (
    assigning,
    backing_up,
    demonstrating,
    exporting,
    importing,
    measuring,
    opening,
    reviewing,
    verifying,
)
from app.services.wording import say, system_language
from app.storage.exports import check_out
from app.storage.office import Office

DONE, UNSOUND, WRONG_USE, REFUSED = 0, 1, 2, 3
PASSPHRASE_LIMIT = 4096
REF_LIMIT = 200
EARLIEST, LATEST = 1950, 2150


def run(arguments: Sequence[str]) -> int:
    """Carry out one command line; the exit code."""
    _speak_utf8()
    try:
        parsed = _parser().parse_args(arguments)
        return int(parsed.run(parsed))
    except Trouble as trouble:
        _tell(trouble.message)
        return trouble.exit_code
    except KeyboardInterrupt:
        _tell(Message("console.interrupted"))
        return REFUSED


def _speak_utf8() -> None:
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="backslashreplace")


def _tell(message: Message) -> None:
    with suppress(OSError):  # nobody listens: no reason to stop the work
        print(say(message, system_language()), file=sys.stderr, flush=True)


class _OutputLost(Trouble):
    """Whoever read our standard output has gone, or the disk behind it is full."""

    exit_code = UNSOUND


def _print(text: str) -> None:
    """A result, out of our hands when this returns."""
    try:
        print(text, flush=True)
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python tries again at the end
        raise _OutputLost("console.output_lost") from None


def _now() -> datetime:
    return datetime.now().astimezone()


# ---------------------------------------------------------------- what is asked


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="main.py", description="Kizuki")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for declare in (
        _office,
        _person,
        _import,
        _export,
        _decide,
        _assign,
        _backup,
        _restore,
        _verify,
        _demo_extracts,
        _bench,
    ):
        declare(commands)
    return parser


Commands = argparse._SubParsersAction


def _command(
    commands: Commands[argparse.ArgumentParser],
    name: str,
    run: Callable[[argparse.Namespace], int],
    *,
    signed_in: bool = True,
) -> argparse.ArgumentParser:
    command = commands.add_parser(name)
    command.set_defaults(run=run)
    if signed_in:
        command.add_argument("folder", type=Path, metavar="DIR")
        command.add_argument("--as", dest="who", required=True, metavar="NAME")
        command.add_argument("--passphrase-file", type=Path, required=True, metavar="F")
    return command


def _office(commands: Commands[argparse.ArgumentParser]) -> None:
    verbs = commands.add_parser("office").add_subparsers(required=True, metavar="VERB")
    new = _command(verbs, "new", _run_office_new, signed_in=False)
    new.add_argument("folder", type=Path, metavar="DIR")
    new.add_argument("--name", required=True)
    new.add_argument("--person", required=True)
    new.add_argument("--passphrase-file", type=Path, required=True, metavar="F")
    new.add_argument("--recovery-file", type=Path, metavar="R")


def _person(commands: Commands[argparse.ArgumentParser]) -> None:
    verbs = commands.add_parser("person").add_subparsers(required=True, metavar="VERB")
    add = _command(verbs, "add", _run_person_add)
    add.add_argument("--name", required=True, metavar="NEW")
    add.add_argument("--role", action="append", required=True, choices=[str(one) for one in Role])
    add.add_argument("--new-passphrase-file", type=Path, required=True, metavar="G")


def _import(commands: Commands[argparse.ArgumentParser]) -> None:
    command = _command(commands, "import", _run_import)
    command.add_argument("--as-of", type=_day, metavar="DATE")
    command.add_argument("--report", type=Path, metavar="R.json")
    command.add_argument("paths", type=Path, nargs="+", metavar="PATH")


def _export(commands: Commands[argparse.ArgumentParser]) -> None:
    command = _command(commands, "export", _run_export)
    command.add_argument("--purpose", required=True)
    command.add_argument("--as-of", type=_day, metavar="DATE")
    command.add_argument("--seal-with", type=Path, metavar="F")
    command.add_argument("--out", type=Path, required=True, metavar="FILE")
    command.add_argument("what", metavar="WHAT")


def _decide(commands: Commands[argparse.ArgumentParser]) -> None:
    command = _command(commands, "decide", _run_decide)
    command.add_argument("--file", type=Path, required=True, metavar="DECISIONS.jsonl")


def _assign(commands: Commands[argparse.ArgumentParser]) -> None:
    command = _command(commands, "assign", _run_assign)
    command.add_argument("--to", required=True, metavar="WORKER")
    command.add_argument("children", nargs="+", metavar="CHILD")


def _backup(commands: Commands[argparse.ArgumentParser]) -> None:
    command = _command(commands, "backup", _run_backup)
    command.add_argument("--out", type=Path, required=True, metavar="FILE")


def _restore(commands: Commands[argparse.ArgumentParser]) -> None:
    command = _command(commands, "restore", _run_restore, signed_in=False)
    command.add_argument("file", type=Path, metavar="FILE")
    command.add_argument("folder", type=Path, metavar="DIR")
    command.add_argument("--as", dest="who", required=True, metavar="NAME")
    command.add_argument("--passphrase-file", type=Path, required=True, metavar="F")


def _verify(commands: Commands[argparse.ArgumentParser]) -> None:
    command = _command(commands, "verify", _run_verify)
    command.add_argument("--rebuild", action="store_true")


def _demo_extracts(commands: Commands[argparse.ArgumentParser]) -> None:
    command = _command(commands, "demo-extracts", _run_demo_extracts, signed_in=False)
    command.add_argument("out", type=Path, metavar="OUT")
    command.add_argument("--children", type=_count, required=True, metavar="N")
    command.add_argument("--seed", type=int, default=1, metavar="S")
    command.add_argument("--as-of", type=_day, metavar="DATE")


def _bench(commands: Commands[argparse.ArgumentParser]) -> None:
    command = _command(commands, "bench", _run_bench, signed_in=False)
    command.add_argument("--children", type=_count, default=5000, metavar="N")
    command.add_argument("--seed", type=int, default=1, metavar="S")
    command.add_argument("--json", type=Path, metavar="FILE")


def _day(text: str) -> date:
    """A day of an extract or a run; far outside, years could not even be counted back."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"not a date (YYYY-MM-DD): {text}") from None
    if not EARLIEST <= day.year <= LATEST:
        raise argparse.ArgumentTypeError(f"not a date from {EARLIEST} to {LATEST}: {text}")
    return day


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 2_000_000:
        raise argparse.ArgumentTypeError(f"not a number from 1 to 2000000: {text}")
    return int(text)


# ---------------------------------------------------------------- what is done


def _secret(path: Path) -> str:
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


def _open(parsed: argparse.Namespace) -> Office:
    office = opening.open_office(parsed.folder, parsed.who, _secret(parsed.passphrase_file), _now())
    for note in office.notes:
        _tell(note)
    return office


def _run_office_new(parsed: argparse.Namespace) -> int:
    opening.create_office(
        parsed.folder,
        name=parsed.name,
        person=parsed.person,
        passphrase=_secret(parsed.passphrase_file),
        recovery_file=parsed.recovery_file,
        now=_now(),
    )
    _tell(Message("console.office_made", {"name": parsed.name}))
    return DONE


def _run_person_add(parsed: argparse.Namespace) -> int:
    with _open(parsed) as office:
        opening.add_person(
            office,
            name=parsed.name,
            roles=parsed.role,
            passphrase=_secret(parsed.new_passphrase_file),
            now=_now(),
        )
    _tell(Message("console.person_added", {"name": parsed.name}))
    return DONE


def _run_import(parsed: argparse.Namespace) -> int:
    if parsed.report:
        check_out(parsed.report, parsed.folder)
    with _open(parsed) as office:
        report = importing.import_extracts(
            office, parsed.paths, now=_now(), as_of=parsed.as_of, progress=_show_progress
        ).value
    if parsed.report:
        _write_text(parsed.report, json.dumps(report.document(), ensure_ascii=False, indent=1))
    for file in report.files:
        _tell(file.message())
    _tell(report.message())
    return UNSOUND if report.has_rejections else DONE


def _show_progress(message: Message) -> None:
    _tell(message)


def _write_text(path: Path, text: str) -> None:
    try:
        path.write_text(text + "\n", encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise WrongUse("console.cannot_write", file=path.name, why=error.strerror) from None


def _run_export(parsed: argparse.Namespace) -> int:
    sealed_with = _secret(parsed.seal_with) if parsed.seal_with else None
    with _open(parsed) as office:
        exporting.export(
            office,
            parsed.what,
            parsed.out,
            purpose=parsed.purpose,
            now=_now(),
            as_of=parsed.as_of,
            sealed_with=sealed_with,
        )
    return DONE


def _run_decide(parsed: argparse.Namespace) -> int:
    lines = _decision_lines(parsed.file)
    code = DONE
    with _open(parsed) as office:
        for number, line in lines:
            try:
                ref, entry = _decide_one(office, line)
            except WrongUse as trouble:
                _tell(Message("console.decision_refused", {"line": number, "why": _said(trouble)}))
                code = UNSOUND
            else:
                _print(f"stored {ref} {entry}")
    return code


def _said(trouble: Trouble) -> str:
    return say(trouble.message, system_language())


def _decision_lines(path: Path) -> list[tuple[int, str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise WrongUse("console.cannot_read", file=path.name) from None
    return [(n, line) for n, line in enumerate(text.split("\n"), start=1) if line.strip()]


def _decide_one(office: Office, line: str) -> tuple[str, str]:
    """Store one line; its ref and entry. WrongUse says what the line lacks."""
    said = _object(line)
    ref = _read(said, "ref", _ref)
    person = _read(said, "child", ids.number)
    decision = Decision(
        kind=_read(said, "decision", DecisionKind),
        reason=_read(said, "reason", _text) if said.get("reason") else "",
        day=_read(said, "date", date.fromisoformat),
        next=_read(said, "next", date.fromisoformat) if said.get("next") else None,
        evidence=_read(said, "evidence", _evidence) if said.get("evidence") else (),
    )
    on_screen = reviewing.on_screen(office, person)
    outcome = reviewing.decide(office, person, decision, _now(), on_screen=on_screen, ref=ref)
    return ref, outcome.value


def _object(line: str) -> Mapping[str, object]:
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise WrongUse("console.decision_not_json")
    return said


Value = TypeVar("Value")


def _read(said: Mapping[str, object], name: str, read: Callable[..., Value]) -> Value:
    """One value of a line; WrongUse names it when it is missing or cannot be meant."""
    if said.get(name) is None:
        raise WrongUse("console.decision_lacks", name=name)
    try:
        return read(said[name])
    except (ValueError, TypeError, AttributeError):
        raise WrongUse("console.decision_value", name=name) from None


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _ref(value: object) -> str:
    """A ref stands in a line of output, so it is one short printable word or several."""
    ref = str(value) if isinstance(value, int) else _text(value)
    if not ref.strip() or not ref.isprintable() or len(ref) > REF_LIMIT:
        raise ValueError(ref)
    return ref


def _evidence(value: object) -> tuple[int, ...]:
    if not isinstance(value, list):
        raise TypeError(value)
    return tuple(ids.number(one) for one in value)


def _run_assign(parsed: argparse.Namespace) -> int:
    try:
        children = [ids.number(one) for one in parsed.children]
    except ValueError as error:
        raise WrongUse("child.unknown", child=str(error)) from None
    with _open(parsed) as office:
        assigning.assign(office, children, parsed.to, _now())
    return DONE


def _run_backup(parsed: argparse.Namespace) -> int:
    with _open(parsed) as office:
        backing_up.backup(office, parsed.out, _now())
    return DONE


def _run_restore(parsed: argparse.Namespace) -> int:
    backing_up.restore(parsed.file, parsed.folder, parsed.who, _secret(parsed.passphrase_file), _now())
    return DONE


def _run_verify(parsed: argparse.Namespace) -> int:
    with _open(parsed) as office:
        found = verifying.verify(office, rebuild=parsed.rebuild)
    for one in found:
        _print(say(one, system_language()))
    if not found:
        _print(say(Message("verify.sound"), system_language()))
    return UNSOUND if found else DONE


def _run_demo_extracts(parsed: argparse.Namespace) -> int:
    day = parsed.as_of or _now().date()
    for path in demonstrating.write_demo_extracts(parsed.out, parsed.children, parsed.seed, day):
        _print(path.name)
    return DONE


def _run_bench(parsed: argparse.Namespace) -> int:
    report = measuring.measure(parsed.children, parsed.seed, _now(), _show_progress)
    _print(report.table())
    if parsed.json:
        _write_text(parsed.json, report.json())
    return DONE
