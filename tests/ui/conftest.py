"""Tests of the window run without a display, on the program's own typeface."""

from __future__ import annotations

import os

import pytest
from pytestqt.qtbot import QtBot

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture
def typeface(qtbot: QtBot) -> None:
    """Noto Sans JP, once per run of the tests."""
    from PySide6.QtGui import QFontDatabase

    from ui.theme import load_fonts
    from ui.tokens import FAMILY

    if FAMILY not in QFontDatabase.families():
        load_fonts()
