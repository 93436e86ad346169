"""Text size at once: all of the window larger or smaller while it is open.

Qt takes its scale from the environment when it starts and has no public way to change it later. Its own library has
one, which is called here by name, with the window's native side made anew; where it is not found (another build of
Qt), nothing happens, and the size holds from the next start as before. See docs/decisions/013.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QSize, qInstallMessageHandler
from PySide6.QtWidgets import QApplication, QWidget

SCALE = "QT_SCALE_FACTOR"
FOUND = "KIZUKI_SCALE_FOUND"
"""The scale that the PC had set before the program set its own: it goes on to a process that begins anew."""
_LIBRARY, _NAME = (
    ("Qt6Gui.dll", "?setGlobalFactor@QHighDpiScaling@@SAXN@Z")
    if sys.platform == "win32"
    else ("libQt6Gui.so.6", "_ZN15QHighDpiScaling15setGlobalFactorEd")
)


def _found() -> float:
    return _number(os.environ.get(FOUND) or os.environ.get(SCALE) or "1")


def _number(text: str) -> float:
    try:
        return float(text) or 1.0
    except ValueError:
        return 1.0


def scale() -> int:
    """The text size that stands now, in percent of what the PC has set."""
    return round(_number(os.environ.get(SCALE, "1")) / _found() * 100)


def start_with(percent: int) -> None:
    """Before the application is made: Qt scales all of it by the PC's own scale and this."""
    found = _found()
    if percent != 100 or SCALE in os.environ:
        os.environ[FOUND] = f"{found:g}"
        os.environ[SCALE] = f"{found * percent / 100:g}"


def rescale(window: QWidget, percent: int) -> bool:
    """Give the open window this text size, in the same room on the screen; False where only a new start can."""
    set_factor = _setter()
    before = scale()
    if set_factor is None or percent == before:
        return percent == before
    size, whole, front = window.size(), window.windowState(), window.focusWidget()
    shown = window.isVisible()
    window.hide()
    if (handle := window.windowHandle()) is not None:
        handle.destroy()
    start_with(percent)
    quiet = qInstallMessageHandler(_say_nothing)  # that there are windows: their native side is gone
    try:
        set_factor(_number(os.environ[SCALE]))
    finally:
        qInstallMessageHandler(quiet)
    wanted = QSize(round(size.width() * before / percent), round(size.height() * before / percent))
    screen = QApplication.primaryScreen()
    window.resize(wanted.boundedTo(screen.availableSize()) if screen is not None else wanted)
    window.setWindowState(whole)
    window.setVisible(shown)
    if front is not None:
        front.setFocus()
    return True


def _say_nothing(*_what: Any) -> None:
    pass


def _setter() -> Callable[[float], None] | None:
    try:
        call = getattr(ctypes.CDLL(_LIBRARY), _NAME)
    except (OSError, AttributeError):
        return None
    call.argtypes, call.restype = [ctypes.c_double], None

    def set_factor(factor: float) -> None:
        call(factor)

    return set_factor
