"""What a look at a file finds before it goes in: its columns, first rows and problems, and what differs from last time.

Plain answers; ``previewing`` finds them, the import page and the mapping show them.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from app.domain.extracts.cells import Cells, Flawed
from app.domain.extracts.dates import Day
from app.domain.extracts.profile import Profile
from app.domain.message import Message
from app.services.imports.delivered import Delivery, far_shorter, mostly_gone


@dataclass(frozen=True)
class PreviewColumn:
    """One column as printed. ``name`` is the profile's, "" for one that is not taken in.

    ``filled``: cells with something in them; ``rejected`` and ``warned``: cells at fault, of which
    ``unreadable`` say nothing that can be meant and ``outside`` lie outside what can be or is usual.
    ``values``: texts without a known meaning, the most frequent first, and how often each stands.
    """

    header: str
    name: str = ""
    needed: bool = False
    filled: int = 0
    rejected: int = 0
    warned: int = 0
    unreadable: int = 0
    outside: int = 0
    values: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class PreviewCell:
    """A cell as it came, and what it will be read as (None: unknown).

    ``state`` is ``read``, ``unknown``, ``unused``, ``warned``, ``rejected`` or ``withheld`` (where a protected
    person is: nothing of it is here).
    """

    text: str
    meaning: str | float | date | None = None
    state: str = "read"


WITHHELD = PreviewCell("", None, "withheld")


@dataclass(frozen=True)
class PreviewRow:
    """One line of the file, a cell for each column."""

    line: int
    cells: tuple[PreviewCell, ...]


@dataclass(frozen=True)
class PreviewProblem:
    """Why a line will be rejected, or is warned of. ``column`` and ``value`` as they came."""

    line: int
    column: str
    value: str
    reason: Message
    outcome: str


@dataclass(frozen=True)
class Difference:
    """This file beside the last delivery, by what makes a row the same row again.

    ``gone`` is None for a ledger and for a supplement: their rows only add.
    """

    new: int
    changed: int
    unchanged: int
    gone: int | None


@dataclass(frozen=True)
class FilePreview:
    """One file, looked over. Where ``refusal`` says why it cannot go in, little else is known.

    ``day_from``: where ``as_of`` comes from: ``said`` by somebody, the file's ``title`` line, the delivery
    that it is a ``supplement`` to, ``today``; ``dated``: not from today. ``covers``: first and last day of what
    its rows say. ``known``: exactly this content is published already
    and still stands. ``supplement``: rejected rows that come back corrected; they end nobody. ``unguarded``: the
    column that would say who is protected, where the file has none. ``gone``: of how many of last time's people
    it says nothing though it would end them, and how many they were. A links file is of kind ``links``: its rows
    are pairs.
    """

    path: Path
    file: str
    refusal: Message | None = None
    extract: str = ""
    kind: str = ""
    encoding: str = ""
    delimiter: str = ""
    header_line: int = 0
    as_of: date | None = None
    day_from: str = "today"
    rows: int = 0
    accepted: int = 0
    rejected: int = 0
    warned: int = 0
    records: int = 0
    covers: tuple[date, date] | None = None
    columns: tuple[PreviewColumn, ...] = ()
    first: tuple[PreviewRow, ...] = ()
    problems: tuple[PreviewProblem, ...] = ()
    known: bool = False
    last: Delivery | None = None
    difference: Difference | None = None
    supplement: bool = False
    unguarded: str = ""
    gone: tuple[int, int] = (0, 0)

    @property
    def dated(self) -> bool:
        """Whether its day is known otherwise than by its arrival."""
        return self.day_from != "today"

    @property
    def small(self) -> bool:
        """Far shorter than last time: somebody must say that it is meant."""
        return not self.supplement and far_shorter(self.rows, self.last)

    @property
    def others(self) -> bool:
        """Most of last time's people are not in it: somebody must say that it is meant."""
        return not self.older and mostly_gone(*self.gone)

    @property
    def older(self) -> bool:
        """Of an earlier day than what is published already."""
        return bool(self.last and self.last.as_of and self.as_of and self.as_of < self.last.as_of)


def preview_cell(text: str, parser: Cells | None, fault: str | None) -> PreviewCell:
    """A cell as it came with what it is read as; ``parser`` None for a column that is not taken in."""
    if parser is None:
        return PreviewCell(text, None, "unused")
    value: Any = parser[text]
    if isinstance(value, Flawed):
        value = value.value
    if isinstance(value, Day):
        value = value.iso if value.partial else value.first
    return PreviewCell(text, value, fault or ("unknown" if value is None else "read"))


def unguarded(profile: Profile, taken: Container[str]) -> str:
    """The column that says who is under protection, where the extract has one and the file brings none; else ""."""
    column = profile.block.get("protected", "")
    return "" if column in taken else column
