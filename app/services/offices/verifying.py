"""Verifying: whether everything that the office keeps still holds together."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.message import Message
from app.services.deriving.rebuilding import differences
from app.storage.offices import verify as checks
from app.storage.offices.office import Office


def verify(office: Office, *, rebuild: bool) -> list[Message]:
    """What does not hold; empty when all is sound. ``rebuild`` also works the view out again."""
    found = [one.message for one in checks.verify(office)]
    every = found + differences(office) if rebuild else found
    return [one for at, one in enumerate(every) if one not in every[:at]]  # several checks come upon one damage


def advice(found: Sequence[Message]) -> Message:
    """What to do about it: the records themselves may hold where only what follows from them, or their second
    copy, does not."""
    kinds = {one.key.partition("_")[0] for one in found}
    return Message(
        {"verify.view": "verify.do_view", "verify.segment": "verify.do_segment"}.get("".join(kinds), "verify.do")
    )


def unchecked(office: Office) -> list[Message]:
    """What this member cannot check: rows sealed under the leads' key; empty for a lead."""
    rows = checks.unchecked_rows(office)
    return [Message("verify.rows_unchecked", {"rows": rows})] if rows else []
