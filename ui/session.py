"""An unlocked session: when it ends by itself, and what must not outlive it.

``Session`` asks for the lock after a while without a hand at the desk, when the screen is locked
and when the PC sleeps. ``Clipboard`` forgets what was copied. ``hide_from_capture`` keeps the
window out of pictures of the screen where the system can. How locking is done stands in ``window``.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import SLOT, QAbstractNativeEventFilter, QByteArray, QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtGui import QClipboard, QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes
if sys.platform.startswith("linux"):
    from PySide6.QtDBus import QDBusConnection

CLIPBOARD_SECONDS = 30
TICK_SECONDS = 5
JUMP_SECONDS = 60
"""A tick that comes so much later than it should: the PC has slept."""

_HANDS = frozenset(
    {
        QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.Wheel,
        QEvent.Type.TouchBegin, QEvent.Type.TabletPress, QEvent.Type.InputMethod,
    }
)  # fmt: skip

_WM_POWERBROADCAST, _WM_WTSSESSION_CHANGE = 0x0218, 0x02B1
_PBT_APMSUSPEND, _WTS_SESSION_LOCK = 0x0004, 0x0007
_WDA_EXCLUDEFROMCAPTURE = 0x0011


class Session(QObject):
    """Watches over an unlocked window; ``ended`` asks that it be locked.

    ``idle_minutes``: how long without a hand at the desk. ``clock`` gives seconds of a wall clock
    that goes on while the PC sleeps.
    """

    ended = Signal(str)
    """Why: ``idle``, ``asleep`` or ``screen``."""

    def __init__(self, idle_minutes: int, parent: QObject, clock: Callable[[], float] = time.time) -> None:
        super().__init__(parent)
        self._idle_seconds, self._clock = idle_minutes * 60, clock
        self._last_hand = self._last_tick = clock()
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_SECONDS * 1000)
        self._timer.timeout.connect(self.tick)
        self._system = _SystemEvents(self)
        self._system.told.connect(self.ended)

    def begin(self) -> None:
        """From now on until ``end``."""
        self._last_hand = self._last_tick = self._clock()
        QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]
        self._timer.start()

    def end(self) -> None:
        """Watch no more."""
        self._timer.stop()
        QApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _HANDS:
            self._last_hand = self._clock()
        return False

    def tick(self) -> None:
        """Look at the clock."""
        now = self._clock()
        slept = now - self._last_tick > TICK_SECONDS + JUMP_SECONDS
        self._last_tick = now
        if slept:
            self.ended.emit("asleep")
        elif now - self._last_hand >= self._idle_seconds:
            self.ended.emit("idle")


class Clipboard(QObject):
    """What was copied from this program is gone after a while, and when the window locks."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._board: QClipboard = QGuiApplication.clipboard()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(CLIPBOARD_SECONDS * 1000)
        self._timer.timeout.connect(self.forget)
        self._board.dataChanged.connect(self._changed)

    def _changed(self) -> None:
        if self._is_ours() and self._board.text():
            self._timer.start()
        else:
            self._timer.stop()

    def _is_ours(self) -> bool:
        """Whether what lies there was copied from this program."""
        return bool(self._board.ownsClipboard())

    def forget(self) -> None:
        """Clear it, if what is there came from here."""
        if self._is_ours():
            self._board.clear()
        if self._board.supportsSelection() and self._board.ownsSelection():
            self._board.clear(QClipboard.Mode.Selection)


def hide_from_capture(window: QWidget) -> bool:
    """Keep the window out of screenshots and shared screens; False where the system cannot."""
    if sys.platform == "win32":
        handle = wintypes.HWND(int(window.winId()))
        return bool(ctypes.windll.user32.SetWindowDisplayAffinity(handle, _WDA_EXCLUDEFROMCAPTURE))
    return False


class _SystemEvents(QObject):
    """What the system tells of its screen and its sleep."""

    told = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._filter: _Messages | None = None
        if sys.platform == "win32":
            self._filter = _Messages(self.told.emit)
            QGuiApplication.instance().installNativeEventFilter(self._filter)  # type: ignore[union-attr]
        elif sys.platform.startswith("linux"):
            self._listen()

    def _listen(self) -> None:
        """Ask the session's and the system's bus; without one, the clock's jump is what tells."""
        login, screen = "org.freedesktop.login1", "org.freedesktop.ScreenSaver"
        system, session = QDBusConnection.systemBus(), QDBusConnection.sessionBus()
        if system.isConnected():
            manager = "/org/freedesktop/login1"
            system.connect(login, manager, f"{login}.Manager", "PrepareForSleep", self, _slot("asleep(bool)"))
            system.connect(login, "", f"{login}.Session", "Lock", self, _slot("locked()"))
        if session.isConnected():
            for path in ("/org/freedesktop/ScreenSaver", "/ScreenSaver"):
                session.connect(screen, path, screen, "ActiveChanged", self, _slot("covered(bool)"))

    @Slot(bool)
    def asleep(self, begins: bool) -> None:
        """The PC goes to sleep, or wakes."""
        if begins:
            self.told.emit("asleep")

    @Slot()
    def locked(self) -> None:
        """Somebody locked the screen."""
        self.told.emit("screen")

    @Slot(bool)
    def covered(self, active: bool) -> None:
        """The screen saver came or went."""
        if active:
            self.told.emit("screen")


class _Messages(QAbstractNativeEventFilter):
    """Windows' own messages: the session was locked, the PC suspends."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        super().__init__()
        self._tell = tell

    def nativeEventFilter(  # type: ignore[override]
        self, kind: QByteArray | bytes, message: int
    ) -> tuple[bool, int]:
        if sys.platform == "win32" and bytes(kind) == b"windows_generic_MSG":
            said = wintypes.MSG.from_address(int(message))
            if said.message == _WM_WTSSESSION_CHANGE and said.wParam == _WTS_SESSION_LOCK:
                self._tell("screen")
            elif said.message == _WM_POWERBROADCAST and said.wParam == _PBT_APMSUSPEND:
                self._tell("asleep")
        return False, 0


def watch_session(window: QWidget) -> None:
    """Ask Windows to tell this window when the session is locked."""
    if sys.platform == "win32":
        ctypes.windll.wtsapi32.WTSRegisterSessionNotification(wintypes.HWND(int(window.winId())), 0)


def _slot(signature: str) -> Any:
    """A slot as QtDBus takes it: as str, and not as the bytes that its hints speak of."""
    return str(SLOT(signature))
