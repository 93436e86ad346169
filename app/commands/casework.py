"""`decide` and `assign`: what people settle about children."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TypeVar

from app.commandline import DONE, UNSOUND, Commands, command, now, open_office, said, show, tell
from app.domain import ids
from app.domain.decisions import Decision, DecisionKind
from app.domain.message import Message, WrongUse
from app.services.casework import assigning, reviewing
from app.storage.offices.office import Office

REF_LIMIT = 200
Value = TypeVar("Value")


def declare_decide(commands: Commands) -> None:
    declared = command(commands, "decide", _run_decide)
    declared.add_argument("--file", type=Path, required=True, metavar="DECISIONS.jsonl")


def declare_assign(commands: Commands) -> None:
    declared = command(commands, "assign", _run_assign)
    declared.add_argument("--to", required=True, metavar="WORKER")
    declared.add_argument("children", nargs="+", metavar="CHILD")


def _run_decide(parsed: argparse.Namespace) -> int:
    lines = _decision_lines(parsed.file)
    code = DONE
    with open_office(parsed) as office:
        for number, line in lines:
            try:
                ref, entry = _decide_one(office, line)
            except WrongUse as trouble:
                tell(Message("console.decision_refused", {"line": number, "why": said(trouble)}))
                code = UNSOUND
            else:
                show(f"stored {ref} {entry}")
    return code


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
    outcome = reviewing.decide(office, person, decision, now(), on_screen=on_screen, ref=ref)
    return ref, outcome.value


def _object(line: str) -> Mapping[str, object]:
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise WrongUse("console.decision_not_json")
    return said


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
    with open_office(parsed) as office:
        assigning.assign(office, children, parsed.to, now())
    return DONE
