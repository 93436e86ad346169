"""Beside the load: what was agreed with one member, when they are away, and what a plan would bring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QIntValidator, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.services.casework.sharing import MOST
from app.services.casework.team import Away, Load
from ui.team.loads import bar_words, name_of
from ui.theme import theme
from ui.tokens import NAME, SECOND
from ui.widgets.buttons import Button
from ui.widgets.days import DayField
from ui.widgets.forms import line
from ui.widgets.ground import Ground, Rule, draw_box
from ui.widgets.text import ElidedLabel, Label, tip
from ui.words import _, count


class _After(QWidget):
    """One member's load now and with what a plan adds."""

    def __init__(self, load: Load, more: int, most: int) -> None:
        super().__init__()
        self._load, self._more, self._most = load, more, most
        self.setFixedHeight(24)
        self.words = f"{count(load.total)} → {count(load.total + more)}"
        if load.limit is not None:
            self.words += " " + _("team.limit.short", n=count(load.limit))
        self.setAccessibleName(f"{load.name} {self.words}")
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, load = QPainter(self), self._load
        metrics = theme.metrics(SECOND)
        painter.setFont(theme.font(SECOND))
        painter.setPen(theme.color("text"))
        base = round(self.height() / 2 + metrics.capHeight() / 2)
        painter.drawText(0, base, metrics.elidedText(load.name, Qt.TextElideMode.ElideRight, 84))
        width = metrics.horizontalAdvance(self.words)
        room = QRectF(90, 6, max(self.width() - 90 - width - 10, 20), 12)
        scale = room.width() / max(self._most, 1)
        draw_box(painter, QRectF(room.left(), room.top(), max(load.total * scale, 1), 12), "tint", "accent", 0)
        start = room.left() + load.total * scale
        painter.fillRect(QRectF(round(start), room.top(), max(round(self._more * scale), 3), 12), theme.color("accent"))
        if load.limit is not None:
            painter.fillRect(QRectF(round(room.left() + load.limit * scale), 3, 2, 18), theme.color("text"))
        over = load.limit is not None and load.total + self._more > load.limit
        painter.setPen(theme.color("caution" if over else "text"))
        painter.drawText(self.width() - width, base, self.words)


class BesidePane(Ground):
    """``limited`` and ``went_away`` carry what was typed; ``planned`` asks for a plan, ``given`` says to do it."""

    limited = Signal(object)
    went_away = Signal(object)
    planned = Signal()
    given = Signal()
    listed = Signal()
    taken_back = Signal()
    """Give the children that others have since this member's absence back to them."""

    def __init__(self, today: date, may: bool) -> None:
        super().__init__("surface", "l", "line2")
        self._today, self._may = today, may
        self.load: Load | None = None
        self.title = ElidedLabel("", px=NAME, bold=True)
        self.words = Label("", "text2", px=SECOND, wrap=True)
        self.limit = line(_("team.limit"), hint=_("team.limit.hint"))
        self.limit.setValidator(QIntValidator(0, MOST, self))
        self.limit.setFixedWidth(80)
        self.save_limit = Button(_("team.limit.save"), height=26)
        self.first = DayField(today.replace(year=today.year - 1), _("team.away.none"), _("team.away.first"))
        self.last = DayField(today.replace(year=today.year - 1), _("team.away.none"), _("team.away.last"))
        self.reason = line(_("team.away.words"), hint=_("team.away.words.hint"))
        self.save_away = Button(_("team.away.save"), height=26)
        self.no_away = Button(_("team.away.end"), kind="quiet", height=26)
        self.show_list = Button(_("team.list"), icon="clipboard-text-outline", height=26)
        self.plan = Button(_("team.plan.make"), icon="account-switch-outline")
        self.give = Button("", kind="primary")
        self.undo_says = Label(_("team.give.says"), "text2", px=SECOND, wrap=True)
        self.lent = Label("", wrap=True)
        self.take_back = Button("", kind="primary", icon="account-arrow-left-outline", height=26)
        self.leave = Button(_("team.lent.leave"), height=26)
        self._after = QVBoxLayout()
        self._build()
        self.save_limit.clicked.connect(self._limit)
        self.limit.returnPressed.connect(self._limit)
        self.save_away.clicked.connect(self._away)
        self.no_away.clicked.connect(lambda: self.went_away.emit(None))
        self.show_list.clicked.connect(self.listed)
        self.plan.clicked.connect(self.planned)
        self.take_back.clicked.connect(self.taken_back)
        self.leave.clicked.connect(lambda: self.went_away.emit(None))
        self.give.clicked.connect(self.given)
        self.put_plan({}, ())

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 12)
        column.setSpacing(8)
        column.addWidget(self.title)
        column.addWidget(self.words)
        column.addWidget(self.show_list)
        column.addWidget(self._lent())
        column.addWidget(Rule())
        agreed = QHBoxLayout()
        agreed.addWidget(Label(_("team.limit"), "text2", px=SECOND))
        agreed.addWidget(self.limit)
        agreed.addWidget(self.save_limit)
        agreed.addStretch(1)
        self._limit_row = QWidget()
        agreed.setContentsMargins(0, 0, 0, 0)
        self._limit_row.setLayout(agreed)
        column.addWidget(self._limit_row)
        self._away_box = QWidget()
        grid = QGridLayout(self._away_box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(5)
        grid.addWidget(Label(_("team.away"), px=SECOND, bold=True), 0, 0, 1, 2)
        for row, (key, part) in enumerate((("first", self.first), ("last", self.last), ("words", self.reason)), 1):
            grid.addWidget(Label(_(f"team.away.{key}"), "text2", px=SECOND), row, 0)
            grid.addWidget(part, row, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(self.save_away)
        buttons.addWidget(self.no_away)
        buttons.addStretch(1)
        grid.addLayout(buttons, 4, 1)
        grid.setColumnStretch(1, 1)
        column.addWidget(self._away_box)
        column.addWidget(Rule())
        column.addWidget(self.plan)
        self._after_title = Label(_("team.after"), bold=True)
        column.addWidget(self._after_title)
        self._after.setSpacing(2)
        column.addLayout(self._after)
        column.addWidget(self.give)
        column.addWidget(self.undo_says)
        column.addStretch(1)

    def _lent(self) -> QWidget:
        """Somebody is here again, and others still have their children: one click gives them back."""
        self._lent_box = QWidget()
        column = QVBoxLayout(self._lent_box)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.lent)
        buttons = QHBoxLayout()
        for button in (self.take_back, self.leave):
            buttons.addWidget(button)
        buttons.addStretch(1)
        column.addLayout(buttons)
        self._lent_box.hide()
        return self._lent_box

    # -------------------------------------------------------------- what is shown

    def put(self, load: Load | None) -> None:
        """Whom it is about."""
        before, self.load = self.load, load
        same = before is not None and load is not None and _agreed(before) == _agreed(load)
        member = load is not None and bool(load.name)
        for part in (self._limit_row, self._away_box):
            part.setVisible(self._may and member and load is not None and load.here)
        self.plan.setVisible(self._may and member)
        lent = len(load.lent) if load is not None else 0
        self._lent_box.setVisible(self._may and lent > 0)
        if load is not None and lent:
            self.lent.setText(_("team.lent", name=load.name, n=count(lent)))
            self.take_back.set_words(_("team.lent.take_back", n=count(lent)))
            self.take_back.setEnabled(True)
        if load is None:
            return
        self.title.setText(name_of(load))
        words = _("team.beside.words", n=count(load.total), levels=bar_words(load))
        self.words.setText(words if load.total else _("team.none"))
        self.plan.setEnabled(load.total > 0)
        tip(self.plan, "" if load.total else _("team.none"))
        if not same:  # what is being typed is not overwritten by a colleague's news
            self.limit.setText("" if load.limit is None else str(load.limit))
            self.first.put(load.away.first if load.away else None)
            self.last.put(load.away.last if load.away else None)
            self.reason.setText(load.away.words if load.away else "")
        self.no_away.setVisible(load.away is not None)

    def put_plan(self, gains: Mapping[str, int], loads: Sequence[Load], planned: bool = False) -> None:
        """What the plan brings whom; without a plan nothing of it."""
        while (item := self._after.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for part in (self._after_title, self.give, self.undo_says):
            part.setVisible(planned)
        most = max((max(load.total + gains.get(load.name, 0), load.limit or 0) for load in loads), default=1)
        for load in loads:
            if gains.get(load.name):
                self._after.addWidget(_After(load, gains[load.name], most))
        many = sum(gains.values())
        self.give.set_words(_("team.give", n=count(many)))
        self.give.setEnabled(many > 0)

    # -------------------------------------------------------------- what was typed

    def _limit(self) -> None:
        text = self.limit.text().strip()
        self.limited.emit(int(text) if text else None)

    def _away(self) -> None:
        first, last = self.first.day(), self.last.day()
        if first is None or last is None:
            (self.first if first is None else self.last).setFocus()
            return
        self.went_away.emit(Away(first, last, self.reason.text().strip()))


def _agreed(load: Load) -> tuple[object, ...]:
    return load.name, load.limit, load.away
