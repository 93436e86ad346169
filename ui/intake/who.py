"""Whom a notice is about: search as one types; choose somebody, or enter a child who is new."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import QObject, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QScrollArea, QVBoxLayout, QWidget

from app.domain import ids
from app.domain.intake import NewChild
from app.services.casework.intake import Hit
from ui.desk import Desk
from ui.runner import Runner
from ui.theme import theme
from ui.tokens import NAME, SECOND
from ui.widgets.buttons import Button, Pressable
from ui.widgets.fields import SearchField
from ui.widgets.forms import choose, combo, line
from ui.widgets.ground import Ground, draw_box
from ui.widgets.text import Label
from ui.words import _, age_words, day_long

_PAUSE = 80
_SETTLED = 1500
"""Milliseconds after which a search has settled: then it goes into the access log."""
_FIELDS = ("name", "kana", "birth", "address", "phone", "guardian", "facility")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_AGE = re.compile(r"(\d{1,2})\s*(?:歳|才|years?)?")
_ERA = re.compile(r"(令和|平成|R|H|Ｒ|Ｈ)\s*(\d{1,2}|元)[-/.年](\d{1,2})[-/.月](\d{1,2})日?", re.IGNORECASE)
_BEFORE = {"令和": 2018, "r": 2018, "ｒ": 2018, "平成": 1988, "h": 1988, "ｈ": 1988}


def birth_of(text: str, today: date) -> str | None:
    """What was typed as a birth date or an age, as ISO (an age gives the year only); None if it is neither."""
    text = text.strip().translate(str.maketrans("０１２３４５６７８９", "0123456789"))
    if not text:
        return ""
    era = _ERA.fullmatch(text)
    if era:
        number = 1 if era[2] == "元" else int(era[2])
        return _day(_BEFORE[era[1].lower()] + number, int(era[3]), int(era[4]), today)
    day = _DAY.fullmatch(text)
    if day:
        return _day(int(day[1]), int(day[2]), int(day[3]), today)
    age = _AGE.fullmatch(text)
    return f"{today.year - int(age[1]):04d}-00-00" if age else None


def _day(year: int, month: int, day: int, today: date) -> str | None:
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found.isoformat() if found <= today and year > 1900 else None


class _HitRow(Pressable):
    """One person found: name and kana above, age, school and address below."""

    def __init__(self, hit: Hit) -> None:
        super().__init__()
        self.hit = hit
        self.setCheckable(True)
        self.setFixedHeight(44)
        about = [day_long(hit.birth, False) if hit.birth else "", age_words(hit.age)]
        where = [_("protected.withheld")] if hit.protected else [hit.facility or "", hit.address or ""]
        self._first = f"{hit.name}　{hit.kana}"
        self._second = _("list.join").join(words for words in (*about, *where) if words)
        self.setAccessibleName(f"{self._first} {self._second}")

    def sizeHint(self) -> QSize:
        return QSize(200, 44)

    def minimumSizeHint(self) -> QSize:
        return QSize(60, 44)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        ground = "sel" if self.isChecked() else "hover" if self.over else "surface"
        draw_box(painter, QRectF(self.rect()), ground, "accent" if self.isChecked() else "line", radius=3)
        for top, text, px, role, bold in ((3, self._first, 13, "text", True), (22, self._second, 12, "text2", False)):
            painter.setFont(theme.font(px, bold))
            painter.setPen(theme.color(role))
            cut = theme.metrics(px, bold).elidedText(text, Qt.TextElideMode.ElideRight, self.width() - 16)
            painter.drawText(QRectF(8, top, self.width() - 16, 19), Qt.AlignmentFlag.AlignVCenter, cut)
        self.ring(painter, 3)


class WhoPane(Ground):
    """``chosen`` says that another person, or a new child, is meant now; ``written`` that something was typed."""

    chosen = Signal()
    written = Signal()

    def __init__(self, desk: Desk, runner: Runner) -> None:
        super().__init__("surface", "r", "line2")
        self._desk, self._runner = desk, runner
        self.person_id: int | None = None
        self._meant: Hit | None = None
        self._logged = ""
        self.search = SearchField(_("intake.search"))
        self.hits: list[_HitRow] = []
        self.nobody = Label("", "text2", px=SECOND, wrap=True)
        self.fields = {key: line(_(f"intake.{key}"), hint=_(f"intake.{key}.hint")) for key in _FIELDS}
        self.sex = combo(
            [("", _("intake.sex.unknown")), ("女", _("imports.sex.F")), ("男", _("imports.sex.M"))], _("paper.sex")
        )
        self.birth_said = Label("", "text2", px=SECOND)
        self._build()
        self._typing = _timer(self, _PAUSE, self._ask)
        self._settling = _timer(self, _SETTLED, self._log)
        self.search.textChanged.connect(lambda _text: self._typing.start())
        self.search.left.connect(self._to_hits)
        self.fields["birth"].textChanged.connect(self._say_birth)
        for field in (self.search, *self.fields.values()):
            field.textChanged.connect(lambda _text: self.written.emit())
        self.sex.currentIndexChanged.connect(lambda _index: self.written.emit())

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(6)
        column.addWidget(Label(_("intake.who"), px=NAME, bold=True))
        column.addWidget(self.search)
        column.addWidget(self.nobody)
        self._list = QVBoxLayout()
        self._list.setSpacing(3)
        inside = Ground("surface")
        holder = QVBoxLayout(inside)
        holder.setContentsMargins(0, 0, 0, 0)
        holder.addLayout(self._list)
        holder.addStretch(1)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is in it takes the focus, and is scrolled to
        column.addWidget(area, 1)
        self.new = Button(_("intake.new"), icon="account-plus-outline")
        self.new.setCheckable(True)
        self.new.clicked.connect(self._take_new)
        column.addWidget(self.new)
        self._form = QWidget()
        grid = QGridLayout(self._form)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(4)
        for at, key in enumerate(_FIELDS):
            grid.addWidget(Label(_(f"intake.{key}"), "text2", px=SECOND), at, 0)
            grid.addWidget(self.fields[key], at, 1)
        grid.addWidget(Label(_("paper.sex"), "text2", px=SECOND), len(_FIELDS), 0)
        grid.addWidget(self.sex, len(_FIELDS), 1)
        grid.addWidget(self.birth_said, len(_FIELDS) + 1, 1)
        column.addWidget(self._form)
        self._form.hide()

    # ------------------------------------------------------------ searching

    def _ask(self) -> None:
        text = self.search.text().strip()
        self._runner.ask(
            self._desk.intake.find, self._desk.office, text, self._desk.today(), then=self._found, topic="intake.find"
        )

    def _log(self) -> None:
        """A search that settled, or that led to somebody, goes into the access log."""
        self._settling.stop()
        text = self.search.text().strip()
        if text and text != self._logged:
            self._logged = text
            self._runner.do(self._desk.intake.log_find, self._desk.office, text, len(self.hits), self._desk.now())

    def _found(self, hits: Sequence[Hit]) -> None:
        self._settling.start()
        if self._meant is not None and all(hit.person_id != self._meant.person_id for hit in hits):
            hits = (self._meant, *hits)  # whom the notice is about stays in sight
        for row in self.hits:
            row.hide()
            row.deleteLater()
        self.hits = [_HitRow(hit) for hit in hits]
        for row in self.hits:
            self._list.addWidget(row)
            row.setChecked(row.hit.person_id == self.person_id)
            row.clicked.connect(lambda _on=False, row=row: self._take(row))
        typed = bool(self.search.text().strip())
        self.nobody.setText(_("intake.nobody") if typed and not hits else "")

    def _to_hits(self) -> None:
        if self.hits:
            self.hits[0].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.new.setFocus(Qt.FocusReason.TabFocusReason)

    def _take(self, taken: _HitRow) -> None:
        self.person_id, self._meant = taken.hit.person_id, taken.hit
        for row in self.hits:
            row.setChecked(row is taken)
        self._log()
        self.new.setChecked(False)
        self._form.hide()
        self.chosen.emit()

    def _take_new(self) -> None:
        self.person_id = self._meant = None
        for row in self.hits:
            row.setChecked(False)
        self.new.setChecked(True)
        self._form.show()
        typed = self.search.text().strip()
        if typed and not self.fields["name"].text():
            self.fields["name"].setText(typed)
        self.fields["name"].setFocus(Qt.FocusReason.TabFocusReason)
        self.chosen.emit()

    # ------------------------------------------------------------ what it says

    @property
    def decided(self) -> bool:
        """Whether it is said whom it is about."""
        return self.person_id is not None or self.new.isChecked()

    def child(self) -> NewChild | None:
        """The new child as entered; None where a known one is meant."""
        if self.person_id is not None:
            return None
        texts = {key: field.text().strip() for key, field in self.fields.items()}
        texts["birth"] = birth_of(texts["birth"], self._desk.today()) or ""
        return NewChild(**texts, sex=str(self.sex.currentData()))

    def birth_sound(self) -> bool:
        """Whether what stands for the birth date can be understood."""
        return self.person_id is not None or birth_of(self.fields["birth"].text(), self._desk.today()) is not None

    def _say_birth(self, text: str) -> None:
        found = birth_of(text, self._desk.today())
        if found is None:
            self.birth_said.setText(_("intake.birth.not_understood"))
        elif found.endswith("-00-00"):
            self.birth_said.setText(_("intake.birth.year", year=found[:4]))
        else:
            self.birth_said.setText(day_long(date.fromisoformat(found), False) if found else "")

    def values(self) -> dict[str, Any]:
        """What stands here, to be kept: whom it is about, or what is known of a new child."""
        said: dict[str, Any] = {key: field.text() for key, field in self.fields.items() if field.text()}
        if self._meant is not None:
            said["person"] = [ids.code(self._meant.person_id), self._meant.name, self._meant.kana]
        if self.new.isChecked():
            said |= {"new": True, "sex": str(self.sex.currentData())}
        return {**said, "search": self.search.text()} if said or self.search.text() else {}

    def fill(self, said: Mapping[str, Any]) -> None:
        """Put back what ``values`` gave."""
        for key, field in self.fields.items():
            field.setText(str(said.get(key, "")))
        person = said.get("person")
        if isinstance(person, list) and len(person) == 3:
            code, name, kana = map(str, person)
            self.person_id = ids.number(code)
            self._meant = Hit(self.person_id, name, kana, None, None, "", "", False, True)
            self._found(())
        elif said.get("new"):
            self.new.setChecked(True)
            self._form.show()
            choose(self.sex, str(said.get("sex", "")))
        self.search.setText(str(said.get("search", "")))
        self.chosen.emit()

    def clear(self) -> None:
        """As at the beginning."""
        self.person_id = self._meant = None
        self._logged = ""
        self.new.setChecked(False)
        self._form.hide()
        for field in (self.search, *self.fields.values()):
            field.clear()
        self.sex.setCurrentIndex(0)


def _timer(parent: QObject, milliseconds: int, call: Callable[[], None]) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(milliseconds)
    timer.timeout.connect(call)
    return timer
