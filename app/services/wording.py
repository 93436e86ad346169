"""Sentences for messages, for whoever has no window: the console and what leaves as text.

The catalogues in ``resources/locale/<code>/kizuki.po`` are the same that the window reads.
"""

from __future__ import annotations

import locale
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
    return sentence.format_map(_Values(message.values))


def system_language() -> str:
    """The language that the system speaks, if it is one of ours; else English."""
    code = (locale.getlocale()[0] or "").split("_")[0].lower()
    return "ja" if code in ("ja", "japanese") else "en"


class _Values(dict[str, object]):
    """Values of a sentence; one that is missing stays visible instead of stopping the program."""

    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"
