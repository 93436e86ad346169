"""Fields in which one writes."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from ui.theme import theme
from ui.tokens import FIELD
from ui.widgets.buttons import keycap_width, paint_keycap


class SearchField(QLineEdit):
    """Search as one types. Esc empties it and, when it is empty, says ``left``; so does Enter."""

    left = Signal()

    def __init__(self, hint: str, keys: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys = keys
        self.setFont(theme.font())
        self.setFixedHeight(FIELD)
        self.setPlaceholderText(hint)
        self.setAccessibleName(hint)
        self.textChanged.connect(self._give_room)
        self._give_room("")
        self.setMaxLength(200)
        theme.changed.connect(self.update)

    def _give_room(self, text: str) -> None:
        """The hint must not run under the key cap; what is typed may have the whole field."""
        self.setTextMargins(22, 0, 0 if text or not self._keys else keycap_width(self._keys) + 2, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        glass = theme.pixmap("magnify", "text2", 16, self.devicePixelRatioF())
        painter.drawPixmap(9, (self.height() - 16) // 2, glass)
        if self._keys and not self.text():
            width = keycap_width(self._keys)
            place = QRectF(self.width() - width - 8, 0, width, self.height())
            paint_keycap(painter, place, self._keys, "text2", "line2")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if self.text():
                self.clear()
            else:
                self.left.emit()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.ShortcutFocusReason, Qt.FocusReason.TabFocusReason):
            self.selectAll()
