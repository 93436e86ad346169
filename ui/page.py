"""What a page is, and what it may say to the window around it.

A page never knows the window: it emits. ``opens`` asks for another page, ``done`` reports a
committed change (with its undo), ``troubled`` a trouble that must stay until read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.services.answers.outcomes import Changes, Outcome
from ui.words import _


@dataclass(frozen=True)
class Undo:
    """How to take something back: what it was, in words, and the write that undoes it."""

    words: str
    call: Callable[[], Outcome[Any]]
    entry: str = ""
    """Of the journal, where it is one act: the list of one's acts names it too."""


@dataclass(frozen=True)
class Done:
    """A change that is on the disk. ``words`` may say what was saved (下書き)."""

    changes: Changes
    undo: Undo | None = None
    words: str = ""


@dataclass(frozen=True)
class KeyLine:
    """One line of the list of keys: the keys as written on a keyboard, and the words' key."""

    keys: str
    words: str


class Page(QWidget):
    """A page of the window: ``key`` names it, its words are ``page.<key>``."""

    key: ClassVar[str] = ""
    icon: ClassVar[str] = ""
    in_rail: ClassVar[bool] = True
    rail_key: ClassVar[str] = ""
    """Which item of the rail is lit while this page shows; its own when empty."""

    help_key: ClassVar[str] = ""
    """Which topic of the help this page is; its own key when empty."""

    opens = Signal(str, object)
    """Go to the page of this key; the object is passed to its ``arrive``."""
    goes_back = Signal()
    done = Signal(object)
    troubled = Signal(object)
    retitled = Signal()
    counted = Signal(int)
    """So many things wait on this page: the rail shows it at the page's item."""
    reminded = Signal(str)
    """A quiet line below every page: what cannot wait; "" when nothing does."""
    searched_for = Signal(str)
    """The page changed the words in the search field itself."""

    looked = Signal(object)
    """Another look was chosen: language, years, colours."""
    shuts = Signal(object)
    """Lock the window and do this with the office before it is shut: what changes its keys."""
    relocks = Signal()
    """Lock, and begin anew: what the program takes up only at its start."""

    def title(self) -> str:
        return _(f"page.{self.key}")

    def subtitle(self) -> str:
        """A few words after the title (the day, the way back)."""
        return ""

    def back_words(self) -> str:
        """Where Esc leads from here, as words of a button; "" when nowhere."""
        return ""

    def arrive(self, where: object) -> None:
        """The window goes to this page; ``where`` is what ``opens`` carried, None from the rail."""

    def shown(self) -> None:
        """The page is in front now: take the keyboard focus to where work goes on."""

    def changed(self, changes: Changes) -> None:
        """Something was committed: ask again if it concerns this page."""

    def working(self) -> bool:
        """Whether something long runs that making the pages anew would give up."""
        return False

    def keep(self) -> object:
        """What of this page is not on the disk, for when the pages are made anew in another language."""
        return None

    def take(self, kept: object) -> None:
        """Take up again what ``keep`` gave."""

    def leave(self) -> None:
        """The office is about to be shut: let go of what still runs for this page."""

    def seek(self, text: str) -> bool:
        """Words typed into the search field; False sends them to the caseload."""
        return False

    def compacted(self, narrow: bool, low: bool) -> None:
        """The window is narrower than 1380 or lower than 820: give way as the page sees fit."""

    def status(self) -> str:
        """Words for the left of the status bar, after what was saved."""
        return ""

    def keys(self) -> tuple[KeyLine, ...]:
        """The page's own keys for the list that F1 shows."""
        return ()

    def panes(self) -> tuple[QWidget, ...]:
        """Where F6 takes the focus, in order."""
        return ()
