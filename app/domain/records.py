"""Records: one person as one source system knows them, in the source's own words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PersonBlock:
    """What one row says about who the person is. Texts as they came; "" means unknown.

    ``birth`` is ISO (``2016-09-28``); a partial date keeps its known part (``2016-09-00``,
    ``2016-00-00``). ``sex`` is ``M``, ``F`` or "". ``protected`` is None where the row is silent.
    ``name`` is empty only where it is sealed and cannot be read here. ``register_number`` is 宛名番号,
    ``household`` is 世帯番号, ``relation`` is 続柄.
    """

    name: str = ""
    kana: str = ""
    birth: str = ""
    sex: str = ""
    postal: str = ""
    address: str = ""
    phone: str = ""
    guardian: str = ""
    register_number: str = ""
    household: str = ""
    relation: str = ""
    facility: str = ""
    grade: str = ""
    school_class: str = ""
    protected: bool | None = None
    protected_until: str = ""
