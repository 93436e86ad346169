"""The urgency sheet: its questions in order, and what each answer points to. It never decides."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout

from app.domain.intake import ANSWERS, QUESTIONS, Pointer, Question, most_urgent, points_to
from ui.tokens import NAME, SECOND, SMALL
from ui.widgets.buttons import Segmented
from ui.widgets.ground import Ground
from ui.widgets.text import Label
from ui.words import _

_ROLES = {Pointer.NOW: "error", Pointer.TODAY: "caution", Pointer.WITHIN_48: "caution"}


class SheetPane(Ground):
    """``answered`` after each answer."""

    answered = Signal()

    def __init__(self) -> None:
        super().__init__("surface", "l", "line2")
        self.rows: dict[str, Segmented] = {}
        self._points: dict[str, Label] = {}
        self.sum = Label("", "text", px=SECOND, bold=True, wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(4)
        column.addWidget(Label(_("form.urgency"), px=NAME, bold=True))
        column.addWidget(Label(_("urgency.never_decides"), "text2", px=SECOND, wrap=True))
        column.addWidget(self.sum)
        grid = QGridLayout()
        grid.setVerticalSpacing(2)
        grid.setHorizontalSpacing(8)
        for at, question in enumerate(QUESTIONS):
            self._add(grid, 2 * at, at + 1, question)
        grid.setColumnStretch(0, 1)
        column.addLayout(grid)
        column.addStretch(1)
        self._say()

    def _add(self, grid: QGridLayout, row: int, number: int, question: Question) -> None:
        words = f"{number}. {_(f'urgency.{question.key}')}"
        answers = Segmented([(one, _(f"urgency.answer.{one}")) for one in ANSWERS])
        answers.choose_none()
        answers.setAccessibleName(words)
        for one in ANSWERS:
            answers.button(one).setAccessibleName(f"{words} {_(f'urgency.answer.{one}')}")
        answers.chosen.connect(lambda _key: self._say())
        self.rows[question.key] = answers
        self._points[question.key] = Label("", "text2", px=SMALL)
        grid.addWidget(Label(words, px=SECOND, wrap=True), row, 0)
        grid.addWidget(answers, row, 1)
        grid.addWidget(self._points[question.key], row + 1, 0, 1, 2)

    def values(self) -> dict[str, str]:
        """Question -> answer, those that were given."""
        return {key: row.current() for key, row in self.rows.items() if row.current()}

    def fill(self, answers: Mapping[str, str]) -> None:
        """Put back what ``values`` gave."""
        for key, answer in answers.items():
            self.rows[key].choose(answer)
        self._say()

    def clear(self) -> None:
        for row in self.rows.values():
            row.choose_none()
        self._say()

    def _say(self) -> None:
        """What each answer points to, and the most urgent of it."""
        answers = self.values()
        for question in QUESTIONS:
            pointer = points_to(question, answers.get(question.key, ""))
            label = self._points[question.key]
            label.setText("" if pointer is Pointer.NOTHING else _("urgency.arrow", words=_(f"urgency.to.{pointer}")))
            label.setVisible(pointer is not Pointer.NOTHING)
            label.set_role(_ROLES.get(pointer, "text2"))
        most = most_urgent(answers)
        self.sum.setText(
            _("urgency.none") if most is Pointer.NOTHING else _("urgency.sum", words=_(f"urgency.to.{most}"))
        )
        self.sum.set_role(_ROLES.get(most, "text"))
        self.answered.emit()
