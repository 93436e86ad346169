"""Policy: what an administrator lays down for everybody in the office. Absent means the default."""

from __future__ import annotations

from app.storage.office import Office

IDLE_MINUTES = 5
_LEAST, _MOST = 1, 60


def idle_minutes(office: Office) -> int:
    """After how many minutes without a hand at the desk the window locks (1 to 60)."""
    said = office.setting("policy.idle_minutes", IDLE_MINUTES)
    return min(max(said, _LEAST), _MOST) if isinstance(said, int) else IDLE_MINUTES
