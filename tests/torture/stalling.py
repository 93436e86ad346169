"""The window goes on while an import runs: how long it ever stood still, beside how long it stands
still on this machine with nothing to do."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from app.services.offices import opening
from tests.builders import AS_OF, NOW, opened
from tests.torture.place import Place
from ui import app as ui_app
from ui.pages.imports import DONE, READY, ImportsPage
from ui.theme import load_fonts
from ui.window import Window

MOST = 0.050
"""Seconds that the window may stand still."""

_TICK = 5
_QUIET = 3.0
_PATIENCE = 900.0


def while_importing(place: Place, _times: int) -> list[str]:
    """One import of the whole municipality in the window."""
    application = QApplication.instance() or QApplication([])
    load_fonts()
    with opened(place.office()) as lead:
        desk = lambda it: replace(ui_app.desk_of(it, lambda: AS_OF), now=lambda: NOW)  # noqa: E731
        window = Window(opening, desk, ui_app.make_pages)
        window.resize(1440, 900)
        window.show()
        window.open_office(lead)
        try:
            workplace = window.workplace
            assert workplace is not None
            workplace.go("imports")
            page = workplace.pages["imports"]
            assert isinstance(page, ImportsPage)
            begun = time.monotonic()
            quiet = _longest_stall(lambda: time.monotonic() - begun > _QUIET)
            page.add([place.extracts])
            looking = _longest_stall(lambda: page.state == READY and page._job is None)
            page.bring_in()
            importing = _longest_stall(lambda: page.state == DONE and page._job is None)
        finally:
            window.let_go()
            window.close()
    application.processEvents()
    for name, stalls in (("nothing to do", quiet), ("looking over", looking), ("importing", importing)):
        shown = ", ".join(f"{one * 1000:.0f}" for one in stalls[-3:])
        place.say(f"stall, {name}: the longest three {shown} ms")
    allowed = max(MOST, quiet[-1] * 2)
    return [
        f"the window stood still for {stalls[-1] * 1000:.0f} ms while {name}"
        for name, stalls in (("looking over", looking), ("importing", importing))
        if stalls[-1] > allowed
    ]


def _longest_stall(done: Callable[[], bool]) -> list[float]:
    """Runs the window until ``done``; every gap between two ticks, the longest last."""
    loop, timer = QEventLoop(), QTimer()
    gaps: list[float] = []
    last = begun = time.perf_counter()

    def tick() -> None:
        nonlocal last
        now = time.perf_counter()
        gaps.append(now - last - _TICK / 1000)
        last = now
        if done() or now - begun > _PATIENCE:
            loop.quit()

    timer.timeout.connect(tick)
    timer.start(_TICK)
    loop.exec()
    timer.stop()
    return sorted(gaps)
