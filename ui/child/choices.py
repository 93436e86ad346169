"""Controls that the forms of the child page share: choices with a key, ticks, the next date.

Real radio buttons and check boxes underneath, so that screen readers see a group;
the painting is ours, from tokens.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QRadioButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.domain import workdays
from ui.theme import theme
from ui.timeline import glyphs
from ui.tokens import BODY, SMALL
from ui.widgets.buttons import Button, keycap_width, paint_keycap
from ui.widgets.days import HEIGHT, DayField
from ui.widgets.ground import Ground, draw_box
from ui.widgets.states import ErrorPanel
from ui.widgets.text import Label, tip
from ui.words import _, language, weekday


class KeyChoice(QRadioButton):
    """One of several, with the key that chooses it."""

    def __init__(self, words: str, key: str = "", px: int = BODY) -> None:
        super().__init__(words)
        self._key, self._px, self._over = key, px, False
        self.setFont(theme.font(px))
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        tip(self, words)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        width = 34 + theme.metrics(self._px, True).horizontalAdvance(self.text())
        return QSize(width + (keycap_width(self._key) + 8 if self._key else 0), HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, HEIGHT)

    def hitButton(self, pos: object) -> bool:
        return True

    def enterEvent(self, event: QEnterEvent) -> None:
        self._over = True
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._over = False
        self.update()
        super().leaveEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        on, box = self.isChecked(), QRectF(self.rect())
        fill = "tint" if on else "hover" if self._over else "surface"
        draw_box(painter, box, fill, "accent" if on else "line", 4, 2 if on else 1)
        centre = QPointF(15, self.height() / 2)
        painter.setPen(QPen(theme.color("accent" if on else "line2"), 1.4))
        painter.setBrush(theme.color("surface"))
        painter.drawEllipse(centre, 5.5, 5.5)
        if on:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent"))
            painter.drawEllipse(centre, 3, 3)
        room, px, capped = self._fitting(on)
        cut = theme.metrics(px, on).elidedText(self.text(), Qt.TextElideMode.ElideRight, room)
        glyphs.words(painter, cut, 26, self.height() / 2, "text", px, on)
        if capped:
            width = keycap_width(self._key)
            paint_keycap(
                painter, QRectF(self.width() - width - 6, 0, width, self.height()), self._key, "text2", "line2"
            )
        if self.hasFocus():
            draw_box(painter, box, None, "focus", 4, 2)

    def _fitting(self, bold: bool) -> tuple[int, int, bool]:
        """(room, px, with its key cap): where the words would be cut the key cap gives way, then their size."""
        words, whole = self.text(), self.width() - 31
        beside = self.width() - 27 - keycap_width(self._key) - 12 if self._key else whole
        for room, px, capped in ((beside, self._px, bool(self._key)), (whole, self._px, False)):
            if theme.metrics(px, bold).horizontalAdvance(words) <= room:
                return room, px, capped
        return whole, min(self._px, SMALL), False


_TICK_LEAST = 160


class Tick(QCheckBox):
    """A tick box, with the number of a reason in its disc or with words."""

    def __init__(self, words: str, number: int = 0) -> None:
        super().__init__()
        self._words, self._number = words, number
        self.setAccessibleName(words)
        self.setFixedHeight(24)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        tip(self, words)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        if self._number:
            return QSize(40, 24)
        return QSize(24 + theme.metrics().horizontalAdvance(self._words) + 4, 24)

    def minimumSizeHint(self) -> QSize:
        """A name of any length gives way: cut with an ellipsis, whole in the tooltip."""
        return QSize(min(self.sizeHint().width(), _TICK_LEAST), 24)

    def hitButton(self, pos: object) -> bool:
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = QRectF(2, self.height() / 2 - 7.5, 15, 15)
        on = self.isChecked()
        draw_box(painter, box, "accent" if on else "surface", "accent" if on else "line2", 2)
        if on:
            pixmap = theme.pixmap("check-bold", "onaccent", 13, self.devicePixelRatioF())
            painter.drawPixmap(QPointF(box.left() + 1, box.top() + 1), pixmap)
        if self._number:
            glyphs.disc(painter, self._number, 29, self.height() / 2)
        else:
            cut = theme.metrics().elidedText(self._words, Qt.TextElideMode.ElideRight, self.width() - 25)
            glyphs.words(painter, cut, 23, self.height() / 2, "text", BODY)
        if self.hasFocus():
            draw_box(painter, QRectF(self.rect()), None, "focus", 3, 2)


class NextDay(QWidget):
    """The next date with its three suggestions; says so when the office is closed that day."""

    changed = Signal()

    def __init__(self, today: date) -> None:
        super().__init__()
        self._today = today
        self.field = DayField(today, _("next.unset"), _("decision.next"))
        self.hint = Label("", "caution", px=SMALL)
        self.buttons: dict[str, Button] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(4)
        self._grid.addWidget(self.field, 0, 0)
        self._grid.setColumnStretch(0, 1)
        self._suggestions = QWidget()
        row = QHBoxLayout(self._suggestions)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self.set_narrow(False)
        for kind in workdays.SUGGESTIONS:
            button = Button(_(f"next.{kind}"), height=HEIGHT)
            button.setCheckable(True)
            tip(button, _("next.workdays"))
            button.clicked.connect(lambda _on=False, kind=kind: self._suggest(kind))
            self.buttons[kind] = button
            row.addWidget(button)
        self.field.dateChanged.connect(lambda _day: self._tell())
        self._tell()

    def set_narrow(self, narrow: bool) -> None:
        """The suggestions stand below the day where there is no room beside it."""
        self._grid.removeWidget(self._suggestions)
        self._grid.addWidget(self._suggestions, 1 if narrow else 0, 0 if narrow else 1, Qt.AlignmentFlag.AlignLeft)

    def day(self) -> date | None:
        """The chosen day, None when not set."""
        return self.field.day()

    def put(self, day: date | None) -> None:
        """Show a day, or that none is set."""
        self.field.put(day)

    def _suggest(self, kind: str) -> None:
        self.field.put(workdays.suggested(kind, self._today))

    def _tell(self) -> None:
        day = self.day()
        for kind, button in self.buttons.items():
            button.setChecked(day == workdays.suggested(kind, self._today))
        self.hint.setText("" if day is None else closed_words(day))
        self.hint.setVisible(bool(self.hint.text()))
        self.changed.emit()


def closed_words(day: date) -> str:
    """Why the office is closed on a day; "" on workdays."""
    if workdays.is_workday(day):
        return ""
    name = workdays.holiday_name(day)
    if name and language() == "ja":
        return _("next.holiday", name=name)
    return _("next.closed", weekday=weekday(day))


class Foot(Ground):
    """What a form ends with: what is wrong, and the button that records. It stays in sight however far the form
    above it is scrolled."""

    def __init__(self, trouble: ErrorPanel, record: Button, says: str) -> None:
        super().__init__("surface", "t")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(record)
        row.addWidget(Label(says, "text2", px=SMALL, wrap=True), 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 4, 12, 8)
        column.setSpacing(6)
        column.addWidget(trouble)
        column.addLayout(row)


class FormArea(QScrollArea):
    """Forms of which one is shown; as high as that one where there is room, else it scrolls."""

    def __init__(self, forms: Sequence[QWidget]) -> None:
        super().__init__()
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for form in forms:
            column.addWidget(form)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(body)
        body.installEventFilter(self)
        self.fill(False)

    def fill(self, all_of_it: bool) -> None:
        """Take all the room there is, or no more than the form needs."""
        policy = QSizePolicy.Policy.Expanding if all_of_it else QSizePolicy.Policy.Maximum
        self.setSizePolicy(QSizePolicy.Policy.Preferred, policy)

    def sizeHint(self) -> QSize:
        body = self.widget()
        layout = body.layout() if body is not None else None
        if layout is None:
            return QSize(200, 120)
        # Evidence and notes wrap: the height hangs on the width.
        height = layout.totalHeightForWidth(max(self.width(), 200))
        return QSize(200, max(height, layout.sizeHint().height() if height < 0 else 0))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 120)

    def eventFilter(self, thing: QObject, event: QEvent) -> bool:
        if thing is self.widget() and event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(thing, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.updateGeometry()
