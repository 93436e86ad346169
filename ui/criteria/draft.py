"""What a lead has changed on the page and not applied yet. Plain values; nothing of Qt.

A draft begins as what is set. Words of a shipped criterion that come back to how it is shipped are
taken out of it again, so that "changed" always means changed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.domain.weighing import PrioritySettings

Words = Mapping[str, Any]


@dataclass(frozen=True)
class Draft:
    """Settings and sizes: as they are ``set``, and as they would be."""

    kept: PrioritySettings
    kept_sizes: tuple[int, int]
    settings: PrioritySettings
    sizes: tuple[int, int]

    @classmethod
    def of(cls, settings: PrioritySettings, capacity: int, sample: int) -> Draft:
        """Nothing changed yet."""
        return cls(settings, (capacity, sample), settings, (capacity, sample))

    @property
    def dirty(self) -> bool:
        return bool(self.changes())

    def changes(self) -> list[str]:
        """What differs: criteria by their key, levels and sizes by their name."""
        then, now = self.kept.as_json(), self.settings.as_json()
        named = [name for name in now if name not in ("disabled", "changed", "own") and then[name] != now[name]]
        named += [name for at, name in enumerate(("capacity", "sample")) if self.kept_sizes[at] != self.sizes[at]]
        return named + sorted(
            key for key in self._keys() if self._state(self.kept, key) != self._state(self.settings, key)
        )

    def _keys(self) -> set[str]:
        return {
            key
            for one in (self.kept, self.settings)
            for key in (*one.disabled, *one.changed, *(str(table["key"]) for table in one.own))
        }

    @staticmethod
    def _state(settings: PrioritySettings, key: str) -> str:
        own = next((table for table in settings.own if table["key"] == key), None)
        return plain((key in settings.disabled, settings.changed.get(key), own))

    def touches(self, key: str) -> bool:
        """Whether a criterion stands otherwise in the draft than it is set."""
        return self._state(self.kept, key) != self._state(self.settings, key)

    # ------------------------------------------------------------ changing

    def with_number(self, name: str, value: float) -> Draft:
        """A limit or a weight of the settings."""
        words = {**self.settings.as_json(), name: whole(value)}
        return replace(self, settings=PrioritySettings.from_json(words))

    def with_sizes(self, capacity: int, sample: int) -> Draft:
        return replace(self, sizes=(capacity, sample))

    def with_use(self, key: str, used: bool) -> Draft:
        """Switch a criterion on or off."""
        rest = [one for one in self.settings.disabled if one != key]
        disabled = tuple(rest) if used else tuple(sorted((*rest, key)))
        return replace(self, settings=replace(self.settings, disabled=disabled))

    def with_words(self, key: str, words: Words, shipped: Words) -> Draft:
        """Other words of a shipped criterion; those that are as shipped are left out."""
        other = {name: value for name, value in words.items() if plain(value) != plain(shipped[name])}
        changed = {name: value for name, value in self.settings.changed.items() if name != key}
        if other:
            changed[key] = other
        return replace(self, settings=replace(self.settings, changed=dict(sorted(changed.items()))))

    def with_own(self, table: Words) -> Draft:
        """A criterion of the office's own, new or in place of the one of its key."""
        own = [one for one in self.settings.own if one["key"] != table["key"]]
        return replace(self, settings=replace(self.settings, own=(*own, dict(table))))

    def without_own(self, key: str) -> Draft:
        own = tuple(one for one in self.settings.own if one["key"] != key)
        disabled = tuple(one for one in self.settings.disabled if one != key)
        return replace(self, settings=replace(self.settings, own=own, disabled=disabled))

    def as_stood(self, stood: Words) -> Draft:
        """Everything as it stood after an earlier change."""
        settings = PrioritySettings.from_json(stood["priority"])
        return replace(self, settings=settings, sizes=(int(stood["capacity"]), int(stood["sample"])))

    def undone(self) -> Draft:
        """As it is set."""
        return Draft.of(self.kept, *self.kept_sizes)

    def words_of(self, key: str, shipped: Words) -> dict[str, Any]:
        """The words of a shipped criterion as the draft has them."""
        return {**shipped, **self.settings.changed.get(key, {})}

    def own_table(self, key: str) -> Words | None:
        return next((table for table in self.settings.own if table["key"] == key), None)


def whole(value: float) -> float:
    """A number without a needless fraction, so that 3 and 3.0 are the same on the disk."""
    return int(value) if float(value).is_integer() else float(value)


def plain(value: object) -> str:
    """One text for values that say the same: 1 and 1.0 do."""
    return json.dumps(_wholes(value), sort_keys=True, ensure_ascii=False)


def _wholes(value: object) -> object:
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int | float):
        return whole(value)
    if isinstance(value, Mapping):
        return {str(name): _wholes(one) for name, one in value.items()}
    if isinstance(value, Sequence):
        return [_wholes(one) for one in value]
    return str(value)
