"""As the PC: light, dark and high contrast follow the system while nobody chose otherwise."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from ui.theme import Theme, theme
from ui.tokens import CONTRAST, DARK, LIGHT


class _Contrast(QObject):
    contrastPreferenceChanged = Signal(object)
    wanted = Qt.ContrastPreference.NoPreference

    def contrastPreference(self) -> Qt.ContrastPreference:
        return self.wanted


class _Hints(QObject):
    """What the system prefers, as ``QStyleHints`` tells it."""

    colorSchemeChanged = Signal(object)
    scheme = Qt.ColorScheme.Light

    def __init__(self) -> None:
        super().__init__()
        self.contrast = _Contrast()

    def colorScheme(self) -> Qt.ColorScheme:
        return self.scheme

    def accessibility(self) -> _Contrast:
        return self.contrast

    def prefer(self, scheme: Qt.ColorScheme) -> None:
        self.scheme = scheme
        self.colorSchemeChanged.emit(scheme)

    def prefer_contrast(self, wanted: Qt.ContrastPreference) -> None:
        self.contrast.wanted = wanted
        self.contrast.contrastPreferenceChanged.emit(wanted)


@pytest.fixture
def system(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[_Hints]:
    hints = _Hints()
    monkeypatch.setattr(QGuiApplication, "styleHints", lambda: hints)
    worn = theme.tokens
    yield hints
    theme.wear(worn)


def test_it_follows_the_system_at_once(system: _Hints) -> None:
    look = Theme()
    look.follow()
    assert look.tokens == LIGHT
    system.prefer(Qt.ColorScheme.Dark)
    assert look.tokens == DARK
    system.prefer_contrast(Qt.ContrastPreference.HighContrast)
    assert look.tokens == CONTRAST
    system.prefer_contrast(Qt.ContrastPreference.NoPreference)
    assert look.tokens == DARK


def test_what_somebody_chose_stays(system: _Hints) -> None:
    look = Theme()
    look.follow()
    look.stay(LIGHT)
    system.prefer(Qt.ColorScheme.Dark)
    assert look.tokens == LIGHT
    look.follow()
    assert look.tokens == DARK
