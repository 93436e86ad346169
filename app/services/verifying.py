"""Verifying: whether everything that the office keeps still holds together."""

from __future__ import annotations

from app.domain.message import Message
from app.services.rebuilding import differences
from app.storage import verify as checks
from app.storage.office import Office


def verify(office: Office, *, rebuild: bool) -> list[Message]:
    """What does not hold; empty when all is sound. ``rebuild`` also works the view out again."""
    found = [one.message for one in checks.verify(office)]
    return found + differences(office) if rebuild else found
