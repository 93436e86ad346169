"""Sentences for messages, for whoever has no window: the console and what leaves as text.

The catalogues in ``resources/locale/<code>/kizuki.po`` are the same that the window reads.
"""

from __future__ import annotations

import locale
import os
from collections.abc import Mapping
from functools import cache

from babel.messages.pofile import read_po

from app.domain.message import Message
from app.storage.resources import resource_path

LANGUAGES = ("ja", "en")


@cache
def sentences(language: str) -> Mapping[str, str]:
    """All sentences of a language by key."""
    with resource_path("locale", language, "kizuki.po").open("rb") as stream:
        catalogue = read_po(stream, locale=language)
    return {str(one.id): str(one.string) for one in catalogue if one.id and one.string}


def say(message: Message, language: str) -> str:
    """The sentence of a message; its key and values where the catalogue lacks it."""
    sentence = sentences(language).get(message.key)
    if sentence is None:
        return f"{message.key} {dict(message.values)}"
    said = {name: say(one, language) if isinstance(one, Message) else one for name, one in message.values.items()}
    return sentence.format_map(_Values(said))


def system_language() -> str:
    """The language that the system speaks, if it is one of ours; else English.

    What the environment asks for counts even where the system has not installed that locale.
    """
    asked = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    spoken = next(filter(None, asked), "") or locale.getlocale()[0] or ""
    return "ja" if spoken.lower().startswith(("ja", "japanese")) else "en"


class _Values(dict[str, object]):
    """Values of a sentence; one that is missing stays visible instead of stopping the program."""

    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"
