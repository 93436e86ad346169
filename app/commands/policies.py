"""`policy`: what an administrator lays down for everybody: how long openings last, which sectors are closed."""

from __future__ import annotations

import argparse

from app.commandline import DONE, Commands, command, now, open_office, show, tell
from app.domain.message import Message, WrongUse
from app.domain.sectors import Sector
from app.services.offices import policy
from app.services.protection import need_to_know, unveiling
from app.storage.offices.office import Office


def declare_policy(commands: Commands) -> None:
    """Without any option it shows what holds."""
    declared = command(commands, "policy", _run_policy)
    declared.add_argument("--opening-minutes", type=int, metavar="N")
    declared.add_argument("--close", metavar="ROLE=SECTORS")
    declared.add_argument("--workers-see", choices=("all", "own"))
    declared.add_argument("--second-factor", choices=("required", "optional"))
    declared.add_argument("--idle-minutes", type=int, metavar="N")


def _run_policy(parsed: argparse.Namespace) -> int:
    with open_office(parsed) as office:
        if parsed.opening_minutes is not None:
            unveiling.set_minutes(office, parsed.opening_minutes, now())
        if parsed.close is not None:
            role, _, named = parsed.close.partition("=")
            need_to_know.set_closed(office, role.strip(), _sectors(named), now())
        _set_more(office, parsed)
        tell(Message("policy.own" if need_to_know.own_only(office) else "policy.all"))
        tell(Message("policy.factor" if policy.factor_required(office) else "policy.no_factor"))
        tell(Message("policy.idle", {"minutes": policy.idle_minutes(office)}))
        tell(Message("policy.minutes", {"minutes": unveiling.minutes(office)}))
        for role, closed in need_to_know.closed_by_policy(office).items():
            show(f"{role}={','.join(sorted(closed))}")
    return DONE


def _set_more(office: Office, parsed: argparse.Namespace) -> None:
    if parsed.workers_see is not None:
        need_to_know.set_own_only(office, parsed.workers_see == "own", now())
    if parsed.second_factor is not None:
        policy.require_factor(office, parsed.second_factor == "required", now())
    if parsed.idle_minutes is not None:
        policy.set_idle_minutes(office, parsed.idle_minutes, now())


def _sectors(named: str) -> frozenset[Sector]:
    """The sectors between commas; none opens them all. WrongUse for another word."""
    words = [one.strip() for one in named.split(",") if one.strip()]
    known = {str(one) for one in Sector}
    wrong = [one for one in words if one not in known]
    if wrong:
        raise WrongUse("policy.no_such_sector", sector=", ".join(wrong), known=", ".join(sorted(known)))
    return frozenset(Sector(one) for one in words)
