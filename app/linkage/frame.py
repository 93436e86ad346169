"""The frame that is compared: one line per spelling of a record, in normal form.

A record that came with several spellings has several lines; equal lines of one record are one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from app.linkage import normal
from app.linkage.addresses import Address, address
from app.linkage.variants import Variants

RAW_COLUMNS = (
    "record_id", "extract", "local_id", "system", "name", "kana", "birth", "sex", "postal", "address",
    "phone", "guardian", "register_number", "household", "relation", "facility", "grade",
)  # fmt: skip
"""What ``normalise`` reads. Missing columns count as unknown; ``record_id`` is a 63-bit integer."""

REGISTER = "resident_register"

_SILENT = ""


def normalise(records: pd.DataFrame, variants: Variants) -> pd.DataFrame:
    """Normal forms of ``records`` (see RAW_COLUMNS), sorted by record and by content.

    Unknown is None in every text column, so that SQL's null means "cannot be compared". The
    column ``spelling`` numbers the lines; it names a line only within this frame.
    """
    raw = records.reindex(columns=list(RAW_COLUMNS), fill_value=_SILENT).fillna(_SILENT)
    lines = pd.DataFrame({"record_id": raw["record_id"].astype("int64")})
    lines["extract"] = raw["extract"]
    lines["own_number"] = raw["system"] + "|" + raw["local_id"].map(_each(normal.number, raw["local_id"]))
    _add_names(lines, raw, variants)
    _add_birth(lines, raw["birth"])
    lines["sex"] = raw["sex"].where(raw["sex"].isin(["M", "F"]), _SILENT)
    _add_address(lines, raw, variants)
    phones = raw["phone"].map(_each(normal.phone, raw["phone"]))
    lines["phone"] = phones.str[-8:]
    lines["number"] = _register_numbers(raw)
    lines = lines.drop_duplicates().sort_values(list(lines.columns), kind="stable", ignore_index=True)
    texts = [column for column in lines.columns if column not in ("record_id", "damaged")]
    known = lines[texts].astype(object)
    lines[texts] = known.where(known != _SILENT, None)
    lines.insert(0, "spelling", range(len(lines)))
    return lines


def _each(form: Callable[[str], Any], texts: pd.Series) -> dict[str, Any]:
    """The normal form of every different text, worked out once."""
    return {text: form(text) for text in texts.unique()}


def _add_names(lines: pd.DataFrame, raw: pd.DataFrame, variants: Variants) -> None:
    """Parts of the written name (n_) and of the reading (k_), their first and last letters, damage."""
    read_of = _each(lambda text: normal.coded(normal.kana(text)), raw["kana"])
    of_name = {text: _forms(text, variants) for text in raw["name"].unique()}
    guardians = raw["guardian"].map(_each(lambda text: normal.name(text, variants), raw["guardian"])).tolist()
    written, read = [], []
    for text, kana, guardian in zip(raw["name"].tolist(), raw["kana"].tolist(), guardians, strict=True):
        forms = of_name[text]
        name, reading = forms.written, read_of[kana] if kana else forms.reading
        if guardian.family and not forms.foreign:
            name = normal.family_first(name, guardian.family)
            if name is not forms.written:
                reading = normal.turned(reading)
        written.append(name)
        read.append(normal.orderless(reading) if forms.foreign else reading)
    for letter, names in (("n", written), ("k", read)):
        for part in ("family", "given", "full", "bag", "words"):
            lines[f"{letter}_{part}"] = [getattr(form, part) for form in names]
        lines[f"{letter}_last"] = [form.full[-1:].replace(normal.DAMAGE, "") for form in names]
        lines[f"{letter}_first"] = [form.full[:1].replace(normal.DAMAGE, "") for form in names]
    lines["damaged"] = [
        int(normal.DAMAGE in a.full or normal.DAMAGE in b.full) for a, b in zip(written, read, strict=True)
    ]
    lines["guardian"] = [form.full for form in guardians]
    lines["guardian_given"] = [form.given for form in guardians]


@dataclass(frozen=True, slots=True)
class _Forms:
    """A raw name: as written (empty if it is all kana), and as read, coded (empty if it is not)."""

    written: normal.Name
    reading: normal.Name
    foreign: bool


def _forms(text: str, variants: Variants) -> _Forms:
    """A name written in kana is its own reading; any other name says nothing about it."""
    written, foreign = normal.name(text, variants), normal.is_foreign(text)
    if normal.is_kana(written.full):
        return _Forms(normal.Name(), normal.coded(normal.kana(text)), foreign)
    return _Forms(normal.orderless(written) if foreign else written, normal.Name(), foreign)


def _add_birth(lines: pd.DataFrame, births: pd.Series) -> None:
    parts = births.map(_each(normal.birth_parts, births))
    lines["b_year"] = [year for year, _, _ in parts]
    lines["b_month"] = [month for _, month, _ in parts]
    lines["b_day"] = [day for _, _, day in parts]
    lines["birth"] = ["".join(p) if all(p) else _SILENT for p in parts]


def _add_address(lines: pd.DataFrame, raw: pd.DataFrame, variants: Variants) -> None:
    forms: list[Address] = list(raw["address"].map(_each(lambda text: address(text, variants), raw["address"])))
    lines["town"] = [form.town for form in forms]
    lines["street"] = [form.street for form in forms]
    lines["home"] = [f"{form.town[-2:]}{form.street}" if form.street else _SILENT for form in forms]
    postal = raw["postal"].map(_each(normal.phone, raw["postal"]))
    lines["postal"] = postal


def _register_numbers(raw: pd.DataFrame) -> pd.Series:
    """宛名番号: the register's own local ID, elsewhere the extra column."""
    own = raw["local_id"].where(raw["extract"] == REGISTER, raw["register_number"])
    return own.map(_each(normal.number, own))
