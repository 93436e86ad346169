"""Reaching out: what becomes of a letter."""

from __future__ import annotations

STATES = ("sent", "returned", "answered")
"""Sent to the family; came back undelivered; the family answered."""

RECENT_DAYS = 183
"""Whoever was written to about the same in this time is marked, and not written to with all."""
