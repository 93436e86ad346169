"""Migrations: one numbered SQL file per version of office.db, frozen once released.

To add one: write ``NNNN_words.sql`` with the next number, run ``python -m app.storage.migrations``
(it writes ``app/storage/schema.sql`` anew), and add a test that opens an office of the version
before. Nothing else lives here; a migration knows neither the domain nor today's code.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent
_NAME = re.compile(r"^(\d{4})_[a-z0-9_]+\.sql$")
SCHEMA_FILE = _FOLDER.parent / "schema.sql"


def steps() -> list[Path]:
    """The migration files in their order; number N brings an office from version N-1 to N."""
    found = sorted(path for path in _FOLDER.iterdir() if _NAME.match(path.name))
    numbers = [int(path.name[:4]) for path in found]
    if numbers != list(range(1, len(found) + 1)):
        raise AssertionError(f"migration numbers must run without a gap: {numbers}")
    return found


def newest() -> int:
    """The version of office.db that this program writes."""
    return len(steps())


def bring_up(connection: Any) -> int:
    """Run the missing steps, each in a transaction of its own; returns the version found before.

    ``connection`` is an open SQLite-like connection in autocommit mode.
    """
    before: int = connection.execute("PRAGMA user_version").fetchone()[0]
    for number, path in enumerate(steps(), start=1):
        if number > before:
            words = path.read_text(encoding="utf-8")
            connection.executescript(f"BEGIN IMMEDIATE;\n{words}\nPRAGMA user_version = {number};\nCOMMIT;")
    return before


def schema_text(connection: Any) -> str:
    """The schema that the steps add up to, as one readable text."""
    found = connection.execute(
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' "
        "ORDER BY tbl_name, type DESC, name"
    ).fetchall()
    top = "-- Written by: python -m app.storage.migrations (do not edit; a test compares it)\n\n"
    return top + "\n\n".join(f"{row[0]};" for row in found) + "\n"
