"""Which files are meant: those named, and everything in the folders named but what programs leave there for themselves.

What is passed over is told, never dropped in silence: a department may have named its file so by mistake.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.domain.message import Message, Refused, WrongUse

_LEFT_BY_PROGRAMS = frozenset({"thumbs.db", "ehthumbs.db", "desktop.ini"})
_FOLDERS = frozenset({"__macosx", "$recycle.bin", "system volume information"})
NAMED = 5
"""So many names are told; the rest is a count."""


@dataclass(frozen=True)
class Gathered:
    """``files`` in the order in which they were named; ``passed_over``: hidden ones and those that programs left."""

    files: tuple[Path, ...]
    passed_over: tuple[Path, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of what is passed over, as they can be shown."""
        return shown_names(self.passed_over)


def shown_names(paths: Iterable[Path]) -> tuple[str, ...]:
    """Names as they can be shown; old zip files leave some that are no text."""
    return tuple(path.name.encode("utf-8", "backslashreplace").decode("utf-8") for path in paths)


def passed_over(names: Sequence[str]) -> Message:
    """How many files were passed over, and which."""
    more = len(names) - NAMED
    listed = "、".join(names[:NAMED]) + (" …" if more > 0 else "")
    return Message("import.passed_over", {"count": len(names), "names": listed})


def gather(paths: Iterable[Path]) -> Gathered:
    """The files meant. WrongUse where there are none, Refused for a folder that cannot be read."""
    found: list[Path] = []
    left: list[Path] = []
    for path in paths:
        if not os.path.isdir(path):  # Path.is_dir raises where a share has just gone
            found.append(path)
            continue
        for one in sorted(_inside(path)):
            (left if _is_left(one, path) else found).append(one)
    if not found:
        if left:
            said = passed_over(shown_names(left)).values
            raise WrongUse("import.only_passed_over", **said)
        raise WrongUse("import.no_files")
    return Gathered(tuple(dict.fromkeys(found)), tuple(dict.fromkeys(left)))


def _inside(folder: Path) -> Iterator[Path]:
    """Every file in a folder and below it, and what systems keep there as a whole; links to folders are not
    followed, they may go round."""

    def refuse(error: OSError) -> None:
        name = Path(error.filename or folder).name or str(folder)
        shown = name.encode("utf-8", "backslashreplace").decode("utf-8")
        raise Refused("import.folder_unreadable", folder=shown, why=error.strerror or "") from error

    for place, folders, names in os.walk(folder, onerror=refuse):
        kept = [name for name in folders if name.casefold() in _FOLDERS]  # often closed to everybody
        folders[:] = [name for name in folders if name not in kept]
        yield from (Path(place, name) for name in kept)
        yield from (Path(place, name) for name in names if os.path.isfile(os.path.join(place, name)))


def _is_left(path: Path, below: Path) -> bool:
    if path.name.startswith("~$") or path.name.casefold() in _LEFT_BY_PROGRAMS | _FOLDERS:
        return True
    return any(part.startswith(".") for part in path.relative_to(below).parts)
