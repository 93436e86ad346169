"""The texts of the help: which topics there are, and one topic as plain blocks.

A file is a title (``# ``), headings (``## ``), items (``- ``), keys (``[Ctrl+F] what it does``) and
paragraphs. Nothing else is understood, and nothing is ever taken for markup.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from ui.resources import RESOURCES

ORDER = (
    "first_hour", "caseload", "child", "intake", "followups", "outreach", "papers", "undo", "links", "linkquality",
    "imports", "sources", "team", "criteria", "evaluation", "activity", "settings", "words",
)  # fmt: skip
_KEY = re.compile(r"\[(?P<keys>[^\]]+)\]\s+(?P<text>.+)")


@dataclass(frozen=True)
class Block:
    """One piece: ``title head item key text``."""

    kind: str
    text: str
    keys: str = ""


def topics(language: str) -> tuple[str, ...]:
    """The topics of a language, in the order of the pages."""
    there = {path.stem for path in (RESOURCES / "help" / language).glob("*.md")}
    return (*(key for key in ORDER if key in there), *sorted(there - set(ORDER)))


@cache
def read_topic(language: str, key: str) -> tuple[Block, ...]:
    """One topic; its first block is the title."""
    text = (RESOURCES / "help" / language / f"{key}.md").read_text(encoding="utf-8")
    found: list[Block] = []
    paragraph: list[str] = []

    def close() -> None:
        if paragraph:
            found.append(Block("text", ("" if language == "ja" else " ").join(paragraph)))
            paragraph.clear()

    for line in (one.strip() for one in text.splitlines()):
        key_line = _KEY.fullmatch(line)
        if not line or key_line or line.startswith(("# ", "## ", "- ")):
            close()
        if key_line:
            found.append(Block("key", key_line["text"], key_line["keys"]))
        elif line.startswith("# "):
            found.append(Block("title", line[2:]))
        elif line.startswith("## "):
            found.append(Block("head", line[3:]))
        elif line.startswith("- "):
            found.append(Block("item", line[2:]))
        elif line:
            paragraph.append(line)
    close()
    return tuple(found)
