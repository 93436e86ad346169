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


@pytest.fixture
def japanese(monkeypatch: pytest.MonkeyPatch) -> None:
    """Japanese sentences for one test, and what was spoken before after it."""
    from ui import words

    monkeypatch.setattr(words._Spoken, "language", "ja")
    monkeypatch.setattr(words._Spoken, "sentences", words.read_catalogue("ja"))
