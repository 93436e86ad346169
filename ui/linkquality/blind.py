"""One drawn link to be checked without its score: two records, what differs marked, three answers.

The household is not shown: it is one person's already, and would speak for "the same" by itself.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from app.services.links.link_answers import FieldLine, PairFile
from ui.review import wording
from ui.review.beside import empty
from ui.review.fields import LABEL, paint_marked
from ui.review.ruling import RulingButton
from ui.theme import theme
from ui.tokens import BODY, SECOND, SMALL
from ui.widgets.buttons import LEFT, Button
from ui.widgets.ground import Ground, draw_edges
from ui.widgets.states import EmptyState
from ui.widgets.text import Label, tip
from ui.words import _, count

ROW, HEAD = 38, 44
ANSWERS = ("same", "apart", "unknown")
SHOWN = ("name", "kana", "birth", "sex", "address", "phone", "guardian", "facility", "number")


class BlindRow(QWidget):
    """A field on both sides: its words only, no push and no verdict."""

    def __init__(self, line: FieldLine) -> None:
        super().__init__()
        self.setFixedHeight(ROW)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.line = line
        self._texts, self._marks = wording.texts(line), wording.text_marks(line)
        self.said = f"{wording.field_word(line.key)} A {self._texts[0]} B {self._texts[1]}"
        self.setAccessibleName(self.said)
        tip(self, self.said)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(480, ROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.color("surface"))
        draw_edges(painter, QRectF(self.rect()), "b")
        painter.setFont(theme.font(SECOND))
        painter.setPen(theme.color("text2"))
        word = theme.metrics(SECOND).elidedText(
            wording.field_word(self.line.key), Qt.TextElideMode.ElideRight, LABEL - 4
        )
        painter.drawText(QRectF(12, 0, LABEL, ROW), LEFT, word)
        side = (self.width() - LABEL - 24) / 2
        values = (self.line.a, self.line.b)
        for number, (text, marks, value) in enumerate(zip(self._texts, self._marks, values, strict=True)):
            at = QRectF(LABEL + 16 + number * side, 0, side - 16, ROW)
            paint_marked(painter, at, text, marks, "text" if value else "text3")


class BlindHead(QWidget):
    """Which two records."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(HEAD)
        self._sides: tuple[tuple[str, str], ...] = ()
        theme.changed.connect(self.update)

    def put(self, file: PairFile) -> None:
        self._sides = (wording.side_words(file.a, "A"), wording.side_words(file.b, "B"))
        self.setAccessibleName(" / ".join(" ".join(side) for side in self._sides))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.color("header"))
        draw_edges(painter, QRectF(self.rect()), "b", "line2")
        side = (self.width() - LABEL - 24) / 2
        for number, (name, local) in enumerate(self._sides):
            x = LABEL + 16 + number * side
            painter.setPen(theme.color("text"))
            painter.setFont(theme.font(SECOND, True))
            painter.drawText(QRectF(x, 4, side - 16, 18), LEFT, name)
            painter.setPen(theme.color("text2"))
            painter.setFont(theme.font(SMALL))
            painter.drawText(QRectF(x, 22, side - 16, 17), LEFT, local)


class BlindPane(Ground):
    """``answered`` carries one of ANSWERS, ``stepped`` +1 or -1, ``ruling`` asks for the review page."""

    answered = Signal(str)
    stepped = Signal(int)
    ruling = Signal()
    drawn = Signal()

    def __init__(self) -> None:
        super().__init__("surface", "r", "line2")
        self.rows: list[BlindRow] = []
        self.head = BlindHead()
        self._place = Label(px=BODY, bold=True)
        self._said = Label(role="text2", px=SECOND)
        back, on = (
            Button(kind="quiet", icon=icon, height=24, says=_("keys.links.move"))
            for icon in ("chevron-up", "chevron-down")
        )
        back.clicked.connect(lambda: self.stepped.emit(-1))
        on.clicked.connect(lambda: self.stepped.emit(1))
        self.buttons = {
            key: RulingButton(number, _(f"quality.answer.{key}"), _(f"quality.answer.{key}.words"))
            for number, key in zip("123", ANSWERS, strict=True)
        }
        for key, button in self.buttons.items():
            button.clicked.connect(lambda _on=False, key=key: self.answered.emit(key))
        self.rule = Button(_("quality.rule_now"), icon="link-variant-remove")
        self.rule.clicked.connect(self.ruling.emit)
        self._wrong = Ground("caution_tint", "tb", "caution")
        strip = QHBoxLayout(self._wrong)
        strip.setContentsMargins(12, 6, 12, 6)
        strip.addWidget(Label(_("quality.wrong.words"), px=SECOND, wrap=True), 1)
        strip.addWidget(self.rule)
        self._column = QVBoxLayout()
        self._column.setSpacing(0)
        self.empty = EmptyState("clipboard-check-outline")
        self.draw = Button(_("quality.draw"), kind="primary", icon="dice-multiple-outline")
        self.draw.clicked.connect(self.drawn.emit)
        self.empty.put(_("quality.sample.none"), _("quality.sample.words"), (self.draw,))
        self._work = QWidget()
        self._lay((back, on))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.empty)
        whole.addWidget(self._work)
        self._work.hide()

    def _lay(self, steps: tuple[Button, Button]) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(12, 6, 10, 6)
        top.setSpacing(8)
        for part in (steps[0], self._place, steps[1]):
            top.addWidget(part)
        top.addWidget(self._said, 1)
        inside = QWidget()
        body = QVBoxLayout(inside)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(0)
        body.addLayout(self._column)
        body.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inside)
        answers = QHBoxLayout()
        answers.setContentsMargins(12, 8, 12, 8)
        answers.setSpacing(8)
        for button in self.buttons.values():
            answers.addWidget(button, 1)
        work = QVBoxLayout(self._work)
        work.setContentsMargins(0, 0, 1, 0)
        work.setSpacing(0)
        work.addLayout(top)
        work.addWidget(self.head)
        work.addWidget(area, 1)
        work.addWidget(self._wrong)
        asks = Label(_("quality.asks"), px=BODY, bold=True)
        asks.setContentsMargins(12, 6, 12, 0)
        work.addWidget(asks)
        work.addLayout(answers)

    def put(self, file: PairFile, place: int, of: int, answer: str, who: str) -> None:
        """Show a pair; ``answer`` and ``who`` say what was found before."""
        self.empty.hide()
        self._work.show()
        self._place.setText(_("links.place", place=count(place), of=count(of)))
        self._said.setText(_("quality.answered", answer=_(f"quality.answer.{answer}"), who=who) if answer else "")
        self._wrong.setVisible(answer == "apart")
        self.head.put(file)
        empty(self._column)
        self.rows = [BlindRow(line) for line in file.fields if line.key in SHOWN]
        for row in self.rows:
            self._column.addWidget(row)

    def put_nothing(self, title: str, words: str, may_draw: bool) -> None:
        """No pair to check."""
        self._work.hide()
        self.empty.show()
        self.draw = Button(_("quality.draw"), kind="primary", icon="dice-multiple-outline")
        self.draw.clicked.connect(self.drawn.emit)
        self.empty.put(title, words, (self.draw,) if may_draw else ())
