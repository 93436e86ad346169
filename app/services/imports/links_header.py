"""What tells a links file from an extract: its header. Apart, so that files are told from each other without
loading what matches people."""

from __future__ import annotations

import csv
from pathlib import Path
from stat import S_ISREG

from app.domain.links_file import HEADER

_LONGEST = 4096


def is_links_file(path: Path) -> bool:
    """Whether a file begins with the header of a links file."""
    try:
        if not S_ISREG(path.stat().st_mode):  # opening a pipe would wait for ever
            return False
        with path.open("rb") as stream:
            first = stream.readline(_LONGEST).removeprefix(b"\xef\xbb\xbf").decode("utf-8").rstrip("\r\n")
        return tuple(next(csv.reader([first], strict=True), ())) == HEADER
    except (OSError, UnicodeDecodeError, csv.Error):
        return False
