"""What the system can do so that a process that holds keys keeps them to itself.

No core dump is written and no other program of the same user may look into its memory. The system
may lack any of it; then it is as without. What this does not protect against stands in
``docs/security.md``.
"""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress

if sys.platform != "win32":
    import resource

_PR_SET_DUMPABLE = 4
_SEM_FAILCRITICALERRORS, _SEM_NOGPFAULTERRORBOX = 0x0001, 0x0002


def keep_to_ourselves() -> None:
    """Forbid core dumps and tracing of this process from now on. Called before a key is held."""
    if sys.platform == "win32":
        ctypes.windll.kernel32.SetErrorMode(_SEM_FAILCRITICALERRORS | _SEM_NOGPFAULTERRORBOX)
        return
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform.startswith("linux"):
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
