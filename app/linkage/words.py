"""Names word by word: a city has many names and few words, so each word is levelled once.

Gives exactly what ``normal`` gives for the whole text.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from app.linkage import normal
from app.linkage.addresses import Address, address
from app.linkage.variants import Variants

MOST = 100_000
"""Words that are remembered at a time; then it begins anew, so that memory stays small."""


class Known(dict[str, Any]):
    """The answers of a function of one text, worked out when first asked for."""

    def __init__(self, work: Callable[[str], Any]) -> None:
        super().__init__()
        self._work = work

    def __missing__(self, text: str) -> Any:
        if len(self) >= MOST:
            self.clear()
        answer = self[text] = self._work(text)
        return answer


class Words:
    """What is known of the words and addresses seen so far, for one table of variant characters."""

    def __init__(self, variants: Variants) -> None:
        self._variants = variants
        self._spelled = Known(lambda word: normal.spelled(word, variants))
        self._sounded = Known(normal.sounded)
        self._coded = Known(normal.code)
        self._script = Known(normal.script)
        self._address = Known(lambda text: address(text, variants))

    def address(self, text: str) -> Address:
        """As ``addresses.address``: whoever lives together and whoever is known twice stands at one address."""
        return cast(Address, self._address[text])

    def name(self, text: str) -> normal.Name:
        """As ``normal.name``."""
        words = text.split()
        if any("々" in word and normal.plain(word)[:1] == "々" for word in words):  # repeats the word before
            return normal.name(text, self._variants)
        return normal.split(" ".join([self._spelled[word] for word in words]))

    def spelled(self, text: str) -> str:
        """As ``normal.spelled``."""
        return normal.spelled(text, self._variants)

    def reading(self, text: str) -> normal.Name:
        """As ``normal.coded`` of ``normal.kana``."""
        parts = " ".join([self._sounded[word] for word in text.split()]).split()
        signs = self._coded
        if len(parts) < 2:
            return normal.Name(full=signs[parts[0]]) if parts else normal.Name()
        family, *given = (signs[part] for part in parts)
        bag = " ".join([signs[part] for part in sorted(parts)])
        return normal.Name(family, "".join(given), family + "".join(given), bag)

    def is_foreign(self, text: str) -> bool:
        """As ``normal.is_foreign``."""
        scripts = {self._script[word] for word in text.split()} - {""}
        return scripts in ({"latin"}, {"katakana"})
