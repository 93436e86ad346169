"""What each condition of the list says, and which choices it has. No widgets: the menus are in ``filters``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.domain.priority import LEVELS
from app.domain.sectors import SECTORS, Sector
from app.services.answers.caseload import DUE, CaseloadQuery
from ui.words import _, criterion_name, level_word, sector_word

UNSEEN = (30, 60, 90, 180, 365)
AGES = range(18)
GROUPS = (
    ("levels", "sectors", "criteria", "schools", "ages"),
    ("due", "unseen", "assignees", "supported"),
    ("only_new", "no_meeting"),
)
"""The conditions as the menu groups them; the last ones are only on or off."""
PARTS = tuple(part for group in GROUPS for part in group)
SWITCHES = GROUPS[-1]
NAMED = 2
"""So many names stand on a chip; of more it says how many."""


@dataclass(frozen=True)
class Choice:
    """One line of a condition's menu. ``under`` is the submenu's words, "" for none; ``after`` the query."""

    words: str
    on: bool
    after: CaseloadQuery
    under: str = ""


@dataclass(frozen=True)
class Known:
    """What there is to choose from: colleagues, criteria with their sector, schools."""

    members: tuple[str, ...] = ()
    criteria: tuple[tuple[str, Sector], ...] = ()
    schools: tuple[str, ...] = ()


def part_words(query: CaseloadQuery, part: str) -> str:
    """One condition as its chip says it; "" when it is not in force."""
    if part == "levels" and query.levels:
        return _("condition.levels", words=_joined([level_word(one) for one in LEVELS if one in query.levels]))
    if part == "sectors" and query.sectors:
        return _("condition.sectors", words=_joined([sector_word(one) for one in SECTORS if one in query.sectors]))
    if part == "criteria" and query.criteria:
        return _("condition.criteria", words=_few([criterion_name(one) for one in sorted(query.criteria)]))
    if part == "schools" and query.schools:
        return _("condition.schools", words=_few(sorted(query.schools)))
    if part == "ages":
        return _age_words(query.age_least, query.age_most)
    if part == "assignees" and query.assignees:
        return _("condition.assignees", words=_joined([one or _("assignee.none") for one in sorted(query.assignees)]))
    if part == "unseen" and query.unseen is not None:
        return _("condition.unseen", days=query.unseen)
    if part in ("due", "supported") and getattr(query, part):
        return _(f"condition.{part}.{getattr(query, part)}")
    if part in SWITCHES and getattr(query, part):
        return _(f"condition.{part}")
    return ""


def query_words(query: CaseloadQuery) -> str:
    """The whole question in words: view, search, conditions."""
    parts = [_(f"view.{query.view}"), f"「{query.text}」" if query.text else ""]
    return _("list.join").join(one for one in (*parts, *(part_words(query, part) for part in PARTS)) if one)


def without(query: CaseloadQuery, part: str) -> CaseloadQuery:
    """The same without one condition."""
    empty = CaseloadQuery()
    names = ("age_least", "age_most") if part == "ages" else (part,)
    return replace(query, **{name: getattr(empty, name) for name in names})


def choices(query: CaseloadQuery, part: str, known: Known) -> list[Choice]:
    """The lines of a condition's menu."""
    if part == "levels":
        return [_member(query, part, one, level_word(one)) for one in LEVELS]
    if part == "sectors":
        return [_member(query, part, one, sector_word(one)) for one in SECTORS]
    if part == "criteria":
        return [
            _member(query, part, key, criterion_name(key), sector_word(sector))
            for sector in SECTORS
            for key, its in known.criteria
            if its == sector
        ]
    if part in ("schools", "assignees"):
        names: Sequence[str] = known.schools if part == "schools" else ("", *known.members)
        return [_member(query, part, one, one or _("assignee.none")) for one in names]
    if part == "ages":
        return _ages(query)
    if part == "unseen":
        return [_single(query, part, days, _("condition.unseen", days=days)) for days in UNSEEN]
    if part == "supported":
        return [_single(query, part, one, _(f"condition.supported.{one}")) for one in ("no", "yes")]
    if part == "due":
        return [_single(query, part, one, _(f"condition.due.{one}")) for one in DUE]
    return [_single(query, part, True, _(f"condition.{part}"))]


def _member(query: CaseloadQuery, part: str, one: object, words: str, under: str = "") -> Choice:
    chosen: frozenset[object] = getattr(query, part)
    return Choice(words, one in chosen, _with(query, part, chosen ^ {one}), under)


def _with(query: CaseloadQuery, name: str, value: Any) -> CaseloadQuery:
    return replace(query, **{name: value})


def _single(query: CaseloadQuery, part: str, value: object, words: str) -> Choice:
    on = getattr(query, part) == value
    return Choice(words, on, without(query, part) if on else _with(query, part, value))


def _ages(query: CaseloadQuery) -> list[Choice]:
    """From and to, each its own submenu: any span can be put together."""
    found = []
    for name, key in (("age_least", "condition.ages.from"), ("age_most", "condition.ages.to")):
        for age in AGES:
            on = getattr(query, name) == age
            after = _with(query, name, None if on else age)
            found.append(Choice(_(key, age=age), on, _straight(after, name), _(f"filters.{name}")))
    return found


def _straight(query: CaseloadQuery, changed: str) -> CaseloadQuery:
    """A span whose ends crossed: the end that was not touched follows."""
    least, most = query.age_least, query.age_most
    if least is None or most is None or least <= most:
        return query
    return replace(query, age_most=least) if changed == "age_least" else replace(query, age_least=most)


def _age_words(least: int | None, most: int | None) -> str:
    if least is None and most is None:
        return ""
    if most is None:
        return _("condition.ages.from", age=least)
    if least is None:
        return _("condition.ages.to", age=most)
    return _("condition.ages", least=least, most=most)


def _joined(words: Sequence[str]) -> str:
    return _("list.join").join(words)


def _few(words: Sequence[str]) -> str:
    shown = _joined(words[:NAMED])
    return _("condition.and_more", words=shown, n=len(words) - NAMED) if len(words) > NAMED else shown
