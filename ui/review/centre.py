"""The middle of the review page: why this pair is asked about, both records field by field, who lives with them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.services.links.link_answers import PairFile
from ui.review import wording
from ui.review.beside import KinBox, Legend, TotalRow
from ui.review.fields import FieldsTable, HeadRow, UnderHead
from ui.tokens import BODY, SECOND
from ui.widgets.buttons import Button
from ui.widgets.ground import Ground
from ui.widgets.states import Icon
from ui.widgets.text import Label
from ui.words import _


class ReasonBar(Ground):
    """Why a person is asked, what was asked already, and where the pair stands. ``stepped`` carries +1 or -1."""

    stepped = Signal(int)

    def __init__(self) -> None:
        super().__init__("surface", "b")
        self.why = Label(px=BODY, wrap=True)
        self.asked = Label(role="caution", px=SECOND, wrap=True)
        self.place = Label(role="text2", px=SECOND)
        back, on = (
            Button(kind="quiet", icon=icon, height=24, says=_("keys.links.move"))
            for icon in ("chevron-up", "chevron-down")
        )
        back.clicked.connect(partial(self.stepped.emit, -1))
        on.clicked.connect(partial(self.stepped.emit, 1))
        line = QHBoxLayout(self)
        line.setContentsMargins(12, 8, 10, 8)
        line.setSpacing(8)
        line.addWidget(Icon("comment-question-outline", "caution", 20), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.why)
        words.addWidget(self.asked)
        line.addLayout(words, 1)
        for part in (back, self.place, on):
            line.addWidget(part, 0, Qt.AlignmentFlag.AlignTop)

    def put(self, file: PairFile, place: str, guest: bool) -> None:
        """``place`` "" for a pair that is not in the queue."""
        self.place.setText(place)
        self.why.setText(wording.why_words(file, guest))
        self.asked.setVisible(bool(file.questions))
        self.asked.setText(wording.asked_words(file.questions[0]) if file.questions else "")


class PairView(QWidget):
    """A pair of records side by side."""

    def __init__(self, foot: QWidget) -> None:
        super().__init__()
        self.file: PairFile | None = None
        self.scored = False
        self.bar = ReasonBar()
        self.head, self.fields, self.total = HeadRow(), FieldsTable(), TotalRow()
        self.kin = (KinBox("A"), KinBox("B"))
        self.total.toggled.connect(self.toggle_score)
        self.under = UnderHead(self.head, self._inside())
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.bar)
        whole.addWidget(self.under, 1)
        whole.addWidget(foot)

    def _inside(self) -> QWidget:
        inside = Ground("window")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        boxes = QHBoxLayout()
        boxes.setContentsMargins(12, 10, 12, 4)
        boxes.setSpacing(10)
        for box in self.kin:
            box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            boxes.addWidget(box, 1)
        for part in (self.fields, self.total):
            column.addWidget(part)
        column.addLayout(boxes)
        column.addWidget(Legend())
        column.addStretch(1)
        return inside

    def put(self, file: PairFile, place: str, guest: bool) -> bool:
        """Show a pair; whether it is another one than before. What has not changed stays as it is on the screen."""
        before, self.file = self.file, file
        new = before is None or pair_of(before) != pair_of(file)
        self.bar.put(file, place, guest)
        if new:
            self.scored = False
            self.under.verticalScrollBar().setValue(0)
        if file != before:
            self.head.put(file)
            self.fields.put(file)
            for box, kin in zip(self.kin, (file.kin_a, file.kin_b), strict=True):
                box.put(kin)
        self.total.put(file, self.scored)
        return new

    def toggle_score(self) -> None:
        """Show the score on purpose, or hide it again."""
        if self.file is not None:
            self.scored = not self.scored
            self.total.put(self.file, self.scored)

    @property
    def rows(self) -> Sequence[QWidget]:
        """The rows of fields, as readers find them."""
        return self.fields.rows


def pair_of(file: PairFile) -> tuple[int, int]:
    """The two records."""
    return file.a.record_id, file.b.record_id
