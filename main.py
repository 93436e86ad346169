"""Kizuki: without arguments the window, with a command the console (``docs/console.md``)."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str]) -> int:
    """Start what the arguments ask for; the exit code."""
    if list(arguments) == ["--read-workbook"]:  # the process of its own that reads workbooks
        from app.storage.files.workbook_reader import run

        run()
        return 0
    if not arguments or arguments[0] in ("--office", "--smoke", "demo"):
        from ui import start

        return start.run(arguments)
    try:
        from app import console
    except KeyboardInterrupt:  # before anything has begun
        return 3

    return console.run(arguments)


if __name__ == "__main__":
    multiprocessing.freeze_support()
    sys.exit(main(sys.argv[1:]))
