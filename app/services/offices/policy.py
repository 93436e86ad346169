"""Policy: what an administrator lays down for everybody in the office. Absent means the default."""

from __future__ import annotations

from datetime import datetime

from app.domain.entries import Kind
from app.domain.message import WrongUse
from app.services.answers import Changes, Outcome
from app.storage.office import Office

IDLE_MINUTES = 5
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
