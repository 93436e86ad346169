"""The two records side by side: each field's words on both sides, what they say, how far they push.

Differences are marked within the text: another character by ground and a thick line, another form
of the same one by a dotted line. Rows are painted; each is a widget with a name for readers.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from app.services.links.link_answers import FieldLine, PairFile, TextMark
from ui.review import wording
from ui.theme import theme
from ui.tokens import BODY, SECOND, SMALL
from ui.widgets.buttons import LEFT
from ui.widgets.ground import draw_edges
from ui.widgets.text import tip
from ui.words import _

ROW, HEAD = 41, 42
LABEL, WORDS, PUSH = 78, 206, 140
FULL_PUSH = 16.0
"""Bits that fill half of the push column."""


def columns(width: int) -> tuple[float, float, float, float, float]:
    """Left edges of A, B, sign, words and push."""
    words = min(max(WORDS if width >= 700 else 170, width * 0.27), 420)
    push = PUSH if width >= 700 else 110
    side = (width - LABEL - words - 24 - push) / 2
    return LABEL, LABEL + side, LABEL + 2 * side, LABEL + 2 * side + 24, width - push


class HeadRow(QWidget):
    """The two records' names above their columns."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(HEAD)
        self._sides: tuple[tuple[str, str], tuple[str, str]] = (("", ""), ("", ""))
        theme.changed.connect(self.update)

    def put(self, file: PairFile) -> None:
        self._sides = (wording.side_words(file.a, "A"), wording.side_words(file.b, "B"))
        says = " / ".join(" ".join(side) for side in self._sides)
        self.setAccessibleName(says)
        tip(self, says)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.color("header"))
        draw_edges(painter, QRectF(self.rect()), "b", "line2")
        a, b, signs, _words, push = columns(self.width())
        _line(painter, QRectF(12, 0, a - 12, HEAD), _("links.head.field"), SECOND, "text2", True)
        for at, end, (name, number) in ((a, b, self._sides[0]), (b, signs, self._sides[1])):
            room = end - at - 10
            _line(painter, QRectF(at, 4, room, 18), name, SECOND, "text", True)
            _line(painter, QRectF(at, 21, room, 17), number, SMALL, "text2")
        _line(painter, QRectF(signs, 0, push - signs, HEAD), _("links.head.words"), SECOND, "text2", True)
        painter.setFont(theme.font(SMALL, True))
        painter.setPen(theme.color("text2"))
        place = QRectF(push, 0, self.width() - push - 8, HEAD)
        painter.drawText(place, LEFT, _("links.head.apart"))
        painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, _("links.head.same"))


class FieldRow(QWidget):
    """One field of both records."""

    def __init__(self, line: FieldLine) -> None:
        super().__init__()
        self.setFixedHeight(ROW)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.line = line
        self._texts = wording.texts(line)
        self._marks = wording.text_marks(line)
        self.setAccessibleName(_("list.comma").join(self._said()))
        tip(self, "\n".join(self._said()))
        theme.changed.connect(self.update)

    def _said(self) -> list[str]:
        said = [
            wording.field_word(self.line.key),
            f"A {self._texts[0]}",
            f"B {self._texts[1]}",
            wording.words_of(self.line),
            wording.strength(self.line),
        ]
        for letter, more in (("A", self.line.more_a), ("B", self.line.more_b)):
            if more:
                shown = [wording.birth_words(one) if self.line.key == "birth" else one for one in more]
                said.append(f"{letter} " + _("links.more", texts=_("list.comma").join(shown)))
        return [one for one in said if one]

    def sizeHint(self) -> QSize:
        return QSize(640, ROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.color("surface"))
        draw_edges(painter, QRectF(self.rect()), "b")
        a, b, signs, words, push = columns(self.width())
        _line(painter, QRectF(12, 0, a - 14, ROW), wording.field_word(self.line.key), SECOND, "text2")
        painter.fillRect(QRectF(b - 10, 6, 1, ROW - 12), theme.color("line"))
        painter.fillRect(QRectF(signs - 6, 0, 1, ROW), theme.color("line"))
        values = (self.line.a, self.line.b)
        for at, end, text, marks, value in zip(
            (a, b), (b - 14, signs - 12), self._texts, self._marks, values, strict=True
        ):
            paint_marked(painter, QRectF(at, 0, end - at, ROW), text, marks, "text" if value else "text3")
        painter.setFont(theme.font(BODY, True))
        painter.setPen(theme.color("text2"))
        painter.drawText(QRectF(signs, 0, 20, ROW), Qt.AlignmentFlag.AlignCenter, wording.sign(self.line))
        room = push - words - 6
        said = wording.words_of(self.line)
        px = SECOND if theme.metrics(SECOND).horizontalAdvance(said) <= room else SMALL
        _line(painter, QRectF(words, 4, room, 18), said, px, "text")
        _line(painter, QRectF(words, 21, room, 16), wording.strength(self.line), SMALL, "text2")
        paint_push(painter, QRectF(push, 0, self.width() - push - 8, ROW), self.line.push)


def paint_push(painter: QPainter, at: QRectF, push: float | None) -> None:
    """A bar from the middle to the right for "same", to the left for "apart"; an arrow head inside."""
    middle = round(at.center().x())
    painter.fillRect(QRectF(middle, at.top() + 8, 1, at.height() - 16), theme.color("line2"))
    if push is None or abs(push) < wording.LITTLE:
        pen = QPen(theme.color("text3"), 1, Qt.PenStyle.DotLine)
        painter.setPen(pen)
        y = round(at.center().y()) + 0.5
        painter.drawLine(QPointF(middle - 14, y), QPointF(middle + 14, y))
        return
    half = at.width() / 2 - 2
    length = max(7.0, min(half, abs(push) / FULL_PUSH * half))
    role = "accent" if push > 0 else "high"
    left = middle + 1 if push > 0 else middle - length
    bar = QRectF(round(left), round(at.center().y()) - 7, round(length), 14)
    painter.fillRect(bar, theme.color(role))
    if length >= 14:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(QPen(theme.color("surface"), 1.6))
        tip_x = bar.right() - 5 if push > 0 else bar.left() + 5
        back = -4 if push > 0 else 4
        y = bar.center().y()
        painter.drawLine(QPointF(tip_x + back, y - 4), QPointF(tip_x, y))
        painter.drawLine(QPointF(tip_x + back, y + 4), QPointF(tip_x, y))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def paint_marked(painter: QPainter, at: QRectF, text: str, marks: Sequence[TextMark], role: str) -> None:
    """A text with its marks in ``at``: on one line, else smaller on two, then cut."""
    px = BODY if theme.metrics(BODY).horizontalAdvance(text) <= at.width() else SECOND
    metrics = theme.metrics(px)
    lines, x = [(0.0, 0)], 0.0
    for place, letter in enumerate(text):
        width = metrics.horizontalAdvance(letter)
        if x + width > at.width() and len(lines) < 2:
            lines.append((0.0, place))
            x = 0.0
        x += width
    painter.setFont(theme.font(px))
    height = 18
    top = at.center().y() - height * len(lines) / 2
    for number, (_start, first) in enumerate(lines):
        last = lines[number + 1][1] if number + 1 < len(lines) else len(text)
        piece = text[first:last]
        shown = metrics.elidedText(piece, Qt.TextElideMode.ElideRight, int(at.width()) + 1)
        _paint_piece(painter, at.left(), top + number * height, height, piece, shown, first, marks, px, role)


def _paint_piece(
    painter: QPainter, x: float, top: float, height: float, piece: str, shown: str, first: int,
    marks: Sequence[TextMark], px: int, role: str,
) -> None:  # fmt: skip
    metrics = theme.metrics(px)
    for mark in marks:
        start, end = max(mark.start - first, 0), min(mark.end - first, len(piece))
        if start >= end:
            continue
        left = x + metrics.horizontalAdvance(piece[:start])
        width = min(metrics.horizontalAdvance(piece[start:end]), x + metrics.horizontalAdvance(shown) - left)
        if width <= 0:
            continue  # it is behind the ellipsis
        if mark.kind == "differs":
            painter.fillRect(QRectF(left, top, width, height), theme.color("diff"))
            painter.fillRect(QRectF(left, top + height - 2, width, 2), theme.color("high"))
        else:
            painter.setPen(QPen(theme.color("text2"), 1, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(left, top + height - 1), QPointF(left + width, top + height - 1))
    painter.setPen(theme.color(role))
    painter.drawText(QRectF(x, top - 1, metrics.horizontalAdvance(shown) + 4, height), LEFT, shown)


def _line(painter: QPainter, at: QRectF, text: str, px: int, role: str, bold: bool = False) -> None:
    painter.setFont(theme.font(px, bold))
    painter.setPen(theme.color(role))
    cut = theme.metrics(px, bold).elidedText(text, Qt.TextElideMode.ElideRight, int(at.width()))
    painter.drawText(at, LEFT, cut)


class FieldsTable(QWidget):
    """All rows of a pair."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[FieldRow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)

    def put(self, file: PairFile) -> None:
        for row in self.rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = [FieldRow(line) for line in file.fields]
        for row in self.rows:
            self._column.addWidget(row)


class UnderHead(QScrollArea):
    """Scrolls ``inside`` under a head that stays, as wide as what scrolls."""

    def __init__(self, head: QWidget, inside: QWidget) -> None:
        super().__init__()
        self._head = head
        head.setParent(self)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setViewportMargins(0, HEAD, 0, 0)
        self.setWidget(inside)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._head.setGeometry(0, 0, self.viewport().width(), HEAD)
        return super().viewportEvent(event)
