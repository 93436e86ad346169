"""`coverage`: what each department has sent and whether it is late. `purpose`: for what its items are used."""

from __future__ import annotations

import argparse
import json
from typing import Any

from app.commandline import DONE, UNSOUND, Commands, command, day, now, open_office, show, tell
from app.domain.message import WrongUse
from app.domain.purposes import BASES
from app.services.imports import purposes, received
from app.services.imports.purposes import Item
from app.services.wording import system_language
from app.storage.offices.office import Office


def declare_coverage(commands: Commands) -> None:
    declared = command(commands, "coverage", _run_coverage)
    declared.add_argument("--as-of", type=day, metavar="DATE")


def declare_purpose(commands: Commands) -> None:
    declared = command(commands, "purpose", _run_purpose)
    declared.add_argument("--extract", default="", metavar="EXTRACT")
    declared.add_argument("--item", default="", metavar="ITEM")
    use = declared.add_mutually_exclusive_group()
    use.add_argument("--on", dest="used", action="store_true", default=None)
    use.add_argument("--off", dest="used", action="store_false", default=None)
    declared.add_argument("--purpose", default=None, metavar="WORDS")
    declared.add_argument("--basis", choices=BASES, default=None)
    declared.add_argument("--words", default=None, metavar="WORDS")


def _run_coverage(parsed: argparse.Namespace) -> int:
    today = parsed.as_of or now().date()
    with open_office(parsed) as office:
        lines = received.arrived(office, today)
    for one in lines:
        said = {
            "extract": one.extract, "state": one.state, "file": one.file, "as_of": one.as_of, "due": one.due,
            "first": one.first, "last": one.last, "gaps": one.gaps, "expected": one.expected,
            "received": one.received, "missing": one.missing,
        }  # fmt: skip
        show(json.dumps(said, ensure_ascii=False, default=str))
    return UNSOUND if any(one.state == "late" for one in lines) else DONE


def _run_purpose(parsed: argparse.Namespace) -> int:
    """What is said of items; with one of the options, said anew. What an option leaves out stays as it was."""
    changes = {name: getattr(parsed, name) for name in ("used", "purpose", "basis", "words")}
    changes = {name: value for name, value in changes.items() if value is not None}
    with open_office(parsed) as office:
        if changes:
            stood = _item(office, parsed.extract, parsed.item)
            said: dict[str, Any] = {
                "used": stood.used,
                "purpose": stood.purpose,
                "basis": stood.basis,
                "words": stood.words,
            } | changes
            purposes.set_item(office, extract=parsed.extract, item=parsed.item, now=now(), progress=tell, **said)
        for one in _items(office):
            if parsed.extract in ("", one.extract) and parsed.item in ("", one.name):
                show(json.dumps(_document(one), ensure_ascii=False))
    return DONE


def _items(office: Office) -> list[Item]:
    return [item for one in purposes.items(office, system_language()) for item in (one.whole, *one.items)]


def _item(office: Office, extract: str, name: str) -> Item:
    found = next((one for one in _items(office) if (one.extract, one.name) == (extract, name)), None)
    if found is None:
        raise WrongUse("purpose.item_unknown", extract=extract, item=name)
    return found


def _document(item: Item) -> dict[str, object]:
    return {
        "extract": item.extract, "item": item.name, "used": item.used, "fixed": bool(item.locked),
        "purpose": item.purpose, "basis": item.basis, "words": item.words, "by": item.author,
        "time": item.recorded.isoformat(timespec="seconds") if item.recorded else None, "against": item.against,
    }  # fmt: skip
