"""Which lines: who, what kind, which days, which child."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import QDateEdit, QHBoxLayout

from app.domain.message import Message
from app.services.offices.activity import LOOKS, ActivityQuery
from ui.theme import theme
from ui.tokens import FIELD_SMALL, SECOND
from ui.widgets.buttons import Button
from ui.widgets.chips import Chip
from ui.widgets.days import show_years
from ui.widgets.forms import choose, combo
from ui.widgets.ground import Ground
from ui.widgets.text import Label
from ui.words import _, say

PERIODS = ("all", "today", "week", "month", "days")
_BACK = {"today": 0, "week": 6, "month": 30}


class Filters(Ground):
    """``changed``: another query stands. Choosing a child comes from the table."""

    changed = Signal()

    def __init__(self, today: date) -> None:
        super().__init__("surface", "b")
        self._today = today
        self._child: int | None = None
        self._quiet = False
        self.member = combo([("", _("activity.everybody"))], _("activity.who"))
        self.kind = combo([("", _("activity.everything"))], _("activity.what"))
        self.period = combo([(key, _(f"activity.period.{key}")) for key in PERIODS], _("activity.time"))
        self.first, self.last = _day_field(_("activity.from")), _day_field(_("activity.to"))
        self._to = Label("～", px=SECOND)
        self.chip = Chip("")
        self.chip.hide()
        self.clear = Button(_("activity.clear"), kind="quiet", icon="close")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 5, 12, 6)
        row.setSpacing(8)
        for part in (self.member, self.kind, self.period, self.first, self._to, self.last, self.chip, self.clear):
            row.addWidget(part)
        row.addStretch(1)
        for box in (self.member, self.kind, self.period):
            box.currentIndexChanged.connect(self._touched)
        for field in (self.first, self.last):
            field.setDate(QDate(today.year, today.month, today.day))
            field.dateChanged.connect(self._touched)
        self.chip.removed.connect(lambda: self.put_child(None, ""))
        self.clear.clicked.connect(lambda: self.put(ActivityQuery()))
        self._show()

    def offer(self, names: Mapping[str, str], kinds: Sequence[str]) -> None:
        """The people and kinds there are; what is chosen stays."""
        self._quiet = True
        for box, items in (
            (self.member, sorted(names.items(), key=lambda item: item[1])),
            (self.kind, [(kind, _kind_words(kind)) for kind in kinds]),
        ):
            chosen, first = box.currentData(), box.itemText(0)
            box.clear()
            box.addItem(first, "")
            for key, words in items:
                box.addItem(words, key)
            choose(box, chosen)
        self._quiet = False

    def query(self) -> ActivityQuery:
        """What is asked for now."""
        kind, period = self.kind.currentData(), self.period.currentData()
        first = last = None
        if period == "days":
            first, last = sorted((_day(self.first), _day(self.last)))
        elif period in _BACK:
            first, last = self._today - timedelta(days=_BACK[period]), self._today
        kinds = frozenset({kind}) if kind else frozenset()
        return ActivityQuery(self.member.currentData() or "", self._child, kinds, first, last)

    def put(self, query: ActivityQuery) -> None:
        """Ask for this instead."""
        self._quiet = True
        choose(self.member, query.member)
        choose(self.kind, next(iter(query.kinds), ""))
        choose(self.period, "days" if query.first else "all")
        for field, day in ((self.first, query.first), (self.last, query.last)):
            if day is not None:
                field.setDate(QDate(day.year, day.month, day.day))
        self._quiet = False
        self.put_child(query.child, self.chip.text())

    def put_child(self, child: int | None, words: str) -> None:
        """Only lines about this child; None for all."""
        self._child = child
        self.chip.setText(words)
        self.chip.setVisible(child is not None)
        self._touched()

    def _touched(self, *_what: object) -> None:
        if not self._quiet:
            self._show()
            self.changed.emit()

    def _show(self) -> None:
        days = self.period.currentData() == "days"
        for part in (self.first, self._to, self.last):
            part.setVisible(days)
        self.clear.setVisible(self.query() != ActivityQuery())


def _day_field(says: str) -> QDateEdit:
    field = QDateEdit()
    show_years(field)
    field.setCalendarPopup(True)
    field.setFont(theme.font())
    field.setFixedHeight(FIELD_SMALL + 2)
    field.setMinimumWidth(field.sizeHint().width() + 8)
    field.setAccessibleName(says)
    return field


def _day(field: QDateEdit) -> date:
    found = field.date()
    return date(found.year(), found.month(), found.day())


def _kind_words(kind: str) -> str:
    return _("activity.looks") if kind == LOOKS else say(Message(f"act.{kind}"))
