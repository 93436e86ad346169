"""The purposes that the program ships: the shelf ``resources/purposes``, one TOML file for each extract."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from app.storage.resources import resource_path


@dataclass(frozen=True)
class Proposed:
    """What an extract is for, by language, what it rests on, and what its columns are for."""

    basis: str
    words: Mapping[str, str]
    items: Mapping[str, Mapping[str, str]]

    def of(self, item: str, language: str) -> str:
        """The sentence for a column, else the whole extract's; Japanese where the language has none."""
        words = self.items.get(item, self.words)
        return words.get(language) or words["ja"]


_NOTHING = Proposed("grounds", {"ja": "", "en": ""}, {})


@cache
def proposed(extract: str) -> Proposed:
    """What the program proposes for an extract; empty for one of the office's own."""
    path = resource_path("purposes") / f"{extract}.toml"
    if not path.is_file():
        return _NOTHING
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    languages = ("ja", "en")
    return Proposed(
        basis=table["basis"],
        words={one: table[one] for one in languages},
        items={name: {one: said[one] for one in languages} for name, said in table.get("items", {}).items()},
    )
