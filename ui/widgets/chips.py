"""Small framed words: chips that can be removed, tags that only say, and the layout they flow in."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLayout, QLayoutItem, QSizePolicy, QWidget

from ui.theme import theme
from ui.tokens import BODY, RADIUS_TAG, SECOND
from ui.widgets.buttons import LEFT, Pressable
from ui.widgets.ground import draw_box
from ui.widgets.text import tip
from ui.words import _

CHIP_LIMIT = 300


class Chip(Pressable):
    """A condition in force. Delete, Backspace or its cross removes it; pressing it changes it."""

    removed = Signal()

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setFixedHeight(26)
        self.setMaximumWidth(CHIP_LIMIT)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(_("chip.says", condition=text))
        tip(self, _("chip.says", condition=text))

    def sizeHint(self) -> QSize:
        width = theme.metrics().horizontalAdvance(self.text()) + 8 + 28  # rounding must not cut a letter
        return QSize(min(width, CHIP_LIMIT), 26)

    def minimumSizeHint(self) -> QSize:
        return QSize(60, 26)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = QRectF(self.rect())
        draw_box(painter, box, "sel" if self.over else "tint", "accent", radius=3)
        painter.setFont(theme.font(BODY))
        painter.setPen(theme.color("text"))
        room = self.width() - 34
        text = theme.metrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRectF(8, 0, room + 2, self.height()), LEFT, text)
        cross = theme.pixmap("close", "text2", 16, self.devicePixelRatioF())
        painter.drawPixmap(self.width() - 22, 5, cross)
        self.ring(painter, 3)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        on_cross = event.position().x() >= self.width() - 26 and self.rect().contains(event.position().toPoint())
        if on_cross and event.button() == Qt.MouseButton.LeftButton:
            self.setDown(False)
            self.removed.emit()
        else:
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
        else:
            super().keyPressEvent(event)


class Tag(QWidget):
    """Words in a small frame: ``role`` colours ink and edge, ``ground`` the fill."""

    def __init__(
        self,
        text: str,
        role: str = "text2",
        ground: str | None = None,
        icon: str = "",
        dashed: bool = False,
        bold: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._role, self._ground, self._icon = role, ground, icon
        self._dashed, self._bold = dashed, bold
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)
        self.set_words(text)

    def set_words(self, text: str) -> None:
        self._text = text
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        width = theme.metrics(SECOND, self._bold).horizontalAdvance(self._text) + 12
        return QSize(width + (18 if self._icon else 0), 20)

    def minimumSizeHint(self) -> QSize:
        return QSize(28, 20)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        edge = self._role if self._role != "text2" else "line2"
        box = QRectF(0, 0, self.width(), 20)
        draw_box(painter, box, self._ground, edge, RADIUS_TAG, dashed=self._dashed)
        x = 6
        if self._icon:
            pixmap = theme.pixmap(self._icon, self._role, 14, self.devicePixelRatioF())
            painter.drawPixmap(x, 3, pixmap)
            x += 18
        room = self.width() - x - 5
        painter.setFont(theme.font(SECOND, self._bold))
        painter.setPen(theme.color("text" if self._role == "text2" else self._role))
        metrics = theme.metrics(SECOND, self._bold)
        text = metrics.elidedText(self._text, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRectF(x, 0, room + 2, 20), LEFT, text)


class FlowLayout(QLayout):
    """Lays small widgets side by side and goes on in the next line when the width is used up."""

    def __init__(self, gap: int = 6, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._gap = gap
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._flow(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._flow(rect, move=True)

    def sizeHint(self) -> QSize:
        width = sum(item.sizeHint().width() + self._gap for item in self._items if not item.isEmpty())
        return QSize(width, self.minimumSize().height())

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def _flow(self, rect: QRect, move: bool) -> int:
        x, y, line = rect.x(), rect.y(), 0
        for item in self._items:
            if item.isEmpty():
                continue
            size = item.sizeHint()
            if x > rect.x() and x + size.width() > rect.right() + 1:
                x, y, line = rect.x(), y + line + self._gap, 0
            if move:
                width = min(size.width(), rect.width())
                item.setGeometry(QRect(QPoint(x, y), QSize(width, size.height())))
            x += size.width() + self._gap
            line = max(line, size.height())
        return y + line - rect.y()
