"""What a backup without a passphrase must know and say: where to, and how the last one went.

Two small readable files in the office's folder, because the nightly backup holds no key. They name a folder
and times, nobody and nothing else. What counts is the office's own setting; the file only repeats it.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from app.domain.entries import canonical
from app.domain.message import Message, Refused
from app.storage import folder as places

SETTING = "policy.backup_folder"
OVERDUE = timedelta(days=7)
_SIZE_MOST = 100_000


@dataclass(frozen=True)
class State:
    """``done``: when a generation was last kept; ``failed`` and ``why``: what went wrong since, if anything."""

    done: datetime | None = None
    failed: datetime | None = None
    why: Message | None = None


def target(folder: Path) -> Path | None:
    """Where generations go, without a key; None where nobody has said."""
    said = _read(folder / "backup.json").get("folder")
    return Path(said) if isinstance(said, str) and said else None


def set_target(folder: Path, into: Path | None) -> None:
    """Repeat the office's setting where it can be read without a key."""
    places.replace_safely(folder / "backup.json", canonical({"folder": str(into) if into else ""}))


def state(folder: Path) -> State:
    """How the last backup went; nothing known where the file is missing or makes no sense."""
    said = _read(folder / "backup-state.json")
    why = said.get("why")
    message = None
    if isinstance(why, dict) and isinstance(why.get("key"), str) and isinstance(why.get("values"), dict):
        message = Message(why["key"], {str(name): str(value) for name, value in why["values"].items()})
    return State(_moment(said.get("done")), _moment(said.get("failed")), message)


def went_well(folder: Path, time: datetime) -> None:
    """A generation was kept."""
    _note(folder, {"done": time.isoformat()})


def went_wrong(folder: Path, time: datetime, why: Message) -> None:
    """None was kept. On a full disk this too may fail; then the generation's age will tell."""
    done = state(folder).done
    values = {name: str(value) for name, value in why.values.items()}
    said = {"failed": time.isoformat(), "why": {"key": why.key, "values": values}}
    _note(folder, {**said, **({"done": done.isoformat()} if done else {})})


def ask(folder: Path) -> None:
    """Ask whoever has the office open to keep a generation. A full disk: then nobody is asked."""
    with suppress(OSError):
        (folder / _WANTED).touch()


def asked(folder: Path) -> bool:
    """Whether somebody asked."""
    return (folder / _WANTED).exists()


def answer(folder: Path) -> None:
    """Whoever was asked has begun."""
    with suppress(OSError):
        (folder / _WANTED).unlink(missing_ok=True)


_WANTED = "backup-wanted"


def another_folder(folder: Path) -> None:
    """A failure of the folder before says nothing about the next."""
    done = state(folder).done
    _note(folder, {"done": done.isoformat()} if done else {})


def _note(folder: Path, said: dict[str, Any]) -> None:
    try:
        places.replace_safely(folder / "backup-state.json", canonical(said))
    except Refused:
        return


def to_be_said(folder: Path, now: datetime) -> list[Message]:
    """What people must hear at the next start: the last backup failed, or there was none for a week."""
    if target(folder) is None:
        return []
    known = state(folder)
    if known.why is not None and known.failed is not None:
        return [Message("backup.failed", {"day": known.failed.astimezone().date().isoformat(), "why": known.why})]
    if known.done is not None and now - known.done > OVERDUE:
        return [Message("backup.overdue", {"days": (now - known.done).days})]
    return []


def _read(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > _SIZE_MOST:
            return {}
        said = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _moment(text: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
