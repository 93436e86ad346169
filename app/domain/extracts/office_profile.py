"""An office's own profile: what it says over one that is shipped.

The shipped profile stays as it is; what an office says lies over it, so an update of the program
reaches every column that the office never spoke of. The document is plain JSON, as it stands in an
entry: ``base`` (a shipped extract), ``names`` (of a kind of its own), ``kind`` (snapshot or ledger),
``headers`` (column -> headers), ``joined`` (column -> headers that make it up together), ``codes``
(column -> known word -> further texts; the word "" for texts that say nothing), ``unused`` (headers).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from app.domain.extracts.profile import KINDS_OF_EXTRACT, Column, Profile
from app.domain.extracts.text import code_form, header_form
from app.domain.message import WrongUse

CODED = ("code", "yes_no", "sex")
_WORDS = {"yes_no": ("有", "無"), "sex": ("M", "F")}
_ALLOWED = {"base", "names", "kind", "headers", "joined", "codes", "unused"}
_OWN_KEY = re.compile(r"own_[a-z0-9]{1,24}")
_LONGEST, _MOST = 200, 400

Document = Mapping[str, Any]


def words_of(column: Column) -> tuple[str, ...]:
    """The words that a coded column knows, in its own order; none for one of another type."""
    if column.type not in CODED:
        return ()
    return tuple(filter(None, dict.fromkeys((*_WORDS.get(column.type, ()), *column.codes))))


def may_be_built_on(profile: Profile, shipped: Iterable[Profile]) -> bool:
    """Whether an office may have a kind of its own like this one: no other extract hangs on its numbers."""
    return not profile.base and profile.key not in {roster for one in shipped for roster in one.rosters}


def laid_over(shipped: Mapping[str, Profile], key: str, said: Document) -> Profile:
    """The profile ``key`` with what the office says over it. WrongUse with ``profile.not_meant``."""
    base = shipped.get(str(said.get("base", "")))
    if base is None or said.keys() - _ALLOWED:
        raise _unfit(key, "base" if base is None else ", ".join(sorted(said.keys() - _ALLOWED)))
    names, own = dict(base.names), ""
    if key != base.key:
        names, own = _own_names(key, said), base.key
        if not may_be_built_on(base, shipped.values()):
            raise WrongUse("profile.base_is_roster", ja=base.names["ja"], en=base.names["en"])
    kind = said.get("kind", base.kind)
    if kind not in KINDS_OF_EXTRACT or (kind == "snapshot" and base.by_row):
        raise WrongUse("profile.only_ledger", ja=names["ja"], en=names["en"])
    headers, joined = _texts(key, said, "headers", base), _texts(key, said, "joined", base)
    _each_header_once(key, headers, joined)
    codes = _codes(key, said, base)
    return replace(
        base,
        key=key,
        names=names,
        kind=kind,
        columns={
            name: replace(
                column,
                headers=headers.get(name, ()),
                joined=joined.get(name, ()),
                codes=_more(column.codes, codes.get(name, {})),
            )
            for name, column in base.columns.items()
        },
        base=own,
        unused=tuple(_list(key, said.get("unused", []))),
    )


def _unfit(key: str, why: str) -> WrongUse:
    return WrongUse("profile.not_meant", profile=key, why=why)


def _own_names(key: str, said: Document) -> dict[str, str]:
    names = said.get("names")
    if not _OWN_KEY.fullmatch(key) or not isinstance(names, Mapping):
        raise _unfit(key, "names")
    found = {code: str(names.get(code, "")).strip() for code in ("ja", "en")}
    if not found["ja"] or max(map(len, found.values())) > 60:
        raise WrongUse("profile.name_missing")
    return {"ja": found["ja"], "en": found["en"] or found["ja"]}


def _list(key: str, texts: Any) -> list[str]:
    if not isinstance(texts, list) or len(texts) > _MOST or not all(isinstance(one, str) for one in texts):
        raise _unfit(key, str(texts)[:_LONGEST])
    if any(not one.strip() or len(one) > _LONGEST for one in texts):
        raise _unfit(key, "「」")
    return texts


def _columns_said(key: str, said: Document, part: str, base: Profile) -> Mapping[str, Any]:
    columns = said.get(part, {})
    if not isinstance(columns, Mapping):
        raise _unfit(key, part)
    for name in columns:
        if name not in base.columns:
            raise _unfit(key, f"{part}: {name}")
    return columns


def _texts(key: str, said: Document, part: str, base: Profile) -> dict[str, tuple[str, ...]]:
    return {name: tuple(_list(key, texts)) for name, texts in _columns_said(key, said, part, base).items()}


def _each_header_once(key: str, headers: Mapping[str, tuple[str, ...]], joined: Mapping[str, tuple[str, ...]]) -> None:
    """One header cannot say two columns."""
    seen: dict[str, str] = {}
    for part in (headers, joined):
        for name, texts in part.items():
            for text in texts:
                other = seen.setdefault(header_form(text), name)
                if other != name:
                    raise WrongUse("profile.header_twice", header=text, one=other, other=name)


def _codes(key: str, said: Document, base: Profile) -> dict[str, dict[str, tuple[str, ...]]]:
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for name, meanings in _columns_said(key, said, "codes", base).items():
        column = base.columns[name]
        seen: dict[str, str] = {}
        words = words_of(column)
        if not words or not isinstance(meanings, Mapping):
            raise _unfit(key, f"codes: {name}")
        for word, texts in meanings.items():
            if word and word not in words:
                raise _unfit(key, f"codes: {name}: {word}")
            for text in _list(key, texts):
                if seen.setdefault(code_form(text), word) != word:
                    raise WrongUse("profile.code_twice", column=name, text=text)
        found[name] = {word: tuple(texts) for word, texts in meanings.items()}
    return found


def _more(codes: Mapping[str, tuple[str, ...]], own: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
    """The office's texts over the shipped ones: a text that means another word now leaves its old one."""
    if not own:
        return codes
    moved = {code_form(text) for texts in own.values() for text in texts}
    kept = {word: tuple(text for text in texts if code_form(text) not in moved) for word, texts in codes.items()}
    return {
        word: (*kept.get(word, ()), *own.get(word, ())) for word in (*kept, *(one for one in own if one not in kept))
    }
