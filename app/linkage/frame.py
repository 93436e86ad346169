"""The frame that is compared: one line per spelling of a record, in normal form.

A record that came with several spellings has several lines; equal lines of one record are one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from app.linkage import normal
from app.linkage.addresses import Address
from app.linkage.sounds import sound
from app.linkage.variants import Variants
from app.linkage.words import Words

RAW_COLUMNS = (
    "record_id", "extract", "local_id", "system", "name", "kana", "birth", "sex", "postal", "address",
    "phone", "guardian", "register_number", "household", "relation", "facility", "grade",
)  # fmt: skip
"""What ``normalise`` reads. Missing columns count as unknown; ``record_id`` is a 63-bit integer."""

REGISTER = "resident_register"

COLUMNS = (
    "spelling", "record_id", "extract", "own_number",
    "n_family", "n_given", "n_full", "n_bag", "n_words", "n_last", "n_first",
    "k_family", "k_given", "k_full", "k_bag", "k_words", "k_last", "k_first",
    "sound", "damaged", "guardian", "guardian_given", "b_year", "b_month", "b_day", "birth", "sex",
    "town", "street", "block", "home", "postal", "phone", "number", "household", "facility",
)  # fmt: skip
"""The columns of a normalised frame. All but ``spelling``, ``record_id`` and ``damaged`` are text."""

NUMBERS = ("spelling", "record_id", "damaged")
_SILENT = ""


def normalise(records: pd.DataFrame, variants: Variants, words: Words | None = None) -> pd.DataFrame:
    """Normal forms of ``records`` (see RAW_COLUMNS), sorted by record and by content.

    Unknown is None in every text column, so that SQL's null means "cannot be compared". The
    column ``spelling`` numbers the lines; it names a line only within this frame. ``words``: what
    earlier frames have taught of the same variants.
    """
    raw = _Raw(records)
    known = words or Words(variants)
    columns: dict[str, list[Any]] = {"extract": raw.texts["extract"], "own_number": _own_numbers(raw)}
    columns |= _names(raw, known)
    columns |= _births(raw)
    columns["sex"] = [sex if sex in ("M", "F") else _SILENT for sex in raw.texts["sex"]]
    columns |= _addresses(raw, known)
    columns["postal"] = raw.each("postal", normal.phone)
    columns["phone"] = [phone[-8:] for phone in raw.each("phone", normal.phone)]
    columns["number"] = _register_numbers(raw)
    columns["household"] = raw.each("household", normal.number)
    columns["facility"] = raw.each("facility", normal.facility)
    return _in_order(raw.records, columns)


class _Raw:
    """The columns of the records as lists of texts; missing ones are unknown."""

    def __init__(self, records: pd.DataFrame) -> None:
        self.records = records["record_id"].to_numpy(dtype="int64")
        nothing = [_SILENT] * len(records)
        self.texts: dict[str, list[str]] = {
            column: records[column].fillna(_SILENT).tolist() if column in records.columns else nothing
            for column in RAW_COLUMNS[1:]
        }

    def each(self, column: str, form: Callable[[str], Any]) -> list[Any]:
        """The normal form of every text, worked out once for each different one."""
        texts = self.texts[column]
        known = {text: form(text) for text in set(texts)}
        return [known[text] for text in texts]


def _in_order(records: np.ndarray, columns: Mapping[str, list[Any]]) -> pd.DataFrame:
    """Lines by record and content, equal ones once; most records have one line only."""
    order = np.argsort(records, kind="stable")
    ordered = records[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(ordered) else np.array([], dtype=int)
    lengths = np.diff(np.r_[starts, len(order)])
    names = [name for name in COLUMNS if name not in ("spelling", "record_id")]
    contents = [columns[name] for name in names]
    kept = order[starts]
    several = np.flatnonzero(lengths > 1)
    parts: list[np.ndarray] = []
    done = 0
    for place in several.tolist():
        start = starts[place]
        rows = order[start : start + lengths[place]].tolist()
        different = {tuple(column[row] for column in contents): row for row in rows}
        parts += [kept[done:place], np.array([different[content] for content in sorted(different)])]
        done = place + 1
    kept = np.concatenate([*parts, kept[done:]])
    lines: dict[str, np.ndarray] = {"spelling": np.arange(len(kept)), "record_id": records[kept]}
    for name in names:
        chosen = np.array(columns[name], dtype="int64" if name in NUMBERS else object)[kept]
        if name not in NUMBERS:
            chosen[chosen == _SILENT] = None
        lines[name] = chosen
    return pd.DataFrame(
        {name: pd.Series(column, dtype=column.dtype) for name, column in lines.items()}, columns=list(COLUMNS)
    )


def _own_numbers(raw: _Raw) -> list[str]:
    numbers = raw.each("local_id", normal.number)
    return [f"{system}|{number}" for system, number in zip(raw.texts["system"], numbers, strict=True)]


class _Forms(NamedTuple):
    """A raw name: as written (empty if it is all kana), and as read, coded (empty if it is not)."""

    written: normal.Name
    reading: normal.Name
    foreign: bool
    sound: str = ""


def _names(raw: _Raw, words: Words) -> dict[str, list[Any]]:
    """Parts of the written name (n_) and of the reading (k_), their first and last letters, damage."""
    guardians = raw.each("guardian", words.name)
    of_name = raw.each("name", lambda text: _forms(text, words))
    read_of = raw.each("kana", words.reading)
    written, read = [], []
    for forms, kana, reading, guardian in zip(of_name, raw.texts["kana"], read_of, guardians, strict=True):
        name, reading = forms.written, reading if kana else forms.reading
        if guardian.family and not forms.foreign:
            name = normal.family_first(name, guardian.family)
            if name is not forms.written:
                reading = normal.turned(reading)
        written.append(name)
        read.append(normal.orderless(reading) if forms.foreign else reading)
    columns: dict[str, list[Any]] = {}
    for letter, names in (("n", written), ("k", read)):
        for part in ("family", "given", "full", "bag", "words"):
            columns[f"{letter}_{part}"] = list(map(attrgetter(part), names))
        full = columns[f"{letter}_full"]
        columns[f"{letter}_last"] = [_sign(text[-1:]) for text in full]
        columns[f"{letter}_first"] = [_sign(text[:1]) for text in full]
    whole = zip(columns["n_full"], columns["k_full"], strict=True)
    columns["sound"] = list(map(attrgetter("sound"), of_name))
    columns["damaged"] = [int(normal.DAMAGE in a or normal.DAMAGE in b) for a, b in whole]
    columns["guardian"] = list(map(attrgetter("full"), guardians))
    columns["guardian_given"] = list(map(attrgetter("given"), guardians))
    return columns


def _sign(letter: str) -> str:
    return _SILENT if letter == normal.DAMAGE else letter


def _forms(text: str, words: Words) -> _Forms:
    """A name written in kana is its own reading; any other name says nothing about it."""
    written, foreign = words.name(text), words.is_foreign(text)
    said = sound(words.spelled(text)) if foreign else _SILENT
    if normal.is_kana(written.full):
        return _Forms(normal.Name(), words.reading(text), foreign, said)
    return _Forms(normal.orderless(written) if foreign else written, normal.Name(), foreign, said)


def _births(raw: _Raw) -> dict[str, list[Any]]:
    parts = raw.each("birth", normal.birth_parts)
    year, month, day = (list(part) for part in zip(*parts, strict=True)) if parts else ([], [], [])
    whole = ["".join(one) if all(one) else _SILENT for one in parts]
    return {"b_year": year, "b_month": month, "b_day": day, "birth": whole}


def _addresses(raw: _Raw, words: Words) -> dict[str, list[Any]]:
    parts = raw.each("address", lambda text: _parts_of(words.address(text)))
    columns = zip(*parts, strict=True) if parts else ((), (), (), ())
    return dict(zip(("town", "street", "block", "home"), map(list, columns), strict=True))


def _parts_of(form: Address) -> tuple[str, str, str, str]:
    """Town, street, block, and what tells one home from another."""
    home = f"{form.town[-2:]}{form.street}" if form.street else _SILENT
    return form.town, form.street, form.street.rpartition("-")[0], home


def _register_numbers(raw: _Raw) -> list[Any]:
    """宛名番号: the register's own local ID, elsewhere the extra column."""
    columns = (raw.texts[name] for name in ("extract", "local_id", "register_number"))
    own = [local if extract == REGISTER else number for extract, local, number in zip(*columns, strict=True)]
    known = {text: normal.number(text) for text in set(own)}
    return [known[text] for text in own]
