"""What is pressed: buttons in three kinds, key caps, a row of choices, tabs.

All are real ``QPushButton``s underneath, so that a screen reader and the keyboard see them as
such; only the painting is ours, from tokens.
"""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from ui.theme import theme
from ui.tokens import BODY, FIELD, RADIUS, SMALL
from ui.widgets.ground import draw_box
from ui.widgets.text import tip
from ui.words import _

CENTRE = Qt.AlignmentFlag.AlignCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def keycap_width(keys: str) -> int:
    return theme.metrics(SMALL).horizontalAdvance(keys) + 10


def paint_keycap(painter: QPainter, at: QRectF, keys: str, ink: str, edge: str) -> None:
    """A key cap of 17 px height in the middle of ``at``; ink and edge are colour roles."""
    box = QRectF(0, 0, keycap_width(keys), 17)
    box.moveCenter(at.center())
    box.moveTop(round(box.top()))
    draw_box(painter, box, None, edge, radius=3)
    painter.setPen(theme.color(ink))
    painter.setFont(theme.font(SMALL))
    painter.drawText(box, CENTRE, keys)


class Pressable(QPushButton):
    """A push button that knows whether the mouse is over it and says so to its painting.

    A screen reader acts on one that can be checked by turning its state over, which Qt does without a click: here
    that counts as one, so that whoever hears ``clicked`` hears it too.
    """

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.over = False
        self._turned_here = False
        self.setFont(theme.font())
        self.setAutoDefault(False)
        self.toggled.connect(self._heed_a_reader)
        theme.changed.connect(self.update)

    def setChecked(self, on: bool) -> None:
        self._turned_here = True
        super().setChecked(on)
        self._turned_here = False

    def nextCheckState(self) -> None:
        self._turned_here = True
        super().nextCheckState()
        self._turned_here = False

    def _heed_a_reader(self, on: bool) -> None:
        group = self.group()
        let_go = not on and (self.autoExclusive() or (group is not None and group.exclusive()))
        if not self._turned_here and not let_go:
            self.clicked[bool].emit(on)  # type: ignore[index]

    def enterEvent(self, event: QEnterEvent) -> None:
        self.over = True
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.over = False
        self.update()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def ring(self, painter: QPainter, radius: float = RADIUS) -> None:
        """The focus ring, on top of everything."""
        if self.hasFocus():
            draw_box(painter, QRectF(self.rect()), None, "focus", radius=radius, width=2)


class Button(Pressable):
    """A button. ``kind`` is ``plain`` (edge), ``primary`` (filled) or ``quiet`` (words only).

    ``icon`` is an mdi6 name; without ``text`` pass ``says`` for readers and the tooltip. ``keys``
    are painted as a key cap at the end.
    """

    def __init__(
        self,
        text: str = "",
        kind: str = "plain",
        icon: str = "",
        keys: str = "",
        height: int = FIELD,
        says: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._kind, self._icon, self._keys, self._height = kind, icon, keys, height
        self._least = 0
        self.setFixedHeight(height)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        if says:
            self.setAccessibleName(says)
            tip(self, says)

    def set_words(self, text: str) -> None:
        if text == self.text():
            return  # nothing to lay out anew
        self.setText(text)
        self.updateGeometry()
        self.update()

    def set_keys(self, keys: str) -> None:
        """Another key cap, or none where there is no room for one."""
        if keys == self._keys:
            return
        self._keys = keys
        self.updateGeometry()
        self.update()

    def give_way(self, least: int) -> None:
        """Words of any length: cut with an ellipsis where there is no room, down to so many px."""
        self._least = least
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        width = 2 * self._pad() + self._content_width()
        return QSize(max(width, self._height), self._height)

    def _content_width(self) -> int:
        width = self._text_width()
        if self._icon:
            width += 16 + (6 if self.text() else 0)
        if self._keys:
            width += keycap_width(self._keys) + (8 if self.text() else 6)
        return width

    def minimumSizeHint(self) -> QSize:
        hint = self.sizeHint()
        return QSize(min(self._least, hint.width()), hint.height()) if self._least else hint

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        ink, fill, edge = self._roles()
        if fill or edge:
            draw_box(painter, QRectF(self.rect()), fill, edge, radius=RADIUS)
        # In the middle, also when a layout has given more room than asked for.
        spare = self.width() - self._content_width() - 2 * self._pad()
        x = self._pad() + max(spare / 2, 0.0)
        room = self._text_width() + min(round(spare), 0)
        if self._icon:
            role = ink if self._kind != "plain" or not self.isEnabled() else "text2"
            pixmap = theme.pixmap(self._icon, role, 16, self.devicePixelRatioF())
            painter.drawPixmap(round(x), round((self.height() - 16) / 2), pixmap)
            x += 22
        painter.setFont(theme.font(BODY, self._bold()))
        painter.setPen(theme.color(ink))
        metrics = theme.metrics(BODY, self._bold())
        words = self.text() if spare >= 0 else metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRectF(x, 0, room + 2, self.height()), LEFT, words)
        if self._keys:
            cap = QRectF(x + room + 8, 0, keycap_width(self._keys), self.height())
            paint_keycap(painter, cap, self._keys, ink, ink if fill == "accent" else "line2")
        self.ring(painter)

    def _roles(self) -> tuple[str, str | None, str | None]:
        """Roles of ink, fill and edge in the present state."""
        if not self.isEnabled():
            return "text3", None, None if self._kind == "quiet" else "line"
        if self._kind == "primary":
            return "onaccent", "accent", "text" if self.over or self.isDown() else None
        ground = "sel" if self.isDown() or self.isChecked() else "hover" if self.over else None
        if self._kind == "quiet":
            return "accent", ground, None
        return "text", ground or "surface", "line2"

    def _bold(self) -> bool:
        return self._kind == "primary"

    def _text_width(self) -> int:
        return theme.width(self.text(), BODY, self._bold())

    def _pad(self) -> int:
        return 6 if self._kind == "quiet" else 10


class KeyCap(QWidget):
    """The picture of a key, beside the words that say what it does."""

    def __init__(self, keys: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys = keys
        self.setFixedSize(keycap_width(keys), 18)
        self.setAccessibleName(keys)
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        paint_keycap(QPainter(self), QRectF(self.rect()), self._keys, "text2", "line2")


class _Choice(Pressable):
    """One piece of a Segmented row."""

    def sizeHint(self) -> QSize:
        width = theme.metrics(BODY, True).horizontalAdvance(self.text())
        return QSize(width + 22, FIELD)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        on = self.isChecked()
        fill = "accent" if on else "hover" if self.over else "surface"
        draw_box(painter, QRectF(self.rect()), fill, "accent" if on else "line2", radius=2)
        painter.setFont(theme.font(BODY, on))
        painter.setPen(theme.color("onaccent" if on else "text"))
        painter.drawText(self.rect(), CENTRE, self.text())
        self.ring(painter, 2)


class _Tab(Pressable):
    """One tab: words, perhaps a count, a thick accent line under the one in force."""

    count: int | None = None

    def sizeHint(self) -> QSize:
        width = theme.metrics(BODY, True).horizontalAdvance(self.text())
        if self.count is not None:
            width += 5 + theme.metrics(BODY).horizontalAdvance(f"{self.count:,}")
        return QSize(width + 20, self.height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        on = self.isChecked()
        if self.over and not on:
            painter.fillRect(self.rect().adjusted(0, 0, 0, -1), theme.color("hover"))
        painter.setFont(theme.font(BODY, on))
        painter.setPen(theme.color("accent" if on else "text" if self.isEnabled() else "text3"))
        text_width = theme.metrics(BODY, on).horizontalAdvance(self.text())
        painter.drawText(QRectF(10, 0, text_width + 2, self.height()), LEFT, self.text())
        if self.count is not None:
            painter.setFont(theme.font(BODY))
            painter.setPen(theme.color("accent" if on else "text2"))
            rest = QRectF(15 + text_width, 0, self.width(), self.height())
            painter.drawText(rest, LEFT, f"{self.count:,}")
        if on:
            painter.fillRect(QRectF(0, self.height() - 3, self.width(), 3), theme.color("accent"))
        self.ring(painter, 2)


class _ChoiceRow(QWidget):
    """Buttons of which exactly one is in force; arrows move among them."""

    chosen = Signal(str)

    def __init__(self, spacing: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._buttons: dict[str, Pressable] = {}
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(spacing)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def _put(self, key: str, button: Pressable) -> None:
        button.setCheckable(True)
        button.setAutoExclusive(True)  # the group sees to it; a reader says "radio button", not "check box"
        self._buttons[key] = button
        self._group.addButton(button)
        self._row.addWidget(button)
        button.clicked.connect(lambda _on=False, key=key: self.chosen.emit(key))

    def button(self, key: str) -> QPushButton:
        return self._buttons[key]

    def current(self) -> str:
        return next((key for key, item in self._buttons.items() if item.isChecked()), "")

    def choose(self, key: str) -> None:
        """Show this one as in force, without saying ``chosen``."""
        self._buttons[key].setChecked(True)

    def choose_none(self) -> None:
        """Show that none of them is in force."""
        self._group.setExclusive(False)
        for button in self._buttons.values():
            button.setChecked(False)
        self._group.setExclusive(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        focused = self.focusWidget()
        if step is None or not isinstance(focused, Pressable):
            super().keyPressEvent(event)
            return
        buttons = list(self._buttons.values())
        after = buttons[(buttons.index(focused) + step) % len(buttons)]
        after.setFocus(Qt.FocusReason.TabFocusReason)
        after.click()


class Segmented(_ChoiceRow):
    """A row of choices of which one is in force. ``items`` are (key, words)."""

    def __init__(self, items: Iterable[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(-1, parent)
        for key, words in items:
            piece = _Choice(words)
            piece.setFixedHeight(FIELD)
            self._put(key, piece)


class TabRow(_ChoiceRow):
    """Tabs of ``height`` px. ``items`` are (key, words); counts come by ``set_count``."""

    def __init__(
        self,
        items: Iterable[tuple[str, str]],
        height: int = 38,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(2, parent)
        self.setAccessibleName(_("tabs.name"))
        for key, words in items:
            tab = _Tab(words)
            tab.setFixedHeight(height)
            self._put(key, tab)

    def set_words(self, key: str, words: str) -> None:
        """Other words for a tab that shows another thing."""
        self._buttons[key].setText(words)
        self._buttons[key].updateGeometry()

    def set_count(self, key: str, count: int | None) -> None:
        tab = self._buttons[key]
        assert isinstance(tab, _Tab)
        if tab.count == count:
            return
        tab.count = count
        tab.setAccessibleName(tab.text() if count is None else f"{tab.text()} {count:,}")
        tab.updateGeometry()
        tab.update()
