"""Memory given back to the system between the stages of long work.

What one stage took and let go would else stay with the process, and the next one takes its own on top: the
peak would be the sum of all stages. Nothing that is still needed is dropped.
"""

from __future__ import annotations

import ctypes
import gc
import sys
from typing import Any


def give_back(*connections: Any) -> None:
    """Hand over to the system what nobody holds any more, and the pages that these connections could read again."""
    for connection in connections:
        connection.execute("PRAGMA shrink_memory").fetchall()
    gc.collect()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc's; others give back by themselves
        if trim is not None:
            trim(0)
