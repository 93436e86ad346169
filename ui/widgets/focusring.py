"""A ring around what has the keyboard and shows it by nothing of its own: what scrolls, a page, a list without a line
chosen. Buttons, fields and lines draw theirs themselves.
"""

from __future__ import annotations

from PySide6.QtCore import SIGNAL, SLOT, QEvent, QObject, QRect, QRectF, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QScrollArea, QWidget
from shiboken6 import isValid

from ui.widgets.ground import draw_box

_SILENT = "ringed"
"""A property by which a widget of our own asks for the ring."""
_MOVES = {QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Hide, QEvent.Type.Show}
_ACTS = {QEvent.Type.KeyRelease, QEvent.Type.MouseButtonRelease}


class FocusRing(QWidget):
    """One in a window, over everything and in nobody's way."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._around: QWidget | None = None
        self.hide()

    def put(self, widget: QWidget | None) -> None:
        """Around this widget, around nothing for None."""
        if self._around is not None and isValid(self._around):
            self._around.removeEventFilter(self)
        self._around = widget
        if widget is not None:
            widget.installEventFilter(self)
        self._lay()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in _MOVES or event.type() in _ACTS:
            self._lay()
        return False

    def _lay(self) -> None:
        around = self._around
        if around is None or not isValid(around) or not around.isVisible() or not _needs(around):
            self.hide()
            return
        seen = around.visibleRegion().boundingRect() or around.rect()
        self.setGeometry(QRect(around.mapTo(around.window(), seen.topLeft()), seen.size()))
        self.raise_()
        self.show()

    def paintEvent(self, _event: QPaintEvent) -> None:
        draw_box(QPainter(self), QRectF(self.rect()), None, "focus", radius=2, width=2)


def ringed(widget: QWidget) -> None:
    """This widget of our own takes the focus and draws no ring itself."""
    widget.setProperty(_SILENT, True)


def watch() -> None:
    """Let the ring follow the focus, in every window; harmless when called again."""
    application = QApplication.instance()
    if isinstance(application, QApplication) and application.findChild(_Follower) is None:
        _Follower(application)


class _Follower(QObject):
    """Looks where the focus is once it has moved. Not while it moves: what it leaves may be on its way out, and
    must not be touched from here; so Qt itself starts the timer."""

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._ring: FocusRing | None = None
        self._moved = QTimer(self)
        self._moved.setSingleShot(True)
        self._moved.setInterval(0)
        self._moved.timeout.connect(self._heed)
        QObject.connect(application, SIGNAL("focusChanged(QWidget*,QWidget*)"), self._moved, SLOT("start()"))

    def _heed(self) -> None:
        widget = QApplication.focusWidget()
        wanted = widget if widget is not None and _may_need(widget) else None
        ring = _ring_of(wanted.window()) if wanted is not None else None
        if self._ring is not None and self._ring is not ring and isValid(self._ring):
            self._ring.put(None)
        self._ring = ring
        if ring is not None:
            ring.put(wanted)


def _ring_of(window: QWidget) -> FocusRing:
    """The one that the window has, else a new one."""
    ring = window.findChild(FocusRing, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return ring if isinstance(ring, FocusRing) else FocusRing(window)


def _may_need(widget: QWidget) -> bool:
    return isinstance(widget, (QAbstractItemView, QScrollArea)) or bool(widget.property(_SILENT))


def _needs(widget: QWidget) -> bool:
    if isinstance(widget, QAbstractItemView):
        chosen = widget.selectionModel()
        return chosen is None or not chosen.hasSelection()
    return True
