"""What a paper is: frozen blocks of values, each with the footnotes that say where it came from.

The window puts the values into words and draws them; nothing here knows what stands on which form.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from app.domain.message import Message
from app.domain.priority import Level, Reason
from app.services.answers.child import ChildFile, FactLine

FAMILY_FORMS = ("absence_card", "letter", "plan")
"""What goes to a family: says neither why nor how it is handled inside."""


class Hidden(StrEnum):
    """What is not printed, and why."""

    PROTECTED = "protected"


@dataclass(frozen=True)
class Term:
    """A coded value: the word of ``<shelf>.<code>``."""

    shelf: str
    code: str


@dataclass(frozen=True)
class Several:
    """Values said one after the other."""

    parts: tuple[Value, ...]


@dataclass(frozen=True)
class Span:
    """From one day to another, both counted."""

    first: date
    last: date


Value = str | int | date | datetime | Level | Reason | Term | Message | Hidden | FactLine | Several | Span | None
"""None is: nobody told us. A ``str`` is written by people or came in an extract: plain text."""


@dataclass(frozen=True)
class Cell:
    """A value and the footnotes it points at, from 1."""

    value: Value
    notes: tuple[int, ...] = ()


@dataclass(frozen=True)
class Fields:
    """Labels (keys of sentences) with their values; ``wide`` ones take the whole width."""

    title: str
    pairs: tuple[tuple[str, Cell], ...]
    wide: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Grid:
    """A table; ``columns`` are keys with their share of the width. ``empty``: what is said without rows."""

    title: str
    columns: tuple[tuple[str, int], ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty: str = "paper.nothing"


@dataclass(frozen=True)
class Prose:
    """A paragraph: words of ours by key, or words of people."""

    title: str
    text: Value


@dataclass(frozen=True)
class Blanks:
    """Ruled lines to fill in by hand."""

    title: str
    lines: int


@dataclass(frozen=True)
class Ticks:
    """Boxes to tick by hand, each with its words' key."""

    title: str
    keys: tuple[str, ...]


Block = Fields | Grid | Prose | Blanks | Ticks


@dataclass(frozen=True)
class Source:
    """A footnote: the row that a fact was received in."""

    extract: str
    file: str
    line: int
    received: date | None


@dataclass(frozen=True)
class Paper:
    """One paper. ``about`` names the child ("" for a list); ``what`` is what the journal calls it."""

    form: str
    what: str
    office: str
    by: str
    made: datetime
    purpose: str
    about: str
    blocks: tuple[Block, ...]
    sources: tuple[Source, ...] = ()
    addressee: str = ""
    landscape: bool = False
    child: ChildFile | None = None

    @property
    def to_family(self) -> bool:
        """Whether a family reads it."""
        return self.form in FAMILY_FORMS
