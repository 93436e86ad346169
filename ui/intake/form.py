"""The intake form (受付票): how it came in, who called, what was seen or heard."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from PySide6.QtCore import QDateTime, Signal
from PySide6.QtWidgets import QGridLayout, QPlainTextEdit, QSizePolicy, QVBoxLayout

from app.domain.intake import CHANNELS, KINDS_OF_ABUSE, ROUTES, TYPES
from ui.theme import theme
from ui.tokens import NAME, SECOND
from ui.widgets.days import MomentField
from ui.widgets.forms import choose, combo, line
from ui.widgets.ground import Ground
from ui.widgets.text import Label
from ui.words import _, term

_TALL = {"seen": 96, "injuries": 46, "siblings": 46, "words": 46}
_ORDER = ("channel", "route", "type", "abuse", "caller", "relation", "reach", "when", "where_now")
_LINES = ("caller", "relation", "reach", "when", "where_now")


class FormPane(Ground):
    """``written`` says that something was typed."""

    written = Signal()

    def __init__(self, now: datetime) -> None:
        super().__init__("surface")
        self.channel = combo([(one, term("contact", one)) for one in CHANNELS], _("intake.channel"))
        self.route = combo([(one, term("value", one)) for one in ROUTES], _("intake.route"))
        self.type = combo([(one, term("value", one)) for one in TYPES], _("intake.type"))
        kinds = [("", _("intake.abuse.unknown")), *((one, term("value", one)) for one in KINDS_OF_ABUSE)]
        self.abuse = combo(kinds, _("intake.abuse"))
        self.received = MomentField(_("intake.received"))
        self.lines = {key: line(_(f"intake.{key}"), hint=_(f"intake.{key}.hint")) for key in _LINES}
        self.texts = {key: _text(key, tall) for key, tall in _TALL.items()}
        self._build()
        self.start(now)
        for field in self.lines.values():
            field.textChanged.connect(lambda _text: self.written.emit())
        for text in self.texts.values():
            text.textChanged.connect(self.written)
        for box in (self.channel, self.route, self.type, self.abuse):
            box.currentIndexChanged.connect(lambda _index: self.written.emit())
        self.received.dateTimeChanged.connect(lambda _moment: self.written.emit())

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(4)
        column.addWidget(Label(_("form.intake"), px=NAME, bold=True))
        self._grid = QGridLayout()
        self._grid.setVerticalSpacing(4)
        self._grid.setHorizontalSpacing(8)
        fields = {"channel": self.channel, "route": self.route, "type": self.type, "abuse": self.abuse, **self.lines}
        self._pairs = [(Label(_(f"intake.{key}"), "text2", px=SECOND), fields[key]) for key in _ORDER]
        for _words, field in self._pairs:
            field.setMinimumWidth(90)
            field.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._grid.addWidget(Label(_("intake.received"), "text2", px=SECOND), 0, 0)
        self._grid.addWidget(self.received, 0, 1, 1, 3)
        self._grid.setColumnStretch(1, 1)
        self._columns = 0
        self.lay(2)
        column.addWidget(Label(_("intake.seen"), "text", px=SECOND, bold=True))
        column.addWidget(self.texts["seen"])
        column.addLayout(self._grid)
        for key in ("injuries", "siblings", "words"):
            column.addWidget(Label(_(f"intake.{key}"), "text2", px=SECOND))
            column.addWidget(self.texts[key])
        column.addStretch(1)

    def lay(self, columns: int) -> None:
        """One field in a line, or two beside each other."""
        if columns == self._columns:
            return
        self._columns = columns
        for at, (words, field) in enumerate(self._pairs):
            row, side = divmod(at, columns)
            wide = columns == 1 or (at + 1 == len(self._pairs) and not side)
            self._grid.removeWidget(words)
            self._grid.removeWidget(field)
            self._grid.addWidget(words, row + 1, 2 * side)
            self._grid.addWidget(field, row + 1, 2 * side + 1, 1, 3 if wide else 1)
        self._grid.setColumnStretch(3, columns - 1)

    def start(self, now: datetime) -> None:
        """Empty, as of now."""
        for field in self.lines.values():
            field.clear()
        for text in self.texts.values():
            text.clear()
        for box in (self.channel, self.route, self.type, self.abuse):
            box.setCurrentIndex(0)
        self.put_moment(now)

    def values(self) -> dict[str, str]:
        """What stands in the form, by the names of ``intake.Form``."""
        said = {key: field.text().strip() for key, field in self.lines.items()}
        said |= {key: text.toPlainText().strip() for key, text in self.texts.items()}
        for key in ("channel", "route", "type", "abuse"):
            said[key] = str(getattr(self, key).currentData())
        return said

    def fill(self, said: Mapping[str, str]) -> None:
        """Put back what ``values`` gave."""
        for key, field in self.lines.items():
            field.setText(said.get(key, ""))
        for key, text in self.texts.items():
            text.setPlainText(said.get(key, ""))
        for key in ("channel", "route", "type", "abuse"):
            choose(getattr(self, key), said.get(key, ""))

    @property
    def typed(self) -> bool:
        """Whether anybody wrote anything; what is only chosen is soon chosen again."""
        return any(field.text().strip() for field in self.lines.values()) or any(
            text.toPlainText().strip() for text in self.texts.values()
        )

    def put_moment(self, moment: datetime) -> None:
        """When it came in."""
        self.received.setDateTime(QDateTime(moment.year, moment.month, moment.day, moment.hour, moment.minute, 0))

    def moment(self, now: datetime) -> datetime:
        """When it came in; never later than now, though the field has no seconds."""
        found = self.received.dateTime().toPython()
        assert isinstance(found, datetime)
        return found.replace(tzinfo=now.tzinfo)


def _text(key: str, tall: int) -> QPlainTextEdit:
    field = QPlainTextEdit()
    field.setFont(theme.font())
    field.setFixedHeight(tall)
    field.setTabChangesFocus(True)
    field.setAccessibleName(_(f"intake.{key}"))
    field.setPlaceholderText(_(f"intake.{key}.hint"))
    return field
