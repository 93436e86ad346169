"""Where the files that ship with the program lie, from a checkout and frozen, and which program it is."""

from __future__ import annotations

import sys
from functools import cache
from hashlib import sha256
from pathlib import Path


def resource_path(*parts: str) -> Path:
    """The path of a shipped file or folder under ``resources``."""
    root = Path(getattr(sys, "_MEIPASS", Path(__file__).parents[2]))
    return root.joinpath("resources", *parts)


@cache
def program_mark() -> bytes:
    """Changes whenever the program reads rows by other rules: the digest of its sources, else of when and how
    large it was frozen."""
    sources = sorted(Path(__file__).parents[1].joinpath("domain").rglob("*.py"))
    if sources:
        return sha256(b"\0".join(one.read_bytes() for one in sources)).digest()
    found = Path(sys.executable).stat()
    return sha256(f"{found.st_size} {found.st_mtime_ns}".encode()).digest()
