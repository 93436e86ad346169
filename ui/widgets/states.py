"""What stands in place of a list that is empty, and a trouble that stays until it is read."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.message import Trouble
from ui.theme import theme
from ui.tokens import NAME, SECOND
from ui.widgets.buttons import Button
from ui.widgets.ground import draw_edges
from ui.widgets.text import Label
from ui.words import _, say


class Icon(QWidget):
    """An icon beside words; it says nothing of its own to a screen reader."""

    def __init__(self, name: str, role: str = "text2", size: int = 16) -> None:
        super().__init__()
        self._name, self._role, self._size = name, role, size
        self.setFixedSize(size, size)
        theme.changed.connect(self.update)

    def set_icon(self, name: str, role: str) -> None:
        self._name, self._role = name, role
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        dpr = self.devicePixelRatioF()
        QPainter(self).drawPixmap(0, 0, theme.pixmap(self._name, self._role, self._size, dpr))


class EmptyState(QWidget):
    """Why there is nothing, and what one can do: a sentence, a second one, buttons."""

    def __init__(self, icon: str = "clipboard-text-outline") -> None:
        super().__init__()
        theme.changed.connect(self.update)
        self._icon = Icon(icon, "text3", 36)
        self._title = Label(px=NAME, bold=True)
        self._words = Label(role="text2", px=SECOND, wrap=True)
        self._words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addStretch(2)
        for part in (self._icon, self._title):
            column.addWidget(part, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._words)
        column.addLayout(self._buttons)
        self._buttons.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)

    def put(self, title: str, words: str = "", buttons: tuple[Button, ...] = ()) -> None:
        self._title.setText(title)
        self._words.setText(words)
        self._words.setVisible(bool(words))
        while (item := self._buttons.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for button in buttons:
            self._buttons.addWidget(button)

    def put_way(self, title: str, words: str, way: str, icon: str, go: Callable[[], None]) -> None:
        """Nothing is here yet, and one button leads to where that is mended."""
        button = Button(way, icon=icon)
        button.clicked.connect(lambda _on=False: go())
        self.put(title, words, (button,))

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(event.rect(), theme.color("surface"))


class ErrorPanel(QWidget):
    """A trouble in a plain sentence: what, where, what is safe. It stays until it is read.

    ``tone`` is ``error``, or ``caution`` for what one must hear but need not act upon at once.
    """

    read = Signal()

    def __init__(self, closable: bool = True, tone: str = "error") -> None:
        super().__init__()
        self._tone = tone
        self._sentence = Label(role="text", wrap=True)
        self._close = Button(kind="quiet", icon="close", height=24, says=_("trouble.read"))
        self._close.clicked.connect(self.dismiss)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 8, 6)
        row.setSpacing(8)
        icon = "alert-circle-outline" if tone == "error" else "information-outline"
        row.addWidget(Icon(icon, tone), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._sentence, 1)
        row.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        # Not before it has a parent: it would flash up as a window of its own and take the focus.
        self._close.setVisible(closable)
        theme.changed.connect(self.update)
        self.hide()

    def text(self) -> str:
        return self._sentence.text()

    def put(self, trouble: Trouble | str) -> None:
        """Show a trouble, or a sentence that is one."""
        words = say(trouble.message) if isinstance(trouble, Trouble) else trouble
        self._sentence.setText(words)
        self.setAccessibleName(words)
        self.show()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def dismiss(self) -> None:
        self.hide()
        self.read.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color(f"{self._tone}_tint"))
        draw_edges(painter, QRectF(self.rect()), "tb", self._tone)
        painter.fillRect(QRectF(0, 0, 4, self.height()), theme.color(self._tone))
