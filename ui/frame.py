"""The frame around the pages: rail, top bar with search and undo, status bar.

The frame knows pages only as ``ui.page.Page``. What a page shows is its own business.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout

from app.services.answers.caseload import Freshness
from app.services.answers.outcomes import MemberLine
from ui.page import Page, Undo
from ui.theme import theme
from ui.tokens import RAIL, SECOND, SMALL, STATUS, TITLE, TOP_BAR
from ui.widgets.buttons import Button, Pressable
from ui.widgets.fields import SearchField
from ui.widgets.ground import Ground, draw_box
from ui.widgets.states import Icon
from ui.widgets.text import ClauseLabel, ElidedLabel, Label, tip
from ui.words import _, clock, day_short, sector_word


class RailButton(Pressable):
    """An item of the rail: icon over word; lit by ground, bar and weight, not by colour alone, and said to a reader."""

    def __init__(self, icon: str, words: str) -> None:
        super().__init__(words)
        self._icon, self._count, self.lit = icon, 0, False
        self.setFixedSize(RAIL, 54)

    def set_count(self, count: int) -> None:
        """A number in the corner of the icon; none for 0."""
        self._count = count
        self.setAccessibleName(f"{self.text()} {count:,}" if count else self.text())
        self.update()

    def set_lit(self, lit: bool) -> None:
        """Whether this is the page in front."""
        self.lit = lit
        self.setAccessibleDescription(_("rail.here") if lit else "")
        self.update()

    def set_low(self, low: bool) -> None:
        self.setFixedHeight(46 if low else 54)

    def sizeHint(self) -> QSize:
        return self.size()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        on = self.lit
        if on or self.over:
            painter.fillRect(self.rect(), theme.color("surface" if on else "hover"))
        if on:
            painter.fillRect(QRectF(0, 0, 4, self.height()), theme.color("accent"))
        ink = "accent" if on else "text2"
        top = (self.height() - 40) // 2
        pixmap = theme.pixmap(self._icon, ink, 22, self.devicePixelRatioF())
        painter.drawPixmap((self.width() - 22) // 2, top, pixmap)
        if self._count:
            self._paint_count(painter, top)
        px = SECOND if theme.metrics(SECOND, on).horizontalAdvance(self.text()) < RAIL - 6 else SMALL
        painter.setFont(theme.font(px, on))
        painter.setPen(theme.color("accent" if on else "text"))
        place = QRectF(0, top + 22, self.width(), 18)
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, self.text())
        self.ring(painter, 2)

    def _paint_count(self, painter: QPainter, top: int) -> None:
        words = f"{self._count:,}" if self._count < 1000 else "999+"
        width = max(18, theme.metrics(SMALL).horizontalAdvance(words) + 8)
        box = QRectF(min(self.width() / 2 + 6, self.width() - width - 3), top - 3, width, 17)
        draw_box(painter, box, "surface", "line2", radius=3)
        painter.setFont(theme.font(SMALL))
        painter.setPen(theme.color("text"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)


class Rail(Ground):
    """Which page; below, help and lock."""

    chosen = Signal(str)
    locked = Signal()
    helped = Signal()

    def __init__(self, pages: Iterable[type[Page]]) -> None:
        super().__init__("rail", "r")
        self.setFixedWidth(RAIL)
        self._items: dict[str, RailButton] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 6)
        column.setSpacing(0)
        for number, page in enumerate((one for one in pages if one.in_rail), start=1):
            words = _(f"page.{page.key}")
            item = RailButton(page.icon, words)
            tip(item, f"{words}（Ctrl+{number}）")
            item.clicked.connect(lambda _on=False, key=page.key: self.chosen.emit(key))
            self._items[page.key] = item
            column.addWidget(item)
        column.addStretch(1)
        self._help = RailButton("help-circle-outline", _("rail.help"))
        self._lock = RailButton("lock-outline", _("rail.lock"))
        for button, said, keys in ((self._help, self.helped, "F1"), (self._lock, self.locked, "Ctrl+L")):
            tip(button, f"{button.text()}（{keys}）")
            button.clicked.connect(lambda _on=False, said=said: said.emit())
            column.addWidget(button)

    def keys(self) -> list[str]:
        return list(self._items)

    def light(self, key: str) -> None:
        for name, item in self._items.items():
            item.set_lit(name == key)

    def put_count(self, key: str, count: int) -> None:
        """So many things wait on the page of this key."""
        if key in self._items:
            self._items[key].set_count(count)

    def set_low(self, low: bool) -> None:
        for item in (*self._items.values(), self._help, self._lock):
            item.set_low(low)


_TIGHT = 960
"""px of the top bar: a screen of twice the size has no more."""


class TopBar(Ground):
    """Title, the way back, search, undo by name, who sits here."""

    went_back = Signal()
    searched = Signal(str)
    left_search = Signal()
    undone = Signal()
    listed = Signal()
    noticed = Signal()

    def __init__(self, member: MemberLine) -> None:
        super().__init__("surface", "b")
        self._narrow = False
        self.setFixedHeight(TOP_BAR)
        self._title = Label(px=TITLE, bold=True)
        self._subtitle = ClauseLabel(role="text2", px=SECOND)
        self._subtitle.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._back = Button(kind="quiet", icon="chevron-left", keys="Esc")
        self._back.clicked.connect(self.went_back.emit)
        self.search = SearchField(_("search.hint"), "Ctrl+F")
        self.search.textChanged.connect(self.searched.emit)
        self.search.left.connect(self.left_search.emit)
        self.notice = Button(_("intake.button"), icon="phone-incoming-outline", keys="Ctrl+N")
        self.notice.clicked.connect(self.noticed.emit)
        self.undo = Button(icon="undo")
        self.undo.give_way(120)
        self.undo.clicked.connect(self.undone.emit)
        self.undos = Button(kind="quiet", icon="history", says=_("undo.list.button"))
        self.undos.clicked.connect(self.listed.emit)
        who = _who(member)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 1)
        row.setSpacing(10)
        row.addWidget(self._title)
        row.addWidget(self._back)
        row.addWidget(self._subtitle, 1)
        row.addWidget(self.search)
        undoing = QHBoxLayout()
        undoing.setSpacing(2)
        undoing.addWidget(self.undo)
        undoing.addWidget(self.undos)
        row.addLayout(undoing)
        row.addWidget(self.notice)
        sitting = QHBoxLayout()
        sitting.setSpacing(4)
        sitting.addWidget(Icon("account-outline", "text2"))
        sitting.addWidget(who)
        row.addLayout(sitting)
        self.put_undo(None)
        self.set_narrow(False)

    def put(self, page: Page) -> None:
        self._title.setText(page.title())
        self._subtitle.setText(page.subtitle())
        back = page.back_words()
        self._back.setVisible(bool(back))
        self._back.set_words(back)

    def put_undo(self, undo: Undo | None) -> None:
        words = _("undo.button", words=undo.words) if undo else _("undo.none")
        self.undo.set_words(words)
        self.undo.setEnabled(undo is not None)
        tip(self.undo, words if undo else _("undo.none.why"))

    def put_notice(self, begun: int) -> None:
        """Whether a notice was begun and is not recorded yet."""
        self.notice.set_words(_("intake.button.begun") if begun else _("intake.button"))

    def put_search(self, text: str) -> None:
        """Show other words in the field without searching for them."""
        self.search.blockSignals(True)
        self.search.setText(text)
        self.search.blockSignals(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._give_way()

    def _give_way(self) -> None:
        """What is beside the search keeps its words longer than the search its room."""
        room = 190 if self.width() < _TIGHT else 280 if self._narrow else 340
        row = self.layout()
        if self.search.maximumWidth() != room and row is not None:
            self.search.setFixedWidth(room)
            row.activate()

    def set_narrow(self, narrow: bool) -> None:
        self._narrow = narrow
        self._give_way()
        self.search.setPlaceholderText(_("search.hint.short") if narrow else _("search.hint"))
        self.notice.set_keys("" if narrow else "Ctrl+N")


class StatusBar(Ground):
    """What was saved and when, how far the data reaches, where the list of keys is."""

    reminder_pressed = Signal()
    helped = Signal()
    guided = Signal()

    def __init__(self) -> None:
        super().__init__("header", "t")
        self.setFixedHeight(STATUS)
        self._saved_icon = Icon("content-save-check-outline", "ok")
        self._saved = Label(role="text2", px=SECOND)
        self._reminder = Button(kind="quiet", icon="calendar-clock-outline", height=24)
        self._reminder.clicked.connect(self.reminder_pressed.emit)
        self._page = ElidedLabel(role="text2", px=SECOND)
        self._reach = ElidedLabel(role="text2", px=SECOND)
        self._guide = Button("", kind="quiet", icon="sign-direction", height=24)
        self._guide.clicked.connect(self.guided.emit)
        keys = Button(_("status.keys"), kind="quiet", height=24)
        keys.clicked.connect(self.helped.emit)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 1, 8, 0)
        row.setSpacing(6)
        row.addWidget(self._saved_icon)
        row.addWidget(self._saved)
        row.addSpacing(8)
        row.addWidget(self._reminder)
        row.addWidget(self._page)
        row.addSpacing(8)
        row.addWidget(self._reach, 1)
        row.addWidget(self._guide)
        row.addWidget(keys)
        self._guide.hide()
        self._saved_icon.hide()
        self._saved.hide()
        self._reminder.hide()

    def say_saved(self, words: str, at: datetime) -> None:
        """Only after the commit."""
        text = _("status.saved", time=clock(at))
        self._saved.setText(f"{text}（{words}）" if words else text)
        self._saved_icon.show()
        self._saved.show()

    def guide(self, words: str) -> None:
        """The guided first hour, as long as there is something left of it."""
        self._guide.set_words(words)
        self._guide.setVisible(bool(words))

    def say_reminder(self, words: str) -> None:
        """What cannot wait; nothing where nothing does."""
        self._reminder.set_words(words)
        self._reminder.setVisible(bool(words))

    def say_page(self, words: str) -> None:
        self._page.setText(words)
        self._page.setVisible(bool(words))

    def say_reach(self, reach: Iterable[Freshness], today: date) -> None:
        parts = [
            f"{sector_word(one.sector)} " + (day_short(one.as_of, today) if one.as_of else _("freshness.none"))
            for one in reach
        ]
        self._reach.setText(_("status.reach", parts=_("list.join").join(parts)))


def _who(member: MemberLine) -> ElidedLabel:
    order = ("lead", "admin", "auditor", "worker")
    role = next((one for one in order if one in member.roles), "")
    words = _("who", name=member.name, role=_(f"role.{role}")) if role else member.name
    who = ElidedLabel(words, "text2", SECOND)
    who.setMinimumWidth(72)
    return who
