"""The window's file in the office folder: what it needs before anybody has unlocked. Sizes and choices only."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from app.domain.message import Refused
from app.storage.folder import replace_safely

NAME = "window.json"
_LIMIT = 10_000


def read_window(folder: Path) -> dict[str, Any]:
    """What stands there; nothing where it cannot be read: then the window looks as it comes."""
    try:
        with (folder / NAME).open("rb") as stream:
            said = json.loads(stream.read(_LIMIT))
    except (OSError, ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def write_window(folder: Path, said: dict[str, Any]) -> None:
    """Keep it; a full or read-only disk loses a size, nothing more."""
    with suppress(OSError, Refused):
        replace_safely(folder / NAME, json.dumps(said).encode())
