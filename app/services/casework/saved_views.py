"""Saved views of the caseload: a question with a name, one's own or shared with the whole office.

Each view is a setting of its own, so that two people saving two views never overwrite each other, and
what was saved, renamed or removed can be read in the journal and taken back. Only a lead shares.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from app.domain.entries import Kind
from app.domain.message import Refused, WrongUse
from app.domain.priority import Level
from app.domain.sectors import Sector
from app.services.answers.caseload import DUE, SORTS, CaseloadQuery
from app.services.answers.outcomes import Changes, Outcome
from app.services.casework.narrowing import VIEWS
from app.storage.offices.office import Office

NAME_LIMIT = 60
SHARED = "views.shared."
_OWN = "own."
Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True)
class SavedView:
    """One saved view. ``mine``: this member may change and remove it."""

    key: str
    name: str
    shared: bool
    mine: bool
    query: CaseloadQuery


def saved(office: Office) -> tuple[SavedView, ...]:
    """The views that this member sees: those shared first, each kind by name."""
    rows = office.reader().execute(
        "SELECT key, value FROM setting WHERE key LIKE 'views.shared.%' OR key LIKE ? ORDER BY key",
        (f"{_own(office)}%",),
    )
    found = [_view(office, key, json.loads(value)) for key, value in rows.fetchall()]
    return tuple(sorted((one for one in found if one is not None), key=lambda one: (not one.shared, one.name)))


def save(
    office: Office, name: str, query: CaseloadQuery, now: datetime, *, shared: bool = False, key: str = ""
) -> Outcome[str]:
    """Keep a question under a name; with ``key`` that view is changed. The entry's id.

    WrongUse without a name, ``view.name_taken`` for one that another view of that kind has; Refused for
    sharing without being a lead.
    """
    name = " ".join(name.split())
    if not name:
        raise WrongUse("view.name_missing")
    if len(name) > NAME_LIMIT:
        raise WrongUse("view.name_long", most=NAME_LIMIT)
    if any(one.name == name and one.shared == shared and one.key != key for one in saved(office)):
        raise WrongUse("view.name_taken", name=name)
    if key and key.startswith(SHARED) != shared:
        raise AssertionError("a view stays what it is: shared, or one's own")
    wanted = key or f"{SHARED if shared else _own(office)}{secrets.token_hex(8)}"
    return _write(office, wanted, {"name": name, "query": plain(query)}, now)


def remove(office: Office, key: str, now: datetime) -> Outcome[str]:
    """Remove a view; the entry's id. WrongUse where there is none."""
    if office.setting(key) is None:
        raise WrongUse("view.unknown")
    return _write(office, key, None, now)


def _write(office: Office, key: str, value: object, now: datetime) -> Outcome[str]:
    if key.startswith(SHARED) and not office.member.may("settings"):
        raise Refused("view.share_lead")
    entry = office.write(Kind.SETTING_CHANGED, {"key": key, "value": value}, time=now)
    return Outcome(entry.id, Changes(frozenset({"views"})))


def _own(office: Office) -> str:
    return f"{_OWN}{office.member.id}.views."


def _view(office: Office, key: str, said: Any) -> SavedView | None:
    if not isinstance(said, dict):
        return None
    shared = key.startswith(SHARED)
    mine = not shared or office.member.may("settings")
    return SavedView(key, str(said.get("name", "")), shared, mine, query_of(said.get("query") or {}))


# ---------------------------------------------------------------------------- a query as plain values


def plain(query: CaseloadQuery) -> dict[str, object]:
    """What of a query differs from the plain list, as JSON's values."""
    empty, found = CaseloadQuery(), {}
    for name in CaseloadQuery.__dataclass_fields__:
        value = getattr(query, name)
        if value != getattr(empty, name):
            found[name] = sorted(map(str, value)) if isinstance(value, frozenset) else value
    return found


def query_of(said: Mapping[str, Any]) -> CaseloadQuery:
    """The query behind plain values; what is not understood here is left out."""
    return CaseloadQuery(
        view=_one_of(said.get("view"), VIEWS, "month"),
        text=str(said.get("text", "")),
        levels=_words(Level, said.get("levels")),
        sectors=_words(Sector, said.get("sectors")),
        assignees=_texts(said.get("assignees")),
        criteria=_texts(said.get("criteria")),
        schools=_texts(said.get("schools")),
        age_least=_whole(said.get("age_least")),
        age_most=_whole(said.get("age_most")),
        due=_one_of(said.get("due"), DUE, ""),
        unseen=_whole(said.get("unseen")),
        supported=_one_of(said.get("supported"), ("yes", "no"), ""),
        only_new=said.get("only_new") is True,
        no_meeting=said.get("no_meeting") is True,
        sort=_sort(said.get("sort")),
    )


def _one_of(said: object, known: tuple[str, ...], default: str) -> str:
    return said if isinstance(said, str) and said in known else default


def _sort(said: object) -> str:
    return said if isinstance(said, str) and said.removeprefix("-") in SORTS else "rank"


def _texts(said: object) -> frozenset[str]:
    return frozenset(str(one) for one in said) if isinstance(said, list) else frozenset()


def _words(kind: type[Word], said: object) -> frozenset[Word]:
    return frozenset(one for one in kind if str(one) in _texts(said))


def _whole(said: object) -> int | None:
    return said if isinstance(said, int) and not isinstance(said, bool) else None
