"""Putting a look on: language, years and colours, for everything made or painted from now on."""

from __future__ import annotations

from PySide6.QtCore import QLibraryInfo, QTranslator
from PySide6.QtWidgets import QApplication

from app.services.desk.remembering import Look
from ui import words
from ui.theme import theme
from ui.tokens import THEMES


class _Translated:
    """Qt's own words, as long as they are spoken."""

    translator: QTranslator | None = None


def speak(app: QApplication, language: str) -> None:
    """Our words and Qt's own in this language, for everything made from now on."""
    words.speak(language)
    if _Translated.translator is not None:
        app.removeTranslator(_Translated.translator)
        _Translated.translator = None
    translator = QTranslator(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if language != "en" and translator.load(f"qtbase_{language}", folder):
        app.installTranslator(translator)
        _Translated.translator = translator


def put_on(look: Look, asked: bool = True) -> None:
    """Wear a look. Not ``asked`` for but found: what it leaves to the PC stays as it was started."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    if look.language or asked:
        wanted = look.language or words.system_language()
        if wanted != words.language():
            speak(app, wanted)
    words.count_years(look.years)
    if look.colours in THEMES:
        theme.stay(THEMES[look.colours])
    elif asked:
        theme.follow()
