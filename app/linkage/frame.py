"""The lines that are compared: one per spelling of a record, in normal form.

A record that came with several spellings has several lines; equal lines of one record are one. Every form
is worked out once for each different text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from app.linkage import normal
from app.linkage.addresses import Address
from app.linkage.given_names import told
from app.linkage.lines import Column, Lines, spread
from app.linkage.placeholders import names_nobody, says_nothing
from app.linkage.sounds import sound
from app.linkage.variants import Variants
from app.linkage.words import Words

RAW_COLUMNS = (
    "record_id", "extract", "local_id", "system", "name", "kana", "birth", "sex", "postal", "address",
    "phone", "guardian", "register_number", "household", "relation", "facility", "grade",
)  # fmt: skip
"""What ``normalise`` reads. Missing columns count as unknown; ``record_id`` is a 63-bit integer."""

REGISTER = "resident_register"

ROSTERS = ("school_register", "childcare")
"""Besides the register: extracts that list a person once, as a rule."""

LISTS_ONCE = (REGISTER, *ROSTERS)

COLUMNS = (
    "spelling", "record_id", "extract", "own_number",
    "n_family", "n_given", "n_full", "n_bag", "n_words", "n_last", "n_first",
    "k_family", "k_given", "k_full", "k_bag", "k_words", "k_last", "k_first",
    "sound", "guardian", "guardian_given", "b_year", "b_month", "b_day", "birth", "sex",
    "town", "street", "block", "home", "postal", "phone", "number", "household", "facility",
)  # fmt: skip
"""What comparisons and blocking rules may name. All but ``NUMBERS`` are text."""

NUMBERS = ("spelling", "record_id")
_SILENT = ""


def normalise(records: pd.DataFrame, variants: Variants, words: Words | None = None) -> Lines:
    """Normal forms of ``records`` (see RAW_COLUMNS), sorted by record.

    Beside ``COLUMNS`` (but the ids) there are ``n_told`` and ``k_told``: the given name as
    ``given_names`` reads it. ``words``: what earlier frames have taught of the same variants.
    """
    raw = _Raw(records)
    known = words or Words(variants)
    local_numbers = raw["local_id"].each(normal.number)
    columns = {"extract": raw["extract"].column(), "own_number": _own_numbers(raw, local_numbers)}
    columns |= _names(raw, known)
    columns |= _births(raw["birth"])
    columns["sex"] = raw["sex"].column(lambda sex: sex if sex in ("M", "F") else _SILENT)
    columns |= _addresses(raw["address"], known)
    columns["postal"] = raw["postal"].column(normal.phone)
    columns["phone"] = raw["phone"].column(lambda text: normal.phone(text)[-8:])
    columns["number"] = _register_numbers(raw, local_numbers)
    columns["household"] = raw["household"].column(normal.number)
    columns["facility"] = raw["facility"].column(normal.facility)
    kept = _different(raw.records, columns)
    return Lines(raw.records[kept], {name: Column(one.numbers[kept], one.texts) for name, one in columns.items()})


class _Texts(NamedTuple):
    """A raw column: its different texts, and the place of every line's in them."""

    texts: list[str]
    place: np.ndarray

    def each(self, form: Callable[[str], Any]) -> list[Any]:
        """The form of every different text."""
        return [form(text) for text in self.texts]

    def column(self, form: Callable[[str], str] = str) -> Column:
        """The column of these forms."""
        return spread(self.each(form), self.place)


class _Raw(dict[str, _Texts]):
    """The columns of the records by their different texts; missing ones are unknown."""

    def __init__(self, records: pd.DataFrame) -> None:
        super().__init__()
        self.records = records["record_id"].to_numpy(dtype="int64")
        for name in RAW_COLUMNS[1:]:
            self[name] = _texts_of(name, records[name]) if name in records.columns else self._nothing()

    def _nothing(self) -> _Texts:
        return _Texts([_SILENT], np.zeros(len(self.records), dtype=np.int64))


_EMPTY: Mapping[str, Callable[[str], bool]] = dict.fromkeys(("name", "kana", "guardian"), names_nobody) | dict.fromkeys(
    ("address", "register_number", "household", "facility"), says_nothing
)
"""What counts as empty in these columns."""


def _texts_of(name: str, column: pd.Series) -> _Texts:
    place, different = pd.factorize(column)
    texts = [*different.tolist(), _SILENT]  # what is missing has the place -1: the last
    if name in _EMPTY:
        texts = [_SILENT if _EMPTY[name](text) else text for text in texts]
    return _Texts(texts, np.where(place < 0, len(texts) - 1, place))


def _different(records: np.ndarray, columns: Mapping[str, Column]) -> np.ndarray:
    """The places of the lines by record, equal ones of a record once; most records have one line only."""
    order = np.argsort(records, kind="stable")
    ordered = records[order]
    new = np.ones(len(order), dtype=bool)
    new[1:] = ordered[1:] != ordered[:-1]
    several = np.flatnonzero(~new | np.r_[~new[1:], False])
    lines = order[several]
    group = np.cumsum(new)[several]
    for column in columns.values():
        group, _ = pd.factorize(group * (len(column.texts) + 1) + column.numbers[lines] + 1)
        group = group.astype(np.int64)
    _, first = np.unique(group, return_index=True)
    kept = np.ones(len(order), dtype=bool)
    kept[several] = False
    kept[several[first]] = True
    return order[kept]


def _own_numbers(raw: _Raw, local_numbers: Sequence[str]) -> Column:
    systems = raw["system"]
    pairs, different = pd.factorize(raw["local_id"].place * len(systems.texts) + systems.place)
    local, system = np.divmod(different, max(1, len(systems.texts)))
    texts = [f"{systems.texts[s]}|{local_numbers[n]}" for n, s in zip(local.tolist(), system.tolist(), strict=True)]
    return spread(texts, pairs)


def _register_numbers(raw: _Raw, local_numbers: Sequence[str]) -> Column:
    """宛名番号: the register's own local ID, elsewhere the extra column."""
    extracts, elsewhere = raw["extract"], raw["register_number"]
    own = np.array(extracts.each(lambda extract: extract == REGISTER), dtype=bool)[extracts.place]
    place = np.where(own, raw["local_id"].place, elsewhere.place + len(local_numbers))
    return spread([*local_numbers, *elsewhere.each(normal.number)], place)


class _Forms(NamedTuple):
    """A raw name: as written (empty if it is all kana), and as read, coded (empty if it is not)."""

    written: normal.Name
    reading: normal.Name
    foreign: bool
    sound: str = ""


def _forms(text: str, words: Words) -> _Forms:
    """A name written in kana is its own reading; any other name says nothing about it."""
    written, foreign = words.name(text), words.is_foreign(text)
    said = sound(words.spelled(text)) if foreign else _SILENT
    if normal.is_kana(written.full):
        return _Forms(normal.Name(), words.reading(text), foreign, said)
    return _Forms(normal.orderless(written) if foreign else written, normal.Name(), foreign, said)


def _names(raw: _Raw, words: Words) -> dict[str, Column]:
    """Parts of the written name (n_) and of the reading (k_), their first and last letters; the guardian's."""
    name, kana, guardian = raw["name"], raw["kana"], raw["guardian"]
    forms: list[_Forms] = name.each(lambda text: _forms(text, words))
    guardians: list[normal.Name] = guardian.each(words.name)
    foreign = np.array([form.foreign for form in forms], dtype=bool)[name.place]
    written, place, exchanged = _family_first(forms, name.place, foreign, guardians, guardian.place)
    columns = _parts("n", written, place)
    readings = [*kana.each(words.reading), *(form.reading for form in forms)]
    read = np.array(kana.each(bool), dtype=bool)[kana.place]
    place = np.where(read, kana.place, name.place + len(kana.texts))
    columns |= _parts("k", *_each_way(readings, place, foreign, exchanged))
    columns["sound"] = spread([form.sound for form in forms], name.place)
    columns["guardian"] = spread([form.full for form in guardians], guardian.place)
    columns["guardian_given"] = spread([form.given for form in guardians], guardian.place)
    return columns


def _family_first(
    forms: Sequence[_Forms],
    place: np.ndarray,
    foreign: np.ndarray,
    guardians: Sequence[normal.Name],
    of_guardian: np.ndarray,
) -> tuple[list[normal.Name], np.ndarray, np.ndarray]:
    """The written names, the place of every line's in them, and whether its parts had been exchanged."""
    written = [form.written for form in forms]
    families: dict[str, int] = {_SILENT: 0}
    own = np.array([families.setdefault(form.family, len(families)) for form in written], dtype=np.int64)[place]
    of_parent = [families.setdefault(form.family, len(families)) for form in guardians]
    parents = np.array(of_parent, dtype=np.int64)[of_guardian]
    doubtful = np.flatnonzero((parents > 0) & (parents != own) & ~foreign)
    pairs, different = pd.factorize(place[doubtful] * len(families) + parents[doubtful])
    texts = list(families)
    moved: list[int] = []
    for pair in different.tolist():
        at, family = divmod(pair, len(families))
        form = normal.family_first(written[at], texts[family])
        moved.append(at if form is written[at] else len(written))
        if form is not written[at]:
            written.append(form)
    now = place.copy()
    now[doubtful] = np.array(moved, dtype=np.int64)[pairs]
    return written, now, now != place


def _each_way(
    readings: list[normal.Name], place: np.ndarray, foreign: np.ndarray, exchanged: np.ndarray
) -> tuple[list[normal.Name], np.ndarray]:
    """Readings as the written name beside them is to be read: without order, or its parts exchanged."""
    now = place.copy()
    for ways, form in ((foreign, normal.orderless), (exchanged, normal.turned)):
        where = np.flatnonzero(ways)
        pairs, different = pd.factorize(place[where])
        now[where] = pairs + len(readings)
        readings = [*readings, *(form(readings[at]) for at in different.tolist())]
    return readings, now


def _parts(letter: str, names: Sequence[normal.Name], place: np.ndarray) -> dict[str, Column]:
    columns = {
        f"{letter}_{part}": spread(list(map(attrgetter(part), names)), place)
        for part in ("family", "given", "full", "bag", "words")
    }
    full = columns[f"{letter}_full"]
    columns[f"{letter}_last"] = _signs(full, slice(-1, None))
    columns[f"{letter}_first"] = _signs(full, slice(None, 1))
    columns[f"{letter}_told"] = spread(list(map(told, names)), place)
    return columns


def _signs(full: Column, which: slice) -> Column:
    """One letter of every name; unknown where it is damaged."""
    signs = [text[which].replace(normal.DAMAGE, _SILENT) for text in full.texts]
    return spread([*signs, _SILENT], full.numbers)  # UNKNOWN is the last place


def _births(birth: _Texts) -> dict[str, Column]:
    parts = birth.each(normal.birth_parts)
    columns = {f"b_{name}": spread([one[at] for one in parts], birth.place) for at, name in _DATE}
    columns["birth"] = spread(["".join(one) if all(one) else _SILENT for one in parts], birth.place)
    return columns


_DATE = tuple(enumerate(("year", "month", "day")))


def _addresses(address: _Texts, words: Words) -> dict[str, Column]:
    parts = address.each(lambda text: _parts_of(words.address(text)))
    names = ("town", "street", "block", "home")
    return {name: spread([one[at] for one in parts], address.place) for at, name in enumerate(names)}


def _parts_of(form: Address) -> tuple[str, str, str, str]:
    """Town, street, block, and what tells one home from another."""
    home = f"{form.town[-2:]}{form.street}" if form.street else _SILENT
    return form.town, form.street, form.street.rpartition("-")[0], home
