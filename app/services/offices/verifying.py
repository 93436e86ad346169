"""Verifying: whether everything that the office keeps still holds together."""

from __future__ import annotations

from app.domain.message import Message
from app.services.deriving.rebuilding import differences
from app.storage.offices import verify as checks
from app.storage.offices.office import Office


def verify(office: Office, *, rebuild: bool) -> list[Message]:
    """What does not hold; empty when all is sound. ``rebuild`` also works the view out again."""
    found = [one.message for one in checks.verify(office)]
    return found + differences(office) if rebuild else found


def unchecked(office: Office) -> list[Message]:
    """What this member cannot check: rows sealed under the leads' key; empty for a lead."""
    rows = checks.unchecked_rows(office)
    return [Message("verify.rows_unchecked", {"rows": rows})] if rows else []
