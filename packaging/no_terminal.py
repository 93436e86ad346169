"""Runs first in the frozen program: a Windows program with a window has no streams to write to.

Without this the first sentence to nobody would stop the program. What IT wants to read, kizuki-console shows.
"""

import os
import sys

for name in ("stdout", "stderr"):
    if getattr(sys, name) is None:
        setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 -- open as long as the program
