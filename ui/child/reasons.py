"""The reasons for a child's priority, one row each, and what nobody can tell.

Choosing a row marks its facts on the timeline; choosing it again unmarks them.
"""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.domain.priority import Reason
from app.services.answers.child import ChildFile, SignChange
from app.services.protection.need_to_know import CLOSED
from ui.theme import theme
from ui.timeline import glyphs
from ui.tokens import BODY, NAME, SECOND, SMALL
from ui.widgets.buttons import Pressable
from ui.widgets.ground import Ground, draw_edges
from ui.widgets.marks import paint_sector
from ui.widgets.states import Icon
from ui.widgets.text import Label, tip
from ui.words import _, criterion_name, day_short, reason_words, sector_word

ROW = 40
SIGNS = 3
"""So many changed or nearly holding signs are named on one line."""


def dates_words(reason: Reason, today: date) -> str:
    """From when to when, and how many facts."""
    if reason.criterion == CLOSED:
        return ""
    words = _("reasons.facts", n=len(reason.facts)) if reason.facts else _("reasons.no_facts")
    if reason.first is None:
        return words
    first = day_short(reason.first, today)
    last = day_short(reason.last, today) if reason.last else first
    when = first if first == last else _("timeline.span", first=first, last=last)
    return _("list.join").join((when, words))


class ReasonRow(Pressable):
    """One reason: its number, its sector's mark with the points, its words, its days."""

    def __init__(self, number: int, reason: Reason, doubtful: bool, today: date) -> None:
        super().__init__(reason_words(reason))
        self.reason = reason
        self._number, self._doubtful = number, doubtful
        self._second = _("reasons.doubtful") if doubtful else dates_words(reason, today)
        self.setCheckable(True)
        self.setFixedHeight(ROW)
        self.setAccessibleName(
            _(
                "reasons.says",
                number=number,
                sector=sector_word(reason.sector),
                points=reason.points,
                words=reason_words(reason, whole=True),
                dates=dates_words(reason, today),
            )
        )
        tip(self, f"{reason_words(reason, whole=True)}\n{self._second}")

    def sizeHint(self) -> QSize:
        return QSize(300, ROW)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, ROW)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect = QRectF(self.rect())
        if self.isChecked():
            painter.fillRect(rect, theme.color("hi"))
        elif self.over:
            painter.fillRect(rect, theme.color("hover"))
        draw_edges(painter, rect, "b")
        glyphs.disc(painter, self._number, 14, ROW / 2)
        paint_sector(painter, QRectF(28, 10, 22, 20), self.reason.sector, "points", self.reason.points)
        room = self.width() - 58 - 24
        self._words(painter, self.text(), 13, "text", BODY, room)
        role = "caution" if self._doubtful else "text2"
        self._words(painter, self._second, 29, role, SMALL, room, bold=self._doubtful)
        chevron = theme.pixmap("chevron-right", "text2", 16, self.devicePixelRatioF())
        painter.drawPixmap(self.width() - 20, (ROW - 16) // 2, chevron)
        if self.isChecked():
            painter.setPen(theme.color("hiline"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5))
            painter.drawRect(rect.adjusted(1.5, 1.5, -1.5, -1.5))
        self.ring(painter, 0)

    def _words(
        self, painter: QPainter, text: str, middle: int, role: str, px: int, room: int, bold: bool = False
    ) -> None:
        cut = theme.metrics(px, bold).elidedText(text, Qt.TextElideMode.ElideRight, room)
        glyphs.words(painter, cut, 58, middle, role, px, bold)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down) and not event.modifiers():
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)


class ReasonsPanel(Ground):
    """All reasons and what is unknown. ``chosen`` says a ``Reason``, or None when unmarked."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__("surface")
        self.rows: list[ReasonRow] = []
        self._group = QButtonGroup(self)
        self._group.setExclusive(False)
        self._title = Label(px=NAME, bold=True)
        self._hint = Label(_("reasons.hint"), "text2", px=SMALL)
        head = QHBoxLayout()
        head.setContentsMargins(12, 6, 12, 4)
        head.addWidget(self._title, 1)
        head.addWidget(self._hint)
        self._body = QWidget()
        self._column = QVBoxLayout(self._body)
        self._column.setContentsMargins(8, 0, 8, 4)
        self._column.setSpacing(0)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self._body)
        area.viewport().setAutoFillBackground(False)
        self._body.setAutoFillBackground(False)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addWidget(area, 1)

    def put(self, file: ChildFile, today: date) -> None:
        """Show a child's reasons; the marked one stays marked when it is still there."""
        marked = next((row.reason.criterion for row in self.rows if row.isChecked()), None)
        self._clear()
        doubtful = {line.fact.id for line in file.facts if line.uncertain}
        self._title.setText(_("reasons.title", n=len(file.reasons)))
        self._hint.setVisible(bool(file.reasons))
        for number, reason in enumerate(file.reasons, 1):
            hangs = bool(reason.facts) and set(reason.facts) <= doubtful
            row = ReasonRow(number, reason, hangs, today)
            row.clicked.connect(lambda _on=False, row=row: self._choose(row))
            self._group.addButton(row)
            self.rows.append(row)
            self._column.addWidget(row)
            if reason.criterion == marked:
                row.setChecked(True)
        if file.lost:
            self._column.addWidget(_note("help", "caution", _("reasons.lost.title"), _("child.lost")))
        elif file.age is None and not file.reasons:
            self._column.addWidget(_note("help", "caution", _("reasons.no_age.title"), _("reasons.no_age.words")))
        elif not file.reasons:
            self._column.addWidget(_note("check", "text2", _("reasons.none.title"), _("reasons.none.words")))
        for icon, title, words in (
            *changed_words(file, today),
            *unknown_words(file, today),
            *strength_words(file, today),
            *why_not_words(file),
        ):
            self._column.addWidget(_note(icon, "text2", title, words))
        self._column.addStretch(1)

    def marked(self) -> Reason | None:
        """The reason whose facts are marked."""
        return next((row.reason for row in self.rows if row.isChecked()), None)

    def _clear(self) -> None:
        self.rows = []
        while (item := self._column.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.setParent(None)
                old.deleteLater()

    def _choose(self, chosen: ReasonRow) -> None:
        for row in self.rows:
            if row is not chosen:
                row.setChecked(False)
        self.chosen.emit(chosen.reason if chosen.isChecked() else None)


def unknown_words(file: ChildFile, today: date) -> list[tuple[str, str, str]]:
    """(icon, title, words): in which sectors nobody can tell, and how far their data reaches."""
    sectors = list(dict.fromkeys(one.sector for one in file.unknown))
    if not sectors:
        return []
    reach = {mark.sector: mark.as_of for mark in file.sectors}
    parts = []
    for sector in sectors:
        n = sum(one.sector is sector for one in file.unknown)
        day = reach.get(sector)
        parts.append(
            _("reasons.unknown.part", sector=sector_word(sector), n=n)
            if day is None
            else _("reasons.unknown.until", sector=sector_word(sector), n=n, day=day_short(day, today))
        )
    return [("help", _("reasons.unknown"), _("list.join").join(parts))]


def changed_words(file: ChildFile, today: date) -> list[tuple[str, str, str]]:
    """What changed since the last time and since the last decision, one line each."""
    lines = []
    for change in file.changed:
        more = change.points - change.points_before
        key = "same" if more == 0 else "more" if more > 0 else "less"
        points = _(f"reasons.changed.{key}", n=abs(more))
        head = _(f"reasons.changed.{change.since}", day=day_short(change.day, today), points=points)
        signs = [_sign_words(sign) for sign in change.signs[:SIGNS]]
        if len(change.signs) > SIGNS:
            signs.append(_("reasons.more", n=len(change.signs) - SIGNS))
        words = _("list.join").join(signs)
        lines.append(
            (
                "arrow-up" if more > 0 else "swap-vertical",
                _("reasons.changed"),
                _("reasons.changed.signs", head=head, signs=words) if signs else head,
            )
        )
    return lines


def _sign_words(sign: SignChange) -> str:
    return _(
        f"reasons.changed.{sign.kind}",
        name=criterion_name(sign.criterion),
        before=_value(sign.value_before),
        now=_value(sign.value),
    )


def _value(value: float | None) -> str:
    return "?" if value is None else f"{value:.1f}".removesuffix(".0")


def strength_words(file: ChildFile, today: date) -> list[tuple[str, str, str]]:
    """What speaks for the child; beside the reasons, never taken off the points."""
    parts = [
        _(f"strength.{one.key}", day=day_short(one.last, today) if one.last else "", n=_value(one.value))
        for one in file.strengths
    ]
    return [("sprout-outline", _("reasons.strengths"), _("list.join").join(parts))] if parts else []


def why_not_words(file: ChildFile) -> list[tuple[str, str, str]]:
    """Why the child is not on the list, and what nearly holds."""
    why = file.why_not
    if why is None:
        return []
    key = "tied" if why.reason == "below" and not why.missing else why.reason
    words = _(f"reasons.why_not.{key}", missing=why.missing)
    if why.near:
        names = _("list.join").join(criterion_name(one.criterion) for one in why.near[:SIGNS])
        words = _("reasons.why_not.near", head=words, names=names)
    return [("playlist-remove", _("reasons.why_not"), words)]


def _note(icon: str, role: str, title: str, words: str) -> QWidget:
    note = QWidget()
    row = QHBoxLayout(note)
    row.setContentsMargins(6, 6, 6, 2)
    row.setSpacing(6)
    row.addWidget(Icon(icon, role, 14), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(Label(title, px=SECOND, bold=True), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(Label(words, "text2", px=SECOND, wrap=True), 1)
    return note
