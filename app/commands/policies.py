"""`policy`: what an administrator lays down for everybody: how long openings last, which sectors are closed."""

from __future__ import annotations

import argparse

from app.commandline import DONE, Commands, command, now, open_office, show, tell
from app.domain.message import Message, WrongUse
from app.domain.sectors import Sector
from app.services.protection import need_to_know, unveiling


def declare_policy(commands: Commands) -> None:
    """Without any option it shows what holds."""
    declared = command(commands, "policy", _run_policy)
    declared.add_argument("--opening-minutes", type=int, metavar="N")
    declared.add_argument("--close", metavar="ROLE=SECTORS")


def _run_policy(parsed: argparse.Namespace) -> int:
    with open_office(parsed) as office:
        if parsed.opening_minutes is not None:
            unveiling.set_minutes(office, parsed.opening_minutes, now())
        if parsed.close is not None:
            role, _, named = parsed.close.partition("=")
            need_to_know.set_closed(office, role.strip(), _sectors(named), now())
        tell(Message("policy.minutes", {"minutes": unveiling.minutes(office)}))
        for role, closed in need_to_know.closed_by_policy(office).items():
            show(f"{role}={','.join(sorted(closed))}")
    return DONE


def _sectors(named: str) -> frozenset[Sector]:
    """The sectors between commas; none opens them all. WrongUse for another word."""
    words = [one.strip() for one in named.split(",") if one.strip()]
    known = {str(one) for one in Sector}
    wrong = [one for one in words if one not in known]
    if wrong:
        raise WrongUse("policy.no_such_sector", sector=", ".join(wrong), known=", ".join(sorted(known)))
    return frozenset(Sector(one) for one in words)
