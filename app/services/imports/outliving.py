"""A worker ends with the program that started it, whatever it is doing.

It would notice by itself only when it next tells something, and until then go on writing what the next
start has just cleared away.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from multiprocessing import connection


def end_with_parent() -> None:
    """From now on, as soon as the parent has gone, this process ends at once; nothing where there is none."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_watch, args=(parent.sentinel,), name="parent", daemon=True).start()


def _watch(parent: int) -> None:
    connection.wait([parent])
    os._exit(1)
