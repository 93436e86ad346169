"""The real window, opened on an office for one story; the clock stands still."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

from pytestqt.qtbot import QtBot

from app.services.offices import opening
from app.storage.offices.office import Office
from tests.builders import AS_OF, NOW
from ui import app as start
from ui import words
from ui.theme import load_fonts
from ui.window import Window, Workplace

PATIENCE = 90_000
"""Milliseconds that a test waits for the window before it gives up."""


@contextmanager
def at_work(
    qtbot: QtBot, office: Office, *, size: tuple[int, int] = (1280, 720), today: date = AS_OF
) -> Iterator[Workplace]:
    """The window in Japanese, its first page shown; let go at the end of the story."""
    load_fonts()
    words.speak("ja")
    window = Window(opening, lambda it: replace(start.desk_of(it, lambda: today), now=lambda: NOW), start.make_pages)
    qtbot.addWidget(window)
    window.resize(*size)
    window.show()
    window.open_office(office)
    work = window.workplace
    assert work is not None
    qtbot.waitUntil(lambda: not work.busy, timeout=PATIENCE)
    yield work
    window.let_go()
