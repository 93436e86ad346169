"""Roles: who may do which verb. The one table; an entry counts only if it allowed its author.

What a role's holder may see or do beyond this (own children, a lead's grant) is asked where the
verb is carried out; here stands what no policy can widen.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a member of the office is; a member has a set of them."""

    WORKER = "worker"
    LEAD = "lead"
    ADMIN = "admin"
    AUDITOR = "auditor"


_WORKER, _LEAD = frozenset({Role.WORKER}), frozenset({Role.LEAD})
_ADMIN, _AUDITOR = frozenset({Role.ADMIN}), frozenset({Role.AUDITOR})

MAY: dict[str, frozenset[Role]] = {
    "see": _WORKER | _LEAD,
    "decide": _WORKER | _LEAD,
    "note": _WORKER | _LEAD,
    "take": _WORKER | _LEAD,
    "rule_own": _WORKER | _LEAD,
    "print_own": _WORKER | _LEAD,
    "rule": _LEAD,
    "import": _LEAD,
    "assign": _LEAD,
    "settings": _LEAD,
    "export": _LEAD,
    "sign_off": _LEAD,
    "unveil": _LEAD,
    "people": _ADMIN,
    "backup": _ADMIN,
    "policy": _ADMIN,
    "activity": _LEAD | _AUDITOR,
}
"""Verb -> the roles that may do it. ``rule_own``, ``take`` and ``print_own`` concern own children."""


def may(roles: Iterable[str], verb: str) -> bool:
    """Whether any of these roles allows the verb. KeyError for a verb that does not exist."""
    return not MAY[verb].isdisjoint(roles)


def roles_of(names: Iterable[str]) -> frozenset[Role]:
    """The set behind these words. ValueError for a word that is no role."""
    return frozenset(Role(name) for name in names)


@dataclass(frozen=True)
class Member:
    """Somebody of the office, as its entries made them. ``id`` is what stands in entries."""

    id: str
    name: str
    roles: frozenset[Role]
    active: bool = True

    def may(self, verb: str) -> bool:
        """Whether this member's roles allow the verb."""
        return self.active and may(self.roles, verb)
