"""`profile`: how each extract is read, what the office says over it, who said so; checked or said anew.
`reread`: rows that are in are read again by the rules of now."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.commandline import DONE, Commands, command, now, open_office, show, tell
from app.domain.extracts.office_profile import words_of
from app.domain.message import Message, WrongUse
from app.services.imports import profiling, rereading
from app.services.imports.profiling import ProfileChange, ProfileLine
from app.storage.offices.office import Office

_LONGEST = 1 << 20
"""Bytes of a file of rules."""


def declare_profile(commands: Commands) -> None:
    declared = command(commands, "profile", _run_profile)
    declared.add_argument("--extract", default="", metavar="EXTRACT")
    act = declared.add_mutually_exclusive_group()
    act.add_argument("--history", action="store_true")
    act.add_argument("--check", type=Path, metavar="RULES.json")
    act.add_argument("--say", type=Path, metavar="RULES.json")
    act.add_argument("--as-shipped", action="store_true")


def declare_reread(commands: Commands) -> None:
    declared = command(commands, "reread", _run_reread)
    declared.add_argument("--preview", action="store_true")


def _run_profile(parsed: argparse.Namespace) -> int:
    key, path = parsed.extract, parsed.check or parsed.say
    said = _rules(path) if path else None
    with open_office(parsed) as office:
        if path or parsed.as_shipped:
            _act(office, key, said, checking=bool(parsed.check))
        elif parsed.history:
            for change in profiling.history(office, key):
                show(json.dumps(_changed(change), ensure_ascii=False))
            return DONE
        _list(office, key)
    return DONE


def _act(office: Office, key: str, said: Mapping[str, Any] | None, *, checking: bool) -> None:
    if not key:
        raise WrongUse("profile.extract_missing")
    if checking:
        profiling.check(office, key, said)
        tell(Message("profile.sound", {"extract": key}))
    else:
        profiling.save(office, key, said, now())
        tell(Message("profile.said", {"extract": key}))


def _list(office: Office, key: str) -> None:
    lines = [one for one in profiling.lines(office) if key in ("", one.profile.key)]
    if not lines:
        raise WrongUse("profile.extract_unknown", extract=key)
    for one in lines:
        show(json.dumps(_document(one), ensure_ascii=False))


def _rules(path: Path) -> Mapping[str, Any]:
    """What a file says over an extract: a JSON object as ``said`` is printed."""
    try:
        if not path.is_file() or path.stat().st_size > _LONGEST:
            raise WrongUse("profile.file_unreadable", file=path.name)
        said = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        raise WrongUse("profile.file_unreadable", file=path.name) from None
    if not isinstance(said, dict):
        raise WrongUse("profile.file_unreadable", file=path.name)
    return said


def _document(one: ProfileLine) -> dict[str, object]:
    profile = one.profile
    return {
        "extract": profile.key, **profile.names, "sector": str(profile.sector), "kind": profile.kind,
        "base": profile.like, "imports": one.imports, "waits": one.waits, "said": dict(one.said),
        "columns": [
            {
                "name": column.name, "type": column.type, "needed": column.needed,
                "headers": [column.name, *column.headers, *column.synonyms],
                **({"codes": {word: list(column.codes.get(word, ())) for word in words_of(column)}}
                   if words_of(column) else {}),
            }
            for column in profile.columns.values()
        ],
    }  # fmt: skip


def _changed(one: ProfileChange) -> dict[str, object]:
    return {
        "entry": one.entry, "extract": one.key, "by": one.author, "time": one.time.isoformat(timespec="seconds"),
        "before": one.before, "after": one.after,
    }  # fmt: skip


def _run_reread(parsed: argparse.Namespace) -> int:
    with open_office(parsed) as office:
        if parsed.preview:
            found = rereading.foresee(office, tell)
        else:
            found = rereading.reread(office, now(), tell).value
    show(json.dumps(found.document(), ensure_ascii=False))
    if not parsed.preview:
        tell(found.message())
    return DONE
