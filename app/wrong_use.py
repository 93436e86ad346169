"""How the console speaks where a call cannot be meant, and of what it can do: argparse's own words, translated.

argparse looks its sentences up through gettext, in a catalogue of its own that nobody ships. Here they come from the
program's catalogue, in the system's language; a sentence that a newer Python brings and we do not know stays English.
"""

from __future__ import annotations

import argparse
import re

from app.domain.message import Message
from app.services.wording import say, system_language

SENTENCES = {
    "usage: ": "usage",
    "options": "options",
    "positional arguments": "positional",
    "show this help message and exit": "help",
    "%(prog)s: error: %(message)s\n": "error",
    "argument %(argument_name)s: %(message)s": "argument",
    "invalid choice: %(value)r (choose from %(choices)s)": "choice",
    "invalid choice: %(value)r, maybe you meant %(suggestion)r? (choose from %(choices)s)": "choice_near",
    "the following arguments are required: %s": "required",
    "one of the arguments %s is required": "one_required",
    "unrecognized arguments: %s": "unrecognized",
    "not allowed with argument %s": "not_with",
    "ignored explicit argument %r": "explicit",
    "expected one argument": "expects_one",
    "expected at least one argument": "expects_some",
    "expected at most one argument": "expects_at_most_one",
    "expected %s argument": "expects_n",
    "expected %s arguments": "expects_n",
    "ambiguous option: %(option)s could match %(matches)s": "ambiguous",
    "invalid %(type)s value: %(value)r": "value",
    "unexpected option string: %s": "unexpected",
}
"""argparse's sentence -> the end of its key ``console.usage.…``; there ``%(x)r`` is ``{x}`` and ``%s`` ``{it}``."""
_PLACE = re.compile(r"%(?:\((\w+)\))?[sr]")


def speak() -> None:
    """From now on argparse says its sentences in the system's language."""
    setattr(argparse, "_", _said)  # noqa: B010 - names that argparse imported for itself; no type knows them
    setattr(argparse, "ngettext", lambda one, many, n: _said(one if n == 1 else many))  # noqa: B010


def _said(sentence: str) -> str:
    key = SENTENCES.get(sentence)
    if key is None:
        return sentence
    places = {found[1] or "it": found[0] for found in _PLACE.finditer(sentence)}
    return say(Message(f"console.usage.{key}", places), system_language()) + ("\n" if sentence.endswith("\n") else "")


def not_meant(key: str, **values: str | int) -> argparse.ArgumentTypeError:
    """What is wrong with one value, as argparse takes it."""
    return argparse.ArgumentTypeError(say(Message(key, values), system_language()))


def does(path: str) -> str:
    """What a command does, in a line of the list of commands: ``office new`` -> ``console.does.office_new``."""
    key = path.replace(" ", "_").replace("-", "_")
    return say(Message(f"console.does.{key}"), system_language()).replace("%", "%%")
