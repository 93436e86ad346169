"""What the core says to people, before it is a sentence.

The core speaks ``Message(key, values)``; only the console and the window turn it into Japanese
or English, through the catalogues in ``resources/locale``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Message:
    """A sentence to be: the key of a catalogue entry and the values to put into it."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)


class Trouble(Exception):
    """The world's fault, not ours: says what happened and what to do, and nothing was changed.

    ``exit_code`` is what the console returns: 2 wrong use, 3 refused.
    """

    exit_code = 3

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key, values)
        self.message = Message(key, values)


class WrongUse(Trouble):
    """The call itself cannot be meant: an unknown child, a date that does not exist."""

    exit_code = 2


class Refused(Trouble):
    """Not allowed or not possible here: key, role, damaged or foreign file, no room."""
