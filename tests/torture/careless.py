"""The program with one mistake: its database does not wait for the disk. `power` must notice."""

from __future__ import annotations

import sys
from typing import Any

from app import console
from app.storage import database

careful = database._prepare


def careless(connection: Any, key: bytes) -> None:
    careful(connection, key)
    connection.execute("PRAGMA synchronous = NORMAL")


if __name__ == "__main__":
    database._prepare = careless
    sys.exit(console.run(sys.argv[1:]))
