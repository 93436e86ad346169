"""Where the window finds the files that ship with the program, frozen or not."""

from __future__ import annotations

from pathlib import Path

RESOURCES = Path(__file__).resolve().parent.parent / "resources"
