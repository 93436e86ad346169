"""Profiles on the disk: the shelf ``resources/extracts``, one TOML file for each extract.

A file that cannot be a profile is refused with its name and what is wrong with it; nothing is
guessed into shape. What the words mean stands in ``app.domain.extracts.profile``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

from app.domain.extracts.person_block import BLOCK_COLUMNS, BLOCK_FIELDS, OWN_FIELDS
from app.domain.extracts.profile import (
    COLUMN_TYPES,
    KINDS_OF_EXTRACT,
    PERSON_BLOCKS,
    Check,
    Column,
    FactRule,
    Profile,
)
from app.domain.facts import KINDS
from app.domain.message import Refused
from app.domain.sectors import Sector
from app.storage.resources import resource_path

_NEEDED = {"key", "names", "sector", "kind", "local_id", "natural_key", "system", "columns", "facts"}
_ALLOWED = _NEEDED | {"rosters", "person_block", "block", "checks"}


class _Unfit(Exception):
    """What is wrong with a profile, in the words of its file."""


@cache
def shipped_profiles() -> dict[str, Profile]:
    """The profiles that come with the program, by key, in alphabetical order."""
    return load_profiles(resource_path("extracts"))


def load_profiles(folder: Path) -> dict[str, Profile]:
    """Every ``*.toml`` of a folder as a profile, by key. Refused with ``profile.unfit``."""
    profiles = {path.stem: load_profile(path) for path in sorted(folder.glob("*.toml"))}
    for profile in profiles.values():
        for roster in profile.rosters:
            if roster not in profiles or not profiles[roster].bears_persons:
                raise Refused("profile.unfit", file=f"{profile.key}.toml", why=f"rosters: {roster}")
    return profiles


def load_profile(path: Path) -> Profile:
    """One profile. Refused with ``profile.unfit`` (file, why) for one that cannot be meant."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        profile = _profile(table)
        if profile.key != path.stem:
            raise _Unfit(f"key: {profile.key}")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, _Unfit) as error:
        raise Refused("profile.unfit", file=path.name, why=str(error)) from error
    return profile


def _profile(table: Mapping[str, Any]) -> Profile:
    _only(table, _ALLOWED, "")
    missing = _NEEDED - table.keys()
    if missing:
        raise _Unfit(f"missing: {', '.join(sorted(missing))}")
    by_row = table["natural_key"] == "row"
    person_block = _one_of(table.get("person_block", "none"), PERSON_BLOCKS, "person_block")
    profile = Profile(
        key=table["key"],
        names=table["names"],
        sector=Sector(_one_of(table["sector"], [str(one) for one in Sector], "sector")),
        kind=_one_of(table["kind"], KINDS_OF_EXTRACT, "kind"),
        local_id=tuple(table["local_id"]),
        natural_key=() if by_row else tuple(table["natural_key"]),
        by_row=by_row,
        system=table["system"],
        rosters=tuple(table.get("rosters", ())),
        person_block=person_block,
        columns=_columns(table, person_block != "none"),
        block=_block(table, person_block != "none"),
        facts=tuple(_fact(rule) for rule in table["facts"]),
        checks=tuple(_check(check) for check in table.get("checks", ())),
    )
    _check_names(profile)
    return profile


def _columns(table: Mapping[str, Any], with_block: bool) -> dict[str, Column]:
    own = {column.name: column for column in map(_column, table["columns"])}
    ids = {name: own.pop(name) for name in table["local_id"] if name in own}
    block = {column.name: column for column in BLOCK_COLUMNS} if with_block else {}
    return {**ids, **block, **own}


def _column(table: Mapping[str, Any]) -> Column:
    _only(table, {one.name for one in fields(Column)}, "columns")
    given = dict(table)
    if "name" not in given:
        raise _Unfit("columns: name")
    _one_of(given.get("type", "text"), COLUMN_TYPES, f"type ({given['name']})")
    for name in ("synonyms", "units"):
        given[name] = tuple(given.get(name, ()))
    for name in ("bounds", "usual"):
        low, high = given.get(name, (None, None))
        given[name] = (low, high)
    given["codes"] = dict(map(_code, given.get("codes", ())))
    return Column(**given)


def _code(entry: str | list[str]) -> tuple[str, tuple[str, ...]]:
    """A word, or a list of the word and its other spellings."""
    return (entry, ()) if isinstance(entry, str) else (entry[0], tuple(entry[1:]))


def _block(table: Mapping[str, Any], with_block: bool) -> dict[str, str]:
    own = table.get("block", {})
    _only(own, set(OWN_FIELDS), "block")
    return {**BLOCK_FIELDS, **own} if with_block else {}


def _fact(table: Mapping[str, Any]) -> FactRule:
    _only(table, {one.name for one in fields(FactRule)}, "facts")
    kind = KINDS.get(table.get("kind", ""))
    if kind is None:
        raise _Unfit(f"facts: kind {table.get('kind')}")
    _only(table.get("attributes", {}), {*kind.numbers, *kind.words}, f"facts: {kind.name}")
    if not table.get("start") and not table.get("month"):
        raise _Unfit(f"facts: {kind.name}: start, month")
    month = table.get("month")
    return FactRule(
        kind=kind.name,
        attributes=table.get("attributes", {}),
        start=tuple(table.get("start", ())),
        end=table.get("end", ""),
        month=(month[0], month[1]) if month else None,
        span=table.get("span", False),
        undated=table.get("undated", False),
    )


def _check(table: Mapping[str, Any]) -> Check:
    _only(table, {one.name for one in fields(Check)}, "checks")
    given = dict(table)
    if "reason" not in given or sum(name in given for name in ("total", "day", "filled", "grade")) != 1:
        raise _Unfit("checks: reason, total | day | filled | grade")
    for name in ("total", "limit", "words"):
        given[name] = tuple(given.get(name, ()))
    return Check(**given)


def _check_names(profile: Profile) -> None:
    """Every column spoken of anywhere in the profile must be one of its columns."""
    for name in _spoken_of(profile):
        if name not in profile.columns:
            raise _Unfit(f"columns: {name}")


def _spoken_of(profile: Profile) -> Iterable[str]:
    yield from profile.local_id
    yield from profile.natural_key
    yield from profile.block.values()
    for rule in profile.facts:
        yield from (*rule.start, *rule.attributes.values(), *(rule.month or ()))
        if rule.end:
            yield rule.end
    for check in profile.checks:
        yield from check.columns


def _only(table: Mapping[str, Any], allowed: Iterable[str], where: str) -> None:
    unknown = table.keys() - set(allowed)
    if unknown:
        raise _Unfit(f"{where}: {', '.join(sorted(unknown))}".removeprefix(": "))


def _one_of(word: str, words: Iterable[str], where: str) -> str:
    if word not in words:
        raise _Unfit(f"{where}: {word}")
    return word
