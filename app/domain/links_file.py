"""The header of a links file: what tells it from a department's extract."""

from __future__ import annotations

HEADER = ("extract_a", "local_id_a", "extract_b", "local_id_b", "weight", "evidence", "model")
"""``evidence``: ``field=level`` with blanks between; a field that says nothing is left out."""
