"""The ruling itself: four choices with their keys, a reason, and that it can be taken back."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QMenu, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from ui.theme import theme
from ui.tokens import NAME, RADIUS, SECOND, SMALL
from ui.widgets.buttons import CENTRE, LEFT, Button, Pressable
from ui.widgets.chips import FlowLayout
from ui.widgets.ground import Ground, draw_box
from ui.widgets.states import ErrorPanel
from ui.widgets.text import Label, tip
from ui.words import _

REASONS = ("source", "siblings", "papers")


class RulingButton(Pressable):
    """A choice: its key in a cap, what it is, what it does."""

    def __init__(self, key: str, words: str, second: str) -> None:
        super().__init__(words)
        self._key, self._second = key, second
        self.setFixedHeight(44)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{words}（{key}）{second}")
        tip(self, f"{words}（{key}）: {second}")

    def sizeHint(self) -> QSize:
        return QSize(170, 44)

    def minimumSizeHint(self) -> QSize:
        return QSize(110, 44)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        on = self.isEnabled()
        fill = "sel" if self.isDown() else "hover" if self.over and on else "surface"
        draw_box(painter, QRectF(self.rect()), fill, "line2" if on else "line", RADIUS)
        cap = QRectF(9, 9, 24, 26)
        draw_box(painter, cap, "surface", "line2" if on else "line", RADIUS)
        painter.setPen(theme.color("text" if on else "text3"))
        painter.setFont(theme.font(NAME, True))
        painter.drawText(cap, CENTRE, self._key)
        room = self.width() - 48
        painter.drawText(
            QRectF(42, 4, room, 20),
            LEFT,
            theme.metrics(NAME, True).elidedText(self.text(), Qt.TextElideMode.ElideRight, room),
        )
        painter.setPen(theme.color("text2" if on else "text3"))
        painter.setFont(theme.font(SMALL))
        painter.drawText(
            QRectF(42, 23, room, 17),
            LEFT,
            theme.metrics(SMALL).elidedText(self._second, Qt.TextElideMode.ElideRight, room),
        )
        self.ring(painter)


class ReasonField(QPlainTextEdit):
    """Plain words. Esc and Ctrl+Enter leave it, so that the single keys work again."""

    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFont(theme.font())
        self.setTabChangesFocus(True)
        self.setFixedHeight(62)
        self.setAccessibleName(_("links.reason"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        ends = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and (
            event.modifiers() & Qt.KeyboardModifier.ControlModifier
        )
        if event.key() == Qt.Key.Key_Escape or ends:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class RulingPanel(Ground):
    """``ruled`` carries same or not, ``put_off`` asks for the next pair, ``asked`` whom to ask."""

    ruled = Signal(bool)
    put_off = Signal()
    asked = Signal(str)

    def __init__(self) -> None:
        super().__init__("surface", "t", "line2")
        self.reason = ReasonField()
        self.trouble = ErrorPanel()
        self._whom: tuple[str, ...] = ()
        made = {
            key: RulingButton(number, _(f"links.{key}"), _(f"links.{key}.words"))
            for number, key in zip("1234", ("same", "apart", "later", "ask"), strict=True)
        }
        self.buttons = made
        made["same"].clicked.connect(lambda: self.ruled.emit(True))
        made["apart"].clicked.connect(lambda: self.ruled.emit(False))
        made["later"].clicked.connect(self.put_off.emit)
        made["ask"].clicked.connect(self.open_menu)
        grid = QGridLayout()
        grid.setSpacing(6)
        for place, button in enumerate(made.values()):
            grid.addWidget(button, place // 2, place % 2)
        self._note = Label(_("links.always_undo"), "text2", px=SECOND, wrap=True)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(12, 10, 10, 8)
        whole.setSpacing(6)
        whole.addWidget(Label(_("links.asks"), bold=True))
        whole.addLayout(grid)
        whole.addWidget(Label(_("links.reason"), "text2", px=SECOND))
        whole.addWidget(self.reason)
        whole.addWidget(self._chips())
        whole.addWidget(self.trouble)
        whole.addWidget(self._note)

    def _chips(self) -> QWidget:
        box = QWidget()
        flow = FlowLayout(4, box)
        for key in REASONS:
            chip = Button(_(f"links.reason.{key}"), height=24)
            chip.clicked.connect(lambda _on=False, key=key: self._add(_(f"links.reason.{key}")))
            flow.addWidget(chip)
        return box

    def _add(self, words: str) -> None:
        text = self.reason.toPlainText().strip()
        if words not in text:
            self.reason.setPlainText(f"{text} {words}".strip())

    def words(self) -> str:
        """The reason as it stands."""
        return self.reason.toPlainText().strip()

    def start(self, whom: Iterable[str]) -> None:
        """Another pair: nothing written yet. ``whom``: who can be asked about it."""
        self._whom = tuple(whom)
        self.reason.clear()
        self.trouble.hide()
        self.set_state(True, True)

    def set_state(self, ready: bool, may: bool) -> None:
        """``ready``: nothing is being saved. ``may``: this member may rule here."""
        for key, button in self.buttons.items():
            button.setEnabled(ready and (may or key == "later"))
        self._note.setText(
            _("links.always_undo") if ready and may else _("links.saving") if may else _("links.only_own")
        )

    def open_menu(self) -> None:
        """Whom to ask."""
        button = self.buttons["ask"]
        self.menu().popup(button.mapToGlobal(QPoint(0, button.height() + 2)))

    def menu(self) -> QMenu:
        """The menu of those who can be asked."""
        menu = QMenu(self)
        for words in self._whom:
            action = QAction(words.replace("&", "&&"), menu)
            action.triggered.connect(lambda _on=False, words=words: self.asked.emit(words))
            menu.addAction(action)
        menu.aboutToHide.connect(menu.deleteLater)
        return menu
