"""Records for the matching's tests, in a clerk's words: who, where, which department."""

from __future__ import annotations

import hashlib
from typing import Any

import pandas as pd

from app.linkage.frame import RAW_COLUMNS
from app.linkage.matching import match
from app.linkage.results import LinkResult

HARUTO = {
    "name": "髙橋　陽斗", "kana": "ﾀｶﾊｼ ﾊﾙﾄ", "birth": "2016-09-28", "sex": "M", "postal": "252-0001",
    "address": "青葉市本町一丁目四番五号", "phone": "046-200-1234", "guardian": "髙橋　美咲",
}  # fmt: skip
TWIN = HARUTO | {"name": "高橋 陽希", "kana": "タカハシ ハルキ"}
SISTER = HARUTO | {"name": "高橋 結衣", "kana": "タカハシ ユイ", "birth": "2018-04-02", "sex": "F"}
SYSTEMS = {"resident_register": "宛名番号", "school_register": "学籍番号", "childcare": "児童番号"}


def record(person: dict[str, str], extract: str, local_id: str, **changes: str) -> dict[str, Any]:
    """One spelling of a record. The record id follows from extract and local ID."""
    return {
        "record_id": record_id(extract, local_id),
        "extract": extract,
        "local_id": local_id,
        "system": SYSTEMS.get(extract, extract),
        **person,
        **changes,
    }


def record_id(extract: str, local_id: str) -> int:
    """Stands for the office's keyed digest."""
    return int.from_bytes(hashlib.sha256(f"{extract}|{local_id}".encode()).digest()[:8]) >> 1


def person_id_of(record: int) -> int:
    """Stands for the office's keyed digest."""
    return record ^ 0x5555


def linked(*lines: dict[str, Any], **keywords: Any) -> LinkResult:
    """The matching of some records."""
    frame = pd.DataFrame(list(lines)).reindex(columns=list(RAW_COLUMNS), fill_value="").fillna("")
    return match(frame, person_id_of=person_id_of, **keywords)


def together(result: LinkResult, *lines: dict[str, Any]) -> bool:
    """True where all these records are one person."""
    return len({result.persons[line["record_id"]] for line in lines}) == 1
