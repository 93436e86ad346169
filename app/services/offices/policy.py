"""Policy: what an administrator lays down for everybody in the office. Absent means the default."""

from __future__ import annotations

from datetime import datetime

from app.domain.entries import Kind
from app.domain.message import Refused, WrongUse
from app.services.answers.outcomes import Changes, Outcome
from app.storage.offices import people
from app.storage.offices.office import Office

IDLE_MINUTES = 5
FACTOR = "policy.factor_required"
_LEAST, _MOST = 1, 60


def idle_minutes(office: Office) -> int:
    """After how many minutes without a hand at the desk the window locks (1 to 60)."""
    said = office.setting("policy.idle_minutes", IDLE_MINUTES)
    return min(max(said, _LEAST), _MOST) if isinstance(said, int) else IDLE_MINUTES


def set_idle_minutes(office: Office, minutes: int, now: datetime) -> Outcome[str]:
    """Lay down after how many minutes the window locks; the entry's id. Refused but for administrators."""
    if not _LEAST <= minutes <= _MOST:
        raise WrongUse("policy.idle_range", least=_LEAST, most=_MOST)
    entry = office.write(Kind.SETTING_CHANGED, {"key": "policy.idle_minutes", "value": minutes}, time=now)
    return Outcome(entry.id, Changes(frozenset({"setting"})))


def factor_required(office: Office) -> bool:
    """Whether everybody needs a second factor, kept on a PC, beside the passphrase."""
    return office.setting(FACTOR, False) is True


def require_factor(office: Office, wanted: bool, now: datetime) -> Outcome[str]:
    """Lay down whether everybody needs a second factor. Refused but for administrators, ``factor.own_first`` where
    whoever asks has none: nobody is asked for what was not tried."""
    office.demand("policy", Kind.SETTING_CHANGED)
    if wanted and not people.has_factor(office):
        raise Refused("factor.own_first")
    entry = office.write(Kind.SETTING_CHANGED, {"key": FACTOR, "value": wanted}, time=now)
    return Outcome(entry.id, Changes(frozenset({"setting"})))


def heed_factor(office: Office) -> None:
    """Ask for the second factor first where policy wants it and this member has none. No act counts until then."""
    office.factor_first = factor_required(office) and not people.has_factor(office)
