"""A mistake of our own, made while painting, ends the program with a word about it and no crash."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from ui import app

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import sys
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget
from ui.app import MISTAKEN, application

class Wrong(QWidget):
    def paintEvent(self, event):
        painter = QPainter(self)
        raise KeyError("made on purpose")

loop = application()
window = Wrong()
window.show()
code = loop.exec()
assert loop.property(MISTAKEN)
sys.exit(code)
"""


def test_a_mistake_while_painting_is_told_and_ends_the_program() -> None:
    ran = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert ran.returncode == app.OURS_FAILED, ran.stderr
    assert "KeyError\n" in ran.stderr
    assert "made on purpose" not in ran.stderr
    assert "active painter" not in ran.stderr
