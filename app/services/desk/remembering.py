"""What a member has chosen for the window on this PC: language, years, colours, columns.

It stands in office.db with the other things that this PC alone knows, encrypted and never sent. Only what
the window needs before anybody has unlocked (its size, text size, language, colours) is kept beside it,
in a small file that holds choices and sizes and no name.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from app.storage.offices.office import Office
from app.storage.offices.window_file import read_window, write_window
from app.storage.truth.desk import here

LANGUAGES = ("", "ja", "en")
YEARS = ("wareki", "western")
COLOURS = ("system", "light", "dark", "contrast")
TEXT_SIZES = (90, 100, 110, 125, 150)
LEAST_WINDOW, MOST_WINDOW = 600, 20_000


@dataclass(frozen=True)
class Look:
    """How the window looks. ``language`` "" is the PC's own; ``text`` in percent."""

    language: str = ""
    years: str = "wareki"
    colours: str = "system"
    text: int = 100


@dataclass(frozen=True)
class Place:
    """The window's size in pixels, and whether it filled the screen; 0 where it was never kept."""

    width: int = 0
    height: int = 0
    whole: bool = False


def look_of(office: Office) -> Look:
    """What this member chose on this PC."""
    return _look(chosen(office, "look"))


def keep_look(office: Office, look: Look) -> None:
    """Remember it, for this member and for the window before the next unlocking."""
    choose(office, "look", asdict(look))
    write_window(office.folder, {**read_window(office.folder), "look": asdict(look)})


def chosen(office: Office, key: str) -> Any:
    """What this member chose under a key on this PC; None where nothing."""
    text = here(office.reader(), _place(office, key))
    return json.loads(text) if text else None


def choose(office: Office, key: str, value: object) -> None:
    """Remember a choice of this member on this PC; ``value`` is JSON's."""
    office.remember(_place(office, key), json.dumps(value))


def window_of(folder: Path | None) -> tuple[Look, Place]:
    """How the window looks before anybody has unlocked, and how large it was."""
    said = read_window(folder) if folder is not None else {}
    return _look(said.get("look")), _window_place(said.get("place"))


def keep_place(folder: Path, place: Place) -> None:
    """Remember the window's size."""
    write_window(folder, {**read_window(folder), "place": asdict(place)})


def _place(office: Office, key: str) -> str:
    return f"choice.{office.member.id}.{key}"


def _look(said: object) -> Look:
    if not isinstance(said, Mapping):
        return Look()
    known: dict[str, tuple[Any, ...]] = {
        "language": LANGUAGES, "years": YEARS, "colours": COLOURS, "text": TEXT_SIZES,
    }  # fmt: skip
    given: dict[str, Any] = {one.name: said.get(one.name) for one in fields(Look)}
    return replace(Look(), **{name: value for name, value in given.items() if value in known[name]})


def _window_place(said: object) -> Place:
    if not isinstance(said, Mapping):
        return Place()
    width, height = said.get("width"), said.get("height")
    if not all(isinstance(one, int) and LEAST_WINDOW <= one <= MOST_WINDOW for one in (width, height)):
        return Place()
    return Place(int(width or 0), int(height or 0), said.get("whole") is True)
