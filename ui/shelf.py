"""The pages of the window, each laid when it is first wanted.

Laying all of them takes as long as the first list: so only the page in front is laid at once, and the others one by
one when nothing is on its way, so that what they count and remind of stands on every page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from ui.page import Page


class Shelf(Mapping[str, Page]):
    """Pages by their keys. Taking one down lays it; ``laid`` are those that stand already."""

    def __init__(self, kinds: Sequence[type[Page]], lay: Callable[[type[Page]], Page]) -> None:
        self._kinds = {kind.key: kind for kind in kinds}
        self._lay = lay
        self._laid: dict[str, Page] = {}

    def __getitem__(self, key: str) -> Page:
        page = self._laid.get(key)
        if page is None:
            page = self._laid[key] = self._lay(self._kinds[key])
        return page

    def __iter__(self) -> Iterator[str]:
        return iter(self._kinds)

    def __len__(self) -> int:
        return len(self._kinds)

    def __contains__(self, key: object) -> bool:
        return key in self._kinds

    @property
    def laid(self) -> tuple[Page, ...]:
        """The pages that stand already."""
        return tuple(self._laid.values())

    @property
    def missing(self) -> str | None:
        """The first page that does not stand yet; None when all do."""
        return next((key for key in self._kinds if key not in self._laid), None)
