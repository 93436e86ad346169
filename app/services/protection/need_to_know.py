"""Need to know: sectors that an administrator closed to a role, and what is left to see of them; whose children
workers see.

That something is there is shown (a mark, a lane, how many points), what it is is not. Whoever needs it opens
the sector of one child for a time, with a reason (``protection.unveiling``). The rows themselves are under the
office's key: this is held by the program, not by keys.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Set
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from app.domain.entries import Kind
from app.domain.message import Refused, WrongUse
from app.domain.priority import Reason
from app.domain.roles import MAY, Role
from app.domain.sectors import Sector
from app.services.answers.caseload import CaseloadRow, SectorMark
from app.services.answers.child import ChildFile, ClosedSector, PriorityChange
from app.services.answers.outcomes import Changes, Outcome
from app.services.priority.runs import criteria_of, settings_of
from app.services.protection.unveiling import openings
from app.storage.offices.office import Office

POLICY = "policy.closed"
CLOSED = "closed_sector"
"""Stands in the place of a criterion where it may not be said which one holds."""

Sighted = TypeVar("Sighted", ChildFile, CaseloadRow)


def closed_by_policy(office: Office) -> dict[str, frozenset[Sector]]:
    """Role -> the sectors that are closed to it."""
    said = office.setting(POLICY, {})
    known = set(Sector)
    return {
        role: frozenset(Sector(one) for one in said.get(role, ()) if one in known)
        for role in sorted(MAY["see"])
        if isinstance(said, Mapping)
    }


def closed_to(office: Office) -> frozenset[Sector]:
    """The sectors that are closed to this member: to every role by which they see children."""
    policy = closed_by_policy(office)
    mine = [policy.get(role, frozenset()) for role in office.member.roles if role in MAY["see"]]
    return frozenset.intersection(*mine) if mine else frozenset()


def closed_now(office: Office, db: Any, person_id: int, now: datetime) -> frozenset[Sector]:
    """The same for one child at this moment, without what was opened for a time."""
    closed = closed_to(office)
    if not closed:
        return closed
    return closed - {Sector(one.what) for one in openings(office, db, person_id, now) if one.what in set(Sector)}


def set_closed(office: Office, role: str, sectors: Set[Sector], now: datetime) -> Outcome[str]:
    """Close exactly these sectors to a role. Refused but for an administrator; WrongUse for another role."""
    if role not in MAY["see"]:
        raise WrongUse("policy.no_such_role", role=role)
    value = {**{name: sorted(known) for name, known in closed_by_policy(office).items()}, role: sorted(sectors)}
    entry = office.write(Kind.SETTING_CHANGED, {"key": POLICY, "value": value}, time=now)
    return Outcome(entry.id, Changes(frozenset({"setting"})))


# ---------------------------------------------------------------------------- whose children

OWN_POLICY = "policy.own_children"


def own_only(office: Office) -> bool:
    """Whether an administrator laid down that workers see their own children and nobody's, not colleagues'."""
    return office.setting(OWN_POLICY, False) is True


def set_own_only(office: Office, wanted: bool, now: datetime) -> Outcome[str]:
    """Lay down whether workers see colleagues' children. Refused but for an administrator."""
    entry = office.write(Kind.SETTING_CHANGED, {"key": OWN_POLICY, "value": wanted}, time=now)
    return Outcome(entry.id, Changes(frozenset({"setting"})))


def narrowed_to_own(office: Office) -> bool:
    """Whether this member sees own and unassigned children only: a worker, where policy says so."""
    return Role.LEAD not in office.member.roles and own_only(office)


def check_own(office: Office, db: Any, person_id: int) -> None:
    """Refused, and noted, where a child is a colleague's and policy does not show those to this member."""
    if not narrowed_to_own(office):
        return
    row = db.execute("SELECT member FROM main.assignment WHERE person_id = ?", (person_id,)).fetchone()
    if row is not None and row[0] not in ("", office.member.id):
        office.log_view(person_id, "refused:colleague", time=office.clock())
        raise Refused("child.colleagues")


# ---------------------------------------------------------------------------- what is left to see


def narrowed(office: Office, file: ChildFile, closed: Set[Sector]) -> ChildFile:
    """A child's file without the contents of these sectors."""
    if not closed:
        return file
    hidden = {one.key for one in criteria_of(settings_of(office)) if one.sector in closed}
    hidden |= {one.criterion for one in file.reasons if one.sector in closed}
    return replace(
        file,
        sectors=_marks(file.sectors, closed),
        reasons=_reasons(file.reasons, closed),
        unknown=tuple(one for one in file.unknown if one.sector not in closed),
        records=tuple(one for one in file.records if one.sector not in closed),
        facts=tuple(one for one in file.facts if one.fact.sector not in closed),
        decisions=tuple(
            replace(one, withdrawn_sources=()) if one.withdrawn_sources else one for one in file.decisions
        ),
        strengths=tuple(one for one in file.strengths if one.sector not in closed),
        changed=tuple(_change(one, hidden) for one in file.changed),
        why_not=replace(file.why_not, near=tuple(one for one in file.why_not.near if one.sector not in closed))
        if file.why_not
        else None,
        on_screen=_on_screen(file.on_screen, hidden),
        closed=tuple(
            ClosedSector(sector, sum(one.fact.sector is sector for one in file.facts))
            for sector in Sector
            if sector in closed and _concerns(file, sector)
        ),
    )  # fmt: skip


def _concerns(file: ChildFile, sector: Sector) -> bool:
    """Whether there is, or could be at this age, anything to see."""
    there = any(one.fact.sector is sector for one in file.facts)
    return there or any(one.sector is sector and one.state != "not_applicable" for one in file.sectors)


def narrowed_row(row: CaseloadRow, closed: Set[Sector]) -> CaseloadRow:
    """A line of the list without what these sectors say."""
    if not closed:
        return row
    hidden = {one.criterion for one in row.reasons if one.sector in closed}
    return replace(
        row,
        sectors=_marks(row.sectors, closed),
        reasons=_reasons(row.reasons, closed),
        new_words=tuple(CLOSED if one in hidden else one for one in row.new_words),
    )


def _marks(marks: tuple[SectorMark, ...], closed: Set[Sector]) -> tuple[SectorMark, ...]:
    return tuple(
        SectorMark(one.sector, "closed", as_of=one.as_of)
        if one.sector in closed and one.state != "not_applicable"
        else one
        for one in marks
    )


def _reasons(reasons: tuple[Reason, ...], closed: Set[Sector]) -> tuple[Reason, ...]:
    return tuple(
        replace(one, criterion=CLOSED, facts=(), first=None, last=None, values={}) if one.sector in closed else one
        for one in reasons
    )


def _change(change: PriorityChange, hidden: Set[str]) -> PriorityChange:
    return replace(change, signs=tuple(one for one in change.signs if one.criterion not in hidden))


def _on_screen(said: str, hidden: Set[str]) -> str:
    """What was shown when deciding, which is kept: not what was not shown."""
    found = json.loads(said) if said else {}
    if "findings" not in found:
        return said
    found["findings"] = [one for one in found["findings"] if one[0] not in hidden]
    return json.dumps(found, ensure_ascii=False, sort_keys=True)
