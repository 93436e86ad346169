"""Beginning anew, locked: a fresh process takes the window over, so that no key stays in memory.

Who locked it is told through a pipe, never in the arguments.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FLAG = "--locked"
_NAME_BYTES = 1000


def start_locked(folder: Path, person: str) -> bool:
    """Start the program again on this office; False where it cannot be started."""
    own = [] if getattr(sys, "frozen", False) else [str(Path(sys.argv[0]).resolve())]
    try:
        started = subprocess.Popen(
            [sys.executable, *own, "--office", str(folder), FLAG], stdin=subprocess.PIPE, start_new_session=True
        )
        assert started.stdin is not None
        started.stdin.write(person.encode())
        started.stdin.close()
    except OSError:
        return False
    return True


def told_person() -> str:
    """Who is asked to unlock, as the process before said it; "" where it said nothing."""
    stream = getattr(sys.stdin, "buffer", None)
    if stream is None:
        return ""
    return str(stream.read(_NAME_BYTES).decode("utf-8", "replace"))
